//! The three number systems of a sketch, and its bins.

/// How many bins: a power of two, so that a patient's bin is some bits of a hash.
pub(crate) const BINS: usize = 64;
/// Bins count modulo the largest prime below 2^16.
pub(super) const PRIME: u32 = 65_521;
/// One half of the fingerprint counts modulo this Mersenne prime, 2^61 - 1.
pub(super) const FIELD: u64 = (1 << 61) - 1;
/// The other half counts modulo this prime, 2^64 - 2^32 + 1.
pub(super) const WIDE: u64 = 0xFFFF_FFFF_0000_0001;

/// Modulo 2^61 - 1.
#[inline]
pub(super) const fn folded(number: u128) -> u64 {
    let mask = FIELD as u128;
    let sum = ((number & mask) + (number >> 61 & mask) + (number >> 122)) as u64;
    let sum = (sum & FIELD) + (sum >> 61);
    if sum >= FIELD { sum - FIELD } else { sum }
}

/// Modulo 2^64 - 2^32 + 1, where 2^64 is 2^32 - 1 and 2^96 is -1.
#[inline]
pub(super) const fn folded_wide(number: u128) -> u64 {
    const REST: u64 = 0xFFFF_FFFF;
    let (low, high) = (number as u64, (number >> 64) as u64);
    let (less, below) = low.overflowing_sub(high >> 32);
    let less = if below { less.wrapping_sub(REST) } else { less };
    let (sum, beyond) = less.overflowing_add((high & REST) * REST);
    let sum = if beyond { sum.wrapping_add(REST) } else { sum };
    if sum >= WIDE { sum - WIDE } else { sum }
}

/// The sum of two numbers modulo 65,521, which are less than it.
#[inline]
pub(crate) fn sum_of_residues(a: u16, b: u16) -> u16 {
    const PRIME: u16 = self::PRIME as u16;
    // Without going over to wider numbers, so that many are added at a time.
    let missing = PRIME.wrapping_sub(b);
    if a >= missing { a.wrapping_sub(missing) } else { a.wrapping_add(b) }
}

/// Whether it is one modulo 65,521.
#[inline]
pub(crate) fn is_residue(number: u16) -> bool {
    u32::from(number) < PRIME
}
