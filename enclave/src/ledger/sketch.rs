//! A sketch of a vector of contributions.
//!
//! Each patient falls into one of 64 bins and has a secret weight there; a bin holds the sum of contribution times
//! weight modulo a prime of 16 bits. Beside the bins stands a fingerprint of the whole vector, in two more number systems.
//! All of it is linear: sketches of parts, of other partitions and of other cells add and subtract. All three are
//! fields, so a sketch of amounts in cents can be turned into one of yen.
//!
//! **Far** is certain. A patient touches one bin, so two vectors whose bins differ in *t* places differ in at
//! least *t* patients: no pair that differs in fewer is ever taken for far apart.
//! **Same** is right but for a chance of about 2^-61: nobody outside knows the weights, and no contribution
//! but 0 vanishes in all three systems together (that takes a multiple of a number of 141 bits).
//! **Few** may be a false alarm, where patients share bins. For a threshold of 10 that is half of all vectors which
//! differ in exactly 10 patients, 5 in 100 of 12, 3 in 1,000 of 14, 1 in 10 million of 20 (that many two
//! published cells without a common patient differ in at least); for a threshold of 20, half of 23, 3 in 100 of 28, 5 in 10 million of 40.
//!
//! Chosen by measurement against Reed-Solomon syndromes over primes of 31 and 61 bits, whose Hankel matrix has
//! the rank of the number of differing patients (no false alarms, but every word of the sketch
//! changes with every contribution, and comparing takes microseconds), and against an invertible Bloom look-up table.
//! The figures are in `tests/benches/README.md`.

use super::fields::{BINS, FIELD, PRIME, WIDE, folded, folded_wide, is_residue, sum_of_residues};
use super::weights::{Amount, Weights};

/// A sketch of a vector of contributions; of the empty vector by default.
///
/// Whoever adds to many sketches in no order may keep the two halves apart, and those of several vectors of the same
/// patients side by side: an addition to all of them then reaches for one cache line of fingerprints and one of bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sketch {
    /// Tells whether two vectors are the same.
    pub print: Fingerprint,
    /// Tell in how many patients they differ.
    pub bins: Bins,
}

/// The sum of contributions times weights, in two number systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fingerprint {
    pub(super) field: u64,
    pub(super) wide: u64,
}

/// The same sum for the patients of each bin, in a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bins(pub(super) [u16; BINS]);

/// How far apart two vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// Everybody contributed the same to both.
    Same,
    /// They differ, and perhaps in fewer patients than the threshold.
    Few,
    /// They differ in at least as many patients as the threshold.
    Far,
}

impl Default for Bins {
    fn default() -> Self {
        Self([0; BINS])
    }
}

impl Fingerprint {
    /// Adds what a patient contributed.
    #[inline]
    pub fn add(&mut self, weights: &Weights, amount: &Amount) {
        self.field = folded(u128::from(weights.field) * u128::from(amount.field) + u128::from(self.field));
        self.wide = folded_wide(u128::from(weights.wide) * u128::from(amount.wide) + u128::from(self.wide));
    }

    /// As [`Fingerprint::add`] with [`Amount::ONE`].
    #[inline]
    pub fn add_one(&mut self, weights: &Weights) {
        self.merge(&Self { field: weights.field, wide: weights.wide });
    }

    /// Adds another vector's.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        let sum = self.field + other.field;
        self.field = if sum >= FIELD { sum - FIELD } else { sum };
        let (sum, beyond) = self.wide.overflowing_add(other.wide);
        self.wide = if beyond || sum >= WIDE { sum.wrapping_sub(WIDE) } else { sum };
    }

    /// Bytes of a stored fingerprint.
    pub(crate) const BYTES: usize = 16;

    /// As bytes, little-endian.
    #[inline]
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        (u128::from(self.field) | u128::from(self.wide) << 64).to_le_bytes()
    }

    /// The reverse; nothing for bytes that no fingerprint has.
    #[inline]
    pub(crate) fn of_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let words = u128::from_le_bytes(*bytes);
        let print = Self { field: words as u64, wide: (words >> 64) as u64 };
        (print.field < FIELD && print.wide < WIDE).then_some(print)
    }

    /// As words of 16 bits.
    #[inline]
    pub(crate) fn to_words(self) -> [u16; Self::BYTES / 2] {
        let all = u128::from(self.field) | u128::from(self.wide) << 64;
        std::array::from_fn(|nth| (all >> (16 * nth)) as u16)
    }

    /// The reverse; nothing for words that no fingerprint has.
    #[inline]
    pub(crate) fn of_words(words: [u16; Self::BYTES / 2]) -> Option<Self> {
        let all = words.iter().rev().fold(0, |all: u128, word| all << 16 | u128::from(*word));
        Self::of_bytes(&all.to_le_bytes())
    }

    /// One of its words.
    #[inline]
    pub(crate) fn low(&self) -> u64 {
        self.field
    }

    fn times(&mut self, factor: &Amount) {
        self.field = folded(u128::from(self.field) * u128::from(factor.field));
        self.wide = folded_wide(u128::from(self.wide) * u128::from(factor.wide));
    }
}

impl Bins {
    /// Adds what a patient contributed.
    #[inline]
    pub fn add(&mut self, weights: &Weights, amount: &Amount) {
        if let Some(bin) = self.0.get_mut(weights.bin()) {
            *bin = sum_of_residues(*bin, weights.residue(amount));
        }
    }

    /// As [`Bins::add`] with [`Amount::ONE`].
    #[inline]
    pub fn add_one(&mut self, weights: &Weights) {
        if let Some(bin) = self.0.get_mut(weights.bin()) {
            *bin = sum_of_residues(*bin, weights.value);
        }
    }

    /// Adds another vector's.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        for (bin, other) in self.0.iter_mut().zip(&other.0) {
            *bin = sum_of_residues(*bin, *other);
        }
    }

    fn times(&mut self, factor: &Amount) {
        for bin in &mut self.0 {
            *bin = (u32::from(*bin) * u32::from(factor.value) % PRIME) as u16;
        }
    }

    /// What a bin holds; nothing where there is no such bin.
    #[inline]
    pub(super) fn at(&self, bin: usize) -> u32 {
        self.0.get(bin).copied().unwrap_or(0).into()
    }

    /// In how many bins two vectors differ: in at least as many patients do they.
    #[inline]
    #[must_use]
    pub fn differing(&self, other: &Self) -> u32 {
        let differing: u16 = self.0.iter().zip(&other.0).map(|(a, b)| u16::from(a != b)).sum();
        differing.into()
    }
}

impl Sketch {
    /// Bytes of a stored sketch.
    pub const BYTES: usize = Fingerprint::BYTES + 2 * BINS;

    /// From its halves.
    pub(crate) fn of_parts(print: Fingerprint, residues: impl IntoIterator<Item = u16>) -> Self {
        let mut bins = Bins::default();
        bins.0.iter_mut().zip(residues).for_each(|(bin, residue)| *bin = residue);
        Self { print, bins }
    }

    /// Adds what a patient contributed.
    #[inline]
    pub fn add(&mut self, weights: &Weights, amount: &Amount) {
        self.print.add(weights, amount);
        self.bins.add(weights, amount);
    }

    /// As [`Sketch::add`] with [`Amount::ONE`].
    #[inline]
    pub fn add_one(&mut self, weights: &Weights) {
        self.print.add_one(weights);
        self.bins.add_one(weights);
    }

    /// Adds another vector: of another partition, or of another cell.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        self.print.merge(&other.print);
        self.bins.merge(&other.bins);
    }

    /// Multiplies every contribution.
    pub fn times(&mut self, factor: &Amount) {
        self.print.times(factor);
        self.bins.times(factor);
    }

    /// A number that stands for the vector: the same for the same contributions, and nothing like it for others.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.print.field ^ self.print.wide.rotate_left(32)
    }

    /// How far the two vectors are apart. A threshold beyond the number of bins finds nothing far.
    #[inline]
    #[must_use]
    pub fn apart(&self, other: &Self, threshold: u32) -> Apart {
        match self.bins.differing(&other.bins) {
            0 if self.print == other.print => Apart::Same,
            differing if differing < threshold.max(1) => Apart::Few,
            _ => Apart::Far,
        }
    }

    /// The sketch as bytes, to store or to send: fingerprint, then bins, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (print, bins) = bytes.split_at_mut(Fingerprint::BYTES);
        print.copy_from_slice(&self.print.to_bytes());
        bins.as_chunks_mut().0.iter_mut().zip(&self.bins.0).for_each(|(to, bin)| *to = bin.to_le_bytes());
        bytes
    }

    /// The reverse; nothing for bytes that no sketch has.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (print, rest) = bytes.split_first_chunk()?;
        let print = Fingerprint::of_bytes(print)?;
        let mut bins = Bins::default();
        for (bin, pair) in bins.0.iter_mut().zip(rest.as_chunks().0) {
            *bin = u16::from_le_bytes(*pair);
        }
        // No branch, so that several are looked at at a time.
        let sound = bins.0.iter().fold(true, |sound, bin| sound & is_residue(*bin));
        (rest.len() == 2 * BINS && sound).then_some(Self { print, bins })
    }
}

#[cfg(test)]
mod tests;
