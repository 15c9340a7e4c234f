//! Why a session did not start.

use super::super::{Confinement, Limits};
use super::Death;
use crate::words::{FailCode, Failure};

/// Why a session did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The limits are too low to live with.
    #[error("a session needs at least {} MiB of memory", Limits::LEAST_MEMORY_MIB)]
    Limits,
    /// The process or its folder could not be made.
    #[error("the session process could not be made: {0}")]
    Process(#[from] std::io::Error),
    /// The system lacks a measure that the configuration requires.
    #[error("the session is not fully confined: {0}")]
    NotConfined(Confinement),
    /// It said something that no session says.
    #[error("the session broke the protocol")]
    Protocol,
    /// It did not open in time.
    #[error("the session took too long to open")]
    Slow,
    /// It ended while opening.
    #[error("the session ended while opening: {0}")]
    Died(#[from] Death),
    /// It could not open the snapshot.
    #[error("the session could not open the snapshot: {0}")]
    Open(Failure),
}

impl StartError {
    /// What the user is told.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Open(failure) => failure.clone(),
            Self::Died(death) => death.failure(),
            Self::Limits | Self::Process(_) | Self::NotConfined(_) | Self::Protocol | Self::Slow => {
                Failure::new(FailCode::Internal)
            }
        }
    }
}
