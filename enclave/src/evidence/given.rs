//! Cells given away, as a partial state or as a result.

use datafusion::error::Result;

use super::amount::{Amount, MOST_ROWS, Wide};
use super::broken;
use super::cell::Cell;
use super::sketches::Sketches;

/// What cells give away: their records, and what was kept apart, sorted by cell.
pub(super) struct Given<A: Amount> {
    pub(super) cells: Vec<Cell<A>>,
    pub(super) open: Vec<(usize, u32, A::Wide)>,
    pub(super) shares: Vec<Vec<(usize, u32, A::Wide)>>,
    pub(super) members: Option<Sketches>,
}

impl<A: Amount> Given<A> {
    pub(super) fn widen(self) -> Given<A::Wide> {
        let cells = self.cells.into_iter().map(Cell::widen).collect();
        Given { cells, open: self.open, shares: self.shares, members: self.members }
    }
}

impl<W: Wide> Given<W> {
    /// Closes everybody: nothing more will come.
    ///
    /// # Errors
    /// When something is open in a cell that is not there, or a cell has so many rows that a sum of
    /// floats may have wrapped.
    pub(super) fn close(&mut self) -> Result<()> {
        for (at, patient, sum) in self.open.drain(..) {
            let cell = self.cells.get_mut(at).ok_or_else(|| broken("open in no cell"))?;
            cell.sums.fold(sum);
            cell.patients += 1;
            if let Some(members) = &mut self.members {
                members.belongs(at, patient)?;
            }
        }
        if self.cells.iter().any(|cell| cell.rows > MOST_ROWS) {
            return Err(broken("more rows in a cell than can be summed"));
        }
        Ok(())
    }
}
