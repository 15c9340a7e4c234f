//! Complementary suppression over a cut with totals (ROLLUP, CUBE, GROUPING SETS), and over several cuts of one question.
//!
//! A set's cells add up to those of every coarser set, those of two sets that cross to the same ([`super::crossing`]), and
//! so may those of earlier cuts ([`super::linked`]). Each figure that adds up is one table: counts of rows, sums (a mean is
//! taken as its sum, for whoever knows the count), and counts of patients where nobody is in two cells. What must go
//! besides is decided by [`super::protect`]; this file tells it which cells are which.
//! Out of scope: totals asked for in questions of their own (the ledger).

mod joint;

use super::amounts::Amounts;
use super::cells::Cells;
use super::linked::Linked;
use super::norms::Norms;
use super::structure::relations;
use crate::words::{FailCode, Halt, Reason};
use joint::Joint;

/// Suppresses further cells, in `reasons`, until none that is missing, here or in `linked`, can be worked out. `shown`
/// tells the rows whose labels are shown at all.
pub(super) fn suppress(
    cells: &Cells,
    reasons: &mut [Vec<Option<Reason>>],
    shown: &[bool],
    norms: &Norms,
    linked: &Linked,
) -> Result<(), Halt> {
    if cells.sets().len() < 2 && linked.columns().is_empty() {
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
            let own = reasons.get(figure).and_then(|reasons| reasons.get(row).copied());
            let counts = by_count.iter().filter(|(of, _)| *of == feed);
            match own {
                Some(None) if counts.into_iter().any(|(_, gone)| gone.get(row).copied().unwrap_or(true)) => {
                    Some(Reason::Patients)
                }
                Some(None) if shown.get(row).copied().unwrap_or(false) => None,
                // Without a reason it would be shown.
                Some(None) | None => Some(Reason::Patients),
                Some(reason) => reason,
            }
        };
        let missing: Vec<Option<Reason>> = (0..cells.rows()).map(missing).collect();
        let gone = Joint::of(cells, &amounts, &relations, linked)?.gone(&missing, norms)?;
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
