//! What each cell may still be: decided on the way to a node, or fixed because anything else would cost more than the best
//! pattern does. Cells that can be in no cheaper pattern are left out of a new search.

use super::super::super::attacker::{Cut, Need};
use super::Tree;

impl Tree {
    /// Sets the bounds of all variables for a node.
    pub(super) fn decide(&mut self, decided: &[(usize, bool)]) {
        for (variable, &(lower, upper)) in self.range.iter().enumerate() {
            self.programme.set_bounds(variable, lower, upper);
        }
        for &(variable, to) in decided {
            let to = f64::from(u8::from(to));
            self.programme.set_bounds(variable, to, to);
        }
    }

    /// Fixes variables that could only change at a cost beyond the best pattern: for good at the root,
    /// else until the next node.
    pub(super) fn fix(&mut self, bound: f64, reduced: &[f64], for_good: bool) {
        for (variable, &reduced) in reduced.iter().enumerate() {
            let (lower, upper) = self.programme.bounds(variable);
            if lower < upper && self.is_beaten(bound + reduced.abs()) {
                let to = if reduced > 0.0 { 0.0 } else { 1.0 };
                self.programme.set_bounds(variable, to, to);
                if let (true, Some(range)) = (for_good, self.range.get_mut(variable)) {
                    *range = (to, to);
                }
            }
        }
    }

    /// With a cheaper best pattern, more can be said by what the root's programme said.
    pub(super) fn fix_for_good(&mut self) {
        let Some((bound, reduced)) = &self.root else { return };
        for (variable, &reduced) in reduced.iter().enumerate() {
            if let (true, Some(range)) = (self.is_beaten(bound + reduced.abs()), self.range.get(variable))
                && range.0 < range.1
            {
                let to = if reduced > 0.0 { 0.0 } else { 1.0 };
                if let Some(range) = self.range.get_mut(variable) {
                    *range = (to, to);
                }
            }
        }
    }

    /// Whether the search has left less than two thirds of its cells.
    pub(super) fn is_much_smaller(&self) -> bool {
        let shut = self.range.iter().filter(|(_, upper)| *upper == 0.0).count();
        self.cells.len() > 40 && 3 * shut > self.cells.len()
    }

    /// The cells that may be suppressed.
    pub(in crate::gate::protect::search) fn allowed(&self) -> Vec<bool> {
        (0..self.variable.len()).map(|cell| self.may_be_suppressed(cell)).collect()
    }

    fn may_be_suppressed(&self, cell: usize) -> bool {
        let variable = self.variable.get(cell).copied().flatten();
        let range = variable.and_then(|variable| self.range.get(variable));
        self.problem.is_primary(cell) || range.is_some_and(|(_, upper)| *upper > 0.0)
    }

    /// The same search without the cells that no cheaper pattern uses.
    pub(super) fn shrink(self, floor: u128) -> Box<Self> {
        let spent = self.work();
        let keep: Vec<bool> = (0..self.variable.len()).map(|cell| self.may_be_suppressed(cell)).collect();
        let mut renamed = vec![None; keep.len()];
        let mut next = 0;
        for (slot, _) in renamed.iter_mut().zip(&keep).filter(|(_, keep)| **keep) {
            *slot = Some(next);
            next += 1;
        }
        let rename = |cell: usize| renamed.get(cell).copied().flatten();
        let problem = self.problem.only(&keep);
        let attacker = super::super::attacker(&problem);
        let mut smaller = Self::new(problem, attacker, vec![true; next], Vec::new());
        smaller.place = (0..keep.len())
            .filter(|&cell| rename(cell).is_some())
            .filter_map(|cell| self.place.get(cell).copied())
            .collect();
        smaller.best = self.best;
        smaller.best_cost = self.best_cost;
        smaller.spent = spent;
        smaller.floor = floor;
        smaller.guessed = self.guessed;
        smaller.needs = self
            .needs
            .into_iter()
            .filter_map(|need| {
                let known = need.known.into_iter().filter_map(rename).collect();
                Some(Need { target: rename(need.target)?, known, aim: need.aim })
            })
            .collect();
        for (cut, _) in self.pool.into_iter().zip(self.in_programme).filter(|(_, in_programme)| *in_programme)
        {
            // Cells that are gone are shown in all patterns that still count.
            let terms = cut.terms.into_iter().filter_map(|(cell, share)| Some((rename(cell)?, share)));
            smaller.add(Cut { terms: terms.collect(), rhs: cut.rhs });
        }
        Box::new(smaller)
    }
}
