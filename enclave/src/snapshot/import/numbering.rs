//! From identifiers to dense numbers.
//!
//! A number is the rank of the identifier's keyed hash, so the order of numbers says nothing about the
//! order of identifiers. In memory stands one hash of 16 bytes per patient, never an identifier.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::ImportError;
use crate::keys::RecordKeys;

/// First pass: collects identifiers.
pub(super) struct Collector {
    keys: RecordKeys,
    seen: HashSet<u128, BuildHasherDefault<AlreadyHashed>>,
    last: String,
}

impl Collector {
    pub fn new(keys: RecordKeys) -> Self {
        Self { keys, seen: HashSet::default(), last: String::new() }
    }

    /// Takes an identifier, trimmed and not empty.
    pub fn add(&mut self, identifier: &str) {
        // Sources are mostly grouped by patient: then most rows end here.
        if identifier == self.last {
            return;
        }
        identifier.clone_into(&mut self.last);
        self.seen.insert(self.keys.hash(identifier));
    }

    /// Numbers what was collected.
    pub fn number(self, what: &'static str) -> Result<Numbering, ImportError> {
        let Self { keys, seen, .. } = self;
        let mut hashes: Vec<u128> = seen.into_iter().collect();
        hashes.sort_unstable();
        Numbering::new(keys, hashes).ok_or(ImportError::TooMany(what))
    }
}

/// Second pass: knows every identifier's number.
pub(super) struct Numbering {
    keys: RecordKeys,
    /// Ascending; the index is the number.
    hashes: Vec<u128>,
    /// For each value of the hashes' first `128 - shift` bits, where those hashes begin.
    starts: Vec<u32>,
    shift: u32,
}

impl Numbering {
    fn new(keys: RecordKeys, hashes: Vec<u128>) -> Option<Self> {
        u32::try_from(hashes.len()).ok()?;
        // About four hashes share a first part.
        let bits = (hashes.len() / 4).max(1).ilog2();
        let shift = 127 - bits;
        let mut starts = vec![0_u32; (2 << bits) + 1];
        for hash in &hashes {
            *starts.get_mut(usize::try_from(hash >> shift).ok()? + 1)? += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Some(Self { keys, hashes, starts, shift })
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        // `new` has seen that it fits.
        u32::try_from(self.hashes.len()).unwrap_or(u32::MAX)
    }

    /// An identifier's number; `None` if the first pass has not seen it.
    pub fn number(&self, identifier: &str) -> Option<u32> {
        let hash = self.keys.hash(identifier);
        let first = usize::try_from(hash >> self.shift).ok()?;
        let (start, end) = (*self.starts.get(first)?, *self.starts.get(first + 1)?);
        let near = self.hashes.get(start as usize..end as usize)?;
        let at = near.iter().position(|h| *h == hash)?;
        Some(start + u32::try_from(at).ok()?)
    }

    /// All record keys in the order of the numbers.
    pub fn record_keys(&self) -> impl Iterator<Item = u64> {
        self.hashes.iter().map(|hash| RecordKeys::record_key(*hash))
    }
}

/// One column's look-ups, remembering the last.
pub(super) struct Numbers<'a> {
    numbering: &'a Numbering,
    last: String,
    number: Option<u32>,
}

impl<'a> Numbers<'a> {
    pub fn new(numbering: &'a Numbering) -> Self {
        Self { numbering, last: String::new(), number: None }
    }

    /// As [`Numbering::number`].
    pub fn number(&mut self, identifier: &str) -> Option<u32> {
        if self.number.is_none() || identifier != self.last {
            identifier.clone_into(&mut self.last);
            self.number = self.numbering.number(identifier);
        }
        self.number
    }
}

/// A keyed hash needs no hashing again.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyStore, Keyed};

    #[test]
    fn numbers_are_dense_distinct_and_not_in_the_order_of_identifiers() {
        let home = tempfile::TempDir::new().unwrap();
        let keys = || KeyStore::open(home.path()).unwrap().record_keys(Keyed::Patient);
        for count in [0_usize, 1, 2, 7, 5000] {
            let ids: Vec<String> = (0..count).map(|i| format!("{i:05}")).collect();
            let mut collector = Collector::new(keys());
            ids.iter().chain(&ids).for_each(|id| collector.add(id));
            let numbering = collector.number("patients").unwrap();
            assert_eq!(numbering.count() as usize, count);
            let numbers: Vec<u32> = ids.iter().map(|id| numbering.number(id).unwrap()).collect();
            let mut sorted = numbers.clone();
            sorted.sort_unstable();
            assert!(sorted.iter().enumerate().all(|(i, n)| i == *n as usize));
            assert!(count < 1000 || numbers != sorted, "the order tells nothing");
            assert_eq!(numbering.number("stranger"), None);
            assert_eq!(numbering.record_keys().count(), count);
        }
    }
}
