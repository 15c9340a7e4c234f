//! Whatever a client sends is answered, if only with a status; nothing ends the server, and nothing panics behind its door.

use std::sync::Arc;

use crate::fuzz;
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::flight_service_server::FlightService as _;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, Any, CommandGetDbSchemas,
    CommandGetSqlInfo, CommandGetTables, CommandGetXdbcTypeInfo, CommandPreparedStatementQuery,
    CommandStatementQuery, ProstMessageExt, TicketStatementQuery,
};
use arrow_flight::{Action, FlightData, FlightDescriptor, Ticket};
use futures::TryStreamExt as _;
use prost::Message as _;
use tonic::{Code, Request, Status};

use super::canned::{self, BY_SEX};
use crate::flight::door::Door;
use crate::flight::house::House;
use crate::flight::messages::{OptionValue, SessionOptionValue, SetSessionOptionsRequest};
use crate::flight::{actions, parameters};

fn any(message: &impl ProstMessageExt) -> Vec<u8> {
    message.as_any().encode_to_vec()
}

/// Commands, as they stand in descriptors and tickets, and bodies of actions.
fn seeds() -> Vec<Vec<u8>> {
    let option = SessionOptionValue { option_value: Some(OptionValue::Bool(true)) };
    let session_options = [("sekisho.reasons".to_owned(), option)].into();
    vec![
        any(&CommandStatementQuery { query: BY_SEX.to_owned(), transaction_id: None }),
        any(&CommandPreparedStatementQuery { prepared_statement_handle: vec![7; 32].into() }),
        any(&TicketStatementQuery { statement_handle: vec![7; 32].into() }),
        any(&CommandGetSqlInfo { info: vec![0, 1, 500, 10_000] }),
        any(&CommandGetXdbcTypeInfo { data_type: Some(4) }),
        any(&CommandGetDbSchemas {
            catalog: Some("small".into()),
            db_schema_filter_pattern: Some("tr%\\_".into()),
        }),
        any(&CommandGetTables {
            catalog: None,
            db_schema_filter_pattern: None,
            table_name_filter_pattern: Some("v_s%".into()),
            table_types: vec!["TABLE".to_owned()],
            include_schema: true,
        }),
        any(&ActionCreatePreparedStatementRequest { query: canned::ABOVE.to_owned(), transaction_id: None }),
        any(&ActionClosePreparedStatementRequest { prepared_statement_handle: vec![7; 32].into() }),
        Any {
            type_url: "type.googleapis.com/arrow.flight.protocol.sql.CommandGetCatalogs".to_owned(),
            value: vec![].into(),
        }
        .encode_to_vec(),
        SetSessionOptionsRequest { session_options }.encode_to_vec(),
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f".to_vec(),
    ]
}

fn called<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", "Bearer good-token".parse().unwrap());
    request
}

/// What a call that panicked would say.
fn sound<T>(result: Result<T, Status>) -> Option<T> {
    result.map_err(|status| assert_ne!(status.code(), Code::Internal, "{status:?}")).ok()
}

#[test]
fn fuzz_commands_tickets_and_actions() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let door = Door::new(House::Canned(Arc::default())).unwrap();
    let kinds: Vec<String> = actions::offered().map(|kind| kind.r#type).collect();
    fuzz::bytes(4_000, &seeds(), |bytes| {
        let held = bytes.to_vec();
        runtime.block_on(async {
            let descriptor = FlightDescriptor::new_cmd(held.clone());
            let info = sound(door.get_flight_info(called(descriptor.clone())).await);
            _ = sound(door.get_schema(called(descriptor)).await);
            let made = info.and_then(|info| info.into_inner().endpoint.pop()?.ticket);
            for ticket in made.into_iter().chain([Ticket::new(held.clone())]) {
                if let Some(answer) = sound(door.do_get(called(ticket)).await) {
                    _ = sound(answer.into_inner().try_collect::<Vec<FlightData>>().await);
                }
            }
            for kind in &kinds {
                let action = Action { r#type: kind.clone(), body: held.clone().into() };
                if let Some(results) = sound(door.do_action(called(action)).await) {
                    _ = sound(results.into_inner().try_collect::<Vec<_>>().await);
                }
            }
        });
    });
}

/// Messages as bytes: header and body of each, with their lengths.
fn unflat(mut bytes: &[u8]) -> Vec<FlightData> {
    let mut part = || {
        let (length, rest) = bytes.split_first_chunk()?;
        let (part, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
        bytes = rest;
        Some(part.to_vec())
    };
    let mut messages = Vec::new();
    while let Some(header) = part() {
        let data_body = part().unwrap_or_default().into();
        messages.push(FlightData { data_header: header.into(), data_body, ..FlightData::default() });
    }
    messages
}

#[test]
fn fuzz_bound_parameters() {
    let columns: [(&str, ArrayRef); 3] = [
        ("$1", Arc::new(Int64Array::from(vec![1]))),
        ("$2", Arc::new(StringArray::from(vec![Some("患者")]))),
        ("$3", Arc::new(StringArray::from(vec![None::<&str>]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap();
    let messages = FlightDataEncoderBuilder::new().build(futures::stream::iter([Ok(batch)]));
    let messages: Vec<FlightData> = futures::executor::block_on(messages.try_collect()).unwrap();
    let parts = messages.iter().flat_map(|m| [&m.data_header, &m.data_body]);
    let seed: Vec<u8> =
        parts.flat_map(|part| [&(part.len() as u16).to_le_bytes()[..], part].concat()).collect();
    assert_eq!(unflat(&seed).len(), messages.len());
    fuzz::bytes(8_000, &[seed], |bytes| {
        let messages = futures::stream::iter(unflat(bytes).into_iter().map(Ok));
        _ = futures::executor::block_on(parameters::bound(messages));
    });
}

#[test]
fn fuzz_placeholders() {
    let seeds = [
        "SELECT '?', \"a?b\", 'it''s ?' -- ?\n, ? /* ? /* ? */ ? */ + $2 `?`".to_owned(),
        "$患 $12 '".to_owned(),
    ];
    let words = ["'", "\"", "/*", "*/", "--", "\n", "?", "$", "$999", "患", "\\"];
    fuzz::text(30_000, &seeds, &words, |sql| {
        let count = parameters::count(sql);
        assert!(count <= 1000);
        assert!(parameters::unknown(count.min(8)).is_some() || count == 0);
    });
}

#[test]
fn fuzz_doors() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let door = Door::new(House::Canned(Arc::default())).unwrap();
    let seeds = [b"Bearer good-token".to_vec(), b"basic dGFybzpnb29kLXRva2Vu".to_vec(), b"Bearer  ".to_vec()];
    fuzz::bytes(10_000, &seeds, |bytes| {
        let Ok(value) = tonic::metadata::AsciiMetadataValue::try_from(bytes) else { return };
        let mut request = Request::new(FlightDescriptor::new_cmd(any(&CommandGetSqlInfo::default())));
        request.metadata_mut().insert("authorization", value.clone());
        let entered = runtime.block_on(door.get_flight_info(request)).is_ok();
        let token = value.to_str().ok().and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim());
        assert!(!entered || token.is_some_and(|token| canned::TOKENS.contains(&token)), "{value:?}");
        _ = runtime.block_on(crate::flight::handshake::bearer(
            &House::Canned(Arc::default()),
            &{
                let mut metadata = tonic::metadata::MetadataMap::new();
                metadata.insert("authorization", value);
                metadata
            },
            enclave::login::Zone::Vdi,
        ));
    });
}
