//! The engine's errors as fixed codes. Their texts print cell values and are dropped here.

use datafusion::common::DataFusionError;

use super::spill::is_quota;
use crate::words::{FailCode, Halt};

/// Takes the error by value, as `map_err` gives it: nothing of it goes on.
pub(super) fn halt(error: DataFusionError) -> Halt {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => FailCode::Memory.into(),
        _ if is_quota(&error) => FailCode::Memory.into(),
        _ => FailCode::Internal.into(),
    }
}
