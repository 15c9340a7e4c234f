//! One table being written, row by row, as Parquet with bounded memory.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::DemoError;

/// Rows that are handed to Parquet at a time.
const BATCH: usize = 8_192;
/// Rows that Parquet holds before it writes them.
const ROW_GROUP: usize = 131_072;

/// One value of a row; its kind must be that of its column.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// `Int64`
    Int(i64),
    /// `Float64`, or missing
    Real(Option<f64>),
    /// `Utf8`
    Text(&'a str),
    /// `Date32`, days since 1970-01-01
    Day(i32),
    /// `Boolean`
    Flag(bool),
}

enum Column {
    Int(Int64Builder),
    Real(Float64Builder),
    Text(StringBuilder),
    Day(Date32Builder),
    Flag(BooleanBuilder),
}

/// A table being written.
pub struct Sheet {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    writer: ArrowWriter<File>,
}

impl Sheet {
    /// Begins a file. Only real numbers may be missing.
    pub fn create(path: &Path, columns: &[(&str, DataType)]) -> Result<Self, DemoError> {
        let field =
            |(name, kind): &(&str, DataType)| Field::new(*name, kind.clone(), *kind == DataType::Float64);
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(File::create(path)?, Arc::clone(&schema), Some(properties))?;
        let columns = columns.iter().map(|(_, kind)| Column::new(kind)).collect::<Result<_, _>>()?;
        Ok(Self { schema, columns, rows: 0, writer })
    }

    /// Adds a row, one value for each column.
    pub fn row<const N: usize>(&mut self, values: [Value<'_>; N]) -> Result<(), DemoError> {
        if values.len() != self.columns.len() {
            return Err(DemoError::Model("a row is as long as its table is wide"));
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value)?;
        }
        self.rows += 1;
        if self.rows == BATCH { self.flush() } else { Ok(()) }
    }

    /// Writes what is left and the footer.
    pub fn finish(mut self) -> Result<(), DemoError> {
        self.flush()?;
        self.writer.close()?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), DemoError> {
        let arrays = self.columns.iter_mut().map(Column::take).collect();
        self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?;
        self.rows = 0;
        Ok(())
    }
}

impl Column {
    fn new(kind: &DataType) -> Result<Self, DemoError> {
        Ok(match kind {
            DataType::Int64 => Self::Int(Int64Builder::new()),
            DataType::Float64 => Self::Real(Float64Builder::new()),
            DataType::Utf8 => Self::Text(StringBuilder::new()),
            DataType::Date32 => Self::Day(Date32Builder::new()),
            DataType::Boolean => Self::Flag(BooleanBuilder::new()),
            _ => return Err(DemoError::Model("a type that no sheet writes")),
        })
    }

    fn push(&mut self, value: Value<'_>) -> Result<(), DemoError> {
        match (self, value) {
            (Self::Int(column), Value::Int(value)) => column.append_value(value),
            (Self::Real(column), Value::Real(value)) => column.append_option(value),
            (Self::Text(column), Value::Text(value)) => column.append_value(value),
            (Self::Day(column), Value::Day(value)) => column.append_value(value),
            (Self::Flag(column), Value::Flag(value)) => column.append_value(value),
            _ => return Err(DemoError::Model("a value is of its column's kind")),
        }
        Ok(())
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Int(column) => Arc::new(column.finish()),
            Self::Real(column) => Arc::new(column.finish()),
            Self::Text(column) => Arc::new(column.finish()),
            Self::Day(column) => Arc::new(column.finish()),
            Self::Flag(column) => Arc::new(column.finish()),
        }
    }
}
