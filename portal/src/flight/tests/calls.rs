//! Calls about the catalogue and the session, and calls that are never offered.

use arrow::array::{AsArray as _, RecordBatch};
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{
    ActionBeginTransactionRequest, CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys,
    CommandGetImportedKeys, CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTables,
    CommandGetXdbcTypeInfo, CommandStatementIngest, CommandStatementQuery, CommandStatementSubstraitPlan,
    CommandStatementUpdate, ProstMessageExt, SqlInfo,
};
use arrow_flight::{Action, FlightData, FlightDescriptor, FlightInfo, IpcMessage, SchemaResult};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use prost::Message as _;
use tonic::transport::Channel;
use tonic::{Code, Request};

use super::canned::{BROKEN, BY_SEX};
use super::serving::Serving;
use crate::flight::messages::{
    GetSessionOptionsResult, OptionValue, SessionOptionValue, SetSessionOptionsRequest,
    SetSessionOptionsResult,
};

async fn table(client: &mut FlightSqlServiceClient<Channel>, info: FlightInfo) -> RecordBatch {
    let promised = info.clone().try_decode_schema().unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let batches: Vec<_> = client.do_get(ticket).await.unwrap().try_collect().await.unwrap();
    assert_eq!(batches.len(), 1);
    assert_eq!(*batches[0].schema(), promised);
    batches[0].clone()
}

fn texts(batch: &RecordBatch, column: usize) -> Vec<String> {
    batch.column(column).as_string::<i32>().iter().map(|t| t.unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_catalogue_is_snapshot_study_tables() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;

    let info = client.get_catalogs().await.unwrap();
    assert_eq!(texts(&table(&mut client, info).await, 0), ["small"]);

    let query =
        CommandGetDbSchemas { catalog: Some("small".into()), db_schema_filter_pattern: Some("tr%".into()) };
    let info = client.get_db_schemas(query).await.unwrap();
    assert_eq!(texts(&table(&mut client, info).await, 1), ["trial"]);

    let info = client.get_table_types().await.unwrap();
    assert_eq!(texts(&table(&mut client, info).await, 0), ["TABLE"]);

    for (pattern, names) in [("%", vec!["icd10", "visit"]), ("v_s%", vec!["visit"]), ("none", vec![])] {
        let query = CommandGetTables {
            table_name_filter_pattern: Some(pattern.into()),
            include_schema: true,
            ..CommandGetTables::default()
        };
        let info = client.get_tables(query).await.unwrap();
        let found = table(&mut client, info).await;
        assert_eq!(texts(&found, 2), names, "{pattern}");
        if names == ["visit"] {
            let bytes = found.column(4).as_binary::<i32>().value(0).to_vec();
            let schema = arrow::datatypes::Schema::try_from(IpcMessage(bytes.into())).unwrap();
            // No view types for plain clients.
            assert_eq!(*schema.field(2).data_type(), arrow::datatypes::DataType::Utf8);
            assert!(schema.field(0).metadata()["ARROW:FLIGHT:SQL:REMARKS"].starts_with("patient key"));
        }
    }
}

#[tokio::test]
async fn the_server_describes_itself() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    let info =
        client.get_sql_info(vec![SqlInfo::FlightSqlServerReadOnly, SqlInfo::FlightSqlServerName]).await;
    assert_eq!(table(&mut client, info.unwrap()).await.num_rows(), 2);
    let all = CommandGetSqlInfo::default();
    assert!(all.into_builder(&crate::flight::sql_info::sql_info().unwrap()).build().unwrap().num_rows() > 30);
    let info = client.get_xdbc_type_info(CommandGetXdbcTypeInfo::default()).await.unwrap();
    assert!(table(&mut client, info).await.num_rows() > 5);
}

#[tokio::test]
async fn keys_are_empty_tables_of_the_right_columns() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    let name = || "visit".to_owned();
    let info =
        client.get_primary_keys(CommandGetPrimaryKeys { table: name(), ..Default::default() }).await.unwrap();
    assert_eq!(table(&mut client, info).await.num_columns(), 6);
    let infos = [
        client
            .get_exported_keys(CommandGetExportedKeys { table: name(), ..Default::default() })
            .await
            .unwrap(),
        client
            .get_imported_keys(CommandGetImportedKeys { table: name(), ..Default::default() })
            .await
            .unwrap(),
        client
            .get_cross_reference(CommandGetCrossReference {
                pk_table: name(),
                fk_table: name(),
                ..Default::default()
            })
            .await
            .unwrap(),
    ];
    for info in infos {
        let keys = table(&mut client, info).await;
        assert_eq!((keys.num_columns(), keys.num_rows()), (13, 0));
    }
}

/// A plain Flight client with a token.
struct Plain(FlightServiceClient<Channel>);

impl Plain {
    async fn new(serving: &Serving) -> Self {
        Self(FlightServiceClient::new(serving.channel().await))
    }

    fn request<T>(message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", "Bearer good-token".parse().unwrap());
        request
    }

    fn descriptor(command: &impl ProstMessageExt) -> FlightDescriptor {
        FlightDescriptor::new_cmd(command.as_any().encode_to_vec())
    }

    async fn schema(&mut self, command: &impl ProstMessageExt) -> Result<SchemaResult, tonic::Status> {
        self.0.get_schema(Self::request(Self::descriptor(command))).await.map(|r| r.into_inner())
    }

    async fn put(&mut self, command: &impl ProstMessageExt) -> Code {
        let data = FlightData::new().with_descriptor(Self::descriptor(command));
        let result = self.0.do_put(Self::request(stream::iter([data]).boxed())).await;
        result.map(drop).unwrap_err().code()
    }

    async fn act(&mut self, name: &str, body: Vec<u8>) -> Result<Vec<u8>, tonic::Status> {
        let action = Action { r#type: name.into(), body: body.into() };
        let results = self.0.do_action(Self::request(action)).await?.into_inner();
        let results: Vec<_> = results.try_collect().await?;
        Ok(results.into_iter().next().map(|r| r.body.to_vec()).unwrap_or_default())
    }
}

#[tokio::test]
async fn a_schema_can_be_had_without_a_ticket() {
    let serving = Serving::new().await;
    let mut client = Plain::new(&serving).await;
    let schema = client.schema(&CommandStatementQuery { query: BY_SEX.into(), transaction_id: None }).await;
    let schema = arrow::datatypes::Schema::try_from(&schema.unwrap()).unwrap();
    assert_eq!(schema.fields().len(), 3);
    let schema = client.schema(&CommandGetTables::default()).await.unwrap();
    assert_eq!(arrow::datatypes::Schema::try_from(&schema).unwrap().fields().len(), 4);
    let command = CommandStatementQuery { query: BROKEN.into(), transaction_id: None };
    let poll =
        client.0.poll_flight_info(Plain::request(Plain::descriptor(&command))).await.unwrap().into_inner();
    assert!(poll.flight_descriptor.is_none() && poll.info.is_some());
}

#[tokio::test]
async fn what_is_never_offered_says_so() {
    let serving = Serving::new().await;
    let mut client = Plain::new(&serving).await;
    assert_eq!(client.put(&CommandStatementUpdate::default()).await, Code::InvalidArgument);
    assert_eq!(client.put(&CommandStatementIngest::default()).await, Code::Unimplemented);
    assert_eq!(client.put(&CommandStatementSubstraitPlan::default()).await, Code::Unimplemented);
    assert_eq!(client.put(&CommandGetTables::default()).await, Code::Unimplemented);
    for (name, code) in [
        ("BeginTransaction", Code::Unimplemented),
        ("RenewFlightEndpoint", Code::Unimplemented),
        ("Drop", Code::Unimplemented),
        ("CancelFlightInfo", Code::InvalidArgument),
    ] {
        let body = ActionBeginTransactionRequest {}.as_any().encode_to_vec();
        assert_eq!(client.act(name, body).await.unwrap_err().code(), code, "{name}");
    }
    let rubbish = FlightDescriptor::new_cmd(b"\xff\xff".to_vec());
    let status = client.0.get_flight_info(Plain::request(rubbish)).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let in_transaction = CommandStatementQuery { query: BY_SEX.into(), transaction_id: Some("t".into()) };
    let status =
        client.0.get_flight_info(Plain::request(Plain::descriptor(&in_transaction))).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn options_last_as_long_as_the_connection() {
    let serving = Serving::new().await;
    let mut client = Plain::new(&serving).await;
    let value = SessionOptionValue { option_value: Some(OptionValue::Bool(true)) };
    let request = SetSessionOptionsRequest {
        session_options: [("sekisho.reasons".to_owned(), value.clone()), ("colour".to_owned(), value)].into(),
    };
    let set = client.act("SetSessionOptions", request.encode_to_vec()).await.unwrap();
    let errors = SetSessionOptionsResult::decode(&set[..]).unwrap().errors;
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["colour"]);

    let command = CommandStatementQuery { query: BY_SEX.into(), transaction_id: None };
    let columns = |schema: SchemaResult| arrow::datatypes::Schema::try_from(&schema).unwrap().fields().len();
    assert_eq!(columns(client.schema(&command).await.unwrap()), 5);
    assert_eq!(columns(Plain::new(&serving).await.schema(&command).await.unwrap()), 3);

    let all = client.act("GetSessionOptions", vec![]).await.unwrap();
    let all = GetSessionOptionsResult::decode(&all[..]).unwrap().session_options;
    assert_eq!(all["catalog"].option_value, Some(OptionValue::String("small".into())));
    client.act("CloseSession", vec![]).await.unwrap();
    assert_eq!(columns(client.schema(&command).await.unwrap()), 3);
}

#[tokio::test]
async fn a_command_that_cannot_be_decoded_is_the_clients_fault() {
    let serving = Serving::new().await;
    let mut client = FlightServiceClient::new(serving.channel().await);
    let query = CommandStatementQuery { query: BY_SEX.to_owned(), transaction_id: None };
    let mut command = query.as_any();
    // Text that is no UTF-8.
    command.value = b"\x0a\x02\xff\xff".to_vec().into();
    let descriptor = FlightDescriptor::new_cmd(command.encode_to_vec());
    let mut request = Request::new(descriptor);
    request.metadata_mut().insert("authorization", "Bearer good-token".parse().unwrap());
    let refused = client.get_flight_info(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
}
