//! A figure as whole numbers that add up, where it is of such a kind.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type};

use super::cells::{Cells, Insider};
use crate::ledger::Sketch;
use crate::plan::FigureKind;
use crate::words::{FailCode, Halt};

/// One figure as a table of whole numbers.
#[derive(Debug)]
pub(super) struct Amounts {
    /// Which figure.
    pub(super) figure: usize,
    /// The feed behind it.
    pub(super) feed: usize,
    /// Each row's value in the figure's smallest unit.
    pub(super) values: Vec<i128>,
    /// Distinct patients behind each.
    pub(super) patients: Vec<u64>,
    /// Who stands alone behind each.
    pub(super) insiders: Vec<Vec<Insider>>,
    /// Whether the values are amounts rather than counts.
    pub(super) is_amount: bool,
    /// Whether totals need not be the sums of their parts: patients may be in several.
    pub(super) overlapping: bool,
}

impl Amounts {
    /// The figure's, if it adds up.
    pub(super) fn of(cells: &Cells, index: usize) -> Result<Option<Self>, Halt> {
        let (figure, columns) = cells.figure(index)?;
        let counts = |counts: &[u64]| counts.iter().map(|n| i128::from(*n)).collect::<Vec<i128>>();
        let values = match figure.kind {
            FigureKind::Count => counts(columns.rows),
            FigureKind::CountPatients => counts(columns.patients),
            FigureKind::Sum | FigureKind::Mean => whole(columns.sum.ok_or(FailCode::Internal)?)?,
            FigureKind::CountDistinct(_) | FigureKind::Quantile(_) | FigureKind::Moment { .. } => {
                return Ok(None);
            }
        };
        Ok(Some(Self {
            figure: index,
            feed: figure.feed,
            values,
            patients: columns.patients.to_vec(),
            insiders: cells.insiders(index)?,
            is_amount: figure.kind.is_amount(),
            overlapping: figure.kind == FigureKind::CountPatients,
        }))
    }

    /// What each row adds up, as the ledger compares it. Sketches add up as figures do.
    pub(super) fn sketches(cells: &Cells, index: usize) -> Result<Vec<Sketch>, Halt> {
        let (figure, columns) = cells.figure(index)?;
        let own = columns.sketches.ok_or(FailCode::Internal)?;
        let sketches = match figure.kind {
            FigureKind::CountPatients => own.patients(),
            FigureKind::Sum | FigureKind::Mean => {
                cells.columns(figure.shares)?.sketches.ok_or(FailCode::Internal)?.amounts()
            }
            _ => own.rows(),
        };
        sketches.map_err(|_| FailCode::Internal.into())
    }
}

/// Sums in their smallest unit: floats in thousandths. A missing sum is nothing.
fn whole(sums: &ArrayRef) -> Result<Vec<i128>, Halt> {
    let sums = match sums.data_type() {
        DataType::Float64 => cast(sums, &DataType::Decimal128(38, 3)),
        DataType::Int64 => cast(sums, &DataType::Decimal128(38, 0)),
        _ => Ok(Arc::clone(sums)),
    }
    .map_err(|_| FailCode::Internal)?;
    let sums = sums.as_primitive_opt::<Decimal128Type>().ok_or(FailCode::Internal)?;
    Ok(sums.iter().map(|sum| sum.unwrap_or_default()).collect())
}
