//! Too few patients for the inhabitants of the one municipality that a figure is about.
//!
//! It does not matter whether a label or a filter picked the municipality: the rows tell.
//! Source: NDB and 介護DB guidelines.

use super::super::cells::Evidence;
use super::super::norms::Norms;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let Some(rule) = &norms.bundle.municipality else { return false };
    let patients = evidence.patients(row);
    evidence.municipalities(row).any(|code| match rule.least(norms.census.inhabitants(code)) {
        Some(least) => patients > 0 && patients < u64::from(least.least()),
        None => true,
    })
}
