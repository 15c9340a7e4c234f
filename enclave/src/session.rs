//! A session: one confined child process that holds a study's data key and answers questions.
//!
//! ```text
//! gatehouse                                     session (`sekisho session`)
//! process: start ── arguments: folders, limits ──▶ child: confine, then a runtime
//!          ◀──────── what holds, what is missing ── (Flight over the socket on standard input)
//!          ── open: order and secrets ───────────▶ desk: open the snapshot
//!          ── exchange: a question ──────────────▶ desk: plan, run, gate
//!          ◀─────── what is about to be told ─────
//!          ── recorded, or withhold some ────────▶
//!          ◀─────── progress, verdict, batches ───
//! ```
//!
//! The gatehouse's side trusts the child with data, not with the house: it bounds what it takes in,
//! counts the time itself, and kills what does not answer.
//! Out of scope: who may ask what (`access`), the log (`audit`), what the desk does.

mod ask;
mod census;
mod child;
mod codes;
mod confine;
mod desk;
mod order;
mod process;
mod progress;
mod secrets;
mod teller;
mod wire;

pub use crate::engine::Progress;
pub use ask::Ask;
pub use child::child_main;
pub use confine::{Confinement, Measure, Missing};
pub use desk::Desk;
pub use order::{Limits, Order};
pub use process::{Answer, Death, KillReason, Program, SessionProcess, StartError};
pub use progress::Progressed;
pub use secrets::Secrets;
pub use teller::Teller;

#[cfg(test)]
mod tests;
