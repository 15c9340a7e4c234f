//! The way of a query, and the house it goes through.
//!
//! The command line and Flight SQL both call [`run`]. The way behind the session's door goes on in
//! `session::desk`. Out of scope: who is at the other end.

mod allowance;
mod entries;
mod house;
mod open;
mod queue;
mod serving;
mod sessions;
mod slot;
mod visit;

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;

pub use crate::session::Ask;
pub use house::{Clock, Gatehouse, OpenError, Settings};
pub use open::OpenSession;
pub use queue::{Capacity, Place};
pub use serving::{Ending, Serving};
pub use visit::{Held, Visit};

use crate::gate::{SafeTable, Verdict};
use crate::session::{Answer, Death, KillReason, SessionProcess};
use crate::words::{FailCode, Failure};
use entries::Logged;

/// Asks one question: log, permit, a seat, session (with the ledger's word on what it tells), log, hold. Dropping the
/// future cancels the question.
pub async fn run(house: &Gatehouse, visit: &Visit, ask: Ask) -> Held {
    match house.log_query(visit, &ask).await {
        Ok(asked) => {
            let answer = answer(house, visit, ask, &asked).await;
            house.hold(visit, answer, asked).await
        }
        Err(unlogged) => visit.unlogged(unlogged),
    }
}

/// Asks one question for perturbed figures: log, permit, session, the day's allowance, log. Nothing is kept: what is to leave the enclave is
/// asked exactly.
pub async fn explore(house: &Gatehouse, visit: &Visit, ask: Ask) -> Held {
    match house.log_explore(visit, &ask).await {
        Ok(asked) => {
            let explore = |session: Arc<SessionProcess>| {
                let ask = ask.clone();
                async move { session.explore(ask).await }
            };
            let verdict = match in_session(house, visit, &asked, explore).await {
                Ok(table) => house.spend(visit, &ask, table).await,
                Err(verdict) => verdict,
            };
            house.tell(visit, verdict, asked).await
        }
        Err(unlogged) => visit.unlogged(unlogged),
    }
}

/// The shape that an answer would have, without running anything.
///
/// # Errors
/// `Verdict::Refused` or `Verdict::Failed`, as [`run`] would say.
pub async fn describe(house: &Gatehouse, visit: &Visit, ask: Ask) -> Result<SchemaRef, Verdict> {
    let asked = house.log_describe(visit, &ask).await.map_err(Verdict::Failed)?;
    let describe = |session: Arc<SessionProcess>| {
        let ask = ask.clone();
        async move { session.describe(ask).await }
    };
    in_session(house, visit, &asked, describe).await
}

/// What would be done with a question, without running it.
///
/// # Errors
/// `Verdict::Refused` or `Verdict::Failed`, as [`run`] would say.
pub async fn explain(house: &Gatehouse, visit: &Visit, ask: Ask) -> Result<SafeTable, Verdict> {
    let asked = house.log_describe(visit, &ask).await.map_err(Verdict::Failed)?;
    let explain = |session: Arc<SessionProcess>| {
        let ask = ask.clone();
        async move { session.explain(ask).await }
    };
    in_session(house, visit, &asked, explain).await
}

async fn answer(house: &Gatehouse, visit: &Visit, ask: Ask, asked: &Logged) -> Result<Answer, Verdict> {
    let answer = |session: Arc<SessionProcess>| {
        let ask = ask.clone();
        async move { session.ask(ask, house.scribe(visit, asked.index()).await?, |_| ()).await }
    };
    in_session(house, visit, asked, answer).await
}

/// Permit, a seat, session, question; once more where the session fell with another question. Who waited for the seat is permitted anew.
async fn in_session<T, F: Future<Output = Result<T, Verdict>>>(
    house: &Gatehouse,
    visit: &Visit,
    asked: &Logged,
    put: impl Fn(Arc<SessionProcess>) -> F,
) -> Result<T, Verdict> {
    house.permit(visit)?;
    let seat = house.seat(visit, asked).await?;
    let permit = house.permit(visit)?;
    let session = house.session(visit, &permit, &seat).await?;
    match put(Arc::clone(&session)).await {
        Err(verdict) if fell_with_another(&session, &verdict).await => {
            put(house.session(visit, &permit, &seat).await?).await
        }
        other => other,
    }
}

/// Whether the session was ended because another question of the same visitor did not let go of it
/// when it was cancelled. That one was told `cancelled` or `time`; this one is asked once more.
async fn fell_with_another(session: &SessionProcess, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Failed(Failure { code: FailCode::SessionEnded, .. }) => {
            session.ended().await == Death::Killed(KillReason::Stuck)
        }
        _ => false,
    }
}
