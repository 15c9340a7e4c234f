//! What a patient weighs in a sketch, and what an amount is in its three number systems.

use ring::digest;

use super::sketch::{BINS, FIELD, PRIME};

/// Turns record keys into weights, under a secret: nobody outside can choose patients whose weights cancel.
#[derive(Clone)]
pub struct Weigher {
    secret: [u64; 4],
}

/// One patient's weights. Worked out once for a patient's run of rows, used for each of the patient's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    pub(super) field: u64,
    pub(super) ring: u64,
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
            ring: third | 1,
            value: 1 + below((first & 0xFFFF_FFFF) as u32, PRIME - 1) as u16,
            bin: (first >> 32) as u8 & (BINS - 1) as u8,
        }
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
    pub(super) ring: u64,
    pub(super) value: u16,
}

impl Amount {
    /// One: a patient, a row.
    pub const ONE: Self = Self { field: 1, ring: 1, value: 1 };

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
    pub fn narrow(amount: i64) -> Self {
        let size = amount.unsigned_abs();
        let value = (size % u64::from(PRIME)) as u32;
        Self::signed(amount < 0, folded(u128::from(size)), amount as u64, value)
    }

    fn wide(amount: i128) -> Self {
        let size = amount.unsigned_abs();
        let prime = u64::from(PRIME);
        let (high, low) = ((size >> 64) as u64 % prime, size as u64 % prime);
        let value = (high * ((1_u128 << 64) % u128::from(PRIME)) as u64 + low) % prime;
        Self::signed(amount < 0, folded(size), amount as u64, value as u32)
    }

    #[inline]
    fn signed(negative: bool, field: u64, ring: u64, value: u32) -> Self {
        let field = if negative && field != 0 { FIELD - field } else { field };
        let value = if negative && value != 0 { PRIME - value } else { value };
        Self { field, ring, value: value as u16 }
    }
}

/// Modulo 2^61 - 1.
#[inline]
pub(super) fn folded(number: u128) -> u64 {
    let mask = u128::from(FIELD);
    let sum = ((number & mask) + (number >> 61 & mask) + (number >> 122)) as u64;
    let sum = (sum & FIELD) + (sum >> 61);
    if sum >= FIELD { sum - FIELD } else { sum }
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
            assert_eq!(got.ring, amount as u64);
        }
        assert_eq!(Amount::of(1), Amount::ONE);
    }

    #[test]
    fn weights_are_in_range_and_spread() {
        let weigher = Weigher::new(&[7; 32]);
        let mut bins = [0_u32; BINS];
        for key in 0..64_000 {
            let weights = weigher.weights(key);
            assert!(weights.value > 0 && u32::from(weights.value) < PRIME);
            assert!(weights.field > 0 && weights.field < FIELD && weights.ring % 2 == 1);
            bins[usize::from(weights.bin)] += 1;
        }
        // A standard deviation is about 31.
        assert!(bins.iter().all(|n| (850..1150).contains(n)), "{bins:?}");
        assert_ne!(weigher.weights(1), Weigher::new(&[8; 32]).weights(1));
        assert_eq!(format!("{weigher:?}"), "Weigher(…)");
    }
}
