//! The nearest additive table, as a flow of least cost.
//!
//! Each sum is a node, and each cell an arc between the sum that it is a part of and the one that it is the total of,
//! or, with the signs of some sums turned round, the other sum that it is a part of. What a sum misses is its node's
//! excess; raising or lowering a cell by one carries one unit of it along the arc. The *n*-th unit on a cell costs
//! 2*n* - 1, so the costs of a change add up to its square. Successive shortest paths with potentials (Ahuja,
//! Magnanti and Orlin, *Network flows*, 1993, sections 9.7 and 14.5) keep the flow cheapest for what it has carried
//! so far; that a table of zeros is additive shows that all can be carried.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{NotAdditive, Sum};

/// Cells between sums.
pub(super) struct Network {
    cells: Vec<Cell>,
    /// The cells at each node, and whether it is their `gains` end. The last node stands for the world outside.
    at: Vec<Vec<(usize, bool)>>,
    /// By how much each node's sum is too high, its sign turned or not.
    excess: Vec<i64>,
    potential: Vec<i64>,
}

/// A cell on a path, and whether the path raises it.
type Way = (usize, bool);

/// One cell: raising it by one adds one to what `gains` is too high, and takes one from `loses`.
struct Cell {
    value: i64,
    change: i64,
    fixed: bool,
    gains: usize,
    loses: usize,
}

impl Cell {
    /// What one more unit costs, up or down; none where it cannot be.
    fn price(&self, up: bool) -> Option<i64> {
        let possible = !self.fixed && (up || self.value + self.change > 0);
        possible.then_some(if up { 1 + 2 * self.change } else { 1 - 2 * self.change })
    }
}

impl Network {
    /// The network of these sums; none where some cell would stand between more than two, or between two that
    /// cannot be turned round.
    pub(super) fn new(values: &[u64], sums: &[Sum]) -> Option<Self> {
        let mut uses: Vec<Vec<(usize, i64)>> = vec![Vec::new(); values.len()];
        for (node, sum) in sums.iter().enumerate() {
            uses.get_mut(sum.total)?.push((node, 1));
            for part in &sum.parts {
                uses.get_mut(*part)?.push((node, -1));
            }
        }
        let signs = signs(sums, &uses)?;
        let outside = sums.len();
        let mut network = Self {
            cells: Vec::with_capacity(values.len()),
            at: vec![Vec::new(); outside + 1],
            excess: vec![0; outside + 1],
            potential: vec![0; outside + 1],
        };
        for (number, (value, uses)) in values.iter().zip(&uses).enumerate() {
            let end = |sign: i64| {
                let here =
                    |(node, own): &&(usize, i64)| signs.get(*node).is_some_and(|turned| turned * own == sign);
                uses.iter().find(here).map_or(outside, |(node, _)| *node)
            };
            let (gains, loses) = (end(1), end(-1));
            let value = i64::try_from(*value).ok()?;
            let is_total = uses.iter().any(|(_, own)| *own == 1);
            // What is in no sum has nowhere to go.
            let fixed = gains == loses || (value == 0 && !is_total);
            network.at.get_mut(gains)?.push((number, true));
            network.at.get_mut(loses)?.push((number, false));
            let excess = network.excess.get_mut(gains)?;
            *excess = excess.checked_add(value)?;
            let excess = network.excess.get_mut(loses)?;
            *excess = excess.checked_sub(value)?;
            network.cells.push(Cell { value, change: 0, fixed, gains, loses });
        }
        Some(network)
    }

    /// Carries all excess to where it is lacking.
    pub(super) fn nearest(mut self) -> Result<Vec<u64>, NotAdditive> {
        while self.excess.iter().any(|excess| *excess > 0) {
            let distances = self.distances();
            let lacking = distances.iter().zip(&self.excess).filter(|(_, excess)| **excess < 0);
            let reached = lacking.filter_map(|(distance, _)| *distance).max().ok_or(NotAdditive)?;
            for (potential, distance) in self.potential.iter_mut().zip(&distances) {
                // Beyond the farthest that lacks, one step is as good as another.
                *potential += distance.map_or(reached, |distance| distance.min(reached));
            }
            while let Some(path) = self.free_path() {
                self.carry(&path)?;
            }
        }
        self.cells
            .iter()
            .map(|cell| u64::try_from(cell.value + cell.change).map_err(|_| NotAdditive))
            .collect()
    }

    /// Where a unit at `node` can go by way of a cell, whether that raises the cell, and what it costs beyond the
    /// potentials.
    fn step(&self, node: usize, (number, gains): (usize, bool)) -> Option<(usize, bool, i64)> {
        let cell = self.cells.get(number)?;
        // A node whose sum is too high gives a unit away by lowering what raises it.
        let (to, up) = if gains { (cell.loses, false) } else { (cell.gains, true) };
        let cost = cell.price(up)? + self.potential.get(node)? - self.potential.get(to)?;
        Some((to, up, cost))
    }

    /// The shortest way from any node with excess (Dijkstra).
    fn distances(&self) -> Vec<Option<i64>> {
        let mut distances: Vec<Option<i64>> = vec![None; self.at.len()];
        let mut heap: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        let starts = self.excess.iter().enumerate().filter(|(_, excess)| **excess > 0);
        heap.extend(starts.map(|(node, _)| Reverse((0, node))));
        while let Some(Reverse((distance, node))) = heap.pop() {
            match distances.get_mut(node) {
                Some(known @ None) => *known = Some(distance),
                Some(Some(_)) | None => continue,
            }
            for arc in self.at.get(node).into_iter().flatten() {
                if let Some((to, _, cost)) = self.step(node, *arc)
                    && distances.get(to).is_some_and(Option::is_none)
                {
                    heap.push(Reverse((distance + cost, to)));
                }
            }
        }
        distances
    }

    /// A way from a node with excess to one that lacks, that costs nothing beyond the potentials.
    fn free_path(&self) -> Option<Vec<Way>> {
        let mut seen: Vec<bool> = self.excess.iter().map(|excess| *excess > 0).collect();
        let starts: Vec<usize> = (0..seen.len()).filter(|node| seen.get(*node) == Some(&true)).collect();
        // By depth: each entry is a node, the next of its arcs, and the way in.
        for start in starts {
            let mut trail: Vec<(usize, usize, Option<Way>)> = vec![(start, 0, None)];
            while let Some((node, next, _)) = trail.last_mut() {
                let Some(arc) = self.at.get(*node).and_then(|arcs| arcs.get(*next)) else {
                    trail.pop();
                    continue;
                };
                *next += 1;
                let Some((to, up, 0)) = self.step(*node, *arc) else { continue };
                if self.excess.get(to).is_some_and(|excess| *excess < 0) {
                    let ways = trail.iter().filter_map(|(_, _, way)| *way);
                    return Some(ways.chain([(arc.0, up)]).collect());
                }
                if seen.get(to) == Some(&false) {
                    if let Some(seen) = seen.get_mut(to) {
                        *seen = true;
                    }
                    trail.push((to, 0, Some((arc.0, up))));
                }
            }
        }
        None
    }

    /// Carries one unit along a path.
    fn carry(&mut self, path: &[Way]) -> Result<(), NotAdditive> {
        for (number, up) in path {
            let cell = self.cells.get_mut(*number).ok_or(NotAdditive)?;
            let unit = if *up { 1 } else { -1 };
            cell.change += unit;
            *self.excess.get_mut(cell.gains).ok_or(NotAdditive)? += unit;
            *self.excess.get_mut(cell.loses).ok_or(NotAdditive)? -= unit;
        }
        Ok(())
    }
}

/// Which sums are turned round, so that each cell stands once with either sign.
fn signs(sums: &[Sum], uses: &[Vec<(usize, i64)>]) -> Option<Vec<i64>> {
    let mut signs: Vec<i64> = vec![0; sums.len()];
    for start in 0..sums.len() {
        if *signs.get(start)? != 0 {
            continue;
        }
        *signs.get_mut(start)? = 1;
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            let sum = sums.get(node)?;
            for cell in sum.parts.iter().chain([&sum.total]) {
                let (own, other) = match uses.get(*cell)?.as_slice() {
                    [_] => continue,
                    [one, two] if one.0 == node => (one, two),
                    [one, two] => (two, one),
                    _ => return None,
                };
                let needed = -signs.get(node)? * own.1 * other.1;
                let sign = signs.get_mut(other.0)?;
                if *sign == 0 {
                    *sign = needed;
                    open.push(other.0);
                } else if *sign != needed {
                    return None;
                }
            }
        }
    }
    Some(signs)
}
