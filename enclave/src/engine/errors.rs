//! The engine's errors as fixed codes. Their texts print cell values and are dropped here.

use datafusion::common::DataFusionError;

use crate::words::{FailCode, Halt};

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn halt(error: DataFusionError) -> Halt {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => FailCode::Memory.into(),
        _ => FailCode::Internal.into(),
    }
}
