//! How the cells of one cut add up: each total of its finer sets of labels, and what the rows behind cells of crossing sets say.
//!
//! Out of scope: what must go for it (`complementary`), cells of other cuts (`linked`).

use std::collections::HashMap;

use datafusion::arrow::row::Row;

use super::cells::Cells;
use super::crossing::{Same, same};
use super::keys::keys;
use super::protect::Relation;
use crate::words::Halt;

/// All that the labels, by their [`relations`], and the rows behind them say of how a figure's cells add up.
pub(super) fn structure(cells: &Cells, figure: usize, relations: &[Relation]) -> Result<Vec<Same>, Halt> {
    if cells.sets().is_empty() {
        return Ok(Vec::new());
    }
    let sums = relations.iter();
    let sums = sums.map(|relation| Same { one: vec![relation.total], other: relation.parts.clone() });
    Ok(sums.chain(same(cells, figure)?).collect())
}

/// Each row of a coarser set is the sum of the rows of the next finer sets that have its labels.
pub(super) fn relations(cells: &Cells) -> Result<Vec<Relation>, Halt> {
    let sets = cells.sets();
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let rows_of = cells.rows_by_set()?;
    let finer = |fine: &[bool], coarse: &[bool]| {
        fine != coarse && fine.iter().zip(coarse).all(|(fine, coarse)| !*fine || *coarse)
    };
    let mut relations = Vec::new();
    for (coarse, totals) in sets.iter().zip(&rows_of) {
        for (fine, parts) in sets.iter().zip(&rows_of) {
            let between = sets.iter().any(|set| finer(fine, set) && finer(set, coarse));
            if !finer(fine, coarse) || between {
                continue;
            }
            let keys = keys(&cells.labels_of(coarse))?;
            let keys: Vec<Row<'_>> = keys.iter().collect();
            // With no labels all rows have the same key, which is none.
            let key = |row: &usize| keys.get(*row).copied();
            let mut members: HashMap<Option<Row<'_>>, Vec<usize>> = HashMap::new();
            for row in parts {
                members.entry(key(row)).or_default().push(*row);
            }
            for total in totals {
                if let Some(parts) = members.remove(&key(total)) {
                    relations.push(Relation { total: *total, parts });
                }
            }
        }
    }
    Ok(relations)
}
