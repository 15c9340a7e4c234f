//! From a table to independent problems and back: each connected part of the table is searched by
//! itself, and the whole pattern is audited at the end.

use super::audit::exposures;
use super::problem::Problem;
use super::system::System;
use super::table::{State, Table};
use super::{Budget, Pattern, Unprotectable, search};

/// See [`super::protect`].
pub(super) fn protect(table: &Table, budget: &Budget) -> Result<Pattern, Unprotectable> {
    let cells = table.cells();
    let whole = System::of(table);
    let unknown: Vec<bool> = cells.iter().map(|cell| cell.state != State::Fixed).collect();
    let mut suppressed: Vec<bool> = cells.iter().map(|cell| cell.state == State::Primary).collect();
    let mut bound: u128 = 0;
    let parts: Vec<System> = whole
        .split(&unknown)
        .into_iter()
        .filter(|part| part.cells.iter().any(|&cell| suppressed.get(cell) == Some(&true)))
        .collect();
    let size: usize = parts.iter().map(|part| part.cells.len()).sum();
    for part in parts {
        // Each part has its share of the work, by its size.
        let steps = u128::from(budget.steps) * part.cells.len() as u128 / size.max(1) as u128;
        let problem = Problem::new(part, cells);
        let found = search::solve(&problem, u64::try_from(steps).unwrap_or(u64::MAX))
            .map_err(|exposed| Unprotectable { cell: problem.name(exposed) })?;
        bound = bound.saturating_add(found.bound);
        for (unknown, _) in found.suppressed.iter().enumerate().filter(|(_, suppressed)| **suppressed) {
            if let Some(slot) = suppressed.get_mut(problem.name(unknown)) {
                *slot = true;
            }
        }
    }
    // The last word, over the whole table and from its own equations.
    if let Some(exposure) = exposures(&whole, cells, &suppressed).first() {
        return Err(Unprotectable { cell: exposure.cell });
    }
    let cost = cells
        .iter()
        .zip(&suppressed)
        .filter(|(_, suppressed)| **suppressed)
        .map(|(cell, _)| u128::from(cell.cost))
        .sum();
    Ok(Pattern { suppressed, cost, bound })
}
