//! Cells that no cheapest pattern needs are left out of the search.
//!
//! Cells in the same equations with the same signs are parallel: whatever one of them carries, another
//! could. Of parallel open cells that can fall by every width asked for, two that nobody knows do
//! all that any number could: one carries what must be carried, and the other is its way back. So a
//! cell that costs no less than those two can stay shown. This makes one-way tables and the leaves
//! of hierarchies small, whatever their length.

use std::collections::BTreeMap;

use super::problem::Problem;
use super::table::State;

/// Which unknowns may be suppressed in the search.
pub(super) fn candidates(problem: &Problem) -> Vec<bool> {
    let widest = problem.primaries().iter().map(|&cell| problem.width(cell)).max().unwrap_or(1) as f64;
    let mut parallel: BTreeMap<&[(usize, i8)], Vec<usize>> = BTreeMap::new();
    for (unknown, column) in problem.system().columns.iter().enumerate() {
        parallel.entry(column).or_default().push(unknown);
    }
    let mut wanted = vec![true; problem.cells().len()];
    for group in parallel.into_values().filter(|group| group.len() > 2) {
        let mut full: Vec<(u64, usize)> = group
            .iter()
            .copied()
            .filter(|&unknown| problem.room(unknown) >= widest)
            .filter(|&unknown| {
                problem
                    .cells()
                    .get(unknown)
                    .is_some_and(|cell| cell.state == State::Open && cell.insiders.is_empty())
            })
            .map(|unknown| (problem.cost(unknown), unknown))
            .collect();
        full.sort_unstable();
        let Some(&second) = full.get(1) else { continue };
        for unknown in group {
            if !problem.is_primary(unknown)
                && (problem.cost(unknown), unknown) > second
                && let Some(wanted) = wanted.get_mut(unknown)
            {
                *wanted = false;
            }
        }
    }
    wanted
}
