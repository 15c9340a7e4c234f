//! Floating-point sums in half the room, exact for the usual numbers.

use datafusion::arrow::datatypes::i256;

use super::fixed::{FRACTION, Fixed};
use super::{Amount, Line};
use crate::ledger::{Amount as Contribution, Fingerprint, Weights};

/// Bits behind the point.
const BEHIND: u32 = 74;

/// The exponent field of a double whose last bit is worth 2⁻⁷⁴.
const ON_GRID: u64 = (1023 + FRACTION - BEHIND) as u64;

/// A multiple of 2⁻⁷⁴ within ±2⁵³. As exact as [`Fixed`] while [`FineReach`] says so.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::evidence) struct Fine(i128);

impl From<f64> for Fine {
    /// The value must be within a `FineReach`; others make a wrong number, but nothing worse.
    #[inline]
    fn from(value: f64) -> Self {
        let bits = value.to_bits();
        let exponent = bits >> FRACTION & 0x7ff;
        let significand = if exponent == 0 { 0 } else { bits & ((1 << FRACTION) - 1) | 1 << FRACTION };
        let size = i128::from(significand).wrapping_shl(exponent.wrapping_sub(ON_GRID) as u32);
        Self(if value.is_sign_negative() { -size } else { size })
    }
}

impl Amount for Fine {
    type Placed = Line;
    type Wide = Fixed;
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
        (Self(self.0.max(other.0)), Self(self.0.min(other.0)))
    }
    fn widen(self) -> Fixed {
        let Self(value) = self;
        Fixed::of(i256::from_parts(value.cast_unsigned() << (128 - BEHIND), value >> BEHIND))
    }
    type Print = Fingerprint;
    fn print(self, weights: &Weights, print: &mut Fingerprint) -> u16 {
        const UNIT: Contribution = Contribution::narrow(1 << (128 - BEHIND));
        super::print(&Contribution::of(self.0).times(&UNIT), weights, print)
    }
    fn fold(print: Fingerprint) -> Fingerprint {
        print
    }
}

/// The sum of the sizes of all floats taken in, and whether each was a multiple of 2⁻⁷⁴.
#[derive(Debug, Default)]
pub(in crate::evidence) struct FineReach {
    sizes: f64,
}

/// Sums this far from zero leave room for the rounding of the reach itself: 2⁵².
const FARTHEST: f64 = (1_u64 << 52) as f64;

/// From here on every double is a multiple of 2⁻⁷⁴: 2⁻²², about 2.4·10⁻⁷.
const NEAREST: f64 = 1.0 / (1 << (BEHIND - FRACTION)) as f64;

impl FineReach {
    /// Takes values in. Returns whether all their sums are exact; once they are not, they never are again.
    pub(in crate::evidence) fn extend(&mut self, values: &[f64]) -> bool {
        // Several sums side by side, since the order of the terms of one may not be changed.
        const LANES: usize = 8;
        let (chunks, rest) = values.as_chunks::<LANES>();
        let (mut lanes, mut on_grid) = ([self.sizes, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], true);
        for chunk in chunks {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane += value.abs();
                on_grid &= value.abs() >= NEAREST || *value == 0.0;
            }
        }
        for value in rest {
            on_grid &= value.abs() >= NEAREST || *value == 0.0;
        }
        self.sizes = lanes.iter().sum::<f64>() + rest.iter().map(|value| value.abs()).sum::<f64>();
        if !on_grid {
            self.sizes = f64::INFINITY;
        }
        self.sizes < FARTHEST
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::super::Wide;
    use super::super::fixed::tests::random;
    use super::*;

    #[test]
    fn sums_within_reach_are_those_of_the_wider_type() {
        let mut rng = SmallRng::seed_from_u64(1);
        for _ in 0..2_000 {
            let values: Vec<f64> = (0..20).map(|_| random(&mut rng, -22..46)).chain([0.0, -0.0]).collect();
            assert!(FineReach::default().extend(&values));
            let (mut fine, mut fixed) = (Fine::default(), Fixed::default());
            for &value in &values {
                fine = fine.plus(value.into());
                fixed = fixed.plus(value.into());
                assert_eq!((fine.widen(), fine.magnitude().widen()), (fixed, fixed.magnitude()));
            }
        }
        let most = FARTHEST.next_down();
        assert_eq!([most, -most].map(|v| Fine::from(v).widen().as_f64()), [Some(most), Some(-most)]);
    }

    #[test]
    fn what_could_lose_a_bit_is_told() {
        for (values, fits) in [
            (&[][..], true),
            (&[0.0, -0.0, 1e9, -1e9, NEAREST, -NEAREST], true),
            (&[NEAREST.next_down()], false),
            (&[5e-324], false),
            (&[FARTHEST.next_down()], true),
            (&[FARTHEST], false),
            (&[FARTHEST / 2.0, -FARTHEST / 2.0], false),
            (&[f64::NAN], false),
        ] {
            // At the front, in the middle of the lanes, and at the end.
            for (before, after) in [(0, 0), (0, 9), (3, 30), (16, 1)] {
                let all = [vec![0.0; before], values.to_vec(), vec![0.0; after]].concat();
                assert_eq!(FineReach::default().extend(&all), fits, "{values:?} {before} {after}");
            }
            let mut one_by_one = FineReach::default();
            assert_eq!(values.iter().all(|&value| one_by_one.extend(&[value])), fits, "{values:?}");
        }
        let mut reach = FineReach::default();
        assert!(!reach.extend(&[1e-9]));
        assert!(!reach.extend(&[]));
    }
}
