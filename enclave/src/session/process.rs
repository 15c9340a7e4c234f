//! A session as the gatehouse holds it: start it, ask it, watch it die.
//!
//! Out of scope: what is logged and who may ask (`query`).

mod connection;
mod death;
mod errors;
mod launch;
mod question;
mod room;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;

use super::ask::Purpose;
use super::{Ask, Confinement, Limits, Order, Progressed, Secrets};
use crate::gate::{ExploredTable, SafeTable, Verdict};
use crate::ledger::{Recorded, Scribe};
use crate::words::{FailCode, Failure};
use connection::Connection;
use watch::Watch;

pub use death::{Death, KillReason};
pub use errors::StartError;
pub use launch::Program;

/// How long a session may take to open its snapshot.
const OPENING: Duration = Duration::from_secs(30);

/// One confined child process. Dropping it kills the process.
#[derive(Debug)]
pub struct SessionProcess {
    shared: Arc<Shared>,
    /// Sends the kill when the last handle to the process is gone.
    _leash: watch::Leash,
}

/// An answer, with the proof that what it tells is in the ledger.
#[derive(Debug)]
pub struct Answer {
    /// What was released.
    pub table: SafeTable,
    /// The proof.
    pub recorded: Recorded,
}

/// What questions that outlive their caller still need.
#[derive(Debug)]
struct Shared {
    connection: Connection,
    watch: Watch,
    confinement: Confinement,
    limits: Limits,
    turns: Arc<tokio::sync::Semaphore>,
}

impl SessionProcess {
    /// Starts this very executable as `… session`, and has it open the snapshot.
    ///
    /// # Errors
    /// When it does not start, is not confined as the order asks, or cannot open the snapshot.
    pub async fn start(order: Order, secrets: Secrets) -> Result<Self, StartError> {
        Self::start_program(&Program::this(), order, secrets).await
    }

    /// The same with another executable, for tests.
    ///
    /// # Errors
    /// As [`SessionProcess::start`].
    pub async fn start_program(
        program: &Program,
        order: Order,
        secrets: Secrets,
    ) -> Result<Self, StartError> {
        if order.limits.memory_mib < Limits::LEAST_MEMORY_MIB {
            return Err(StartError::Limits);
        }
        let (watch, leash, socket, room) = launch::launch(program, &order).await?;
        let order = Order { spill: room, ..order };
        let opening = open(socket, &order, &secrets);
        let opened = tokio::select! {
            death = watch.ended() => Err(StartError::Died(death)),
            opened = tokio::time::timeout(OPENING, opening) => opened.unwrap_or(Err(StartError::Slow)),
        };
        let (connection, confinement) = match opened {
            Ok(opened) => opened,
            // A broken connection mostly means that it died: its end tells more.
            Err(StartError::Protocol) => return Err(watch.end_soon().await.into()),
            Err(error) => return Err(error),
        };
        let turns = Arc::new(tokio::sync::Semaphore::new(order.limits.questions.get().into()));
        let shared = Shared { connection, watch, confinement, limits: order.limits, turns };
        Ok(Self { shared: Arc::new(shared), _leash: leash })
    }

    /// Asks one question. Dropping the future cancels it; a session that does not let go of it
    /// within two seconds is killed. What it tells of people goes through the scribe, into the ledger, before there
    /// is an answer. `on_progress` is for staff and log, see [`super::Progress`].
    ///
    /// # Errors
    /// A refusal or a failure.
    pub async fn ask(
        &self,
        ask: Ask,
        scribe: Scribe,
        on_progress: impl FnMut(Progressed) + Send,
    ) -> Result<Answer, Verdict> {
        match question::put(&self.shared, ask, Purpose::Answer, Some(scribe), on_progress).await {
            (Verdict::Released(table), Some(recorded)) => Ok(Answer { table, recorded }),
            (Verdict::Released(_), None) | (Verdict::Explored(_), _) => Err(unasked()),
            (other, _) => Err(other),
        }
    }

    /// Asks for perturbed figures. They are in no ledger, so they may not leave the enclave.
    ///
    /// # Errors
    /// A refusal or a failure.
    pub async fn explore(&self, ask: Ask) -> Result<ExploredTable, Verdict> {
        match question::put(&self.shared, ask, Purpose::Exploration, None, |_| ()).await.0 {
            Verdict::Explored(table) => Ok(table),
            Verdict::Released(_) => Err(unasked()),
            other => Err(other),
        }
    }

    /// The shape that an answer would have, without running the question.
    ///
    /// # Errors
    /// What [`SessionProcess::ask`] would say instead of releasing.
    pub async fn describe(&self, ask: Ask) -> Result<SchemaRef, Verdict> {
        let table = self.put(ask, Purpose::Shape).await?;
        if table.batches().iter().all(|batch| batch.num_rows() == 0) {
            Ok(Arc::clone(table.schema()))
        } else {
            Err(Verdict::Failed(Failure::new(FailCode::Internal)))
        }
    }

    /// What would be done with a question, without running it: see `gate::explanation`.
    ///
    /// # Errors
    /// What [`SessionProcess::ask`] would say instead of releasing.
    pub async fn explain(&self, ask: Ask) -> Result<SafeTable, Verdict> {
        self.put(ask, Purpose::Explanation).await
    }

    /// Asks for something that is in no ledger.
    async fn put(&self, ask: Ask, purpose: Purpose) -> Result<SafeTable, Verdict> {
        match question::put(&self.shared, ask, purpose, None, |_| ()).await.0 {
            Verdict::Released(table) => Ok(table),
            Verdict::Explored(_) => Err(unasked()),
            other => Err(other),
        }
    }

    /// What confines the process.
    #[must_use]
    pub fn confinement(&self) -> &Confinement {
        &self.shared.confinement
    }

    /// The process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.shared.watch.id()
    }

    /// Kills the process; its questions end with `why`. Returns when it is gone.
    pub async fn kill(&self, why: KillReason) -> Death {
        self.shared.watch.kill(why);
        self.ended().await
    }

    /// Whether the process lives, as far as is known.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.shared.watch.is_alive()
    }

    /// Waits for the end of the process, whatever ends it.
    pub async fn ended(&self) -> Death {
        self.shared.watch.ended().await
    }
}

/// Asks what confines it before the key is sent, and says loudly what does not.
async fn open(
    socket: std::os::unix::net::UnixStream,
    order: &Order,
    secrets: &Secrets,
) -> Result<(Connection, Confinement), StartError> {
    let connection = Connection::over(socket).await?;
    let confinement = connection.confinement().await?;
    if !confinement.is_complete() {
        tracing::warn!(%confinement, "a session is not fully confined");
        if order.require_confinement {
            return Err(StartError::NotConfined(confinement));
        }
    }
    connection.open(order, secrets).await?;
    Ok((connection, confinement))
}

/// A table of another kind than was asked for, or one without the proof that it is recorded: no answer.
fn unasked() -> Verdict {
    Verdict::Failed(Failure::new(FailCode::Internal))
}
