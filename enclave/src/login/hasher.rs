//! Argon2id (RFC 9106) over passwords, with a pepper from the key store.
//!
//! 19 MiB, two passes, one lane: the first of the equally strong choices of OWASP's Password Storage Cheat Sheet. RFC 9106's
//! second recommendation (64 MiB, three passes) would cost ten times as much for each wrong guess that somebody sends us,
//! on a machine with two cores that others are working on; what it would win against a thief of the file, the pepper wins.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::LoginError;
use super::password::Password;
use super::secret::random;

/// So many may wait for their turn: about a second's work. A flood of sign-ins takes one core and 19 MiB, no more.
const QUEUE: usize = 32;

/// What one hash costs.
pub(super) fn cost() -> Params {
    // 19,456 KiB, t = 2, p = 1: a test holds the library's default to it.
    Params::DEFAULT
}

/// Hashes one password at a time.
pub(super) struct Hasher {
    pepper: Zeroizing<[u8; 32]>,
    cost: Params,
    turn: Mutex<()>,
    waiting: AtomicUsize,
    /// What a test counts instead of measuring time.
    #[cfg(test)]
    pub calls: AtomicUsize,
}

impl Hasher {
    pub fn new(pepper: Zeroizing<[u8; 32]>, cost: Params) -> Self {
        Self {
            pepper,
            cost,
            turn: Mutex::new(()),
            waiting: AtomicUsize::new(0),
            #[cfg(test)]
            calls: AtomicUsize::new(0),
        }
    }

    /// The hash as a PHC string, with a fresh salt of 128 bits.
    pub fn hash(&self, password: &Password, rng: &dyn SecureRandom) -> Result<String, LoginError> {
        let salt: Zeroizing<[u8; 16]> = random(rng)?;
        self.in_turn(|argon2| {
            let hash: PasswordHash = argon2
                .hash_password_with_salt(password.as_bytes(), salt.as_ref())
                .map_err(|_| LoginError::Cipher)?;
            Ok(hash.to_string())
        })
    }

    /// Whether a password is the one behind a PHC string. Nobody's password does the same work and is wrong.
    pub fn verify(&self, password: Option<&Password>, phc: &str) -> Result<bool, LoginError> {
        let hash = PasswordHash::new(phc).map_err(|_| LoginError::Cipher)?;
        let bytes = password.map(Password::as_bytes).unwrap_or_default();
        self.in_turn(|argon2| Ok(argon2.verify_password(bytes, &hash).is_ok() & password.is_some()))
    }

    /// A PHC string of the same cost that no password is known for.
    pub fn nobodys(&self) -> String {
        let (m, t, p) = (self.cost.m_cost(), self.cost.t_cost(), self.cost.p_cost());
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}")
    }

    fn in_turn<T>(&self, work: impl FnOnce(&Argon2<'_>) -> Result<T, LoginError>) -> Result<T, LoginError> {
        let place = Place::take(&self.waiting)?;
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        #[cfg(test)]
        self.calls.fetch_add(1, Ordering::Relaxed);
        let pepper = self.pepper.as_ref();
        let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        let done = work(&argon2.map_err(|_| LoginError::Cipher)?);
        drop(turn);
        drop(place);
        done
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, LoginError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) < QUEUE { Ok(place) } else { Err(LoginError::Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}
