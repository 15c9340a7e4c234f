//! How far a cell of any linear structure can move: a linear programme, solved in floating point and
//! then proved in whole numbers.
//!
//! The solver only proposes a basis. The point that belongs to it is worked out again from the exact
//! bounds and the basis's ratios (small fractions, for matrices of 0 and ±1), checked against every
//! equation in whole numbers, and shrunk towards the true table until every bound holds. So what is
//! reported as reachable is reachable. Out of scope: proving that nothing beyond it is.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use super::super::simplex::{Outcome, Row, Simplex};
use super::super::system::System;

/// Pivots that one question may take.
const PIVOTS: u64 = 20_000;
/// How far other cells may move, in multiples of what is asked for.
const SPREAD: f64 = 64.0;

/// The attacker's linear programme over the unknowns of a part.
pub(in super::super) struct Programme {
    columns: Vec<Vec<(usize, i8)>>,
    height: usize,
    rooms: Vec<Option<i128>>,
    held: Vec<bool>,
    simplex: Simplex,
}

impl Programme {
    /// The unknowns of a part, and how far each can fall (`None`: without limit).
    pub fn new(system: &System, rooms: Vec<Option<i128>>) -> Self {
        let n = system.cells.len();
        let mut simplex = Simplex::new(vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        for row in system.rows() {
            let terms = row.into_iter().map(|(cell, sign)| (cell, f64::from(sign))).collect();
            simplex.add_row(Row { terms, rhs: 0.0, equation: true });
        }
        Self { columns: system.columns.clone(), height: system.height, rooms, held: vec![false; n], simplex }
    }

    /// Holds some unknowns at their true values.
    pub fn hold(&mut self, known: &[usize]) {
        for &cell in known {
            self.held[cell] = true;
        }
    }

    /// How far a cell can move up or down, at least; `None`: without limit. Known only up to `enough`.
    pub fn reach(&mut self, cell: usize, up: bool, enough: Option<i128>) -> Option<i128> {
        if self.columns[cell].is_empty() {
            return if up { None } else { self.rooms[cell] };
        }
        if !up && self.rooms[cell] == Some(0) {
            return Some(0);
        }
        let unit = enough.unwrap_or_else(|| self.rooms.iter().flatten().copied().max().unwrap_or(1)).max(1);
        // Without a limit asked for, a cell that moves with nothing falling has none.
        if enough.is_none() {
            let ray: Vec<Option<i128>> = self.rooms.iter().map(|room| room.map(|_| 0)).collect();
            let point = self.extreme(&[cell], up, 1, &ray);
            if point.is_some_and(|point| point.share(cell, up, &ray) > 0) {
                return None;
            }
        }
        let rooms = self.rooms.clone();
        let reach = self.extreme(&[cell], up, unit, &rooms).map_or(0, |point| point.share(cell, up, &rooms));
        Some(if up { reach } else { reach.min(self.rooms[cell].unwrap_or(reach)) })
    }

    /// Those of some zeros that cannot be shown to rise.
    pub fn cannot_rise(&mut self, mut zeros: Vec<usize>) -> Vec<usize> {
        let rooms = self.rooms.clone();
        while !zeros.is_empty() {
            let Some(point) = self.extreme(&zeros, true, 1, &rooms) else { break };
            if !point.within(&rooms) {
                break;
            }
            let before = zeros.len();
            zeros.retain(|&cell| point.moves[cell] <= 0);
            if zeros.len() == before {
                break;
            }
        }
        zeros
    }

    /// A point, exactly in the equations, in which the sum of some cells is extreme. Bounds hold but
    /// for the solver's tolerance.
    fn extreme(&mut self, cells: &[usize], up: bool, unit: i128, rooms: &[Option<i128>]) -> Option<Point> {
        let far = SPREAD * unit as f64;
        let n = self.columns.len();
        for (unknown, room) in rooms.iter().enumerate() {
            let floor = room.map_or(-far, |room| -(room as f64).min(far));
            let (lower, upper) = if self.held[unknown] { (0.0, 0.0) } else { (floor, far) };
            self.simplex.set_bounds(unknown, lower / unit as f64, upper / unit as f64);
            // A little cost, different for each, keeps the path from going round in circles.
            let noise = (unknown as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            self.simplex.set_cost(unknown, 1e-7 * (0.5 + noise as f64 / f64::from(1 << 24)));
        }
        for &cell in cells {
            self.simplex.set_cost(cell, if up { -1.0 } else { 1.0 });
        }
        if self.simplex.solve(PIVOTS) == Outcome::Optimal {
            for unknown in (0..n).filter(|unknown| !cells.contains(unknown)) {
                self.simplex.set_cost(unknown, 0.0);
            }
            self.simplex.solve(PIVOTS);
        }
        self.exact(unit, rooms)
    }

    /// The current basis's point in whole numbers over one denominator.
    fn exact(&self, unit: i128, rooms: &[Option<i128>]) -> Option<Point> {
        let n = self.columns.len();
        let far = unit.saturating_mul(SPREAD as i128);
        let mut resting = Vec::new();
        for (unknown, room) in rooms.iter().enumerate() {
            let (lower, upper) = self.simplex.bounds(unknown);
            if let Some(at_upper) = self.simplex.rests_at_upper(unknown)
                && lower < upper
            {
                let value = if at_upper { far } else { room.map_or(-far, |room| -room.min(far)) };
                if value != 0 {
                    resting.push((unknown, value, self.simplex.tableau_column(unknown)));
                }
            }
        }
        let denominator = common_denominator(
            resting.iter().flat_map(|(_, _, column)| column.iter().map(|(_, entry)| *entry)),
        )?;
        let mut moves = vec![0_i128; n];
        for (unknown, value, column) in &resting {
            moves[*unknown] = value.checked_mul(denominator)?;
            for &(basic, entry) in column {
                let whole = (entry * denominator as f64).round() as i128;
                if basic < n {
                    moves[basic] = moves[basic].checked_sub(whole.checked_mul(*value)?)?;
                }
            }
        }
        let mut sums = vec![0_i128; self.height];
        for (column, &moved) in self.columns.iter().zip(&moves) {
            for &(equation, sign) in column {
                sums[equation] = sums[equation].checked_add(i128::from(sign).checked_mul(moved)?)?;
            }
        }
        let held = self.held.iter().zip(&moves).all(|(held, moved)| !held || *moved == 0);
        (held && sums.iter().all(|sum| *sum == 0)).then_some(Point { moves, denominator })
    }
}

/// Deviations that satisfy every equation: `moves / denominator`.
struct Point {
    moves: Vec<i128>,
    denominator: i128,
}

impl Point {
    /// Whether every bound holds.
    fn within(&self, rooms: &[Option<i128>]) -> bool {
        self.moves.iter().zip(rooms).all(|(moved, room)| {
            room.is_none_or(|room| moved.saturating_neg() <= room.saturating_mul(self.denominator))
        })
    }

    /// How far the cell has moved, in whole units, once the whole point is shrunk into the bounds.
    fn share(&self, cell: usize, up: bool, rooms: &[Option<i128>]) -> i128 {
        let moved = if up { self.moves[cell] } else { self.moves[cell].saturating_neg() };
        if moved <= 0 {
            return 0;
        }
        let mut share = moved / self.denominator;
        for (&other, room) in self.moves.iter().zip(rooms) {
            if let Some(room) = *room
                && other.saturating_neg() > room.saturating_mul(self.denominator)
            {
                let shrunk = moved.checked_mul(room).map_or(0, |product| product / other.saturating_neg());
                share = share.min(shrunk);
            }
        }
        share
    }
}

/// The least denominator of at most 5,040 that all entries are near a multiple of.
fn common_denominator(entries: impl Iterator<Item = f64>) -> Option<i128> {
    let mut common = 1_i128;
    for entry in entries {
        let scaled = entry * common as f64;
        if (scaled - scaled.round()).abs() > 1e-6 {
            let factor = (2..=60).find(|&factor| {
                let scaled = scaled * f64::from(factor);
                (scaled - scaled.round()).abs() < 1e-5
            })?;
            common *= i128::from(factor);
            if common > 5_040 {
                return None;
            }
        }
    }
    Some(common)
}
