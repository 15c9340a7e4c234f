//! One question at the session's end: run it, tell how far it is, stop it when told.
//!
//! Each question computes on threads of its own. The engine spreads a plan over tasks that a dropped
//! future only asks to stop; with its own threads one can wait until all of them really did, and the
//! gatehouse kills the session when that takes too long.

use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use arrow_flight::FlightData;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinError;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::super::ask::Purpose;
use super::super::teller::Word;
use super::super::wire::{self, FromSession, ToSession};
use super::super::{Ask, Progress, Progressed, Teller};
use super::workers::Workers;
use crate::gate::{SafeTable, Verdict};
use crate::words::{FailCode, Failure};

#[cfg(not(test))]
use super::super::desk::Desk;
#[cfg(test)]
use super::super::tests::desk::Desk;

/// How often a running question tells how far it is.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Messages that wait for the gatehouse to read them.
const WAITING: usize = 8;

type Out = Sender<Result<FlightData, Status>>;

/// Starts to answer; the stream ends when nothing of the question runs any more.
pub(super) fn start(
    desk: Arc<Desk>,
    threads: NonZeroU16,
    incoming: Streaming<FlightData>,
) -> impl Stream<Item = Result<FlightData, Status>> + Send + 'static {
    let (out, messages) = mpsc::channel(WAITING);
    tokio::spawn(attend(desk, threads, incoming, out));
    ReceiverStream::new(messages)
}

async fn attend(desk: Arc<Desk>, threads: NonZeroU16, mut incoming: Streaming<FlightData>, out: Out) {
    let question = match incoming.next().await {
        Some(Ok(message)) => wire::read_question(&message),
        Some(Err(_)) | None => return,
    };
    let (ask, purpose) = match question {
        Ok(question) => question,
        Err(breach) => {
            let _ = out.send(Err(Status::invalid_argument(breach.to_string()))).await;
            return;
        }
    };
    let progress = Arc::new(Progress::default());
    let Ok(workers) = Workers::start(threads) else {
        // No thread to be had: under our limits that is a lack of memory.
        return send(&out, Verdict::Failed(Failure::new(FailCode::Memory))).await;
    };
    let (words, heard) = mpsc::channel(1);
    let teller = Teller::new(out.clone(), heard);
    let work = Work { desk, ask, purpose, progress: Arc::clone(&progress), teller };
    let mut work = workers.handle().spawn(work.until_done(out.clone()));
    tokio::select! {
        worked = &mut work => if let Err(end) = worked {
            send(&out, Verdict::Failed(Failure::new(panicked(end)))).await;
        },
        () = tell(&progress, &out) => {}
        () = listen(&mut incoming, &words, &out) => workers.stop().await,
    }
}

/// What a panic means. Where it was is on standard error; its text might quote data and goes nowhere.
fn panicked(end: JoinError) -> FailCode {
    let Ok(payload) = end.try_into_panic() else { return FailCode::Internal };
    let text = payload.downcast_ref::<String>().map_or("", String::as_str);
    // `stacker`'s words when the memory limit leaves no room for another stack: it went too deep.
    if text.contains("mmap failed") { FailCode::TooLarge } else { FailCode::Internal }
}

struct Work {
    desk: Arc<Desk>,
    ask: Ask,
    purpose: Purpose,
    progress: Arc<Progress>,
    teller: Teller,
}

impl Work {
    async fn until_done(mut self, out: Out) {
        let verdict = match self.purpose {
            Purpose::Answer => self.desk.answer(&self.ask, &self.progress, &mut self.teller).await,
            Purpose::Exploration => self.desk.explore(&self.ask, &self.progress).await,
            Purpose::Shape => match self.desk.describe(&self.ask).await {
                Ok(schema) => {
                    Verdict::Released(SafeTable::inspected(schema, Vec::new(), Vec::new(), Vec::new()))
                }
                Err(verdict) => verdict,
            },
            Purpose::Explanation => self.desk.explain(&self.ask).await,
        };
        send(&out, verdict).await;
    }
}

async fn send(out: &Out, verdict: Verdict) {
    let mut messages = wire::answer(verdict);
    while let Some(message) = messages.next().await {
        let message = message.map_err(|_| Status::internal("an answer that cannot be written"));
        if out.send(message).await.is_err() {
            return;
        }
    }
}

/// Hands on what the gatehouse says of the ledger, until the question is to be stopped.
async fn listen(incoming: &mut Streaming<FlightData>, words: &Sender<Word>, out: &Out) {
    tokio::select! {
        // The gatehouse's half stays open until it has its answer; its end means the same as a cancel.
        () = async {
            while let Some(Ok(message)) = incoming.next().await {
                let word = match wire::from_json(&message.app_metadata) {
                    Ok(ToSession::Recorded) => Word::Recorded,
                    Ok(ToSession::Withhold(places)) => Word::Withhold(places),
                    Ok(ToSession::Ask { .. } | ToSession::Cancel) | Err(_) => return,
                };
                // Nobody listens only once the answer is on its way.
                let _ = words.send(word).await;
            }
        } => {}
        () = out.closed() => {}
    }
}

async fn tell(progress: &Progress, out: &Out) {
    let mut before = Progressed::of(progress);
    loop {
        tokio::time::sleep(PROGRESS_EVERY).await;
        let now = Progressed::of(progress);
        if now == before {
            continue;
        }
        before = now;
        if let Ok(message) = wire::control(&FromSession::Progress(now)) {
            // Dropped when the gatehouse does not keep up: the next one says more.
            let _ = out.try_send(Ok(message));
        }
    }
}
