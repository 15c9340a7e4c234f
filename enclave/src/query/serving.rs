//! When the gatehouse begins to serve and when it ends, in the log.
//!
//! Whoever reads the log sees each time that questions could come in from outside, under which version and where. A start
//! with another start after it, and no end between, was a death. Out of scope: the serving itself.

use std::net::SocketAddr;

use super::house::Gatehouse;
use crate::audit::{Action, Decision, Entry, Role};
use crate::words::Failure;

/// Proof that the log knows of the serving; [`Gatehouse::end_serving`] takes it back.
#[derive(Debug)]
#[must_use = "the log is told of the end too"]
pub struct Serving {
    start: u64,
}

/// Why the serving ended, where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// The transport ended by itself.
    Failed,
}

impl Gatehouse {
    /// Writes in the log that `version` serves at `address`. To be called before the first question is taken.
    ///
    /// # Errors
    /// When the log cannot be written: nothing may be served then.
    pub async fn begin_serving(
        &self,
        version: &'static str,
        address: SocketAddr,
    ) -> Result<Serving, Failure> {
        let entry = Entry::new((self.clock)(), "sekisho", Role::System, Action::ServeStart);
        let entry = entry.object(address).detail("version", version);
        let receipt = self.append(entry).await?;
        Ok(Serving { start: receipt.index() })
    }

    /// Writes in the log that a serving ended, and how. Its object is the entry of the start.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub async fn end_serving(&self, serving: Serving, ending: Ending) -> Result<(), Failure> {
        let entry = Entry::new((self.clock)(), "sekisho", Role::System, Action::ServeEnd);
        let entry = entry.object(serving.start).reason(ending.code());
        let entry = if ending == Ending::Failed { entry.decision(Decision::Failed) } else { entry };
        self.append(entry).await.map(drop)
    }
}

impl Ending {
    const fn code(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
            Self::Failed => "transport",
        }
    }
}
