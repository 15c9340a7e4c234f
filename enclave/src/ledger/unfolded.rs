//! Fingerprints of amounts of 64 bits, not yet brought into their number systems: a multiplication and an addition each.

use super::Weights;
use super::fields::{FIELD, WIDE, folded, folded_wide};
use super::sketch::Fingerprint;

/// The sum of contributions times weights, as whole numbers.
///
/// Right as long as the sizes of all contributions add up to less than 2^63: then no sum of their products with
/// weights, which are below 2^64, leaves 128 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfolded {
    field: i128,
    wide: i128,
}

impl Unfolded {
    /// Adds what a patient contributed.
    #[inline]
    pub fn add(&mut self, weights: &Weights, amount: i64) {
        let amount = i128::from(amount);
        self.field = self.field.wrapping_add(i128::from(weights.field).wrapping_mul(amount));
        self.wide = self.wide.wrapping_add(i128::from(weights.wide).wrapping_mul(amount));
    }

    /// The fingerprint.
    #[must_use]
    pub fn folded(self) -> Fingerprint {
        let signed =
            |sum: i128, size: u64, modulus: u64| if sum < 0 && size > 0 { modulus - size } else { size };
        Fingerprint {
            field: signed(self.field, folded(self.field.unsigned_abs()), FIELD),
            wide: signed(self.wide, folded_wide(self.wide.unsigned_abs()), WIDE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Amount, Weigher};
    use super::*;

    #[test]
    fn folding_late_is_folding_at_once() {
        let weigher = Weigher::new(&[4; 32]);
        for amounts in
            [&[i64::MAX][..], &[-i64::MAX], &[1 << 62, -(1 << 61), 7], &[5, -5], &[-1, 0, 3, -9], &[]]
        {
            let (mut late, mut at_once) = (Unfolded::default(), Fingerprint::default());
            for (amount, key) in amounts.iter().zip(0..) {
                let weights = weigher.weights(key / 2);
                late.add(&weights, *amount);
                at_once.add(&weights, &Amount::narrow(*amount));
                let mut bins = crate::ledger::Bins::default();
                bins.add(&weights, &Amount::narrow(*amount));
                assert_eq!(u32::from(weights.residue_of_narrow(*amount)), bins.at(weights.bin()));
            }
            assert_eq!(late.folded(), at_once, "{amounts:?}");
        }
    }
}
