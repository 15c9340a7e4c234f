//! A table as it is carried from the session, which makes it, to the gatehouse, which keeps the ledger: one Arrow batch.
//!
//! Columns, in this order: `label` for each grouping key (UInt32); then for each figure `patients` (UInt64), `published`
//! (Boolean) and its vectors, each named by the number of its class (FixedSizeBinary of a sketch's bytes).

use std::iter::Peekable;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{Field, Schema, UInt32Type, UInt64Type};

use super::column::{of_column, to_column};
use super::{Class, Figure, Table, Uneven, Vector};

const LABEL: &str = "label";
const PATIENTS: &str = "patients";
const PUBLISHED: &str = "published";

impl Table {
    /// The table as a batch.
    ///
    /// # Errors
    /// When the engine's library refuses a column, which would be its defect.
    pub fn to_batch(&self) -> Result<RecordBatch, Uneven> {
        let mut columns: Vec<(String, ArrayRef)> = Vec::new();
        for label in self.labels() {
            columns.push((LABEL.to_owned(), Arc::new(UInt32Array::from(label.clone()))));
        }
        for figure in self.figures() {
            columns.push((PATIENTS.to_owned(), Arc::new(UInt64Array::from(figure.patients.clone()))));
            columns.push((PUBLISHED.to_owned(), Arc::new(BooleanArray::from(figure.published.clone()))));
            for vector in &figure.vectors {
                columns.push((vector.class.number().to_string(), to_column(&vector.sketches)?));
            }
        }
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(name, column.data_type().clone(), false))
            .collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
            .map_err(|_| Uneven)
    }

    /// Reads a batch that [`Table::to_batch`] made.
    ///
    /// # Errors
    /// When it is no such batch.
    pub fn of_batch(batch: &RecordBatch) -> Result<Self, Uneven> {
        let schema = batch.schema();
        let fields = schema.fields().iter().map(|field| field.name().as_str());
        let mut columns = fields.zip(batch.columns()).peekable();
        let mut labels = Vec::new();
        while let Some((_, column)) = columns.next_if(|(name, _)| *name == LABEL) {
            labels.push(column.as_primitive_opt::<UInt32Type>().ok_or(Uneven)?.values().to_vec());
        }
        let mut table = Self::new(batch.num_rows(), labels)?;
        while columns.peek().is_some() {
            table.add(figure(&mut columns).ok_or(Uneven)?)?;
        }
        Ok(table)
    }
}

fn figure<'a>(columns: &mut Peekable<impl Iterator<Item = (&'a str, &'a ArrayRef)>>) -> Option<Figure> {
    let (_, patients) = columns.next_if(|(name, _)| *name == PATIENTS)?;
    let (_, published) = columns.next_if(|(name, _)| *name == PUBLISHED)?;
    let mut vectors = Vec::new();
    while let Some((name, column)) = columns.next_if(|(name, _)| *name != PATIENTS) {
        let class = Class::of_number(name.parse().ok()?);
        let sketches = of_column(column.as_fixed_size_binary_opt()?)?;
        vectors.push(Vector { class, sketches });
    }
    let published = published.as_boolean_opt()?;
    Some(Figure {
        vectors,
        patients: patients.as_primitive_opt::<UInt64Type>()?.values().to_vec(),
        published: published.iter().map(|published| published.unwrap_or(true)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Sketch, Weigher};

    #[test]
    fn a_table_arrives_as_it_was_sent() {
        let weigher = Weigher::new(&[1; 32]);
        let sketch = |patient| {
            let mut sketch = Sketch::default();
            sketch.add_one(&weigher.weights(patient));
            sketch
        };
        let mut table = Table::new(2, vec![vec![1, 2], vec![0, 0]]).unwrap();
        for classes in [&[Class::AMOUNTS][..], &[Class::AMOUNTS, Class::PAIRS]] {
            let vector = |class: &Class| Vector { class: *class, sketches: vec![sketch(1), sketch(2)] };
            let vectors = classes.iter().map(vector).collect();
            table.add(Figure { vectors, patients: vec![10, 20], published: vec![true, false] }).unwrap();
        }
        let arrived = Table::of_batch(&table.to_batch().unwrap()).unwrap();
        assert_eq!(format!("{arrived:?}"), format!("{table:?}"));
        let empty = Table::new(3, Vec::new()).unwrap();
        assert_eq!(
            format!("{:?}", Table::of_batch(&empty.to_batch().unwrap()).unwrap()),
            format!("{empty:?}")
        );
    }

    #[test]
    fn other_batches_are_no_tables() {
        let numbers: ArrayRef = Arc::new(UInt32Array::from(vec![1]));
        for name in [PATIENTS, PUBLISHED, "0"] {
            let batch = RecordBatch::try_from_iter([(name, ArrayRef::clone(&numbers))]).unwrap();
            assert!(Table::of_batch(&batch).is_err(), "{name}");
        }
    }
}
