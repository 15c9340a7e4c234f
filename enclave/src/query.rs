//! The way of a query, and the house it goes through.
//!
//! The command line and Flight SQL both call [`run`]. Out of scope: who is at the other end.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::SchemaRef;

use crate::catalog::Catalog;
use crate::gate::Verdict;
use crate::ids::{HandlerId, SnapshotId, StudyId};
use crate::policy::BundleId;
use crate::words::{FailCode, Failure};

pub use crate::session::Ask;

/// Everything the gatehouse keeps open: state, log, results, sessions.
#[derive(Debug)]
pub struct Gatehouse {}

/// One person's presence in one study: a session process stands behind it.
#[derive(Debug, Clone)]
pub struct Visit {
    _house: Arc<()>,
}

/// A verdict that is kept in the enclave and written in the log.
#[derive(Debug, Clone)]
pub struct Held {
    /// The verdict.
    pub verdict: Verdict,
    /// The bundle that judged.
    pub policy: BundleId,
    /// The snapshot that was asked.
    pub snapshot: SnapshotId,
    /// The log's index of the verdict's entry.
    pub audit: u64,
}

impl Gatehouse {
    /// Opens the house that lives in `home`, making what is missing.
    ///
    /// # Errors
    /// When the state, the keys or the log cannot be opened.
    pub fn open(_home: &Path, _now: DateTime<Utc>) -> Result<Self, Failure> {
        Err(Failure::new(FailCode::Internal))
    }

    /// Lets a handler into a study. The session process starts at the first question.
    ///
    /// # Errors
    /// When the study does not permit it: `Verdict::Refused` or `Verdict::Failed`, with an audit entry.
    pub async fn enter(&self, _handler: &HandlerId, _study: &StudyId) -> Result<Visit, Verdict> {
        Err(Verdict::Failed(Failure::new(FailCode::Internal)))
    }

    /// Lets the bearer of a token in.
    ///
    /// # Errors
    /// When the token is unknown, expired or revoked, or as [`Gatehouse::enter`].
    pub async fn enter_by_token(&self, _token: &str) -> Result<Visit, Verdict> {
        Err(Verdict::Failed(Failure::new(FailCode::Internal)))
    }

    /// What the study's catalogue shows this visitor.
    ///
    /// # Errors
    /// As [`Gatehouse::enter`].
    pub async fn catalog(&self, _visit: &Visit) -> Result<Catalog, Verdict> {
        Err(Verdict::Failed(Failure::new(FailCode::Internal)))
    }
}

/// Asks one question: permit, log, session, log, hold. Dropping the future cancels the question.
pub async fn run(_house: &Gatehouse, _visit: &Visit, _ask: Ask) -> Held {
    std::future::pending().await
}

/// The shape that an answer would have, without running anything.
///
/// # Errors
/// `Verdict::Refused` or `Verdict::Failed`, as [`run`] would say.
pub async fn describe(_house: &Gatehouse, _visit: &Visit, _ask: Ask) -> Result<SchemaRef, Verdict> {
    Err(Verdict::Failed(Failure::new(FailCode::Internal)))
}
