//! How cells may move together: a linear programme over the deviations of some unknowns.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are made here; a wrong one must stop the answer, not change it"
)]

use super::super::attacker::Need;
use super::super::problem::Problem;
use super::super::simplex::{Outcome, Row, Simplex};
use super::super::system::System;
use super::PIVOTS;

/// The programme, kept warm from one question to the next.
pub(super) struct Deviations {
    /// The unknowns present, and the place of each unknown.
    names: Vec<usize>,
    place: Vec<Option<usize>>,
    /// The system's equation of each row.
    equations: Vec<usize>,
    simplex: Simplex,
}

/// How far cells may move.
pub(super) struct Reach {
    /// In widths.
    pub spread: f64,
    /// Whether zeros may fall as well (the relaxation in which every cell moves both ways).
    pub both: bool,
    /// The least weight of a cell.
    pub glimpse: f64,
}

impl Deviations {
    /// Over the unknowns that are `present`; the others stay as they are.
    pub fn new(system: &System, present: &[bool]) -> Self {
        let names: Vec<usize> = (0..present.len()).filter(|&cell| present[cell]).collect();
        let mut place = vec![None; present.len()];
        let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); system.height];
        for (index, &cell) in names.iter().enumerate() {
            place[cell] = Some(index);
            for &(row, sign) in &system.columns[cell] {
                rows[row].push((index, f64::from(sign)));
            }
        }
        let n = names.len();
        let mut simplex = Simplex::new(vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let mut equations = Vec::new();
        for (equation, terms) in rows.into_iter().enumerate().filter(|(_, terms)| !terms.is_empty()) {
            equations.push(equation);
            simplex.add_row(Row { terms, rhs: 0.0, equation: true });
        }
        Self { names, place, equations, simplex }
    }

    /// The work done so far, in steps of about a microsecond.
    pub fn work(&self) -> u64 {
        self.simplex.work()
    }

    /// Bounds for one need at a point.
    pub fn bound(&mut self, problem: &Problem, need: &Need, x: &[f64], reach: &Reach) {
        let unit = need.aim.width();
        for (index, &cell) in self.names.iter().enumerate() {
            let weight = x[cell].max(reach.glimpse);
            let room = if reach.both { 1.0 } else { (problem.room(cell) / unit).min(reach.spread) };
            self.simplex.set_bounds(index, -room * weight, reach.spread * weight);
        }
        for index in need.known.iter().filter_map(|&cell| self.place[cell]) {
            self.simplex.set_bounds(index, 0.0, 0.0);
        }
    }

    /// Bounds for the target.
    pub fn bound_target(&mut self, target: usize, lower: f64, upper: f64) {
        if let Some(index) = self.place[target] {
            self.simplex.set_bounds(index, lower, upper);
        }
    }

    /// The extreme of the target within the bounds, with the share in it, by unknown, that each unit of
    /// movement has (positive: of movement up). No shares where only the target's own bound counts.
    pub fn extreme(&mut self, problem: &Problem, target: usize, up: bool) -> Option<(f64, Vec<f64>)> {
        let (name, target) = (target, self.place[target]?);
        let sign = if up { 1.0 } else { -1.0 };
        for index in 0..self.names.len() {
            // A little cost, different for each, keeps the path from going round in circles.
            let noise = (self.names[index] as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            self.simplex.set_cost(index, 1e-7 * (0.5 + noise as f64 / f64::from(1 << 24)));
        }
        self.simplex.set_cost(target, -sign);
        if self.simplex.solve(PIVOTS) != Outcome::Optimal {
            return None;
        }
        for index in 0..self.names.len() {
            self.simplex.set_cost(index, 0.0);
        }
        self.simplex.set_cost(target, -sign);
        let system = problem.system();
        let mut multipliers = vec![0.0; system.height];
        for (&equation, multiplier) in self.equations.iter().zip(self.simplex.multipliers()) {
            multipliers[equation] = multiplier;
        }
        let priced = |cell: usize| {
            let column = system.columns[cell].iter();
            column.map(|&(equation, sign)| multipliers[equation] * f64::from(sign)).sum::<f64>()
        };
        // sign · d(target) · scale = Σ share · d over all other cells.
        let value = self.simplex.value(target) * sign;
        let scale = -sign * priced(name);
        if scale < 1e-6 {
            return Some((value, Vec::new()));
        }
        let shares = (0..self.place.len()).map(|cell| if cell == name { 0.0 } else { priced(cell) / scale });
        Some((value, shares.collect()))
    }

    /// The unknowns that move in the last extreme.
    pub fn moving(&self) -> Vec<usize> {
        let moves = |(index, _): &(usize, &usize)| self.simplex.value(*index).abs() > 1e-9;
        self.names.iter().enumerate().filter(moves).map(|(_, cell)| *cell).collect()
    }
}
