//! While cells are few: a patient's rows all at once, when they are over.
//!
//! Then there are fewer departures than rows, and whoever departs was here a moment ago. In many cells a patient has
//! a row or two, and departs so late that nothing of the patient's is in a cache any more.

use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::super::amount::Amount;
use super::super::cell::{Cell, NOBODY};
use super::{Members, no_cell};
use crate::ledger::{Amount as Contribution, BINS, sum_of_residues};

/// Cells are few up to here. Tests have few cells, and shall grow out of them all the same.
const FEW: usize = if cfg!(test) { 3 } else { 256 };

/// The rows of each cell that are in its sketches, or nobody's.
#[derive(Default)]
pub(super) struct Counted(Vec<u64>);

impl Counted {
    pub(super) fn resize(&mut self, cells: usize) {
        self.0.resize(cells, 0);
    }

    pub(super) fn give(&mut self, emit_to: EmitTo) {
        emit_to.take_needed(&mut self.0);
    }

    pub(super) fn size(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

impl<A: Amount> Members<A> {
    /// Whether rows are told when their patients depart, and not as they come.
    pub(in crate::evidence) fn are_few(&self) -> bool {
        self.counted.is_some()
    }

    /// From now on rows are told as they come, if cells are too many, or in no order. `cells` are those of the members.
    ///
    /// # Errors
    /// When a patient does not exist.
    pub(in crate::evidence) fn grow(&mut self, cells: &[Cell<A>], in_order: bool) -> Result<()> {
        if self.are_few() && (cells.len() > FEW || !in_order) {
            self.depart_all(cells)?;
            self.counted = None;
        }
        Ok(())
    }

    /// All running patients of some cells, the first of the members', depart.
    ///
    /// # Errors
    /// When one of the patients does not exist.
    pub(in crate::evidence) fn depart_all(&mut self, cells: &[Cell<A>]) -> Result<()> {
        cells.iter().enumerate().try_for_each(|(at, cell)| self.depart(at, cell))
    }

    /// The running patient of a cell, if there is one, departs: no more rows come, or what more come is told by itself.
    ///
    /// # Errors
    /// When the cell or the patient does not exist.
    pub(in crate::evidence) fn depart(&mut self, at: usize, cell: &Cell<A>) -> Result<()> {
        let Some(Counted(counted)) = self.counted.as_mut().filter(|_| cell.last != NOBODY) else {
            return Ok(());
        };
        let counted = counted.get_mut(at).ok_or_else(no_cell)?;
        let rows = cell.rows.wrapping_sub(std::mem::replace(counted, cell.rows));
        let (rows, weights) = (Contribution::of(rows.into()), self.weights.of(cell.last)?);
        let prints = self.prints.get_mut(at).ok_or_else(no_cell)?;
        let (lanes, bin) = (self.lanes.count(), at * BINS + weights.bin());
        let bin = self.bins.get_mut(bin * lanes..(bin + 1) * lanes).ok_or_else(no_cell)?;
        prints.rows.add(&weights, &rows);
        bin.first_mut().into_iter().for_each(|lane| *lane = sum_of_residues(*lane, weights.residue(&rows)));
        if self.lanes.amounts {
            let amount = cell.sums.running.print(&weights, &mut prints.amounts);
            bin.last_mut().into_iter().for_each(|lane| *lane = sum_of_residues(*lane, amount));
        }
        Ok(())
    }

    /// A row of a cell that is nobody's.
    pub(in crate::evidence) fn pass_over(&mut self, at: usize) {
        if let Some(counted) = self.counted.as_mut().and_then(|Counted(counted)| counted.get_mut(at)) {
            *counted += 1;
        }
    }
}
