//! What a data steward is told when an import fails. No text here holds a value from the data.

use std::path::{Path, PathBuf};

use crate::keys::KeyError;
use crate::policy::BundleError;
use crate::snapshot::SnapshotError;

/// Why an import failed. Nothing of it is left behind but the reject file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The manifest does not read.
    #[error("{}: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong, with the line where TOML knows it.
        reason: String,
    },
    /// One table of the manifest asks for something that can't be.
    #[error("table '{table}', {key}: {reason}")]
    Table {
        /// The table.
        table: String,
        /// The manifest's key, or the column.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// A source file can't be read to its end.
    #[error("table '{table}': cannot read {}: {reason}", file.display())]
    Source {
        /// The table.
        table: String,
        /// The file.
        file: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// Too many rows of a table are unreadable.
    #[error(
        "table '{table}': {rejected} of {rows} rows are unreadable, more than the limit of {} %; most often: {most_often}; see {}",
        limit * 100.0, file.display()
    )]
    TooManyRejects {
        /// The table.
        table: String,
        /// Rows that were left out.
        rejected: u64,
        /// Rows in the source.
        rows: u64,
        /// The manifest's `reject_limit`, as a fraction.
        limit: f64,
        /// The most frequent reason, with its column.
        most_often: String,
        /// The reject file.
        file: PathBuf,
    },
    /// More patients or institutions than a `u32` can number.
    #[error("more than {max} distinct {0}", max = u32::MAX)]
    TooMany(&'static str),
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
    /// The key store can't be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The policy can't be used.
    #[error("policy: {0}")]
    Policy(#[from] BundleError),
    /// The snapshot can't be made.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A step inside failed; its own words could hold values, so they are not repeated.
    #[error("table '{table}': cannot {step}")]
    Inner {
        /// The table.
        table: String,
        /// What was being done.
        step: &'static str,
    },
}

impl ImportError {
    /// For `map_err`: what was tried on which path.
    pub(super) fn io(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source }
    }

    /// A table's key or column and what is wrong with it.
    pub(super) fn table(table: &str, key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Table { table: table.to_owned(), key: key.into(), reason: reason.into() }
    }

    /// For `map_err`: which step failed, without the engine's words.
    pub(super) fn inner<E>(table: &str, step: &'static str) -> impl FnOnce(E) -> Self {
        let table = table.to_owned();
        move |_| Self::Inner { table, step }
    }

    /// For `map_err`: a source file that can't be read.
    pub(super) fn source<E: ToString>(table: &str, file: &Path) -> impl FnOnce(E) -> Self {
        let (table, file) = (table.to_owned(), file.to_owned());
        move |e| Self::Source { table, file, reason: e.to_string() }
    }
}
