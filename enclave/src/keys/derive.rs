//! What is derived from the master secret, each under a label of its own.

use std::fmt;

use ring::hmac;
use zeroize::Zeroizing;

use super::{DataKey, hex};
use crate::ids::StudyId;

/// Changing it changes every derived key.
const SALT: &[u8] = b"sekisho keys 1";

/// What an Ed25519 key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPurpose {
    /// Checkpoints of the audit log.
    AuditLog,
    /// Manifests of snapshots.
    Manifest,
}

impl SigningPurpose {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::AuditLog => "sign audit log",
            Self::Manifest => "sign manifest",
        }
    }
}

/// Whose identifiers are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyed {
    /// Patients.
    Patient,
    /// Institutions.
    Institution,
}

impl Keyed {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Patient => "patient record",
            Self::Institution => "institution record",
        }
    }
}

/// HKDF-SHA256 with 32 bytes of output (RFC 5869; for one block of output, expanding is one HMAC).
///
/// Written with HMAC because `ring::hkdf` can fail by type for output lengths that we don't ask for;
/// a test holds it against `ring::hkdf`.
pub(super) fn derive(master: &[u8; 32], label: &str, context: &str) -> Zeroizing<[u8; 32]> {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SALT), master);
    let mut expand = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()));
    expand.update(&info(label, context));
    expand.update(&[1]);
    let mut out = Zeroizing::new([0; 32]);
    for (to, from) in out.iter_mut().zip(expand.sign().as_ref()) {
        *to = *from;
    }
    out
}

/// Label and context, with a byte between them that neither can hold.
pub(super) fn info(label: &str, context: &str) -> Vec<u8> {
    [label.as_bytes(), &[0], context.as_bytes()].concat()
}

/// Turns a source's identifiers into keyed hashes, the same for every snapshot of this house.
pub struct RecordKeys(hmac::Key);

impl RecordKeys {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// 128 bits of HMAC-SHA256 over the identifier's text as it stands in the source, trimmed.
    #[must_use]
    pub fn hash(&self, identifier: &str) -> u128 {
        first_128_bits(&hmac::sign(&self.0, identifier.as_bytes()))
    }

    /// The record key that belongs to a hash: its upper half. Two patients of a nation share one with a
    /// probability of about 1 in 3,000, so it names pseudonyms but never counts people.
    #[must_use]
    pub const fn record_key(hash: u128) -> u64 {
        (hash >> 64) as u64
    }
}

impl fmt::Debug for RecordKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKeys(…)")
    }
}

/// Makes one study's pseudonyms. Two studies' pseudonyms of one patient have nothing in common.
pub struct PseudonymKey(hmac::Key);

impl PseudonymKey {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// 128 bits in 32 hexadecimal digits, from the roster's record key.
    #[must_use]
    pub fn pseudonym(&self, record_key: u64) -> String {
        let tag = hmac::sign(&self.0, &record_key.to_be_bytes());
        hex::encode(&first_128_bits(&tag).to_be_bytes())
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

/// What logins are kept with: whoever has the file of logins but not these can neither guess passwords nor make codes.
pub struct LoginKeys {
    pub(crate) seal: DataKey,
    pub(crate) pepper: Zeroizing<[u8; 32]>,
    pub(crate) lookup: hmac::Key,
}

impl LoginKeys {
    pub(super) fn derived(master: &[u8; 32]) -> Self {
        Self {
            seal: DataKey::from_bytes(*derive(master, "login seal", "")),
            pepper: derive(master, "login pepper", ""),
            lookup: hmac::Key::new(hmac::HMAC_SHA256, derive(master, "login lookup", "").as_ref()),
        }
    }
}

impl fmt::Debug for LoginKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginKeys(…)")
    }
}

/// The study's key, from the master.
pub(super) fn pseudonym_key(master: &[u8; 32], study: &StudyId) -> PseudonymKey {
    PseudonymKey::new(&derive(master, "pseudonym", study.as_str()))
}

fn first_128_bits(tag: &hmac::Tag) -> u128 {
    tag.as_ref().iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}
