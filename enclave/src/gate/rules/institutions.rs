//! Too few institutions behind a figure, counted for each patient table that tells them.
//!
//! Source: 介護DB guideline, "fewer than 3 institutions masked".

use super::super::cells::Evidence;
use super::super::norms::Norms;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let Some(least) = norms.bundle.institutions else { return false };
    // A table that brings no institution to this figure is not singled out by it.
    evidence.institutions(row).any(|institutions| institutions > 0 && institutions < least.least())
}
