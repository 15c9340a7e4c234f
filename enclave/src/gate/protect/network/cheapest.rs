//! Repairs: the cheapest augmenting paths, over cells that are shown yet.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::attacker::Need;
use super::super::problem::Problem;
use super::{Limits, Network, Way};

impl Network {
    /// See [`super::super::attacker::Attacker::repair`].
    pub(super) fn cheapest_repair(
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
        let mut x: Vec<f64> = suppressed.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect();
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
            let limits = Limits { problem, need, x: &open, width, both: false };
            let sent = self.narrowest(&limits, &path, most);
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
        let width = self.narrowest(limits, &path, wanted);
        Some((distance[sink] / width, path))
    }

    /// What a path still takes, of so much at most.
    fn narrowest(&self, limits: &Limits<'_>, path: &[Way], most: f64) -> f64 {
        let residual = |way: &Way| limits.residual(way.cell, way.along, self.flow[way.cell]);
        path.iter().map(residual).fold(most, f64::min)
    }

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
