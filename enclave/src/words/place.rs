//! Where in the SQL text something stands.

use serde::{Deserialize, Serialize};

/// A position in the SQL as the user sent it. All count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// Which of the named cells that the question uses; none where it is the question itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub view: Option<u32>,
}

impl Place {
    /// A position in the question itself.
    #[must_use]
    pub const fn new(line: u64, column: u64) -> Self {
        Self { line, column, view: None }
    }
}
