//! The place of a session: empty, or with a process in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use crate::access::TablePermit;
use crate::ids::SnapshotId;
use crate::login::Zone;
use crate::session::SessionProcess;

/// The place of one handler's session in one study.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) running: Mutex<Option<Running>>,
    /// The process's number; 0 while there is none.
    pub(super) number: AtomicU32,
}

/// A session process, and what it was started with.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) process: Arc<SessionProcess>,
    pub(super) snapshot: SnapshotId,
    pub(super) tables: TablePermit,
    /// When and from where it was begun.
    pub(super) begun: Begun,
}

/// How a session was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) since: DateTime<Utc>,
    pub(super) zone: Option<Zone>,
}

impl Slot {
    /// What the log calls the session.
    pub(super) fn name(&self) -> String {
        self.number.load(Ordering::Relaxed).to_string()
    }
}
