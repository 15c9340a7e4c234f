//! One question at the gatehouse's end: wait for a turn, ask, take in, give up when it must end.
//!
//! The talk with the session goes on in a task of its own, so that a caller who walks away leaves
//! somebody behind who sees to it that the session lets go of the question.

use std::sync::Arc;
use std::time::Duration;

use arrow_flight::FlightData;
use ring::rand::SystemRandom;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use super::super::ask::Purpose;
use super::super::wire::{self, Answer, Exposed, Heard, ToSession};
use super::super::{Ask, Progressed};
use super::{KillReason, Shared};
use crate::gate::Verdict;
use crate::ledger::{Place, Recorded, Scribe, Settled, Table};
use crate::words::{FailCode, Failure};

/// How long a session may take to let go of a question.
const GRACE: Duration = Duration::from_secs(2);

/// Tables for the ledger of one cut.
const EXPOSED_BYTES: u64 = 1 << 30;

/// A verdict, and where it was asked through a scribe the proof that what it tells is recorded.
pub(super) type Outcome = (Verdict, Option<Recorded>);

/// Asks, and waits for the verdict. Dropping the future cancels. What is asked without a scribe must not be about people.
pub(super) async fn put(
    shared: &Arc<Shared>,
    ask: Ask,
    purpose: Purpose,
    scribe: Option<Scribe>,
    mut on_progress: impl FnMut(Progressed) + Send,
) -> Outcome {
    if size(&ask) > shared.limits.question_bytes() {
        return failed(FailCode::TooLarge);
    }
    let turn = tokio::select! {
        turn = Arc::clone(&shared.turns).acquire_owned() => turn,
        death = shared.watch.ended() => return (Verdict::Failed(death.failure()), None),
    };
    let (tell, mut progress) = watch::channel(Progressed::default());
    let (answer, mut verdict) = oneshot::channel();
    let talk = Arc::clone(shared);
    tokio::spawn(async move {
        let _turn = turn;
        talk_it_through(&talk, Talk { ask, purpose, scribe, tell }, answer).await;
    });
    loop {
        tokio::select! {
            biased;
            verdict = &mut verdict => return verdict.unwrap_or_else(|_| failed(FailCode::Internal)),
            Ok(()) = progress.changed() => on_progress(*progress.borrow_and_update()),
        }
    }
}

fn size(ask: &Ask) -> u64 {
    let parameters = ask.parameters.as_ref().map_or(0, Vec::len);
    u64::try_from(ask.sql.len().saturating_add(parameters)).unwrap_or(u64::MAX)
}

fn failed(code: FailCode) -> Outcome {
    (Verdict::Failed(Failure::new(code)), None)
}

/// What the talk with the session is about.
struct Talk {
    ask: Ask,
    purpose: Purpose,
    scribe: Option<Scribe>,
    tell: watch::Sender<Progressed>,
}

async fn talk_it_through(shared: &Shared, talk: Talk, mut answer: oneshot::Sender<Outcome>) {
    let (say, messages) = mpsc::channel(2);
    let mut taking = Box::pin(take_in(shared, talk, say.clone(), messages));
    let code = tokio::select! {
        biased;
        taken = &mut taking => {
            let verdict = match taken {
                Ok(verdict) => verdict,
                Err(Trouble::TooLarge) => failed(FailCode::TooLarge),
                Err(Trouble::Ledger) => failed(FailCode::Internal),
                Err(Trouble::Broken) => (Verdict::Failed(shared.watch.end_soon().await.failure()), None),
            };
            let _ = answer.send(verdict);
            return;
        }
        death = shared.watch.ended() => {
            let _ = answer.send((Verdict::Failed(death.failure()), None));
            return;
        }
        () = answer.closed() => FailCode::Cancelled,
        () = tokio::time::sleep(Duration::from_secs(shared.limits.question_seconds)) => FailCode::Time,
    };
    // The person hears of it at once; the session gets its grace.
    let _ = answer.send(failed(code));
    if let Ok(cancel) = wire::control(&ToSession::Cancel) {
        let _ = say.try_send(cancel);
    }
    if tokio::time::timeout(GRACE, taking).await.is_err() {
        shared.watch.kill(KillReason::Stuck);
    }
}

/// Why there is no verdict.
enum Trouble {
    /// More came than the limits allow.
    TooLarge,
    /// The ledger can't be written: nothing may be told.
    Ledger,
    /// The stream ended or made no sense.
    Broken,
}

impl From<wire::Breach> for Trouble {
    fn from(_: wire::Breach) -> Self {
        Self::Broken
    }
}

async fn take_in(
    shared: &Shared,
    talk: Talk,
    say: mpsc::Sender<FlightData>,
    messages: mpsc::Receiver<FlightData>,
) -> Result<Outcome, Trouble> {
    let question = wire::question(talk.ask, talk.purpose)?;
    say.send(question).await.map_err(|_| Trouble::Broken)?;
    let exchange = shared.connection.exchange(ReceiverStream::new(messages)).await;
    let mut stream = exchange.map_err(|_| Trouble::Broken)?;
    let mut taken: u64 = 0;
    let mut answer = Answer::default();
    let mut settling = Settling { scribe: talk.scribe, tables: Vec::new() };
    while !answer.is_whole() {
        let message = match stream.message().await {
            Ok(Some(message)) => message,
            Ok(None) => return Err(Trouble::Broken),
            // What tonic says of a message beyond its bound.
            Err(status) if status.code() == Code::OutOfRange => return Err(Trouble::TooLarge),
            Err(_) => return Err(Trouble::Broken),
        };
        taken = taken.saturating_add(u64::try_from(bytes(&message)).unwrap_or(u64::MAX));
        let most = if answer.is_released() { shared.limits.result_bytes() } else { EXPOSED_BYTES };
        if taken > most {
            return Err(Trouble::TooLarge);
        }
        match answer.take(message)? {
            Heard::Nothing => {}
            Heard::Progress(now) => {
                talk.tell.send_replace(now);
            }
            Heard::Settle(exposed, places) => {
                taken = 0;
                let word = settling.settle(exposed, &places).await?;
                say.send(wire::control(&word)?).await.map_err(|_| Trouble::Broken)?;
            }
        }
    }
    let mut verdict = answer.verdict().await?;
    let scribe = settling.scribe;
    if let (Verdict::Released(table), Some(notice)) = (&mut verdict, scribe.as_ref().and_then(Scribe::notice))
    {
        table.say(notice);
    }
    Ok((verdict, scribe.and_then(Scribe::finish)))
}

/// What the session is about to tell, between its rounds.
struct Settling {
    scribe: Option<Scribe>,
    tables: Vec<Table>,
}

impl Settling {
    async fn settle(&mut self, exposed: Exposed, withheld: &[Place]) -> Result<ToSession, Trouble> {
        let fresh = exposed.tables().await?;
        if !fresh.is_empty() {
            self.tables = fresh;
        }
        for place in withheld {
            let table = self.tables.get_mut(place.table).ok_or(Trouble::Broken)?;
            table.withhold(place.figure, place.row);
        }
        let mut scribe = self.scribe.take().ok_or(Trouble::Broken)?;
        let tables = std::mem::take(&mut self.tables);
        // It waits for a lock and a disk.
        let settling = tokio::task::spawn_blocking(move || {
            let settled = scribe.settle(&tables, &SystemRandom::new());
            (settled, scribe, tables)
        });
        let (settled, scribe, tables) = settling.await.map_err(|_| Trouble::Ledger)?;
        (self.scribe, self.tables) = (Some(scribe), tables);
        match settled {
            Ok(Settled::Recorded(_)) => Ok(ToSession::Recorded),
            Ok(Settled::Withhold(withheld)) => {
                Ok(ToSession::Withhold(withheld.into_iter().map(|withheld| withheld.place).collect()))
            }
            Err(error) => {
                tracing::error!(%error, "the ledger could not be asked");
                Err(Trouble::Ledger)
            }
        }
    }
}

fn bytes(message: &FlightData) -> usize {
    message.app_metadata.len() + message.data_header.len() + message.data_body.len()
}
