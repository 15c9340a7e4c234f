//! Determined cells of a network (Gusfield 1988): a cell moves if and only if it lies on a cycle of
//! the graph of suppressed cells. Cells that move both ways are undirected edges, zeros are directed.
//!
//! A directed edge lies on a cycle if both ends are in one strongly connected component. So does an
//! undirected one, if besides it is no bridge of the component: were it on no cycle, everything that
//! enters the side of one end would reach that end without it, so nothing else crosses.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

/// The determined cells, but the known ones. `falls`: which edges are undirected.
pub(super) fn determined(
    nodes: usize,
    arcs: &[(usize, usize)],
    falls: &[bool],
    known: &[usize],
) -> Vec<usize> {
    let mut unknown = vec![true; arcs.len()];
    for &cell in known {
        unknown[cell] = false;
    }
    let present: Vec<usize> =
        (0..arcs.len()).filter(|&cell| unknown[cell] && arcs[cell].0 != arcs[cell].1).collect();
    let component = components(nodes, &Edges::new(nodes, &present, arcs, |cell| (true, falls[cell])));
    let inside: Vec<usize> =
        present.iter().copied().filter(|&cell| component[arcs[cell].0] == component[arcs[cell].1]).collect();
    let mut fixed = bridges(nodes, &Edges::new(nodes, &inside, arcs, |_| (true, true)));
    fixed.retain(|&cell| falls[cell]);
    fixed.extend(present.iter().copied().filter(|&cell| component[arcs[cell].0] != component[arcs[cell].1]));
    fixed.sort_unstable();
    fixed
}

/// Edges by the node that they leave.
struct Edges {
    start: Vec<usize>,
    /// `(to, cell)`.
    list: Vec<(usize, usize)>,
}

impl Edges {
    /// `ways` says whether a cell's edge can be gone along its arc, and against it.
    fn new(
        nodes: usize,
        cells: &[usize],
        arcs: &[(usize, usize)],
        ways: impl Fn(usize) -> (bool, bool),
    ) -> Self {
        let mut directed = Vec::with_capacity(2 * cells.len());
        for &cell in cells {
            let (from, to) = arcs[cell];
            let (along, against) = ways(cell);
            if along {
                directed.push((from, to, cell));
            }
            if against {
                directed.push((to, from, cell));
            }
        }
        let mut start = vec![0; nodes + 1];
        for &(from, _, _) in &directed {
            start[from + 1] += 1;
        }
        for node in 0..nodes {
            start[node + 1] += start[node];
        }
        let mut next = start.clone();
        let mut list = vec![(0, 0); directed.len()];
        for (from, to, cell) in directed {
            list[next[from]] = (to, cell);
            next[from] += 1;
        }
        Self { start, list }
    }
}

/// The strongly connected component of each node (Tarjan 1972, without recursion).
fn components(nodes: usize, edges: &Edges) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut component = vec![NONE; nodes];
    let mut number = vec![NONE; nodes];
    let mut low = vec![0; nodes];
    let mut next = edges.start.clone();
    let (mut open, mut counter) = (Vec::new(), 0);
    for root in 0..nodes {
        if number[root] != NONE {
            continue;
        }
        let mut path = vec![root];
        number[root] = counter;
        low[root] = counter;
        counter += 1;
        open.push(root);
        while let Some(&node) = path.last() {
            if next[node] < edges.start[node + 1] {
                let (to, _) = edges.list[next[node]];
                next[node] += 1;
                if number[to] == NONE {
                    number[to] = counter;
                    low[to] = counter;
                    counter += 1;
                    open.push(to);
                    path.push(to);
                } else if component[to] == NONE {
                    low[node] = low[node].min(number[to]);
                }
                continue;
            }
            path.pop();
            if let Some(&parent) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == number[node] {
                while let Some(member) = open.pop() {
                    component[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
        }
    }
    component
}

/// The bridges of an undirected graph with parallel edges (Tarjan 1974, without recursion).
fn bridges(nodes: usize, edges: &Edges) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut number = vec![NONE; nodes];
    let mut low = vec![0; nodes];
    let mut next = edges.start.clone();
    let (mut found, mut counter) = (Vec::new(), 0);
    for root in 0..nodes {
        if number[root] != NONE {
            continue;
        }
        number[root] = counter;
        low[root] = counter;
        counter += 1;
        let mut path = vec![(root, NONE)];
        while let Some(&(node, entered_by)) = path.last() {
            if next[node] < edges.start[node + 1] {
                let (to, cell) = edges.list[next[node]];
                next[node] += 1;
                if cell == entered_by {
                    continue;
                }
                if number[to] == NONE {
                    number[to] = counter;
                    low[to] = counter;
                    counter += 1;
                    path.push((to, cell));
                } else {
                    low[node] = low[node].min(number[to]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
                if low[node] > number[parent] {
                    found.push(entered_by);
                }
            }
        }
    }
    found
}
