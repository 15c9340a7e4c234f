//! Floating-point numbers in fixed point, so that their sums are exact.
//!
//! A sum of floats depends on the order of its terms, in its low bits. Those bits would tell how rows were
//! split over threads, and by the differences of two answers of one patient's low bits. Here each value is
//! put on one grid, by itself, and what is on the grid adds up exactly: any order and any split gives
//! the same sum, and the nearest float to it is the figure. (How many of its digits are shown is the
//! gate's to say.)
//!
//! [`Fine`] is half as large and as exact, for the usual numbers; [`FineReach`] tells when it no longer is.
//!
//! Out of scope: values that are no numbers or too large. They count as missing, see `batch`.

use std::cmp::Ordering;

use datafusion::arrow::datatypes::{Decimal256Type, i256};

use super::{Amount, Line, Wide, sums};
use crate::ledger::{Amount as Contribution, Fingerprint, Weights};

/// Values must be less than this away from zero: 2⁹⁰, about 1.2·10²⁷.
pub(in crate::evidence) const SUMMABLE: f64 = (1_u128 << 90) as f64;

/// So many rows of such values stay within ±2¹²⁷.
pub(in crate::evidence) const MOST_ROWS: u64 = 1 << 37;

/// A multiple of 2⁻¹²⁸ within ±2¹²⁷: 128 bits before the point and 128 behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::evidence) struct Fixed(i256);

/// Bits of an IEEE 754 double behind the leading one.
pub(super) const FRACTION: u32 = 52;

/// The exponent field of a double whose last bit is worth 2⁻¹²⁸.
const ON_GRID: u32 = 1023 + FRACTION - 128;

impl From<f64> for Fixed {
    /// Rounds toward zero. The value must be summable; others make a wrong number, but nothing worse.
    #[inline]
    fn from(value: f64) -> Self {
        let bits = value.to_bits();
        let exponent = (bits >> FRACTION) as u32 & 0x7ff;
        let significand = u128::from(bits & ((1 << FRACTION) - 1) | 1 << FRACTION);
        let (low, high) = match exponent.checked_sub(ON_GRID) {
            Some(0) => (significand, 0),
            Some(left @ 1..128) => (significand << left, significand >> (128 - left)),
            Some(left) => (0, significand.checked_shl(left - 128).unwrap_or(0)),
            // Subnormals, which have no leading one, are among those that come to nothing.
            None => (significand.checked_shr(ON_GRID - exponent).unwrap_or(0), 0),
        };
        let size = i256::from_parts(low, high.cast_signed());
        Self(if value.is_sign_negative() { size.wrapping_neg() } else { size })
    }
}

impl Fixed {
    /// So many times 2⁻¹²⁸.
    pub(super) fn of(units: i256) -> Self {
        Self(units)
    }

    /// The nearest float; of two, the one whose last bit is zero.
    fn to_f64(self) -> f64 {
        let (low, high) = self.0.wrapping_abs().to_parts();
        let high = high.cast_unsigned();
        let zeros = high.leading_zeros();
        // The 128 bits after the leading zeros, the last of them set if any further bit is, so that rounding
        // can't mistake more than a half for a half.
        let (leading, last_bit) = match zeros {
            0 => (high | u128::from(low != 0), 1.0),
            1..128 => {
                let rest = u128::from(low << zeros != 0);
                (high << zeros | low >> (128 - zeros) | rest, power_of_two(-zeros.cast_signed()))
            }
            _ => (low, power_of_two(-128)),
        };
        let size = leading as f64 * last_bit;
        if self.0.is_negative() { -size } else { size }
    }
}

/// Exact, for exponents of normal doubles.
fn power_of_two(exponent: i32) -> f64 {
    2_f64.powi(exponent)
}

impl Amount for Fixed {
    type Placed = Line;
    type Wide = Self;
    #[inline]
    fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
    #[inline]
    fn magnitude(self) -> Self {
        Self(self.0.wrapping_abs())
    }
    #[inline]
    fn ordered(self, other: Self) -> (Self, Self) {
        if self.0.cmp(&other.0) == Ordering::Less { (other, self) } else { (self, other) }
    }
    fn widen(self) -> Self {
        self
    }
    type Print = Fingerprint;
    fn print(self, weights: &Weights, print: &mut Fingerprint) -> u16 {
        let (low, high) = self.0.to_parts();
        super::print(&Contribution::of_halves(low, high), weights, print)
    }
    fn fold(print: Fingerprint) -> Fingerprint {
        print
    }
}

impl Wide for Fixed {
    type Part = Decimal256Type;
    const PARTS: usize = sums::PARTS;
    fn to_part(self) -> i256 {
        self.0
    }
    fn of_part(part: i256) -> Self {
        Self(part)
    }
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.to_le_bytes());
    }
    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(Self(i256::from_le_bytes(*head)))
    }
    fn as_f64(self) -> Option<f64> {
        Some(self.to_f64())
    }
    fn of_fingerprint(print: Fingerprint) -> Fingerprint {
        print
    }
}

#[cfg(test)]
pub(super) mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// A float of any sign and significand, whose size is between two powers of two.
    pub(in crate::evidence::amount) fn random(rng: &mut SmallRng, exponents: std::ops::Range<i32>) -> f64 {
        let size = rng.random_range(1.0..2.0) * 2_f64.powi(rng.random_range(exponents));
        if rng.random_bool(0.5) { size } else { -size }
    }

    /// The nearest float to the exact sum: J. R. Shewchuk's expansions, as in Python's `math.fsum`.
    fn nearest_sum(values: &[f64]) -> f64 {
        fn both(x: f64, y: f64) -> (f64, f64) {
            let (x, y) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
            (x + y, y - (x + y - x))
        }
        let mut parts: Vec<f64> = Vec::new();
        for &value in values {
            let (mut high, mut lows) = (value, Vec::new());
            for part in parts {
                let (sum, low) = both(high, part);
                lows.extend((low != 0.0).then_some(low));
                high = sum;
            }
            lows.push(high);
            parts = lows;
        }
        let (mut high, mut low) = (parts.pop().unwrap_or(0.0), 0.0);
        while let Some(part) = parts.pop() {
            (high, low) = both(high, part);
            if low != 0.0 {
                break;
            }
        }
        let further = parts.pop().unwrap_or(0.0);
        // Just a half, and something more on the same side.
        if low * further > 0.0 && high + 2.0 * low - high == 2.0 * low { high + 2.0 * low } else { high }
    }

    fn sum(values: &[f64]) -> Fixed {
        values.iter().fold(Fixed::default(), |sum, &value| sum.plus(value.into()))
    }

    #[test]
    fn doubles_come_back_as_they_were() {
        let mut rng = SmallRng::seed_from_u64(1);
        for _ in 0..20_000 {
            let value = random(&mut rng, -76..90);
            assert_eq!(Fixed::from(value).to_f64(), value, "{value:e}");
        }
        for value in [0.0, 1.0, -1.0, 2_f64.powi(-128), -(2_f64.powi(-128)), SUMMABLE.next_down()] {
            assert_eq!(Fixed::from(value).to_f64(), value, "{value:e}");
        }
    }

    #[test]
    fn what_is_below_the_grid_is_cut_off_and_what_is_above_does_no_harm() {
        let unit = 2_f64.powi(-128);
        for (value, units) in [(unit * 1.75, 1.0), (-unit * 2.5, -2.0), (unit / 2.0, 0.0), (5e-324, 0.0)] {
            assert_eq!(Fixed::from(value).to_f64(), units * unit, "{value:e}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::MIN, f64::MIN_POSITIVE] {
            let _no_panic = Fixed::from(value);
        }
    }

    #[test]
    fn sums_are_the_nearest_to_the_exact_ones() {
        let mut rng = SmallRng::seed_from_u64(2);
        for _ in 0..2_000 {
            let least = rng.random_range(-76..80);
            let most = rng.random_range(least + 1..=90);
            let mut values: Vec<f64> =
                (0..rng.random_range(0..60)).map(|_| random(&mut rng, least..most)).collect();
            // Much of it cancels, so that low bits count.
            let lost: Vec<f64> = values.iter().filter(|_| rng.random_bool(0.5)).map(|value| -value).collect();
            values.extend(lost);
            assert_eq!(sum(&values).to_f64(), nearest_sum(&values), "{values:?}");
        }
        let tie = 2_f64.powi(53);
        for (values, nearest) in [
            (&[tie, 1.0][..], tie),
            (&[tie, 1.0, 1e-30], tie + 2.0),
            (&[tie, 3.0], tie + 4.0),
            (&[-tie, -1.0, -1e-30], -tie - 2.0),
            (&[1e16, 1.0, -1e16], 1.0),
        ] {
            assert_eq!(sum(values).to_f64(), nearest, "{values:?}");
            assert_eq!(nearest_sum(values), nearest, "{values:?}");
        }
    }

    #[test]
    fn as_many_of_the_largest_as_may_be_do_not_wrap() {
        let most = Fixed::from(SUMMABLE.next_down());
        let all = (0..37).fold(most, |sum, _| sum.plus(sum));
        assert_eq!(all.to_f64(), SUMMABLE.next_down() * MOST_ROWS as f64);
        assert_eq!(all.magnitude(), all);
    }
}
