//! The sums of one cell: of the patient at hand, of all, and the two largest.

use datafusion::arrow::datatypes::ArrowPrimitiveType;

use super::{Amount, Wide};

/// The sums of one cell.
#[derive(Clone, Copy, Default)]
pub(in crate::evidence) struct Sums<A: Amount> {
    /// Of the patient whose rows are coming in.
    pub(in crate::evidence) running: A,
    /// Of all closed patients and of rows that are nobody's.
    pub(in crate::evidence) total: A,
    /// Of the sizes of all closed patients' sums.
    pub(in crate::evidence) sizes: A,
    /// The largest size of a closed patient's sum.
    pub(in crate::evidence) top1: A,
    /// The second largest.
    pub(in crate::evidence) top2: A,
}

impl<A: Amount> Sums<A> {
    /// Closes the running patient.
    #[inline]
    pub(in crate::evidence) fn close(&mut self) {
        self.fold(self.running);
        self.running = A::default();
    }

    /// Adds one patient's whole sum.
    #[inline]
    pub(in crate::evidence) fn fold(&mut self, sum: A) {
        let size = sum.magnitude();
        self.total = self.total.plus(sum);
        self.sizes = self.sizes.plus(size);
        let (top1, lesser) = self.top1.ordered(size);
        (self.top1, self.top2) = (top1, self.top2.ordered(lesser).0);
    }

    /// The same sums in the wider type.
    pub(in crate::evidence) fn widen(self) -> Sums<A::Wide> {
        Sums {
            running: self.running.widen(),
            total: self.total.widen(),
            sizes: self.sizes.widen(),
            top1: self.top1.widen(),
            top2: self.top2.widen(),
        }
    }
}

/// How many columns of a partial state the sums of a cell take.
pub(in crate::evidence) const PARTS: usize = 4;

type Part<W> = <<W as Wide>::Part as ArrowPrimitiveType>::Native;

impl<W: Wide> Sums<W> {
    /// The closed part of the sums, as columns of a partial state.
    pub(in crate::evidence) fn to_parts(self) -> [Part<W>; PARTS] {
        [self.total, self.sizes, self.top1, self.top2].map(W::to_part)
    }

    /// The reverse of `to_parts`.
    pub(in crate::evidence) fn of_parts(parts: [Part<W>; PARTS]) -> Self {
        let [total, sizes, top1, top2] = parts.map(W::of_part);
        Self { running: W::default(), total, sizes, top1, top2 }
    }

    /// Adds the closed part of another cell's sums.
    pub(in crate::evidence) fn merge(&mut self, other: &Self) {
        self.total = self.total.plus(other.total);
        self.sizes = self.sizes.plus(other.sizes);
        let (top1, lesser) = self.top1.ordered(other.top1);
        let (greater, _) = self.top2.ordered(other.top2);
        (self.top1, self.top2) = (top1, greater.ordered(lesser).0);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::evidence::amount) fn folded<A: Amount>(amounts: &[A]) -> Sums<A> {
        let mut sums = Sums::default();
        amounts.iter().for_each(|&amount| sums.fold(amount));
        sums
    }

    #[test]
    fn merging_keeps_the_two_largest() {
        for (a, b, tops) in [
            (&[5, 4][..], &[3, 2][..], (5, 4)),
            (&[5, 1], &[4, 3], (5, 4)),
            (&[1], &[9, 8], (9, 8)),
            (&[], &[7], (7, 0)),
        ] {
            let mut sums: Sums<i128> = folded(a);
            sums.merge(&folded(b));
            assert_eq!((sums.top1, sums.top2), tops, "{a:?} {b:?}");
            assert_eq!(sums.total, a.iter().chain(b).sum());
        }
    }
}
