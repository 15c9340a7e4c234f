//! The arithmetic of sums: narrow while it fits, wide when it must be, compensated for floats.

use datafusion::arrow::datatypes::{ArrowPrimitiveType, Decimal128Type, Float64Type};

/// What is summed for a patient and for a cell. `()` is for figures that only count.
pub(super) trait Amount: Copy + Default + PartialEq + Send + Sync + 'static {
    /// A cell's sum; wider than one amount where rounding asks for it.
    type Total: Copy + Default + Send + Sync;
    /// The type of the partial state, in which no sum gets stuck.
    type Wide: Wide;

    /// The sum of two, or `None` if it needs the wider type.
    fn plus(self, other: Self) -> Option<Self>;
    /// The size without the sign, or `None` if it needs the wider type.
    fn magnitude(self) -> Option<Self>;
    /// The larger and the smaller of two magnitudes.
    fn ordered(self, other: Self) -> (Self, Self);
    /// A cell's sum with this added, or `None` if it needs the wider type.
    fn add_to(self, total: Self::Total) -> Option<Self::Total>;
    /// The same amount in the wider type.
    fn widen(self) -> Self::Wide;
    /// The same sum in the wider type.
    fn widen_total(total: Self::Total) -> <Self::Wide as Amount>::Total;
}

/// An amount whose operations always succeed, and that has a form in partial states.
pub(super) trait Wide: Amount<Wide = Self> {
    /// The Arrow type of its parts in a partial state.
    type Part: ArrowPrimitiveType;
    /// How many columns of that type the sums of a cell take, at most five.
    const PARTS: usize;

    /// The sum of two cells' sums.
    fn join(a: Self::Total, b: Self::Total) -> Self::Total;
    /// A cell's sum as columns of a partial state, and back.
    fn to_parts(sums: &Sums<Self>) -> [<Self::Part as ArrowPrimitiveType>::Native; 5];
    /// The reverse of `to_parts`.
    fn of_parts(parts: [<Self::Part as ArrowPrimitiveType>::Native; 5]) -> Sums<Self>;
    /// Appends the amount's bytes, always as many.
    fn write(self, bytes: &mut Vec<u8>);
    /// Takes an amount from the front of `bytes`.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
    /// As floating point, or `None` if it does not fit or is not a number.
    fn as_f64(self) -> Option<f64>;
    /// A cell's sum as floating point, or `None` if it does not fit.
    fn total_as_f64(total: Self::Total) -> Option<f64>;
}

/// The sums of one cell.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums<A: Amount> {
    /// Of the patient whose rows are coming in.
    pub(super) running: A,
    /// Of all closed patients and of rows that are nobody's.
    pub(super) total: A::Total,
    /// Of the sizes of all closed patients' sums.
    pub(super) sizes: A,
    /// The largest size of a closed patient's sum.
    pub(super) top1: A,
    /// The second largest.
    pub(super) top2: A,
}

impl<A: Amount> Sums<A> {
    /// Closes the running patient; `None` changes nothing and asks for the wider type.
    #[inline]
    pub(super) fn close(&mut self) -> Option<()> {
        self.fold(self.running)?;
        self.running = A::default();
        Some(())
    }

    /// Adds one patient's whole sum; `None` changes nothing and asks for the wider type.
    #[inline]
    pub(super) fn fold(&mut self, sum: A) -> Option<()> {
        let size = sum.magnitude()?;
        let (total, sizes) = (sum.add_to(self.total)?, self.sizes.plus(size)?);
        self.total = total;
        self.sizes = sizes;
        let (top1, lesser) = self.top1.ordered(size);
        (self.top1, self.top2) = (top1, self.top2.ordered(lesser).0);
        Some(())
    }

    /// The same sums in the wider type.
    pub(super) fn widen(self) -> Sums<A::Wide> {
        Sums {
            running: self.running.widen(),
            total: A::widen_total(self.total),
            sizes: self.sizes.widen(),
            top1: self.top1.widen(),
            top2: self.top2.widen(),
        }
    }
}

impl<W: Wide> Sums<W> {
    /// Adds the closed part of another cell's sums.
    pub(super) fn merge(&mut self, other: &Self) -> Option<()> {
        self.total = W::join(self.total, other.total);
        self.sizes = self.sizes.plus(other.sizes)?;
        let (top1, lesser) = self.top1.ordered(other.top1);
        let (greater, _) = self.top2.ordered(other.top2);
        (self.top1, self.top2) = (top1, greater.ordered(lesser).0);
        Some(())
    }
}

impl Amount for () {
    type Total = ();
    type Wide = ();
    fn plus(self, (): ()) -> Option<()> {
        Some(())
    }
    fn magnitude(self) -> Option<()> {
        Some(())
    }
    fn ordered(self, (): ()) -> ((), ()) {
        ((), ())
    }
    fn add_to(self, (): ()) -> Option<()> {
        Some(())
    }
    fn widen(self) {}
    fn widen_total((): ()) {}
}

impl Wide for () {
    type Part = Float64Type;
    const PARTS: usize = 0;
    fn join((): (), (): ()) {}
    fn to_parts(_: &Sums<()>) -> [f64; 5] {
        [0.0; 5]
    }
    fn of_parts(_: [f64; 5]) -> Sums<()> {
        Sums::default()
    }
    fn write(self, _: &mut Vec<u8>) {}
    fn read(_: &mut &[u8]) -> Option<()> {
        Some(())
    }
    fn as_f64(self) -> Option<f64> {
        Some(0.0)
    }
    fn total_as_f64((): ()) -> Option<f64> {
        Some(0.0)
    }
}

/// Integers as long as every sum fits.
impl Amount for i64 {
    type Total = i64;
    type Wide = i128;
    #[inline]
    fn plus(self, other: i64) -> Option<i64> {
        self.checked_add(other)
    }
    #[inline]
    fn magnitude(self) -> Option<i64> {
        self.checked_abs()
    }
    #[inline]
    fn ordered(self, other: i64) -> (i64, i64) {
        (self.max(other), self.min(other))
    }
    #[inline]
    fn add_to(self, total: i64) -> Option<i64> {
        total.checked_add(self)
    }
    fn widen(self) -> i128 {
        self.into()
    }
    fn widen_total(total: i64) -> i128 {
        total.into()
    }
}

/// Stands for a sum beyond 128 bits, and stays so whatever is added. No argument can be this
/// small: decimals have at most 38 digits.
const BEYOND: i128 = i128::MIN;

/// Integers that do not fit into 64 bits, and decimals.
impl Amount for i128 {
    type Total = i128;
    type Wide = i128;
    #[inline]
    fn plus(self, other: i128) -> Option<i128> {
        if self == BEYOND || other == BEYOND {
            return Some(BEYOND);
        }
        Some(self.checked_add(other).unwrap_or(BEYOND))
    }
    #[inline]
    fn magnitude(self) -> Option<i128> {
        Some(self.checked_abs().unwrap_or(BEYOND))
    }
    #[inline]
    fn ordered(self, other: i128) -> (i128, i128) {
        // A size beyond 128 bits is larger than any other.
        if self == BEYOND || (other != BEYOND && self >= other) { (self, other) } else { (other, self) }
    }
    #[inline]
    fn add_to(self, total: i128) -> Option<i128> {
        self.plus(total)
    }
    fn widen(self) -> i128 {
        self
    }
    fn widen_total(total: i128) -> i128 {
        total
    }
}

impl Wide for i128 {
    type Part = Decimal128Type;
    const PARTS: usize = 4;
    fn join(a: i128, b: i128) -> i128 {
        a.plus(b).unwrap_or(BEYOND)
    }
    fn to_parts(sums: &Sums<i128>) -> [i128; 5] {
        [sums.total, sums.sizes, sums.top1, sums.top2, 0]
    }
    fn of_parts([total, sizes, top1, top2, _]: [i128; 5]) -> Sums<i128> {
        Sums { running: 0, total, sizes, top1, top2 }
    }
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
    fn read(bytes: &mut &[u8]) -> Option<i128> {
        let (head, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(i128::from_le_bytes(*head))
    }
    fn as_f64(self) -> Option<f64> {
        (self != BEYOND).then_some(self as f64)
    }
    fn total_as_f64(total: i128) -> Option<f64> {
        total.as_f64()
    }
}

/// A floating-point sum and what rounding took from it: Neumaier's variant of Kahan summation
/// (A. Neumaier, Z. Angew. Math. Mech. 54, 1974).
#[derive(Clone, Copy, Default)]
pub(super) struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    #[inline]
    fn plus(self, x: f64) -> Self {
        let sum = self.sum + x;
        let lost = if self.sum.abs() >= x.abs() { (self.sum - sum) + x } else { (x - sum) + self.sum };
        Self { sum, lost: self.lost + lost }
    }

    /// The rounded sum. Where it is infinite or no number, what was lost is too: then it is the plain sum.
    pub(super) fn value(self) -> f64 {
        if self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl Amount for f64 {
    type Total = Compensated;
    type Wide = f64;
    #[inline]
    fn plus(self, other: f64) -> Option<f64> {
        Some(self + other)
    }
    #[inline]
    fn magnitude(self) -> Option<f64> {
        Some(self.abs())
    }
    #[inline]
    fn ordered(self, other: f64) -> (f64, f64) {
        (self.max(other), self.min(other))
    }
    #[inline]
    fn add_to(self, total: Compensated) -> Option<Compensated> {
        Some(total.plus(self))
    }
    fn widen(self) -> f64 {
        self
    }
    fn widen_total(total: Compensated) -> Compensated {
        total
    }
}

impl Wide for f64 {
    type Part = Float64Type;
    const PARTS: usize = 5;
    fn join(a: Compensated, b: Compensated) -> Compensated {
        let joined = a.plus(b.sum);
        Compensated { lost: joined.lost + b.lost, ..joined }
    }
    fn to_parts(sums: &Sums<f64>) -> [f64; 5] {
        [sums.total.sum, sums.total.lost, sums.sizes, sums.top1, sums.top2]
    }
    fn of_parts([sum, lost, sizes, top1, top2]: [f64; 5]) -> Sums<f64> {
        Sums { running: 0.0, total: Compensated { sum, lost }, sizes, top1, top2 }
    }
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
    fn read(bytes: &mut &[u8]) -> Option<f64> {
        let (head, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(f64::from_le_bytes(*head))
    }
    fn as_f64(self) -> Option<f64> {
        self.is_finite().then_some(self)
    }
    fn total_as_f64(total: Compensated) -> Option<f64> {
        Some(total.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded<A: Amount>(amounts: &[A]) -> Sums<A> {
        let mut sums = Sums::default();
        amounts.iter().for_each(|&amount| sums.fold(amount).unwrap());
        sums
    }

    #[test]
    fn a_narrow_sum_that_gets_stuck_is_left_as_it_was() {
        for (first, second) in [(i64::MAX, 1), (i64::MAX, -1), (0, i64::MIN), (i64::MIN + 1, -2)] {
            let mut sums = folded(&[first]);
            let before = (sums.total, sums.sizes, sums.top1, sums.top2);
            assert!(sums.fold(second).is_none(), "{first} {second}");
            assert_eq!((sums.total, sums.sizes, sums.top1, sums.top2), before);
        }
    }

    #[test]
    fn beyond_128_bits_stays_beyond() {
        let most = 10_i128.pow(38) - 1;
        let mut sums = folded(&[most, most]);
        assert_eq!(sums.total, BEYOND);
        sums.fold(-most).unwrap();
        assert_eq!((sums.total, sums.sizes, sums.top1), (BEYOND, BEYOND, most));
        assert_eq!((sums.total.as_f64(), sums.top1.as_f64()), (None, Some(1e38)));
        assert_eq!(5.ordered(BEYOND), (BEYOND, 5));
        assert_eq!(BEYOND.ordered(5), (BEYOND, 5));
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
            sums.merge(&folded(b)).unwrap();
            assert_eq!((sums.top1, sums.top2), tops, "{a:?} {b:?}");
            assert_eq!(sums.total, a.iter().chain(b).sum());
        }
    }
}
