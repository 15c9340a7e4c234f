//! The attacker as the search sees them: what a pattern still lacks, what would repair it most
//! cheaply, and which inequality a (fractional) pattern breaks.
//!
//! Two kinds: a flow where the table is a network (`network`), a linear programme elsewhere
//! (`linear`). Floating point throughout: nothing here is relied upon, `audit` judges the result.

use super::problem::Problem;

/// What a suppressed cell needs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Need {
    /// The cell, as an unknown of the problem.
    pub target: usize,
    /// The unknowns that the attacker knows besides what is shown.
    pub known: Vec<usize>,
    /// How much.
    pub aim: Aim,
}

/// How much a cell needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Aim {
    /// An interval at least this wide.
    Width(f64),
    /// Not to be worked out exactly (if it is suppressed at all).
    Moves,
}

impl Aim {
    /// The width to reach, or a unit where any movement will do.
    pub fn width(self) -> f64 {
        match self {
            Self::Width(width) => width,
            Self::Moves => 1.0,
        }
    }
}

/// `Σ coefficient · x ≥ rhs`: every safe pattern satisfies it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// Open cells and their coefficients, in the order of the cells but for a negative one at the end.
    pub terms: Vec<(usize, f64)>,
    /// The right-hand side.
    pub rhs: f64,
}

impl Cut {
    /// Built from what each cell contributes to an interval that must be `needed` wide if the target
    /// is suppressed: primaries are suppressed anyway, so their share is taken off, and no share counts
    /// for more than is missing. `None` where nothing is missing.
    pub fn new(problem: &Problem, shares: Vec<(usize, f64)>, needed: f64, target: usize) -> Option<Self> {
        let given: f64 =
            shares.iter().filter(|(cell, _)| problem.is_primary(*cell)).map(|(_, share)| share).sum();
        let missing = needed - given;
        if missing <= needed * 1e-9 {
            return None;
        }
        let open = shares.into_iter().filter(|(cell, share)| *share > 0.0 && !problem.is_primary(*cell));
        let open = open.map(|(cell, share)| (cell, (share / missing).min(1.0)));
        let conditional = !problem.is_primary(target);
        Some(Self {
            terms: open.chain(conditional.then_some((target, -1.0))).collect(),
            rhs: if conditional { 0.0 } else { 1.0 },
        })
    }

    /// By how much a point breaks the inequality.
    pub fn violation(&self, x: &[f64]) -> f64 {
        let at = |cell: usize| x.get(cell).copied().unwrap_or(0.0);
        self.rhs - self.terms.iter().map(|&(cell, coefficient)| coefficient * at(cell)).sum::<f64>()
    }

    /// The cells of which more would help.
    pub fn helpers(&self) -> impl Iterator<Item = usize> {
        self.terms.iter().filter(|(_, coefficient)| *coefficient > 0.0).map(|(cell, _)| *cell)
    }
}

/// What the search asks of an attacker.
pub(super) trait Attacker {
    /// Looks at a point of the search: weights in `[0, 1]`, one for primaries.
    fn face(&mut self, problem: &Problem, x: &[f64]);

    /// Inequalities that the faced point breaks because of this need, and others near them.
    fn cuts(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Vec<Cut>;

    /// Suppressed cells whose movement meets the need, where the faced pattern (without those that have
    /// weight zero by now) meets it.
    fn witness(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Option<Vec<usize>>;

    /// Cells whose suppression, besides those in `suppressed`, meets the need at a low price; nothing
    /// where it is met already, `None` where it cannot be met. Cells with an infinite price stay shown.
    fn repair(
        &mut self,
        problem: &Problem,
        need: &Need,
        suppressed: &[bool],
        price: &[f64],
    ) -> Option<Vec<usize>>;

    /// The work done so far, in steps of about a microsecond.
    fn work(&self) -> u64;
}
