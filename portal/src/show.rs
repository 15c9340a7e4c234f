//! How answers are drawn for a person or written for a program.
//!
//! Out of scope: what may be shown. Everything here comes out of the gate and is safe already;
//! drawing must only not confuse a suppressed cell with a missing or a zero one.

mod cell;
mod csv;
mod json;
mod language;
mod marks;
mod table;
mod trouble;

pub use self::csv::write_csv;
pub use json::{bad_line, line, table_json};
pub use language::Language;
pub use marks::Ink;
pub use table::{draw, draw_alone};
pub use trouble::{draw_failure, draw_refusal};

use std::collections::HashMap;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use enclave::gate::{ExploredTable, SafeTable, Suppressed};
use enclave::words::{Notice, Reason};

/// A released table as the drawers see it.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    /// Names and types.
    pub schema: &'a SchemaRef,
    /// The rows.
    pub batches: &'a [RecordBatch],
    /// The suppressed cells.
    pub suppressed: &'a [Suppressed],
    /// Lines that are true of the whole table.
    pub notices: &'a [Notice],
}

impl<'a> From<&'a SafeTable> for Figures<'a> {
    fn from(table: &'a SafeTable) -> Self {
        Self {
            schema: table.schema(),
            batches: table.batches(),
            suppressed: table.suppressed(),
            notices: table.notices(),
        }
    }
}

impl<'a> From<&'a ExploredTable> for Figures<'a> {
    fn from(table: &'a ExploredTable) -> Self {
        Self {
            schema: table.schema(),
            batches: table.batches(),
            suppressed: table.suppressed(),
            notices: table.notices(),
        }
    }
}

impl Figures<'_> {
    /// The reason of each suppressed cell, by row and column.
    fn reasons(&self) -> HashMap<(u64, u32), Reason> {
        self.suppressed.iter().map(|s| ((s.row, s.column), s.reason)).collect()
    }

    /// How many rows there are.
    fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

#[cfg(test)]
mod tests;
