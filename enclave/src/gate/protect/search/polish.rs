//! Taking secondaries out of a safe pattern that it is safe without.

use super::super::attacker::Attacker;
use super::super::component::Problem;
use super::super::repair::{set, useless, weaknesses};
use super::{own_need, weights};

/// A pattern that is safe (by the search's lights) and from which no single secondary can be taken.
/// Dearest first, so that what stays is cheap.
pub(super) fn clean(problem: &Problem, attacker: &mut dyn Attacker, mut pattern: Vec<bool>) -> Vec<bool> {
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
        if pattern.get(cell) != Some(&true) {
            continue;
        }
        let mut without = pattern.clone();
        set(&mut without, cell, false);
        for cell in useless(problem, &without) {
            set(&mut without, cell, false);
        }
        attacker.face(problem, &weights(&without));
        let safe = problem
            .primaries()
            .iter()
            .all(|&target| attacker.repair(problem, &own_need(problem, target), &without, &shut).is_some());
        if safe && weaknesses(problem, &without).is_empty() {
            pattern = without;
        }
    }
    pattern
}
