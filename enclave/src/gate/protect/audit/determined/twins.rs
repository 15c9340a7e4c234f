//! A quick look at a network that mostly shows that nothing is determined.
//!
//! Two random circulations over the cells that move both ways: a cell that is zero in both is a bridge,
//! and two cells are in a fixed proportion in both if they cut the graph together, so that whoever
//! knows one knows the other (Pritchard and Thurimella, *Fast computation of small cuts via cycle space
//! sampling*, ACM Trans. Algorithms 7, 2011). Bridges and such pairs always show; what shows wrongly,
//! by a collision modulo a prime of 61 bits, only costs the exact look. Nothing here is secret or needs
//! to be unforeseeable, so the numbers are the same every time.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use std::collections::BTreeMap;

use super::modular::{PRIME, inverse, minus, plus, times};

/// What the circulations show.
pub(super) struct Twins {
    /// No cell that moves both ways is a bridge, and all others have their way back among these.
    sound: bool,
    /// Whether knowing a cell may determine another.
    tells: Vec<bool>,
}

impl Twins {
    /// Over the arcs of cells, of which some can fall.
    pub fn new(nodes: usize, arcs: &[(usize, usize)], falls: &[bool]) -> Self {
        let used = |cell: &usize| falls[*cell] && arcs[*cell].0 != arcs[*cell].1;
        let cells: Vec<usize> = (0..arcs.len()).filter(used).collect();
        let forest = Forest::new(nodes, arcs, &cells);
        let labels = [forest.circulation(arcs, &cells, 1), forest.circulation(arcs, &cells, 2)];
        let mut classes: BTreeMap<Option<u64>, Vec<usize>> = BTreeMap::new();
        let mut bridge = false;
        for &cell in &cells {
            let (one, other) = (labels[0][cell], labels[1][cell]);
            bridge |= one == 0 && other == 0;
            let class = (other != 0).then(|| times(one, inverse(other)));
            classes.entry(class).or_default().push(cell);
        }
        let mut tells = vec![false; arcs.len()];
        for class in classes.into_values().filter(|class| class.len() > 1) {
            class.into_iter().for_each(|cell| tells[cell] = true);
        }
        let apart = (0..arcs.len()).any(|cell| forest.tree[arcs[cell].0] != forest.tree[arcs[cell].1]);
        Self { sound: !bridge && !apart, tells }
    }

    /// Whether certainly no cell is determined for somebody who knows these; false says nothing.
    pub fn nothing_is_determined(&self, known: &[usize]) -> bool {
        match known {
            [] => self.sound,
            [one] => self.sound && !self.tells[*one],
            _ => false,
        }
    }
}

/// A spanning forest.
struct Forest {
    /// Nodes in the order in which they were reached.
    order: Vec<usize>,
    /// The cell by which each node was reached, with the node it was reached from.
    parent: Vec<Option<(usize, usize)>>,
    /// The root of each node's tree.
    tree: Vec<usize>,
}

impl Forest {
    fn new(nodes: usize, arcs: &[(usize, usize)], cells: &[usize]) -> Self {
        let mut ways: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes];
        for &cell in cells {
            let (from, to) = arcs[cell];
            ways[from].push((to, cell));
            ways[to].push((from, cell));
        }
        let mut forest = Self {
            order: Vec::with_capacity(nodes),
            parent: vec![None; nodes],
            tree: vec![usize::MAX; nodes],
        };
        for root in 0..nodes {
            if forest.tree[root] != usize::MAX {
                continue;
            }
            forest.tree[root] = root;
            let mut next = forest.order.len();
            forest.order.push(root);
            while let Some(&node) = forest.order.get(next) {
                next += 1;
                for &(to, cell) in &ways[node] {
                    if forest.tree[to] == usize::MAX {
                        forest.tree[to] = root;
                        forest.parent[to] = Some((node, cell));
                        forest.order.push(to);
                    }
                }
            }
        }
        forest
    }

    /// A random circulation: any numbers off the forest, and on it what balances every node.
    fn circulation(&self, arcs: &[(usize, usize)], cells: &[usize], seed: u64) -> Vec<u64> {
        let mut on_tree = vec![false; arcs.len()];
        self.parent.iter().flatten().for_each(|&(_, cell)| on_tree[cell] = true);
        let mut label = vec![0; arcs.len()];
        let mut surplus = vec![0; self.tree.len()];
        for &cell in cells.iter().filter(|cell| !on_tree[**cell]) {
            let (from, to) = arcs[cell];
            label[cell] = mixed(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ cell as u64) % PRIME;
            surplus[to] = plus(surplus[to], label[cell]);
            surplus[from] = minus(surplus[from], label[cell]);
        }
        for &node in self.order.iter().rev() {
            if let Some((parent, cell)) = self.parent[node] {
                // What is too much at the node leaves it by the cell towards its parent.
                let much = surplus[node];
                label[cell] = if arcs[cell].0 == node { much } else { minus(0, much) };
                surplus[parent] = plus(surplus[parent], much);
            }
        }
        label
    }
}

/// SplitMix64's output function.
fn mixed(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
