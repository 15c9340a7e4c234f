//! The dual simplex's iterations: who leaves, who enters, and the update.

#![allow(
    clippy::indexing_slicing,
    reason = "numerical kernel: a wrong index must stop the answer, not change it"
)]

use super::basis::{Member, subtract};
use super::{FEASIBLE, LOOSE, Outcome, Simplex};

/// Smallest entry that may be a pivot.
const PIVOT: f64 = 1e-7;
/// Pivots after which the inverse is worked out afresh.
const REINVERT: usize = 100;
/// What it takes to sort a variable among others, in multiplications in a row.
const SORTED: usize = 40;

/// What leaves the basis, and how far it is outside its bounds (positive: below the lower one).
struct Leaving {
    member: Member,
    short: f64,
}

/// A nonbasic member that could enter, with the step at which its reduced cost turns.
struct Breakpoint {
    member: Member,
    ratio: f64,
    entry: f64,
    range: f64,
}

impl Simplex {
    /// Solves from the current basis with at most `limit` pivots.
    pub fn solve(&mut self, limit: u64) -> Outcome {
        self.refresh();
        let last = self.pivots.saturating_add(limit);
        let mut drifts = 0;
        loop {
            if self.pivots >= last {
                return Outcome::GaveUp;
            }
            if self.since_inversion >= REINVERT && !self.renew() {
                return Outcome::GaveUp;
            }
            let Some(leaving) = self.leaving() else {
                return Outcome::Optimal;
            };
            let share = self.share(leaving.member);
            let entries = self.pivot_row(leaving.member, &share);
            match self.entering(&entries, leaving.short) {
                Some((entering, flips)) => {
                    if !self.pivot(&leaving, &share, entering, &flips, &entries) {
                        // The inverse has drifted: again with a fresh one, but not for ever.
                        drifts += 1;
                        if drifts > 5 || !self.renew() {
                            return Outcome::GaveUp;
                        }
                    }
                }
                None if self.since_inversion == 0 => return Outcome::Infeasible,
                None => {
                    if !self.renew() {
                        return Outcome::GaveUp;
                    }
                }
            }
        }
    }

    /// A fresh inverse and fresh values; where the basis is singular, the one of all surpluses.
    fn renew(&mut self) -> bool {
        if !self.invert() {
            self.clear();
        }
        self.refresh();
        true
    }

    /// The member that is most outside its bounds for its weight.
    fn leaving(&self) -> Option<Leaving> {
        let mut best = None;
        let mut most = 0.0;
        let mut consider = |member, short: f64, weight: f64| {
            let score = short * short / weight;
            if score > most {
                most = score;
                best = Some(Leaving { member, short });
            }
        };
        for &variable in &self.basics {
            let (value, lower, upper) = (self.x[variable], self.lower[variable], self.upper[variable]);
            if value < lower - FEASIBLE {
                consider(Member::Variable(variable), lower - value, self.variable_weight[variable]);
            } else if value > upper + FEASIBLE {
                consider(Member::Variable(variable), upper - value, self.variable_weight[variable]);
            }
        }
        for (row, (line, &activity)) in self.rows.iter().zip(&self.activity).enumerate() {
            let short = line.rhs - activity;
            if (short > FEASIBLE || (line.equation && short < -FEASIBLE)) && self.tight_place[row].is_none() {
                consider(Member::Surplus(row), short, self.row_weight[row]);
            }
        }
        best
    }

    /// The leaving member's row of the inverse, over the tight rows.
    fn share(&self, leaving: Member) -> Vec<f64> {
        match leaving {
            Member::Variable(variable) => {
                self.basic_place[variable].map_or_else(Vec::new, |place| self.inverse[place].clone())
            }
            Member::Surplus(row) => {
                let mut share = vec![0.0; self.tight.len()];
                for &(variable, coefficient) in &self.rows[row].terms {
                    if let Some(place) = self.basic_place[variable] {
                        subtract(&mut share, -coefficient, &self.inverse[place]);
                    }
                }
                share
            }
        }
    }

    /// Entries of the leaving member's row of the tableau, for nonbasic members.
    fn pivot_row(&mut self, leaving: Member, share: &[f64]) -> Vec<(Member, f64)> {
        let mut dense = vec![0.0; self.x.len()];
        let mut entries = Vec::new();
        let mut looked = dense.len();
        for (&row, &factor) in self.tight.iter().zip(share).filter(|(_, factor)| factor.abs() > 1e-12) {
            for &(variable, coefficient) in &self.rows[row].terms {
                dense[variable] += factor * coefficient;
            }
            looked += self.rows[row].terms.len();
            entries.push((Member::Surplus(row), -factor));
        }
        if let Member::Surplus(row) = leaving {
            for &(variable, coefficient) in &self.rows[row].terms {
                dense[variable] -= coefficient;
            }
        }
        for (variable, &entry) in dense.iter().enumerate() {
            if entry.abs() > 1e-11 && self.basic_place[variable].is_none() {
                entries.push((Member::Variable(variable), entry));
            }
        }
        self.flops += (looked + LOOSE * dense.len()) as u64;
        entries
    }

    /// The member that enters and the variables that flip to their other bound on the way.
    fn entering(&mut self, entries: &[(Member, f64)], short: f64) -> Option<(Member, Vec<usize>)> {
        let mut breakpoints: Vec<Breakpoint> = entries
            .iter()
            .filter_map(|&(member, entry)| {
                let moving = if short > 0.0 { -entry } else { entry };
                let (falling, reduced, range) = match member {
                    Member::Variable(variable) => (
                        self.at_upper[variable],
                        self.reduced[variable],
                        self.upper[variable] - self.lower[variable],
                    ),
                    Member::Surplus(row) if self.rows[row].equation => return None,
                    Member::Surplus(row) => (false, self.multipliers[row], f64::INFINITY),
                };
                let helps = if falling { moving < -PIVOT } else { moving > PIVOT };
                let entry = entry.abs();
                (helps && range > 0.0).then(|| Breakpoint {
                    member,
                    ratio: reduced.abs() / entry,
                    entry,
                    range,
                })
            })
            .collect();
        breakpoints.sort_by(|left, right| {
            left.ratio.total_cmp(&right.ratio).then(right.entry.total_cmp(&left.entry))
        });
        self.flops += (SORTED * breakpoints.len()) as u64;
        let mut slope = short.abs();
        let mut passed = breakpoints.len();
        for (index, point) in breakpoints.iter().enumerate() {
            slope -= point.entry * point.range;
            if slope <= 0.0 {
                passed = index;
                break;
            }
        }
        let stop = breakpoints.get(passed)?;
        // Among nearly equal steps the largest pivot is the safest.
        let tied = breakpoints[passed..].iter().take_while(|point| point.ratio <= stop.ratio + 1e-10);
        let chosen =
            tied.fold(stop, |best, point| if point.entry > best.entry { point } else { best }).member;
        let flips = breakpoints[..passed].iter().filter_map(|point| match point.member {
            Member::Variable(variable) => Some(variable),
            Member::Surplus(_) => None,
        });
        Some((chosen, flips.collect()))
    }

    /// Makes the exchange; false, and nothing changed, where the entry worked out by column disagrees
    /// with the one by row.
    fn pivot(
        &mut self,
        leaving: &Leaving,
        share: &[f64],
        entering: Member,
        flips: &[usize],
        entries: &[(Member, f64)],
    ) -> bool {
        let column = match entering {
            Member::Variable(variable) => self.columns[variable].clone(),
            Member::Surplus(row) => vec![(row, -1.0)],
        };
        let fall = self.fall(&column);
        let entry = match leaving.member {
            Member::Variable(variable) => self.basic_place[variable].map_or(0.0, |place| fall[place]),
            Member::Surplus(row) => {
                let own = column
                    .iter()
                    .find(|(other, _)| *other == row)
                    .map_or(0.0, |(_, coefficient)| *coefficient);
                self.over(row, &fall) - own
            }
        };
        let by_row = entries.iter().find(|(member, _)| *member == entering).map_or(0.0, |(_, entry)| *entry);
        if entry.abs() < PIVOT || (entry - by_row).abs() > 1e-6 * (1.0 + entry.abs()) {
            return false;
        }
        self.pivots += 1;
        self.since_inversion += 1;
        self.flip(flips);
        let missing = match leaving.member {
            Member::Variable(variable) => {
                let bound = if leaving.short > 0.0 { self.lower[variable] } else { self.upper[variable] };
                self.x[variable] - bound
            }
            Member::Surplus(row) => self.activity[row] - self.rows[row].rhs,
        };
        self.advance(entering, missing / entry, &fall);
        self.turn(leaving, entering, entry, entries);
        self.reweigh(leaving.member, entering, entry, &column, &fall);
        self.exchange(leaving.member, entering, &fall, share);
        true
    }

    /// A row's entries over the basic variables, times how they fall.
    fn over(&self, row: usize, fall: &[f64]) -> f64 {
        let terms = self.rows[row].terms.iter();
        terms
            .filter_map(|&(variable, coefficient)| Some(coefficient * fall[self.basic_place[variable]?]))
            .sum()
    }

    /// Moves the entering member by a step, and all basic variables with it.
    fn advance(&mut self, entering: Member, step: f64, fall: &[f64]) {
        if let Member::Variable(variable) = entering {
            self.shift(variable, step);
        }
        for (place, &fall) in fall.iter().enumerate().filter(|(_, fall)| **fall != 0.0) {
            self.shift(self.basics[place], -step * fall);
        }
    }

    /// Changes a variable's value and its rows' activities.
    fn shift(&mut self, variable: usize, by: f64) {
        self.x[variable] += by;
        for &(row, coefficient) in &self.columns[variable] {
            self.activity[row] += coefficient * by;
        }
        self.flops += self.columns[variable].len() as u64;
    }

    /// The reduced costs after the exchange; the leaving variable rests at the bound it was beyond.
    fn turn(&mut self, leaving: &Leaving, entering: Member, entry: f64, entries: &[(Member, f64)]) {
        let turn = match entering {
            Member::Variable(variable) => self.reduced[variable],
            Member::Surplus(row) => self.multipliers[row],
        } / entry;
        for &(member, entry) in entries {
            match member {
                Member::Variable(variable) => self.reduced[variable] -= turn * entry,
                Member::Surplus(row) => self.multipliers[row] -= turn * entry,
            }
        }
        match entering {
            Member::Variable(variable) => self.reduced[variable] = 0.0,
            Member::Surplus(row) => self.multipliers[row] = 0.0,
        }
        match leaving.member {
            Member::Variable(variable) => {
                self.reduced[variable] = -turn;
                self.at_upper[variable] = leaving.short < 0.0;
                self.x[variable] =
                    if leaving.short < 0.0 { self.upper[variable] } else { self.lower[variable] };
            }
            Member::Surplus(row) => self.multipliers[row] = -turn,
        }
    }

    /// Moves nonbasic variables to their other bounds.
    fn flip(&mut self, flips: &[usize]) {
        if flips.is_empty() {
            return;
        }
        let mut moved = vec![0.0; self.rows.len()];
        for &variable in flips {
            let range = self.upper[variable] - self.lower[variable];
            let step = if self.at_upper[variable] { -range } else { range };
            self.at_upper[variable] = !self.at_upper[variable];
            self.shift(variable, step);
            for &(row, coefficient) in &self.columns[variable] {
                moved[row] += step * coefficient;
            }
        }
        let column: Vec<(usize, f64)> =
            self.tight.iter().map(|&row| (row, moved[row])).filter(|(_, moved)| *moved != 0.0).collect();
        let fall = self.fall(&column);
        for (place, &fall) in fall.iter().enumerate().filter(|(_, fall)| **fall != 0.0) {
            self.shift(self.basics[place], -fall);
        }
    }

    /// Devex weights for the dual (Forrest and Goldfarb, *Mathematical Programming* 57, 1992).
    fn reweigh(
        &mut self,
        leaving: Member,
        entering: Member,
        entry: f64,
        column: &[(usize, f64)],
        fall: &[f64],
    ) {
        let weight = match leaving {
            Member::Variable(variable) => self.variable_weight[variable],
            Member::Surplus(row) => self.row_weight[row],
        };
        let own = weight / (entry * entry);
        for (&variable, &fall) in self.basics.iter().zip(fall) {
            let weight = &mut self.variable_weight[variable];
            *weight = weight.max(fall * fall * own);
        }
        let mut entries = vec![0.0; self.rows.len()];
        for (&variable, &fall) in self.basics.iter().zip(fall).filter(|(_, fall)| **fall != 0.0) {
            for &(row, coefficient) in &self.columns[variable] {
                entries[row] += coefficient * fall;
            }
        }
        for &(row, coefficient) in column {
            entries[row] -= coefficient;
        }
        for (row, &entry) in entries.iter().enumerate().filter(|(_, entry)| **entry != 0.0) {
            if self.tight_place[row].is_none() {
                self.row_weight[row] = self.row_weight[row].max(entry * entry * own);
            }
        }
        match entering {
            Member::Variable(variable) => self.variable_weight[variable] = own.max(1.0),
            Member::Surplus(row) => self.row_weight[row] = own.max(1.0),
        }
        if own > 1e9 {
            self.variable_weight.fill(1.0);
            self.row_weight.fill(1.0);
        }
    }
}
