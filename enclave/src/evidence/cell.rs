//! What is kept of one cell, in one small record: at hundreds of thousands of cells, cache misses rule.

use super::amount::{Amount, Sums};
use super::institutions::{NONE, see};

/// No patient has this number: snapshots number them from zero, and hold fewer.
pub(super) const NOBODY: u32 = u32::MAX;

/// The institution cap up to which a cell's record itself holds its first institution column.
pub(super) const NEAR_CAP: u32 = 3;

/// One cell. With integer sums it fills a cache line (64 bytes); without sums, half of one.
#[derive(Clone, Copy)]
pub(super) struct Cell<A: Amount> {
    /// The patient whose rows are coming in, or `NOBODY`.
    pub(super) last: u32,
    /// Closed patients.
    pub(super) patients: u32,
    /// Rows that feed the figure.
    pub(super) rows: u64,
    /// The first institution column's slots, see `institutions`, if the cap is `NEAR_CAP`.
    pub(super) near: [u32; 2],
    /// Sums of the argument.
    pub(super) sums: Sums<A>,
    _placed: A::Placed,
}

impl<A: Amount> Cell<A> {
    /// A cell of a partial state: nobody's rows are coming in.
    pub(super) fn closed(rows: u64, patients: u32, near: [u32; 2], sums: Sums<A>) -> Self {
        Self { patients, rows, near, sums, ..Self::empty() }
    }

    pub(super) fn empty() -> Self {
        Self {
            last: NOBODY,
            patients: 0,
            rows: 0,
            near: [NONE; 2],
            sums: Sums::default(),
            _placed: A::Placed::default(),
        }
    }

    /// Closes the running patient, if there is one.
    #[inline]
    pub(super) fn close(&mut self) {
        self.sums.close();
        self.patients += u32::from(self.last != NOBODY);
        self.last = NOBODY;
    }

    /// Takes the running patient out, unclosed.
    #[inline]
    pub(super) fn take_running(&mut self) -> Option<(u32, A)> {
        let sum = std::mem::take(&mut self.sums.running);
        let last = std::mem::replace(&mut self.last, NOBODY);
        (last != NOBODY).then_some((last, sum))
    }

    /// Notes an institution in the near slots.
    #[inline]
    pub(super) fn see_near(&mut self, institution: u32) {
        see(&mut self.near, institution);
    }

    pub(super) fn widen(self) -> Cell<A::Wide> {
        Cell {
            last: self.last,
            patients: self.patients,
            rows: self.rows,
            near: self.near,
            sums: self.sums.widen(),
            _placed: Default::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::amount::Fixed;
    use super::*;

    #[test]
    fn hot_records_are_as_small_as_was_measured() {
        assert_eq!((size_of::<Cell<()>>(), align_of::<Cell<()>>()), (32, 32));
        assert_eq!((size_of::<Cell<i64>>(), align_of::<Cell<i64>>()), (64, 64));
        assert_eq!((size_of::<Cell<Fixed>>(), align_of::<Cell<Fixed>>()), (192, 64));
    }
}
