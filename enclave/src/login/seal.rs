//! Sealing the secrets of authenticator apps: AES-256-GCM, a random nonce in front, bound to the handler.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::LoginError;
use super::secret::random;
use super::totp::SECRET_LEN;
use crate::keys::DataKey;

/// Seals and opens.
pub(super) struct Seal(LessSafeKey);

impl Seal {
    pub fn new(key: &DataKey) -> Result<Self, LoginError> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| LoginError::Cipher)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// A few thousand nonces are drawn in a house's life; collisions begin to matter at 2^32 (NIST SP 800-38D, 8.3).
    pub fn close(
        &self,
        handler: &str,
        secret: &[u8; SECRET_LEN],
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, LoginError> {
        let nonce: Zeroizing<[u8; NONCE_LEN]> = random(rng)?;
        self.close_with(*nonce, handler, secret)
    }

    /// The same of a secret that is none, under a nonce that is used for nothing else of worth.
    pub fn close_dummy(&self, handler: &str) -> Result<Vec<u8>, LoginError> {
        self.close_with([0; NONCE_LEN], handler, &[0; SECRET_LEN])
    }

    pub fn open(&self, handler: &str, sealed: &[u8]) -> Result<Zeroizing<[u8; SECRET_LEN]>, LoginError> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(LoginError::Sealed)?;
        let mut rest = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened =
            self.0.open_in_place(nonce, bound(handler), &mut rest).map_err(|_| LoginError::Sealed)?;
        let mut secret = Zeroizing::new([0; SECRET_LEN]);
        if opened.len() != SECRET_LEN {
            return Err(LoginError::Sealed);
        }
        secret.copy_from_slice(opened);
        Ok(secret)
    }

    fn close_with(
        &self,
        nonce: [u8; NONCE_LEN],
        handler: &str,
        secret: &[u8; SECRET_LEN],
    ) -> Result<Vec<u8>, LoginError> {
        let mut text = Zeroizing::new(*secret);
        let unique = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(unique, bound(handler), text.as_mut())
            .map_err(|_| LoginError::Cipher)?;
        Ok([nonce.as_slice(), text.as_ref(), tag.as_ref()].concat())
    }
}

/// A sealed secret opens for its own handler only.
fn bound(handler: &str) -> Aad<String> {
    Aad::from(format!("totp\0{handler}"))
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}
