//! Sessions that are open: who has them, and ending them before their time.
//!
//! Out of scope: who may do so (`access::Act`), and starting them (`sessions`).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::house::Gatehouse;
use crate::audit::{Action, Receipt};
use crate::ids::{HandlerId, StudyId};
use crate::login::{Fresh, Zone};
use crate::session::KillReason;

/// A session that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// What the log calls it: its process.
    pub session: u32,
    /// Whose it is.
    pub handler: HandlerId,
    /// In which study.
    pub study: StudyId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// From where; `None` for the house's own command line.
    pub zone: Option<Zone>,
}

impl Gatehouse {
    /// All sessions that are open, oldest first.
    pub async fn open_sessions(&self) -> Vec<OpenSession> {
        let mut open = Vec::new();
        for ((handler, study), slot) in self.slots.all() {
            let running = slot.running.lock().await;
            if let Some(running) = running.as_ref().filter(|running| running.process.is_alive()) {
                let (session, begun) = (running.process.id(), running.begun);
                open.push(OpenSession { session, handler, study, since: begun.since, zone: begun.zone });
            }
        }
        open.sort_by_key(|open| (open.since, open.session));
        open
    }

    /// Ends a session at once, for somebody who may and has just proved who they are. False where there is none.
    pub async fn stop(&self, session: u32, _by: &Fresh, receipt: &Receipt) -> bool {
        if receipt.action() != Action::SessionStop {
            return false;
        }
        self.end(KillReason::Stopped, |open| open.session == session).await > 0
    }

    /// Ends the sessions of somebody who has left.
    pub async fn leave(&self, handler: &HandlerId) {
        self.end(KillReason::Unused, |open| open.handler == *handler).await;
    }

    /// Ends the sessions that would not be permitted now: a study, a grant, a training or a certificate that ends at noon ends
    /// them at noon. Gives how many there were.
    pub async fn end_unpermitted(&self) -> usize {
        let permitted = |open: &OpenSession| match open.zone {
            Some(zone) => self.admits(&open.handler, &open.study, zone).is_ok(),
            None => self.access().permit(&open.handler, &open.study, self.now()).is_ok(),
        };
        self.end(KillReason::Unpermitted, |open| !permitted(open)).await
    }

    async fn end(&self, why: KillReason, which: impl Fn(&OpenSession) -> bool) -> usize {
        let mut ended = 0;
        for open in self.open_sessions().await.into_iter().filter(which) {
            let slot = self.slots.of((open.handler.clone(), open.study.clone()));
            let process = slot.running.lock().await.as_ref().map(|running| Arc::clone(&running.process));
            // Another one may have begun meanwhile.
            if let Some(process) = process.filter(|process| process.id() == open.session) {
                process.kill(why).await;
                ended += 1;
            }
        }
        ended
    }
}
