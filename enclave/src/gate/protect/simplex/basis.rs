//! The basis: adding and dropping rows, inverting afresh, and values worked out from the inverse.

#![allow(
    clippy::indexing_slicing,
    reason = "dense numerical kernel: a wrong index must stop the answer, not change it"
)]

use super::{Row, Simplex};

impl Simplex {
    /// Adds a row; its surplus becomes basic, so the reduced costs stay as they are.
    pub fn add_row(&mut self, row: Row) {
        let (n, index) = (self.variables(), self.height());
        let mut last = vec![0.0; index + 1];
        for &(variable, coefficient) in &row.terms {
            self.columns[variable].push((index, coefficient));
            if let Some(position) = self.position[variable] {
                for (sum, entry) in last.iter_mut().zip(&self.inverse[position]) {
                    *sum += coefficient * entry;
                }
            }
        }
        last[index] = -1.0;
        for line in &mut self.inverse {
            line.push(0.0);
        }
        self.inverse.push(last);
        self.rows.push(row);
        self.head.push(n + index);
        self.position.push(Some(index));
        self.at_upper.push(false);
        self.reduced.push(0.0);
        self.basic.push(0.0);
        self.weight.push(1.0);
    }

    /// Drops inequalities with a surplus of more than `slack`, but for the first `keep` rows.
    /// Returns which rows stayed.
    pub fn drop_slack_rows(&mut self, keep: usize, slack: f64) -> Vec<bool> {
        let n = self.variables();
        let stays: Vec<bool> = (0..self.height())
            .map(|row| {
                row < keep || self.position[n + row].is_none_or(|position| self.basic[position] <= slack)
            })
            .collect();
        if stays.iter().all(|stays| *stays) {
            return stays;
        }
        let mut renamed = Vec::with_capacity(stays.len());
        let mut next = 0;
        for &stay in &stays {
            renamed.push(next);
            next += usize::from(stay);
        }
        // A basic surplus and its row can go without touching the rest of the inverse.
        let leaves = |variable: usize| variable >= n && !stays[variable - n];
        let staying: Vec<usize> =
            (0..self.head.len()).filter(|&position| !leaves(self.head[position])).collect();
        let rename = |variable: usize| if variable < n { variable } else { n + renamed[variable - n] };
        self.inverse = staying
            .iter()
            .map(|&position| {
                self.inverse[position]
                    .iter()
                    .zip(&stays)
                    .filter(|(_, stay)| **stay)
                    .map(|(entry, _)| *entry)
                    .collect()
            })
            .collect();
        let kept: Vec<usize> =
            (0..n).chain((0..stays.len()).filter(|&row| stays[row]).map(|row| n + row)).collect();
        self.reduced = kept.iter().map(|&variable| self.reduced[variable]).collect();
        self.at_upper = kept.iter().map(|&variable| self.at_upper[variable]).collect();
        self.basic = staying.iter().map(|&position| self.basic[position]).collect();
        self.weight = staying.iter().map(|&position| self.weight[position]).collect();
        self.head = staying.iter().map(|&position| rename(self.head[position])).collect();
        self.rows = std::mem::take(&mut self.rows)
            .into_iter()
            .zip(&stays)
            .filter_map(|(row, stay)| stay.then_some(row))
            .collect();
        for column in &mut self.columns {
            column.retain(|(row, _)| stays[*row]);
            for (row, _) in column {
                *row = renamed[*row];
            }
        }
        self.position = vec![None; n + self.rows.len()];
        for (position, &variable) in self.head.iter().enumerate() {
            self.position[variable] = Some(position);
        }
        stays
    }

    /// Inverts the basis afresh (Gauss–Jordan, partial pivoting); false where it is singular.
    pub(super) fn invert(&mut self) -> bool {
        let m = self.height();
        // Column `p` of the basis belongs to the variable at position `p`.
        let mut left = vec![vec![0.0; m]; m];
        for (position, &variable) in self.head.iter().enumerate() {
            self.column(variable, |row, coefficient| left[row][position] = coefficient);
        }
        let mut right: Vec<Vec<f64>> = (0..m)
            .map(|row| {
                let mut line = vec![0.0; m];
                line[row] = 1.0;
                line
            })
            .collect();
        for step in 0..m {
            let Some(pivot) = (step..m).max_by(|&a, &b| left[a][step].abs().total_cmp(&left[b][step].abs()))
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
            for row in (0..m).filter(|row| *row != step) {
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

    /// Reduced costs and values from the inverse; nonbasic variables move to the bound that their
    /// reduced cost asks for.
    pub(super) fn refresh(&mut self) {
        let multipliers = self.multipliers();
        let n = self.variables();
        for variable in 0..n + self.height() {
            if self.position[variable].is_some() {
                self.reduced[variable] = 0.0;
                continue;
            }
            let mut reduced = self.cost_of(variable);
            self.column(variable, |row, coefficient| reduced -= multipliers[row] * coefficient);
            self.reduced[variable] = reduced;
            if variable < n && reduced.abs() > 1e-12 {
                self.at_upper[variable] = reduced < 0.0;
            }
        }
        self.refresh_values();
    }

    /// Values of the basic variables from the inverse and the resting nonbasic ones.
    pub(super) fn refresh_values(&mut self) {
        let mut rest: Vec<f64> = self.rows.iter().map(|row| row.rhs).collect();
        for variable in 0..self.variables() {
            let value = self.resting(variable);
            if value != 0.0 && self.position[variable].is_none() {
                for &(row, coefficient) in &self.columns[variable] {
                    rest[row] -= coefficient * value;
                }
            }
        }
        for (value, line) in self.basic.iter_mut().zip(&self.inverse) {
            *value = dot(line, &rest);
        }
    }

    /// Visits the entries of a variable's column.
    pub(super) fn column(&self, variable: usize, mut visit: impl FnMut(usize, f64)) {
        match variable.checked_sub(self.variables()) {
            None => self.columns[variable].iter().for_each(|&(row, coefficient)| visit(row, coefficient)),
            Some(row) => visit(row, -1.0),
        }
    }
}

/// `line -= factor · other`.
pub(super) fn subtract(line: &mut [f64], factor: f64, other: &[f64]) {
    for (entry, other) in line.iter_mut().zip(other) {
        *entry -= factor * other;
    }
}

/// The inner product.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
