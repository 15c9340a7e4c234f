//! How far a question has come.
//!
//! For the gatehouse's staff and log. How many rows are read depends on what the engine could skip,
//! and so on the data: show researchers a sign of life, not the number.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// Counters that the desk counts up while a question runs.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    total: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progressed {
    /// Rows read from the snapshot.
    pub rows: u64,
    /// Rows in the tables that are read; 0 while that is not known.
    pub total: u64,
}

impl Progress {
    /// Counts rows that were read.
    pub fn rows_read(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// Counts rows that will have to be read.
    pub fn rows_to_read(&self, rows: u64) {
        self.total.fetch_add(rows, Ordering::Relaxed);
    }

    /// Rows read, and rows in the tables that are read.
    #[must_use]
    pub fn now(&self) -> (u64, u64) {
        (self.rows.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

impl Progressed {
    /// The counters now.
    pub(super) fn of(progress: &Progress) -> Self {
        let (rows, total) = progress.now();
        Self { rows, total }
    }
}
