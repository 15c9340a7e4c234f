//! The inside of a session: plan, run, gate.

use datafusion::arrow::datatypes::SchemaRef;

use super::{Ask, Order, Progress};
use crate::engine::spill::SpillFolder;
use crate::gate::Verdict;
use crate::keys::DataKey;
use crate::words::{FailCode, Failure};

/// An opened snapshot and everything that answers questions about it.
#[derive(Debug)]
pub struct Desk {}

impl Desk {
    /// Opens the snapshot. Runs in the confined process, on the runtime that computes.
    ///
    /// # Errors
    /// When the snapshot does not open.
    pub async fn open(_order: &Order, _key: DataKey, _spill: SpillFolder) -> Result<Self, Failure> {
        Err(Failure::new(FailCode::Internal))
    }

    /// Answers one question. Dropping the future stops it at the next point where it waits.
    pub async fn answer(&self, _ask: &Ask, _progress: &Progress) -> Verdict {
        Verdict::Failed(Failure::new(FailCode::Internal))
    }

    /// The shape that an answer would have.
    ///
    /// # Errors
    /// What [`Desk::answer`] would say instead of releasing.
    pub async fn describe(&self, _ask: &Ask) -> Result<SchemaRef, Verdict> {
        Err(Verdict::Failed(Failure::new(FailCode::Internal)))
    }
}
