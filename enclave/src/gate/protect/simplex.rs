//! A bounded dual simplex that rows can be added to and taken from: the workhorse under both the
//! pattern search (rows are cuts) and the attacker's programme (rows are the table's equations).
//!
//! Minimise `c·x` with `lower ≤ x ≤ upper` and rows `a·x ≥ b` or `a·x = b`. Every variable is boxed,
//! so any basis is dual feasible once each nonbasic variable sits at the right bound: a changed
//! bound, cost or row never needs a first phase. The ratio test flips bounds (Maros, *Computational
//! Techniques of the Simplex Method*, 2003, ch. 10).
//!
//! The basis is kept *compact*: only the rows that are tight and the variables that are basic in them
//! are inverted (densely). Loose rows cost no more than their length, so thousands of them do no harm.
//! Out of scope: exactness. What is worked out here is a proposal; `audit` proves what must hold,
//! and [`Simplex::bound`] holds for any multipliers.

#![allow(
    clippy::indexing_slicing,
    reason = "numerical kernel: a wrong index must stop the answer, not change it"
)]

mod basis;
mod iterate;

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The basis is optimal (to [`FEASIBLE`]).
    Optimal,
    /// No point satisfies all rows.
    Infeasible,
    /// The pivots allowed were used up, or the numbers gave way.
    GaveUp,
}

/// What it takes to look at a variable here and there, in multiplications in a row.
const LOOSE: usize = 12;

/// Largest violation of a bound that counts as none.
pub(super) const FEASIBLE: f64 = 1e-9;

/// A row: coefficients by variable, its right-hand side, and whether it is an equation.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// `(variable, coefficient)`, each variable once.
    pub terms: Vec<(usize, f64)>,
    /// The right-hand side.
    pub rhs: f64,
    /// `=` rather than `≥`.
    pub equation: bool,
}

/// A linear programme with its current basis.
#[derive(Debug, Clone)]
pub(super) struct Simplex {
    rows: Vec<Row>,
    columns: Vec<Vec<(usize, f64)>>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    cost: Vec<f64>,
    /// Values of the variables; nonbasic ones are at a bound.
    x: Vec<f64>,
    at_upper: Vec<bool>,
    /// Reduced costs of the variables.
    reduced: Vec<f64>,
    /// `a·x` by row.
    activity: Vec<f64>,
    /// Multipliers of the rows, zero for loose ones: the reduced costs of their surpluses.
    multipliers: Vec<f64>,
    /// Basic variables and tight rows, as many of one as of the other, with their places.
    basics: Vec<usize>,
    tight: Vec<usize>,
    basic_place: Vec<Option<usize>>,
    tight_place: Vec<Option<usize>>,
    /// Inverse of the tight rows' part over the basic variables: `inverse[basic][tight]`.
    inverse: Vec<Vec<f64>>,
    /// Reference weights of what may leave the basis: variables, and surpluses of rows.
    variable_weight: Vec<f64>,
    row_weight: Vec<f64>,
    since_inversion: usize,
    /// Pivots made so far, over all solves.
    pivots: u64,
    /// Multiplications made so far, about.
    flops: u64,
}

impl Simplex {
    /// A programme without rows: bounds and costs by variable.
    pub fn new(lower: Vec<f64>, upper: Vec<f64>, cost: Vec<f64>) -> Self {
        let n = cost.len();
        Self {
            rows: Vec::new(),
            columns: vec![Vec::new(); n],
            x: lower.clone(),
            lower,
            upper,
            reduced: cost.clone(),
            cost,
            at_upper: vec![false; n],
            activity: Vec::new(),
            multipliers: Vec::new(),
            basics: Vec::new(),
            tight: Vec::new(),
            basic_place: vec![None; n],
            tight_place: Vec::new(),
            inverse: Vec::new(),
            variable_weight: vec![1.0; n],
            row_weight: Vec::new(),
            since_inversion: 0,
            pivots: 0,
            flops: 0,
        }
    }

    /// Adds a row; it is loose at first.
    pub fn add_row(&mut self, row: Row) {
        let index = self.rows.len();
        self.flops += (LOOSE * row.terms.len()) as u64;
        for &(variable, coefficient) in &row.terms {
            self.columns[variable].push((index, coefficient));
        }
        self.activity
            .push(row.terms.iter().map(|&(variable, coefficient)| coefficient * self.x[variable]).sum());
        self.rows.push(row);
        self.multipliers.push(0.0);
        self.tight_place.push(None);
        self.row_weight.push(1.0);
    }

    /// Drops loose inequalities with a surplus of more than `slack`. Returns which rows stayed.
    pub fn drop_slack_rows(&mut self, slack: f64) -> Vec<bool> {
        let loose = |row: usize| self.tight_place[row].is_none() && !self.rows[row].equation;
        let stays: Vec<bool> = (0..self.rows.len())
            .map(|row| !loose(row) || self.activity[row] - self.rows[row].rhs <= slack)
            .collect();
        let mut renamed = Vec::with_capacity(stays.len());
        let mut next = 0;
        for &stay in &stays {
            renamed.push(next);
            next += usize::from(stay);
        }
        retain(&mut self.rows, &stays);
        retain(&mut self.activity, &stays);
        retain(&mut self.multipliers, &stays);
        retain(&mut self.tight_place, &stays);
        retain(&mut self.row_weight, &stays);
        self.tight.iter_mut().for_each(|row| *row = renamed[*row]);
        self.flops += (LOOSE * (self.columns.len() + self.rows.len())) as u64;
        for column in &mut self.columns {
            column.retain(|(row, _)| stays[*row]);
            column.iter_mut().for_each(|(row, _)| *row = renamed[*row]);
        }
        stays
    }

    /// The work done so far, in steps of about a microsecond.
    pub fn work(&self) -> u64 {
        self.flops / 2_500
    }

    /// The bounds of a variable.
    pub fn bounds(&self, variable: usize) -> (f64, f64) {
        (self.lower[variable], self.upper[variable])
    }

    /// Sets the bounds of a variable.
    pub fn set_bounds(&mut self, variable: usize, lower: f64, upper: f64) {
        self.lower[variable] = lower;
        self.upper[variable] = upper;
    }

    /// Sets the cost of a variable.
    pub fn set_cost(&mut self, variable: usize, cost: f64) {
        self.cost[variable] = cost;
    }

    /// The value of a variable, as of the last solve.
    pub fn value(&self, variable: usize) -> f64 {
        self.x[variable]
    }

    /// For a nonbasic variable, whether it rests at its upper bound.
    pub fn rests_at_upper(&self, variable: usize) -> Option<bool> {
        self.basic_place[variable].is_none().then(|| self.at_upper[variable])
    }

    /// How much each basic variable falls when a nonbasic one rises by one: `(basic variable, fall)`.
    pub fn tableau_column(&self, variable: usize) -> Vec<(usize, f64)> {
        let falls = self.fall(&self.columns[variable]);
        self.basics.iter().copied().zip(falls).filter(|(_, fall)| fall.abs() > 1e-9).collect()
    }

    /// A lower bound of the optimum that holds whatever the multipliers are worth (weak duality),
    /// with the reduced costs that it was worked out from.
    pub fn bound(&self) -> (f64, Vec<f64>) {
        let mut reduced = self.cost.clone();
        let mut bound = 0.0;
        for (row, &multiplier) in self.rows.iter().zip(&self.multipliers) {
            let multiplier = if row.equation { multiplier } else { multiplier.max(0.0) };
            if multiplier != 0.0 {
                bound += multiplier * row.rhs;
                for &(variable, coefficient) in &row.terms {
                    reduced[variable] -= multiplier * coefficient;
                }
            }
        }
        for (variable, &cost) in reduced.iter().enumerate() {
            bound += cost * if cost > 0.0 { self.lower[variable] } else { self.upper[variable] };
        }
        (bound, reduced)
    }

    /// The multipliers of the rows for the current basis and costs.
    pub fn multipliers(&self) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.rows.len()];
        for (&variable, line) in self.basics.iter().zip(&self.inverse) {
            let cost = self.cost[variable];
            if cost != 0.0 {
                for (&row, entry) in self.tight.iter().zip(line) {
                    multipliers[row] += cost * entry;
                }
            }
        }
        multipliers
    }
}

/// Keeps the items whose flag is set.
fn retain<T>(items: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    items.retain(|_| stays.next() == Some(&true));
}
