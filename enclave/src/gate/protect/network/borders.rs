//! Inequalities: the minimum cut is the border that holds back a cell's move, and more of what crosses it is what
//! every safe pattern has.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use super::super::attacker::{Cut, Need};
use super::super::problem::Problem;
use super::{Limits, Network, Way};

/// How many inequalities may be nested.
const NESTED: usize = 6;

impl Network {
    /// Inequalities nested in one another: as if each one's cells were suppressed, what is broken then?
    /// (Koch and Martin, *Solving Steiner tree problems in graphs to optimality*, Networks 32, 1998.)
    pub(super) fn nested(
        &mut self,
        problem: &Problem,
        need: &Need,
        x: &[f64],
        width: f64,
        both: bool,
    ) -> Vec<Cut> {
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
            // Every cell was looked at, several times.
            self.looked += 8 * self.arcs.len() as u64;
            found = Some([near, far]);
        }
        self.rest();
        (sent, found)
    }

    /// What each cell can carry across the last search's border.
    fn border(&self, limits: &Limits<'_>, shares: &mut [f64]) {
        for (cell, &(from, to)) in self.arcs.iter().enumerate() {
            if self.seen[from] != self.seen[to] {
                shares[cell] += limits.share(cell, self.seen[from]);
            }
        }
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
}
