//! A condition inside the argument sets a small group apart.
//!
//! `sum(CASE WHEN x THEN 1 ELSE 0 END)` is a small cell in disguise. Where single levels can be told from the
//! figure, the patients at each must be enough; otherwise those away from the commonest level. Where there are
//! too many levels to be told apart, the latter holds for both.

use super::super::cells::Evidence;
use super::super::norms::Norms;
use crate::evidence::KEPT;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let enough = norms.bundle.patients.least();
    evidence.splits().iter().any(|(sharp, columns)| {
        let (Some(levels), Some(least), Some(rest)) =
            (columns.levels.get(row), columns.least.get(row), columns.rest.get(row))
        else {
            return true;
        };
        match levels {
            // Where everybody is at one level nobody is at another: a cell of zero, which a bundle may show.
            0 => false,
            1 => !norms.bundle.show_zero && evidence.patients(row) > 0,
            _ if *sharp && *levels <= KEPT => *least < enough,
            _ => *rest < enough,
        }
    })
}
