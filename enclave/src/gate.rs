//! The gate: (cells with evidence, policy) → safe cells.
//!
//! Out of scope: computing figures (`engine`), keeping results (`results`).

mod verdict;

pub use verdict::{SafeTable, Suppressed, Verdict};
