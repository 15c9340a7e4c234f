//! Integers and decimals.

use datafusion::arrow::datatypes::Decimal128Type;

use super::{Amount, Line, Sums, Wide};

/// Integers as long as every sum fits, see `Reach`.
impl Amount for i64 {
    type Total = i64;
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
    #[inline]
    fn add_to(self, total: i64) -> i64 {
        total.wrapping_add(self)
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
    #[inline]
    fn add_to(self, total: i128) -> i128 {
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
        a.plus(b)
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
