//! Sketches given away: as one column of a partial state, or as a column of the result for each.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryViewBuilder};
use datafusion::arrow::buffer::Buffer;
use datafusion::error::Result;

use super::weights::PatientWeights;
use super::{broken, packed};
use crate::ledger::{Amount as Contribution, BINS, Fingerprint, Sketch, sum_of_residues, to_column};

/// Which vectors are sketched: rows always, and perhaps two more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes {
    pub(super) patients: bool,
    pub(super) amounts: bool,
}

impl Lanes {
    pub(super) fn count(self) -> usize {
        1 + usize::from(self.patients) + usize::from(self.amounts)
    }

    /// Which of them is that of patients.
    pub(super) fn of_patients(self) -> Option<usize> {
        self.patients.then_some(1)
    }

    /// Those of rows, patients and amounts that there are.
    pub(super) fn pick<T>(self, all: [T; 3]) -> impl Iterator<Item = T> {
        let wanted = [true, self.patients, self.amounts];
        all.into_iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(lane, _)| lane)
    }

    /// The names of the sketches, in order.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        self.pick(["rows", "patients", "amounts"])
    }
}

/// Words of a buffer under a column of partial states: small enough to be used again for the next.
const BLOCK: usize = 1 << 19;

/// Appends a buffer and what lies in it.
fn append(column: &mut BinaryViewBuilder, views: &mut Vec<(u32, u32)>, words: &mut Vec<u16>) -> Result<()> {
    let block = column.append_block(Buffer::from_vec(std::mem::replace(words, Vec::with_capacity(BLOCK))));
    for (start, length) in views.drain(..) {
        column.try_append_view(block, start, length)?;
    }
    Ok(())
}

/// Sketches of cells.
pub(super) struct Sketches {
    pub(super) weights: PatientWeights,
    pub(super) lanes: Lanes,
    /// For each cell, one for each lane.
    pub(super) prints: Vec<Fingerprint>,
    /// For each cell and bin, one for each lane.
    pub(super) bins: Vec<u16>,
}

impl Sketches {
    /// A patient of whom nothing more can come.
    ///
    /// # Errors
    /// When the cell or the patient does not exist.
    pub(super) fn belongs(&mut self, at: usize, patient: u32) -> Result<()> {
        if self.lanes.patients {
            let no_cell = || broken("a contributor to no cell");
            let (weights, lanes) = (self.weights.of(patient)?, self.lanes.count());
            let bin = self.bins.get_mut((at * BINS + weights.bin()) * lanes + 1).ok_or_else(no_cell)?;
            *bin = sum_of_residues(*bin, weights.residue_of_one());
            self.prints.get_mut(at * lanes + 1).ok_or_else(no_cell)?.add_one(&weights);
        }
        Ok(())
    }

    /// As a column of a partial state.
    pub(super) fn to_state(&self) -> Result<ArrayRef> {
        let lanes = self.lanes.count();
        let cells = self.prints.len() / lanes;
        let mut column = BinaryViewBuilder::with_capacity(cells);
        let mut views = Vec::with_capacity(cells);
        let mut words = Vec::with_capacity(BLOCK);
        let write = match lanes {
            1 => packed::write::<1>,
            2 => packed::write::<2>,
            _ => packed::write::<3>,
        };
        let cells = self.prints.chunks(lanes).zip(self.bins.chunks(lanes * BINS));
        for (prints, bins) in cells {
            let start = words.len();
            write(prints, bins, &mut words);
            views.push((2 * start as u32, 2 * (words.len() - start) as u32));
            if words.len() + lanes * Sketch::BYTES > BLOCK {
                append(&mut column, &mut views, &mut words)?;
            }
        }
        append(&mut column, &mut views, &mut words)?;
        Ok(Arc::new(column.finish()))
    }

    /// As columns of the result, in the order of [`Lanes::names`], amounts in another unit: so many times what they were.
    pub(super) fn to_columns(&self, factor: &Contribution) -> Result<Vec<ArrayRef>> {
        let lanes = self.lanes.count();
        (0..lanes)
            .map(|lane| {
                let prints = self.prints.iter().skip(lane).step_by(lanes);
                let mut sketches = Vec::with_capacity(self.prints.len() / lanes);
                for (print, bins) in prints.zip(self.bins.chunks(lanes * BINS)) {
                    let mut sketch = Sketch::of_parts(*print, bins.iter().skip(lane).step_by(lanes).copied());
                    if self.lanes.amounts && lane + 1 == lanes && *factor != Contribution::ONE {
                        sketch.times(factor);
                    }
                    sketches.push(sketch);
                }
                to_column(&sketches).map_err(|_| broken("sketches of another width"))
            })
            .collect()
    }
}
