//! One-time codes by the clock (TOTP, RFC 6238), as authenticator apps make them.
//!
//! SHA-1, six digits, 30 seconds: what all common apps know; some take other settings and silently use these. As a MAC's
//! hash SHA-1 is not broken (RFC 4226, appendix B.2). One step to either side is taken for clocks that differ (RFC 6238,
//! section 5.2). That a code is good once is `sign_in`'s to see to.

use std::fmt;

use chrono::{DateTime, Utc};
use totp_rs::{Algorithm, Builder, Totp};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::LoginError;

/// 160 bits, as RFC 4226 recommends (section 4, R6).
pub(super) const SECRET_LEN: usize = 20;
/// In seconds.
pub(super) const STEP: u64 = 30;
const DIGITS: u8 = 6;
const SKEW: u16 = 1;
const ISSUER: &str = "Sekisho";
/// What is typed in the field for codes is looked at up to here, in characters.
const MOST_TYPED: usize = 64;

/// One person's authenticator app, as far as we know it.
pub(super) struct Authenticator(Totp);

impl Authenticator {
    pub fn new(account: &str, secret: &[u8; SECRET_LEN]) -> Result<Self, LoginError> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(STEP)
            .with_secret(*secret)
            .with_issuer(Some(ISSUER))
            .with_account_name(account);
        builder.build().map(Self).map_err(|_| LoginError::Cipher)
    }

    /// The step whose code this is, if it is one that counts at `now`.
    pub fn step(&self, code: &Typed, now: DateTime<Utc>) -> Option<i64> {
        let digits = code.digits()?;
        let step = self.0.check(digits, u64::try_from(now.timestamp()).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The secret in base32, in groups of four, to be typed where no camera is at hand.
    pub fn grouped(&self) -> Zeroizing<String> {
        let plain = Zeroizing::new(self.0.secret().to_base32());
        let mut grouped = Zeroizing::new(String::with_capacity(plain.len() * 2));
        for (at, letter) in plain.chars().enumerate() {
            if at > 0 && at.is_multiple_of(4) {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// The `otpauth:` address that apps read from a QR code.
    pub fn uri(&self) -> Result<Zeroizing<String>, LoginError> {
        self.0.to_url().map(Zeroizing::new).map_err(|_| LoginError::Cipher)
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(…)")
    }
}

/// What was typed in the field for codes: a code of the app's, or a recovery code. Full-width letters, spaces and hyphens
/// make no difference, nor does case.
pub(super) struct Typed(Zeroizing<String>);

impl Typed {
    pub fn read(text: &str) -> Self {
        let mut typed = Zeroizing::new(String::with_capacity(MOST_TYPED * 4));
        let kept = text.nfkc().filter(|c| !c.is_whitespace() && *c != '-').take(MOST_TYPED);
        typed.extend(kept.map(|c| c.to_ascii_uppercase()));
        Self(typed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> Option<&str> {
        let six = self.0.len() == usize::from(DIGITS) && self.0.bytes().all(|byte| byte.is_ascii_digit());
        six.then_some(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> Authenticator {
        Authenticator::new("sato", b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of the eight digits that the RFC's table gives for SHA-1.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(rfc().step(&Typed::read(code), at(time)), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn one_step_to_either_side_counts() {
        let code = Typed::read("081804");
        let step = 1_111_111_109 / 30;
        for (shift, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now = at((step + shift) * 30);
            assert_eq!(rfc().step(&code, now).is_some(), counts, "{shift}");
        }
        assert_eq!(rfc().step(&code, at(-100)), None);
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_typed() {
        let now = at(1_111_111_109);
        for good in ["081804", "081 804", " 081804\n", "０８１８０４", "081-804"] {
            assert!(rfc().step(&Typed::read(good), now).is_some(), "{good}");
        }
        for bad in ["", "81804", "0081804", "1081804", "08180a", "+81804", "081804081804"] {
            assert!(rfc().step(&Typed::read(bad), now).is_none(), "{bad}");
        }
    }

    #[test]
    fn apps_are_told_who_and_what() {
        assert_eq!(*rfc().grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let uri = rfc().uri().unwrap();
        assert!(uri.starts_with("otpauth://totp/Sekisho:sato?"), "{}", *uri);
        assert!(uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && uri.contains("issuer=Sekisho"));
        assert!(!format!("{:?}", rfc()).contains("GEZD"));
    }
}
