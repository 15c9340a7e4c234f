//! Floating point.

use datafusion::arrow::datatypes::Float64Type;

use super::{Amount, Sums, Wide};

/// A floating-point sum and what rounding took from it: Neumaier's variant of Kahan summation
/// (A. Neumaier, Z. Angew. Math. Mech. 54, 1974).
#[derive(Clone, Copy, Default)]
pub(in crate::evidence) struct Compensated {
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
    pub(in crate::evidence) fn value(self) -> f64 {
        if self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl Amount for f64 {
    type Total = Compensated;
    type Placed = ();
    type Wide = f64;
    #[inline]
    fn plus(self, other: f64) -> f64 {
        self + other
    }
    #[inline]
    fn magnitude(self) -> f64 {
        self.abs()
    }
    #[inline]
    fn ordered(self, other: f64) -> (f64, f64) {
        (self.max(other), self.min(other))
    }
    #[inline]
    fn add_to(self, total: Compensated) -> Compensated {
        total.plus(self)
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
