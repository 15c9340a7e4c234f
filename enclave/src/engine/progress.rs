//! Counters that move while a question runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a question has come.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    total: AtomicU64,
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
