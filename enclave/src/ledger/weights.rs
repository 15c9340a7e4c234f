//! What a patient weighs in a sketch, and what an amount is in its three number systems.

use ring::digest;

use super::fields::{BINS, FIELD, PRIME, WIDE, folded, folded_wide};

/// Turns record keys into weights, under a secret: nobody outside can choose patients whose weights cancel.
#[derive(Clone)]
pub struct Weigher {
    secret: [u64; 4],
}

/// One patient's weights. Worked out once for a patient's run of rows, used for each of the patient's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    pub(super) field: u64,
    pub(super) wide: u64,
    pub(super) value: u16,
    pub(super) bin: u8,
}

impl Weigher {
    /// Takes the house's secret for weights. Ledgers written under another are of no use with it.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut words = [0; 4];
        let hash = digest::digest(&digest::SHA256, secret);
        for (word, bytes) in words.iter_mut().zip(hash.as_ref().chunks_exact(8)) {
            // Odd, for these are multipliers too.
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)) | 1;
        }
        Self { secret: words }
    }

    /// The weights of the patient with a record key (see `keys::RecordKeys`), itself a keyed hash.
    #[inline]
    #[must_use]
    pub fn weights(&self, record_key: u64) -> Weights {
        let [a, b, c, d] = self.secret;
        let base = mixed(record_key ^ a, b);
        let first = mixed(base ^ c, d);
        let second = mixed(first ^ a, c);
        let third = mixed(second ^ d, b);
        Weights {
            // Never zero: whoever contributes shows.
            field: (second & FIELD).clamp(1, FIELD - 1),
            wide: third.clamp(1, WIDE - 1),
            value: 1 + below((first & 0xFFFF_FFFF) as u32, PRIME - 1) as u16,
            bin: (first >> 32) as u8 & (BINS - 1) as u8,
        }
    }
}

impl Weights {
    /// The bin that the patient falls into.
    #[inline]
    pub(crate) fn bin(&self) -> usize {
        self.bin.into()
    }

    /// What goes into the bin for an amount of one.
    #[inline]
    pub(crate) fn residue_of_one(&self) -> u16 {
        self.value
    }

    /// What goes into the bin for an amount.
    #[inline]
    pub(crate) fn residue(&self, amount: &Amount) -> u16 {
        (u32::from(self.value) * u32::from(amount.value) % PRIME) as u16
    }

    /// As [`Weights::residue`], for what fits into 64 bits.
    #[inline]
    pub(crate) fn residue_of_narrow(&self, amount: i64) -> u16 {
        let (size, value, prime) = (amount.unsigned_abs(), u64::from(self.value), u64::from(PRIME));
        let product = size.checked_mul(value).unwrap_or_else(|| size % prime * value);
        let residue = (product % prime) as u16;
        if amount < 0 && residue != 0 { PRIME as u16 - residue } else { residue }
    }
}

impl std::fmt::Debug for Weigher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Weigher(…)")
    }
}

/// Both halves of a product of 128 bits in one: the mixing step of the wyhash family.
#[inline]
fn mixed(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

/// A number below `bound` from 32 even bits (Lemire 2019, without the rejection: a bias of 2^-16 harms nobody).
#[inline]
fn below(even: u32, bound: u32) -> u32 {
    ((u64::from(even) * u64::from(bound)) >> 32) as u32
}

/// What one patient contributed, in the number systems of a sketch. The conversion respects addition, so
/// contributions may be added before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub(super) field: u64,
    pub(super) wide: u64,
    pub(super) value: u16,
}

impl Amount {
    /// One: a patient, a row.
    pub const ONE: Self = Self { field: 1, wide: 1, value: 1 };

    /// Any whole number; amounts with decimals are given in units of their last place.
    #[inline]
    #[must_use]
    pub fn of(amount: i128) -> Self {
        match i64::try_from(amount) {
            Ok(narrow) => Self::narrow(narrow),
            Err(_) => Self::wide(amount),
        }
    }

    /// As [`Amount::of`], for what fits into 64 bits.
    #[inline]
    #[must_use]
    pub const fn narrow(amount: i64) -> Self {
        let size = amount.unsigned_abs();
        let value = (size % PRIME as u64) as u32;
        Self::signed(amount < 0, folded(size as u128), folded_wide(size as u128), value)
    }

    fn wide(amount: i128) -> Self {
        let size = amount.unsigned_abs();
        let prime = u64::from(PRIME);
        let (high, low) = ((size >> 64) as u64 % prime, size as u64 % prime);
        let value = (high * ((1_u128 << 64) % u128::from(PRIME)) as u64 + low) % prime;
        Self::signed(amount < 0, folded(size), folded_wide(size), value as u32)
    }

    /// A whole number of 256 bits, whose upper half has the sign.
    #[must_use]
    pub fn of_halves(low: u128, high: i128) -> Self {
        let half = |bits: u128| {
            Self::of((bits >> 1) as i128).times(&Self::narrow(2)).plus(&Self::of((bits & 1) as i128))
        };
        half(low).plus(&Self::of(high).times(&Self::power(2, 128)))
    }

    /// A small number to some power.
    #[must_use]
    pub fn power(base: i64, exponent: u32) -> Self {
        let base = Self::narrow(base);
        (0..exponent).fold(Self::ONE, |power, _| power.times(&base))
    }

    /// What it must be multiplied with to make 1; of zero, zero.
    #[must_use]
    pub fn inverse(&self) -> Self {
        // By Fermat's little theorem, in each of the three fields.
        let raised = |modulus: u64, pick: fn(&Self) -> u64| {
            let (mut result, mut power, mut exponent) = (Self::ONE, *self, modulus - 2);
            while exponent > 0 {
                if exponent & 1 == 1 {
                    result = result.times(&power);
                }
                power = power.times(&power);
                exponent >>= 1;
            }
            pick(&result)
        };
        Self {
            field: raised(FIELD, |amount| amount.field),
            wide: raised(WIDE, |amount| amount.wide),
            value: raised(PRIME.into(), |amount| amount.value.into()) as u16,
        }
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self {
            field: folded(u128::from(self.field) * u128::from(other.field)),
            wide: folded_wide(u128::from(self.wide) * u128::from(other.wide)),
            value: (u32::from(self.value) * u32::from(other.value) % PRIME) as u16,
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            field: folded(u128::from(self.field) + u128::from(other.field)),
            wide: folded_wide(u128::from(self.wide) + u128::from(other.wide)),
            value: ((u32::from(self.value) + u32::from(other.value)) % PRIME) as u16,
        }
    }

    #[inline]
    const fn signed(negative: bool, field: u64, wide: u64, value: u32) -> Self {
        let field = if negative && field != 0 { FIELD - field } else { field };
        let wide = if negative && wide != 0 { WIDE - wide } else { wide };
        let value = if negative && value != 0 { PRIME - value } else { value };
        Self { field, wide, value: value as u16 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn an_amount_is_its_residue_in_each_system() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let edges =
            [0, 1, -1, i64::MAX.into(), i64::MIN.into(), i128::MAX, i128::MIN, FIELD.into(), PRIME.into()];
        let random = (0..10_000).map(|_| rng.random::<i128>() >> rng.random_range(0..127));
        for amount in edges.into_iter().chain(random) {
            let got = Amount::of(amount);
            assert_eq!(i128::from(got.field), amount.rem_euclid(FIELD.into()), "{amount}");
            assert_eq!(i128::from(got.value), amount.rem_euclid(PRIME.into()), "{amount}");
            assert_eq!(i128::from(got.wide), amount.rem_euclid(WIDE.into()), "{amount}");
        }
        assert_eq!(Amount::of(1), Amount::ONE);
    }

    #[test]
    fn the_systems_are_fields() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2);
        for _ in 0..100 {
            let amount = Amount::of(rng.random::<i128>() >> rng.random_range(0..126));
            assert!(amount == Amount::of(0) || amount.times(&amount.inverse()) == Amount::ONE);
            let (low, high) = (rng.random::<u128>(), i128::from(rng.random::<i64>()));
            let halves =
                Amount::of_halves(low >> 64, 0).plus(&Amount::of(high).times(&Amount::power(2, 128)));
            assert_eq!(Amount::of_halves(low >> 64, high), halves);
            assert_eq!(Amount::of_halves(low >> 64, 0), Amount::of((low >> 64) as i128));
        }
        assert_eq!(Amount::of_halves(u128::MAX, -1), Amount::of(-1));
        assert_eq!(Amount::power(10, 2), Amount::of(100));
        assert_eq!(Amount::of(0).inverse(), Amount::of(0));
    }

    #[test]
    fn weights_are_in_range_and_spread() {
        let weigher = Weigher::new(&[7; 32]);
        let mut bins = [0_u32; BINS];
        for key in 0..64_000 {
            let weights = weigher.weights(key);
            assert!(weights.value > 0 && u32::from(weights.value) < PRIME);
            assert!(weights.field > 0 && weights.field < FIELD);
            assert!(weights.wide > 0 && weights.wide < WIDE);
            bins[usize::from(weights.bin)] += 1;
        }
        // A standard deviation is about 31.
        assert!(bins.iter().all(|n| (850..1150).contains(n)), "{bins:?}");
        assert_ne!(weigher.weights(1), Weigher::new(&[8; 32]).weights(1));
        assert_eq!(format!("{weigher:?}"), "Weigher(…)");
    }
}
