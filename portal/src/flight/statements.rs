//! From a text to a promised shape, to a ticket, to an answer.

use arrow_flight::sql::{ActionCreatePreparedStatementResult, TicketStatementQuery};
use arrow_flight::{FlightData, FlightDescriptor, FlightInfo};
use enclave::gate::Verdict;
use enclave::query::Ask;
use enclave::words::FailCode;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tonic::Status;

use super::door::Caller;
use super::house::Outcome;
use super::questions::{Question, Statement};
use super::service::{Service, info};
use super::shape::Shape;
use super::{answer, parameters, status};

impl Service {
    /// The shape of a text's answer, with companion columns if the caller wants them.
    pub(super) async fn shape(&self, caller: &Caller, sql: String) -> Result<Shape, Status> {
        self.described(caller, Ask::new(sql), caller.wishes().reasons).await
    }

    /// A prepared statement as a question, with the shape of its answer.
    pub(super) async fn question(&self, caller: &Caller, statement: Statement) -> Result<Question, Status> {
        // Described again: types may depend on the values that were bound since.
        let shape = self.described(caller, statement.ask.clone(), statement.wishes.reasons).await?;
        Ok(Question::new(statement.ask, statement.wishes.explore, shape))
    }

    async fn described(&self, caller: &Caller, ask: Ask, reasons: bool) -> Result<Shape, Status> {
        let described = self.house.describe(caller.visit(), ask).await;
        described.map(|schema| Shape::new(schema, reasons)).map_err(|v| status::of_verdict(&v))
    }

    /// Keeps a question and makes the info that stands for it.
    pub(super) fn ticket(
        &self,
        caller: &Caller,
        question: Question,
        descriptor: FlightDescriptor,
    ) -> Result<FlightInfo, Status> {
        let promised = question.shape.promised();
        let statement_handle = self.questions.put(caller.owner(), question)?;
        info(&TicketStatementQuery { statement_handle }, &promised, descriptor)
    }

    /// The messages of a question's answer, running it if nobody has.
    pub(super) async fn fetch(
        &self,
        caller: &Caller,
        question: &Question,
    ) -> Result<BoxStream<'static, Result<FlightData, Status>>, Status> {
        let answer = question.answer(&self.house, caller.visit()).await?;
        let status = match &answer.outcome {
            Outcome::Released(figures) => match answer::messages(&answer, figures, &question.shape) {
                Ok(messages) => return Ok(messages.boxed()),
                Err(failure) => {
                    tracing::error!(audit = answer.audit, "an answer does not have the described shape");
                    status::failed(&failure)
                }
            },
            Outcome::Refused(refusal) => status::refused(refusal),
            Outcome::Failed(failure) => status::failed(failure),
        };
        Err(status::with_receipt(status, &answer))
    }

    /// Prepares a text: its shape, and how many values it wants.
    pub(super) async fn prepare(
        &self,
        caller: &Caller,
        sql: String,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let wanted = parameters::count(&sql);
        let ask = Ask::new(sql);
        let mut described = self.house.describe(caller.visit(), ask.clone()).await;
        if wanted > 0 && lacks_values(&described) {
            // The best guess that can be made before values are bound; it is made again then.
            let guess = ask.clone().with(parameters::unknown(wanted));
            described = self.house.describe(caller.visit(), guess).await;
        }
        let wishes = caller.wishes();
        let shape = Shape::new(described.map_err(|v| status::of_verdict(&v))?, wishes.reasons);
        let statement = Statement { ask, wishes };
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: self.questions.prepare(caller.owner(), statement)?,
            dataset_schema: answer::schema_bytes(&shape.promised())?,
            parameter_schema: answer::schema_bytes(&parameters::schema(wanted))?,
        })
    }
}

fn lacks_values<T>(described: &Result<T, Verdict>) -> bool {
    matches!(described, Err(Verdict::Failed(failure)) if failure.code == FailCode::Parameter)
}
