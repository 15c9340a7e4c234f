//! Levels: how many patients stand at each value of a condition inside an argument.
//!
//! A value may be a list, of a patient's rows together: the patient then stands at each of its entries.
//! For each cell the sixteen smallest values are kept apart, everything beyond goes into a few buckets,
//! and each holds patients up to the policy's threshold only: whether there are more makes no difference to
//! the rule. Which values are kept does not depend on the order of rows, nor on how the work is
//! divided. Out of scope: what the numbers mean (the gate's rule *condition*).

mod cell;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray, StructArray, UInt32Array,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, UInt32Type};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::broken;
use cell::Cell;

/// So many values of a cell are kept apart.
pub const KEPT: u32 = 16;

/// The aggregate `levels(patient, value)`. Sets of patients are kept up to `at_least`.
#[must_use]
pub fn levels(at_least: u32) -> AggregateUDF {
    AggregateUDF::new_from_impl(Levels { at_least, signature: Signature::any(2, Volatility::Immutable) })
}

/// What [`levels`] returns, one entry a cell.
#[derive(Debug, Clone, Copy)]
pub struct LevelColumns<'a> {
    /// Distinct values, at most [`KEPT`] and one more for all others.
    pub levels: &'a [u32],
    /// The patients at the value that has fewest, up to the cap; meaningless where there are others
    /// than those kept apart.
    pub least: &'a [u32],
    /// The patients away from a value, for the value where these are fewest, up to the cap. Never more
    /// than there are; fewer only where the value is beyond those kept apart.
    pub rest: &'a [u32],
}

impl<'a> LevelColumns<'a> {
    /// Reads a column that the aggregate returned.
    ///
    /// # Errors
    /// When it is not such a column.
    pub fn read(column: &'a ArrayRef) -> Result<Self> {
        let all = column.as_struct_opt().filter(|all| *all.fields() == fields());
        let all = all.ok_or_else(|| broken("a column that is not of levels"))?;
        let slice = |index: usize| {
            let column = all.columns().get(index).and_then(|c| c.as_primitive_opt::<UInt32Type>());
            column.map(|c| &**c.values()).ok_or_else(|| broken("levels without one of their fields"))
        };
        Ok(Self { levels: slice(0)?, least: slice(1)?, rest: slice(2)? })
    }
}

fn fields() -> Fields {
    ["levels", "least", "rest"].map(|name| Field::new(name, DataType::UInt32, false)).to_vec().into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Levels {
    at_least: u32,
    signature: Signature,
}

impl AggregateUDFImpl for Levels {
    fn name(&self) -> &str {
        "levels"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[cells]", args.name), DataType::Binary, false))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(self.at_least, &args)?))
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let mut groups = Groups::new(self.at_least, &args)?;
        groups.grow(1);
        Ok(Box::new(Single(groups)))
    }
}

/// The cells of one partition.
#[derive(Debug)]
struct Groups {
    cap: usize,
    values: RowConverter,
    cells: Vec<Cell>,
    bytes: usize,
}

impl Groups {
    fn new(at_least: u32, args: &AccumulatorArgs<'_>) -> Result<Self> {
        let value = args.expr_fields.get(1).ok_or_else(|| broken("levels of nothing"))?;
        let values = RowConverter::new(vec![SortField::new(single(value.data_type()).clone())])?;
        let cap = usize::try_from(at_least).map_err(|_| broken("a threshold out of range"))?;
        Ok(Self { cap, values, cells: Vec::new(), bytes: 0 })
    }

    fn grow(&mut self, groups: usize) {
        self.cells.resize_with(groups.max(self.cells.len()), Cell::default);
    }

    fn add(
        &mut self,
        values: &[ArrayRef],
        group_of: impl Fn(usize) -> Option<usize>,
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        let [patients, value] = values else { return Err(broken("levels take two arguments")) };
        let patients: &UInt32Array =
            patients.as_primitive_opt().ok_or_else(|| broken("patients are numbers"))?;
        let (value, of_row) = entries(value);
        let rows = self.values.convert_columns(&[Arc::clone(&value)])?;
        for (entry, row) in rows.iter().enumerate() {
            let Some(index) =
                of_row.as_ref().map_or(Some(entry), |of_row| of_row.get(entry).copied().flatten())
            else {
                continue;
            };
            let counts = filter.is_none_or(|f| f.is_valid(index) && f.value(index)) && value.is_valid(entry);
            // A row that is nobody's parts nobody.
            if !counts || patients.is_null(index) {
                continue;
            }
            let cell = group_of(index).and_then(|group| self.cells.get_mut(group));
            let cell = cell.ok_or_else(|| broken("a row without its cell"))?;
            self.bytes += cell.add(row.as_ref(), patients.value(index), self.cap);
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], group_of: impl Fn(usize) -> Option<usize>) -> Result<()> {
        let states = states.first().and_then(|s| s.as_binary_opt::<i32>());
        let states: &BinaryArray = states.ok_or_else(|| broken("levels in another form"))?;
        for (index, state) in states.iter().enumerate() {
            let cell = group_of(index).and_then(|group| self.cells.get_mut(group));
            let cell = cell.ok_or_else(|| broken("a state without its cell"))?;
            let state = state.ok_or_else(|| broken("a missing state of levels"))?;
            let added = cell.merge(state, self.cap).ok_or_else(|| broken("a broken state of levels"))?;
            self.bytes += added;
        }
        Ok(())
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Cell> {
        let cells = emit.take_needed(&mut self.cells);
        let gone: usize = cells.iter().map(Cell::bytes).sum();
        self.bytes = self.bytes.saturating_sub(gone);
        cells
    }

    fn result(&self, cells: &[Cell]) -> Result<ArrayRef> {
        let results: Vec<[u32; 3]> = cells.iter().map(|cell| cell.result(self.cap)).collect();
        let column = |index: usize| -> ArrayRef {
            Arc::new(results.iter().filter_map(|r| r.get(index).copied()).collect::<UInt32Array>())
        };
        Ok(Arc::new(StructArray::try_new(fields(), vec![column(0), column(1), column(2)], None)?))
    }

    fn states(cells: &[Cell]) -> ArrayRef {
        let mut states = BinaryBuilder::new();
        for cell in cells {
            states.append_value(cell.state());
        }
        Arc::new(states.finish())
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.grow(total);
        self.add(values, |row| groups.get(row).copied(), filter)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        self.merge(states, |row| groups.get(row).copied())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let cells = self.take(emit);
        self.result(&cells)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Self::states(&self.take(emit))])
    }

    /// Each row as a cell of its own, where the engine finds that summing up first does not pay.
    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let value = values.get(1).ok_or_else(|| broken("levels take two arguments"))?;
        let rows = value.len();
        let converter = RowConverter::new(vec![SortField::new(single(value.data_type()).clone())])?;
        let mut each = Self { cap: self.cap, values: converter, cells: Vec::new(), bytes: 0 };
        each.grow(rows);
        each.add(values, Some, filter)?;
        Ok(vec![Self::states(&each.cells)])
    }

    fn size(&self) -> usize {
        self.bytes + self.cells.capacity() * size_of::<Cell>()
    }
}

/// The type of a value, or of a list's entries.
fn single(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::List(item) => item.data_type(),
        other => other,
    }
}

/// Single values, and for each the row that it is of, where these are not one and the same.
fn entries(value: &ArrayRef) -> (ArrayRef, Option<Vec<Option<usize>>>) {
    let Some(list) = value.as_list_opt::<i32>() else { return (Arc::clone(value), None) };
    let mut of_row = vec![None; list.values().len()];
    for (row, ends) in list.value_offsets().windows(2).enumerate().filter(|(row, _)| list.is_valid(*row)) {
        if let [start, end] = ends
            && let (Ok(start), Ok(end)) = (usize::try_from(*start), usize::try_from(*end))
            && let Some(entries) = of_row.get_mut(start..end)
        {
            entries.fill(Some(row));
        }
    }
    (Arc::clone(list.values()), Some(of_row))
}

/// Where there is nothing to group by.
#[derive(Debug)]
struct Single(Groups);

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.add(values, |_| Some(0), None)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.merge(states, |_| Some(0))
    }

    fn evaluate(&mut self) -> Result<datafusion::common::ScalarValue> {
        let result = self.0.result(&self.0.cells)?;
        datafusion::common::ScalarValue::try_from_array(&result, 0)
    }

    fn state(&mut self) -> Result<Vec<datafusion::common::ScalarValue>> {
        let state = Groups::states(&self.0.cells);
        Ok(vec![datafusion::common::ScalarValue::try_from_array(&state, 0)?])
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
