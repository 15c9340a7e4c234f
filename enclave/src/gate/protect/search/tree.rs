//! Branch and cut: a linear programme over which cells to suppress, tightened by inequalities that
//! every safe pattern satisfies, and split in two where that does not decide.
//!
//! All statements made on the way are about patterns *cheaper than the best known one*. Once many
//! cells are seen to be in none of these, the search starts again without them (`shrink`).

mod pool;
mod range;

use super::super::attacker::{Attacker, Cut, Need};
use super::super::problem::Problem;
use super::super::simplex::{Outcome, Simplex};
use super::Found;
use super::patience::Patience;
use super::polish;
use super::round::{Round, Verdict};

/// Pivots that one programme may take.
pub(super) const PIVOTS: u64 = 20_000;
/// Steps that one cleaning of a pattern may take.
const CLEANING: u64 = 250_000;
/// Of so many nodes one starts a plunge for a cheaper pattern.
const PLUNGE: u64 = 25;

/// A node: what was decided on the way, and the least cost below it.
struct Node {
    decided: Vec<(usize, bool)>,
    bound: f64,
}

/// How a run ended.
pub(super) enum Finish {
    /// With a pattern.
    Done(Found),
    /// With the same search over fewer cells.
    Smaller(Box<Tree>),
}

/// The search's state. Cells are unknowns of `problem`; the best pattern is one of the first problem.
pub(super) struct Tree {
    pub(super) problem: Problem,
    pub(super) attacker: Box<dyn Attacker>,
    /// Needs of people who know some cells, found so far.
    pub(super) needs: Vec<Need>,
    /// Inequalities found, and which are rows of the programme now.
    pub(super) pool: Vec<Cut>,
    rows: Vec<usize>,
    pub(super) in_programme: Vec<bool>,
    /// The cheapest safe pattern so far, and each cell's place in it.
    best: Vec<bool>,
    pub(super) best_cost: u128,
    place: Vec<usize>,
    /// The open cells that may be suppressed: the programme's variables, with what is known of each.
    pub(super) cells: Vec<usize>,
    range: Vec<(f64, f64)>,
    variable: Vec<Option<usize>>,
    pub(super) programme: Simplex,
    /// Costs in the programme are true costs times this.
    scale: f64,
    /// The primaries' costs.
    base: u128,
    /// Steps of searches that this one goes on from, and the bound that they proved.
    pub(super) spent: u64,
    floor: u128,
    nodes: u64,
    /// Steps spent on guesses.
    pub(super) guessed: u64,
    pub(super) patience: Patience,
    /// The last bound and reduced costs at the root, for when the best pattern gets cheaper.
    root: Option<(f64, Vec<f64>)>,
}

impl Tree {
    /// From a first safe pattern.
    pub fn new(problem: Problem, attacker: Box<dyn Attacker>, allowed: Vec<bool>, first: Vec<bool>) -> Self {
        let open = |cell: &usize| !problem.is_primary(*cell) && allowed.get(*cell) == Some(&true);
        let cells: Vec<usize> = (0..allowed.len()).filter(open).collect();
        let mut variable = vec![None; allowed.len()];
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
        let primaries: Vec<bool> = (0..allowed.len()).map(|cell| problem.is_primary(cell)).collect();
        Self {
            best_cost: problem.price(&first),
            base: problem.price(&primaries),
            place: (0..first.len()).collect(),
            best: first,
            programme: Simplex::new(vec![0.0; cells.len()], vec![1.0; cells.len()], costs),
            problem,
            attacker,
            needs: Vec::new(),
            pool: Vec::new(),
            rows: Vec::new(),
            in_programme: Vec::new(),
            range: vec![(0.0, 1.0); cells.len()],
            cells,
            variable,
            scale,
            spent: 0,
            floor: 0,
            nodes: 0,
            guessed: 0,
            patience: Patience::default(),
            root: None,
        }
    }

    /// Searches until nothing cheaper can exist, or the work is done.
    pub fn run(mut self, steps: u64) -> Finish {
        let mut open = vec![Node { decided: Vec::new(), bound: 0.0 }];
        // Least cost below nodes that were given up.
        let mut left = u128::MAX;
        while let Some(mut node) = next(&mut open) {
            if self.is_beaten(node.bound) {
                continue;
            }
            if self.is_much_smaller() {
                let open = open.iter().chain([&node]).map(|node| self.rounded(node.bound)).min();
                let floor = self.floor.max(open.unwrap_or(0).min(left));
                return Finish::Smaller(self.shrink(floor));
            }
            let verdict =
                if self.work() >= steps { Verdict::GivenUp } else { self.explore(&mut node, steps) };
            self.nodes += 1;
            match verdict {
                Verdict::Closed => {}
                Verdict::Shrunk => {
                    let floor = self.floor.max(self.rounded(node.bound));
                    return Finish::Smaller(self.shrink(floor));
                }
                Verdict::GivenUp => left = left.min(self.rounded(node.bound)),
                Verdict::Split { variable, least } => {
                    if self.nodes % PLUNGE == 1 {
                        self.decide(&node.decided);
                        self.plunge(steps);
                    }
                    for to in [false, true] {
                        let mut decided = node.decided.clone();
                        decided.push((variable, to));
                        let bound = node.bound.max(if to { least.1 } else { least.0 });
                        open.push(Node { decided, bound });
                    }
                }
            }
        }
        Finish::Done(Found { suppressed: self.best, bound: left.max(self.floor).min(self.best_cost) })
    }

    /// Rounds of programme and inequalities at one node.
    fn explore(&mut self, node: &mut Node, steps: u64) -> Verdict {
        let root = node.decided.is_empty();
        self.decide(&node.decided);
        let mut stalled = 0;
        for round in 0_usize.. {
            match self.programme.solve(PIVOTS) {
                Outcome::Infeasible => return Verdict::Closed,
                Outcome::GaveUp => return Verdict::GivenUp,
                Outcome::Optimal => {}
            }
            let (bound, reduced) = self.programme.bound();
            stalled = if bound > node.bound + 1e-4 * (bound.abs() + 1.0) { 0 } else { stalled + 1 };
            node.bound = node.bound.max(bound);
            if self.is_beaten(node.bound) {
                return Verdict::Closed;
            }
            if self.work() >= steps {
                return Verdict::GivenUp;
            }
            self.fix(bound, &reduced, root);
            if root {
                if self.is_much_smaller() {
                    return Verdict::Shrunk;
                }
                self.root = Some((bound, reduced));
            }
            let x = self.point();
            let cuts = match self.violated(&x) {
                Round::Again => continue,
                Round::New(cuts) => cuts,
            };
            if (root && round % 8 == 7) || cuts.is_empty() {
                self.guess(&x);
                if self.is_beaten(node.bound) {
                    return Verdict::Closed;
                }
            }
            let tailing = stalled > if root { 10 } else { 3 };
            if cuts.is_empty() || tailing {
                match self.branch(&x, node.bound) {
                    Some(verdict) => return verdict,
                    None if cuts.is_empty() && !self.whole(&x) => return Verdict::Closed,
                    None => {}
                }
            }
            if round % 6 == 5 {
                self.forget();
            }
            for cut in cuts {
                self.add(cut);
            }
        }
        Verdict::GivenUp
    }

    /// The programme's point as weights of all cells.
    pub(super) fn point(&self) -> Vec<f64> {
        (0..self.variable.len())
            .map(|cell| match self.variable.get(cell).copied().flatten() {
                Some(variable) => self.programme.value(variable).clamp(0.0, 1.0),
                None => f64::from(u8::from(self.problem.is_primary(cell))),
            })
            .collect()
    }

    /// Keeps what is left of a pattern without secondaries that it does not need.
    pub(super) fn offer_clean(&mut self, pattern: &[bool]) {
        let limits = (self.best_cost, CLEANING);
        if let Some(pattern) = polish::safely(&self.problem, &mut *self.attacker, pattern, limits) {
            self.offer(&pattern);
        }
    }

    /// How many cells it decides about.
    pub(super) fn variables(&self) -> u64 {
        self.cells.len() as u64
    }

    /// Keeps a pattern where it is cheaper than the best and the audit finds nothing.
    pub(super) fn offer(&mut self, pattern: &[bool]) {
        let cost = self.problem.price(pattern);
        if cost < self.best_cost && super::is_safe(&self.problem, pattern) {
            self.best_cost = cost;
            self.best.fill(false);
            for (&place, _) in self.place.iter().zip(pattern).filter(|(_, suppressed)| **suppressed) {
                super::set(&mut self.best, place, true);
            }
            self.fix_for_good();
        }
    }

    /// Whether nothing at or above this bound (in the programme's costs) can be cheaper than the best.
    pub(super) fn is_beaten(&self, bound: f64) -> bool {
        self.rounded(bound) >= self.best_cost
    }

    /// The least whole cost at or above a bound.
    fn rounded(&self, bound: f64) -> u128 {
        if bound == f64::INFINITY {
            return u128::MAX;
        }
        let cost = bound / self.scale;
        self.base.saturating_add((cost - 1e-6 * (1.0 + cost.abs())).ceil().max(0.0) as u128)
    }

    /// The work done so far, in steps.
    pub(super) fn work(&self) -> u64 {
        self.spent + self.programme.work() + self.attacker.work()
    }
}

/// The open node with the least bound; of equals the deepest, then the latest.
fn next(open: &mut Vec<Node>) -> Option<Node> {
    let order = |(left_index, left): &(usize, &Node), (right_index, right): &(usize, &Node)| {
        let depth = right.decided.len().cmp(&left.decided.len());
        left.bound.total_cmp(&right.bound).then(depth).then(right_index.cmp(left_index))
    };
    let best = open.iter().enumerate().min_by(order).map(|(index, _)| index)?;
    Some(open.swap_remove(best))
}
