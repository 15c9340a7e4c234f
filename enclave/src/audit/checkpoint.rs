//! Signed tree heads: C2SP tlog-checkpoint inside C2SP signed-note, Ed25519.
//!
//! Out of scope: where the seed is kept, and other people's cosignatures (they are left unread).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use signed_note::{
    Note, Signature, StandardVerifier, Verifier as _, VerifierList, is_key_name_valid, key_id,
};
use tlog_tiles::{Checkpoint, Hash};

use super::AuditError;

/// The signature type of Ed25519 in a signed note's key.
const ED25519: u8 = 1;

/// Signs this log's checkpoints.
pub(super) struct Signer {
    origin: String,
    id: u32,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// Takes the log's name and its Ed25519 seed.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, AuditError> {
        if !is_key_name_valid(origin) || origin.chars().any(char::is_control) {
            return Err(AuditError::Key);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| AuditError::Key)?;
        let id = key_id(origin, &typed_key(&pair));
        Ok(Self { origin: origin.to_owned(), id, pair })
    }

    /// The other half of the key.
    pub fn verify_key(&self) -> VerifyKey {
        let key = BASE64_STANDARD.encode(typed_key(&self.pair));
        VerifyKey { text: format!("{}+{:08x}+{key}", self.origin, self.id) }
    }

    /// The signed checkpoint of a tree.
    pub fn sign(&self, size: u64, root: Hash) -> Result<Vec<u8>, AuditError> {
        let text =
            Checkpoint::new(&self.origin, size, root, "").map_err(|_| AuditError::Checkpoint)?.to_bytes();
        let signature = self.pair.sign(&text).as_ref().to_vec();
        let signature = Signature::new(self.origin.clone(), self.id, signature);
        let note = signature.and_then(|signature| Note::new(&text, &[signature]));
        Ok(note.map_err(|_| AuditError::Checkpoint)?.to_bytes())
    }
}

/// The key's type and its 32 public bytes, as a signed note counts them.
fn typed_key(pair: &Ed25519KeyPair) -> Vec<u8> {
    [&[ED25519], pair.public_key().as_ref()].concat()
}

/// A log's public key, `name+id+key` as in C2SP signed-note: what outsiders need to check the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyKey {
    text: String,
}

impl VerifyKey {
    /// The public half of a log's key, for whoever holds the seed but need not open the log.
    ///
    /// # Errors
    /// [`AuditError::Key`] when the origin is not a name.
    pub fn of_seed(origin: &str, signing_seed: &[u8; 32]) -> Result<Self, AuditError> {
        Ok(Signer::new(origin, signing_seed)?.verify_key())
    }

    /// Checks a signed checkpoint and reads it. The origin in it must be the key's name.
    pub(super) fn check(&self, note: &[u8]) -> Result<Checkpoint, AuditError> {
        let verifier = StandardVerifier::new(&self.text).map_err(|_| AuditError::Key)?;
        let name = verifier.name().to_owned();
        let note = Note::from_bytes(note).map_err(|_| AuditError::Checkpoint)?;
        note.verify(&VerifierList::new(vec![Box::new(verifier)])).map_err(|_| AuditError::Checkpoint)?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|_| AuditError::Checkpoint)?;
        if checkpoint.origin() == name { Ok(checkpoint) } else { Err(AuditError::Checkpoint) }
    }
}

impl FromStr for VerifyKey {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        StandardVerifier::new(text).map_err(|_| AuditError::Key)?;
        Ok(Self { text: text.to_owned() })
    }
}

impl fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Reads a checkpoint without checking who signed it.
pub(super) fn read_unchecked(note: &[u8]) -> Result<Checkpoint, AuditError> {
    let note = Note::from_bytes(note).map_err(|_| AuditError::Checkpoint)?;
    Checkpoint::from_bytes(note.text()).map_err(|_| AuditError::Checkpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_checked_under_its_own_key_only() {
        let signer = Signer::new("sekisho.example/audit", &[7; 32]).unwrap();
        let key: VerifyKey = signer.verify_key().to_string().parse().unwrap();
        let note = signer.sign(3, Hash([9; 32])).unwrap();
        assert_eq!(key.check(&note).unwrap().size(), 3);

        let other = Signer::new("sekisho.example/audit", &[8; 32]).unwrap().verify_key();
        assert!(other.check(&note).is_err());
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut flipped = note.clone();
                flipped[at] ^= 1 << bit;
                assert!(key.check(&flipped).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn an_origin_is_a_name() {
        for bad in ["", "a b", "a+b", "a\nb"] {
            assert!(Signer::new(bad, &[0; 32]).is_err(), "{bad:?}");
        }
    }
}
