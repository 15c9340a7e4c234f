//! The way of a query, and the house it goes through.
//!
//! The command line and Flight SQL both call [`run`]. The way behind the session's door goes on in
//! `session::desk`. Out of scope: who is at the other end.

mod entries;
mod house;
mod sessions;
mod visit;

use datafusion::arrow::datatypes::SchemaRef;

pub use crate::session::Ask;
pub use house::{Clock, Gatehouse, OpenError, Settings};
pub use visit::{Held, Visit};

use crate::gate::Verdict;
use entries::Logged;

/// Asks one question: log, permit, session, log, hold. Dropping the future cancels the question.
pub async fn run(house: &Gatehouse, visit: &Visit, ask: Ask) -> Held {
    match house.log_query(visit, &ask).await {
        Ok(asked) => {
            let verdict = answer(house, visit, ask, &asked).await.unwrap_or_else(|verdict| verdict);
            house.hold(visit, verdict, asked).await
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
    let permit = house.permit(visit)?;
    let session = house.session(visit, &permit, &asked).await?;
    session.describe(ask).await
}

async fn answer(house: &Gatehouse, visit: &Visit, ask: Ask, asked: &Logged) -> Result<Verdict, Verdict> {
    let permit = house.permit(visit)?;
    let session = house.session(visit, &permit, asked).await?;
    Ok(session.ask(ask, |_| ()).await)
}
