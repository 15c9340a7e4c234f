//! Every secret of the house: one master secret, and one data key per snapshot.
//!
//! All lasting secrets but the data keys are derived from the master (HKDF-SHA256, RFC 5869), so
//! there is one thing to keep safe. Data keys are random and stored one by one, so that destroying
//! one makes its snapshot unreadable for good. Nothing here prints a secret.
//!
//! Out of scope: hardware modules and key services (a second implementation would stand beside
//! [`KeyStore`]), bearer tokens (`access`), TLS keys (the portal's).

mod derive;
mod file;
pub(crate) mod hex;
mod secret;
mod store;
#[cfg(test)]
mod tests;

pub use derive::{Keyed, LoginKeys, PseudonymKey, RecordKeys, SigningPurpose};
pub use secret::{DataKey, DataKeyId, ManifestKey};
pub use store::KeyStore;

use std::path::PathBuf;

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system said no.
    #[error("cannot {act} {}: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// On which path.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Somebody else could read the keys.
    #[error("{} has mode {mode:04o}, which lets others in; set it with: chmod {wanted:o} {}", path.display(), path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
        /// Its mode now.
        mode: u32,
        /// The widest mode that is taken.
        wanted: u32,
    },
    /// The key file does not read as one.
    #[error("{} is not a key file of this version, or it is damaged at line {line}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first line that does not read.
        line: usize,
    },
    /// No such data key: it was destroyed, or belongs to another house.
    #[error("the key store has no data key {0}: it was destroyed, or the snapshot comes from another home")]
    Unknown(DataKeyId),
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random,
    /// A text is not a key of its kind in hexadecimal.
    #[error("not a {0} in hexadecimal")]
    Form(&'static str),
}
