//! Why the ledger could not be read or written. Whoever gets one of these publishes nothing.

use std::path::PathBuf;

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be made.
    #[error("ledger: cannot make {}: {source}", path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite said no.
    #[error("ledger: {0}")]
    Store(#[from] rusqlite::Error),
    /// The file is something else.
    #[error("{} is not a ledger of Sekisho's", .0.display())]
    Foreign(PathBuf),
    /// The file was written by a newer Sekisho.
    #[error("the ledger's format {found} is newer than {known}: update Sekisho")]
    Newer {
        /// The format's version in the file.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A page is missing, was altered, or was written by another house.
    #[error("the ledger is damaged: {0}")]
    Damaged(&'static str),
    /// The key does not fit the cipher.
    #[error("the ledger's key does not fit the cipher")]
    Cipher,
    /// The operating system gave no random numbers.
    #[error("no random bytes from the operating system")]
    Random,
    /// A threshold that sketches can't tell.
    #[error("a threshold of {0} is more than the ledger can tell; it can tell {1}")]
    Threshold(u32, u32),
}
