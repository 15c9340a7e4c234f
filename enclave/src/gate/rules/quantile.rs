//! Too few patients on one side of a quantile: it would be near somebody's own value.
//!
//! Where enough patients share the very value, it is nobody's own.

use super::super::cells::Evidence;
use super::super::norms::Norms;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let Some(quantile) = evidence.quantile() else { return false };
    let enough = norms.bundle.patients.least();
    let side = |of: &[u32]| of.get(row).copied().unwrap_or(0);
    evidence.patients(row) > 0
        && side(quantile.at) < enough
        && side(quantile.below).min(side(quantile.above)) < enough
}
