//! A snapshot: one source's tables, pseudonymised, sorted by patient, encrypted, signed, immutable.
//!
//! ```text
//! snapshots/NAME@DIGEST/
//!   manifest.json          what it holds, its policy, a digest of each file
//!   manifest.sig           Ed25519 over manifest.json
//!   patients.parquet       roster: dense number → record key
//!   tables/visit/0003.parquet
//! ```
//!
//! Part *k* of every table with patients holds the same range of patients; parts are disjoint and
//! ascending, rows inside them ascend by patient, row groups never split one. Whoever counts people
//! (`evidence`) relies on that.
//!
//! Out of scope: reading the rows (`engine`), who may use it (`access`), the log of imports (`audit`).

mod crypt;
mod import;
mod list;
mod manifest;
mod open;
mod roster;

pub use crypt::decryption;
pub use import::{
    ImportError, Imported, ImportedTable, Prepared, Progress, Sizes, Step, import, import_within, prepare,
};
pub use list::{Damaged, Listing, SnapshotInfo, folder, latest, list};
pub use open::{Part, Snapshot};

use std::path::PathBuf;

use crate::ids::SnapshotName;

/// Why a snapshot can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
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
    /// The manifest is not what was signed, or was signed in another home.
    #[error("the signature of {} does not hold: the manifest was changed or comes from another home", .0.display())]
    Signature(PathBuf),
    /// The manifest does not read.
    #[error("{}: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is missing, cut or swapped.
    #[error("{} is missing or is not the file that the manifest names", .0.display())]
    File(PathBuf),
    /// There is no snapshot of that name.
    #[error("no snapshot named '{name}'; there are: {}", if known.is_empty() { "none" } else { known })]
    Unknown {
        /// What was asked for.
        name: SnapshotName,
        /// What there is, with commas.
        known: String,
    },
    /// The cipher refused the key.
    #[error("the data key does not fit the cipher")]
    Cipher,
}

impl SnapshotError {
    /// For `map_err`: what was tried on which path.
    fn io(act: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source }
    }
}
