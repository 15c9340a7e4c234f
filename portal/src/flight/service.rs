//! Flight SQL itself: which command leads where.
//!
//! Statements and prepared statements become questions with tickets (`statements`); everything
//! about the catalogue is answered from the command itself, which is its own ticket. Writes are
//! refused as statements of the wrong kind; ingest, transactions and Substrait are not offered.
//! Out of scope: who may call. The `door` has seen to that.

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow_flight::error::{FlightError, Result as FlightResult};
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::metadata::{SqlInfoData, XdbcTypeInfoData};
use arrow_flight::sql::server::{DoPutError, FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionBeginSavepointRequest, ActionBeginSavepointResult, ActionBeginTransactionRequest,
    ActionBeginTransactionResult, ActionCancelQueryRequest, ActionCancelQueryResult,
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest,
    ActionCreatePreparedStatementResult, ActionCreatePreparedSubstraitPlanRequest, ActionEndSavepointRequest,
    ActionEndTransactionRequest, Any, Command, CommandGetCatalogs, CommandGetCrossReference,
    CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys, CommandGetPrimaryKeys,
    CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandGetXdbcTypeInfo,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate, CommandStatementIngest,
    CommandStatementQuery, CommandStatementSubstraitPlan, CommandStatementUpdate,
    DoPutPreparedStatementResult, ProstMessageExt, SqlInfo, TicketStatementQuery,
};
use arrow_flight::{
    Action, CancelStatus, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest, Ticket,
};
use bytes::Bytes;
use enclave::query::Ask;
use futures::{StreamExt as _, stream};
use prost::Message as _;
use tonic::{Request, Response, Status, Streaming};

use super::door::Caller;
use super::house::{House, Shown, broken_promise};
use super::options::Session;
use super::questions::{Cancelled, Question, Questions};
use super::sql_info::sql_info;
use super::{actions, answer, catalogue, handshake, parameters, status, types};

/// Flight SQL over one house.
pub struct Service {
    pub(super) house: House,
    pub(super) questions: Questions,
    sql_info: SqlInfoData,
    xdbc: XdbcTypeInfoData,
}

type Info = Result<Response<FlightInfo>, Status>;
type Data = Result<Response<<Service as FlightService>::DoGetStream>, Status>;

impl Service {
    /// The service, with nothing asked yet.
    ///
    /// # Errors
    /// When its own description cannot be put together.
    pub fn new(house: House) -> FlightResult<Self> {
        Ok(Self { house, questions: Questions::new(), sql_info: sql_info()?, xdbc: types::xdbc()? })
    }

    /// The schema of what a command would give, without a ticket.
    pub async fn schema(&self, request: Request<FlightDescriptor>) -> Result<Bytes, Status> {
        let any = Any::decode(request.get_ref().cmd.clone()).map_err(|_| status::malformed("no command"))?;
        let described = match Command::try_from(any) {
            Ok(Command::CommandStatementQuery(c)) => self.shape(caller(&request)?, c.query).await?,
            Ok(Command::CommandPreparedStatementQuery(c)) => {
                let caller = caller(&request)?;
                let statement = self.questions.statement(caller.owner(), &c.prepared_statement_handle)?;
                self.question(caller, statement).await?.shape
            }
            _ => return Ok(self.get_flight_info(request).await?.into_inner().schema),
        };
        answer::schema_bytes(&described.promised())
    }

    async fn shown<T>(&self, request: &Request<T>) -> Result<Shown, Status> {
        self.house.shown(caller(request)?.visit()).await.map_err(|v| status::of_verdict(&v))
    }
}

/// Who calls.
///
/// # Errors
/// When the request did not come through the door, which does not happen.
pub(super) fn caller<T>(request: &Request<T>) -> Result<&Caller, Status> {
    request.extensions().get().ok_or_else(status::unauthenticated)
}

/// The handle inside a ticket that stands for a question.
pub(super) fn handle_of(ticket: &Ticket) -> Option<Bytes> {
    let any = Any::decode(ticket.ticket.clone()).ok()?;
    Some(any.unpack::<TicketStatementQuery>().ok()??.statement_handle)
}

/// An info whose ticket is `ticket`.
pub(super) fn info(
    ticket: &impl ProstMessageExt,
    schema: &Schema,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo, Status> {
    let ticket = Ticket { ticket: ticket.as_any().encode_to_vec().into() };
    Ok(FlightInfo {
        schema: answer::schema_bytes(schema)?,
        flight_descriptor: Some(descriptor),
        endpoint: vec![FlightEndpoint { ticket: Some(ticket), ..FlightEndpoint::default() }],
        total_records: -1,
        total_bytes: -1,
        ordered: true,
        app_metadata: Bytes::new(),
    })
}

/// The info of a command about the catalogue: the command is the ticket.
fn info_of(command: &impl ProstMessageExt, schema: &SchemaRef, request: Request<FlightDescriptor>) -> Info {
    info(command, schema, request.into_inner()).map(Response::new)
}

fn table(batch: FlightResult<RecordBatch>) -> Data {
    let batch = batch.map_err(|_: FlightError| status::failed(&broken_promise()))?;
    Ok(Response::new(answer::plain(batch).boxed()))
}

#[tonic::async_trait]
impl FlightSqlService for Service {
    type FlightService = Self;

    async fn do_handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<<Self as FlightService>::HandshakeStream>, Status> {
        let session = Session::of(request.extensions());
        let bearer = handshake::bearer(&self.house, request.metadata(), session.zone()).await?;
        // Arrow's C++ client waits for ever on a message it does not read, so there is none.
        let mut response: Response<<Self as FlightService>::HandshakeStream> =
            Response::new(stream::empty().boxed());
        response.metadata_mut().insert("authorization", bearer);
        Ok(response)
    }

    // Questions.

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        outside_transactions(query.transaction_id.as_ref())?;
        let caller = caller(&request)?;
        let shape = self.shape(caller, query.query.clone()).await?;
        let ask = Ask::new(query.query);
        let question = Question::new(ask, caller.wishes().explore, shape);
        let info = self.ticket(caller, question, request.get_ref().clone())?;
        Ok(Response::new(info))
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        let caller = caller(&request)?;
        let statement = self.questions.statement(caller.owner(), &query.prepared_statement_handle)?;
        let question = self.question(caller, statement).await?;
        let info = self.ticket(caller, question, request.get_ref().clone())?;
        Ok(Response::new(info))
    }

    async fn do_get_statement(&self, ticket: TicketStatementQuery, request: Request<Ticket>) -> Data {
        let caller = caller(&request)?;
        let question = self.questions.ticket(caller.owner(), &ticket.statement_handle)?;
        let messages = self.fetch(caller, &question).await;
        self.questions.trim(caller.owner());
        messages.map(Response::new)
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<Ticket>,
    ) -> Data {
        let caller = caller(&request)?;
        let statement = self.questions.statement(caller.owner(), &query.prepared_statement_handle)?;
        let question = self.question(caller, statement).await?;
        self.fetch(caller, &question).await.map(Response::new)
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        outside_transactions(query.transaction_id.as_ref())?;
        self.prepare(caller(&request)?, query.query).await
    }

    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let owner = caller(&request)?.owner();
        let handle = query.prepared_statement_handle;
        self.questions.statement(owner, &handle)?;
        let row = parameters::bound(request.into_inner()).await?;
        self.questions.bind(owner, &handle, row)?;
        Ok(DoPutPreparedStatementResult { prepared_statement_handle: Some(handle) })
    }

    async fn do_action_close_prepared_statement(
        &self,
        query: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        self.questions.close(caller(&request)?.owner(), &query.prepared_statement_handle);
        Ok(())
    }

    async fn do_action_cancel_query(
        &self,
        query: ActionCancelQueryRequest,
        request: Request<Action>,
    ) -> Result<ActionCancelQueryResult, Status> {
        let info = FlightInfo::decode(query.info).map_err(|_| status::malformed("no FlightInfo"))?;
        // The old action's results have the numbers of the new one's.
        let result = match actions::cancel(&info, caller(&request)?, &self.questions)? {
            Cancelled::Yes => CancelStatus::Cancelled,
            Cancelled::TooLate => CancelStatus::NotCancellable,
        };
        Ok(ActionCancelQueryResult { result: result.into() })
    }

    async fn do_action_fallback(
        &self,
        request: Request<Action>,
    ) -> Result<Response<<Self as FlightService>::DoActionStream>, Status> {
        let caller = caller(&request)?;
        let result = actions::answer(request.get_ref(), caller, &self.house, &self.questions).await?;
        Ok(Response::new(stream::iter([Ok(result)]).boxed()))
    }

    // The catalogue.

    async fn get_flight_info_catalogs(&self, q: CommandGetCatalogs, r: Request<FlightDescriptor>) -> Info {
        let schema = q.into_builder().schema();
        info_of(&q, &schema, r)
    }

    async fn do_get_catalogs(&self, query: CommandGetCatalogs, request: Request<Ticket>) -> Data {
        table(catalogue::catalogs(query, &self.shown(&request).await?))
    }

    async fn get_flight_info_schemas(&self, q: CommandGetDbSchemas, r: Request<FlightDescriptor>) -> Info {
        let schema = q.clone().into_builder().schema();
        info_of(&q, &schema, r)
    }

    async fn do_get_schemas(&self, query: CommandGetDbSchemas, request: Request<Ticket>) -> Data {
        table(catalogue::schemas(query, &self.shown(&request).await?))
    }

    async fn get_flight_info_tables(&self, q: CommandGetTables, r: Request<FlightDescriptor>) -> Info {
        let schema = q.clone().into_builder().schema();
        info_of(&q, &schema, r)
    }

    async fn do_get_tables(&self, query: CommandGetTables, request: Request<Ticket>) -> Data {
        table(catalogue::tables(query, &self.shown(&request).await?))
    }

    async fn get_flight_info_table_types(
        &self,
        q: CommandGetTableTypes,
        r: Request<FlightDescriptor>,
    ) -> Info {
        let schema = q.into_builder().schema();
        info_of(&q, &schema, r)
    }

    async fn do_get_table_types(&self, query: CommandGetTableTypes, _: Request<Ticket>) -> Data {
        table(catalogue::table_types(query))
    }

    async fn get_flight_info_sql_info(&self, q: CommandGetSqlInfo, r: Request<FlightDescriptor>) -> Info {
        info_of(&q, &self.sql_info.schema(), r)
    }

    async fn do_get_sql_info(&self, mut query: CommandGetSqlInfo, _: Request<Ticket>) -> Data {
        // Each number is looked for on its own: more than there are would only cost memory.
        query.info.sort_unstable();
        query.info.dedup();
        query.info.truncate(1000);
        table(query.into_builder(&self.sql_info).build())
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info_of(&query, &self.xdbc.schema(), request)
    }

    async fn do_get_xdbc_type_info(&self, query: CommandGetXdbcTypeInfo, _: Request<Ticket>) -> Data {
        table(query.into_builder(&self.xdbc).build())
    }

    async fn get_flight_info_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info_of(&query, &catalogue::primary_keys().schema(), request)
    }

    async fn do_get_primary_keys(&self, _: CommandGetPrimaryKeys, _: Request<Ticket>) -> Data {
        table(Ok(catalogue::primary_keys()))
    }

    async fn get_flight_info_exported_keys(
        &self,
        query: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info_of(&query, &catalogue::foreign_keys().schema(), request)
    }

    async fn do_get_exported_keys(&self, _: CommandGetExportedKeys, _: Request<Ticket>) -> Data {
        table(Ok(catalogue::foreign_keys()))
    }

    async fn get_flight_info_imported_keys(
        &self,
        query: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info_of(&query, &catalogue::foreign_keys().schema(), request)
    }

    async fn do_get_imported_keys(&self, _: CommandGetImportedKeys, _: Request<Ticket>) -> Data {
        table(Ok(catalogue::foreign_keys()))
    }

    async fn get_flight_info_cross_reference(
        &self,
        query: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info_of(&query, &catalogue::foreign_keys().schema(), request)
    }

    async fn do_get_cross_reference(&self, _: CommandGetCrossReference, _: Request<Ticket>) -> Data {
        table(Ok(catalogue::foreign_keys()))
    }

    // What is never offered.

    async fn do_put_statement_update(
        &self,
        _: CommandStatementUpdate,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(status::read_only())
    }

    async fn do_put_prepared_statement_update(
        &self,
        _: CommandPreparedStatementUpdate,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(status::read_only())
    }

    async fn do_put_statement_ingest(
        &self,
        _: CommandStatementIngest,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(status::not_offered("Ingest"))
    }

    async fn do_put_substrait_plan(
        &self,
        _: CommandStatementSubstraitPlan,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(status::not_offered("Substrait"))
    }

    async fn do_put_fallback(
        &self,
        _: Request<PeekableFlightDataStream>,
        _: Any,
    ) -> Result<Response<<Self as FlightService>::DoPutStream>, Status> {
        Err(status::not_offered("This command"))
    }

    async fn do_put_error_callback(
        &self,
        _: Request<PeekableFlightDataStream>,
        _: DoPutError,
    ) -> Result<Response<<Self as FlightService>::DoPutStream>, Status> {
        Err(status::malformed("the first message holds no command"))
    }

    async fn get_flight_info_fallback(&self, _: Command, _: Request<FlightDescriptor>) -> Info {
        Err(status::not_offered("This command"))
    }

    async fn do_get_fallback(&self, _: Request<Ticket>, _: Any) -> Data {
        Err(status::no_such_handle())
    }

    async fn get_flight_info_substrait_plan(
        &self,
        _: CommandStatementSubstraitPlan,
        _: Request<FlightDescriptor>,
    ) -> Info {
        Err(status::not_offered("Substrait"))
    }

    async fn do_action_create_prepared_substrait_plan(
        &self,
        _: ActionCreatePreparedSubstraitPlanRequest,
        _: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        Err(status::not_offered("Substrait"))
    }

    async fn do_action_begin_transaction(
        &self,
        _: ActionBeginTransactionRequest,
        _: Request<Action>,
    ) -> Result<ActionBeginTransactionResult, Status> {
        Err(status::not_offered("BeginTransaction"))
    }

    async fn do_action_end_transaction(
        &self,
        _: ActionEndTransactionRequest,
        _: Request<Action>,
    ) -> Result<(), Status> {
        Err(status::not_offered("EndTransaction"))
    }

    async fn do_action_begin_savepoint(
        &self,
        _: ActionBeginSavepointRequest,
        _: Request<Action>,
    ) -> Result<ActionBeginSavepointResult, Status> {
        Err(status::not_offered("BeginSavepoint"))
    }

    async fn do_action_end_savepoint(
        &self,
        _: ActionEndSavepointRequest,
        _: Request<Action>,
    ) -> Result<(), Status> {
        Err(status::not_offered("EndSavepoint"))
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}

fn outside_transactions(transaction: Option<&Bytes>) -> Result<(), Status> {
    match transaction {
        Some(id) if !id.is_empty() => Err(status::not_offered("A transaction")),
        _ => Ok(()),
    }
}
