//! A session: one confined child process that holds a study's data key and answers questions.
//!
//! ```text
//! gatehouse                                     session (`sekisho session`)
//! process: start ── arguments: folders, limits ──▶ child: confine, then a runtime
//!          ◀──────── what holds, what is missing ── (Flight over the socket on standard input)
//!          ── open: order and data key ──────────▶ desk: open the snapshot
//!          ── exchange: a question ──────────────▶ desk: plan, run, gate
//!          ◀─────── progress, verdict, batches ───
//! ```
//!
//! The gatehouse's side trusts the child with data, not with the house: it bounds what it takes in,
//! counts the time itself, and kills what does not answer.
//! Out of scope: who may ask what (`access`), the log (`audit`), what the desk does.

mod ask;
mod census;
mod child;
mod confine;
mod desk;
mod order;
mod process;
mod progress;
mod wire;

pub use crate::engine::Progress;
pub use ask::Ask;
pub use child::child_main;
pub use confine::{Confinement, Measure, Missing};
pub use desk::Desk;
pub use order::{Limits, Order};
pub use process::{Death, KillReason, Program, SessionProcess, StartError};
pub use progress::Progressed;

#[cfg(test)]
mod tests;
