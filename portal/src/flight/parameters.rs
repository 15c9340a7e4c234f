//! Parameters of prepared statements: how many a text has, and the row of values that is bound.
//!
//! The gatehouse does not parse SQL (a hostile text may end the process that does), so the count
//! comes from one pass that only knows quotes and comments. Their types are known to the planner
//! alone; until it tells them, every parameter is offered as nullable text, and a bound value
//! keeps the type that the client sent. Out of scope: putting the values in.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::array::{ArrayRef, NullArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::convert::fb_to_schema;
use arrow::ipc::root_as_message;
use arrow::ipc::writer::StreamWriter;
use arrow_flight::FlightData;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use enclave::words::{FailCode, Failure};
use futures::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _};
use tonic::Status;

use super::status;

/// More than any statement needs; the session has its own limit.
const MOST: usize = 1000;

/// How many parameters the text has: the highest `$n`, or else the number of `?`.
pub fn count(sql: &str) -> usize {
    let (mut marks, mut highest) = (0, 0);
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\'' | '"' | '`' => after(rest, c.encode_utf8(&mut [0; 4])),
            '-' if rest.starts_with('-') => after(rest, "\n"),
            '/' if rest.starts_with('*') => after_comment(rest.get(1..).unwrap_or_default()),
            '?' => {
                marks += 1;
                rest
            }
            '$' => {
                let digits = rest.len() - rest.trim_start_matches(|d: char| d.is_ascii_digit()).len();
                let (number, behind) = rest.split_at_checked(digits).unwrap_or_default();
                highest = highest.max(number.parse().unwrap_or(0));
                behind
            }
            _ => rest,
        };
    }
    if highest > 0 { highest.min(MOST) } else { marks.min(MOST) }
}

/// What stands behind the next `end`. (A doubled quote ends one text and begins the next.)
fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, behind)| behind)
}

/// What stands behind a comment. Comments nest.
fn after_comment(text: &str) -> &str {
    let (mut depth, mut at) = (1, 0);
    while let Some(pair) = text.as_bytes().get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return text.get(at..).unwrap_or_default();
        }
    }
    ""
}

/// The schema that a client is told for `count` parameters.
pub fn schema(count: usize) -> Schema {
    Schema::new((1..=count).map(|i| Field::new(format!("${i}"), DataType::Utf8, true)).collect::<Vec<_>>())
}

/// A row of nulls, for describing a statement before its values are known.
pub fn unknown(count: usize) -> Option<Vec<u8>> {
    let fields: Vec<_> = (1..=count).map(|i| Field::new(format!("${i}"), DataType::Null, true)).collect();
    let columns = (1..=count).map(|_| Arc::new(NullArray::new(1)) as ArrayRef).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).ok()?;
    encode(&batch)
}

/// Reads what a client binds: exactly one row of plain values, as an Arrow IPC stream.
///
/// # Errors
/// When there is no row or more than one, or a value is of a kind that no parameter has.
pub async fn bound<S>(stream: S) -> Result<Vec<u8>, Status>
where
    S: Stream<Item = Result<FlightData, Status>> + Send + 'static,
{
    // What Arrow's reader does not expect it panics on. It holds nothing of ours, so nothing is left broken.
    AssertUnwindSafe(read(stream)).catch_unwind().await.unwrap_or_else(|_| Err(wrong()))
}

async fn read<S>(stream: S) -> Result<Vec<u8>, Status>
where
    S: Stream<Item = Result<FlightData, Status>> + Send + 'static,
{
    let harmless = stream.map(|data| data.and_then(|data| check(&data).map(|()| data)));
    let mut batches = FlightRecordBatchStream::new_from_flight_data(harmless.map_err(FlightError::from));
    let mut row = None;
    while let Some(batch) = batches.try_next().await.map_err(|_| wrong())? {
        match (batch.num_rows(), &row) {
            (0, _) => {}
            (1, None) => row = Some(batch),
            _ => return Err(wrong()),
        }
    }
    row.and_then(|row| encode(&row)).ok_or_else(wrong)
}

/// Looks at a message before it is decoded. A few compressed bytes may claim terabytes, and an
/// allocation that fails ends the whole process: so one row, plain types, no compression and no
/// dictionaries, which no client needs here.
fn check(data: &FlightData) -> Result<(), Status> {
    if data.data_header.is_empty() {
        return Ok(());
    }
    let message = root_as_message(&data.data_header).map_err(|_| wrong())?;
    let schema = message.header_as_schema().map(fb_to_schema);
    let plain_schema = schema.is_some_and(|schema| {
        schema.fields().len() <= MOST && schema.fields().iter().all(|f| is_plain(f.data_type()))
    });
    let one_row = message
        .header_as_record_batch()
        .is_some_and(|batch| batch.compression().is_none() && (0..=1).contains(&batch.length()));
    if plain_schema || one_row { Ok(()) } else { Err(wrong()) }
}

fn wrong() -> Status {
    status::failed(&Failure::new(FailCode::Parameter))
}

fn is_plain(data_type: &DataType) -> bool {
    data_type.is_primitive()
        || matches!(
            data_type,
            DataType::Null | DataType::Boolean | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
        )
}

fn encode(batch: &RecordBatch) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).ok()?;
    writer.write(batch).ok()?;
    writer.finish().ok()?;
    drop(writer);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StructArray};
    use arrow::ipc::writer::IpcWriteOptions;
    use arrow_flight::encode::FlightDataEncoderBuilder;

    use super::*;

    #[test]
    fn placeholders_are_counted_outside_quotes_and_comments() {
        for (sql, n) in [
            ("SELECT 1", 0),
            ("SELECT ? + ?", 2),
            ("SELECT $2 + $1 + $2", 2),
            ("SELECT '?', \"a?b\", 'it''s ?' -- ?\n, ? /* ? /* ? */ ? */", 1),
            ("SELECT '?", 0),
            ("/* ?", 0),
            ("SELECT $患, '患' = ?", 1),
            ("$99999999999999999999999 $", 0),
            ("$100000", MOST),
        ] {
            assert_eq!(count(sql), n, "{sql}");
        }
    }

    #[test]
    fn unknown_values_are_one_row_of_nulls() {
        let bytes = unknown(3).unwrap();
        let batches: Vec<_> = arrow::ipc::reader::StreamReader::try_new(&bytes[..], None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!((batches.len(), batches[0].num_rows(), batches[0].num_columns()), (1, 1, 3));
    }

    async fn bind(batch: &RecordBatch, options: IpcWriteOptions) -> Result<Vec<u8>, Status> {
        let batches = futures::stream::iter([Ok(batch.clone())]);
        let data = FlightDataEncoderBuilder::new().with_options(options).build(batches);
        bound(data.map_err(|_| wrong())).await
    }

    fn row(column: ArrayRef) -> RecordBatch {
        RecordBatch::try_from_iter([("a", column)]).unwrap()
    }

    #[tokio::test]
    async fn one_row_of_plain_values_is_bound_and_nothing_else() {
        let plain = row(Arc::new(Int64Array::from(vec![1])));
        let bytes = bind(&plain, IpcWriteOptions::default()).await.unwrap();
        let read =
            arrow::ipc::reader::StreamReader::try_new(&bytes[..], None).unwrap().next().unwrap().unwrap();
        assert_eq!(read, plain);
        let nested = Arc::new(StructArray::from(plain.clone())) as ArrayRef;
        let many = Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef;
        for batch in [row(nested), row(many), RecordBatch::new_empty(plain.schema())] {
            assert!(bind(&batch, IpcWriteOptions::default()).await.is_err(), "{batch:?}");
        }
        // Compressed: refused by its header, whatever it claims to hold.
        let text = row(Arc::new(arrow::array::StringArray::from(vec!["x".repeat(100_000)])));
        let lz4 = IpcWriteOptions::default()
            .try_with_compression(Some(arrow::ipc::CompressionType::LZ4_FRAME))
            .unwrap();
        assert!(bind(&text, IpcWriteOptions::default()).await.is_ok());
        assert!(bind(&text, lz4).await.is_err());
    }

    /// A column of a type that Arrow's reader has no name for, which it panics on.
    #[tokio::test]
    async fn a_type_that_nobody_knows_is_refused() {
        let plain = row(Arc::new(arrow::array::StringArray::from(vec!["x"])));
        let data = FlightDataEncoderBuilder::new().build(futures::stream::iter([Ok(plain)]));
        let mut data: Vec<FlightData> = data.try_collect().await.unwrap();
        let mut header = data[0].data_header.to_vec();
        let utf8 = arrow::ipc::Type::Utf8.0;
        // Until the right byte was found the schema is another, or still the same.
        let mut seen_none = false;
        for at in (0..header.len()).filter(|at| header[*at] == utf8).collect::<Vec<_>>() {
            header[at] = arrow::ipc::Type::NONE.0;
            data[0].data_header = header.clone().into();
            let refused = bound(futures::stream::iter(data.clone().into_iter().map(Ok))).await.is_err();
            seen_none |= refused;
            header[at] = utf8;
        }
        assert!(seen_none);
    }

    #[tokio::test]
    async fn rubbish_is_refused() {
        for header in [&b"rubbish"[..], &[0; 64], &[0xff; 64]] {
            let data = FlightData { data_header: header.to_vec().into(), ..FlightData::default() };
            assert!(bound(futures::stream::iter([Ok(data)])).await.is_err());
        }
        assert!(bound(futures::stream::iter([Ok(FlightData::default())])).await.is_err());
    }
}
