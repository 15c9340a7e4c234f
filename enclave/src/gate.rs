//! The gate: (cells with evidence, policy) → safe cells.
//!
//! Each rule is one file in `gate/rules/`; [`Rule::ALL`] is their order. A figure is suppressed with
//! the first reason that holds. What cannot be suppressed cell by cell (rows of people) was refused
//! when the question was planned. Out of scope: computing figures (`engine`), keeping results
//! (`results`).

mod amounts;
mod cells;
mod class;
mod complementary;
mod explain;
mod keys;
mod norms;
pub mod protect;
mod release;
mod rounding;
mod rules;
mod safe;
mod verdict;

#[cfg(test)]
mod tests;

pub use cells::{Cells, wanted};
pub use norms::Census;
pub use release::release;
pub use safe::SafeCells;
pub use verdict::{SafeTable, Suppressed, Verdict};

use crate::policy::{Bundle, ClassDisclosure};
use crate::words::{Halt, Reason};
use cells::Evidence;
use norms::Norms;

/// A rule of the gate. More than one may give the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Enough patients.
    Patients,
    /// Enough patients for the inhabitants of a municipality.
    Municipality,
    /// Enough degrees of freedom.
    Moments,
    /// Enough institutions.
    Institutions,
    /// Nobody makes up most of an amount.
    Dominance,
    /// No condition sets a few patients apart.
    Condition,
    /// Enough patients on either side of a quantile.
    Quantile,
}

impl Rule {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 7] = [
        Self::Patients,
        Self::Municipality,
        Self::Moments,
        Self::Institutions,
        Self::Dominance,
        Self::Condition,
        Self::Quantile,
    ];

    /// Its name, as an explanation has it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Patients => "patients",
            Self::Municipality => "municipality",
            Self::Moments => "moments",
            Self::Institutions => "institutions",
            Self::Dominance => "dominance",
            Self::Condition => "condition",
            Self::Quantile => "quantile",
        }
    }

    /// The reason that a figure is suppressed with.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Patients | Self::Municipality | Self::Moments => Reason::Patients,
            Self::Institutions => Reason::Institutions,
            Self::Dominance => Reason::Dominance,
            Self::Condition => Reason::Condition,
            Self::Quantile => Reason::Quantile,
        }
    }

    fn suppresses(self, evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
        match self {
            Self::Patients => rules::patients::suppresses(evidence, row, norms),
            Self::Municipality => rules::municipality::suppresses(evidence, row, norms),
            Self::Moments => rules::moments::suppresses(evidence, row, norms),
            Self::Institutions => rules::institutions::suppresses(evidence, row, norms),
            Self::Dominance => rules::dominance::suppresses(evidence, row, norms),
            Self::Condition => rules::condition::suppresses(evidence, row, norms),
            Self::Quantile => rules::quantile::suppresses(evidence, row, norms),
        }
    }
}

/// The rules of one bundle, ready to judge.
#[derive(Debug, Clone)]
pub struct Gate {
    norms: Norms,
    rules: Vec<Rule>,
    /// Whether tables with totals are protected: always, but in the test that shows why.
    totals: bool,
}

impl Gate {
    /// All rules, with a bundle's thresholds. `census` tells the inhabitants of the municipalities that its
    /// rule asks about.
    #[must_use]
    pub fn new(bundle: Bundle, census: Census) -> Self {
        Self { norms: Norms { bundle, census }, rules: Rule::ALL.to_vec(), totals: true }
    }

    /// The same gate with one rule switched off: what then comes through shows what the rule is for.
    #[cfg(test)]
    pub(crate) fn without(&self, rule: Rule) -> Self {
        let rules = self.rules.iter().copied().filter(|known| *known != rule).collect();
        Self { rules, ..self.clone() }
    }

    /// The same gate without complementary suppression.
    #[cfg(test)]
    pub(crate) fn without_totals(&self) -> Self {
        Self { totals: false, ..self.clone() }
    }

    /// The bundle.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.norms.bundle
    }

    /// Judges every figure of every cell.
    ///
    /// # Errors
    /// When the evidence is not of the shape that [`wanted`] asked for.
    pub fn inspect(&self, cells: Cells) -> Result<SafeCells, Halt> {
        let mut reasons = (0..cells.figures())
            .map(|figure| {
                let evidence = cells.evidence(figure)?;
                Ok((0..cells.rows()).map(|row| self.reason(&evidence, row)).collect())
            })
            .collect::<Result<Vec<Vec<Option<Reason>>>, Halt>>()?;
        let shown = cells.shown(|evidence, row| !self.breaks_labels(evidence, row))?;
        if self.totals {
            complementary::suppress(&cells, &mut reasons, &shown, &self.norms)?;
        }
        let told = self.class_disclosure(&cells, &mut reasons, &shown)?;
        cells.suppress(&reasons, &shown, told, &self.norms.bundle.rounding)
    }

    /// Whether some figure that is shown tells of everybody in a group.
    fn class_disclosure(
        &self,
        cells: &Cells,
        reasons: &mut [Vec<Option<Reason>>],
        shown: &[bool],
    ) -> Result<bool, Halt> {
        let alone = class::alone(cells)?;
        let mut told = false;
        for (figure, reasons) in reasons.iter_mut().enumerate() {
            let extreme = cells.extreme_means(figure)?;
            for (row, reason) in reasons.iter_mut().enumerate() {
                let here = |flags: &[bool]| flags.get(row).copied().unwrap_or(false);
                if reason.is_some() || !here(shown) || !(here(&alone) || here(&extreme)) {
                    continue;
                }
                match self.norms.bundle.class_disclosure {
                    ClassDisclosure::Flag => told = true,
                    ClassDisclosure::Suppress => *reason = Some(Reason::Condition),
                }
            }
        }
        Ok(told)
    }

    fn reason(&self, evidence: &Evidence<'_>, row: usize) -> Option<Reason> {
        let holds = |rule: &&Rule| rule.suppresses(evidence, row, &self.norms);
        self.rules.iter().find(holds).map(|rule| rule.reason())
    }

    /// A label is disclosed only with its cell: it shows where a plain count of its rows would.
    fn breaks_labels(&self, evidence: &Evidence<'_>, row: usize) -> bool {
        self.reason(evidence, row).is_some()
    }
}
