//! Groups: which rows of a cut are there at all, and what becomes of figures in a group that hardly anybody is in.
//!
//! Guidelines for published tables let a group show that somebody is in, and a zero. Where a policy follows them, a declared
//! label is there with its suppressed cells, and another label where a count of its rows would show.
//!
//! But with a condition that one person alone can fit, whether a group has few patients or none is one bit of hers. Where a policy
//! tells neither, both are left out, whatever their labels are, and every table with labels says that such groups are. Where all
//! that the labels can be is listed apart from the rows that the question is about (the codes of a column in the whole
//! snapshot, the words of a CASE), and the lists are short, all combinations are put in again, all with the words of a small
//! cell. Without labels there is one row, with the same words in either case. A zero, or a sum of nothing, shows only in a group
//! that itself has enough patients, and where the policy shows zero. Source: "a label is disclosed only with its cell".
//! Out of scope: figures of larger groups (the rules); tables with totals, whose small groups stay left out.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, RecordBatch, UInt8Array, UInt64Array, new_null_array,
};
use datafusion::arrow::compute::{cast, concat, concat_batches, filter, take};

use super::cells::{Cells, Evidence};
use super::keys::keys;
use super::safe::in_label_order;
use super::{Gate, Rule, SafeCells};
use crate::policy::Groups;
use crate::words::{FailCode, Halt, Reason};

/// So many groups are put into a table at most. Longer lists of codes would bury the figures.
const MOST_LISTED: usize = 100;

impl Gate {
    /// For each row, whether its group is there. Figures of groups with too few patients are suppressed in `reasons`.
    pub(super) fn groups(
        &self,
        cells: &Cells,
        reasons: &mut [Vec<Option<Reason>>],
    ) -> Result<Vec<bool>, Halt> {
        let group = cells.feed(cells.rows_feed())?;
        let alike = self.tells_few_as_nobody();
        let mut shown = Vec::with_capacity(cells.rows());
        for row in 0..cells.rows() {
            let thin = alike && self.thin(&group, row);
            if thin {
                for reason in reasons.iter_mut().filter_map(|reasons| reasons.get_mut(row)) {
                    reason.get_or_insert(Reason::Patients);
                }
            }
            // A label that tells something by itself shows where a plain count of its rows would.
            let told = || cells.declared() || self.reason(&group, row).is_none();
            shown.push(cells.labels().is_empty() || (!thin && told()));
        }
        Ok(shown)
    }

    /// The codes of a column, from cells that are grouped by it over the whole snapshot: those that its list is taken to
    /// have, as the policy says; none where it has no lists.
    ///
    /// # Errors
    /// When the evidence is not of the shape that [`Gate::wanted`] asked for.
    pub fn codes(&self, cells: &Cells) -> Result<ArrayRef, Halt> {
        let [label] = cells.labels() else { return Err(FailCode::Internal.into()) };
        let group = cells.feed(cells.rows_feed())?;
        let listed = |row: usize| match self.bundle().groups() {
            Groups::Listed => group.patients(row) > 0,
            Groups::Shared => !self.thin(&group, row),
            Groups::Present | Groups::LeftOut => false,
        };
        let listed = (0..cells.rows()).map(|row| Some(label.is_valid(row) && listed(row)));
        filter(label, &listed.collect::<BooleanArray>()).map_err(|_| FailCode::Internal.into())
    }

    /// Whether groups with few patients and with none are told alike.
    pub(super) fn tells_few_as_nobody(&self) -> bool {
        self.bundle().groups() != Groups::Present
    }

    /// Whether groups were left out; where that any was may not be told, whether some could have been.
    pub(super) fn leaves_out(&self, cells: &Cells, shown: &[bool]) -> bool {
        if self.tells_few_as_nobody() { !cells.labels().is_empty() } else { shown.contains(&false) }
    }

    /// Whether too few patients are in a group, or none.
    fn thin(&self, group: &Evidence<'_>, row: usize) -> bool {
        let few = group.patients(row) < u64::from(self.bundle().patients.least());
        (few && self.rules.contains(&Rule::Patients)) || self.reason(group, row) == Some(Reason::Patients)
    }
}

impl SafeCells {
    /// The same with all combinations of listed labels, one list for each label: those that are not there are put in with
    /// their figures suppressed. Too many are left out, as they were.
    ///
    /// # Errors
    /// When the lists are not of the labels' number, or of other types.
    pub fn with_groups(self, lists: &[ArrayRef]) -> Result<Self, Halt> {
        let all = lists.iter().try_fold(1_usize, |all, list| all.checked_mul(list.len()));
        match all {
            Some(all) if (1..=MOST_LISTED).contains(&all) => {
                let batch = self.batch();
                let batch = with_rows(batch, &combinations(batch, lists, all)?)?;
                Ok(self.of_batch(in_label_order(batch, lists.len())?))
            }
            _ => Ok(self),
        }
    }
}

/// Columns with all combinations of the lists' values, in the types of the labels.
fn combinations(batch: &RecordBatch, lists: &[ArrayRef], all: usize) -> Result<Vec<ArrayRef>, Halt> {
    let mut repeat = all;
    let mut columns = Vec::with_capacity(lists.len());
    for (list, label) in lists.iter().zip(batch.columns()) {
        repeat /= list.len().max(1);
        let places = (0..all).map(|row| u64::try_from(row / repeat.max(1) % list.len().max(1)).ok());
        let column = take(list, &places.collect::<UInt64Array>(), None)
            .and_then(|column| cast(&column, label.data_type()));
        columns.push(column.map_err(|_| FailCode::Internal)?);
    }
    Ok(columns)
}

/// The batch with a row of suppressed figures for each of the labels that it does not have.
fn with_rows(batch: &RecordBatch, labels: &[ArrayRef]) -> Result<RecordBatch, Halt> {
    let internal = |_| FailCode::Internal;
    let there = batch.columns().get(..labels.len()).ok_or(FailCode::Internal)?;
    let together =
        there.iter().zip(labels).map(|(there, new)| concat(&[there, new])).collect::<Result<Vec<_>, _>>();
    let together = keys(&together.map_err(internal)?)?;
    let mut seen = HashSet::new();
    let new: BooleanArray = together
        .iter()
        .enumerate()
        .map(|(row, key)| Some(seen.insert(key) && row >= batch.num_rows()))
        .collect();
    let new = new.slice(batch.num_rows(), new.len() - batch.num_rows());
    let mut columns =
        labels.iter().map(|label| filter(label, &new)).collect::<Result<Vec<_>, _>>().map_err(internal)?;
    let rows = new.true_count();
    let figures = (batch.num_columns() - labels.len()) / 2;
    for (place, field) in batch.schema().fields().iter().enumerate().skip(labels.len()) {
        columns.push(if place < labels.len() + figures {
            new_null_array(field.data_type(), rows)
        } else {
            Arc::new(UInt8Array::from(vec![Reason::Patients.number(); rows]))
        });
    }
    let added = RecordBatch::try_new(batch.schema(), columns).map_err(internal)?;
    concat_batches(&batch.schema(), [batch, &added]).map_err(|_| FailCode::Internal.into())
}
