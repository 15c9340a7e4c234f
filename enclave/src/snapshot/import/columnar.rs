//! Parquet: batches whose columns are turned into the kinds that a snapshot has.
//!
//! Missing is null, and a NaN. An empty string stays one. Out of scope: nested columns, times of
//! day and bytes; a manifest has to drop them.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::ImportError;
use super::fill::Filler;
use super::input::InputFile;
use super::kind::Kind;
use super::layout::{Layout, Role, positions};
use super::request::Given;

/// A file whose footer was read.
pub(super) struct ParquetFile {
    builder: ParquetRecordBatchReaderBuilder<File>,
    pub columns: Vec<String>,
    pub rows: u64,
}

impl ParquetFile {
    pub fn open(table: &Given, file: &InputFile) -> Result<Self, ImportError> {
        let opened = File::open(&file.path).map_err(ImportError::source(&table.name, &file.path))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(opened)
            .map_err(ImportError::source(&table.name, &file.path))?;
        let columns = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok(Self { builder, columns, rows })
    }

    /// The type of a column.
    pub fn data_type(&self, column: &str) -> Option<&DataType> {
        self.builder.schema().field_with_name(column).ok().map(|f| f.data_type())
    }

    /// Reads the kept columns, in the order of the layout.
    pub fn batches(
        self,
        table: &Given,
        file: &InputFile,
        layout: &Layout,
        first: &[String],
        rows: usize,
    ) -> Result<ParquetBatches, ImportError> {
        let kept = positions(table, layout, first, &file.label, &self.columns)?;
        let mask = ProjectionMask::roots(self.builder.parquet_schema(), kept.iter().copied());
        let reader = self
            .builder
            .with_projection(mask)
            .with_batch_size(rows)
            .build()
            .map_err(ImportError::inner(&table.name, "read a Parquet file"))?;
        Ok(ParquetBatches { reader, names: layout.iter().map(|s| s.name.clone()).collect() })
    }
}

pub(super) struct ParquetBatches {
    reader: ParquetRecordBatchReader,
    names: Vec<String>,
}

impl ParquetBatches {
    /// The next batch's columns in the order of the layout.
    pub fn next(&mut self, table: &str) -> Result<Option<Vec<ArrayRef>>, ImportError> {
        let Some(batch) = self.reader.next() else { return Ok(None) };
        let batch: RecordBatch = batch.map_err(ImportError::inner(table, "read a Parquet file"))?;
        let column = |name: &String| batch.column_by_name(name).cloned();
        let columns: Option<Vec<ArrayRef>> = self.names.iter().map(column).collect();
        columns.map(Some).ok_or(ImportError::Inner { table: table.to_owned(), step: "read a Parquet file" })
    }
}

/// The kinds of a source's columns (none for keys), or what can't be stored.
pub(super) fn kinds(
    table: &Given,
    layout: &Layout,
    file: &ParquetFile,
) -> Result<Vec<Option<Kind>>, ImportError> {
    layout
        .iter()
        .map(|slot| {
            let found = file.data_type(&slot.name).unwrap_or(&DataType::Null);
            let unsuitable = |what: &str| {
                let reason = format!("a column of type {found} {what}");
                ImportError::table(&table.name, &slot.name, reason)
            };
            match slot.role {
                Role::Value => {
                    let own = Kind::of(found)
                        .ok_or_else(|| unsuitable("can't be stored: convert it or name it in drop"))?;
                    Ok(Some(table.types.get(&slot.name).copied().unwrap_or(own)))
                }
                Role::Patient | Role::Institution => match Kind::of(found) {
                    Some(Kind::Text | Kind::Int64) => Ok(None),
                    _ => Err(unsuitable("can't be a key: keys are text or integers")),
                },
            }
        })
        .collect()
}

/// A key column as trimmed text; missing keys are null.
pub(super) fn key_text(array: &ArrayRef) -> Option<StringArray> {
    let text = cast(array, &DataType::Utf8)?;
    let trimmed = text.as_string::<i32>().iter().map(|id| id.map(str::trim).filter(|id| !id.is_empty()));
    Some(trimmed.collect())
}

/// A column as a kind. Where the result is null and the second array true, the value was of a wrong type.
pub(super) fn convert(array: &ArrayRef, kind: Kind) -> Option<(ArrayRef, BooleanArray)> {
    let plain = match array.data_type() {
        DataType::Dictionary(_, values) => cast(array, values)?,
        _ => Arc::clone(array),
    };
    let from_text = Kind::of(plain.data_type()) == Some(Kind::Text);
    let (out, missing) = if from_text && kind != Kind::Text {
        let text = cast(&plain, &DataType::Utf8)?;
        let mut filler = Filler::new(kind);
        for value in text.as_string::<i32>() {
            // What does not parse becomes null, and is told from missing below.
            match value {
                Some(value) => _ = filler.push(value),
                None => filler.push_null(),
            }
        }
        (filler.finish(), text)
    } else if kind == Kind::Int64 && Kind::of(plain.data_type()) == Some(Kind::Float64) {
        whole_numbers(&without_nan(&cast(&plain, &DataType::Float64)?))?
    } else {
        let out = cast(&plain, &kind.data_type())?;
        if kind == Kind::Float64 { finite(&out) } else { (out, plain) }
    };
    let wrong = (0..out.len()).map(|i| Some(out.is_null(i) && missing.is_valid(i)));
    Some((Arc::clone(&out), wrong.collect()))
}

/// Floats without infinities; and the same with them, for telling what was lost.
fn finite(array: &ArrayRef) -> (ArrayRef, ArrayRef) {
    let all = without_nan(array);
    let finite: Float64Array =
        all.as_primitive::<Float64Type>().iter().map(|x| x.filter(|x| x.is_finite())).collect();
    (Arc::new(finite), all)
}

fn without_nan(array: &ArrayRef) -> ArrayRef {
    let numbers = array.as_primitive::<Float64Type>().iter().map(|x| x.filter(|x| !x.is_nan()));
    Arc::new(numbers.collect::<Float64Array>())
}

/// Floats that are whole as integers; a cast alone would cut their fractions.
fn whole_numbers(floats: &ArrayRef) -> Option<(ArrayRef, ArrayRef)> {
    let whole: Float64Array =
        floats.as_primitive::<Float64Type>().iter().map(|x| x.filter(|x| x.fract() == 0.0)).collect();
    let whole: ArrayRef = Arc::new(whole);
    Some((cast(&whole, &DataType::Int64)?, Arc::clone(floats)))
}

/// A cast that gives null where a value does not fit.
fn cast(array: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    let options = CastOptions { safe: true, ..Default::default() };
    cast_with_options(array, to, &options).ok()
}
