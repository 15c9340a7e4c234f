//! Sessions that are open: who has them, and ending them before their time.
//!
//! Out of scope: who may do so (`access::Act`), and starting them (`sessions`).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::house::Gatehouse;
use super::queue::Whose;
use super::slot::Running;
use crate::audit::{Action, Receipt};
use crate::ids::{HandlerId, StudyId};
use crate::login::{Fresh, Zone};
use crate::session::KillReason;

/// Between two questions to the register that nobody waits for.
const BETWEEN: Duration = Duration::from_millis(1);

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
    /// All sessions that are open, oldest first. One that is just being started is not yet.
    #[must_use]
    pub fn open_sessions(&self) -> Vec<OpenSession> {
        // A place that is locked is being filled or emptied: whoever looks does not wait for that.
        let slots = self.slots.all().into_iter();
        let mut open: Vec<_> =
            slots.filter_map(|(whose, slot)| seen(whose, slot.running.try_lock().ok()?.as_ref())).collect();
        open.sort_by_key(|open| (open.since, open.session));
        open
    }

    /// Ends a session at once, for somebody who may and has just proved who they are. False where there is none.
    pub async fn stop(&self, session: u32, _by: &Fresh, receipt: &Receipt) -> bool {
        if receipt.action() != Action::SessionStop {
            return false;
        }
        let open = self.open_sessions().into_iter().filter(|open| open.session == session);
        self.end(KillReason::Stopped, open.collect()).await > 0
    }

    /// Ends the sessions of somebody who has left, also those that are just being started.
    pub async fn leave(&self, handler: &HandlerId) {
        let mut open = Vec::new();
        for (whose, slot) in self.slots.all().into_iter().filter(|((own, _), _)| own == handler) {
            open.extend(seen(whose, slot.running.lock().await.as_ref()));
        }
        self.end(KillReason::Unused, open).await;
    }

    /// Ends the sessions that would not be permitted now: a study, a grant, a training or a certificate that ends at noon ends
    /// them at noon. Gives how many there were.
    pub async fn end_unpermitted(self: &Arc<Self>) -> usize {
        let (house, mut open) = (Arc::clone(self), self.open_sessions());
        // Each asks the register: with many sessions that is no work for the threads that serve.
        let asking = tokio::task::spawn_blocking(move || {
            open.retain(|open| {
                // Those who wait for the register go in between: its lock is not handed out in turn.
                std::thread::sleep(BETWEEN);
                !house.still_permits(open)
            });
            open
        });
        match asking.await {
            Ok(unpermitted) => self.end(KillReason::Unpermitted, unpermitted).await,
            Err(error) => {
                tracing::error!(%error, "open sessions could not be held against the register");
                0
            }
        }
    }

    fn still_permits(&self, open: &OpenSession) -> bool {
        match open.zone {
            Some(zone) => self.admits(&open.handler, &open.study, zone).is_ok(),
            None => self.access().permit(&open.handler, &open.study, self.now()).is_ok(),
        }
    }

    async fn end(&self, why: KillReason, which: Vec<OpenSession>) -> usize {
        let mut ended = 0;
        for open in which {
            let slot = self.slots.of((open.handler, open.study));
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

fn seen((handler, study): Whose, running: Option<&Running>) -> Option<OpenSession> {
    let running = running.filter(|running| running.process.is_alive())?;
    let (session, begun) = (running.process.id(), running.begun);
    Some(OpenSession { session, handler, study, since: begun.since, zone: begun.zone })
}
