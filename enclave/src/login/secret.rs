//! What opens something by being known: 256 random bits as text, kept as their SHA-256.
//!
//! A random value of this length needs no salt and no slow hash, and looking it up by its hash tells nothing about it by
//! the time it takes.

use std::fmt;

use ring::digest::{SHA256, digest};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::LoginError;
use crate::keys::hex;

/// Such a secret in the clear: 64 hexadecimal digits, fit for a link or a cookie. Shown once.
pub(super) struct Secret(Zeroizing<String>);

impl Secret {
    pub fn draw(rng: &dyn SecureRandom) -> Result<Self, LoginError> {
        let bits: Zeroizing<[u8; 32]> = random(rng)?;
        Ok(Self(Zeroizing::new(hex::encode(bits.as_ref()))))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is kept of a secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    /// Of whatever text somebody presents.
    pub fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()) {
            *to = *from;
        }
        Self(hash)
    }

    /// As it was kept.
    pub fn stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A name for lists and the log that opens nothing: the first 12 hexadecimal digits.
    pub fn short(&self) -> String {
        hex::encode(self.0.first_chunk::<6>().unwrap_or(&[0; 6]))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// Random bytes, wiped when dropped.
pub(super) fn random<const N: usize>(rng: &dyn SecureRandom) -> Result<Zeroizing<[u8; N]>, LoginError> {
    let mut bytes = Zeroizing::new([0; N]);
    rng.fill(bytes.as_mut()).map_err(|_| LoginError::Random)?;
    Ok(bytes)
}
