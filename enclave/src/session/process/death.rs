//! How a session ended, told from its exit status and the few lines it may write.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::words::{FailCode, Failure};

/// Why the gatehouse killed a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KillReason {
    /// Somebody with the right to do so stopped it.
    Stopped,
    /// A question did not let go when it was cancelled or its time was over.
    Stuck,
    /// It broke the protocol.
    Protocol,
    /// Nobody needs it any more.
    Unused,
    /// Its study, its handler or an organisation may no longer go on.
    Unpermitted,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Death {
    /// By itself, in good order.
    #[error("it ended by itself")]
    Ended,
    /// Killed by the gatehouse.
    #[error("the gatehouse killed it: {0:?}")]
    Killed(KillReason),
    /// An allocation failed at the memory limit.
    #[error("it reached its memory limit")]
    Memory,
    /// Its stack overflowed.
    #[error("its stack overflowed")]
    StackOverflow,
    /// It tried a system call that is not on the list.
    #[error("it tried a forbidden system call")]
    Forbidden,
    /// A signal, from itself or from outside.
    #[error("signal {0} ended it")]
    Signal(i32),
    /// An exit status that is not 0.
    #[error("it ended with status {0}")]
    Status(i32),
    /// Its end could not be observed.
    #[error("it was lost")]
    Lost,
}

impl Death {
    /// A fixed word for the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Killed(KillReason::Stopped) => "stopped",
            Self::Killed(KillReason::Stuck) => "stuck",
            Self::Killed(KillReason::Protocol) => "protocol",
            Self::Killed(KillReason::Unused) => "unused",
            Self::Killed(KillReason::Unpermitted) => "unpermitted",
            Self::Memory => "memory",
            Self::StackOverflow => "stack_overflow",
            Self::Forbidden => "forbidden",
            Self::Signal(_) => "signal",
            Self::Status(_) => "status",
            Self::Lost => "lost",
        }
    }

    /// What the user of a question is told that was running.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure::new(match self {
            Self::Memory => FailCode::Memory,
            Self::Killed(KillReason::Stopped) => FailCode::Cancelled,
            Self::Ended
            | Self::Killed(
                KillReason::Stuck | KillReason::Protocol | KillReason::Unused | KillReason::Unpermitted,
            )
            | Self::StackOverflow
            | Self::Forbidden
            | Self::Signal(_)
            | Self::Status(_)
            | Self::Lost => FailCode::SessionEnded,
        })
    }
}

/// `SIGSYS`, which seccomp sends (signal(7)).
const SIGSYS: i32 = 31;

/// What a dying session may have said on standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LastWords {
    pub(super) memory: bool,
    pub(super) stack: bool,
}

impl LastWords {
    /// Takes a line in. Rust's runtime writes the first two; nothing else of a line is kept, since an
    /// engine's text may quote data.
    pub(super) fn hear(&mut self, line: &str) {
        self.memory |= line.starts_with("memory allocation of ");
        self.stack |= line.contains("has overflowed its stack");
    }
}

pub(super) fn death(status: ExitStatus, words: LastWords, killed: Option<KillReason>) -> Death {
    match (status.code(), status.signal()) {
        (Some(0), _) => Death::Ended,
        (Some(code), _) => Death::Status(code),
        (None, Some(SIGSYS)) => Death::Forbidden,
        (None, Some(_)) if words.memory => Death::Memory,
        (None, Some(_)) if words.stack => Death::StackOverflow,
        (None, Some(signal)) => killed.map_or(Death::Signal(signal), Death::Killed),
        (None, None) => Death::Lost,
    }
}
