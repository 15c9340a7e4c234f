//! The compact basis: its exchanges, inverting afresh, and values worked out from the inverse.

#![allow(
    clippy::indexing_slicing,
    reason = "numerical kernel: a wrong index must stop the answer, not change it"
)]

use super::{LOOSE, Simplex};

/// What enters or leaves the basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    /// A variable.
    Variable(usize),
    /// The surplus of a row, which is loose while its surplus is basic.
    Surplus(usize),
}

impl Simplex {
    /// How much each basic variable falls per unit of a column with these entries.
    pub(super) fn fall(&self, column: &[(usize, f64)]) -> Vec<f64> {
        let entries: Vec<(usize, f64)> = column
            .iter()
            .filter_map(|&(row, coefficient)| Some((self.tight_place[row]?, coefficient)))
            .collect();
        let along =
            |line: &Vec<f64>| entries.iter().map(|&(place, coefficient)| line[place] * coefficient).sum();
        self.inverse.iter().map(along).collect()
    }

    /// Exchanges one member for another. `fall`: how much each basic variable falls per unit of the
    /// entering one; `share`: the leaving row's entries over the tight rows.
    pub(super) fn exchange(&mut self, leaving: Member, entering: Member, fall: &[f64], share: &[f64]) {
        match (leaving, entering) {
            (Member::Variable(out), Member::Variable(into)) => self.replace_variable(out, into, fall),
            (Member::Surplus(out), Member::Variable(into)) => self.grow(out, into, fall, share),
            (Member::Variable(out), Member::Surplus(into)) => self.shrink(out, into),
            (Member::Surplus(out), Member::Surplus(into)) => self.replace_row(out, into, share),
        }
        let size = self.basics.len() as u64;
        self.flops += size * size;
    }

    fn replace_variable(&mut self, out: usize, into: usize, fall: &[f64]) {
        let Some(place) = self.basic_place[out].take() else { return };
        let mut line = std::mem::take(&mut self.inverse[place]);
        let pivot = fall[place];
        line.iter_mut().for_each(|entry| *entry /= pivot);
        for (other, &factor) in self.inverse.iter_mut().zip(fall).filter(|(_, factor)| factor.abs() > 1e-13) {
            subtract(other, factor, &line);
        }
        self.inverse[place] = line;
        self.basics[place] = into;
        self.basic_place[into] = Some(place);
    }

    /// A loose row becomes tight, and a variable basic.
    fn grow(&mut self, row: usize, into: usize, fall: &[f64], share: &[f64]) {
        let own = self.columns[into]
            .iter()
            .find(|(other, _)| *other == row)
            .map_or(0.0, |(_, coefficient)| *coefficient);
        let over: f64 = self.rows[row]
            .terms
            .iter()
            .filter_map(|&(variable, coefficient)| Some(coefficient * fall[self.basic_place[variable]?]))
            .sum();
        let pivot = own - over;
        let last: Vec<f64> = share.iter().map(|entry| -entry / pivot).chain([1.0 / pivot]).collect();
        for (line, &factor) in self.inverse.iter_mut().zip(fall) {
            line.push(0.0);
            if factor != 0.0 {
                subtract(line, factor, &last);
            }
        }
        self.inverse.push(last);
        self.basic_place[into] = Some(self.basics.len());
        self.basics.push(into);
        self.tight_place[row] = Some(self.tight.len());
        self.tight.push(row);
    }

    /// A basic variable leaves, and a tight row becomes loose.
    fn shrink(&mut self, out: usize, row: usize) {
        let (Some(place), Some(column)) = (self.basic_place[out].take(), self.tight_place[row].take()) else {
            return;
        };
        let line = self.inverse.swap_remove(place);
        self.basics.swap_remove(place);
        if let Some(&moved) = self.basics.get(place) {
            self.basic_place[moved] = Some(place);
        }
        let pivot = line[column];
        for other in &mut self.inverse {
            let factor = other[column] / pivot;
            if factor != 0.0 {
                subtract(other, factor, &line);
            }
            other.swap_remove(column);
        }
        self.tight.swap_remove(column);
        if let Some(&moved) = self.tight.get(column) {
            self.tight_place[moved] = Some(column);
        }
    }

    /// A loose row becomes tight in the place of another.
    fn replace_row(&mut self, into: usize, out: usize, share: &[f64]) {
        let Some(column) = self.tight_place[out].take() else { return };
        let pivot = share[column];
        for line in &mut self.inverse {
            let factor = line[column] / pivot;
            if factor != 0.0 {
                subtract(line, factor, share);
            }
            line[column] = factor;
        }
        self.tight[column] = into;
        self.tight_place[into] = Some(column);
    }

    /// Inverts the basis afresh (Gauss–Jordan, partial pivoting); false where it is singular.
    pub(super) fn invert(&mut self) -> bool {
        let size = self.basics.len();
        self.flops += (size * size * size) as u64;
        let mut left = vec![vec![0.0; size]; size];
        for (place, &variable) in self.basics.iter().enumerate() {
            for &(row, coefficient) in &self.columns[variable] {
                if let Some(tight) = self.tight_place[row] {
                    left[tight][place] = coefficient;
                }
            }
        }
        let mut right: Vec<Vec<f64>> = (0..size)
            .map(|row| {
                let mut line = vec![0.0; size];
                line[row] = 1.0;
                line
            })
            .collect();
        for step in 0..size {
            let Some(pivot) =
                (step..size).max_by(|&a, &b| left[a][step].abs().total_cmp(&left[b][step].abs()))
            else {
                return false;
            };
            if left[pivot][step].abs() < 1e-11 {
                return false;
            }
            left.swap(step, pivot);
            right.swap(step, pivot);
            let scale = 1.0 / left[step][step];
            left[step].iter_mut().for_each(|entry| *entry *= scale);
            right[step].iter_mut().for_each(|entry| *entry *= scale);
            let (left_line, right_line) = (left[step].clone(), right[step].clone());
            for row in (0..size).filter(|row| *row != step) {
                let factor = left[row][step];
                if factor != 0.0 {
                    subtract(&mut left[row], factor, &left_line);
                    subtract(&mut right[row], factor, &right_line);
                }
            }
        }
        self.inverse = right;
        self.since_inversion = 0;
        true
    }

    /// Makes the basis that of all surpluses.
    pub(super) fn clear(&mut self) {
        for variable in self.basics.drain(..) {
            self.basic_place[variable] = None;
        }
        for row in self.tight.drain(..) {
            self.tight_place[row] = None;
        }
        self.inverse.clear();
        self.since_inversion = 0;
    }

    /// Reduced costs and values from the inverse; nonbasic variables move to the bound that their
    /// reduced cost asks for.
    pub(super) fn refresh(&mut self) {
        self.multipliers = self.multipliers();
        self.reduced.copy_from_slice(&self.cost);
        for &row in &self.tight {
            let multiplier = self.multipliers[row];
            if multiplier != 0.0 {
                for &(variable, coefficient) in &self.rows[row].terms {
                    self.reduced[variable] -= multiplier * coefficient;
                }
            }
        }
        for variable in 0..self.x.len() {
            if self.basic_place[variable].is_some() {
                self.reduced[variable] = 0.0;
                continue;
            }
            let reduced = self.reduced[variable];
            if reduced.abs() > 1e-12 {
                self.at_upper[variable] = reduced < 0.0;
            }
            self.x[variable] =
                if self.at_upper[variable] { self.upper[variable] } else { self.lower[variable] };
        }
        let mut rest: Vec<f64> = self.tight.iter().map(|&row| self.rows[row].rhs).collect();
        for (rest, &row) in rest.iter_mut().zip(&self.tight) {
            for &(variable, coefficient) in &self.rows[row].terms {
                if self.basic_place[variable].is_none() {
                    *rest -= coefficient * self.x[variable];
                }
            }
        }
        for (&variable, line) in self.basics.iter().zip(&self.inverse) {
            self.x[variable] = dot(line, &rest);
        }
        self.flops += (LOOSE * self.x.len()) as u64;
        for (activity, row) in self.activity.iter_mut().zip(&self.rows) {
            *activity = row.terms.iter().map(|&(variable, coefficient)| coefficient * self.x[variable]).sum();
            self.flops += (4 * row.terms.len()) as u64;
        }
    }
}

/// `line -= factor · other`, as far as both go.
pub(super) fn subtract(line: &mut [f64], factor: f64, other: &[f64]) {
    for (entry, other) in line.iter_mut().zip(other) {
        *entry -= factor * other;
    }
}

/// The inner product.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
