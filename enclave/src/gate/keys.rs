//! Rows' labels as keys that compare and hash.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::row::{RowConverter, Rows, SortField};

use crate::words::{FailCode, Halt};

/// One key for each row; none where there are no labels.
pub(super) fn keys(labels: &[ArrayRef]) -> Result<Rows, Halt> {
    let fields = labels.iter().map(|label| SortField::new(label.data_type().clone())).collect();
    let keys = RowConverter::new(fields).and_then(|converter| converter.convert_columns(labels));
    keys.map_err(|_| FailCode::Internal.into())
}
