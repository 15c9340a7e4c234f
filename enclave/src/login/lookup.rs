//! Keyed hashes (HMAC-SHA256) by which something is found again without being kept in the clear.

use std::fmt;

use ring::hmac;

/// The key, from the key store.
pub(super) struct Lookup(hmac::Key);

impl Lookup {
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    /// The name under which `parts` are found, for one purpose. No part but the last may hold a zero byte.
    pub fn tag(&self, purpose: &str, parts: &[&str]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.as_bytes());
        for part in parts {
            context.update(&[0]);
            context.update(part.as_bytes());
        }
        context.sign()
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup(…)")
    }
}
