//! The few things this endpoint asks of the enclave, in one place.
//!
//! Tests put a canned house behind the same calls; nothing else here knows the difference.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use enclave::catalog::Table;
use enclave::gate::{Suppressed, Verdict};
use enclave::login::Zone;
use enclave::query::{self, Ask, Gatehouse};
use enclave::words::{FailCode, Failure, Notice, Refusal};

#[cfg(test)]
use super::tests::canned;

/// The enclave as this endpoint sees it.
#[derive(Debug, Clone)]
pub enum House {
    /// The gatehouse itself.
    Real(Arc<Gatehouse>),
    /// Fixed answers to fixed questions.
    #[cfg(test)]
    Canned(Arc<canned::House>),
}

/// One person's presence in one study.
#[derive(Debug, Clone)]
pub enum Visit {
    /// A visit to the gatehouse.
    Real(query::Visit),
    /// A visit to the canned house.
    #[cfg(test)]
    Canned,
}

/// What a visitor sees of the data: the place of its tables, and the tables.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Catalogue name: the snapshot's name.
    pub catalog: String,
    /// Schema name: the study.
    pub study: String,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// An answer that is held and written in the log.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What came out.
    pub outcome: Outcome,
    /// The bundle that judged, `name@version`.
    pub policy: String,
    /// The snapshot that was asked, `name@digest`.
    pub snapshot: String,
    /// The log's index of the verdict; none where the log could not be written.
    pub audit: Option<u64>,
}

/// What came out of a question.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Safe figures.
    Released(Figures),
    /// A rule refused.
    Refused(Refusal),
    /// Something went wrong.
    Failed(Failure),
}

/// Safe cells; suppressed ones are null.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Names and plain types.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// The suppressed cells.
    pub suppressed: Vec<Suppressed>,
    /// What is true of the whole table.
    pub notices: Vec<Notice>,
}

impl House {
    /// Lets the bearer of a token in.
    ///
    /// # Errors
    /// `Refused` when the token is not good, `Failed` when that cannot be told.
    pub async fn enter(&self, token: &str, zone: Zone) -> Result<Visit, Verdict> {
        match self {
            Self::Real(house) => house.enter_by_token(token, zone).await.map(Visit::Real),
            #[cfg(test)]
            Self::Canned(house) => house.enter(token),
        }
    }

    /// What the visitor may see of the data.
    ///
    /// # Errors
    /// As [`House::enter`].
    pub async fn shown(&self, visit: &Visit) -> Result<Shown, Verdict> {
        match (self, visit) {
            (Self::Real(house), Visit::Real(visit)) => {
                let catalog = house.catalog(visit).await?;
                Ok(Shown {
                    catalog: catalog.snapshot.name().to_string(),
                    study: visit.study().to_string(),
                    tables: catalog.tables,
                })
            }
            #[cfg(test)]
            (Self::Canned(house), _) => Ok(house.shown()),
            #[cfg(test)]
            (Self::Real(_), Visit::Canned) => Err(stranger()),
        }
    }

    /// The shape an answer would have.
    ///
    /// # Errors
    /// `Refused` or `Failed`, as [`House::run`] would say.
    pub async fn describe(&self, visit: &Visit, ask: Ask) -> Result<SchemaRef, Verdict> {
        match (self, visit) {
            (Self::Real(house), Visit::Real(visit)) => query::describe(house, visit, ask).await,
            #[cfg(test)]
            (Self::Canned(house), _) => house.describe(&ask),
            #[cfg(test)]
            (Self::Real(_), Visit::Canned) => Err(stranger()),
        }
    }

    /// Asks, for exact figures or for perturbed ones. Dropping the future cancels the question.
    pub async fn run(&self, visit: &Visit, ask: Ask, explore: bool) -> Answer {
        match (self, visit) {
            (Self::Real(house), Visit::Real(visit)) if explore => {
                query::explore(house, visit, ask).await.into()
            }
            (Self::Real(house), Visit::Real(visit)) => query::run(house, visit, ask).await.into(),
            #[cfg(test)]
            (Self::Canned(house), _) => house.run(ask).await,
            #[cfg(test)]
            (Self::Real(_), Visit::Canned) => unreachable!("a canned visit to the real house"),
        }
    }
}

#[cfg(test)]
fn stranger() -> Verdict {
    Verdict::Failed(Failure::new(FailCode::Internal))
}

impl From<query::Held> for Answer {
    fn from(held: query::Held) -> Self {
        let outcome = match held.verdict {
            Verdict::Released(table) => Outcome::Released(Figures {
                schema: Arc::clone(table.schema()),
                batches: table.batches().to_vec(),
                suppressed: table.suppressed().to_vec(),
                notices: table.notices().to_vec(),
            }),
            Verdict::Explored(table) => Outcome::Released(Figures {
                schema: Arc::clone(table.schema()),
                batches: table.batches().to_vec(),
                suppressed: table.suppressed().to_vec(),
                notices: table.notices().to_vec(),
            }),
            Verdict::Refused(refusal) => Outcome::Refused(refusal),
            Verdict::Failed(failure) => Outcome::Failed(failure),
        };
        Self {
            outcome,
            policy: held.policy.to_string(),
            snapshot: held.snapshot.to_string(),
            audit: held.audit,
        }
    }
}

/// The answer when the house breaks its own promise (a type that differs from the described one).
pub fn broken_promise() -> Failure {
    Failure::new(FailCode::Internal)
}
