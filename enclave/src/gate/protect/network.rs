//! The attacker on a network: raising a cell by one pushes a unit along its arc, which other suppressed
//! cells must carry back. Intervals are maximum flows, inequalities are minimum cuts, repairs are
//! cheapest augmenting paths. Here stand the network and its flow.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

mod borders;
mod cheapest;

use std::collections::VecDeque;

use super::attacker::{Aim, Attacker, Cut, Need};
use super::problem::Problem;

/// A way to go along (or against) a cell's arc.
#[derive(Debug, Clone, Copy)]
struct Way {
    to: usize,
    cell: usize,
    along: bool,
}

/// A flow, with what it may use of each cell.
pub(super) struct Network {
    arcs: Vec<(usize, usize)>,
    ways: Vec<Vec<Way>>,
    /// Those of `ways` whose cells are used at all.
    used: Vec<Vec<Way>>,
    flow: Vec<f64>,
    touched: Vec<usize>,
    seen: Vec<bool>,
    came: Vec<Option<(usize, Way)>>,
    /// Ways looked at so far.
    looked: u64,
}

/// How far cells may move for one need.
struct Limits<'a> {
    problem: &'a Problem,
    need: &'a Need,
    x: &'a [f64],
    /// A unit: nobody needs to move further than this.
    width: f64,
    /// Whether zeros may fall as well (the relaxation in which every cell moves both ways).
    both: bool,
}

impl Limits<'_> {
    fn share(&self, cell: usize, along: bool) -> f64 {
        if cell == self.need.target || self.need.known.contains(&cell) {
            0.0
        } else if along || self.both {
            self.width
        } else {
            self.problem.room(cell).min(self.width)
        }
    }

    fn residual(&self, cell: usize, along: bool, flow: f64) -> f64 {
        let share = self.share(cell, along) * self.x[cell];
        if along { share - flow } else { share + flow }
    }
}

impl Network {
    /// The network of a problem's unknowns.
    pub fn new(nodes: usize, arcs: Vec<(usize, usize)>) -> Self {
        let mut ways = vec![Vec::new(); nodes];
        for (cell, &(from, to)) in arcs.iter().enumerate().filter(|(_, (from, to))| from != to) {
            ways[from].push(Way { to, cell, along: true });
            ways[to].push(Way { to: from, cell, along: false });
        }
        Self {
            flow: vec![0.0; arcs.len()],
            arcs,
            used: vec![Vec::new(); nodes],
            ways,
            touched: Vec::new(),
            seen: vec![false; nodes],
            came: vec![None; nodes],
            looked: 0,
        }
    }

    /// The flow from one node to another, up to `enough`; leaves the flow in place, and in `seen` the
    /// nodes that can still be reached, where there is less.
    fn push(&mut self, limits: &Limits<'_>, source: usize, sink: usize, enough: f64) -> f64 {
        let least = limits.width * 1e-9;
        let mut total = 0.0;
        while total < enough - least && self.search(limits, source, sink, least) {
            total += self.augment(limits, source, sink, enough - total);
        }
        total
    }

    fn search(&mut self, limits: &Limits<'_>, source: usize, sink: usize, least: f64) -> bool {
        self.seen.fill(false);
        self.seen[source] = true;
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            self.looked += self.used[node].len() as u64;
            for &way in &self.used[node] {
                if !self.seen[way.to] && limits.residual(way.cell, way.along, self.flow[way.cell]) > least {
                    self.seen[way.to] = true;
                    self.came[way.to] = Some((node, way));
                    if way.to == sink {
                        return true;
                    }
                    queue.push_back(way.to);
                }
            }
        }
        false
    }

    /// Sends what the path found takes, but no more than `most`.
    fn augment(&mut self, limits: &Limits<'_>, source: usize, sink: usize, most: f64) -> f64 {
        let path = self.path(source, sink);
        let sent = path
            .iter()
            .map(|way| limits.residual(way.cell, way.along, self.flow[way.cell]))
            .fold(most, f64::min);
        for way in path {
            self.flow[way.cell] += if way.along { sent } else { -sent };
            self.touched.push(way.cell);
        }
        sent
    }

    fn path(&self, source: usize, sink: usize) -> Vec<Way> {
        let mut path = Vec::new();
        let mut node = sink;
        while let Some((before, way)) = self.came[node].filter(|_| node != source) {
            path.push(way);
            node = before;
        }
        path
    }

    fn rest(&mut self) {
        for cell in self.touched.drain(..) {
            self.flow[cell] = 0.0;
        }
    }

    /// Ends of the way back when the target moves up or down.
    fn ends(&self, target: usize, up: bool) -> (usize, usize) {
        let (from, to) = self.arcs[target];
        if up { (to, from) } else { (from, to) }
    }
}

impl Attacker for Network {
    fn face(&mut self, _: &Problem, x: &[f64]) {
        for (used, ways) in self.used.iter_mut().zip(&self.ways) {
            used.clear();
            used.extend(ways.iter().filter(|way| x[way.cell] > 1e-9));
        }
    }

    fn cuts(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Vec<Cut> {
        if self.arcs[need.target].0 == self.arcs[need.target].1 {
            return Vec::new();
        }
        match need.aim {
            Aim::Width(width) => self.nested(problem, need, x, width, false),
            Aim::Moves => {
                let relaxed = self.nested(problem, need, x, 1.0, true);
                if !relaxed.is_empty() || !problem.has_zeros() {
                    return relaxed;
                }
                self.nested(problem, need, x, 1.0, false)
            }
        }
    }

    fn witness(&mut self, problem: &Problem, need: &Need, x: &[f64]) -> Option<Vec<usize>> {
        if self.arcs[need.target].0 == self.arcs[need.target].1 {
            return Some(Vec::new());
        }
        let width = need.aim.width();
        let limits = Limits { problem, need, x, width, both: false };
        let own = problem.room(need.target).min(width);
        let (mut reached, mut cells) = (0.0, Vec::new());
        for up in [true, false] {
            let (source, sink) = self.ends(need.target, up);
            let most = if up { width } else { own.min(width - reached) };
            reached += self.push(&limits, source, sink, most);
            cells.extend(self.touched.iter().copied().filter(|&cell| self.flow[cell] != 0.0));
            self.rest();
        }
        cells.sort_unstable();
        cells.dedup();
        (reached >= width * (1.0 - 1e-9)).then_some(cells)
    }

    fn repair(
        &mut self,
        problem: &Problem,
        need: &Need,
        suppressed: &[bool],
        price: &[f64],
    ) -> Option<Vec<usize>> {
        self.cheapest_repair(problem, need, suppressed, price)
    }

    fn work(&self) -> u64 {
        self.looked / 600
    }
}
