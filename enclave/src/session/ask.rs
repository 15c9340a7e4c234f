//! A question, as it goes from the person to the desk.

use serde::{Deserialize, Serialize};

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Ask {
    /// One `SELECT` statement.
    pub sql: String,
    /// Values for `?` or `$1`, `$2` …: one row, as an Arrow IPC stream.
    pub parameters: Option<Vec<u8>>,
}

/// What is wanted of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// Its answer.
    Answer,
    /// A perturbed answer, for looking around.
    Exploration,
    /// The shape of its answer, without running it.
    Shape,
    /// What would be done with it, without running it.
    Explanation,
}
