//! One round at a node: inequalities that the point breaks, patterns that it suggests, and what to
//! split on.

use super::super::attacker::{Cut, Need};
use super::super::audit::exposures;
use super::super::repair::{set, useless, weaknesses};
use super::tree::Tree;
use super::{own_need, polish};

/// How a node ended.
pub(super) enum Verdict {
    /// Nothing cheaper than the best is below it.
    Closed,
    /// The work allowed was done.
    OutOfWork,
    /// Split on this variable.
    Split(usize),
}

/// What a round found.
pub(super) enum Round {
    /// Inequalities of the pool were broken; they are rows now.
    Again,
    /// Inequalities that are broken, if any.
    New(Vec<Cut>),
}

/// Inequalities that one round may add.
const MOST: usize = 120;
/// Least violation that counts.
const BROKEN: f64 = 1e-3;

impl Tree<'_> {
    /// Inequalities that a point breaks, those of the pool made rows at once.
    pub(super) fn violated(&mut self, x: &[f64]) -> Round {
        let mut again: Vec<(f64, usize)> = (0..self.pool.len())
            .filter(|index| self.in_programme.get(*index) == Some(&false))
            .filter_map(|index| Some((self.pool.get(index)?.violation(x), index)))
            .filter(|(violation, _)| *violation > BROKEN)
            .collect();
        if !again.is_empty() {
            again.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
            for (_, index) in again.into_iter().take(MOST) {
                self.enter(index);
            }
            return Round::Again;
        }
        self.attacker.face(self.problem, x);
        let mut cuts = self.lonely(x);
        let own: Vec<Need> = self.problem.primaries().iter().map(|&target| own_need(self.problem, target)).collect();
        for need in own.iter().chain(&self.needs) {
            cuts.extend(self.attacker.cuts(self.problem, need, x));
        }
        if cuts.is_empty() {
            let fractional: Vec<usize> =
                self.cells.iter().copied().filter(|&cell| x.get(cell).is_some_and(|x| *x > 0.05)).collect();
            for target in fractional {
                let need = Need { target, known: Vec::new(), aim: super::Aim::Moves };
                cuts.extend(self.attacker.cuts(self.problem, &need, x));
            }
        }
        Round::New(self.best_of(cuts, x))
    }

    /// The most violated inequalities, each once.
    fn best_of(&self, cuts: Vec<Cut>, x: &[f64]) -> Vec<Cut> {
        let mut scored: Vec<(f64, Cut)> = cuts
            .into_iter()
            .map(|cut| {
                let length = cut.terms.iter().map(|(_, share)| share * share).sum::<f64>().sqrt() + 1.0;
                (cut.violation(x) / length, cut)
            })
            .filter(|(score, _)| *score > 1e-5)
            .collect();
        scored.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.terms.len().cmp(&right.1.terms.len())).then_with(|| left.1.terms.iter().map(|term| term.0).cmp(right.1.terms.iter().map(|term| term.0))));
        scored.dedup_by(|left, right| left.1 == right.1);
        scored.into_iter().take(MOST).map(|(_, cut)| cut).collect()
    }

    /// No suppressed cell is alone in an equation.
    fn lonely(&self, x: &[f64]) -> Vec<Cut> {
        let at = |cell: usize| x.get(cell).copied().unwrap_or(0.0);
        let mut cuts = Vec::new();
        for row in self.problem.system().rows() {
            if row.iter().any(|(cell, _)| self.problem.is_primary(*cell)) {
                continue;
            }
            let total: f64 = row.iter().map(|(cell, _)| at(*cell)).sum();
            for &(target, _) in row.iter().filter(|(cell, _)| at(*cell) - (total - at(*cell)) > 1e-2) {
                let shares = row.iter().map(|&(cell, _)| (cell, 1.0)).filter(|(cell, _)| *cell != target).collect();
                cuts.extend(Cut::new(self.problem, shares, 1.0, target));
            }
        }
        cuts
    }

    /// Turns a point into a safe pattern, and keeps it where it is cheaper than the best.
    pub(super) fn guess(&mut self, x: &[f64]) {
        let start: Vec<bool> = x.iter().map(|x| *x > 0.99).collect();
        let price: Vec<f64> = x
            .iter()
            .enumerate()
            .map(|(cell, x)| (self.problem.cost(cell) as f64) * (1.0 - x.min(0.999)) + 1e-3)
            .collect();
        if let Ok(pattern) = self.repairs.complete(self.attacker, &start, &price) {
            let pattern = polish::clean(self.problem, self.attacker, pattern);
            self.offer(pattern);
        }
    }

    /// Keeps a pattern where it is cheaper than the best and the audit finds nothing.
    fn offer(&mut self, pattern: Vec<bool>) -> bool {
        let cost = self.problem.price(&pattern);
        let better = cost < self.best_cost && super::is_safe(self.problem, &pattern);
        if better {
            self.best_cost = cost;
            self.best = pattern;
        }
        better
    }

    /// A point that breaks no inequality and is whole: a safe pattern, or new inequalities. Returns
    /// whether there were any.
    pub(super) fn whole(&mut self, x: &[f64]) -> bool {
        let mut pattern: Vec<bool> = x.iter().map(|x| *x > 0.5).collect();
        for cell in useless(self.problem, &pattern) {
            set(&mut pattern, cell, false);
        }
        let mut found = false;
        self.attacker.face(self.problem, x);
        for need in weaknesses(self.problem, &pattern) {
            for cut in self.attacker.cuts(self.problem, &need, x) {
                if cut.violation(x) > BROKEN {
                    self.add(cut);
                    found = true;
                }
            }
            if !self.needs.contains(&need) {
                self.needs.push(need);
            }
        }
        if found {
            return true;
        }
        let exposed = exposures(self.problem.system(), self.problem.cells(), &pattern);
        for exposure in &exposed {
            // Nothing but more can help: of what is shown now, something must go.
            let shares = (0..pattern.len()).filter(|&cell| pattern.get(cell) == Some(&false)).map(|cell| (cell, 1.0));
            if let Some(cut) = Cut::new(self.problem, shares.collect(), 1.0, exposure.cell) {
                self.add(cut);
                found = true;
            }
        }
        if exposed.is_empty() {
            self.offer(pattern);
        }
        found
    }

    /// The variable to split on: far from whole, and dear.
    pub(super) fn undecided_variable(&self, x: &[f64]) -> Option<usize> {
        let score = |&(variable, cell): &(usize, usize)| {
            let x = x.get(cell).copied().unwrap_or(0.0);
            let (lower, upper) = self.programme.bounds(variable);
            let far = x.min(1.0 - x);
            (far > 1e-6 && lower < upper).then(|| far * (1.0 + self.problem.cost(cell) as f64).sqrt())
        };
        let all = self.cells.iter().copied().enumerate().filter_map(|pair| Some((score(&pair)?, pair.0)));
        all.max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1))).map(|(_, variable)| variable)
    }
}
