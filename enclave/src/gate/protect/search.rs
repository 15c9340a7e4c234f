//! The search for the cheapest safe pattern of one problem.

use super::attacker::{Aim, Attacker, Need};
use super::audit::exposures;
use super::component::{Problem, reduce};
use super::linear::Linear;
use super::network::Network;
use super::repair::{Repairs, set, useless, weaknesses};

/// A safe pattern with what was proved about its cost.
pub(super) struct Found {
    pub suppressed: Vec<bool>,
    pub bound: u128,
}

/// A safe pattern, or a primary cell that no pattern protects.
pub(super) fn solve(problem: &Problem, _steps: u64) -> Result<Found, usize> {
    let mut attacker: Box<dyn Attacker> = match problem.system().arcs() {
        Some(arcs) => Box::new(Network::new(problem.system().height + 1, arcs)),
        None => Box::new(Linear::new(problem)),
    };
    let price: Vec<f64> = (0..problem.cells().len()).map(|cell| problem.cost(cell) as f64 + 1e-3).collect();
    let start: Vec<bool> = (0..price.len()).map(|cell| problem.is_primary(cell)).collect();
    let mut repairs = Repairs::new(problem, reduce::candidates(problem));
    let pattern = repairs.complete(&mut *attacker, &start, &price)?;
    let pattern = clean(problem, &mut *attacker, pattern);
    let bound = problem.price(&start);
    let suppressed = audited(problem, pattern)?;
    Ok(Found { suppressed, bound })
}

/// The pattern itself where the audit finds nothing; else everything that may be suppressed, but for
/// what somebody would work out.
fn audited(problem: &Problem, pattern: Vec<bool>) -> Result<Vec<bool>, usize> {
    if exposures(problem.system(), problem.cells(), &pattern).is_empty() {
        return Ok(pattern);
    }
    let mut pattern = vec![true; pattern.len()];
    loop {
        let exposed = exposures(problem.system(), problem.cells(), &pattern);
        if exposed.is_empty() {
            return Ok(pattern);
        }
        let mut changed = false;
        for exposure in exposed {
            if problem.is_primary(exposure.cell) {
                return Err(exposure.cell);
            }
            set(&mut pattern, exposure.cell, false);
            changed = true;
        }
        if !changed {
            return Err(problem.primaries().first().copied().unwrap_or(0));
        }
    }
}

/// Takes out secondaries, dearest first, that the pattern is safe without.
fn clean(problem: &Problem, attacker: &mut dyn Attacker, mut pattern: Vec<bool>) -> Vec<bool> {
    for cell in useless(problem, &pattern) {
        set(&mut pattern, cell, false);
    }
    let shut = vec![f64::INFINITY; pattern.len()];
    let mut secondaries: Vec<usize> = pattern
        .iter()
        .enumerate()
        .filter(|(cell, suppressed)| **suppressed && !problem.is_primary(*cell))
        .map(|(cell, _)| cell)
        .collect();
    secondaries.sort_by_key(|&cell| (std::cmp::Reverse(problem.cost(cell)), cell));
    for cell in secondaries {
        let mut without = pattern.clone();
        set(&mut without, cell, false);
        for cell in useless(problem, &without) {
            set(&mut without, cell, false);
        }
        let x: Vec<f64> = without.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect();
        attacker.face(problem, &x);
        let safe = problem.primaries().iter().all(|&target| {
            let need = Need { target, known: Vec::new(), aim: Aim::Width(problem.width(target) as f64) };
            attacker.repair(problem, &need, &without, &shut).is_some()
        });
        if safe && weaknesses(problem, &without).is_empty() {
            pattern = without;
        }
    }
    pattern
}
