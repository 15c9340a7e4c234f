//! How far a question has come, as the gatehouse hears of it.
//!
//! For the gatehouse's staff and log. How many rows are read depends on what the engine could skip,
//! and so on the data: show researchers a sign of life, not the number.

use serde::{Deserialize, Serialize};

use crate::engine::Progress;

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progressed {
    /// Rows read from the snapshot.
    pub rows: u64,
    /// Rows in the tables that are read; 0 while that is not known.
    pub total: u64,
}

impl Progressed {
    /// The counters now.
    pub(super) fn of(progress: &Progress) -> Self {
        let (rows, total) = progress.now();
        Self { rows, total }
    }
}
