//! A quick way down: what the programme half decides is decided, again and again, until a pattern is
//! left that may be cheaper than the best.

use super::super::simplex::Outcome;
use super::round::Round;
use super::tree::{PIVOTS, Tree};

/// Weight from which a cell counts as half decided.
const HALF: f64 = 0.6;
/// Programmes that one plunge may solve, and rounds of inequalities between two decisions.
const LENGTH: usize = 150;
const ROUNDS: usize = 3;

impl Tree {
    /// Plunges from the bounds that are set, and keeps what is found where it is cheaper than the best. Gives up where the
    /// work allowed is done.
    pub(super) fn plunge(&mut self, steps: u64) {
        let mut rounds = 0;
        for _ in 0..LENGTH {
            if self.work() >= steps {
                return;
            }
            if self.programme.solve(PIVOTS) != Outcome::Optimal || self.is_beaten(self.programme.bound().0) {
                return;
            }
            let x = self.point();
            rounds += 1;
            let cuts = match self.violated(&x) {
                Round::Again => continue,
                Round::New(cuts) => cuts,
            };
            let broken = !cuts.is_empty();
            for cut in cuts {
                self.add(cut);
            }
            if broken && rounds < ROUNDS {
                continue;
            }
            rounds = 0;
            if !self.settle(&x) && !broken && !self.whole(&x) {
                let pattern: Vec<bool> = x.iter().map(|x| *x > 0.5).collect();
                self.offer_clean(&pattern);
                return;
            }
        }
    }

    /// Decides what is half decided, or else the one variable that is nearest to it; false where all
    /// are decided.
    fn settle(&mut self, x: &[f64]) -> bool {
        let at = |cell: &usize| x.get(*cell).copied().unwrap_or(0.0);
        let open: Vec<(usize, f64)> = self
            .cells
            .iter()
            .enumerate()
            .filter(|(variable, cell)| {
                let (lower, upper) = self.programme.bounds(*variable);
                lower < upper && at(cell) > 1e-6 && at(cell) < 1.0 - 1e-6
            })
            .map(|(variable, cell)| (variable, at(cell)))
            .collect();
        let most = open.iter().map(|(_, x)| *x).fold(0.0, f64::max);
        for &(variable, _) in open.iter().filter(|(_, x)| *x >= HALF.min(most)) {
            self.programme.set_bounds(variable, 1.0, 1.0);
        }
        !open.is_empty()
    }
}
