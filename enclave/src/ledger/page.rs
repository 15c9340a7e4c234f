//! Records as bytes: encoded, compressed, sealed.
//!
//! A record is its class (8 bytes, little-endian), then its sketch. All records of a page are of one question. Sealed with
//! AES-256-GCM under the ledger's key, bound to scope, page number and question, so that no page can be moved, copied
//! or taken over into another study's ledger.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;

use super::index::Record;
use super::{Class, LedgerError, Sketch};
use crate::keys::DataKey;

/// Records in a page: a page takes about a megabyte to unpack.
pub(super) const RECORDS: usize = 8_192;
const RECORD_BYTES: usize = 8 + Sketch::BYTES;
/// zstd's fastest ordinary level; bins of small cells are mostly empty, and a page of them shrinks to a third.
const LEVEL: i32 = 1;

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
        records: &[Record],
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, LedgerError> {
        let mut plain = Vec::with_capacity(records.len() * RECORD_BYTES);
        for record in records {
            plain.extend(record.class.number().to_le_bytes());
            plain.extend(record.sketch.to_bytes());
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
    pub fn open(&self, number: i64, question: u64, mut sealed: Vec<u8>) -> Result<Vec<Record>, LedgerError> {
        let damaged = || LedgerError::Damaged("a page does not open");
        let (nonce, sealed) = sealed.split_at_mut_checked(NONCE_LEN).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let packed =
            self.key.open_in_place(nonce, self.bound(number, question), sealed).map_err(|_| damaged())?;
        let plain = zstd::bulk::decompress(packed, RECORDS * RECORD_BYTES).map_err(|_| damaged())?;
        let records = plain.chunks(RECORD_BYTES).map(|bytes| {
            let (class, sketch) = bytes.split_first_chunk()?;
            let class = Class::of_number(u64::from_le_bytes(*class));
            Some(Record { class, sketch: Sketch::from_bytes(sketch)?, question })
        });
        records.collect::<Option<_>>().ok_or_else(damaged)
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
        let record = Record { class: Class::ROWS, sketch: Sketch::default(), question: 7 };
        let sealed = sealer("a").seal(3, 7, &[record; 5], &rng).unwrap();
        assert_eq!(sealer("a").open(3, 7, sealed.clone()).unwrap(), [record; 5]);
        assert!(sealer("b").open(3, 7, sealed.clone()).is_err());
        assert!(sealer("a").open(4, 7, sealed.clone()).is_err());
        assert!(sealer("a").open(3, 8, sealed.clone()).is_err());
        assert!(sealer("a").open(3, 7, sealed[1..].to_vec()).is_err());
        assert!(sealer("a").open(3, 7, Vec::new()).is_err());
        assert_eq!(format!("{:?}", sealer("a")), "Sealer(a)");
    }
}
