//! What the gate says of one question.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};

use crate::words::{Failure, Halt, Notice, Reason, Refusal};

/// One cell that is missing, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// Row of the result, from 0.
    pub row: u64,
    /// Column of the result, from 0.
    pub column: u32,
    /// The class of reason.
    pub reason: Reason,
}

/// A table of figures that passed the gate; suppressed cells are null.
#[derive(Debug, Clone)]
pub struct SafeTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    suppressed: Vec<Suppressed>,
    notices: Vec<Notice>,
}

impl SafeTable {
    /// Puts an inspected table together. Only the gate calls this, and the session's wire, which
    /// takes in what a gate in another process made.
    pub(crate) fn inspected(
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
        suppressed: Vec<Suppressed>,
        notices: Vec<Notice>,
    ) -> Self {
        Self { schema, batches, suppressed, notices }
    }

    /// Says one more thing of the whole table.
    pub(crate) fn say(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// Names and types of the columns. Plain types only: no views, no dictionaries.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows.
    #[must_use]
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The suppressed cells, by row and column.
    #[must_use]
    pub fn suppressed(&self) -> &[Suppressed] {
        &self.suppressed
    }

    /// Lines that are true of the whole table.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// A table of perturbed figures, for looking around. Nothing makes a [`SafeTable`] of it, which is all that is kept and
/// may leave the enclave.
#[derive(Debug, Clone)]
pub struct ExploredTable {
    figures: SafeTable,
    numbers: u64,
}

impl ExploredTable {
    /// Marks a table as explored. `numbers`: how many perturbed numbers it was worked out from.
    pub(crate) fn new(figures: SafeTable, numbers: u64) -> Self {
        Self { figures, numbers }
    }

    /// Names and types of the columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        self.figures.schema()
    }

    /// The rows.
    #[must_use]
    pub fn batches(&self) -> &[RecordBatch] {
        self.figures.batches()
    }

    /// The suppressed cells, by row and column.
    #[must_use]
    pub fn suppressed(&self) -> &[Suppressed] {
        self.figures.suppressed()
    }

    /// Lines that are true of the whole table.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        self.figures.notices()
    }

    /// How many perturbed numbers it was worked out from.
    #[must_use]
    pub fn numbers(&self) -> u64 {
        self.numbers
    }
}

/// What the gate says of one question.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Safe cells, some of them suppressed.
    Released(SafeTable),
    /// Perturbed cells, some of them suppressed.
    Explored(ExploredTable),
    /// A rule refused before anything ran.
    Refused(Refusal),
    /// Something went wrong.
    Failed(Failure),
}

impl From<Halt> for Verdict {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Refused(refusal) => Self::Refused(refusal),
            Halt::Failed(failure) => Self::Failed(failure),
        }
    }
}

impl Verdict {
    /// The verdict as it is written in results.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            // To whoever reads it an answer like any other; a notice says what it is.
            Self::Released(_) | Self::Explored(_) => "released",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }
}
