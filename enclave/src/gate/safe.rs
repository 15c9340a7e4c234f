//! Cells after the gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, Scalar, UInt8Array, new_null_array,
};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::compute::{
    SortColumn, SortOptions, cast, filter_record_batch, is_null, lexsort_to_indices, take_record_batch,
};

use super::cells::Cells;
use crate::policy::RoundingRule;
use crate::words::{FailCode, Halt, Reason};

/// One cut's safe result: labels, figures with the suppressed ones missing, and one reason each.
/// Only [`super::Inspected::recorded`] and [`super::Explorer::inspect`] make one.
#[derive(Debug, Clone)]
pub struct SafeCells {
    batch: RecordBatch,
    missing: bool,
    left_out: bool,
    class_told: bool,
    explored: bool,
}

/// The safe results of the cuts that were told so far, by their number.
#[derive(Debug, Default)]
pub struct Known(BTreeMap<usize, SafeCells>);

impl Known {
    /// Takes in the safe result of a cut.
    pub fn insert(&mut self, stage: usize, cells: SafeCells) {
        self.0.insert(stage, cells);
    }

    /// The safe result of a cut, if it was told.
    #[must_use]
    pub fn of(&self, stage: usize) -> Option<&SafeCells> {
        self.0.get(&stage)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &SafeCells> {
        self.0.values()
    }
}

impl SafeCells {
    /// The safe result, in the schema of [`crate::plan::Cut::result`].
    #[must_use]
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The same with other rows.
    pub(super) fn of_batch(self, batch: RecordBatch) -> Self {
        Self { batch, ..self }
    }

    /// Whether some figure may be missing: one is, or groups may have been left out.
    #[must_use]
    pub fn missing(&self) -> bool {
        self.missing || self.left_out
    }

    /// Whether groups were left out. Where the policy does not tell that any was, whether some could have been.
    #[must_use]
    pub fn left_out(&self) -> bool {
        self.left_out
    }

    /// Whether a figure tells of everybody in a group.
    #[must_use]
    pub fn class_told(&self) -> bool {
        self.class_told
    }

    /// Whether figures are perturbed, for those who explore.
    #[must_use]
    pub fn explored(&self) -> bool {
        self.explored
    }
}

impl Cells {
    /// Takes the suppressed figures out. `reasons` holds one entry per figure and row, `shown` one
    /// per row.
    pub(super) fn suppress(
        self,
        reasons: &[Vec<Option<Reason>>],
        shown: &[bool],
        left_out: bool,
        class_told: bool,
        rounding: &RoundingRule,
    ) -> Result<SafeCells, Halt> {
        let values = (0..reasons.len()).map(|figure| self.values(figure, rounding));
        let batch = self.masked(&values.collect::<Result<Vec<_>, _>>()?, reasons, shown)?;
        let missing = reasons.iter().flatten().any(Option::is_some);
        Ok(SafeCells { batch, missing, left_out, class_told, explored: false })
    }

    /// Takes the perturbed `values` of each figure, but for those with a reason. Whether groups were left out is not
    /// told, nor anything else of their rows.
    pub(super) fn explored(
        self,
        values: &[ArrayRef],
        reasons: &[Vec<Option<Reason>>],
        shown: &[bool],
    ) -> Result<SafeCells, Halt> {
        let batch = self.masked(values, reasons, shown)?;
        let missing = |reasons: &Vec<Option<Reason>>| {
            reasons.iter().zip(shown).any(|(reason, shown)| *shown && reason.is_some())
        };
        let missing = reasons.iter().any(missing);
        Ok(SafeCells { batch, missing, left_out: false, class_told: false, explored: true })
    }

    /// The safe result's batch: the shown rows with the figures that have no reason, in the order of the labels.
    fn masked(
        &self,
        values: &[ArrayRef],
        reasons: &[Vec<Option<Reason>>],
        shown: &[bool],
    ) -> Result<RecordBatch, Halt> {
        let mut columns: Vec<ArrayRef> = self.labels().to_vec();
        let mut codes: Vec<ArrayRef> = Vec::with_capacity(reasons.len());
        for (values, reasons) in values.iter().zip(reasons) {
            let codes_of: UInt8Array = reasons.iter().map(|reason| reason.map(Reason::number)).collect();
            let missing = new_null_array(values.data_type(), 1);
            let keep = is_null(&codes_of).map_err(|_| FailCode::Internal)?;
            let scalar = Scalar::new(missing);
            columns.push(zip(&keep, values, &scalar).map_err(|_| FailCode::Internal)?);
            codes.push(Arc::new(codes_of));
        }
        columns.extend(codes);
        let columns = columns
            .iter()
            .zip(self.result().fields())
            .map(|(column, field)| cast(column, field.data_type()).map_err(|_| FailCode::Internal))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(self.result()), columns, &options)
            .map_err(|_| FailCode::Internal)?;
        let batch = if shown.contains(&false) {
            filter_record_batch(&batch, &BooleanArray::from(shown.to_vec()))
                .map_err(|_| FailCode::Internal)?
        } else {
            batch
        };
        in_label_order(batch, self.labels().len())
    }
}

/// The order in which the engine met the groups tells of the patients in them, so the cells are put in
/// the order of their labels, missing ones last.
pub(super) fn in_label_order(batch: RecordBatch, labels: usize) -> Result<RecordBatch, Halt> {
    let options = Some(SortOptions { descending: false, nulls_first: false });
    let columns: Vec<SortColumn> = batch
        .columns()
        .iter()
        .take(labels)
        .map(|values| SortColumn { values: Arc::clone(values), options })
        .collect();
    if columns.is_empty() {
        return Ok(batch);
    }
    let order = lexsort_to_indices(&columns, None).map_err(|_| FailCode::Internal)?;
    take_record_batch(&batch, &order).map_err(|_| FailCode::Internal.into())
}
