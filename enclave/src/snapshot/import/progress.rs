//! How far an import has come.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is being done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// First pass: types, identifiers, rows.
    Survey,
    /// Second pass: rows go to where they will be sorted.
    Spread,
    /// Sorting, encrypting, writing.
    Write,
}

/// A state of an import. `done` of `total` grows steadily over all steps and so gives the time left.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// What is being done.
    pub step: Step,
    /// On which table.
    pub table: &'a str,
    /// Rows that this step has handled, over all tables.
    pub rows: u64,
    /// Work done, in bytes of source; each byte counts once in each of the three steps.
    pub done: u64,
    /// Work in all: three times the source's bytes.
    pub total: u64,
}

/// Counts and reports. Several threads may hold it.
pub(super) struct Meter<'a> {
    report: &'a (dyn Fn(&Progress<'_>) + Sync),
    total: u64,
    done: AtomicU64,
    rows: [AtomicU64; 3],
}

impl<'a> Meter<'a> {
    pub fn new(source_bytes: u64, report: &'a (dyn Fn(&Progress<'_>) + Sync)) -> Self {
        Self { report, total: source_bytes * 3, done: AtomicU64::new(0), rows: Default::default() }
    }

    /// Counts bytes of work.
    pub fn bytes(&self, n: u64) {
        self.done.fetch_add(n, Ordering::Relaxed);
    }

    /// Counts rows and reports.
    pub fn rows(&self, step: Step, table: &str, n: u64) {
        let [survey, spread, write] = &self.rows;
        let counter = match step {
            Step::Survey => survey,
            Step::Spread => spread,
            Step::Write => write,
        };
        let rows = counter.fetch_add(n, Ordering::Relaxed) + n;
        let done = self.done.load(Ordering::Relaxed).min(self.total);
        (self.report)(&Progress { step, table, rows, done, total: self.total });
    }
}
