//! Recovery codes: for the day when the phone is at home. Each is good once.
//!
//! 24 characters of Crockford's base32, 120 bits: at 112 and more NIST SP 800-63B lets look-up secrets be kept under a
//! plain one-way function. Ours is keyed besides.

use std::fmt;

use ring::rand::SecureRandom;
use rusqlite::{Transaction, params};
use zeroize::Zeroizing;

use super::LoginError;
use super::lookup::Lookup;
use super::secret::random;
use super::totp::Typed;

/// How many somebody is given.
const COUNT: usize = 10;
const LENGTH: usize = 24;
/// Without I, L, O and U, which are mistaken for others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Ten recovery codes in the clear. Shown once.
pub struct RecoveryCodes(Vec<Zeroizing<String>>);

impl RecoveryCodes {
    pub(super) fn draw(rng: &dyn SecureRandom) -> Result<Self, LoginError> {
        (0..COUNT).map(|_| draw(rng)).collect::<Result<_, _>>().map(Self)
    }

    /// Each, in groups of four with hyphens between them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|code| code.as_str())
    }
}

fn draw(rng: &dyn SecureRandom) -> Result<Zeroizing<String>, LoginError> {
    let bytes: Zeroizing<[u8; LENGTH]> = random(rng)?;
    let mut code = Zeroizing::new(String::with_capacity(LENGTH * 2));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at.is_multiple_of(4) {
            code.push('-');
        }
        // 32 letters divide 256: none is more likely than another.
        code.extend(ALPHABET.get(usize::from(byte % 32)).copied().map(char::from));
    }
    Ok(code)
}

/// Writes somebody's codes over whatever there were.
pub(super) fn put(
    tx: &Transaction<'_>,
    lookup: &Lookup,
    handler: &str,
    codes: &RecoveryCodes,
) -> Result<(), LoginError> {
    tx.execute("DELETE FROM recovery_code WHERE handler = ?", [handler])?;
    for code in codes.iter() {
        let hash = hash(lookup, handler, &Typed::read(code));
        tx.execute(
            "INSERT INTO recovery_code (handler, hash) VALUES (?, ?)",
            params![handler, hash.as_ref()],
        )?;
    }
    Ok(())
}

/// Under which a code is kept. Letters that the alphabet lacks are read as those they look like.
pub(super) fn hash(lookup: &Lookup, handler: &str, typed: &Typed) -> ring::hmac::Tag {
    let letter = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let mut read = Zeroizing::new(String::with_capacity(typed.as_str().len()));
    read.extend(typed.as_str().chars().map(letter));
    lookup.tag("recovery code", &[handler, &read])
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}
