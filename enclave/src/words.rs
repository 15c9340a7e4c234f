//! What a person is told: reasons, refusals, failures and notices, in Japanese and English.
//!
//! A text here never holds a value from the data, a count of people, or the name of a thing the
//! reader may not see. It may hold names that the reader wrote in the query.
//! Out of scope: who is told what, and how it is drawn.

mod failure;
mod halt;
mod place;
mod reason;
mod refusal;

pub use failure::{FailCode, Failure};
pub use halt::Halt;
pub use place::Place;
pub use reason::Reason;
pub use refusal::{Refusal, RefusalCode};

use serde::{Deserialize, Serialize};

/// The same sentence twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// Both texts at once.
    #[must_use]
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}

/// One line beside a result: true of the whole result rather than of one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A fixed code, `snake_case`.
    pub code: String,
    /// What it says.
    pub message: Bilingual,
}
