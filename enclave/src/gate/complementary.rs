//! Complementary suppression over a cut with totals: ROLLUP, CUBE, GROUPING SETS.
//!
//! A set's cells add up to those of every coarser set, and those of two sets that cross to the same ([`super::crossing`]).
//! Each figure that adds up is one table: counts of rows, sums (a mean is taken as its sum, for whoever knows the count),
//! and counts of patients where nobody is in two cells. What must go besides is decided by [`super::protect`]; this file
//! tells it which cells are which.
//! Out of scope: totals asked for in questions of their own (the ledger).

use std::collections::HashMap;

use datafusion::arrow::row::Row;

use super::amounts::Amounts;
use super::cells::Cells;
use super::crossing::{Same, same};
use super::keys::keys;
use super::norms::Norms;
use super::protect::{Budget, Cell, Relation, State, Table, protect};
use crate::words::{FailCode, Halt, Reason};

/// Suppresses further cells, in `reasons`, until none that is missing can be worked out. `shown` tells the rows whose
/// labels are shown at all.
pub(super) fn suppress(
    cells: &Cells,
    reasons: &mut [Vec<Option<Reason>>],
    shown: &[bool],
    norms: &Norms,
) -> Result<(), Halt> {
    if cells.sets().len() < 2 {
        return Ok(());
    }
    let relations = relations(cells)?;
    // Counts first: what is missing of a count must be missing of its sums and means too.
    let tables =
        (0..cells.figures()).map(|figure| Amounts::of(cells, figure)).collect::<Result<Vec<_>, _>>()?;
    let mut tables: Vec<Amounts> = tables.into_iter().flatten().collect();
    tables.sort_by_key(|amounts| amounts.is_amount);
    let mut by_count: Vec<(usize, Vec<bool>)> = Vec::new();
    for amounts in tables {
        let (figure, feed) = (amounts.figure, amounts.feed);
        let missing = |row: usize| {
            let own = reasons.get(figure).and_then(|reasons| reasons.get(row)).is_none_or(Option::is_some);
            let counts = by_count.iter().filter(|(of, _)| *of == feed);
            own || !shown.get(row).copied().unwrap_or(false)
                || counts.into_iter().any(|(_, gone)| gone.get(row).copied().unwrap_or(true))
        };
        let same = same(cells, figure)?;
        let gone = pattern(&amounts, &relations, &same, missing, norms)?;
        for (reason, gone) in reasons.get_mut(figure).ok_or(FailCode::Internal)?.iter_mut().zip(&gone) {
            if *gone && reason.is_none() {
                *reason = Some(Reason::Complementary);
            }
        }
        if !amounts.is_amount {
            by_count.push((feed, gone));
        }
    }
    Ok(())
}

fn pattern(
    amounts: &Amounts,
    relations: &[Relation],
    same: &[Same],
    missing: impl Fn(usize) -> bool,
    norms: &Norms,
) -> Result<Vec<bool>, Halt> {
    let rows = amounts.values.len();
    let primary: Vec<bool> = (0..rows).map(&missing).collect();
    if !primary.contains(&true) {
        return Ok(primary);
    }
    let nonnegative = amounts.values.iter().all(|value| *value >= 0);
    let mut cells: Vec<Cell> = amounts
        .values
        .iter()
        .zip(&amounts.patients)
        .zip(&primary)
        .enumerate()
        .map(|(row, ((value, patients), primary))| Cell {
            value: *value,
            nonnegative,
            state: match (primary, patients) {
                (true, _) => State::Primary,
                (false, 0) => State::Fixed,
                (false, _) => State::Open,
            },
            cost: u64::try_from(value.unsigned_abs()).unwrap_or(u64::MAX),
            width: width(*value, amounts.is_amount, norms),
            // Who it is is not known here: each is taken as somebody else.
            singleton: (*patients == 1).then(|| u64::try_from(row).unwrap_or(u64::MAX)),
        })
        .collect();
    let mut relations = relations.to_vec();
    for Same { one, other } in same {
        let (total, all_parts) = match (one.as_slice(), other.as_slice()) {
            ([total], _) => (*total, vec![other]),
            (_, [total]) => (*total, vec![one]),
            // A sum that nobody asked for: it costs nothing to take it for known, or not.
            _ => {
                let value = one.iter().map(|row| amounts.values.get(*row).copied().unwrap_or_default()).sum();
                cells.push(Cell {
                    value,
                    nonnegative,
                    state: State::Open,
                    cost: 0,
                    width: 1,
                    singleton: None,
                });
                (cells.len() - 1, vec![one, other])
            }
        };
        relations.extend(all_parts.into_iter().map(|parts| Relation { total, parts: parts.clone() }));
    }
    if amounts.overlapping {
        // Where patients are in several parts the total is no sum, and tells nothing exact.
        let value = |cell: &usize| cells.get(*cell).map_or(0, |cell| cell.value);
        relations.retain(|relation| relation.parts.iter().map(value).sum::<i128>() == value(&relation.total));
    }
    let table = Table::new(cells, relations).map_err(|_| FailCode::Internal)?;
    match protect(&table, &Budget::default()) {
        Ok(mut pattern) => {
            pattern.suppressed.truncate(rows);
            Ok(pattern.suppressed)
        }
        // Nothing short of the whole table protects it.
        Err(_) => Ok(vec![true; rows]),
    }
}

/// How wide the interval of a missing cell must stay: as many as there must be patients, or a tenth of an amount.
fn width(value: i128, is_amount: bool, norms: &Norms) -> u64 {
    let least = u64::from(norms.bundle.patients.least());
    if is_amount { u64::try_from(value.unsigned_abs() / 10).unwrap_or(u64::MAX).max(1) } else { least }
}

/// Each row of a coarser set is the sum of the rows of the next finer sets that have its labels.
pub(super) fn relations(cells: &Cells) -> Result<Vec<Relation>, Halt> {
    let sets = cells.sets();
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
