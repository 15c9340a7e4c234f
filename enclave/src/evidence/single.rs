//! One cell by itself: what DataFusion asks for where there is no `GROUP BY`.

use std::fmt;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// A grouped accumulator with one group, which is there even if no row ever comes.
pub(super) struct Single<G> {
    groups: G,
    /// As many zeros as the longest batch had rows.
    zeros: Vec<usize>,
}

impl<G: GroupsAccumulator> Single<G> {
    /// `groups` must have made room for its one group.
    pub(super) fn new(groups: G) -> Self {
        Self { groups, zeros: Vec::new() }
    }

    fn zeros(&mut self, columns: &[ArrayRef]) -> usize {
        let rows = columns.first().map_or(0, |column| column.len());
        if self.zeros.len() < rows {
            self.zeros.resize(rows, 0);
        }
        rows
    }
}

/// Without what is in it: that is data.
impl<G> fmt::Debug for Single<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Single").finish_non_exhaustive()
    }
}

impl<G: GroupsAccumulator + Sync> Accumulator for Single<G> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.zeros(values);
        self.groups.update_batch(values, self.zeros.get(..rows).unwrap_or_default(), None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = self.zeros(states);
        self.groups.merge_batch(states, self.zeros.get(..rows).unwrap_or_default(), 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.groups.evaluate(EmitTo::All)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = self.groups.state(EmitTo::All)?;
        state.iter().map(|column| ScalarValue::try_from_array(column, 0)).collect()
    }

    fn size(&self) -> usize {
        self.groups.size() + self.zeros.capacity() * size_of::<usize>()
    }
}
