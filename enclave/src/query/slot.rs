//! The place of a session: empty, or with a process in it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::queue::{Opening, Whose};
use crate::access::TablePermit;
use crate::ids::SnapshotId;
use crate::login::Zone;
use crate::session::{KillReason, SessionProcess};

/// The places of all sessions.
#[derive(Debug, Default)]
pub(super) struct Slots(std::sync::Mutex<HashMap<Whose, Arc<Slot>>>);

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
    /// What the queue calls it.
    pub(super) opening: Opening,
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

impl Slots {
    /// One handler's place in one study.
    pub(super) fn of(&self, whose: Whose) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(whose).or_default())
    }

    pub(super) fn all(&self) -> Vec<(Whose, Arc<Slot>)> {
        let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.iter().map(|(whose, slot)| (whose.clone(), Arc::clone(slot))).collect()
    }

    /// Ends a session whose place another needs; nothing where it has ended. Its own next question starts another.
    pub(super) async fn make_room(&self, whose: &Whose, opening: Opening) {
        let slot = self.of(whose.clone());
        let taken = slot.running.lock().await.take_if(|running| running.opening == opening);
        if let Some(running) = taken {
            running.process.kill(KillReason::Unused).await;
        }
    }
}

impl Slot {
    /// What the log calls the session.
    pub(super) fn name(&self) -> String {
        self.number.load(Ordering::Relaxed).to_string()
    }
}
