//! The equations of a table among the cells that are unknown, cut into independent parts.
//!
//! The unknowns are *deviations* `d` from the true values: shown cells have `d = 0`, and each
//! relation says `d(total) - Σ d(parts) = 0`. Out of scope: what bounds the deviations.

#![allow(clippy::indexing_slicing, reason = "indices are made here from a table whose indices were checked")]

use super::table::Table;

/// Unknowns and the equations that they are in.
#[derive(Debug, Clone)]
pub(super) struct System {
    /// What each unknown was called where this system was cut from: the table, or a larger system.
    pub cells: Vec<usize>,
    /// For each unknown, the equations that it is in, with its sign.
    pub columns: Vec<Vec<(usize, i8)>>,
    /// The number of equations.
    pub height: usize,
}

impl System {
    /// All equations of a table.
    pub fn of(table: &Table) -> Self {
        let mut columns = vec![Vec::new(); table.cells().len()];
        for (equation, relation) in table.relations().iter().enumerate() {
            for (cell, sign) in relation.parts.iter().map(|&part| (part, -1)).chain([(relation.total, 1)]) {
                columns[cell].push((equation, sign));
            }
        }
        Self { cells: (0..columns.len()).collect(), columns, height: table.relations().len() }
    }

    /// The connected parts of what is left where only some unknowns are unknown. Each part lists its
    /// unknowns in their order here, and the parts are in the order of their first ones.
    pub fn split(&self, unknown: &[bool]) -> Vec<Self> {
        let mut links = Links::new(unknown.len());
        let mut first = vec![usize::MAX; self.height];
        let present = || (0..unknown.len()).filter(|cell| unknown[*cell]);
        for cell in present() {
            for &(equation, _) in &self.columns[cell] {
                if first[equation] == usize::MAX {
                    first[equation] = cell;
                }
                links.join(first[equation], cell);
            }
        }
        let mut part_of = vec![usize::MAX; unknown.len()];
        let mut parts: Vec<Self> = Vec::new();
        let mut renamed = vec![usize::MAX; self.height];
        for cell in present() {
            let root = links.root(cell);
            if part_of[root] == usize::MAX {
                part_of[root] = parts.len();
                parts.push(Self { cells: Vec::new(), columns: Vec::new(), height: 0 });
            }
            let part = &mut parts[part_of[root]];
            let mut column = self.columns[cell].clone();
            for (equation, _) in &mut column {
                let name = &mut renamed[*equation];
                if *name == usize::MAX {
                    *name = part.height;
                    part.height += 1;
                }
                *equation = *name;
            }
            part.cells.push(cell);
            part.columns.push(column);
        }
        parts
    }

    /// What is left where only some unknowns are unknown, in one piece.
    pub fn only(&self, unknown: &[bool]) -> Self {
        let kept = (0..unknown.len()).filter(|cell| unknown[*cell]);
        let (cells, columns) = kept.map(|cell| (cell, self.columns[cell].clone())).unzip();
        Self { cells, columns, height: self.height }
    }

    /// The unknowns of each equation, with their signs.
    pub fn rows(&self) -> Vec<Vec<(usize, i8)>> {
        let mut rows = vec![Vec::new(); self.height];
        for (cell, column) in self.columns.iter().enumerate() {
            for &(equation, sign) in column {
                rows[equation].push((cell, sign));
            }
        }
        rows
    }

    /// The system as a network, where it is one: each unknown an arc `(from, to)` between equations
    /// (one more node stands for the world outside), such that deviations are a circulation.
    ///
    /// That is so where no cell is in more than two equations, and equations can be given signs such
    /// that each cell enters one and leaves the other.
    pub fn arcs(&self) -> Option<Vec<(usize, usize)>> {
        let rows = self.rows();
        let mut sign = vec![0_i8; self.height];
        for start in 0..self.height {
            if sign[start] != 0 {
                continue;
            }
            sign[start] = 1;
            let mut queue = vec![start];
            while let Some(equation) = queue.pop() {
                for &(cell, own) in &rows[equation] {
                    if self.columns[cell].len() > 2 {
                        return None;
                    }
                    for &(other, its) in self.columns[cell].iter().filter(|(other, _)| *other != equation) {
                        let wanted = -sign[equation] * own * its;
                        if sign[other] == 0 {
                            sign[other] = wanted;
                            queue.push(other);
                        } else if sign[other] != wanted {
                            return None;
                        }
                    }
                }
            }
        }
        Some(
            self.columns
                .iter()
                .map(|column| {
                    let (mut from, mut to) = (self.height, self.height);
                    for &(equation, own) in column {
                        if own * sign[equation] > 0 { to = equation } else { from = equation }
                    }
                    (from, to)
                })
                .collect(),
        )
    }
}

/// Sets of cells that hang together (union–find with path halving).
struct Links(Vec<usize>);

impl Links {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut cell: usize) -> usize {
        while self.0[cell] != cell {
            self.0[cell] = self.0[self.0[cell]];
            cell = self.0[cell];
        }
        cell
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        let (low, high) = if left < right { (left, right) } else { (right, left) };
        self.0[high] = low;
    }
}
