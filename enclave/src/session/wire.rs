//! What travels between gatehouse and session, over Arrow Flight on one Unix socket.
//!
//! Two actions open a session: [`CONFINEMENT`] tells what holds, before any secret is sent, and
//! [`OPEN`] brings secrets and order. Each question is one `DoExchange`: control messages are JSON in
//! `app_metadata`, tables are ordinary Flight data. An answer is
//! `released suppressed* table done`, or `refused|failed done`, with `progress` anywhere between; one that
//! does not end in `done` is no answer.
//!
//! Before it come, for each cut over people, `(exposed table)* settle`: what is about to be told, for the ledger. The gatehouse says
//! `recorded`, or `withhold` with the places of cells; then the session says `settle` again, with all places that
//! it withholds more than before.
//!
//! Out of scope: what a question means, and time limits.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::{Action, FlightData};
use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::root_as_message;
use futures::{FutureExt, Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ask::Purpose;
use super::{Ask, Confinement, Order, Progressed, Secrets};
use crate::gate::{ExploredTable, SafeTable, Suppressed, Verdict};
use crate::ledger::{Place, Table};
use crate::plan::View;
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
    Ask {
        sql: String,
        #[serde(default)]
        views: Vec<View>,
        parameters: bool,
        #[serde(default)]
        values: Vec<String>,
        purpose: Purpose,
    },
    /// What was to be settled is recorded and may be told.
    Recorded,
    /// These may not be told.
    Withhold(Vec<Place>),
    /// Stop as soon as possible, and then end the exchange.
    Cancel,
}

/// Session → gatehouse, within one question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromSession {
    Progress(Progressed),
    /// A table for the ledger follows.
    Exposed,
    /// All tables are there, but for these places: may they be told?
    Settle(Vec<Place>),
    Released {
        notices: Vec<Notice>,
        /// Of an explored table, how many perturbed numbers it was worked out from.
        explored: Option<u64>,
    },
    Suppressed(Vec<Suppressed>),
    Refused(Refusal),
    Failed(Failure),
    Done {
        rows: usize,
    },
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

/// The secrets go in front of the JSON, so that no text parser leaves copies of them.
pub(super) fn open_action(order: &Order, secrets: &Secrets) -> Result<Action, Breach> {
    let mut body = secrets.to_bytes().to_vec();
    body.extend(to_json(order)?);
    Ok(Action { r#type: OPEN.to_owned(), body: body.into() })
}

pub(super) fn read_open(body: &[u8]) -> Result<(Order, Secrets), Breach> {
    let (secrets, order) = body.split_first_chunk().ok_or(Breach("an order without secrets"))?;
    Ok((from_json(order)?, Secrets::from_bytes(secrets)))
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
    let Ask { sql, views, parameters, values } = ask;
    let message = control(&ToSession::Ask { sql, views, parameters: parameters.is_some(), values, purpose })?;
    Ok(message.with_data_body(parameters.unwrap_or_default()))
}

/// A question and what is wanted of it.
pub(super) fn read_question(message: &FlightData) -> Result<(Ask, Purpose), Breach> {
    match from_json(&message.app_metadata)? {
        ToSession::Ask { sql, views, parameters, values, purpose } => {
            let parameters = parameters.then(|| message.data_body.to_vec());
            Ok((Ask { sql, views, parameters, values }, purpose))
        }
        ToSession::Recorded | ToSession::Withhold(_) | ToSession::Cancel => {
            Err(Breach("a word before a question"))
        }
    }
}

// ---- what is told of people, for the ledger

/// Tables for the ledger as the messages that carry them, up to `settle`.
pub(super) fn exposed(tables: &[Table]) -> Result<Messages, Breach> {
    let mut all: Messages = Box::pin(futures::stream::empty());
    for table in tables {
        let batch = table.to_batch().map_err(|_| Breach("a table that cannot be sent"))?;
        let head = futures::stream::iter([Ok(control(&FromSession::Exposed)?)]);
        let body = FlightDataEncoderBuilder::new()
            .with_schema(batch.schema())
            .build(futures::stream::iter([Ok(batch)]));
        all = Box::pin(all.chain(head).chain(body));
    }
    let end = futures::stream::iter([Ok(control(&FromSession::Settle(Vec::new()))?)]);
    Ok(Box::pin(all.chain(end)))
}

/// Tables for the ledger, put together again message by message.
#[derive(Debug, Default)]
pub(super) struct Exposed(Vec<Vec<FlightData>>);

impl Exposed {
    /// The tables, if they are whole.
    pub(super) async fn tables(self) -> Result<Vec<Table>, Breach> {
        let mut tables = Vec::with_capacity(self.0.len());
        for messages in self.0 {
            let (schema, batches) = table(messages).await?;
            let batch =
                concat_batches(&schema, &batches).map_err(|_| Breach("a table that cannot be read"))?;
            tables.push(Table::of_batch(&batch).map_err(|_| Breach("a table that is none"))?);
        }
        Ok(tables)
    }
}

// ---- answers

type Messages = Pin<Box<dyn Stream<Item = Result<FlightData, FlightError>> + Send>>;

/// A verdict as the messages that carry it.
pub(super) fn answer(verdict: Verdict) -> Messages {
    let released = |notices: &[Notice], suppressed: &[Suppressed], explored| {
        let mut head = vec![FromSession::Released { notices: notices.to_vec(), explored }];
        let suppressed = suppressed.chunks(SUPPRESSED_AT_ONCE);
        head.extend(suppressed.map(|some| FromSession::Suppressed(some.to_vec())));
        head
    };
    let (head, table) = match verdict {
        Verdict::Refused(refusal) => (vec![FromSession::Refused(refusal)], None),
        Verdict::Failed(failure) => (vec![FromSession::Failed(failure)], None),
        Verdict::Released(table) => {
            let head = released(table.notices(), table.suppressed(), None);
            (head, Some((Arc::clone(table.schema()), table.batches().to_vec())))
        }
        Verdict::Explored(table) => {
            let head = released(table.notices(), table.suppressed(), Some(table.numbers()));
            (head, Some((Arc::clone(table.schema()), table.batches().to_vec())))
        }
    };
    let rows = table.as_ref().map_or(0, |(_, batches)| batches.iter().map(RecordBatch::num_rows).sum());
    let control = |message| control(&message).map_err(|breach| FlightError::protocol(breach.to_string()));
    let body: Messages = match table {
        None => Box::pin(futures::stream::empty()),
        Some((schema, batches)) => {
            let batches = futures::stream::iter(batches).map(Ok);
            Box::pin(FlightDataEncoderBuilder::new().with_schema(schema).build(batches))
        }
    };
    let head = futures::stream::iter(head).map(control);
    let end = futures::stream::iter([FromSession::Done { rows }]).map(control);
    Box::pin(head.chain(body).chain(end))
}

/// What the gatehouse hears between the messages of an answer.
#[derive(Debug)]
pub(super) enum Heard {
    /// Nothing to do about.
    Nothing,
    /// How far the question is.
    Progress(Progressed),
    /// The session wants to tell something of people: new tables, or the ones before without some places.
    Settle(Exposed, Vec<Place>),
}

/// Puts an answer together again, message by message, and takes it for one only when it is whole.
#[derive(Debug, Default)]
pub(super) struct Answer {
    exposed: Exposed,
    head: Option<Head>,
    table: Vec<FlightData>,
    rows: Option<usize>,
}

#[derive(Debug)]
enum Head {
    Released { notices: Vec<Notice>, explored: Option<u64>, suppressed: Vec<Suppressed> },
    Other(Verdict),
}

impl Answer {
    /// Takes the next message.
    pub(super) fn take(&mut self, message: FlightData) -> Result<Heard, Breach> {
        if !message.data_header.is_empty() {
            let table = match (&self.head, self.exposed.0.last_mut()) {
                (Some(Head::Released { .. }), _) => &mut self.table,
                (None, Some(exposed)) => exposed,
                (Some(Head::Other(_)), _) | (None, None) => {
                    return Err(Breach("a table that nobody released"));
                }
            };
            table.push(message);
            return Ok(Heard::Nothing);
        }
        match (from_json(&message.app_metadata)?, &mut self.head) {
            (FromSession::Progress(now), _) => return Ok(Heard::Progress(now)),
            (FromSession::Exposed, None) => self.exposed.0.push(Vec::new()),
            (FromSession::Settle(places), None) => {
                return Ok(Heard::Settle(std::mem::take(&mut self.exposed), places));
            }
            (FromSession::Released { notices, explored }, head @ None) => {
                *head = Some(Head::Released { notices, explored, suppressed: Vec::new() });
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
        Ok(Heard::Nothing)
    }

    /// Whether what comes now is the answer's table.
    pub(super) const fn is_released(&self) -> bool {
        matches!(self.head, Some(Head::Released { .. }))
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
            Head::Released { notices, explored, suppressed } => {
                let (schema, batches) = table(self.table).await?;
                if batches.iter().map(RecordBatch::num_rows).sum::<usize>() != rows {
                    return Err(Breach("a table with rows missing"));
                }
                let table = SafeTable::inspected(schema, batches, suppressed, notices);
                Ok(match explored {
                    None => Verdict::Released(table),
                    Some(numbers) => Verdict::Explored(ExploredTable::new(table, numbers)),
                })
            }
        }
    }
}

async fn table(messages: Vec<FlightData>) -> Result<(SchemaRef, Vec<RecordBatch>), Breach> {
    let unreadable = Breach("a table that cannot be read");
    if !messages.iter().all(plain) {
        return Err(unreadable);
    }
    let read = async {
        let messages = futures::stream::iter(messages).map(Ok);
        let mut stream = FlightRecordBatchStream::new_from_flight_data(messages);
        let batches = stream.by_ref().try_collect().await.map_err(|_| unreadable)?;
        Ok((stream.schema().cloned().ok_or(Breach("a table without a schema"))?, batches))
    };
    // What Arrow's reader does not expect it panics on, and a session that was taken over may send anything.
    AssertUnwindSafe(read).catch_unwind().await.unwrap_or(Err(unreadable))
}

/// Whether a message is a schema or rows without compression: a few compressed bytes may claim terabytes, and an
/// allocation that fails ends the gatehouse.
fn plain(message: &FlightData) -> bool {
    let Ok(header) = root_as_message(&message.data_header) else { return false };
    let rows = header.header_as_record_batch();
    header.header_as_schema().is_some() || rows.is_some_and(|rows| rows.compression().is_none())
}
