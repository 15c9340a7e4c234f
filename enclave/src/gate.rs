//! The gate: (cells with evidence, policy, ledger) → safe cells.
//!
//! Each rule is one file in `gate/rules/`; [`Rule::ALL`] is their order. A figure is suppressed with
//! the first reason that holds. What cannot be suppressed cell by cell (rows of people) was refused
//! when the question was planned. A study that explores gets other figures by the same gate: see [`Explorer`].
//! Out of scope: computing figures (`engine`), keeping results (`results`).

mod amounts;
mod cells;
mod class;
mod complementary;
mod crossing;
mod explain;
mod exploring;
mod exposed;
mod groups;
mod inspected;
mod keys;
mod linked;
mod norms;
pub mod protect;
mod release;
mod rounding;
mod rules;
mod safe;
mod structure;
mod verdict;

#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use exploring::{Explorer, Totals};
pub use inspected::Inspected;
pub use linked::{Linked, Telling};
pub use norms::Census;
pub use release::release;
pub use safe::{Known, SafeCells};
pub use verdict::{ExploredTable, SafeTable, Suppressed, Verdict};

use crate::evidence::{Mode, PatientWeights, Wanted};
use crate::plan::Cut;
use crate::policy::{Bundle, ClassDisclosure, LedgerScope};
use crate::words::{FailCode, Halt, Reason};
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
    /// What patients weigh in the ledger's sketches.
    weights: Option<PatientWeights>,
    /// Whether cells are for those who explore: then each figure's patients are sketched, and nothing else.
    explores: bool,
}

impl Gate {
    /// All rules, with a bundle's thresholds. `census` tells the inhabitants of the municipalities that its
    /// rule asks about.
    #[must_use]
    pub fn new(bundle: Bundle, census: Census) -> Self {
        Self {
            norms: Norms { bundle, census },
            rules: Rule::ALL.to_vec(),
            totals: true,
            weights: None,
            explores: false,
        }
    }

    /// The same gate with what patients weigh in sketches. A gate whose policy keeps a ledger lets nothing
    /// through without.
    #[must_use]
    pub fn with_weights(self, weights: PatientWeights) -> Self {
        Self { weights: Some(weights), ..self }
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

    /// Whether the policy keeps a ledger.
    #[must_use]
    pub fn remembers(&self) -> bool {
        self.norms.bundle.ledger.scope != LedgerScope::None
    }

    /// The evidence that is needed of each feed of a cut.
    ///
    /// # Errors
    /// When a feed's amount is of a type that no evidence is gathered for, or the policy keeps a ledger and nobody
    /// said what patients weigh.
    pub fn wanted(&self, cut: &Cut, mode: Mode) -> Result<Vec<Wanted>, Halt> {
        let needed = self.remembers() || self.explores;
        let weights = self.weights.as_ref().filter(|_| needed);
        if weights.is_none() && needed {
            return Err(FailCode::Internal.into());
        }
        cells::wanted(cut, self.bundle(), weights, self.explores, mode)
    }

    /// Judges every figure of every cell. What earlier cuts of the same question, in `linked`, held back must not be told by
    /// this one.
    ///
    /// # Errors
    /// When the evidence is not of the shape that [`Gate::wanted`] asked for.
    pub fn inspect<'a>(&'a self, cells: Cells, linked: &'a Linked) -> Result<Inspected<'a>, Halt> {
        let mut reasons = (0..cells.figures())
            .map(|figure| {
                let evidence = cells.evidence(figure)?;
                Ok((0..cells.rows()).map(|row| self.reason(&evidence, row)).collect())
            })
            .collect::<Result<Vec<Vec<Option<Reason>>>, Halt>>()?;
        let shown = self.groups(&cells, &mut reasons)?;
        // What is suppressed for its class must not be worked out from the totals either.
        let telling = self.class_disclosure(&cells, &mut reasons, &shown)?;
        self.suppress_more(&cells, &mut reasons, &shown, linked)?;
        Ok(Inspected { gate: self, linked, cells, reasons, shown, telling, layout: None })
    }

    /// Suppresses what would let one work out what is suppressed.
    fn suppress_more(
        &self,
        cells: &Cells,
        reasons: &mut [Vec<Option<Reason>>],
        shown: &[bool],
        linked: &Linked,
    ) -> Result<(), Halt> {
        if self.totals { complementary::suppress(cells, reasons, shown, &self.norms, linked) } else { Ok(()) }
    }

    /// For each figure and row, whether it is shown so far and tells of everybody in a group. Where the policy says so,
    /// it is suppressed.
    fn class_disclosure(
        &self,
        cells: &Cells,
        reasons: &mut [Vec<Option<Reason>>],
        shown: &[bool],
    ) -> Result<Vec<Vec<bool>>, Halt> {
        let alone = class::alone(cells)?;
        let mut all = Vec::with_capacity(reasons.len());
        for (figure, reasons) in reasons.iter_mut().enumerate() {
            let extreme = cells.extreme_means(figure)?;
            let mut tells = Vec::with_capacity(reasons.len());
            for (row, reason) in reasons.iter_mut().enumerate() {
                let here = |flags: &[bool]| flags.get(row).copied().unwrap_or(false);
                tells.push(reason.is_none() && here(shown) && (here(&alone) || here(&extreme)));
                if tells.last() == Some(&true)
                    && self.norms.bundle.class_disclosure == ClassDisclosure::Suppress
                {
                    *reason = Some(Reason::Condition);
                }
            }
            all.push(tells);
        }
        Ok(all)
    }

    fn reason(&self, evidence: &Evidence<'_>, row: usize) -> Option<Reason> {
        let holds = |rule: &&Rule| rule.suppresses(evidence, row, &self.norms);
        self.rules.iter().find(holds).map(|rule| rule.reason())
    }
}
