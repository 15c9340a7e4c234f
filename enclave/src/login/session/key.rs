//! What a browser holds of its session, and what names it elsewhere.

use std::fmt;

use ring::hmac;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::secret::{Hash, Secret};
use crate::keys::hex;

/// A session's key in the clear: for the browser's cookie, and nowhere else.
#[derive(Debug)]
pub struct SessionKey(Secret);

impl SessionKey {
    pub(super) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The text of the cookie: 64 hexadecimal digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The session's name in lists and in the log.
    #[must_use]
    pub fn id(&self) -> SessionId {
        SessionId::of(&self.0.hash())
    }
}

/// A session's name in lists and in the log: the first 12 hexadecimal digits of its key's hash. It opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId(String);

impl SessionId {
    pub(super) fn of(hash: &Hash) -> Self {
        Self(hash.short())
    }
}

impl TryFrom<String> for SessionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() == 12 && text.chars().all(is_hex) {
            Ok(Self(text))
        } else {
            Err("セッションの番号は一覧にある12桁です / a session's name is the 12 digits in the list")
        }
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that only whoever knows the key can make, and from which the key cannot be had: pages may hold it.
pub(super) fn csrf(key: &str) -> Zeroizing<String> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), b"sekisho csrf 1");
    Zeroizing::new(hex::encode(tag.as_ref()))
}
