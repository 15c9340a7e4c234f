//! The search for the cheapest safe pattern of one problem: a first pattern by repairs, then branch
//! and cut until nothing cheaper can exist or the work allowed is done.

mod polish;
mod round;
mod tree;

use super::attacker::{Aim, Attacker, Need};
use super::audit::exposures;
use super::component::{Problem, reduce};
use super::linear::Linear;
use super::network::Network;
use super::repair::{Repairs, set};
use tree::Tree;

/// A safe pattern with what was proved about its cost.
pub(super) struct Found {
    pub suppressed: Vec<bool>,
    pub bound: u128,
}

/// A safe pattern, or a primary cell that no pattern protects.
pub(super) fn solve(problem: &Problem, steps: u64) -> Result<Found, usize> {
    let mut attacker: Box<dyn Attacker> = match problem.system().arcs() {
        Some(arcs) => Box::new(Network::new(problem.system().height + 1, arcs)),
        None => Box::new(Linear::new(problem)),
    };
    let price: Vec<f64> = (0..problem.cells().len()).map(|cell| problem.cost(cell) as f64 + 1e-3).collect();
    let start: Vec<bool> = (0..price.len()).map(|cell| problem.is_primary(cell)).collect();
    let mut repairs = Repairs::new(problem, reduce::candidates(problem));
    let pattern = repairs.complete(&mut *attacker, &start, &price)?;
    let pattern = polish::clean(problem, &mut *attacker, pattern);
    let first = audited(problem, pattern)?;
    Ok(Tree::new(problem, &mut *attacker, repairs, first).run(steps))
}

/// The pattern itself where the audit finds nothing; else everything that may be suppressed, but for
/// what somebody would work out.
fn audited(problem: &Problem, pattern: Vec<bool>) -> Result<Vec<bool>, usize> {
    if is_safe(problem, &pattern) {
        return Ok(pattern);
    }
    let mut pattern = vec![true; pattern.len()];
    loop {
        let exposed = exposures(problem.system(), problem.cells(), &pattern);
        if exposed.is_empty() {
            return Ok(pattern);
        }
        for exposure in exposed {
            if problem.is_primary(exposure.cell) {
                return Err(exposure.cell);
            }
            set(&mut pattern, exposure.cell, false);
        }
    }
}

/// Whether the audit finds nothing.
fn is_safe(problem: &Problem, pattern: &[bool]) -> bool {
    exposures(problem.system(), problem.cells(), pattern).is_empty()
}

/// What a primary cell needs from everybody.
fn own_need(problem: &Problem, target: usize) -> Need {
    Need { target, known: Vec::new(), aim: Aim::Width(problem.width(target) as f64) }
}

/// A pattern as weights.
fn weights(pattern: &[bool]) -> Vec<f64> {
    pattern.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect()
}
