//! Distinct institutions of a cell, up to a cap.
//!
//! To tell whether `cap` institutions stand behind a cell, `cap − 1` of them are kept; the next one
//! different from all of these fills it for good. Slots are filled from the front.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::broken;

/// An empty slot; also "no institution" in a column without nulls. Institutions are numbered from zero.
pub(super) const NONE: u32 = u32::MAX;
/// In the first slot: as many as the cap, or more.
const FULL: u32 = u32::MAX - 1;

/// Notes an institution in the slots of one cell.
#[inline]
pub(super) fn see(slots: &mut [u32], institution: u32) {
    let known = slots.contains(&institution);
    if !known && slots.first() != Some(&FULL) && institution < FULL {
        enter(slots, institution);
    }
}

#[cold]
fn enter(slots: &mut [u32], institution: u32) {
    if let Some(empty) = slots.iter_mut().find(|slot| **slot == NONE) {
        *empty = institution;
    } else {
        fill(slots);
    }
}

fn fill(slots: &mut [u32]) {
    if let Some(first) = slots.first_mut() {
        *first = FULL;
    }
}

/// Adds another cell's slots.
pub(super) fn merge(slots: &mut [u32], other: impl IntoIterator<Item = u32>) {
    for institution in other {
        if institution == FULL {
            fill(slots);
            return;
        }
        see(slots, institution);
    }
}

/// How many institutions the slots tell of, at most `cap`.
pub(super) fn count(slots: &[u32], cap: u32) -> u32 {
    if slots.first() == Some(&FULL) {
        return cap;
    }
    slots.iter().filter(|&&slot| slot != NONE).map(|_| 1).sum::<u32>().min(cap)
}

/// How many slots a cell needs. A cap of one needs one too, to tell it from none.
pub(super) fn slots_for(cap: u32) -> usize {
    cap.saturating_sub(1).max(1) as usize
}

/// One institution column's slots, for all cells, beside their records.
#[derive(Debug)]
pub(super) struct Far {
    width: usize,
    slots: Vec<u32>,
}

impl Far {
    pub(super) fn new(cap: u32) -> Self {
        Self { width: slots_for(cap), slots: Vec::new() }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        self.slots.resize(cells * self.width, NONE);
    }

    pub(super) fn see(&mut self, cell: usize, institution: u32) -> Result<()> {
        see(self.of(cell)?, institution);
        Ok(())
    }

    pub(super) fn merge(&mut self, cell: usize, other: impl IntoIterator<Item = u32>) -> Result<()> {
        merge(self.of(cell)?, other);
        Ok(())
    }

    fn of(&mut self, cell: usize) -> Result<&mut [u32]> {
        let start = cell * self.width;
        self.slots.get_mut(start..start + self.width).ok_or_else(|| broken("a cell without slots"))
    }

    /// The slots of the emitted cells, one after the other.
    pub(super) fn take(&mut self, emit_to: EmitTo) -> Vec<u32> {
        match emit_to {
            EmitTo::All => std::mem::take(&mut self.slots),
            EmitTo::First(n) => EmitTo::First(n * self.width).take_needed(&mut self.slots),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.slots.capacity() * size_of::<u32>()
    }
}

/// A slot table as columns of a partial state, one column a slot.
pub(super) fn to_columns(slots: &[u32], width: usize) -> Vec<ArrayRef> {
    (0..width)
        .map(|nth| {
            let column = slots.iter().skip(nth).step_by(width).copied();
            Arc::new(UInt32Array::from_iter_values(column)) as ArrayRef
        })
        .collect()
}

/// The reverse of `to_columns`: each cell's slots.
pub(super) struct SlotColumns<'a>(Vec<&'a [u32]>);

impl<'a> SlotColumns<'a> {
    pub(super) fn read(columns: &'a [ArrayRef]) -> Result<Self> {
        let slices = columns.iter().map(|column| {
            let column = column.as_primitive_opt::<UInt32Type>().filter(|c| c.null_count() == 0);
            column.map(|c| &**c.values()).ok_or_else(|| broken("slots of the wrong type"))
        });
        Ok(Self(slices.collect::<Result<_>>()?))
    }

    pub(super) fn cell(&self, row: usize) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().filter_map(move |column| column.get(row).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_up_to_the_cap_and_stays_there() {
        for cap in 1..6 {
            let mut slots = vec![NONE; slots_for(cap)];
            for (nth, institution) in [7, 7, NONE, 3, 7, 9, 3, 0, 5, 7].into_iter().enumerate() {
                see(&mut slots, institution);
                let distinct = [1, 1, 1, 2, 2, 3, 3, 4, 5, 5][nth];
                assert_eq!(count(&slots, cap), cap.min(distinct), "cap {cap}, step {nth}");
            }
        }
    }

    #[test]
    fn merging_is_a_union() {
        let slots = |ids: &[u32]| {
            let mut slots = [NONE; 2];
            ids.iter().for_each(|&id| see(&mut slots, id));
            slots
        };
        for (a, b, union) in [
            (&[][..], &[][..], 0),
            (&[4], &[4], 1),
            (&[4], &[5], 2),
            (&[4, 5], &[5, 4], 2),
            (&[4, 5], &[6], 3),
            (&[1, 2, 3], &[1], 3),
            (&[1], &[1, 2, 3], 3),
            (&[], &[1, 2, 3], 3),
        ] {
            let mut merged = slots(a);
            merge(&mut merged, slots(b));
            assert_eq!(count(&merged, 3), union, "{a:?} and {b:?}");
        }
    }
}
