//! An answer as Flight data: the schema with what the gate says of the whole, then the rows.
//!
//! Schema metadata, always: `sekisho.verdict`, `sekisho.policy`, `sekisho.snapshot`,
//! `sekisho.audit`, `sekisho.notices` (a JSON list), `sekisho.suppressed` (a JSON list of
//! `{"row":…,"column":…,"reason":…}`, rows and columns from 0 and without companion columns) and
//! `sekisho.suppressed_cells` (how many there are). The list in the schema ends after
//! [`IN_SCHEMA`] cells; when there are more, every batch carries all suppressed cells of its own
//! rows in `app_metadata`, as `{"suppressed":[…]}` with the same row numbers.
//! Out of scope: refusals and failures (`status`).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::utils::batches_to_flight_data;
use arrow_flight::{FlightData, SchemaAsIpc};
use enclave::gate::Suppressed;
use enclave::words::Failure;
use futures::Stream;
use futures::stream::{self, StreamExt as _};
use serde::Serialize;
use tonic::Status;

use super::house::{Answer, Figures, broken_promise};
use super::shape::{Shape, between};
use super::status;

/// Suppressed cells that fit into the schema's metadata: about half a megabyte of JSON.
const IN_SCHEMA: usize = 10_000;
/// Cells a message: well below the 4 MiB that some clients take, for plain types.
const CELLS_A_MESSAGE: usize = 32 * 1024;
/// Bytes a message, for long texts.
const BYTES_A_MESSAGE: usize = 2 * 1024 * 1024;

/// The messages of an answer.
///
/// # Errors
/// `internal`, when the figures do not have the promised shape.
pub fn messages(
    answer: &Answer,
    figures: &Figures,
    shape: &Shape,
) -> Result<impl Stream<Item = Result<FlightData, Status>> + Send + use<>, Failure> {
    let batches = shape.fit(figures)?;
    let mut suppressed = figures.suppressed.clone();
    suppressed.sort_unstable_by_key(|s| (s.row, s.column));
    let schema = shape.promised().with_metadata(metadata(answer, figures, &suppressed));
    let first = FlightData::from(SchemaAsIpc::new(&schema, &IpcWriteOptions::default()));
    let plain = Arc::new(shape.promised());
    let in_batches = suppressed.len() > IN_SCHEMA;
    let rest = slices(batches).map(move |(row, batch)| {
        let end = row + batch.num_rows() as u64;
        let here = in_batches.then(|| between(&suppressed, row, end));
        encode(&plain, batch, here)
    });
    Ok(stream::once(async { Ok(first) }).chain(stream::iter(rest)))
}

/// The messages of a table that holds no figures: catalogues and the like.
pub fn plain(batch: RecordBatch) -> impl Stream<Item = Result<FlightData, Status>> + Send {
    let messages = batches_to_flight_data(&batch.schema(), vec![batch]);
    let failed = |_| status::failed(&broken_promise());
    let (messages, error) = match messages {
        Ok(messages) => (messages, None),
        Err(error) => (vec![], Some(Err(failed(error)))),
    };
    stream::iter(messages.into_iter().map(Ok).chain(error))
}

fn metadata(answer: &Answer, figures: &Figures, suppressed: &[Suppressed]) -> HashMap<String, String> {
    let shown = suppressed.get(..IN_SCHEMA).unwrap_or(suppressed);
    [
        ("sekisho.verdict", "released".to_owned()),
        ("sekisho.policy", answer.policy.clone()),
        ("sekisho.snapshot", answer.snapshot.clone()),
        ("sekisho.audit", answer.audit.map_or_else(String::new, |index| index.to_string())),
        ("sekisho.notices", json(&figures.notices)),
        ("sekisho.suppressed", json(shown)),
        ("sekisho.suppressed_cells", suppressed.len().to_string()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Lists of plain structures always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

/// The batches in pieces of a message each, with their first row.
fn slices(batches: Vec<RecordBatch>) -> impl Iterator<Item = (u64, RecordBatch)> + Send {
    let mut first = 0;
    batches.into_iter().flat_map(move |batch| {
        let at = first;
        let rows = batch.num_rows();
        first += rows as u64;
        let by_cells = CELLS_A_MESSAGE / batch.num_columns().max(1);
        let by_bytes = rows * BYTES_A_MESSAGE / bytes(&batch).max(1);
        let step = by_cells.min(by_bytes).max(1);
        (0..rows)
            .step_by(step)
            .map(move |from| (at + from as u64, batch.slice(from, step.min(rows - from))))
            .collect::<Vec<_>>()
    })
}

fn bytes(batch: &RecordBatch) -> usize {
    let size = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0);
    batch.columns().iter().map(size).sum()
}

fn encode(
    schema: &SchemaRef,
    batch: RecordBatch,
    suppressed: Option<&[Suppressed]>,
) -> Result<FlightData, Status> {
    let failed = || status::failed(&broken_promise());
    let messages = batches_to_flight_data(schema, vec![batch]).map_err(|_| failed())?;
    // Without dictionaries it is the schema, which went out before, and one message.
    let mut data = messages.into_iter().nth(1).ok_or_else(failed)?;
    if let Some(cells) = suppressed {
        data.app_metadata = json(&serde_json::json!({ "suppressed": cells })).into();
    }
    Ok(data)
}

/// The schema as the bytes that `FlightInfo` and prepared statements carry.
///
/// # Errors
/// When it cannot be written, which no plain schema brings about.
pub fn schema_bytes(schema: &Schema) -> Result<bytes::Bytes, Status> {
    let message: Result<arrow_flight::IpcMessage, _> =
        SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into();
    message.map(|m| m.0).map_err(|_: arrow::error::ArrowError| status::failed(&broken_promise()))
}

/// Reads messages back, in tests.
#[cfg(test)]
pub async fn read_back(
    messages: impl Stream<Item = Result<FlightData, Status>> + Send + 'static,
) -> (SchemaRef, Vec<RecordBatch>) {
    use futures::TryStreamExt as _;
    let mut stream = arrow_flight::decode::FlightRecordBatchStream::new_from_flight_data(
        messages.map_err(arrow_flight::error::FlightError::from),
    );
    let mut batches = vec![];
    while let Some(batch) = stream.try_next().await.unwrap() {
        batches.push(batch);
    }
    (Arc::clone(stream.schema().unwrap()), batches)
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;
    use arrow::datatypes::{DataType, Field};
    use enclave::words::Reason;
    use futures::TryStreamExt as _;

    use super::*;
    use crate::flight::house::Outcome;

    fn many(rows: u64) -> (Answer, Figures) {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, true)]));
        let nulls = Arc::new(Int64Array::from(vec![None::<i64>; rows as usize]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![nulls]).unwrap();
        let cell = |row| Suppressed { row, column: 0, reason: Reason::Patients };
        let suppressed = (0..rows).rev().map(cell).collect();
        let figures = Figures { schema, batches: vec![batch], suppressed, notices: vec![] };
        let outcome = Outcome::Released(figures.clone());
        let answer = Answer { outcome, policy: "jisedai@1".into(), snapshot: "s@0".into(), audit: Some(17) };
        (answer, figures)
    }

    async fn sent(rows: u64) -> Vec<FlightData> {
        let (answer, figures) = many(rows);
        let shape = Shape::new(Arc::clone(&figures.schema), false);
        messages(&answer, &figures, &shape).unwrap().try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn few_suppressed_cells_travel_in_the_schema() {
        let sent = sent(3).await;
        let (schema, batches) = read_back(stream::iter(sent.clone().into_iter().map(Ok))).await;
        let list: Vec<Suppressed> = serde_json::from_str(&schema.metadata()["sekisho.suppressed"]).unwrap();
        assert_eq!(list.iter().map(|s| s.row).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(schema.metadata()["sekisho.audit"], "17");
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 3);
        assert!(sent.iter().all(|d| d.app_metadata.is_empty()));
    }

    #[tokio::test]
    async fn very_many_travel_with_their_rows_and_no_message_is_large() {
        let rows = 100_000;
        let sent = sent(rows).await;
        assert!(sent.len() > 3);
        let mut told = 0;
        for data in &sent {
            assert!(data.data_header.len() + data.data_body.len() + data.app_metadata.len() < 4 << 20);
            if !data.app_metadata.is_empty() {
                let json: serde_json::Value = serde_json::from_slice(&data.app_metadata).unwrap();
                let cells: Vec<Suppressed> = serde_json::from_value(json["suppressed"].clone()).unwrap();
                assert_eq!(cells[0].row, told);
                told += cells.len() as u64;
            }
        }
        assert_eq!(told, rows);
        let (schema, _) = read_back(stream::iter(sent.into_iter().map(Ok))).await;
        assert_eq!(schema.metadata()["sekisho.suppressed_cells"], rows.to_string());
        let list: Vec<Suppressed> = serde_json::from_str(&schema.metadata()["sekisho.suppressed"]).unwrap();
        assert_eq!(list.len(), IN_SCHEMA);
    }
}
