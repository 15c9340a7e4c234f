//! The search for the cheapest safe pattern of one problem: a first pattern by repairs, then branch
//! and cut until nothing cheaper can exist or the work allowed is done.

mod patience;
mod plunge;
mod polish;
mod round;
mod tree;

use super::attacker::Attacker;
use super::audit::exposures;
use super::linear::Linear;
use super::network::Network;
use super::problem::Problem;
use super::reduce;
use super::repair::{complete, flaws, set};
use tree::{Finish, Tree};

/// A safe pattern with what was proved about its cost.
pub(super) struct Found {
    pub suppressed: Vec<bool>,
    pub bound: u128,
}

/// A safe pattern, or a primary cell that no pattern protects.
pub(super) fn solve(problem: &Problem, steps: u64) -> Result<Found, usize> {
    let mut attacker = attacker(problem);
    let price: Vec<f64> = (0..problem.cells().len()).map(|cell| problem.cost(cell) as f64 + 1e-3).collect();
    let start: Vec<bool> = (0..price.len()).map(|cell| problem.is_primary(cell)).collect();
    let allowed = reduce::candidates(problem);
    let mut needs = Vec::new();
    // Repairs are a heuristic: where they fail, only the audit of all that could go decides.
    let pattern = match complete(problem, &mut *attacker, &allowed, (&start, &price), &mut needs) {
        Ok(pattern) => pattern,
        Err(_) => most(problem)?,
    };
    let first = match polish::safely(problem, &mut *attacker, &pattern, (u128::MAX, steps / 3)) {
        Some(first) => first,
        None => most(problem)?,
    };
    needs.extend(flaws(problem, &start).needs);
    let mut tree = Tree::new(problem.clone(), attacker, allowed, first);
    tree.know(needs);
    loop {
        match tree.run(steps) {
            Finish::Done(found) => return Ok(found),
            Finish::Smaller(smaller) => tree = *smaller,
        }
    }
}

/// The attacker of a problem's kind.
fn attacker(problem: &Problem) -> Box<dyn Attacker> {
    match problem.system().arcs() {
        Some(arcs) => Box::new(Network::new(problem.system().height + 1, arcs)),
        None => Box::new(Linear::new(problem)),
    }
}

/// Everything that may be suppressed, but for what somebody would work out even then: the largest safe
/// pattern by the audit. An error where a primary cell is exposed in it.
fn most(problem: &Problem) -> Result<Vec<bool>, usize> {
    let mut pattern = vec![true; problem.cells().len()];
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
