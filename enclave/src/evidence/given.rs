//! Cells given away, as a partial state or as a result.

use datafusion::error::Result;

use super::amount::{MOST_ROWS, Wide};
use super::broken;
use super::cell::Cell;
use super::members::Sketches;

/// What cells give away: their records, and what was kept apart, sorted by cell.
pub(super) struct Given<W: Wide> {
    pub(super) cells: Vec<Cell<W>>,
    pub(super) open: Vec<(usize, u32, W)>,
    pub(super) shares: Vec<Vec<(usize, u32, W)>>,
    pub(super) members: Option<Sketches>,
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
