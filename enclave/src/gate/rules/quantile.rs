//! Too few patients on one side of a quantile, or at what is shown of it: it would be near somebody's own value.
//!
//! Where enough patients have the very value it is nobody's own, however few lie beyond.

use super::super::cells::Evidence;
use super::super::norms::Norms;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let Some(quantile) = evidence.quantile() else { return false };
    let enough = norms.bundle.patients.least();
    let few = |of: &[u32]| of.get(row).copied().unwrap_or(0) < enough;
    let extreme = few(quantile.at) && (few(quantile.below) || few(quantile.above));
    evidence.patients(row) > 0 && (extreme || few(quantile.same))
}
