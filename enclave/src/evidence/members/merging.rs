//! Partial states: the sketches of the same cells from elsewhere.

use datafusion::arrow::array::BinaryViewArray;
use datafusion::error::Result;

use super::super::amount::Wide;
use super::super::broken;
use super::super::cells::LINE;
use super::super::packed::Packed;
use super::{Members, no_cell};
use crate::ledger::BINS;

/// Cells that are merged at a time: they fit into the nearest cache.
const AHEAD: usize = 32;

impl<W: Wide> Members<W> {
    /// Adds the sketches of a partial state to some cells.
    ///
    /// # Errors
    /// When a cell does not exist, or the bytes are no sketches.
    pub(in crate::evidence) fn merge(&mut self, cells: &[usize], sketches: &BinaryViewArray) -> Result<()> {
        let merge_one = match self.lanes.count() {
            1 => Self::merge_one::<1>,
            2 => Self::merge_one::<2>,
            _ => Self::merge_one::<3>,
        };
        let mut sketches = sketches.iter();
        for cells in cells.chunks(AHEAD) {
            self.touch_whole(cells);
            for (&at, bytes) in cells.iter().zip(&mut sketches) {
                merge_one(self, at, bytes.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Reads all of a few cells, so that their cache misses overlap.
    fn touch_whole(&self, cells: &[usize]) {
        let width = self.width();
        let mut seen = 0;
        for &at in cells {
            seen ^= self.prints.get(at).map_or(0, |prints| prints.rows.low());
            let bins = self.bins.get(at * width..(at + 1) * width).unwrap_or_default();
            seen =
                bins.iter().step_by(LINE / size_of::<u16>()).fold(seen, |seen, bin| seen ^ u64::from(*bin));
        }
        std::hint::black_box(seen);
    }

    fn merge_one<const LANES: usize>(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let wrong = || broken("no sketches");
        let prints = self.prints.get_mut(at).ok_or_else(no_cell)?;
        let width = BINS * LANES;
        let bins = self.bins.get_mut(at * width..(at + 1) * width).ok_or_else(no_cell)?;
        let mut packed = Packed::read(bytes);
        prints.rows.merge(&packed.print().ok_or_else(wrong)?);
        if self.lanes.patients {
            prints.patients.merge(&packed.print().ok_or_else(wrong)?);
        }
        if self.lanes.amounts {
            let mut amounts = W::fold(prints.amounts);
            amounts.merge(&packed.print().ok_or_else(wrong)?);
            prints.amounts = W::of_fingerprint(amounts);
        }
        packed.add_to::<LANES>(bins).ok_or_else(wrong)
    }
}
