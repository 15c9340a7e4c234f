//! The attacker on structures that are no networks: a linear programme over the unknowns, kept warm
//! from one question to the next.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

mod deviations;

use super::attacker::{Aim, Attacker, Cut, Need};
use super::problem::Problem;
use super::simplex::{Outcome, Row, Simplex};
use deviations::{Deviations, Reach};

/// Pivots that one question may take.
const PIVOTS: u64 = 5_000;
/// What a shown cell may move in a fractional question, so that of many borders the one with the
/// fewest shown cells is found.
const GLIMPSE: f64 = 1e-4;
/// How many inequalities may be nested.
const NESTED: usize = 4;
/// With more unknowns than this, shown cells are not looked at in fractional questions.
const FEW: usize = 400;

/// The linear attacker. Deviations are in multiples of the width asked for.
pub(super) struct Linear {
    rows: Vec<Vec<(usize, i8)>>,
    /// Over all unknowns, for fractional points; nothing where that would take too long.
    all: Option<Deviations>,
    /// Over the suppressed cells of the faced point.
    faced: Deviations,
    /// Deviations up and down apart, with prices.
    priced: Simplex,
    spent: u64,
}

impl Linear {
    /// The equations of a problem's unknowns.
    pub fn new(problem: &Problem) -> Self {
        let system = problem.system();
        let n = system.cells.len();
        let mut priced = Simplex::new(vec![0.0; 2 * n], vec![0.0; 2 * n], vec![0.0; 2 * n]);
        for row in system.rows() {
            let up = row.iter().map(|&(cell, sign)| (cell, f64::from(sign)));
            let down = row.iter().map(|&(cell, sign)| (cell + n, -f64::from(sign)));
            priced.add_row(Row { terms: up.chain(down).collect(), rhs: 0.0, equation: true });
        }
        let all = (n <= FEW).then(|| Deviations::new(system, &vec![true; n]));
        Self { rows: system.rows(), faced: Deviations::new(system, &vec![false; n]), all, priced, spent: 0 }
    }

    /// How far each cell may move down, as a share of a width.
    fn room(problem: &Problem, aim: Aim, cell: usize) -> f64 {
        (problem.room(cell) / aim.width()).min(1.0)
    }

    /// Adds what each cell can contribute, in widths, to a border.
    fn border(problem: &Problem, need: &Need, both: bool, shares: &[f64], sum: &mut [f64]) {
        for (cell, &share) in shares.iter().enumerate().filter(|(cell, _)| !need.known.contains(cell)) {
            if share > 1e-9 {
                // Up without limit: whatever the share, it covers the whole width.
                sum[cell] += 1.0;
            } else if share < -1e-9 {
                sum[cell] += if both { 1.0 } else { -share * problem.room(cell) / need.aim.width() };
            }
        }
    }

    fn inequality(&mut self, problem: &Problem, need: &Need, x: &[f64], both: bool) -> Option<Cut> {
        let weight = if problem.is_primary(need.target) { 1.0 } else { x[need.target] };
        let own = if both { 0.0 } else { Self::room(problem, need.aim, need.target) };
        let glimpse = if self.all.is_some() { GLIMPSE } else { 0.0 };
        let programme = self.all.as_mut().unwrap_or(&mut self.faced);
        programme.bound(problem, need, x, &Reach { spread: 1.0, both, glimpse });
        programme.bound_target(need.target, -own * weight, weight);
        let enough = weight * (1.0 - 1e-3);
        let mut sum = vec![0.0; x.len()];
        let (up, shares) = programme.extreme(problem, need.target, true)?;
        if up > enough || shares.is_empty() {
            return None;
        }
        Self::border(problem, need, both, &shares, &mut sum);
        let mut needed = 1.0;
        if own > 0.0 {
            let (down, shares) = programme.extreme(problem, need.target, false)?;
            if up + down > enough {
                return None;
            }
            if shares.is_empty() || down > own * weight - 1e-6 {
                needed -= own;
            } else {
                Self::border(problem, need, both, &shares, &mut sum);
            }
        }
        let shares = sum.into_iter().enumerate().filter(|(_, share)| *share > 0.0).collect();
        Cut::new(problem, shares, needed, need.target).filter(|cut| cut.violation(x) > 1e-4)
    }

    /// Inequalities that single equations give, without any programme.
    fn lines(&self, problem: &Problem, need: &Need, x: &[f64], both: bool) -> Vec<Cut> {
        let own = if both { 0.0 } else { Self::room(problem, need.aim, need.target) };
        let width = need.aim.width();
        let mut cuts = Vec::new();
        for &(row, sign) in &problem.system().columns[need.target] {
            let others =
                self.rows[row].iter().filter(|(cell, _)| *cell != need.target && !need.known.contains(cell));
            // Where the target may fall by all it needs, any movement in the equation will do.
            let any = both || own >= 1.0;
            let shares = others.map(|&(cell, its)| {
                let rises = its != sign;
                (cell, if any || rises { 1.0 } else { (problem.room(cell) / width).min(1.0) })
            });
            let needed = if any { 1.0 } else { 1.0 - own };
            cuts.extend(
                Cut::new(problem, shares.collect(), needed, need.target)
                    .filter(|cut| cut.violation(x) > 1e-2),
            );
        }
        cuts
    }

    /// Inequalities nested in one another: as if each one's cells were suppressed, what is broken then?
    fn nested(&mut self, problem: &Problem, need: &Need, x: &[f64], both: bool) -> Vec<Cut> {
        let mut x = x.to_vec();
        let mut cuts = Vec::new();
        for _ in 0..if self.all.is_some() { NESTED } else { 1 } {
            let Some(cut) = self.inequality(problem, need, &x, both) else { break };
            cut.helpers().for_each(|cell| x[cell] = 1.0);
            cuts.push(cut);
        }
        cuts
    }

    /// How far the target moves up and down when exactly these of the faced cells are suppressed, in
    /// widths, and which cells move with it.
    fn reach(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Option<(f64, f64, Vec<usize>)> {
        let own = Self::room(problem, need.aim, need.target);
        self.faced.bound(problem, need, x, &Reach { spread: 64.0, both: false, glimpse: 0.0 });
        self.faced.bound_target(need.target, -own, 1.0);
        let (up, _) = self.faced.extreme(problem, need.target, true)?;
        let mut cells = self.faced.moving();
        if up >= 1.0 - 1e-7 || own == 0.0 {
            return Some((up, 0.0, cells));
        }
        let (down, _) = self.faced.extreme(problem, need.target, false)?;
        cells.extend(self.faced.moving());
        cells.sort_unstable();
        cells.dedup();
        Some((up, down, cells))
    }

    /// Whether up and down together reach far enough, both in widths. A width is one of whole units, as the audit counts
    /// them; a cell that is not to be worked out moves as soon as it moves by anything.
    fn is_enough(aim: Aim, up: f64, down: f64) -> bool {
        match aim {
            Aim::Moves => up + down >= 1e-6,
            Aim::Width(width) => {
                let whole = |share: f64| (share * width * (1.0 + 1e-7) + 1e-7).floor();
                whole(up) + whole(down) >= width
            }
        }
    }

    /// The cheapest cells (by the linear relaxation) with which the target moves so far.
    fn afford(
        &mut self,
        problem: &Problem,
        need: &Need,
        x: &[f64],
        price: &[f64],
        by: f64,
        spread: f64,
    ) -> Option<Vec<usize>> {
        let n = x.len();
        for cell in 0..n {
            let shut = need.known.contains(&cell) || (x[cell] == 0.0 && !price[cell].is_finite());
            let room = if shut { 0.0 } else { (problem.room(cell) / need.aim.width()).min(spread) };
            let price = if x[cell] > 0.0 {
                0.0
            } else if price[cell].is_finite() {
                price[cell]
            } else {
                0.0
            };
            let small = Self::room(problem, need.aim, cell).max(1e-9);
            let noise = 1e-6 * (1.0 + (cell as f64 * 0.618).fract());
            self.priced.set_bounds(cell, 0.0, if shut { 0.0 } else { spread });
            self.priced.set_cost(cell, price + noise);
            self.priced.set_bounds(n + cell, 0.0, room);
            self.priced.set_cost(n + cell, price / small + noise);
        }
        let (up, down) = if by > 0.0 { (by, 0.0) } else { (0.0, -by) };
        self.priced.set_bounds(need.target, up, up);
        self.priced.set_bounds(n + need.target, down, down);
        if self.priced.solve(PIVOTS) != Outcome::Optimal {
            return None;
        }
        let moved = |cell: usize| self.priced.value(cell) + self.priced.value(n + cell) > 1e-7;
        Some((0..n).filter(|&cell| x[cell] == 0.0 && moved(cell)).collect())
    }
}

impl Attacker for Linear {
    fn face(&mut self, problem: &Problem, x: &[f64]) {
        if self.all.is_none() || x.iter().all(|x| *x == 0.0 || *x == 1.0) {
            self.spent += self.faced.work();
            let present: Vec<bool> = x.iter().map(|x| *x > 1e-9).collect();
            self.faced = Deviations::new(problem.system(), &present);
        }
    }

    fn cuts(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Vec<Cut> {
        let both = need.aim == Aim::Moves;
        let lines = self.lines(problem, need, x, both);
        if !lines.is_empty() {
            return lines;
        }
        let cuts = self.nested(problem, need, x, both);
        if cuts.is_empty() && both && problem.has_zeros() {
            return self.nested(problem, need, x, false);
        }
        cuts
    }

    fn witness(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Option<Vec<usize>> {
        if problem.system().columns[need.target].is_empty() {
            return Some(Vec::new());
        }
        let (up, down, cells) = self.reach(problem, need, x)?;
        Self::is_enough(need.aim, up, down).then_some(cells)
    }

    fn repair(
        &mut self,
        problem: &Problem,
        need: &Need,
        suppressed: &[bool],
        price: &[f64],
    ) -> Option<Vec<usize>> {
        if problem.system().columns[need.target].is_empty() {
            return Some(Vec::new());
        }
        let mut x: Vec<f64> = suppressed.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect();
        x[need.target] = 1.0;
        self.face(problem, &x);
        let mut chosen: Vec<usize> = Vec::new();
        let own = Self::room(problem, need.aim, need.target);
        for spread in [1.0, 1.0, 1.0, 4.0, 4.0, 16.0, 64.0, 64.0] {
            let (up, down, _) = self.reach(problem, need, &x)?;
            if Self::is_enough(need.aim, up, down) {
                chosen.sort_unstable();
                return Some(chosen);
            }
            // Whatever lets the target rise mostly lets it fall as well.
            let steps = match need.aim {
                Aim::Moves => [1e-2, 1e-2, -1e-2],
                Aim::Width(_) => [1.0 - own, 1.0 - down, up - 1.0],
            };
            let step = steps
                .into_iter()
                .filter(|step| (*step > up + 1e-7) || (*step < -down - 1e-7 && -*step <= own));
            let more = step.into_iter().find_map(|by| self.afford(problem, need, &x, price, by, spread));
            for cell in more.unwrap_or_default() {
                x[cell] = 1.0;
                chosen.push(cell);
            }
            self.face(problem, &x);
        }
        None
    }

    fn work(&self) -> u64 {
        self.spent + self.all.as_ref().map_or(0, Deviations::work) + self.faced.work() + self.priced.work()
    }
}
