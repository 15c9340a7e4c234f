//! The gate: (cells with evidence, policy) → safe cells.
//!
//! Each rule is one file in `gate/rules/`; [`RULES`] is their order. A figure is suppressed with
//! the first reason that holds. What cannot be suppressed cell by cell (rows of people) was refused
//! when the question was planned. Out of scope: computing figures (`engine`), keeping results
//! (`results`).

mod cells;
mod release;
mod rules;
mod safe;
mod verdict;

#[cfg(test)]
mod tests;

pub use cells::{Cells, wanted};
pub use release::release;
pub use safe::SafeCells;
pub use verdict::{SafeTable, Suppressed, Verdict};

use crate::policy::Bundle;
use crate::words::{FailCode, Halt, Reason};
use cells::Evidence;

/// Whether a rule suppresses one figure of one cell.
type Rule = fn(&Evidence<'_>, usize, &Bundle) -> bool;

/// The rules in their order.
const RULES: [(Reason, Rule); 3] = [
    (Reason::Patients, rules::patients::suppresses),
    (Reason::Institutions, rules::institutions::suppresses),
    (Reason::Dominance, rules::dominance::suppresses),
];

/// The rules of one bundle, ready to judge.
#[derive(Debug, Clone)]
pub struct Gate {
    bundle: Bundle,
    rules: Vec<(Reason, Rule)>,
}

impl Gate {
    /// All rules, with a bundle's thresholds.
    ///
    /// # Errors
    /// When the bundle asks for a rule that this gate does not have: then nothing may be shown.
    pub fn new(bundle: Bundle) -> Result<Self, Halt> {
        let unknown = bundle.municipality.as_ref().is_some_and(|rule| !rule.columns.is_empty());
        if unknown {
            return Err(FailCode::Internal.into());
        }
        Ok(Self { bundle, rules: RULES.to_vec() })
    }

    /// The bundle.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Judges every figure of every cell.
    ///
    /// # Errors
    /// When the evidence is not of the shape that [`wanted`] asked for.
    pub fn inspect(&self, cells: Cells) -> Result<SafeCells, Halt> {
        let reasons = (0..cells.figures())
            .map(|figure| {
                let evidence = cells.evidence(figure)?;
                Ok((0..cells.rows()).map(|row| self.reason(&evidence, row)).collect())
            })
            .collect::<Result<Vec<Vec<Option<Reason>>>, Halt>>()?;
        let shown = cells.shown(|evidence, row| !self.breaks_labels(evidence, row))?;
        cells.suppress(&reasons, &shown)
    }

    fn reason(&self, evidence: &Evidence<'_>, row: usize) -> Option<Reason> {
        self.rules.iter().find(|(_, rule)| rule(evidence, row, &self.bundle)).map(|(reason, _)| *reason)
    }

    /// A label is disclosed only with its cell: it shows where a plain count of its rows would.
    fn breaks_labels(&self, evidence: &Evidence<'_>, row: usize) -> bool {
        self.reason(evidence, row).is_some()
    }
}
