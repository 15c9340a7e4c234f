//! The result's columns: sums of the figure's own type, means, and the largest shares.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array};
use datafusion::error::Result;

use super::amount::{Fixed, Sums, Wide};
use super::given::Given;
use super::{ValueKind, broken};

/// Wide sums that have a column of their own type.
pub(super) trait Summed: Wide {
    /// Null where no row fed the figure, or where the sum does not fit.
    ///
    /// # Errors
    /// When the argument is of another kind.
    fn sums(kind: ValueKind, given: &Given<Self>) -> Result<ArrayRef>;
}

impl Summed for () {
    fn sums(_: ValueKind, _: &Given<()>) -> Result<ArrayRef> {
        Err(broken("a sum of nothing"))
    }
}

impl Summed for Fixed {
    fn sums(kind: ValueKind, given: &Given<Fixed>) -> Result<ArrayRef> {
        match kind {
            ValueKind::Float64 => {
                Ok(Arc::new(totals(given).map(|total| total?.as_f64()).collect::<Float64Array>()))
            }
            ValueKind::Int64 | ValueKind::Decimal128(..) => Err(broken("a float sum of integers")),
        }
    }
}

impl Summed for i128 {
    fn sums(kind: ValueKind, given: &Given<i128>) -> Result<ArrayRef> {
        match kind {
            ValueKind::Int64 => {
                let fitting = totals(given).map(|total| i64::try_from(total?).ok());
                Ok(Arc::new(fitting.collect::<Int64Array>()))
            }
            ValueKind::Decimal128(precision, _) => {
                let digits = u32::from(precision.saturating_add(10).min(38));
                let fits = |total: &i128| total.unsigned_abs() < 10_u128.pow(digits);
                let fitting = totals(given).map(|total| total.filter(fits));
                Ok(Arc::new(fitting.collect::<Decimal128Array>().with_data_type(kind.sum_type())))
            }
            ValueKind::Float64 => Err(broken("an integer sum of floats")),
        }
    }
}

/// Each cell's sum, if any row fed it.
fn totals<W: Wide>(given: &Given<W>) -> impl Iterator<Item = Option<W>> {
    given.cells.iter().map(|cell| (cell.rows > 0).then_some(cell.sums.total))
}

/// Each cell's mean, in the argument's unit; null where no row fed it.
pub(super) fn means<W: Wide>(kind: ValueKind, given: &Given<W>) -> ArrayRef {
    let unit = match kind {
        ValueKind::Decimal128(_, scale) => 10_f64.powi(scale.into()),
        ValueKind::Int64 | ValueKind::Float64 => 1.0,
    };
    let means = totals(given).zip(&given.cells).map(|(total, cell)| {
        let total = total?.as_f64()?;
        Some(total / cell.rows as f64 / unit)
    });
    Arc::new(means.collect::<Float64Array>())
}

/// The largest contribution, the second largest, and the sum of all, without their signs. Where these
/// can't be told (a sum beyond 128 bits) one contributor is made out to have
/// given everything, so that no rule takes the cell for safe.
pub(super) fn largest<W: Wide>(sums: &[Sums<W>]) -> [ArrayRef; 3] {
    let each = sums.iter().map(|sums| match (sums.top1.as_f64(), sums.top2.as_f64(), sums.sizes.as_f64()) {
        (Some(top1), Some(top2), Some(total)) => [top1, top2, total],
        _ => [f64::MAX, 0.0, f64::MAX],
    });
    let mut columns = [const { Vec::<f64>::new() }; 3];
    for cell in each {
        columns.iter_mut().zip(cell).for_each(|(column, value)| column.push(value));
    }
    columns.map(|column| Arc::new(Float64Array::from(column)) as ArrayRef)
}

/// Contributions, sorted by cell, as the sums of their cells.
pub(super) fn sums_by_cell<W: Wide>(all: &[(usize, u32, W)], cells: usize) -> Vec<Sums<W>> {
    let mut sums = vec![Sums::default(); cells];
    for &(at, _, sum) in all {
        if let Some(sums) = sums.get_mut(at) {
            sums.fold(sum);
        }
    }
    sums
}
