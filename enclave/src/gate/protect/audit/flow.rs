//! How far a cell of a network can move: a maximum flow in whole numbers.
//!
//! Raising a cell by one pushes one unit along its arc, which other suppressed cells must carry back.
//! Cells between the same two equations are one link. Augmenting along shortest paths (Edmonds and
//! Karp, J. ACM 19, 1972).

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

/// More than any sum of rooms; a path as wide as this has no limit.
const ENDLESS: i128 = 1 << 110;
/// Rooms are cut to this, so that no sum of them comes near [`ENDLESS`].
const WIDEST: i128 = 1 << 80;

/// The suppressed cells of a network as links between nodes.
pub(super) struct Flow {
    arcs: Vec<(usize, usize)>,
    rooms: Vec<i128>,
    /// Directed links, by node: `(to, link)`.
    leaving: Vec<Vec<(usize, usize)>>,
    /// Finite capacity of each directed link; its twin is `link ^ 1`.
    finite: Vec<i128>,
    /// How many endless capacities each directed link has.
    endless: Vec<u32>,
    /// The pair of links of each cell: the one in the direction of its arc.
    link: Vec<usize>,
    residual: Vec<i128>,
    touched: Vec<usize>,
    reached_by: Vec<Option<(usize, usize)>>,
    seen: Vec<u32>,
    round: u32,
}

impl Flow {
    /// A network of cells: the arc of each, and how far it can fall (`None`: without limit).
    pub fn new(nodes: usize, arcs: &[(usize, usize)], rooms: Vec<Option<i128>>) -> Self {
        let mut order: Vec<usize> = (0..arcs.len()).filter(|&cell| arcs[cell].0 != arcs[cell].1).collect();
        let ends = |cell: usize| (arcs[cell].0.min(arcs[cell].1), arcs[cell].0.max(arcs[cell].1));
        order.sort_by_key(|&cell| (ends(cell), cell));
        let rooms: Vec<i128> =
            rooms.into_iter().map(|room| room.map_or(ENDLESS, |room| room.min(WIDEST))).collect();
        let mut flow = Self {
            arcs: arcs.to_vec(),
            rooms,
            leaving: vec![Vec::new(); nodes],
            finite: Vec::new(),
            endless: Vec::new(),
            link: vec![usize::MAX; arcs.len()],
            residual: Vec::new(),
            touched: Vec::new(),
            reached_by: vec![None; nodes],
            seen: vec![0; nodes],
            round: 0,
        };
        for group in order.chunk_by(|&left, &right| ends(left) == ends(right)) {
            let (low, high) = ends(group[0]);
            let pair = flow.finite.len();
            flow.finite.extend([0, 0]);
            flow.endless.extend([0, 0]);
            flow.leaving[low].push((high, pair));
            flow.leaving[high].push((low, pair + 1));
            for &cell in group {
                let forward = if arcs[cell].0 == low { pair } else { pair + 1 };
                flow.link[cell] = forward;
                flow.count(cell, 1);
            }
        }
        flow.residual = (0..flow.finite.len()).map(|link| flow.capacity(link)).collect();
        flow
    }

    /// How far a cell can move up or down; `None`: without limit. Known only up to `enough`.
    pub fn reach(&mut self, cell: usize, up: bool, enough: Option<i128>) -> Option<i128> {
        let own = if up { ENDLESS } else { self.rooms[cell] };
        let (from, to) = self.arcs[cell];
        if from == to {
            return (own < ENDLESS).then_some(own);
        }
        let link = self.link[cell];
        self.count(cell, -1);
        self.residual[link] = self.capacity(link);
        self.residual[link ^ 1] = self.capacity(link ^ 1);
        let (source, sink) = if up { (to, from) } else { (from, to) };
        let mut total = 0;
        while total < own && enough.is_none_or(|enough| total < enough) {
            let pushed = self.augment(source, sink);
            if pushed == 0 {
                break;
            }
            total = if pushed > WIDEST << 24 { ENDLESS } else { total + pushed };
        }
        self.count(cell, 1);
        for link in std::mem::take(&mut self.touched).into_iter().chain([link, link ^ 1]) {
            self.residual[link] = self.capacity(link);
        }
        let reach = total.min(own);
        (reach < ENDLESS).then_some(reach)
    }

    /// Adds a cell to its link, or takes it out.
    fn count(&mut self, cell: usize, sign: i128) {
        let (forward, room) = (self.link[cell], self.rooms[cell]);
        let add = |count: &mut u32| *count = if sign > 0 { *count + 1 } else { *count - 1 };
        add(&mut self.endless[forward]);
        if room >= ENDLESS {
            add(&mut self.endless[forward ^ 1]);
        } else {
            self.finite[forward ^ 1] += sign * room;
        }
    }

    fn capacity(&self, link: usize) -> i128 {
        if self.endless[link] > 0 { ENDLESS } else { self.finite[link] }
    }

    /// Pushes as much as one shortest path takes; 0 where there is none.
    fn augment(&mut self, source: usize, sink: usize) -> i128 {
        self.round += 1;
        self.seen[source] = self.round;
        let mut queue = std::collections::VecDeque::from([source]);
        'search: while let Some(node) = queue.pop_front() {
            for &(to, link) in &self.leaving[node] {
                if self.residual[link] > 0 && self.seen[to] != self.round {
                    self.seen[to] = self.round;
                    self.reached_by[to] = Some((node, link));
                    if to == sink {
                        break 'search;
                    }
                    queue.push_back(to);
                }
            }
        }
        if self.seen[sink] != self.round {
            return 0;
        }
        let mut path = Vec::new();
        let mut node = sink;
        while node != source {
            let Some((before, link)) = self.reached_by[node] else { return 0 };
            path.push(link);
            node = before;
        }
        let pushed = path.iter().map(|&link| self.residual[link]).min().unwrap_or(0);
        for link in path {
            self.residual[link] -= pushed;
            self.residual[link ^ 1] += pushed;
            self.touched.extend([link, link ^ 1]);
        }
        pushed
    }
}
