//! The table to protect: cells, and which cell is the sum of which others.
//!
//! Any linear structure can be said so: tables of any number of dimensions with some or all margins,
//! hierarchies, and several tables that share cells.

/// What is decided about a cell before the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// May be shown, and may be suppressed to protect others. Totals are such cells too.
    Open,
    /// Must not be shown.
    Primary,
    /// Stays shown: a zero that the policy shows, a public figure.
    Fixed,
}

/// One figure of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The figure, in its smallest unit (patients; yen; hundredths, for two decimals).
    pub value: i128,
    /// Whether everybody knows that the figure cannot be below zero.
    pub nonnegative: bool,
    /// What was decided about it.
    pub state: State,
    /// What suppressing it costs; a common choice is its value.
    pub cost: u64,
    /// For a primary: how wide the interval that it is left in must be, in units of `value`; 0 is
    /// taken as 1. Other cells are kept from being worked out exactly.
    pub width: u64,
    /// Who alone stands behind it: a patient, where there is just one, and an institution likewise.
    pub insiders: Vec<u64>,
}

/// `total` is the sum of `parts`; indices into the table's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The cell that is the sum.
    pub total: usize,
    /// The cells that are summed.
    pub parts: Vec<usize>,
}

/// Cells and relations whose indices were checked. That totals really are the sums is not asked for:
/// rounded figures may be off, and the attacker is modelled by what the figures may move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    cells: Vec<Cell>,
    relations: Vec<Relation>,
}

/// A relation names a cell that the table does not have, or one cell twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("relation {relation} names a cell that does not exist, or one cell twice")]
pub struct Malformed {
    /// The relation's index.
    pub relation: usize,
}

impl Table {
    /// A table of these cells and relations.
    ///
    /// # Errors
    /// [`Malformed`] where a relation's indices are out of range or not distinct.
    pub fn new(cells: Vec<Cell>, relations: Vec<Relation>) -> Result<Self, Malformed> {
        let mut seen_in = vec![usize::MAX; cells.len()];
        for (relation, Relation { total, parts }) in relations.iter().enumerate() {
            for &cell in parts.iter().chain([total]) {
                match seen_in.get_mut(cell) {
                    Some(last) if *last != relation => *last = relation,
                    Some(_) | None => return Err(Malformed { relation }),
                }
            }
        }
        Ok(Self { cells, relations })
    }

    /// The cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The relations.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }
}

impl Cell {
    /// The width that the cell's interval must have when it is suppressed.
    pub(super) fn needed(&self) -> u64 {
        match self.state {
            State::Primary => self.width.max(1),
            State::Open | State::Fixed => 1,
        }
    }

    /// How far the figure can lie below its value, as far as everybody knows; `None`: without limit.
    /// A negative value of a figure that cannot be negative leaves no room.
    pub(super) fn room_below(&self) -> Option<i128> {
        self.nonnegative.then(|| self.value.max(0))
    }
}
