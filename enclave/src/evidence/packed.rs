//! One cell's sketches in a partial state: most cells are small, and most of their bins empty.
//!
//! In words of 16 bits, as the machine has them: the fingerprints, a mask of the bins that hold anything, and for each of
//! these one residue of each sketch.

use crate::ledger::{BINS, Fingerprint, is_residue, sum_of_residues};

type Mask = u64;

/// Words of a mask.
const MASK: usize = size_of::<Mask>() / size_of::<u16>();

/// Appends a cell's sketches: fingerprints, and for each bin one residue of each.
pub(super) fn write<const LANES: usize>(prints: &[Fingerprint], bins: &[u16], to: &mut Vec<u16>) {
    const { assert!(BINS == Mask::BITS as usize) };
    let (mut mask, mut occupied, mut places): (Mask, _, _) = (0, [[0; LANES]; BINS], 0);
    for (residues, bin) in bins.as_chunks::<LANES>().0.iter().zip(0..) {
        if let Some(place) = occupied.get_mut(places) {
            *place = *residues;
        }
        // No branch: there is no telling which are empty.
        let any = residues.iter().any(|residue| *residue != 0);
        mask |= Mask::from(any) << bin;
        places += usize::from(any);
    }
    prints.iter().for_each(|print| to.extend_from_slice(&print.to_words()));
    to.extend_from_slice(&words(mask));
    to.extend_from_slice(occupied.get(..places).unwrap_or_default().as_flattened());
}

fn words(mask: Mask) -> [u16; MASK] {
    std::array::from_fn(|nth| (mask >> (16 * nth)) as u16)
}

/// A cell's sketches, read from the front.
pub(super) struct Packed<'a>(&'a [[u8; 2]]);

impl<'a> Packed<'a> {
    /// Bytes that [`write`] made; others make other sketches, or none.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// The next fingerprint, if it is one.
    pub(super) fn print(&mut self) -> Option<Fingerprint> {
        let (words, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Fingerprint::of_words(words.map(u16::from_ne_bytes))
    }

    /// Adds what the bins hold, which is all the rest; nothing if it is not.
    pub(super) fn add_to<const LANES: usize>(self, bins: &mut [u16]) -> Option<()> {
        let (words, residues) = self.0.split_first_chunk::<MASK>()?;
        let words = words.map(u16::from_ne_bytes);
        let mut mask = words.iter().rev().fold(0, |mask: Mask, word| mask << 16 | Mask::from(*word));
        let (residues, rest) = residues.as_chunks::<LANES>();
        if residues.len() != mask.count_ones() as usize || !rest.is_empty() {
            return None;
        }
        let bins = bins.as_chunks_mut::<LANES>().0;
        let mut sound = true;
        for residues in residues {
            let bin = bins.get_mut(mask.trailing_zeros() as usize)?;
            // Takes the lowest away.
            mask &= mask.wrapping_sub(1);
            for (own, residue) in bin.iter_mut().zip(residues) {
                let residue = u16::from_ne_bytes(*residue);
                sound &= is_residue(residue);
                *own = sum_of_residues(*own, residue);
            }
        }
        sound.then_some(())
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn bytes(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    fn round_trip<const LANES: usize>(rng: &mut SmallRng) {
        let occupied = rng.random_range(0.0..1.0);
        let bins: Vec<u16> = (0..BINS * LANES)
            .map(|_| if rng.random_bool(occupied) { rng.random_range(0..65_521) } else { 0 })
            .collect();
        let prints: Vec<Fingerprint> = (0..LANES)
            .map(|_| {
                let mut words: [u16; 8] = rng.random();
                words[3] >>= 4;
                Fingerprint::of_words(words).unwrap_or_default()
            })
            .collect();
        let mut words = vec![7; rng.random_range(0..5)];
        let before = words.len();
        write::<LANES>(&prints, &bins, &mut words);
        let all = bytes(&words[before..]);
        let read = |bytes: &[u8]| {
            let mut packed = Packed::read(bytes);
            let prints = (0..LANES).map(|_| packed.print()).collect::<Option<Vec<_>>>()?;
            let mut bins = vec![0; BINS * LANES];
            packed.add_to::<LANES>(&mut bins)?;
            Some((prints, bins))
        };
        assert_eq!(read(&all), Some((prints, bins)));
        assert_eq!(read(&all[..all.len() - 2]), None);
        assert_eq!(read(&[&all, &[0, 0][..]].concat()), None);
        // A residue that is none.
        if let Some(end) = all.len().checked_sub(2).filter(|end| *end > LANES * 16 + 8) {
            assert_eq!(read(&[&all[..end], &[0xFF, 0xFF]].concat()), None);
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let mut rng = SmallRng::seed_from_u64(1);
        for _ in 0..500 {
            round_trip::<1>(&mut rng);
            round_trip::<2>(&mut rng);
            round_trip::<3>(&mut rng);
        }
        assert!(Packed::read(&[]).print().is_none());
    }
}
