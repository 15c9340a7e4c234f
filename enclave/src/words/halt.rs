//! A question that ends before it has an answer.

use super::{FailCode, Failure, Refusal};

/// Refused by a rule, or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// A rule refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something went wrong.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<FailCode> for Halt {
    fn from(code: FailCode) -> Self {
        Self::Failed(Failure::new(code))
    }
}
