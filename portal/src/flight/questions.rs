//! Questions between ticket and answer, and prepared statements.
//!
//! A ticket stands for one question of one caller. The question runs once, when its answer is
//! first fetched; a later fetch, while the answer is kept, sends the same answer again. A fetch
//! whose client goes away before the answer is there cancels the question.
//! Out of scope: questions that go on without anybody waiting for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use enclave::query::Ask;
use enclave::words::{FailCode, Failure};
use ring::rand::SystemRandom;
use tokio::sync::{OnceCell, watch};
use tonic::Status;

use super::house::{Answer, House, Visit};
use super::options::Wishes;
use super::shape::Shape;
use super::shelf::{Owner, Shelf};
use super::status;

/// Tickets that one caller may have at once.
const TICKETS: usize = 64;
/// Of these, answers that are kept for another fetch: memory, not disk.
const KEPT_ANSWERS: usize = 4;
const TICKET_LASTS: Duration = Duration::from_secs(10 * 60);
const STATEMENTS: usize = 256;
const STATEMENT_LASTS: Duration = Duration::from_secs(60 * 60);

/// A question with a promised shape.
pub struct Question {
    ask: Ask,
    explore: bool,
    /// What the answer will look like.
    pub shape: Shape,
    answer: OnceCell<Arc<Answer>>,
    stopped: watch::Sender<bool>,
}

/// A prepared statement.
#[derive(Clone)]
pub struct Statement {
    /// Its text, and the values that were bound last.
    pub ask: Ask,
    /// How answers were wanted when it was prepared.
    pub wishes: Wishes,
}

/// What became of a wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It will not run, or stops at once.
    Yes,
    /// The answer is already there.
    TooLate,
}

/// All questions and prepared statements of all callers.
pub struct Questions {
    tickets: Shelf<Arc<Question>>,
    statements: Shelf<Statement>,
    random: SystemRandom,
}

impl Question {
    /// A question that nobody has fetched yet.
    pub fn new(ask: Ask, explore: bool, shape: Shape) -> Self {
        Self { ask, explore, shape, answer: OnceCell::new(), stopped: watch::Sender::new(false) }
    }

    /// The answer: the one that is there, or that of the run which this call begins or joins. It runs
    /// in the visit of the call that begins it, which was checked just now.
    ///
    /// # Errors
    /// `cancelled`, when somebody stops it.
    pub async fn answer(&self, house: &House, visit: &Visit) -> Result<Arc<Answer>, Status> {
        let mut stopped = self.stopped.subscribe();
        let run = || async { Arc::new(house.run(visit, self.ask.clone(), self.explore).await) };
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => {
                Err(status::failed(&Failure::new(FailCode::Cancelled)))
            }
            answer = self.answer.get_or_init(run) => Ok(Arc::clone(answer)),
        }
    }

    fn stop(&self) -> Cancelled {
        if self.answer.initialized() {
            return Cancelled::TooLate;
        }
        self.stopped.send_replace(true);
        Cancelled::Yes
    }
}

impl Questions {
    /// None yet.
    pub fn new() -> Self {
        Self {
            tickets: Shelf::new(TICKETS, TICKET_LASTS),
            statements: Shelf::new(STATEMENTS, STATEMENT_LASTS),
            random: SystemRandom::new(),
        }
    }

    /// Keeps a question and gives its ticket's handle.
    pub fn put(&self, owner: Owner, question: Question) -> Result<Bytes, Status> {
        let handle = self.tickets.put(owner, Arc::new(question), Instant::now(), &self.random);
        handle.ok_or_else(no_randomness)
    }

    /// The caller's question behind a handle.
    pub fn ticket(&self, owner: Owner, handle: &[u8]) -> Result<Arc<Question>, Status> {
        self.tickets.get(owner, handle, Instant::now()).ok_or_else(status::no_such_handle)
    }

    /// Lets go of all answers but the newest few.
    pub fn trim(&self, owner: Owner) {
        self.tickets.trim(owner, KEPT_ANSWERS, |q| q.answer.initialized());
    }

    /// Stops the question behind a handle.
    pub fn cancel(&self, owner: Owner, handle: &[u8]) -> Result<Cancelled, Status> {
        Ok(self.ticket(owner, handle)?.stop())
    }

    /// Keeps a prepared statement and gives its handle.
    pub fn prepare(&self, owner: Owner, statement: Statement) -> Result<Bytes, Status> {
        let handle = self.statements.put(owner, statement, Instant::now(), &self.random);
        handle.ok_or_else(no_randomness)
    }

    /// The caller's prepared statement behind a handle.
    pub fn statement(&self, owner: Owner, handle: &[u8]) -> Result<Statement, Status> {
        self.statements.get(owner, handle, Instant::now()).ok_or_else(status::no_such_handle)
    }

    /// Gives a prepared statement new values.
    pub fn bind(&self, owner: Owner, handle: &[u8], row: Vec<u8>) -> Result<(), Status> {
        let bound = self.statements.change(owner, handle, Instant::now(), |s| s.ask.parameters = Some(row));
        if bound { Ok(()) } else { Err(status::no_such_handle()) }
    }

    /// Forgets a prepared statement. Closing one that is gone is no error.
    pub fn close(&self, owner: Owner, handle: &[u8]) {
        self.statements.take(owner, handle);
    }
}

fn no_randomness() -> Status {
    status::failed(&Failure::new(FailCode::Internal))
}
