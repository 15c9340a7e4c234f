//! The key types. None of them prints its bytes.

use std::fmt;

use ring::rand::SecureRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyError, hex};

/// The 256-bit key that every file of one snapshot is encrypted with. Wiped when dropped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`KeyError::Random`] when `rng` gives nothing.
    pub fn random(rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill(bytes.as_mut()).map_err(|_| KeyError::Random)?;
        Ok(Self(bytes))
    }

    /// A key that was handed over, as a session gets it from the gatehouse.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for a cipher or for handing over.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// Which data key: 16 hexadecimal digits that say nothing about the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DataKeyId(String);

impl DataKeyId {
    /// A fresh identifier.
    ///
    /// # Errors
    /// [`KeyError::Random`] when `rng` gives nothing.
    pub fn random(rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        let mut bytes = [0; 8];
        rng.fill(&mut bytes).map_err(|_| KeyError::Random)?;
        Ok(Self(hex::encode(&bytes)))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DataKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DataKeyId {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        match hex::decode::<8>(&text) {
            Some(_) if text == text.to_ascii_lowercase() => Ok(Self(text)),
            _ => Err(KeyError::Form("data key's identifier")),
        }
    }
}

impl From<DataKeyId> for String {
    fn from(id: DataKeyId) -> String {
        id.0
    }
}

/// The public half of the key that manifests are signed with (Ed25519). In text: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ManifestKey([u8; 32]);

impl ManifestKey {
    pub(super) fn of(pair: &Ed25519KeyPair) -> Option<Self> {
        pair.public_key().as_ref().try_into().ok().map(Self)
    }

    /// Whether `signature` over `message` is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ring::signature::ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl TryFrom<String> for ManifestKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        hex::decode::<32>(&text).map(|bytes| Self(*bytes)).ok_or(KeyError::Form("manifest key"))
    }
}

impl From<ManifestKey> for String {
    fn from(key: ManifestKey) -> String {
        hex::encode(&key.0)
    }
}
