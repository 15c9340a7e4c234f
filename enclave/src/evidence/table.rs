//! The cells of an accumulator, by the type of their sums.

use datafusion::error::Result;

use super::amount::{Amount, Fine, FineReach, Fixed, Reach};
use super::batch::{Batch, Institutions, Values};
use super::cells::Cells;
use super::rows::Rows;
use super::runs::Beginnings;
use super::state::State;
use super::{Mode, ValueKind, Wanted, broken};

/// The cells, by the type of their sums.
pub(super) enum Table {
    Count(Cells<()>),
    /// Integers as long as all sums are sure to fit into 64 bits.
    Narrow(Cells<i64>, Reach),
    Wide(Cells<i128>),
    /// Floats as long as all sums are sure to be exact.
    Fine(Cells<Fine>, FineReach),
    Float(Cells<Fixed>),
}

/// The same expression for whichever type the cells' sums are of.
macro_rules! whichever {
    ($table:expr, $cells:ident => $then:expr) => {
        match $table {
            Table::Count($cells) => $then,
            Table::Narrow($cells, _) => $then,
            Table::Wide($cells) => $then,
            Table::Fine($cells, _) => $then,
            Table::Float($cells) => $then,
        }
    };
}
pub(super) use whichever;

impl Table {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let shares = if wanted.shares() { wanted.institutions.len() } else { 0 };
        match (wanted.value, wanted.mode) {
            (None, _) => Self::Count(Cells::new(shares, wanted)),
            (Some(ValueKind::Int64), Mode::Streaming) => {
                Self::Narrow(Cells::new(shares, wanted), Reach::default())
            }
            (Some(ValueKind::Int64 | ValueKind::Decimal128(..)), _) => Self::Wide(Cells::new(shares, wanted)),
            (Some(ValueKind::Float64), Mode::Streaming) => {
                Self::Fine(Cells::new(shares, wanted), FineReach::default())
            }
            (Some(ValueKind::Float64), Mode::Exact) => Self::Float(Cells::new(shares, wanted)),
        }
    }

    /// Takes a batch in, but for the institution columns that cells' records don't hold. `near` tells
    /// whether they hold the first, and `order` where runs begin if rows come in patient order.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist, or values are of another type than the cells.
    pub(super) fn take(
        &mut self,
        batch: &Batch<'_>,
        near: bool,
        order: Option<Beginnings<'_>>,
    ) -> Result<()> {
        let fits = match (&mut *self, &batch.values, &batch.nobodys_values) {
            (Self::Narrow(_, reach), Values::Int64(v), Values::Int64(n)) => {
                reach.extend(v) && reach.extend(n)
            }
            (Self::Fine(_, reach), Values::Float64(v), Values::Float64(n)) => {
                reach.extend(v) && reach.extend(n)
            }
            _ => true,
        };
        if !fits {
            self.widen();
        }
        match (self, &batch.values, &batch.nobodys_values) {
            (Self::Count(cells), Values::None(v), Values::None(n)) => take(cells, batch, near, order, v, n),
            (Self::Narrow(cells, _), Values::Int64(v), Values::Int64(n)) => {
                take(cells, batch, near, order, v, n)
            }
            (Self::Wide(cells), Values::Int64(v), Values::Int64(n)) => take(cells, batch, near, order, v, n),
            (Self::Wide(cells), Values::Decimal128(v), Values::Decimal128(n)) => {
                take(cells, batch, near, order, v, n)
            }
            (Self::Fine(cells, _), Values::Float64(v), Values::Float64(n)) => {
                take(cells, batch, near, order, v, n)
            }
            (Self::Float(cells), Values::Float64(v), Values::Float64(n)) => {
                take(cells, batch, near, order, v, n)
            }
            _ => Err(broken("values of another type than the cells")),
        }
    }

    /// Adds partial states to the cells of the rows.
    ///
    /// # Errors
    /// When a state is of no cell, or can't be read.
    pub(super) fn merge(&mut self, state: &State<'_>, at: &[usize], near: bool) -> Result<()> {
        // Partial states don't tell how far sums have come.
        self.widen();
        match self {
            Self::Count(cells) => state.merge_into(cells, at, near),
            Self::Wide(cells) => state.merge_into(cells, at, near),
            Self::Float(cells) => state.merge_into(cells, at, near),
            Self::Narrow(..) | Self::Fine(..) => Err(broken("cells that did not widen")),
        }
    }

    fn widen(&mut self) {
        match self {
            Self::Narrow(cells, _) => *self = Self::Wide(cells.widen()),
            Self::Fine(cells, _) => *self = Self::Float(cells.widen()),
            Self::Count(_) | Self::Wide(_) | Self::Float(_) => {}
        }
    }
}

fn take<A: Amount, V: Copy + Into<A>>(
    cells: &mut Cells<A>,
    batch: &Batch<'_>,
    near: bool,
    order: Option<Beginnings<'_>>,
    values: &[V],
    nobodys_values: &[V],
) -> Result<()> {
    let near = match batch.institutions.first() {
        Some(Institutions::One(ids)) if near => Some(&**ids),
        _ => None,
    };
    let rows = Rows { cells: &batch.cells, patients: &batch.patients, near, values };
    match order {
        Some(beginnings) => cells.take_ordered(rows, beginnings)?,
        None => cells.take_any(rows)?,
    }
    cells.take_nobodys(&batch.nobodys_cells, nobodys_values)?;
    cells.share(&batch.cells, &batch.institutions, values)
}
