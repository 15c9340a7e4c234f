//! Passwords as people type them: how they are read, and which may be chosen.
//!
//! NIST SP 800-63B, passwords: a minimum length (we ask for 12 beside a second factor, the standard for 8), no rules of
//! composition, no forced changes, a comparison with a list of obvious ones, and every character allowed. Texts are
//! normalised to NFKC, which it offers for this: a letter typed full-width on a Japanese keyboard is the same letter.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::obvious::is_obvious;
use super::words::{TOO_LONG, TOO_OBVIOUS, TOO_SHORT, refused};
use crate::ids::HandlerId;
use crate::words::Refusal;

/// In characters (code points), after normalising.
/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 12;
const MOST: usize = 256;
/// The longest text that is looked at at all, in bytes.
const MOST_BYTES: usize = MOST * 4;

/// A password, normalised. Wiped when dropped.
pub(super) struct Password(Zeroizing<String>);

impl Password {
    /// Reads what somebody typed. `None` for what is too long to be anybody's.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > MOST_BYTES {
            return None;
        }
        // Room for all of it at once: a text that grows leaves copies behind.
        let mut password = Zeroizing::new(String::with_capacity((MOST + 1) * 4));
        password.extend(text.nfkc().take(MOST + 1));
        (password.chars().count() <= MOST).then_some(Self(password))
    }

    /// Reads what a handler wants as a password.
    ///
    /// # Errors
    /// When it is too short, too long or too obvious.
    pub fn chosen(text: &str, handler: &HandlerId) -> Result<Self, Refusal> {
        let password = Self::read(text).ok_or_else(|| refused(&TOO_LONG))?;
        if password.0.chars().count() < SHORTEST_PASSWORD {
            return Err(refused(&TOO_SHORT));
        }
        if is_obvious(&password.0, handler.as_str()) {
            return Err(refused(&TOO_OBVIOUS));
        }
        Ok(password)
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<Password, String> {
        let handler = HandlerId::new("sato-hanako").unwrap();
        Password::chosen(text, &handler).map_err(|refusal| refusal.message.en)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(chosen("brine otter ").is_ok());
        assert!(chosen("brine otter").unwrap_err().contains("short"));
        assert!(chosen("雨上がりの庭で傘を干す猫").is_ok(), "12 characters");
        assert!(chosen("雨上がりの庭で傘を干す").unwrap_err().contains("short"));
        let long: String = "correct horse battery ".chars().cycle().take(256).collect();
        assert!(chosen(&long).is_ok());
        assert!(chosen(&format!("{long}!")).unwrap_err().contains("long"));
        // One character that normalises to eighteen.
        assert!(chosen(&"\u{fdfa}".repeat(15)).unwrap_err().contains("long"));
        assert!(Password::read(&"x".repeat(10_000_000)).is_none());
    }

    #[test]
    fn the_same_password_typed_another_way_is_the_same() {
        let bytes = |text| Password::read(text).unwrap().as_bytes().to_vec();
        assert_eq!(bytes("Ｂrine otter 12"), bytes("Brine otter 12"));
        assert_eq!(bytes("e\u{301}clair au café"), bytes("éclair au cafe\u{301}"));
        assert_ne!(bytes("Brine otter 12"), bytes("brine otter 12"));
    }

    #[test]
    fn the_handlers_name_is_obvious() {
        for text in ["sato-hanako!", "SatoHanako2026", "hanako_hanako_1", "sato.password.9"] {
            assert!(chosen(text).unwrap_err().contains("guess"), "{text}");
        }
    }
}
