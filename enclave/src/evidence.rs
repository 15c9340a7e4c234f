//! Evidence: who stands behind each figure of each cell, worked out together with the figure.
//!
//! [`evidence`] makes the aggregate for one figure: its rows, sum, distinct patients,
//! distinct institutions up to a cap, and the two largest shares of the whole.
//! [`EvidenceColumns`] reads what it returns. [`institution_set`] carries the institutions
//! of a patient's rows through a `GROUP BY patient`.
//!
//! Two modes. [`Mode::Streaming`] counts on rows in patient order within a partition and on
//! partitions that hold disjoint ranges of patients; it keeps one small record a cell and says so
//! when the input was not like that. [`Mode::Exact`] takes rows in any order and keeps one entry for
//! each patient of each cell. Both hand on the same partial state:
//!
//! - what is *closed*: the patients whose rows are all in, folded into counts, sums and maxima;
//! - what is *open*: patients who may have further rows elsewhere, with their sums so far. These are
//!   the first and the last patient of a [run](runs), or everybody in exact mode;
//! - the runs that it came from, so that whoever merges can see whether any two overlap.
//!
//! Out of scope: choosing the mode and asking again (`engine`), what the evidence means (`gate`),
//! holding released figures against each other (the ledger, for which sketches are gathered here).

mod amount;
mod batch;
mod cell;
mod cells;
mod columns;
mod contributions;
mod given;
mod groups;
mod institution_set;
mod institutions;
mod levels;
mod members;
mod packed;
mod quantile;
mod result;
mod rows;
mod runs;
mod single;
mod sketches;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod udf;
mod wanted;
mod weights;

pub use columns::{EvidenceColumns, Shares, SketchColumns};
pub use institution_set::{institution_set, institution_set_type};
pub use levels::{KEPT, LevelColumns, levels};
pub use members::Sketched;
pub use quantile::{QuantileColumns, quantile};
pub use udf::evidence;
pub use wanted::{InstitutionForm, Mode, ValueKind, Wanted};
pub use weights::PatientWeights;

use datafusion::error::DataFusionError;

/// A broken promise inside the engine; the text is fixed and holds no data.
fn broken(what: &'static str) -> DataFusionError {
    DataFusionError::Internal(format!("evidence: {what}"))
}
