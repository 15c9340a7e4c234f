//! A QR code as an SVG path, so that a page with a strict content policy can draw it.

use std::fmt::{self, Write as _};

use qrcodegen::{QrCode, QrCodeEcc};
use zeroize::Zeroizing;

use super::LoginError;

/// Light modules round the code (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A QR code: dark modules as one path in a square of `size` by `size`, quiet zone included. It holds a secret.
pub struct Qr {
    size: i32,
    path: Zeroizing<String>,
}

impl Qr {
    pub(super) fn of(text: &str) -> Result<Self, LoginError> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| LoginError::Cipher)?;
        let mut path = Zeroizing::new(String::with_capacity(32 * 1024));
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = i32::try_from((x..code.size()).take_while(|&x| code.get_module(x, y)).count());
                let run = run.unwrap_or(0);
                if run > 0 {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run + 1;
            }
        }
        Ok(Self { size: code.size() + 2 * QUIET, path })
    }

    /// For the `viewBox`: `0 0 size size`.
    #[must_use]
    pub fn size(&self) -> i32 {
        self.size
    }

    /// For the `d` of a `path`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Debug for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Qr").field("size", &self.size).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path back, module by module.
    #[test]
    fn the_path_draws_the_code() {
        let (text, quiet) =
            ("otpauth://totp/Sekisho:sato?secret=GEZDGNBVGY3TQOJQ", usize::try_from(QUIET).unwrap());
        let (qr, code) = (Qr::of(text).unwrap(), QrCode::encode_text(text, QrCodeEcc::Medium).unwrap());
        let side = usize::try_from(qr.size()).unwrap();
        let mut drawn = vec![vec![false; side]; side];
        for piece in qr.path().split_terminator('z') {
            let (at, run) = piece.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let run: usize = run.split_once('v').unwrap().0.parse().unwrap();
            drawn[y][x..x + run].fill(true);
        }
        for (y, line) in drawn.iter().enumerate() {
            for (x, dark) in line.iter().enumerate() {
                let inside = |v: usize| i32::try_from(v).unwrap() - i32::try_from(quiet).unwrap();
                assert_eq!(*dark, code.get_module(inside(x), inside(y)), "{x} {y}");
            }
        }
        assert!(!format!("{qr:?}").contains('M'));
    }
}
