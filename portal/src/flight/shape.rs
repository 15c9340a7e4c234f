//! The shape of an answer as a client sees it: promised with the ticket, kept by the answer.
//!
//! The session describes the columns. On request each figure gets a companion column
//! `<name>__reason` (nullable text) right behind it. A column whose field metadata says
//! `sekisho.role = label` is a GROUP BY label and gets none; a column that does not say gets one.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use enclave::gate::Suppressed;
use enclave::words::Failure;

use super::house::{Figures, broken_promise};

/// A described shape, and whether reasons were asked for.
#[derive(Debug, Clone)]
pub struct Shape {
    described: SchemaRef,
    reasons: bool,
}

impl Shape {
    /// The shape of an answer with the described columns.
    pub fn new(described: SchemaRef, reasons: bool) -> Self {
        Self { described, reasons }
    }

    /// Names, types and nullability, exactly as the answer will have them.
    pub fn promised(&self) -> Schema {
        let mut fields = Vec::new();
        for field in self.described.fields() {
            fields.push(Field::new(field.name(), field.data_type().clone(), field.is_nullable()));
            if self.reasons && is_figure(field) {
                fields.push(Field::new(format!("{}__reason", field.name()), DataType::Utf8, true));
            }
        }
        Schema::new(fields)
    }

    /// The figures in the promised shape.
    ///
    /// # Errors
    /// `internal`, when the figures have other columns than were described, a null in a column
    /// that has none, or a suppressed cell that still holds something: better no answer.
    pub fn fit(&self, figures: &Figures) -> Result<Vec<RecordBatch>, Failure> {
        let promised = Arc::new(self.promised());
        if !self.same_columns(&figures.schema) {
            return Err(broken_promise());
        }
        let mut suppressed = figures.suppressed.clone();
        suppressed.sort_unstable_by_key(|s| (s.row, s.column));
        let mut first = 0;
        let mut fitted = Vec::with_capacity(figures.batches.len());
        for batch in &figures.batches {
            let end = first + batch.num_rows() as u64;
            let here = between(&suppressed, first, end);
            check_empty(batch, here, first)?;
            fitted.push(self.with_companions(batch, here, first, &promised)?);
            first = end;
        }
        let all_placed = suppressed.last().is_none_or(|s| s.row < first);
        if all_placed { Ok(fitted) } else { Err(broken_promise()) }
    }

    fn same_columns(&self, answered: &Schema) -> bool {
        let (told, got) = (self.described.fields(), answered.fields());
        told.len() == got.len()
            && told.iter().zip(got).all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type())
    }

    fn with_companions(
        &self,
        batch: &RecordBatch,
        suppressed: &[Suppressed],
        first: u64,
        promised: &SchemaRef,
    ) -> Result<RecordBatch, Failure> {
        let mut columns = Vec::with_capacity(promised.fields().len());
        for (i, (field, column)) in self.described.fields().iter().zip(batch.columns()).enumerate() {
            columns.push(Arc::clone(column));
            if self.reasons && is_figure(field) {
                columns.push(companion(batch.num_rows(), i, suppressed, first));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(promised), columns, &options)
            .map_err(|_| broken_promise())
    }
}

fn is_figure(field: &Field) -> bool {
    field.metadata().get("sekisho.role").is_none_or(|role| role != "label")
}

/// The suppressed cells of the rows from `first` to before `end`; the list is sorted by row.
pub fn between(suppressed: &[Suppressed], first: u64, end: u64) -> &[Suppressed] {
    let from = suppressed.partition_point(|s| s.row < first);
    let to = suppressed.partition_point(|s| s.row < end);
    suppressed.get(from..to).unwrap_or_default()
}

fn check_empty(batch: &RecordBatch, suppressed: &[Suppressed], first: u64) -> Result<(), Failure> {
    let empty = |s: &Suppressed| {
        let row = usize::try_from(s.row - first).ok()?;
        let column = batch.columns().get(s.column as usize)?;
        Some(column.is_null(row))
    };
    if suppressed.iter().all(|s| empty(s) == Some(true)) { Ok(()) } else { Err(broken_promise()) }
}

fn companion(rows: usize, column: usize, suppressed: &[Suppressed], first: u64) -> ArrayRef {
    let mut reasons: Vec<Option<&'static str>> = vec![None; rows];
    for cell in suppressed.iter().filter(|s| s.column as usize == column) {
        let row = usize::try_from(cell.row - first).ok();
        if let Some(reason) = row.and_then(|row| reasons.get_mut(row)) {
            *reason = Some(cell.reason.code());
        }
    }
    Arc::new(StringArray::from(reasons))
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray as _, Int64Array};
    use enclave::words::Reason;

    use super::*;

    fn figures(suppressed: &[(u64, u32)]) -> Figures {
        let role = [("sekisho.role".to_owned(), "label".to_owned())].into();
        let schema = Arc::new(Schema::new(vec![
            Field::new("sex", DataType::Utf8, false).with_metadata(role),
            Field::new("n", DataType::Int64, true),
        ]));
        let batch = |labels: Vec<&str>, n: Vec<Option<i64>>| {
            let columns: Vec<ArrayRef> =
                vec![Arc::new(StringArray::from(labels)), Arc::new(Int64Array::from(n))];
            RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()
        };
        let batches = vec![batch(vec!["f"], vec![Some(12)]), batch(vec!["m", "x"], vec![Some(30), None])];
        let suppressed = suppressed
            .iter()
            .map(|&(row, column)| Suppressed { row, column, reason: Reason::Patients })
            .collect();
        Figures { schema, batches, suppressed, notices: vec![] }
    }

    #[test]
    fn companions_stand_behind_figures_only() {
        let figures = figures(&[(2, 1)]);
        let shape = Shape::new(Arc::clone(&figures.schema), true);
        let names: Vec<_> = shape.promised().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, ["sex", "n", "n__reason"]);
        let fitted = shape.fit(&figures).unwrap();
        assert_eq!(fitted[0].column(2).null_count(), 1);
        let reasons = fitted[1].column(2).as_string::<i32>();
        assert!(arrow::array::Array::is_null(reasons, 0));
        assert_eq!(reasons.value(1), "patients");
        assert!(fitted.iter().all(|b| *b.schema() == shape.promised()));
    }

    #[test]
    fn a_suppressed_cell_that_is_not_null_stops_the_answer() {
        for wrong in [(1, 1), (3, 1), (2, 7)] {
            let figures = figures(&[wrong]);
            let shape = Shape::new(Arc::clone(&figures.schema), false);
            assert!(shape.fit(&figures).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn other_columns_than_described_stop_the_answer() {
        let figures = figures(&[]);
        let other = Schema::new(vec![
            Field::new("sex", DataType::Utf8, false),
            Field::new("n", DataType::Float64, true),
        ]);
        assert!(Shape::new(Arc::new(other), false).fit(&figures).is_err());
        // A null where none was promised is one too.
        let strict = Schema::new(vec![
            Field::new("sex", DataType::Utf8, false),
            Field::new("n", DataType::Int64, false),
        ]);
        assert!(Shape::new(Arc::new(strict), false).fit(&figures).is_err());
    }
}
