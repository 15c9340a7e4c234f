//! Integers and decimals.

use datafusion::arrow::datatypes::Decimal128Type;

use super::{Amount, Line, Wide, sums};
use crate::ledger::{Amount as Contribution, Fingerprint, Unfolded, Weights};

/// Integers as long as every sum fits, see `Reach`.
impl Amount for i64 {
    type Placed = Line;
    type Wide = i128;
    #[inline]
    fn plus(self, other: i64) -> i64 {
        self.wrapping_add(other)
    }
    #[inline]
    fn magnitude(self) -> i64 {
        self.wrapping_abs()
    }
    #[inline]
    fn ordered(self, other: i64) -> (i64, i64) {
        (self.max(other), self.min(other))
    }
    fn widen(self) -> i128 {
        self.into()
    }
    /// `Reach` says that it stays right.
    type Print = Unfolded;
    #[inline]
    fn print(self, weights: &Weights, print: &mut Unfolded) -> u16 {
        print.add(weights, self);
        weights.residue_of_narrow(self)
    }
    fn fold(print: Unfolded) -> Fingerprint {
        print.folded()
    }
}

/// Stands for a sum beyond 128 bits, and stays so whatever is added. No argument can be this
/// small: decimals have at most 38 digits.
const BEYOND: i128 = i128::MIN;

/// Integers that do not fit into 64 bits, and decimals.
impl Amount for i128 {
    type Placed = Line;
    type Wide = i128;
    #[inline]
    fn plus(self, other: i128) -> i128 {
        if self == BEYOND || other == BEYOND {
            return BEYOND;
        }
        self.checked_add(other).unwrap_or(BEYOND)
    }
    #[inline]
    fn magnitude(self) -> i128 {
        self.checked_abs().unwrap_or(BEYOND)
    }
    #[inline]
    fn ordered(self, other: i128) -> (i128, i128) {
        // A size beyond 128 bits is larger than any other.
        if self == BEYOND || (other != BEYOND && self >= other) { (self, other) } else { (other, self) }
    }
    fn widen(self) -> i128 {
        self
    }
    type Print = Fingerprint;
    fn print(self, weights: &Weights, print: &mut Fingerprint) -> u16 {
        super::print(&Contribution::of(self), weights, print)
    }
    fn fold(print: Fingerprint) -> Fingerprint {
        print
    }
}

impl Wide for i128 {
    type Part = Decimal128Type;
    const PARTS: usize = sums::PARTS;
    fn to_part(self) -> i128 {
        self
    }
    fn of_part(part: i128) -> i128 {
        part
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
    fn of_fingerprint(print: Fingerprint) -> Fingerprint {
        print
    }
}

#[cfg(test)]
mod tests {
    use super::super::sums::tests::folded;
    use super::*;

    #[test]
    fn beyond_128_bits_stays_beyond() {
        let most = 10_i128.pow(38) - 1;
        let mut sums = folded(&[most, most]);
        assert_eq!(sums.total, BEYOND);
        sums.fold(-most);
        assert_eq!((sums.total, sums.sizes, sums.top1), (BEYOND, BEYOND, most));
        assert_eq!((sums.total.as_f64(), sums.top1.as_f64()), (None, Some(1e38)));
        assert_eq!(5.ordered(BEYOND), (BEYOND, 5));
        assert_eq!(BEYOND.ordered(5), (BEYOND, 5));
    }
}
