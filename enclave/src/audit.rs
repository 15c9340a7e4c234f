//! The audit log: an append-only Merkle log that outsiders can check.
//!
//! ```text
//! audit/
//!   entries.log          the truth: checksummed frames, one a group commit, fdatasynced
//!   checkpoint           C2SP tlog-checkpoint, signed with Ed25519 (signed-note)
//!   tile/<L>/<N>         C2SP tlog-tiles: RFC 6962 hashes, 256 a tile
//!   tile/entries/<N>     the entries themselves, 256 a bundle
//!   resume               where to start reading at the next opening; a hint, never trusted
//!   lock, turn           taken round each group commit: several processes append to one log
//! ```
//!
//! An entry is on disk before [`AuditLog::append`] returns, and only `append` makes a
//! [`Receipt`]: whoever must not act before the log knows of it takes `&Receipt` as an argument.
//! Tiles and checkpoint are derived afterwards, and made good at the next opening when they
//! are behind. A log that could not be written once stays closed until it is opened anew.
//!
//! Out of scope: who may read the log, where copies of checkpoints are kept (anybody who keeps
//! one can prove later that nothing below it was changed or dropped), witnesses' cosignatures,
//! and splitting `entries.log` into segments. Whoever holds the signing key and the disk can
//! still rewrite what no outsider has a checkpoint of.

mod checkpoint;
mod committer;
mod disk;
mod entry;
mod frame;
mod lock;
mod proof;
mod read;
mod recover;
mod store;
mod tree;
mod verify;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

pub use checkpoint::VerifyKey;
pub use committer::Receipt;
pub use entry::{Action, Decision, Detail, Entry, Role};
pub use proof::{ConsistencyProof, InclusionProof, prove, prove_consistency};
pub use read::{Recorded, show, show_before};
pub use verify::{Fault, Finding, VerifyReport, verify, verify_against};

/// The log's name in its checkpoints and its key.
pub const ORIGIN: &str = "sekisho";

use std::io;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use checkpoint::Signer;
use committer::Committer;
use store::Store;

/// An open log. Dropping it waits for what was appended and publishes the checkpoint.
#[derive(Debug)]
pub struct AuditLog {
    committer: Committer,
    verify_key: VerifyKey,
}

impl AuditLog {
    /// Opens the log in `dir`, or begins one. Cuts a torn tail (never acknowledged by
    /// construction), says so in an entry of its own at `now`, and makes good tiles and
    /// checkpoint that are behind.
    ///
    /// `origin` names the log in its checkpoints and its key (C2SP: non-empty, without spaces
    /// and `+`). `signing_seed` is the Ed25519 private key (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// [`AuditError::Damaged`] when entries under the checkpoint are missing or broken, or a
    /// broken frame stands before a whole one; [`AuditError::Checkpoint`] when the checkpoint is
    /// missing or was not signed with this key; [`AuditError::Io`] when the disk will not.
    pub fn open(
        dir: &Path,
        origin: &str,
        signing_seed: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Self, AuditError> {
        let signer = Signer::new(origin, signing_seed)?;
        let verify_key = signer.verify_key();
        let (store, cut) = Store::open(dir, signer)?;
        let log = Self { committer: Committer::start(store)?, verify_key };
        if cut > 0 {
            tracing::warn!(bytes = cut, "cut a torn tail off the audit log");
            let entry = Entry::new(now, "sekisho", Role::System, Action::LogRecovered);
            log.append_blocking(entry.detail("bytes_cut", cut))?;
        }
        Ok(log)
    }

    /// Appends an entry. When this returns, the entry is on disk; dropping the future does not
    /// take the entry back.
    ///
    /// # Errors
    /// [`AuditError::TooLarge`] for an entry of 64 KiB or more. After any other error the log is closed.
    /// In either case the caller must not do what the entry says.
    pub async fn append(&self, entry: Entry) -> Result<Receipt, AuditError> {
        self.committer.append(&entry)?.await.unwrap_or(Err(AuditError::Closed))
    }

    /// The same for callers outside an asynchronous runtime; it blocks the thread.
    ///
    /// # Errors
    /// As [`AuditLog::append`].
    pub fn append_blocking(&self, entry: Entry) -> Result<Receipt, AuditError> {
        futures::executor::block_on(self.append(entry))
    }

    /// How many entries this process knows to be on disk; other processes may have added more.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.committer.len()
    }

    /// Whether this process knows of no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many group commits (one fdatasync each) this process has made.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.committer.commits()
    }

    /// The public key that outsiders check the log with.
    #[must_use]
    pub fn verify_key(&self) -> &VerifyKey {
        &self.verify_key
    }
}

/// Why the log could not be opened, written or read. Holds no entry's text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuditError {
    /// The disk or the operating system said no.
    #[error("audit log: {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// What is on disk is not what was written there.
    #[error("audit log: damaged at entry {index}: {what}")]
    Damaged {
        /// The first entry that is concerned.
        index: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The checkpoint is missing or malformed, or another key signed it.
    #[error("audit log: the checkpoint does not verify under the log's key")]
    Checkpoint,
    /// The origin or a verify key is not well formed (C2SP signed-note).
    #[error("audit log: not a well-formed log name or verify key")]
    Key,
    /// An entry does not fit a tlog-tiles bundle.
    #[error("audit log: an entry of {bytes} bytes is too large")]
    TooLarge {
        /// Its encoded length.
        bytes: usize,
    },
    /// The log is shorter than the question.
    #[error("audit log: no entry {index}; the checkpoint covers {size}")]
    NoSuchEntry {
        /// The index that was asked for.
        index: u64,
        /// The number of entries under the checkpoint.
        size: u64,
    },
    /// A proof does not prove what it claims.
    #[error("audit log: the proof does not hold")]
    Proof,
    /// A write has failed; the log stays closed until it is opened anew.
    #[error("audit log: closed after a failed write")]
    Closed,
}

/// Names what was being done when the system said no.
fn io_error(doing: &'static str) -> impl FnOnce(io::Error) -> AuditError {
    move |source| AuditError::Io { doing, source: Arc::new(source) }
}
