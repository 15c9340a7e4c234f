//! Branch and cut: a linear programme over which cells to suppress, tightened by inequalities that
//! every safe pattern satisfies, and split in two where that does not decide.

use super::super::attacker::{Attacker, Cut, Need};
use super::super::component::Problem;
use super::super::repair::Repairs;
use super::super::simplex::{Outcome, Row, Simplex};
use super::Found;
use super::round::{Round, Verdict};

/// Pivots that one programme may take.
const PIVOTS: u64 = 20_000;

/// A node: what was decided on the way, and the least cost below it.
struct Node {
    decided: Vec<(usize, bool)>,
    bound: f64,
}

/// The search's state.
pub(super) struct Tree<'a> {
    pub(super) problem: &'a Problem,
    pub(super) attacker: &'a mut dyn Attacker,
    pub(super) repairs: Repairs<'a>,
    /// Needs of people who know some cells, found so far.
    pub(super) needs: Vec<Need>,
    /// Every inequality found so far, and which are rows of the programme now.
    pub(super) pool: Vec<Cut>,
    pub(super) rows: Vec<usize>,
    pub(super) in_programme: Vec<bool>,
    /// The cheapest safe pattern so far.
    pub(super) best: Vec<bool>,
    pub(super) best_cost: u128,
    /// The open cells that may be suppressed: the programme's variables.
    pub(super) cells: Vec<usize>,
    pub(super) variable: Vec<Option<usize>>,
    pub(super) programme: Simplex,
    /// Costs in the programme are true costs times this.
    scale: f64,
    /// The primaries' costs.
    base: u128,
}

impl<'a> Tree<'a> {
    /// From a first safe pattern.
    pub fn new(problem: &'a Problem, attacker: &'a mut dyn Attacker, repairs: Repairs<'a>, first: Vec<bool>) -> Self {
        let open = |cell: &usize| !problem.is_primary(*cell) && repairs.allowed.get(*cell) == Some(&true);
        let cells: Vec<usize> = (0..first.len()).filter(open).collect();
        let mut variable = vec![None; first.len()];
        for (index, &cell) in cells.iter().enumerate() {
            if let Some(slot) = variable.get_mut(cell) {
                *slot = Some(index);
            }
        }
        let mut costs: Vec<f64> = cells.iter().map(|&cell| problem.cost(cell) as f64).collect();
        let mut sorted = costs.clone();
        sorted.sort_by(f64::total_cmp);
        let scale = 1.0 / sorted.get(sorted.len() / 4).copied().unwrap_or(1.0).max(1.0);
        for (index, cost) in costs.iter_mut().enumerate() {
            // A little less than the true cost, each differently: ties go, bounds stay true.
            let noise = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            *cost *= scale * (1.0 - 1e-7 * noise as f64 / f64::from(1 << 24));
        }
        let primaries: Vec<bool> = (0..first.len()).map(|cell| problem.is_primary(cell)).collect();
        Self {
            best_cost: problem.price(&first),
            base: problem.price(&primaries),
            best: first,
            programme: Simplex::new(vec![0.0; cells.len()], vec![1.0; cells.len()], costs),
            problem,
            attacker,
            repairs,
            needs: Vec::new(),
            pool: Vec::new(),
            rows: Vec::new(),
            in_programme: Vec::new(),
            cells,
            variable,
            scale,
        }
    }

    /// Searches until nothing cheaper can exist, or the work is done.
    pub fn run(mut self, steps: u64) -> Found {
        let mut open = vec![Node { decided: Vec::new(), bound: 0.0 }];
        let mut first = true;
        while let Some(mut node) = next(&mut open) {
            if self.work() >= steps {
                open.push(node);
                break;
            }
            if self.is_beaten(node.bound) {
                continue;
            }
            let finished = self.explore(&mut node, steps, first);
            first = false;
            match finished {
                Verdict::Closed => {}
                Verdict::OutOfWork => {
                    open.push(node);
                    break;
                }
                Verdict::Split(variable) => {
                    for to in [false, true] {
                        let mut decided = node.decided.clone();
                        decided.push((variable, to));
                        open.push(Node { decided, bound: node.bound });
                    }
                }
            }
        }
        let left = open.iter().map(|node| self.rounded(node.bound)).min();
        let bound = left.unwrap_or(self.best_cost).min(self.best_cost);
        Found { suppressed: self.best, bound }
    }

    /// Rounds of programme and inequalities at one node.
    fn explore(&mut self, node: &mut Node, steps: u64, root: bool) -> Verdict {
        self.decide(&node.decided);
        let mut stalled = 0;
        for round in 0.. {
            match self.programme.solve(PIVOTS) {
                Outcome::Infeasible => return Verdict::Closed,
                Outcome::GaveUp => return self.undecided(),
                Outcome::Optimal => {}
            }
            let (bound, reduced) = self.programme.bound();
            stalled = if bound > node.bound + 1e-4 * (bound.abs() + 1.0) { 0 } else { stalled + 1 };
            node.bound = node.bound.max(bound);
            if self.is_beaten(node.bound) {
                return Verdict::Closed;
            }
            if self.work() >= steps {
                return Verdict::OutOfWork;
            }
            if root {
                self.fix(bound, &reduced);
            }
            let x = self.point();
            if std::env::var_os("TRACE").is_some() {
                eprintln!("depth {} round {round} bound {:.1} best {} rows {} pool {} work {} lp {} frac {}", node.decided.len(), node.bound / self.scale, self.best_cost - self.base, self.rows.len(), self.pool.len(), self.work(), self.programme.work(), x.iter().filter(|x| **x > 1e-6 && **x < 1.0 - 1e-6).count());
            }
            let cuts = match self.violated(&x) {
                Round::Again => continue,
                Round::New(cuts) => cuts,
            };
            if (root && round % 8 == 0) || cuts.is_empty() {
                self.guess(&x);
                if self.is_beaten(node.bound) {
                    return Verdict::Closed;
                }
            }
            let tailing = stalled > if root { 12 } else { 4 };
            if cuts.is_empty() || tailing {
                if let Some(variable) = self.undecided_variable(&x) {
                    return Verdict::Split(variable);
                }
                if cuts.is_empty() && !self.whole(&x) {
                    return Verdict::Closed;
                }
            }
            if round % 6 == 5 {
                self.forget();
            }
            for cut in cuts {
                self.add(cut);
            }
        }
        Verdict::Closed
    }

    /// The programme gave way: split on anything still open, so that no bound is claimed wrongly.
    fn undecided(&mut self) -> Verdict {
        let free = (0..self.cells.len()).find(|&variable| {
            let (lower, upper) = self.programme.bounds(variable);
            lower < upper
        });
        free.map_or(Verdict::Closed, Verdict::Split)
    }

    /// Sets the bounds of all variables for a node.
    fn decide(&mut self, decided: &[(usize, bool)]) {
        for variable in 0..self.cells.len() {
            let open = self.cells.get(variable).is_some_and(|&cell| self.repairs.allowed.get(cell) == Some(&true));
            self.programme.set_bounds(variable, 0.0, if open { 1.0 } else { 0.0 });
        }
        for &(variable, to) in decided {
            let to = f64::from(u8::from(to));
            self.programme.set_bounds(variable, to, to);
        }
    }

    /// Shuts cells for good whose suppression alone would cost more than the best pattern.
    fn fix(&mut self, bound: f64, reduced: &[f64]) {
        for (variable, &reduced) in reduced.iter().enumerate() {
            if reduced > 0.0 && self.is_beaten(bound + reduced) {
                self.programme.set_bounds(variable, 0.0, 0.0);
                if let Some(allowed) = self.cells.get(variable).and_then(|&cell| self.repairs.allowed.get_mut(cell)) {
                    *allowed = false;
                }
            }
        }
    }

    /// Adds an inequality to the programme.
    pub(super) fn add(&mut self, cut: Cut) {
        let index = self.pool.len();
        self.in_programme.push(false);
        self.pool.push(cut);
        self.enter(index);
    }

    /// Makes an inequality of the pool a row.
    pub(super) fn enter(&mut self, index: usize) {
        let Some(cut) = self.pool.get(index) else { return };
        let on = cut.on.map(|cell| (cell, -1.0));
        let terms = cut.terms.iter().copied().chain(on);
        let terms = terms.filter_map(|(cell, share)| Some(((*self.variable.get(cell)?)?, share))).collect();
        let rhs = if cut.on.is_some() { 0.0 } else { 1.0 };
        self.programme.add_row(Row { terms, rhs, equation: false });
        self.rows.push(index);
        if let Some(slot) = self.in_programme.get_mut(index) {
            *slot = true;
        }
    }

    /// Takes inequalities out of the programme that do not bind; the pool keeps them.
    fn forget(&mut self) {
        let stays = self.programme.drop_slack_rows(1e-3);
        for (row, _) in self.rows.iter().zip(&stays).filter(|(_, stays)| !**stays) {
            if let Some(slot) = self.in_programme.get_mut(*row) {
                *slot = false;
            }
        }
        let mut stays = stays.into_iter();
        self.rows.retain(|_| stays.next().unwrap_or(true));
    }

    /// The programme's point as weights of all cells.
    pub(super) fn point(&self) -> Vec<f64> {
        (0..self.problem.cells().len())
            .map(|cell| match self.variable.get(cell).copied().flatten() {
                Some(variable) => self.programme.value(variable).clamp(0.0, 1.0),
                None => f64::from(u8::from(self.problem.is_primary(cell))),
            })
            .collect()
    }

    /// Whether nothing at or above this bound (in the programme's costs) can be cheaper than the best.
    pub(super) fn is_beaten(&self, bound: f64) -> bool {
        self.rounded(bound) >= self.best_cost
    }

    /// The least whole cost at or above a bound.
    fn rounded(&self, bound: f64) -> u128 {
        let cost = bound / self.scale;
        self.base.saturating_add((cost - 1e-6 * (1.0 + cost.abs())).ceil().max(0.0) as u128)
    }

    /// The work done so far, in steps.
    fn work(&self) -> u64 {
        self.programme.work() + self.attacker.work()
    }
}

/// The open node with the least bound; of equals the deepest, then the latest.
fn next(open: &mut Vec<Node>) -> Option<Node> {
    let best = open
        .iter()
        .enumerate()
        .min_by(|(left_index, left), (right_index, right)| {
            left.bound.total_cmp(&right.bound).then(right.decided.len().cmp(&left.decided.len())).then(right_index.cmp(left_index))
        })
        .map(|(index, _)| index)?;
    Some(open.swap_remove(best))
}
