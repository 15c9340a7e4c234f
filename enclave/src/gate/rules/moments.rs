//! Too few degrees of freedom behind a variance, a correlation or a slope.
//!
//! With few patients left after the estimated means and slopes, the figures together determine single
//! values. Source: ACRO's safe statistics, "at least ten residual degrees of freedom".

use super::super::cells::Evidence;
use super::super::norms::Norms;

const RESIDUAL: u64 = 10;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, _: &Norms) -> bool {
    match evidence.parameters() {
        Some(parameters) => {
            let patients = evidence.patients(row);
            patients > 0 && patients < RESIDUAL + u64::from(parameters)
        }
        None => false,
    }
}
