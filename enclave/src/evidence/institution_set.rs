//! The institutions behind each group of rows, as a set: for a `GROUP BY` below the cut, so that a
//! patient's row still knows where it came from.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListBuilder, UInt32Builder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, UInt32Type};
use datafusion::common::HashMap;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::broken;
use super::institutions::NONE;
use super::single::Single;

/// The aggregate that collects institutions.
///
/// Argument: `UInt32`, or `List<UInt32>` from an earlier one; nulls add nothing. Result: `List<UInt32>`, never
/// null, distinct and in ascending order.
#[must_use]
pub fn institution_set() -> AggregateUDF {
    AggregateUDF::new_from_impl(InstitutionSet { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct InstitutionSet {
    signature: Signature,
}

impl AggregateUDFImpl for InstitutionSet {
    fn name(&self) -> &str {
        "institution_set"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match types {
            [DataType::UInt32] => Ok(types.to_vec()),
            [DataType::List(item)] if *item.data_type() == DataType::UInt32 => Ok(types.to_vec()),
            _ => Err(broken("institution_set takes one institution or a set of them")),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(institution_set_type())
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[set]", arguments.name), institution_set_type(), false))])
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let mut sets = Sets::default();
        sets.near.resize(1, [NONE; 2]);
        Ok(Box::new(Single::new(sets)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::<Sets>::default())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn item() -> FieldRef {
    Arc::new(Field::new("item", DataType::UInt32, false))
}

/// The type of a set of institutions.
#[must_use]
pub fn institution_set_type() -> DataType {
    DataType::List(item())
}

/// The sets of all groups. Most patients go to one or two institutions.
#[derive(Default)]
struct Sets {
    near: Vec<[u32; 2]>,
    /// The third and further institutions of a group.
    more: HashMap<usize, Vec<u32>>,
    /// How many institutions `more` has room for.
    room: usize,
}

impl Sets {
    fn add(&mut self, group: usize, institution: u32) -> Result<()> {
        let near = self.near.get_mut(group).ok_or_else(|| broken("a row of no group"))?;
        if institution == NONE || near.contains(&institution) {
            return Ok(());
        }
        if let Some(empty) = near.iter_mut().find(|slot| **slot == NONE) {
            *empty = institution;
            return Ok(());
        }
        let more = self.more.entry(group).or_default();
        if let Err(at) = more.binary_search(&institution) {
            let before = more.capacity();
            more.insert(at, institution);
            self.room += more.capacity() - before;
        }
        Ok(())
    }

    fn add_column(
        &mut self,
        column: &ArrayRef,
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        let fed = |row: usize| filter.is_none_or(|f| f.is_valid(row) && f.value(row)) && column.is_valid(row);
        if column.len() != groups.len() {
            return Err(broken("institutions and groups of different lengths"));
        }
        if let Some(ids) = column.as_primitive_opt::<UInt32Type>() {
            for (row, (&group, &id)) in groups.iter().zip(ids.values()).enumerate() {
                if fed(row) {
                    self.add(group, id)?;
                }
            }
        } else if let Some(lists) = column.as_list_opt::<i32>() {
            for (row, (&group, list)) in groups.iter().zip(lists.iter()).enumerate() {
                let Some(list) = list.filter(|_| fed(row)) else { continue };
                let ids = list.as_primitive_opt::<UInt32Type>().ok_or_else(|| broken("a set of what"))?;
                ids.iter().flatten().try_for_each(|id| self.add(group, id))?;
            }
        } else {
            return Err(broken("institution_set takes one institution or a set of them"));
        }
        Ok(())
    }

    fn take(&mut self, emit_to: EmitTo) -> ArrayRef {
        let near = emit_to.take_needed(&mut self.near);
        let mut sets = ListBuilder::new(UInt32Builder::new()).with_field(item());
        for (group, near) in near.iter().enumerate() {
            let mut set = self.more.remove(&group).unwrap_or_default();
            self.room = self.room.saturating_sub(set.capacity());
            set.extend(near.iter().filter(|&&id| id != NONE));
            set.sort_unstable();
            sets.values().append_slice(&set);
            sets.append(true);
        }
        let moved = std::mem::take(&mut self.more).into_iter();
        self.more = moved.map(|(group, set)| (group.saturating_sub(near.len()), set)).collect();
        Arc::new(sets.finish())
    }
}

impl GroupsAccumulator for Sets {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let [column] = values else { return Err(broken("institution_set takes one argument")) };
        self.near.resize(total_num_groups, [NONE; 2]);
        self.add_column(column, group_indices, opt_filter)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.update_batch(values, group_indices, None, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.take(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.take(emit_to)])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut each = Self::default();
        each.update_batch(values, &(0..rows).collect::<Vec<_>>(), opt_filter, rows)?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        let entry = size_of::<(usize, Vec<u32>)>() + 1;
        self.near.capacity() * size_of::<[u32; 2]>()
            + self.more.capacity() * 8 / 7 * entry
            + self.room * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::UInt32Array;

    use super::*;

    fn lists(column: &ArrayRef) -> Vec<Vec<u32>> {
        let lists = column.as_list::<i32>().iter();
        lists.map(|list| list.unwrap().as_primitive::<UInt32Type>().values().to_vec()).collect()
    }

    #[test]
    fn sets_are_distinct_and_ascending_and_survive_being_split() {
        let ids: ArrayRef = Arc::new(UInt32Array::from(vec![
            Some(9),
            Some(2),
            None,
            Some(9),
            Some(5),
            Some(1),
            Some(5),
            Some(7),
        ]));
        let filter = BooleanArray::from(vec![
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            None,
        ]);
        let mut sets = Sets::default();
        sets.update_batch(&[ids], &[0, 0, 1, 0, 0, 0, 2, 2], Some(&filter), 3).unwrap();
        let state = sets.state(EmitTo::First(1)).unwrap().remove(0);
        assert_eq!(lists(&state), [vec![1, 2, 5, 9]]);
        assert_eq!(lists(&sets.evaluate(EmitTo::All).unwrap()), [vec![], vec![5]]);

        let mut merged = Sets::default();
        merged.merge_batch(&[Arc::clone(&state)], &[1], 2).unwrap();
        merged.merge_batch(&[state], &[1], 2).unwrap();
        assert_eq!(lists(&merged.evaluate(EmitTo::All).unwrap()), [vec![], vec![1, 2, 5, 9]]);
    }
}
