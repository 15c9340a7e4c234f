//! Sketches as a column.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder};
use datafusion::arrow::datatypes::DataType;

use super::{Sketch, Uneven};

/// A sketch's bytes.
const WIDTH: i32 = Sketch::BYTES as i32;

/// The type of such a column.
pub(crate) const SKETCH_TYPE: DataType = DataType::FixedSizeBinary(WIDTH);

/// The sketches as a column.
pub(crate) fn to_column(sketches: &[Sketch]) -> Result<ArrayRef, Uneven> {
    let mut column = FixedSizeBinaryBuilder::with_capacity(sketches.len(), WIDTH);
    for sketch in sketches {
        column.append_value(sketch.to_bytes()).map_err(|_| Uneven)?;
    }
    Ok(Arc::new(column.finish()))
}

/// The reverse; nothing where the column holds anything else.
pub(crate) fn of_column(column: &FixedSizeBinaryArray) -> Option<Vec<Sketch>> {
    column.iter().map(|bytes| Sketch::from_bytes(bytes?)).collect()
}
