//! The dual simplex's iterations: who leaves, who enters, and the update.

#![allow(
    clippy::indexing_slicing,
    reason = "dense numerical kernel: a wrong index must stop the answer, not change it"
)]

use super::basis::{dot, subtract};
use super::{FEASIBLE, Outcome, Simplex};

/// Smallest entry that may be a pivot.
const PIVOT: f64 = 1e-7;
/// Pivots after which the inverse is worked out afresh.
const REINVERT: usize = 150;

/// A nonbasic variable that could enter, with the step at which its reduced cost turns.
struct Breakpoint {
    variable: usize,
    ratio: f64,
    entry: f64,
}

impl Simplex {
    /// Solves from the current basis with at most `limit` pivots.
    pub fn solve(&mut self, limit: u64) -> Outcome {
        self.refresh();
        let last = self.pivots.saturating_add(limit);
        let mut retried = false;
        loop {
            if self.pivots >= last {
                return Outcome::GaveUp;
            }
            if self.since_inversion >= REINVERT {
                if !self.invert() {
                    return Outcome::GaveUp;
                }
                self.refresh();
            }
            let Some((leaving, short)) = self.leaving() else {
                return Outcome::Optimal;
            };
            let entries = self.pivot_row(leaving);
            match self.entering(&entries, short) {
                Some((entering, flips)) => {
                    if !self.pivot(leaving, entering, &flips, &entries, short) {
                        // The inverse has drifted: once more with a fresh one.
                        if std::mem::replace(&mut retried, true) || !self.invert() {
                            return Outcome::GaveUp;
                        }
                        self.refresh();
                    }
                }
                None if self.since_inversion == 0 => return Outcome::Infeasible,
                None => {
                    if !self.invert() {
                        return Outcome::GaveUp;
                    }
                    self.refresh();
                }
            }
        }
    }

    /// The position that is most outside its bounds for its weight, with what it lacks (positive:
    /// below the lower bound; negative: above the upper).
    fn leaving(&self) -> Option<(usize, f64)> {
        let mut best = None;
        let mut most = 0.0;
        for (position, (&variable, &value)) in self.head.iter().zip(&self.basic).enumerate() {
            let (lower, upper) = self.range(variable);
            let short = if value < lower - FEASIBLE {
                lower - value
            } else if value > upper + FEASIBLE {
                upper - value
            } else {
                continue;
            };
            let score = short * short / self.weight[position];
            if score > most {
                most = score;
                best = Some((position, short));
            }
        }
        best
    }

    /// Entries of the leaving position's row of the tableau, for nonbasic variables.
    fn pivot_row(&self, leaving: usize) -> Vec<(usize, f64)> {
        let n = self.variables();
        let line = &self.inverse[leaving];
        let mut dense = vec![0.0; n];
        let mut entries = Vec::new();
        for (row, &factor) in line.iter().enumerate() {
            if factor.abs() > 1e-12 {
                for &(variable, coefficient) in &self.rows[row].terms {
                    dense[variable] += factor * coefficient;
                }
                if self.position[n + row].is_none() {
                    entries.push((n + row, -factor));
                }
            }
        }
        for (variable, &entry) in dense.iter().enumerate() {
            if entry.abs() > 1e-11 && self.position[variable].is_none() {
                entries.push((variable, entry));
            }
        }
        entries
    }

    /// The variable that enters and those that flip to their other bound on the way.
    fn entering(&self, entries: &[(usize, f64)], short: f64) -> Option<(usize, Vec<usize>)> {
        let mut breakpoints: Vec<Breakpoint> = entries
            .iter()
            .filter_map(|&(variable, entry)| {
                let (lower, upper) = self.range(variable);
                let moving = if short > 0.0 { -entry } else { entry };
                let helps = if self.at_upper[variable] { moving < -PIVOT } else { moving > PIVOT };
                (helps && lower < upper).then(|| Breakpoint {
                    variable,
                    ratio: self.reduced[variable].abs() / entry.abs(),
                    entry: entry.abs(),
                })
            })
            .collect();
        breakpoints.sort_by(|a, b| {
            a.ratio.total_cmp(&b.ratio).then(b.entry.total_cmp(&a.entry)).then(a.variable.cmp(&b.variable))
        });
        let mut slope = short.abs();
        let mut passed = breakpoints.len();
        for (index, point) in breakpoints.iter().enumerate() {
            let (lower, upper) = self.range(point.variable);
            slope -= point.entry * (upper - lower);
            if slope <= 0.0 {
                passed = index;
                break;
            }
        }
        let stop = breakpoints.get(passed)?;
        // Among nearly equal steps the largest pivot is the safest.
        let tied = breakpoints[passed..].iter().take_while(|point| point.ratio <= stop.ratio + 1e-10);
        let chosen =
            tied.max_by(|a, b| a.entry.total_cmp(&b.entry).then(b.variable.cmp(&a.variable)))?.variable;
        Some((chosen, breakpoints[..passed].iter().map(|point| point.variable).collect()))
    }

    /// Makes the exchange; false (and nothing changed but flips undone by a refresh) where the
    /// entry worked out by column disagrees with the one by row.
    fn pivot(
        &mut self,
        leaving: usize,
        entering: usize,
        flips: &[usize],
        entries: &[(usize, f64)],
        short: f64,
    ) -> bool {
        let mut column = vec![0.0; self.height()];
        let mut sparse = Vec::new();
        self.column(entering, |row, coefficient| sparse.push((row, coefficient)));
        for (value, line) in column.iter_mut().zip(&self.inverse) {
            *value = sparse.iter().map(|&(row, coefficient)| line[row] * coefficient).sum();
        }
        let entry = column[leaving];
        let by_row =
            entries.iter().find(|(variable, _)| *variable == entering).map_or(0.0, |(_, entry)| *entry);
        if entry.abs() < PIVOT || (entry - by_row).abs() > 1e-6 * (1.0 + entry.abs()) {
            return false;
        }
        self.pivots += 1;
        self.since_inversion += 1;
        self.flip(flips);
        let leaver = self.head[leaving];
        let (lower, upper) = self.range(leaver);
        let bound = if short > 0.0 { lower } else { upper };
        let step = (self.basic[leaving] - bound) / entry;
        let entered = self.resting(entering) + step;
        subtract(&mut self.basic, step, &column);
        let turn = self.reduced[entering] / entry;
        for &(variable, entry) in entries {
            self.reduced[variable] -= turn * entry;
        }
        self.reduced[entering] = 0.0;
        self.reduced[leaver] = -turn;
        self.at_upper[leaver] = short < 0.0;
        self.reweigh(leaving, &column);
        let mut line = std::mem::take(&mut self.inverse[leaving]);
        line.iter_mut().for_each(|value| *value /= entry);
        for (position, &factor) in column.iter().enumerate() {
            if position != leaving && factor.abs() > 1e-13 {
                subtract(&mut self.inverse[position], factor, &line);
            }
        }
        self.inverse[leaving] = line;
        self.basic[leaving] = entered;
        self.head[leaving] = entering;
        self.position[entering] = Some(leaving);
        self.position[leaver] = None;
        true
    }

    /// Moves nonbasic variables to their other bounds.
    fn flip(&mut self, flips: &[usize]) {
        if flips.is_empty() {
            return;
        }
        let mut moved = vec![0.0; self.height()];
        for &variable in flips {
            let (lower, upper) = self.range(variable);
            let step = if self.at_upper[variable] { lower - upper } else { upper - lower };
            self.at_upper[variable] = !self.at_upper[variable];
            self.column(variable, |row, coefficient| moved[row] += step * coefficient);
        }
        for (value, line) in self.basic.iter_mut().zip(&self.inverse) {
            *value -= dot(line, &moved);
        }
    }

    /// Devex weights for the dual (Forrest and Goldfarb, *Mathematical Programming* 57, 1992).
    fn reweigh(&mut self, leaving: usize, column: &[f64]) {
        let own = self.weight[leaving] / (column[leaving] * column[leaving]);
        for (weight, value) in self.weight.iter_mut().zip(column) {
            *weight = weight.max(value * value * own);
        }
        self.weight[leaving] = own.max(1.0);
        if self.weight[leaving] > 1e9 {
            self.weight.iter_mut().for_each(|weight| *weight = 1.0);
        }
    }
}
