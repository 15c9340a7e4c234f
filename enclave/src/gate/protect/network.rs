//! The attacker on a network: raising a cell by one pushes a unit along its arc, which other suppressed
//! cells must carry back. Intervals are maximum flows, inequalities are minimum cuts, repairs are
//! cheapest augmenting paths.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::attacker::{Aim, Attacker, Cut, Need};
use super::component::Problem;

/// How many inequalities may be nested.
const NESTED: usize = 6;

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

    /// What each cell can carry across the last search's border.
    fn border(&self, limits: &Limits<'_>, shares: &mut [f64]) {
        for (cell, &(from, to)) in self.arcs.iter().enumerate() {
            if self.seen[from] != self.seen[to] {
                shares[cell] += limits.share(cell, self.seen[from]);
            }
        }
    }

    /// Ends of the way back when the target moves up or down.
    fn ends(&self, target: usize, up: bool) -> (usize, usize) {
        let (from, to) = self.arcs[target];
        if up { (to, from) } else { (from, to) }
    }

    /// The borders nearest to either end that hold back the target's move, which is known to be held
    /// back below `wanted`; `None` where it is not.
    fn borders(&mut self, limits: &Limits<'_>, up: bool, wanted: f64) -> (f64, Option<[Vec<f64>; 2]>) {
        let least = limits.width * 1e-9;
        let (source, sink) = self.ends(limits.need.target, up);
        let sent = self.push(limits, source, sink, wanted);
        let mut found = None;
        if sent < wanted - limits.width * 1e-6 {
            let mut near = vec![0.0; self.arcs.len()];
            self.border(limits, &mut near);
            self.search_back(limits, sink, least);
            let mut far = vec![0.0; self.arcs.len()];
            self.border(limits, &mut far);
            found = Some([near, far]);
        }
        self.rest();
        (sent, found)
    }

    /// Marks as seen the nodes from which the sink cannot be reached.
    fn search_back(&mut self, limits: &Limits<'_>, sink: usize, least: f64) {
        self.seen.fill(true);
        self.seen[sink] = false;
        let mut queue = vec![sink];
        while let Some(node) = queue.pop() {
            self.looked += self.used[node].len() as u64;
            for &way in &self.used[node] {
                if self.seen[way.to] && limits.residual(way.cell, !way.along, self.flow[way.cell]) > least {
                    self.seen[way.to] = false;
                    queue.push(way.to);
                }
            }
        }
    }

    /// The one or two inequalities that the point breaks because of a need.
    fn broken(&mut self, limits: &Limits<'_>) -> Vec<Cut> {
        let Need { target, .. } = *limits.need;
        let weight = if limits.problem.is_primary(target) { 1.0 } else { limits.x[target] };
        let wanted = limits.width * weight;
        let missing = limits.width * 1e-4;
        let (up, borders) = self.borders(limits, true, wanted);
        let Some(mut borders) = borders.filter(|_| up < wanted - missing) else { return Vec::new() };
        let mut needed = limits.width;
        let own = if limits.both { 0.0 } else { limits.problem.room(target).min(limits.width) };
        if own > 0.0 {
            let (down, below) = self.borders(limits, false, own * weight);
            if up + down > wanted - missing {
                return Vec::new();
            }
            match below {
                None => needed -= own,
                Some(below) => {
                    for (border, below) in borders.iter_mut().zip(below) {
                        border.iter_mut().zip(below).for_each(|(share, below)| *share += below);
                    }
                }
            }
        }
        let [near, far] = borders;
        let once = if near == far { vec![near] } else { vec![near, far] };
        once.into_iter()
            .filter_map(|shares| {
                let shares = shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0).collect();
                Cut::new(limits.problem, shares, needed, target)
            })
            .collect()
    }

    /// Inequalities nested in one another: as if each one's cells were suppressed, what is broken then?
    /// (Koch and Martin, *Solving Steiner tree problems in graphs to optimality*, Networks 32, 1998.)
    fn nested(&mut self, problem: &Problem, need: &Need, x: &[f64], width: f64, both: bool) -> Vec<Cut> {
        let mut x = x.to_vec();
        let mut cuts = Vec::new();
        let mut lengths = Vec::new();
        for _ in 0..NESTED {
            let more = self.broken(&Limits { problem, need, x: &x, width, both });
            if more.is_empty() {
                break;
            }
            for cut in &more {
                for cell in cut.helpers() {
                    if x[cell] <= 1e-9 {
                        let (from, to) = self.arcs[cell];
                        self.used[from].push(Way { to, cell, along: true });
                        self.used[to].push(Way { to: from, cell, along: false });
                        lengths.extend([from, to]);
                    }
                    x[cell] = 1.0;
                }
            }
            cuts.extend(more);
        }
        for node in lengths {
            self.used[node].pop();
        }
        cuts
    }

    /// The cheapest path of ways that still take something; its price per unit that is wanted.
    fn cheapest(
        &mut self,
        limits: &Limits<'_>,
        price: &[f64],
        source: usize,
        sink: usize,
        wanted: f64,
    ) -> Option<(f64, Vec<Way>)> {
        let least = limits.width * 1e-9;
        let mut distance = vec![f64::INFINITY; self.ways.len()];
        distance[source] = 0.0;
        let mut heap = BinaryHeap::from([(Reverse(Ordered(0.0)), source)]);
        while let Some((Reverse(Ordered(so_far)), node)) = heap.pop() {
            if node == sink {
                break;
            }
            if so_far > distance[node] {
                continue;
            }
            self.looked += 2 * self.ways[node].len() as u64;
            for &way in &self.ways[node] {
                let flow = self.flow[way.cell];
                let residual = limits.residual(way.cell, way.along, flow);
                if residual <= least {
                    continue;
                }
                // A step of almost nothing keeps paths short where all is free.
                let further = so_far + price[way.cell] + 1e-6;
                if further < distance[way.to] {
                    distance[way.to] = further;
                    self.came[way.to] = Some((node, way));
                    heap.push((Reverse(Ordered(further)), way.to));
                }
            }
        }
        if !distance[sink].is_finite() {
            return None;
        }
        let path = self.path(source, sink);
        let width = path
            .iter()
            .map(|way| limits.residual(way.cell, way.along, self.flow[way.cell]))
            .fold(wanted, f64::min);
        Some((distance[sink] / width, path))
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
        if self.arcs[need.target].0 == self.arcs[need.target].1 {
            return Some(Vec::new());
        }
        let width = need.aim.width();
        let mut x: Vec<f64> = Vec::new();
        let limit = |x: &[f64], path: &[Way], network: &Network, most: f64| {
            let limits = Limits { problem, need, x, width, both: false };
            path.iter()
                .map(|way| limits.residual(way.cell, way.along, network.flow[way.cell]))
                .fold(most, f64::min)
        };
        x.extend(suppressed.iter().map(|suppressed| f64::from(u8::from(*suppressed))));
        let own = problem.room(need.target).min(width);
        let mut reached = [0.0, 0.0];
        let mut flows = [Vec::new(), Vec::new()];
        // First with what is suppressed already.
        for (direction, up) in [(0, true), (1, false)] {
            let (source, sink) = self.ends(need.target, up);
            let most = if up { width } else { own.min(width - reached[0]) };
            let limits = Limits { problem, need, x: &x, width, both: false };
            reached[direction] = self.push(&limits, source, sink, most);
            self.touched.sort_unstable();
            self.touched.dedup();
            flows[direction] = self.touched.iter().map(|&cell| (cell, self.flow[cell])).collect();
            self.rest();
        }
        if reached[0] + reached[1] >= width - 1e-9 * width {
            return Some(Vec::new());
        }
        let open: Vec<f64> = price.iter().map(|price| if price.is_finite() { 1.0 } else { 0.0 }).collect();
        let open: Vec<f64> = open.iter().zip(&x).map(|(open, x)| open.max(*x)).collect();
        let mut price: Vec<f64> =
            price.iter().zip(&x).map(|(price, x)| if *x > 0.0 { 0.0 } else { *price }).collect();
        let mut chosen = Vec::new();
        while reached[0] + reached[1] < width - 1e-9 * width {
            let wanted = width - reached[0] - reached[1];
            let mut best: Option<(f64, usize, Vec<Way>)> = None;
            for (direction, up) in [(0, true), (1, false)] {
                let most = if up { wanted } else { wanted.min(own - reached[1]) };
                if most <= 1e-9 * width {
                    continue;
                }
                self.restore(&flows[direction]);
                let (source, sink) = self.ends(need.target, up);
                let limits = Limits { problem, need, x: &open, width, both: false };
                if let Some((rate, path)) = self.cheapest(&limits, &price, source, sink, most)
                    && best.as_ref().is_none_or(|(least, _, _)| rate < *least)
                {
                    best = Some((rate, direction, path));
                }
                self.rest();
            }
            let (_, direction, path) = best?;
            self.restore(&flows[direction]);
            let most = if direction == 0 { wanted } else { wanted.min(own - reached[1]) };
            let sent = limit(&open, &path, self, most);
            for way in path {
                self.flow[way.cell] += if way.along { sent } else { -sent };
                self.touched.push(way.cell);
                if price[way.cell] > 0.0 && x[way.cell] == 0.0 {
                    chosen.push(way.cell);
                    x[way.cell] = 1.0;
                }
                price[way.cell] = 0.0;
            }
            reached[direction] += sent;
            self.touched.sort_unstable();
            self.touched.dedup();
            flows[direction] = self.touched.iter().map(|&cell| (cell, self.flow[cell])).collect();
            self.rest();
        }
        chosen.sort_unstable();
        Some(chosen)
    }

    fn work(&self) -> u64 {
        self.looked / 600
    }
}

impl Network {
    fn restore(&mut self, flow: &[(usize, f64)]) {
        for &(cell, sent) in flow {
            self.flow[cell] = sent;
            self.touched.push(cell);
        }
    }
}

/// A finite number with its total order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
