//! One round at a node: inequalities that the point breaks, patterns that it suggests, and what to
//! split on.

use super::super::attacker::{Aim, Cut, Need};
use super::super::audit::exposures;
use super::super::repair::{complete, flaws, own_need, set};
use super::super::simplex::Outcome;
use super::tree::Tree;

/// How a node ended.
pub(super) enum Verdict {
    /// Nothing cheaper than the best is below it.
    Closed,
    /// Not settled: the work allowed was done, or the numbers gave way.
    GivenUp,
    /// So many cells are in no cheaper pattern that the search had better start again without them.
    Shrunk,
    /// Split on this variable.
    Split {
        /// The variable.
        variable: usize,
        /// The least cost found so far without its cell and with it.
        least: (f64, f64),
    },
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
/// Needs of insiders that are kept.
const MOST_NEEDS: usize = 500;
/// Variables that are looked at before a split, and pivots for each side of one.
const LOOKS: usize = 8;
const LOOK: u64 = 50;
/// Least violation that counts.
const BROKEN: f64 = 1e-3;

impl Tree {
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
        self.attacker.face(&self.problem, x);
        self.patience.next_round();
        self.spent += self.rounds_work();
        let whole = x.iter().all(|x| x.min(1.0 - x) < 1e-6);
        let mut cuts = self.lonely(x);
        let own = self
            .problem
            .primaries()
            .iter()
            .enumerate()
            .map(|(index, &target)| ((0, index), own_need(&self.problem, target)));
        let others = self.needs.iter().enumerate().map(|(index, need)| ((1, index), need.clone()));
        let mut needs: Vec<((u8, usize), Need)> = own.chain(others).collect();
        if !whole {
            let some = self.cells.iter().copied().filter(|&cell| x.get(cell).is_some_and(|x| *x > 0.05));
            needs.extend(
                some.map(|target| ((2, target), Need { target, known: Vec::new(), aim: Aim::Moves })),
            );
        }
        let mut passed_over = Vec::new();
        for (key, need) in needs {
            if self.patience.is_due(key) {
                cuts.extend(self.ask(key, &need, x));
            } else {
                passed_over.push((key, need));
            }
        }
        // Before anything is believed to be in order, all that matters is asked.
        if cuts.is_empty() && whole {
            for (key, need) in passed_over {
                cuts.extend(self.ask(key, &need, x));
            }
        }
        Round::New(self.best_of(cuts, x))
    }

    /// The work of a round besides programmes and attackers: a look at every cell, several times.
    fn rounds_work(&self) -> u64 {
        self.variables() / 5
    }

    /// Adds needs to those that are looked at.
    pub(super) fn know(&mut self, needs: Vec<Need>) {
        for need in needs {
            if !self.needs.contains(&need) && self.needs.len() < MOST_NEEDS {
                self.needs.push(need);
            }
        }
    }

    fn ask(&mut self, key: (u8, usize), need: &Need, x: &[f64]) -> Vec<Cut> {
        let cuts = self.attacker.cuts(&self.problem, need, x);
        self.patience.note(key, cuts.iter().any(|cut| cut.violation(x) > BROKEN));
        cuts
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
        scored.sort_by(|left, right| {
            right.0.total_cmp(&left.0).then_with(|| left.1.terms.len().cmp(&right.1.terms.len())).then_with(
                || left.1.terms.iter().map(|term| term.0).cmp(right.1.terms.iter().map(|term| term.0)),
            )
        });
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
                let shares =
                    row.iter().map(|&(cell, _)| (cell, 1.0)).filter(|(cell, _)| *cell != target).collect();
                cuts.extend(Cut::new(&self.problem, shares, 1.0, target));
            }
        }
        cuts
    }

    /// Turns a point into a safe pattern, and keeps it where it is cheaper than the best. Does nothing
    /// where guesses took more than their share of the work.
    pub(super) fn guess(&mut self, x: &[f64]) {
        let before = self.work();
        if self.guessed > before / 8 {
            return;
        }
        let start: Vec<bool> = x.iter().map(|x| *x > 0.99).collect();
        let price: Vec<f64> = x
            .iter()
            .enumerate()
            .map(|(cell, x)| (self.problem.cost(cell) as f64) * (1.0 - x.min(0.999)) + 1e-3)
            .collect();
        let allowed = self.allowed();
        let mut met = Vec::new();
        let pattern = complete(&self.problem, &mut *self.attacker, &allowed, (&start, &price), &mut met);
        self.know(met);
        if let Ok(pattern) = pattern {
            self.offer_clean(&pattern);
        }
        self.guessed += self.work() - before;
    }

    /// A point that breaks no inequality and is whole: a safe pattern, or new inequalities. Returns
    /// whether there were any.
    pub(super) fn whole(&mut self, x: &[f64]) -> bool {
        let pattern: Vec<bool> = x.iter().map(|x| *x > 0.5).collect();
        let mut found = false;
        self.attacker.face(&self.problem, x);
        let flaws = flaws(&self.problem, &pattern);
        for need in flaws.needs {
            for cut in self.attacker.cuts(&self.problem, &need, x) {
                if cut.violation(x) > BROKEN {
                    self.add(cut);
                    found = true;
                }
            }
            self.know(vec![need]);
        }
        if found {
            return true;
        }
        let exposed = exposures(self.problem.system(), self.problem.cells(), &pattern);
        for exposure in &exposed {
            // Nothing but more can help: of what is shown now, something must go.
            let shares =
                (0..pattern.len()).filter(|&cell| pattern.get(cell) == Some(&false)).map(|cell| (cell, 1.0));
            if let Some(cut) = Cut::new(&self.problem, shares.collect(), 1.0, exposure.cell) {
                self.add(cut);
                found = true;
            }
        }
        let mut lean = pattern;
        for cell in flaws.useless {
            set(&mut lean, cell, false);
        }
        self.offer(&lean);
        found
    }

    /// Splits on a variable that is far from whole, after a look at what either side of some would cost.
    /// `None` where all variables are whole.
    pub(super) fn branch(&mut self, x: &[f64], bound: f64) -> Option<Verdict> {
        let mut open: Vec<(f64, usize)> = self
            .cells
            .iter()
            .enumerate()
            .filter_map(|(variable, &cell)| {
                let (lower, upper) = self.programme.bounds(variable);
                let far = x.get(cell).map_or(0.0, |x| x.min(1.0 - x));
                let score = far * (1.0 + self.problem.cost(cell) as f64).sqrt();
                (far > 1e-6 && lower < upper).then_some((score, variable))
            })
            .collect();
        open.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let mut best: Option<(f64, usize, (f64, f64))> = None;
        for &(_, variable) in open.iter().take(LOOKS) {
            let (lower, upper) = self.programme.bounds(variable);
            let [without, with] = [0.0, 1.0].map(|to| {
                self.programme.set_bounds(variable, to, to);
                let outcome = self.programme.solve(LOOK);
                let reached =
                    if outcome == Outcome::Infeasible { f64::INFINITY } else { self.programme.bound().0 };
                self.programme.set_bounds(variable, lower, upper);
                reached
            });
            let gain = |reached: f64| (reached - bound).clamp(1e-6, 1e12);
            let score = gain(without) * gain(with);
            if best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, variable, (without, with)));
            }
            // One side is closed already: no better look can be had.
            if self.is_beaten(without) || self.is_beaten(with) {
                best = Some((score, variable, (without, with)));
                break;
            }
        }
        best.map(|(_, variable, least)| Verdict::Split { variable, least })
    }
}
