//! What the gatehouse writes in the log about a question.
//!
//! The query's entry is on disk before anything runs, the verdict's before the first byte of an
//! answer. Out of scope: the log itself (`audit`).

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use super::Ask;
use super::house::{Clock, Gatehouse};
use super::visit::{Held, Visit};
use crate::audit::{Action, AuditLog, Decision, Entry, Receipt, Role};
use crate::gate::{Suppressed, Verdict};
use crate::session::Answer;
use crate::words::{FailCode, Failure};

/// Proof that a question is in the log. Where it goes away without a verdict, the log is told that
/// the question was cancelled.
pub(super) struct Logged {
    receipt: Receipt,
    unanswered: Option<Unanswered>,
}

struct Unanswered {
    log: Arc<AuditLog>,
    clock: Clock,
    visit: Visit,
}

impl Logged {
    /// The question's place in the log.
    pub(super) fn index(&self) -> u64 {
        self.receipt.index()
    }

    fn answered(mut self) -> u64 {
        self.unanswered = None;
        self.receipt.index()
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let Some(Unanswered { log, clock, visit }) = self.unanswered.take() else { return };
        let entry = entry(&visit, clock, Action::Cancel).object(self.receipt.index());
        // Dropped in the middle of something: it must not wait for the disk here.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { log.append(entry).await.map(|_| ()) });
        }
    }
}

impl Gatehouse {
    pub(super) async fn log_query(&self, visit: &Visit, ask: &Ask) -> Result<Logged, Failure> {
        self.log_asked(visit, self.entry(visit, Action::Query).sql(&ask.written().to_string())).await
    }

    pub(super) async fn log_explore(&self, visit: &Visit, ask: &Ask) -> Result<Logged, Failure> {
        let entry =
            self.entry(visit, Action::Query).sql(&ask.written().to_string()).detail("exploring", true);
        self.log_asked(visit, entry).await
    }

    async fn log_asked(&self, visit: &Visit, entry: Entry) -> Result<Logged, Failure> {
        let receipt = self.append(entry).await?;
        let unanswered = Unanswered { log: Arc::clone(&self.log), clock: self.clock, visit: visit.clone() };
        Ok(Logged { receipt, unanswered: Some(unanswered) })
    }

    pub(super) async fn log_describe(&self, visit: &Visit, ask: &Ask) -> Result<Logged, Failure> {
        let receipt =
            self.append(self.entry(visit, Action::Describe).sql(&ask.written().to_string())).await?;
        Ok(Logged { receipt, unanswered: None })
    }

    /// Writes the verdict in the log and keeps what was released; only then is it an answer.
    pub(super) async fn hold(&self, visit: &Visit, answer: Result<Answer, Verdict>, asked: Logged) -> Held {
        let entry = match &answer {
            Ok(answer) => self.released_entry(visit, answer.table.batches(), answer.table.suppressed()),
            Err(verdict) => self.verdict_entry(visit, verdict),
        };
        let entry = entry.object(asked.answered());
        let receipt = match self.append(entry).await {
            Ok(receipt) => receipt,
            Err(unlogged) => return visit.unlogged(unlogged),
        };
        let verdict = match answer {
            Ok(Answer { table, recorded }) => match self.keep(visit, &table, &receipt, &recorded) {
                Ok(()) => Verdict::Released(table),
                Err(failure) => Verdict::Failed(failure),
            },
            // Released without the proof that it is recorded: that is no answer.
            Err(Verdict::Released(_) | Verdict::Explored(_)) => {
                Verdict::Failed(Failure::new(FailCode::Internal))
            }
            Err(verdict) => verdict,
        };
        visit.held(verdict, Some(receipt.index()))
    }

    /// Writes the verdict on an exploring question in the log, and keeps nothing.
    pub(super) async fn tell(&self, visit: &Visit, verdict: Verdict, asked: Logged) -> Held {
        let entry = self.verdict_entry(visit, &verdict).detail("exploring", true).object(asked.answered());
        match self.append(entry).await {
            Ok(receipt) => visit.held(verdict, Some(receipt.index())),
            Err(unlogged) => visit.unlogged(unlogged),
        }
    }

    fn verdict_entry(&self, visit: &Visit, verdict: &Verdict) -> Entry {
        let decided = |decision| self.judged_entry(visit).decision(decision);
        match verdict {
            Verdict::Released(table) => self.released_entry(visit, table.batches(), table.suppressed()),
            Verdict::Explored(table) => {
                let entry = self.released_entry(visit, table.batches(), table.suppressed());
                entry.detail("numbers", table.numbers())
            }
            Verdict::Refused(refusal) => decided(Decision::Refused).reason(refusal.code.code()),
            Verdict::Failed(failure) => decided(Decision::Failed).reason(failure.code.code()),
        }
    }

    fn released_entry(&self, visit: &Visit, rows: &[RecordBatch], suppressed: &[Suppressed]) -> Entry {
        let rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
        self.judged_entry(visit)
            .decision(Decision::Released)
            .detail("rows", u64::try_from(rows).unwrap_or(u64::MAX))
            .detail("suppressed", u64::try_from(suppressed.len()).unwrap_or(u64::MAX))
    }

    fn judged_entry(&self, visit: &Visit) -> Entry {
        let entry = self.entry(visit, Action::Verdict);
        entry.detail("policy", &visit.policy).detail("snapshot", &visit.snapshot)
    }

    pub(super) fn entry(&self, visit: &Visit, action: Action) -> Entry {
        entry(visit, self.clock, action)
    }

    pub(super) async fn append(&self, entry: Entry) -> Result<Receipt, Failure> {
        self.log.append(entry).await.map_err(|error| {
            tracing::error!(%error, "the audit log could not be written");
            Failure::new(FailCode::AuditUnavailable)
        })
    }
}

pub(super) fn entry(visit: &Visit, clock: Clock, action: Action) -> Entry {
    let entry = Entry::new(clock(), visit.handler.as_str(), Role::Researcher, action)
        .study(&visit.study)
        .session(visit.slot.name());
    match visit.zone {
        Some(zone) => entry.detail("zone", zone.code()),
        None => entry,
    }
}
