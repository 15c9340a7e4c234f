//! Records as bytes: encoded, compressed, sealed.
//!
//! A line is 16 bytes, little-endian (class 1, definition 7, partition 2, patients 6), and a sketch. Lines with a partition other than 0 are
//! its parts, and stand together. All lines of a page are of one question. Sealed with
//! AES-256-GCM under the ledger's key, bound to scope, page number and question, so that no page can be moved, copied
//! or taken over into another study's ledger.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;

use super::definition::Definition;
use super::{Class, LedgerError, Sketch};
use crate::keys::DataKey;

/// Lines in a page: a page takes about a megabyte to unpack.
pub(super) const LINES: usize = 8_192;
const LINE_BYTES: usize = 16 + Sketch::BYTES;
const MOST_PATIENTS: u64 = (1 << 48) - 1;
/// zstd's fastest ordinary level; bins of small cells are mostly empty, and a page of them shrinks to a third.
const LEVEL: i32 = 1;

/// A vector as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub class: Class,
    pub definition: Option<Definition>,
    /// At most 2^48 - 1.
    pub patients: u64,
    /// 0 for a figure or a sum of its own; else which of the page's partitions it is a part of.
    pub partition: u16,
    pub sketch: Sketch,
}

/// Seals and opens the pages of one ledger.
pub(super) struct Sealer {
    key: LessSafeKey,
    scope: String,
}

impl Sealer {
    /// # Errors
    /// When the key is not one.
    pub fn new(key: &DataKey, scope: String) -> Result<Self, LedgerError> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| LedgerError::Cipher)?;
        Ok(Self { key: LessSafeKey::new(key), scope })
    }

    /// # Errors
    /// When there is no randomness or memory.
    pub fn seal(
        &self,
        number: i64,
        question: u64,
        lines: &[Line],
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, LedgerError> {
        let mut plain = Vec::with_capacity(lines.len() * LINE_BYTES);
        for line in lines {
            let what = line.patients.min(MOST_PATIENTS) << 16 | u64::from(line.partition);
            let kind = Definition::number(line.definition) << 8 | line.class.number() & 0xFF;
            plain.extend(kind.to_le_bytes());
            plain.extend(what.to_le_bytes());
            plain.extend(line.sketch.to_bytes());
        }
        let mut packed =
            zstd::bulk::compress(&plain, LEVEL).map_err(|_| LedgerError::Damaged("a page to write"))?;
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce).map_err(|_| LedgerError::Random)?;
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                self.bound(number, question),
                &mut packed,
            )
            .map_err(|_| LedgerError::Cipher)?;
        Ok([nonce.as_slice(), &packed].concat())
    }

    /// # Errors
    /// When the page is not what was sealed under this number.
    pub fn open(&self, number: i64, question: u64, mut sealed: Vec<u8>) -> Result<Vec<Line>, LedgerError> {
        let damaged = || LedgerError::Damaged("a page does not open");
        let (nonce, sealed) = sealed.split_at_mut_checked(NONCE_LEN).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let packed =
            self.key.open_in_place(nonce, self.bound(number, question), sealed).map_err(|_| damaged())?;
        let plain = zstd::bulk::decompress(packed, LINES * LINE_BYTES).map_err(|_| damaged())?;
        let lines = plain.chunks(LINE_BYTES).map(|bytes| {
            let (kind, rest) = bytes.split_first_chunk()?;
            let (what, sketch) = rest.split_first_chunk()?;
            let (kind, what) = (u64::from_le_bytes(*kind), u64::from_le_bytes(*what));
            Some(Line {
                class: Class::of_number(kind & 0xFF),
                definition: Definition::of_number(kind >> 8),
                patients: what >> 16,
                partition: (what & 0xFFFF) as u16,
                sketch: Sketch::from_bytes(sketch)?,
            })
        });
        lines.collect::<Option<_>>().ok_or_else(damaged)
    }

    fn bound(&self, number: i64, question: u64) -> Aad<Vec<u8>> {
        Aad::from(format!("{}/{number}/{question}", self.scope).into_bytes())
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({})", self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(scope: &str) -> Sealer {
        Sealer::new(&DataKey::from_bytes([5; 32]), scope.to_owned()).unwrap()
    }

    #[test]
    fn a_page_opens_only_in_its_place() {
        let rng = ring::rand::SystemRandom::new();
        let definition = Some(Definition::new(u64::MAX));
        let sketch = Sketch::default();
        let line = Line { class: Class::PAIRS, definition, patients: 12, partition: 3, sketch };
        let sealed = sealer("a").seal(3, 7, &[line; 5], &rng).unwrap();
        assert_eq!(sealer("a").open(3, 7, sealed.clone()).unwrap(), [line; 5]);
        assert!(sealer("b").open(3, 7, sealed.clone()).is_err());
        assert!(sealer("a").open(4, 7, sealed.clone()).is_err());
        assert!(sealer("a").open(3, 8, sealed.clone()).is_err());
        assert!(sealer("a").open(3, 7, sealed[1..].to_vec()).is_err());
        assert!(sealer("a").open(3, 7, Vec::new()).is_err());
        assert_eq!(format!("{:?}", sealer("a")), "Sealer(a)");
    }

    /// Whatever was sealed under our key, and whatever was not.
    #[test]
    fn fuzz_pages_and_sketches() {
        let sealer = sealer("a");
        let sketch = Sketch::default();
        let line = [&[0; 14][..], &[12, 0], &sketch.to_bytes()].concat();
        crate::fuzz::bytes(20_000, &[line.clone(), line.repeat(3), sketch.to_bytes().to_vec()], |bytes| {
            if let Some(mut read) = Sketch::from_bytes(bytes) {
                assert_eq!(read.to_bytes().as_slice(), bytes);
                read.merge(&read.clone());
                _ = read.apart(&sketch, 10);
            }
            _ = sealer.open(3, 7, bytes.to_vec());
            let mut packed = zstd::bulk::compress(bytes, LEVEL).unwrap();
            let (nonce, place) = ([1; NONCE_LEN], sealer.bound(3, 7));
            sealer
                .key
                .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place, &mut packed)
                .unwrap();
            if let Ok(lines) = sealer.open(3, 7, [nonce.as_slice(), &packed].concat()) {
                assert_eq!(lines.len() * LINE_BYTES, bytes.len());
            }
        });
    }
}
