//! What travels between gatehouse and session, over Arrow Flight on one Unix socket.
//!
//! Two actions open a session: [`CONFINEMENT`] tells what holds, before any secret is sent, and
//! [`OPEN`] brings data key and order. Each question is one `DoExchange`: control messages are JSON in
//! `app_metadata`, the table is ordinary Flight data. An answer is
//! `released suppressed* table done`, or `refused|failed done`, with `progress` anywhere between; one that
//! does not end in `done` is no answer.
//!
//! Out of scope: what a question means, and time limits.

use std::pin::Pin;

use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::{Action, FlightData};
use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use futures::{Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ask::Purpose;
use super::{Ask, Confinement, Order, Progressed};
use crate::gate::{SafeTable, Suppressed, Verdict};
use crate::keys::DataKey;
use crate::words::{Failure, Notice, Refusal};

/// Action: what confines the session. Answered with a [`Confinement`].
pub(super) const CONFINEMENT: &str = "confinement";
/// Action: open the snapshot. Answered with [`Opened`].
pub(super) const OPEN: &str = "open";

/// One message's bound, both ways. Batches are cut to about 2 MiB; one very long value may need more.
pub(super) const MESSAGE_BYTES: usize = 64 << 20;
/// Suppressed cells in one message.
const SUPPRESSED_AT_ONCE: usize = 50_000;

/// Gatehouse → session, within one question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ToSession {
    /// First, and once. Parameters are in the message's body.
    Ask { sql: String, parameters: bool, purpose: Purpose },
    /// Stop as soon as possible, and then end the exchange.
    Cancel,
}

/// Session → gatehouse, within one question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromSession {
    Progress(Progressed),
    Released { notices: Vec<Notice> },
    Suppressed(Vec<Suppressed>),
    Refused(Refusal),
    Failed(Failure),
    Done { rows: usize },
}

/// The answer to [`OPEN`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Opened {
    Ready,
    Failed(Failure),
}

/// A message that this version does not understand, or that came at the wrong time. Holds no text of
/// the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other side broke the protocol: {0}")]
pub(super) struct Breach(pub &'static str);

// ---- opening

pub(super) fn confinement_action() -> Action {
    Action { r#type: CONFINEMENT.to_owned(), body: Bytes::new() }
}

/// The key goes in front of the JSON, so that no text parser leaves copies of it.
pub(super) fn open_action(order: &Order, key: &DataKey) -> Result<Action, Breach> {
    let mut body = key.expose().to_vec();
    body.extend(to_json(order)?);
    Ok(Action { r#type: OPEN.to_owned(), body: body.into() })
}

pub(super) fn read_open(body: &[u8]) -> Result<(Order, DataKey), Breach> {
    let (key, order) = body.split_first_chunk::<32>().ok_or(Breach("an order without a key"))?;
    Ok((from_json(order)?, DataKey::from_bytes(*key)))
}

pub(super) fn read_confinement(body: &[u8]) -> Result<Confinement, Breach> {
    from_json(body)
}

pub(super) fn to_json(message: &impl Serialize) -> Result<Vec<u8>, Breach> {
    serde_json::to_vec(message).map_err(|_| Breach("a message that cannot be written"))
}

pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Breach> {
    serde_json::from_slice(bytes).map_err(|_| Breach("a message that cannot be read"))
}

// ---- questions

pub(super) fn control(message: &impl Serialize) -> Result<FlightData, Breach> {
    Ok(FlightData::new().with_app_metadata(to_json(message)?))
}

pub(super) fn question(ask: Ask, purpose: Purpose) -> Result<FlightData, Breach> {
    let parameters = ask.parameters;
    let message = control(&ToSession::Ask { sql: ask.sql, parameters: parameters.is_some(), purpose })?;
    Ok(message.with_data_body(parameters.unwrap_or_default()))
}

/// A question and what is wanted of it.
pub(super) fn read_question(message: &FlightData) -> Result<(Ask, Purpose), Breach> {
    match from_json(&message.app_metadata)? {
        ToSession::Ask { sql, parameters, purpose } => {
            let parameters = parameters.then(|| message.data_body.to_vec());
            Ok((Ask { sql, parameters }, purpose))
        }
        ToSession::Cancel => Err(Breach("a cancel before a question")),
    }
}

// ---- answers

type Messages = Pin<Box<dyn Stream<Item = Result<FlightData, FlightError>> + Send>>;

/// A verdict as the messages that carry it.
pub(super) fn answer(verdict: Verdict) -> Messages {
    let (head, table) = match verdict {
        Verdict::Refused(refusal) => (vec![FromSession::Refused(refusal)], None),
        Verdict::Failed(failure) => (vec![FromSession::Failed(failure)], None),
        Verdict::Released(table) => {
            let mut head = vec![FromSession::Released { notices: table.notices().to_vec() }];
            let suppressed = table.suppressed().chunks(SUPPRESSED_AT_ONCE);
            head.extend(suppressed.map(|some| FromSession::Suppressed(some.to_vec())));
            (head, Some(table))
        }
    };
    let rows = table.as_ref().map_or(0, |table| table.batches().iter().map(RecordBatch::num_rows).sum());
    let control = |message| control(&message).map_err(|breach| FlightError::protocol(breach.to_string()));
    let body: Messages = match table {
        None => Box::pin(futures::stream::empty()),
        Some(table) => {
            let batches = futures::stream::iter(table.batches().to_vec()).map(Ok);
            Box::pin(FlightDataEncoderBuilder::new().with_schema(table.schema().clone()).build(batches))
        }
    };
    let head = futures::stream::iter(head).map(control);
    let end = futures::stream::iter([FromSession::Done { rows }]).map(control);
    Box::pin(head.chain(body).chain(end))
}

/// Puts an answer together again, message by message, and takes it for one only when it is whole.
#[derive(Debug, Default)]
pub(super) struct Answer {
    head: Option<Head>,
    table: Vec<FlightData>,
    rows: Option<usize>,
}

#[derive(Debug)]
enum Head {
    Released { notices: Vec<Notice>, suppressed: Vec<Suppressed> },
    Other(Verdict),
}

impl Answer {
    /// Takes the next message; returns progress if it is that.
    pub(super) fn take(&mut self, message: FlightData) -> Result<Option<Progressed>, Breach> {
        if !message.data_header.is_empty() {
            return match self.head {
                Some(Head::Released { .. }) => {
                    self.table.push(message);
                    Ok(None)
                }
                Some(Head::Other(_)) | None => Err(Breach("a table that nobody released")),
            };
        }
        match (from_json(&message.app_metadata)?, &mut self.head) {
            (FromSession::Progress(now), _) => return Ok(Some(now)),
            (FromSession::Released { notices }, head @ None) => {
                *head = Some(Head::Released { notices, suppressed: Vec::new() });
            }
            (FromSession::Refused(refusal), head @ None) => {
                *head = Some(Head::Other(Verdict::Refused(refusal)));
            }
            (FromSession::Failed(failure), head @ None) => {
                *head = Some(Head::Other(Verdict::Failed(failure)));
            }
            (FromSession::Suppressed(some), Some(Head::Released { suppressed, .. })) => {
                suppressed.extend(some);
            }
            (FromSession::Done { rows }, Some(_)) => self.rows = Some(rows),
            _ => return Err(Breach("a message at the wrong time")),
        }
        Ok(None)
    }

    /// Whether the last message has come.
    pub(super) const fn is_whole(&self) -> bool {
        self.rows.is_some()
    }

    /// The verdict, if the answer is whole.
    pub(super) async fn verdict(self) -> Result<Verdict, Breach> {
        let (Some(head), Some(rows)) = (self.head, self.rows) else {
            return Err(Breach("an answer without an end"));
        };
        match head {
            Head::Other(verdict) => Ok(verdict),
            Head::Released { notices, suppressed } => {
                let (schema, batches) = table(self.table).await?;
                if batches.iter().map(RecordBatch::num_rows).sum::<usize>() != rows {
                    return Err(Breach("a table with rows missing"));
                }
                Ok(Verdict::Released(SafeTable::inspected(schema, batches, suppressed, notices)))
            }
        }
    }
}

async fn table(messages: Vec<FlightData>) -> Result<(SchemaRef, Vec<RecordBatch>), Breach> {
    let messages = futures::stream::iter(messages).map(Ok);
    let mut stream = FlightRecordBatchStream::new_from_flight_data(messages);
    let batches: Result<Vec<_>, _> = stream.by_ref().try_collect().await;
    let batches = batches.map_err(|_| Breach("a table that cannot be read"))?;
    let schema = stream.schema().cloned().ok_or(Breach("a table without a schema"))?;
    Ok((schema, batches))
}
