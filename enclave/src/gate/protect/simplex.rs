//! A bounded dual simplex that rows can be added to and taken from: the workhorse under both the
//! pattern search (rows are cuts) and the attacker's programme (rows are the table's equations).
//!
//! Minimise `c·x` with `lower ≤ x ≤ upper` and rows `a·x ≥ b` or `a·x = b`. Every variable is boxed,
//! so any basis is dual feasible once each nonbasic variable sits at the right bound: a changed
//! bound, cost or row never needs a first phase. The inverse of the basis is kept dense, which is
//! right for the few hundred rows met here. The ratio test flips bounds (Maros, *Computational
//! Techniques of the Simplex Method*, 2003, ch. 10). Out of scope: exactness. What is worked out here
//! is a proposal; `audit` proves what must hold, and [`Simplex::bound`] holds for any multipliers.

#![allow(
    clippy::indexing_slicing,
    reason = "dense numerical kernel: a wrong index must stop the answer, not change it"
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

/// A linear programme with its current basis. Variable `n + r` is the surplus of row `r`.
#[derive(Debug, Clone)]
pub(super) struct Simplex {
    rows: Vec<Row>,
    columns: Vec<Vec<(usize, f64)>>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    cost: Vec<f64>,
    /// Basic variable of each position.
    head: Vec<usize>,
    /// Position of each variable that is basic.
    position: Vec<Option<usize>>,
    at_upper: Vec<bool>,
    /// Inverse of the basis, row by row: `inverse[p]` belongs to position `p`.
    inverse: Vec<Vec<f64>>,
    /// Values of the basic variables, by position.
    basic: Vec<f64>,
    /// Reduced costs (zero for basic variables).
    reduced: Vec<f64>,
    /// Dual reference weights, by position.
    weight: Vec<f64>,
    since_inversion: usize,
    /// Pivots made so far, over all solves.
    pub pivots: u64,
}

impl Simplex {
    /// A programme without rows: bounds and costs by variable.
    pub fn new(lower: Vec<f64>, upper: Vec<f64>, cost: Vec<f64>) -> Self {
        let n = cost.len();
        Self {
            rows: Vec::new(),
            columns: vec![Vec::new(); n],
            lower,
            upper,
            reduced: cost.clone(),
            cost,
            head: Vec::new(),
            position: vec![None; n],
            at_upper: vec![false; n],
            inverse: Vec::new(),
            basic: Vec::new(),
            weight: Vec::new(),
            since_inversion: 0,
            pivots: 0,
        }
    }

    /// The number of variables, without the rows' own.
    pub fn variables(&self) -> usize {
        self.cost.len()
    }

    /// The number of rows.
    pub fn height(&self) -> usize {
        self.rows.len()
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
        match self.position[variable] {
            Some(position) => self.basic[position],
            None => self.resting(variable),
        }
    }

    /// The reduced cost of a variable, as of the last solve.
    pub fn reduced_cost(&self, variable: usize) -> f64 {
        self.reduced[variable]
    }

    /// For a nonbasic variable, whether it rests at its upper bound.
    pub fn rests_at_upper(&self, variable: usize) -> Option<bool> {
        self.position[variable].is_none().then(|| self.at_upper[variable])
    }

    /// How much each basic variable falls when a nonbasic one rises by one: `(basic variable, fall)`.
    pub fn tableau_column(&self, variable: usize) -> Vec<(usize, f64)> {
        let falls = self.head.iter().zip(&self.inverse).map(|(&basic, line)| {
            (
                basic,
                self.columns[variable].iter().map(|&(row, coefficient)| line[row] * coefficient).sum::<f64>(),
            )
        });
        falls.filter(|(_, fall)| fall.abs() > 1e-9).collect()
    }

    /// The multipliers of the rows, from the current basis and costs.
    pub fn multipliers(&self) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.height()];
        for (position, &variable) in self.head.iter().enumerate() {
            let cost = self.cost_of(variable);
            if cost != 0.0 {
                for (sum, entry) in multipliers.iter_mut().zip(&self.inverse[position]) {
                    *sum += cost * entry;
                }
            }
        }
        multipliers
    }

    /// A lower bound of the optimum that holds whatever the multipliers are worth (weak duality),
    /// with the reduced costs that it was worked out from.
    pub fn bound(&self) -> (f64, Vec<f64>) {
        let multipliers = self.multipliers();
        let mut reduced = self.cost.clone();
        let mut bound = 0.0;
        for (row, multiplier) in self.rows.iter().zip(multipliers) {
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

    fn resting(&self, variable: usize) -> f64 {
        if variable >= self.variables() {
            0.0
        } else if self.at_upper[variable] {
            self.upper[variable]
        } else {
            self.lower[variable]
        }
    }

    fn cost_of(&self, variable: usize) -> f64 {
        self.cost.get(variable).copied().unwrap_or(0.0)
    }

    fn range(&self, variable: usize) -> (f64, f64) {
        match variable.checked_sub(self.variables()) {
            None => (self.lower[variable], self.upper[variable]),
            Some(row) if self.rows[row].equation => (0.0, 0.0),
            Some(_) => (0.0, f64::INFINITY),
        }
    }
}
