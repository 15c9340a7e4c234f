//! One question at the gatehouse's end: wait for a turn, ask, take in, give up when it must end.
//!
//! The talk with the session goes on in a task of its own, so that a caller who walks away leaves
//! somebody behind who sees to it that the session lets go of the question.

use std::sync::Arc;
use std::time::Duration;

use arrow_flight::FlightData;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use super::super::ask::Purpose;
use super::super::wire::{self, Answer, ToSession};
use super::super::{Ask, Progressed};
use super::{KillReason, Shared};
use crate::gate::Verdict;
use crate::words::{FailCode, Failure};

/// How long a session may take to let go of a question.
const GRACE: Duration = Duration::from_secs(2);

/// Asks, and waits for the verdict. Dropping the future cancels.
pub(super) async fn put(
    shared: &Arc<Shared>,
    ask: Ask,
    purpose: Purpose,
    mut on_progress: impl FnMut(Progressed) + Send,
) -> Verdict {
    if size(&ask) > shared.limits.question_bytes() {
        return failed(FailCode::TooLarge);
    }
    let turn = tokio::select! {
        turn = Arc::clone(&shared.turns).acquire_owned() => turn,
        death = shared.watch.ended() => return Verdict::Failed(death.failure()),
    };
    let (tell, mut progress) = watch::channel(Progressed::default());
    let (answer, mut verdict) = oneshot::channel();
    let talk = Arc::clone(shared);
    tokio::spawn(async move {
        let _turn = turn;
        talk_it_through(&talk, ask, purpose, tell, answer).await;
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

fn failed(code: FailCode) -> Verdict {
    Verdict::Failed(Failure::new(code))
}

async fn talk_it_through(
    shared: &Shared,
    ask: Ask,
    purpose: Purpose,
    tell: watch::Sender<Progressed>,
    mut answer: oneshot::Sender<Verdict>,
) {
    let (say, messages) = mpsc::channel(2);
    let mut taking = Box::pin(take_in(shared, ask, purpose, say.clone(), messages, tell));
    let code = tokio::select! {
        biased;
        taken = &mut taking => {
            let verdict = match taken {
                Ok(verdict) => verdict,
                Err(Trouble::TooLarge) => failed(FailCode::TooLarge),
                Err(Trouble::Broken) => Verdict::Failed(shared.watch.end_soon().await.failure()),
            };
            let _ = answer.send(verdict);
            return;
        }
        death = shared.watch.ended() => {
            let _ = answer.send(Verdict::Failed(death.failure()));
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
    ask: Ask,
    purpose: Purpose,
    say: mpsc::Sender<FlightData>,
    messages: mpsc::Receiver<FlightData>,
    tell: watch::Sender<Progressed>,
) -> Result<Verdict, Trouble> {
    let question = wire::question(ask, purpose)?;
    say.send(question).await.map_err(|_| Trouble::Broken)?;
    let exchange = shared.connection.exchange(ReceiverStream::new(messages)).await;
    let mut stream = exchange.map_err(|_| Trouble::Broken)?;
    let mut taken: u64 = 0;
    let mut answer = Answer::default();
    while !answer.is_whole() {
        let message = match stream.message().await {
            Ok(Some(message)) => message,
            Ok(None) => return Err(Trouble::Broken),
            // What tonic says of a message beyond its bound.
            Err(status) if status.code() == Code::OutOfRange => return Err(Trouble::TooLarge),
            Err(_) => return Err(Trouble::Broken),
        };
        taken = taken.saturating_add(u64::try_from(bytes(&message)).unwrap_or(u64::MAX));
        if taken > shared.limits.result_bytes() {
            return Err(Trouble::TooLarge);
        }
        if let Some(now) = answer.take(message)? {
            tell.send_replace(now);
        }
    }
    Ok(answer.verdict().await?)
}

fn bytes(message: &FlightData) -> usize {
    message.app_metadata.len() + message.data_header.len() + message.data_body.len()
}
