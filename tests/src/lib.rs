//! What tests share: the built binary, a house to try it in, answers, Python; fuzzing.
//!
//! Everything here panics when the set-up is wrong: a test that cannot start has failed.
//! Out of scope: what is right. That is for the tests and their oracles.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness fails loudly"
)]

mod answer;
mod binary;
mod house;
mod python;
mod server;

/// The enclave does not depend on this crate, so its own tests have the file.
#[path = "../../enclave/src/fuzz.rs"]
pub mod fuzz;

pub use answer::Answer;
pub use binary::{repository, sekisho, target};
pub use house::House;
pub use python::{python, python_command, real_data};
pub use server::Server;
