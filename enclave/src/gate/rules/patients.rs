//! Too few patients behind a figure. In a group that itself has too few a zero is no better (`gate/groups.rs`).
//!
//! Source: NDB, 介護DB guidelines, "fewer than 10 masked; 0 may be shown".

use super::super::cells::Evidence;
use super::super::norms::Norms;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    match evidence.patients(row) {
        0 => !norms.bundle.show_zero,
        patients => patients < u64::from(norms.bundle.patients.least()),
    }
}
