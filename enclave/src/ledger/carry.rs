//! A table as it is carried from the session, which makes it, to the gatehouse, which keeps the ledger: one Arrow batch.
//!
//! Columns, in this order: `label` for each grouping key (UInt32), `condition` for each of them or for none (UInt64); then for each
//! figure `patients` (UInt64; the field's metadata have its `definition`), `published` (Boolean) and its vectors, each named by the number of its class (FixedSizeBinary of a sketch's bytes).

use std::iter::Peekable;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{Field, Schema, UInt32Type, UInt64Type};

use super::column::{of_column, to_column};
use super::{Class, Figure, Table, Uneven, Vector};

const LABEL: &str = "label";
const CONDITION: &str = "condition";
const DEFINITION: &str = "definition";
const PATIENTS: &str = "patients";
const PUBLISHED: &str = "published";

impl Table {
    /// The table as a batch.
    ///
    /// # Errors
    /// When the engine's library refuses a column, which would be its defect.
    pub fn to_batch(&self) -> Result<RecordBatch, Uneven> {
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut add = |name: &str, definition: Option<u64>, column: ArrayRef| {
            let definition = definition.map(|number| (DEFINITION.to_owned(), number.to_string()));
            let field = Field::new(name, column.data_type().clone(), false);
            fields.push(field.with_metadata(definition.into_iter().collect()));
            columns.push(column);
        };
        for label in self.labels() {
            add(LABEL, None, Arc::new(UInt32Array::from(label.clone())));
        }
        for conditions in self.conditions() {
            add(CONDITION, None, Arc::new(UInt64Array::from(conditions.clone())));
        }
        for figure in self.figures() {
            add(PATIENTS, figure.definition, Arc::new(UInt64Array::from(figure.patients.clone())));
            add(PUBLISHED, None, Arc::new(BooleanArray::from(figure.published.clone())));
            for vector in &figure.vectors {
                add(&vector.class.number().to_string(), None, to_column(&vector.sketches)?);
            }
        }
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
        let mut columns = schema.fields().iter().map(AsRef::as_ref).zip(batch.columns()).peekable();
        let mut labels = Vec::new();
        while let Some((_, column)) = columns.next_if(|(field, _)| field.name() == LABEL) {
            labels.push(column.as_primitive_opt::<UInt32Type>().ok_or(Uneven)?.values().to_vec());
        }
        let mut conditions = Vec::new();
        while let Some((_, column)) = columns.next_if(|(field, _)| field.name() == CONDITION) {
            conditions.push(column.as_primitive_opt::<UInt64Type>().ok_or(Uneven)?.values().to_vec());
        }
        let mut table = Self::new(batch.num_rows(), labels)?;
        if !conditions.is_empty() {
            table = table.saying(conditions)?;
        }
        while columns.peek().is_some() {
            table.add(figure(&mut columns).ok_or(Uneven)?)?;
        }
        Ok(table)
    }
}

fn figure<'a>(columns: &mut Peekable<impl Iterator<Item = (&'a Field, &'a ArrayRef)>>) -> Option<Figure> {
    let (field, patients) = columns.next_if(|(field, _)| field.name() == PATIENTS)?;
    let definition = field.metadata().get(DEFINITION).map(|number| number.parse());
    let (_, published) = columns.next_if(|(field, _)| field.name() == PUBLISHED)?;
    let mut vectors = Vec::new();
    while let Some((field, column)) = columns.next_if(|(field, _)| field.name() != PATIENTS) {
        let class = Class::of_number(field.name().parse().ok()?);
        let sketches = of_column(column.as_fixed_size_binary_opt()?)?;
        vectors.push(Vector { class, sketches });
    }
    let published = published.as_boolean_opt()?;
    Some(Figure {
        vectors,
        patients: patients.as_primitive_opt::<UInt64Type>()?.values().to_vec(),
        published: published.iter().map(|published| published.unwrap_or(true)).collect(),
        definition: definition.transpose().ok()?,
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
        let table = Table::new(2, vec![vec![1, 2], vec![0, 0]]).unwrap();
        let mut table = table.saying(vec![vec![3, 4], vec![5, 5]]).unwrap();
        for classes in [&[Class::AMOUNTS][..], &[Class::AMOUNTS, Class::PAIRS]] {
            let vector = |class: &Class| Vector { class: *class, sketches: vec![sketch(1), sketch(2)] };
            let vectors = classes.iter().map(vector).collect();
            let definition = (classes.len() > 1).then_some(u64::MAX);
            let (patients, published) = (vec![10, 20], vec![true, false]);
            table.add(Figure { vectors, patients, published, definition }).unwrap();
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
