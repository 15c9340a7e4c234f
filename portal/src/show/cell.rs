//! One figure or label out of an Arrow array, in a form that all three formats can write.

use std::borrow::Cow;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// The content of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// NULL: suppressed, or nothing there.
    Missing,
    /// A truth value.
    Flag(bool),
    /// An integer of any width.
    Int(i64),
    /// An integer beyond `i64`.
    Big(u64),
    /// A real number, possibly not finite.
    Real(f64),
    /// Everything else: strings as they are; dates, times and decimals in their ISO 8601 or plain decimal form.
    Text(Cow<'a, str>),
}

/// The cells of one row, from left to right.
pub fn row(batch: &RecordBatch, row: usize) -> impl Iterator<Item = Cell<'_>> {
    batch.columns().iter().map(move |column| cell(column.as_ref(), row))
}

fn cell(array: &dyn Array, row: usize) -> Cell<'_> {
    if row >= array.len() || array.is_null(row) {
        return Cell::Missing;
    }
    match array.data_type() {
        DataType::Null => Cell::Missing,
        DataType::Boolean => Cell::Flag(array.as_boolean().value(row)),
        DataType::Int8 => Cell::Int(array.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => Cell::Int(array.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Cell::Int(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Cell::Int(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Cell::Int(array.as_primitive::<UInt8Type>().value(row).into()),
        DataType::UInt16 => Cell::Int(array.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => Cell::Int(array.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => unsigned(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Float32 => Cell::Real(widen(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => Cell::Real(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(row).into()),
        _ => formatted(array, row),
    }
}

fn unsigned(value: u64) -> Cell<'static> {
    i64::try_from(value).map_or(Cell::Big(value), Cell::Int)
}

/// The `f64` with the same shortest decimal form, so that 0.1 does not become 0.10000000149.
fn widen(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| value.into())
}

fn formatted(array: &dyn Array, row: usize) -> Cell<'_> {
    ArrayFormatter::try_new(array, &FormatOptions::new())
        .ok()
        .and_then(|formatter| formatter.value(row).try_to_string().ok())
        .map_or(Cell::Missing, |text| Cell::Text(text.into()))
}

/// Whether a column's cells stand to the right.
pub fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}
