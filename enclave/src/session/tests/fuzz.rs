//! Whatever comes over the socket, either side says that the protocol is broken, or reads a message.

use std::sync::Arc;

use crate::fuzz;
use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use futures::TryStreamExt as _;

use super::super::wire::{self, Answer, FromSession, Opened, ToSession};
use super::*;
use crate::gate::{SafeTable, Suppressed};
use crate::words::{Bilingual, Notice, Reason, Refusal, RefusalCode};
use arrow_flight::FlightData;
use arrow_flight::encode::FlightDataEncoderBuilder;
use datafusion::arrow::ipc::CompressionType;
use datafusion::arrow::ipc::writer::IpcWriteOptions;
use datafusion::arrow::record_batch::RecordBatch;

fn released() -> Verdict {
    let columns: [(&str, ArrayRef); 2] = [
        ("sex", Arc::new(StringArray::from(vec![Some("F"), None, Some("男")]))),
        ("n", Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let suppressed = vec![Suppressed { row: 1, column: 1, reason: Reason::Patients }];
    let notices = vec![Notice { code: "x".to_owned(), message: Bilingual::new("はい", "yes") }];
    Verdict::Released(SafeTable::inspected(batch.schema(), vec![batch], suppressed, notices))
}

/// Messages as bytes: header, metadata and body of each, with their lengths.
fn flat(messages: &[FlightData]) -> Vec<u8> {
    let parts = messages.iter().flat_map(|m| [&m.data_header, &m.app_metadata, &m.data_body]);
    parts.flat_map(|part| [&(part.len() as u16).to_le_bytes()[..], part].concat()).collect()
}

fn unflat(mut bytes: &[u8]) -> Vec<FlightData> {
    let mut part = || {
        let (length, rest) = bytes.split_first_chunk()?;
        let (part, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
        bytes = rest;
        Some(bytes::Bytes::copy_from_slice(part))
    };
    let mut messages = Vec::new();
    while let Some(data_header) = part() {
        let (app_metadata, data_body) = (part().unwrap_or_default(), part().unwrap_or_default());
        messages.push(FlightData { data_header, app_metadata, data_body, flight_descriptor: None });
    }
    messages
}

fn messages(verdict: Verdict) -> Vec<FlightData> {
    futures::executor::block_on(wire::answer(verdict).try_collect()).unwrap()
}

#[test]
fn fuzz_answers() {
    let refused = Verdict::Refused(Refusal::new(RefusalCode::RawRows, "x"));
    let failed = Verdict::Failed(crate::words::Failure::new(FailCode::Memory));
    let seeds = [released(), refused, failed].map(|verdict| flat(&messages(verdict)));
    let whole = unflat(&seeds[0]);
    assert_eq!(whole, messages(released()), "seeds are what is sent");
    fuzz::bytes(8_000, &seeds, |bytes| {
        let mut answer = Answer::default();
        if unflat(bytes).into_iter().try_for_each(|message| answer.take(message).map(drop)).is_ok() {
            _ = futures::executor::block_on(answer.verdict());
        }
    });
}

#[test]
fn fuzz_messages() {
    let house = House::new();
    let order = wire::to_json(&house.order()).unwrap();
    let seeds = [
        [&[7; 32][..], &order].concat(),
        br#"{"ask":{"sql":"SELECT 1","parameters":true,"purpose":"answer"}}"#.to_vec(),
        br#""cancel""#.to_vec(),
        br#"{"done":{"rows":3}}"#.to_vec(),
        wire::to_json(&Opened::Failed(crate::words::Failure::new(FailCode::Internal))).unwrap(),
        wire::to_json(&Confinement::default()).unwrap(),
    ];
    fuzz::bytes(20_000, &seeds, |bytes| {
        _ = wire::read_open(bytes);
        _ = wire::read_confinement(bytes);
        _ = wire::from_json::<ToSession>(bytes);
        _ = wire::from_json::<FromSession>(bytes);
        _ = wire::from_json::<Opened>(bytes);
        let message = FlightData { app_metadata: bytes.to_vec().into(), ..FlightData::default() };
        _ = wire::read_question(&message);
    });
}

fn read(messages: Vec<FlightData>) -> Result<Verdict, wire::Breach> {
    let mut answer = Answer::default();
    messages.into_iter().try_for_each(|message| answer.take(message).map(drop))?;
    futures::executor::block_on(answer.verdict())
}

/// Arrow's reader panics on buffers that end behind the body; a session that was taken over may send such.
#[test]
fn a_table_whose_buffers_lie_is_a_breach() {
    let sent = messages(released());
    let rows = sent.iter().rposition(|message| !message.data_body.is_empty()).unwrap();
    let mut breaches = 0;
    for at in 0..sent[rows].data_header.len() {
        let mut lying = sent.clone();
        let mut header = lying[rows].data_header.to_vec();
        header[at] = 0x7f;
        lying[rows].data_header = header.into();
        breaches += usize::from(read(lying).is_err());
    }
    assert!(breaches > 10, "{breaches}");
    assert!(matches!(read(sent), Ok(Verdict::Released(_))));
}

/// Few bytes may claim to be terabytes, so what is compressed is not even begun.
#[test]
fn a_compressed_table_is_a_breach() {
    let batch =
        RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![0; 10_000])) as ArrayRef)]).unwrap();
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
    let table =
        FlightDataEncoderBuilder::new().with_options(options).build(futures::stream::iter([Ok(batch)]));
    let table: Vec<FlightData> = futures::executor::block_on(table.try_collect()).unwrap();
    let control = |message| wire::control(&message).unwrap();
    let head = control(FromSession::Released { explored: None, notices: Vec::new() });
    let done = control(FromSession::Done { rows: 10_000 });
    assert!(read([vec![head], table, vec![done]].concat()).is_err());
}
