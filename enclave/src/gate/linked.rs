//! The cuts of one question that were told so far. Their cells may add up to those of a later cut, as the sets of a ROLLUP
//! do: a table beside its total, one subquery beside another, the branches of a UNION.
//!
//! Which cells add up to which is read off the sketches of who contributed how much: two sums with the same sketch are the
//! same figure. Where no ledger is kept there are none; then two questions tell what one would not, and nothing is linked.
//! Out of scope: what must go (`complementary`), other questions (the ledger), sums across labels that only the rows of people
//! connect (a chapter in one cut, its codes in another; GROUPING SETS have them in one).

mod sums;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, UInt8Array};
use datafusion::arrow::compute::cast;

pub(super) use sums::{Sums, linking};

use super::amounts::Amounts;
use super::crossing::Same;
use super::keys::keys;
use super::structure::{relations, structure};
use super::{Inspected, SafeCells};
use crate::words::{FailCode, Halt, Reason};

/// The figures of earlier cuts of the same question.
#[derive(Debug, Clone, Default)]
pub struct Linked(Vec<Arc<Column>>);

/// One figure of a cut, as later ones see it.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) amounts: Amounts,
    pub(super) sums: Sums,
    /// How its own cells add up.
    pub(super) same: Vec<Same>,
    /// For each row why it was not told; nothing where it was.
    pub(super) missing: Vec<Option<Reason>>,
}

/// A cut's figures before it is known which of them are told.
#[derive(Debug)]
pub struct Telling {
    labels: Vec<ArrayRef>,
    columns: Vec<Column>,
}

impl Inspected<'_> {
    /// What later cuts of the same question will have to know of this one.
    ///
    /// # Errors
    /// When the evidence is not of the shape that was asked for.
    pub fn telling(&self) -> Result<Telling, Halt> {
        let mut columns = Vec::new();
        let cells = &self.cells;
        let figures = if self.gate.remembers() { cells.figures() } else { 0 };
        let relations = relations(cells)?;
        for figure in 0..figures {
            if let Some(amounts) = Amounts::of(cells, figure)? {
                let sums = Sums::of(cells, figure)?;
                let same = structure(cells, figure, &relations)?;
                columns.push(Column { amounts, sums, same, missing: Vec::new() });
            }
        }
        let labels = cells.labels().iter().zip(cells.result().fields());
        let labels = labels.map(|(label, field)| cast(label, field.data_type())).collect::<Result<_, _>>();
        Ok(Telling { labels: labels.map_err(|_| FailCode::Internal)?, columns })
    }
}

impl Linked {
    /// Adds a cut whose safe result is known now.
    ///
    /// # Errors
    /// When the safe result is another cut's.
    pub fn add(&mut self, telling: Telling, told: &SafeCells) -> Result<(), Halt> {
        let Telling { labels, columns } = telling;
        let batch = told.batch();
        // Labels, figures, and as many reasons.
        let figures = batch.num_columns().checked_sub(labels.len()).ok_or(FailCode::Internal)? / 2;
        let shown = keys(batch.columns().get(..labels.len()).ok_or(FailCode::Internal)?)?;
        let row_of: HashMap<_, usize> = shown.iter().zip(0..batch.num_rows()).collect();
        let all = keys(&labels)?;
        for column in columns {
            let place = labels.len() + figures + column.amounts.figure;
            let reasons = batch.columns().get(place).and_then(|codes| codes.as_any().downcast_ref());
            let reasons: &UInt8Array = reasons.ok_or(FailCode::Internal)?;
            // Without labels the one cell has no key.
            let at =
                |row: usize| if labels.is_empty() { Some(row) } else { row_of.get(&all.row(row)).copied() };
            let missing = (0..column.amounts.values.len()).map(|row| match at(row) {
                // A group that is left out is missing for want of patients.
                None => Some(Reason::Patients),
                Some(at) if reasons.is_valid(at) => Reason::from_number(reasons.value(at)),
                Some(_) => None,
            });
            self.0.push(Arc::new(Column { missing: missing.collect(), ..column }));
        }
        Ok(())
    }

    pub(super) fn columns(&self) -> &[Arc<Column>] {
        &self.0
    }
}
