//! One session process for each handler in each study, started at the first question.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::entries::{Logged, entry};
use super::house::Gatehouse;
use super::queue::{Opening, Seat};
use super::slot::{Begun, Running};
use super::visit::Visit;
use crate::access::Permit;
use crate::audit::Action;
use crate::gate::Verdict;
use crate::session::{KillReason, Order, Secrets, SessionProcess};
use crate::words::{FailCode, Failure};

impl Gatehouse {
    /// Waits until the machine has room for a question of the visitor's.
    pub(super) async fn seat(&self, visit: &Visit, _asked: &Logged) -> Result<Seat, Verdict> {
        let seat = self.queue.seat(visit.whose(), visit.place.as_ref()).await;
        seat.ok_or_else(|| Verdict::Failed(Failure::new(FailCode::Internal)))
    }

    /// The visitor's session, started if there is none or if it has ended. A permit that opens other
    /// tables than it was started with starts another.
    pub(super) async fn session(
        &self,
        visit: &Visit,
        permit: &Permit,
        seat: &Seat,
    ) -> Result<Arc<SessionProcess>, Verdict> {
        let mut running = visit.slot.running.lock().await;
        if let Some(found) = running.as_ref()
            && found.process.is_alive()
            && self.queue.is_open(&visit.whose(), found.opening)
            && found.snapshot == *permit.snapshot()
            && found.tables == *permit.tables()
            && found.begun.zone == visit.zone
        {
            return Ok(Arc::clone(&found.process));
        }
        if let Some(old) = running.take() {
            old.process.kill(KillReason::Unused).await;
        }
        let process = Arc::new(self.start(permit).await?);
        visit.slot.number.store(process.id(), Ordering::Relaxed);
        // In the log before it is asked anything, with what the kernel lacks.
        let confined = process.confinement().is_complete();
        let entry = self.entry(visit, Action::SessionStart).detail("confined", confined);
        self.append(entry).await.map_err(Verdict::Failed)?;
        // Nothing waits from here on, so that the queue knows of just what there is.
        let opening = self.queue.opened(seat);
        self.log_end(visit.clone(), Arc::clone(&process), opening);
        *running = Some(Running {
            process: Arc::clone(&process),
            opening,
            snapshot: permit.snapshot().clone(),
            tables: permit.tables().clone(),
            begun: Begun { since: (self.clock)(), zone: visit.zone },
        });
        Ok(process)
    }

    async fn start(&self, permit: &Permit) -> Result<SessionProcess, Verdict> {
        let snapshot = self.snapshot(permit.snapshot())?;
        let data_key = self.keys.data_key(snapshot.data_key_id()).map_err(|error| {
            tracing::error!(%error, "a snapshot's key is not there");
            Verdict::Failed(Failure::new(FailCode::Internal))
        })?;
        let order = Order {
            snapshot: snapshot.dir().to_owned(),
            manifest_key: self.manifest_key.clone(),
            tables: permit.tables().clone(),
            limits: self.settings.limits.clone(),
            spill: self.home().join("spill"),
            require_confinement: self.settings.require_confinement,
        };
        let secrets = Secrets { data_key, weights: self.keys.weights_secret() };
        SessionProcess::start(order, secrets).await.map_err(|error| {
            tracing::error!(%error, "a session did not start");
            Verdict::Failed(error.failure())
        })
    }

    fn log_end(&self, visit: Visit, process: Arc<SessionProcess>, opening: Opening) {
        let (log, clock, queue) = (Arc::clone(&self.log), self.clock, Arc::clone(&self.queue));
        tokio::spawn(async move {
            let session = process.id().to_string();
            let death = process.ended().await;
            drop(process);
            queue.closed(&visit.whose(), opening);
            let entry = entry(&visit, clock, Action::SessionEnd).session(session).reason(death.code());
            if let Err(error) = log.append(entry).await {
                tracing::error!(%error, "a session's end could not be logged");
            }
        });
    }
}
