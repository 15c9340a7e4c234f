//! The session's end of the talk with the ledger: what is about to be told of people is told only once it is recorded.

use arrow_flight::FlightData;
use futures::StreamExt;
use tokio::sync::mpsc::{Receiver, Sender};
use tonic::Status;

use super::wire::{self, FromSession};
use crate::gate::{Inspected, SafeCells};
use crate::ledger::{Place, Recorded};
use crate::words::{FailCode, Halt};

/// The gatehouse's word on what was to be settled.
#[derive(Debug)]
pub(super) enum Word {
    /// It is recorded.
    Recorded,
    /// These may not be told.
    Withhold(Vec<Place>),
}

/// One question's line to the ledger.
#[derive(Debug)]
pub struct Teller {
    out: Sender<Result<FlightData, Status>>,
    words: Receiver<Word>,
}

impl Teller {
    pub(super) const fn new(out: Sender<Result<FlightData, Status>>, words: Receiver<Word>) -> Self {
        Self { out, words }
    }

    /// Has the ledger record a cut's figures, without those that are too close to something told before.
    ///
    /// # Errors
    /// When the gatehouse does not answer, or the evidence lacks what the ledger needs.
    pub async fn settle(&mut self, mut inspected: Inspected<'_>) -> Result<SafeCells, Halt> {
        let proof = match inspected.exposed()? {
            None => inspected.unkept().ok_or(FailCode::Internal)?,
            Some(tables) => {
                let mut messages = wire::exposed(&tables).map_err(|_| FailCode::Internal)?;
                // Not twice in memory while others are waited for.
                drop(tables);
                while let Some(message) = messages.next().await {
                    self.say(message.map_err(|_| FailCode::Internal)?).await?;
                }
                self.until_recorded(&mut inspected).await?
            }
        };
        inspected.recorded(&proof)
    }

    /// Each round withholds at least one more figure, so there is an end.
    async fn until_recorded(&mut self, inspected: &mut Inspected<'_>) -> Result<Recorded, Halt> {
        loop {
            match self.words.recv().await {
                Some(Word::Recorded) => return Ok(Recorded::told()),
                Some(Word::Withhold(places)) => {
                    let withheld = inspected.withhold(&places)?;
                    if withheld.is_empty() {
                        return Err(FailCode::Internal.into());
                    }
                    self.say(wire::control(&FromSession::Settle(withheld)).map_err(|_| FailCode::Internal)?)
                        .await?;
                }
                None => return Err(FailCode::Internal.into()),
            }
        }
    }

    async fn say(&self, message: FlightData) -> Result<(), Halt> {
        self.out.send(Ok(message)).await.map_err(|_| FailCode::Cancelled.into())
    }
}
