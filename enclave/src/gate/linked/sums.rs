//! What a figure's cells add up to along the margins of its cut, and which of these sums are the same.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::row::Row;

use super::super::amounts::Amounts;
use super::super::cells::Cells;
use super::super::keys::keys;
use crate::ledger::{Sketch, choices};
use crate::words::Halt;

/// Sums along margins, the single cells among them: the fingerprint of each, and its rows. Sums of nobody are none.
#[derive(Debug, Default)]
pub(in crate::gate) struct Sums(BTreeSet<(u64, Vec<usize>)>);

impl Sums {
    /// Those of a figure that adds up.
    pub(in crate::gate) fn of(cells: &Cells, figure: usize) -> Result<Self, Halt> {
        let sketches = Amounts::sketches(cells, figure)?;
        let mut sums = Self::default();
        if cells.sets().is_empty() {
            let labels = vec![false; cells.labels().len()];
            sums.add(cells, &labels, &(0..cells.rows()).collect::<Vec<_>>(), &sketches)?;
        } else {
            for (set, rows) in cells.sets().iter().zip(cells.rows_by_set()?) {
                sums.add(cells, set, &rows, &sketches)?;
            }
        }
        Ok(sums)
    }

    /// The sums of the rows of one set of labels. `set` says which are rolled up.
    fn add(&mut self, cells: &Cells, set: &[bool], rows: &[usize], sketches: &[Sketch]) -> Result<(), Halt> {
        let kept: Vec<usize> = (0..set.len()).filter(|label| set.get(*label) == Some(&false)).collect();
        // The single cells are sums, too.
        let single = (0..kept.len()).collect();
        for choice in choices(kept.len()).into_iter().chain([single]) {
            let chosen = |label: usize| choice.iter().any(|place| kept.get(*place) == Some(&label));
            let rolled_up: Vec<bool> = (0..set.len()).map(|label| !chosen(label)).collect();
            let keys = keys(&cells.labels_of(&rolled_up))?;
            let keys: Vec<Row<'_>> = keys.iter().collect();
            // With no labels all rows have the same key, which is none.
            let mut groups: BTreeMap<Option<Row<'_>>, (Sketch, Vec<usize>)> = BTreeMap::new();
            for row in rows {
                let (sum, of) = groups.entry(keys.get(*row).copied()).or_default();
                sketches.get(*row).into_iter().for_each(|sketch| sum.merge(sketch));
                of.push(*row);
            }
            let some = groups.into_values().filter(|(sum, _)| *sum != Sketch::default());
            self.0.extend(some.map(|(sum, rows)| (sum.fingerprint(), rows)));
        }
        Ok(())
    }
}

/// Rows of the columns that add up to the same: each with its column, by number.
pub(in crate::gate) type Alike = Vec<(usize, Vec<usize>)>;

/// Sums that occur in more than one column, the coarsest last.
pub(in crate::gate) fn linking(columns: &[&Sums]) -> Vec<Alike> {
    let mut by_print: BTreeMap<u64, Alike> = BTreeMap::new();
    for (number, sums) in columns.iter().enumerate() {
        for (print, rows) in &sums.0 {
            by_print.entry(*print).or_default().push((number, rows.clone()));
        }
    }
    let several =
        |alike: &Alike| alike.iter().any(|(column, _)| Some(*column) != alike.first().map(|of| of.0));
    let mut all: Vec<Alike> = by_print.into_values().filter(several).collect();
    // The order of fingerprints is the secret's, and must not decide what is missing.
    for alike in &mut all {
        alike.sort_by(|one, other| (one.1.len(), one).cmp(&(other.1.len(), other)));
    }
    let cells = |alike: &Alike| alike.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    all.sort_by(|one, other| cells(one).cmp(&cells(other)).then_with(|| one.cmp(other)));
    all
}
