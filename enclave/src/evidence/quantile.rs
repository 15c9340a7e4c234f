//! A quantile with the patients on either side of it.
//!
//! The quantile is the linear interpolation between the two nearest values (type 7 of Hyndman and Fan,
//! 1996, as in R and DuckDB's `quantile_cont`), rounded to the finest step (1, 2 or 5 of a decimal
//! place) at which enough patients have the same rounded value: otherwise a question could shift the values
//! until somebody's own shows in the digits. All values of a cell are kept until the end. Out of scope: what is enough on either side (`gate`).

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, ListArray, PrimitiveArray, StructArray, UInt32Array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, UInt32Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::broken;
use crate::policy::Digits;

/// The aggregate `quantile(patient, value)` at a share from 0 to 1: at most `digits` significant digits,
/// and no finer than `at_least` patients have a value that rounds to the same.
#[must_use]
pub fn quantile(share: f64, digits: Digits, at_least: u32) -> AggregateUDF {
    let signature = Signature::exact(vec![DataType::UInt32, DataType::Float64], Volatility::Immutable);
    AggregateUDF::new_from_impl(Quantile { share: share.to_bits(), digits, at_least, signature })
}

/// What [`quantile`] returns, one entry a cell.
#[derive(Debug, Clone, Copy)]
pub struct QuantileColumns<'a> {
    /// The quantile, rounded; null where there is no value.
    pub value: &'a PrimitiveArray<Float64Type>,
    /// Distinct patients with a smaller value.
    pub below: &'a [u32],
    /// Distinct patients with a larger value.
    pub above: &'a [u32],
    /// Distinct patients with the very value, before rounding.
    pub at: &'a [u32],
    /// Distinct patients whose value rounds to the same.
    pub same: &'a [u32],
}

impl<'a> QuantileColumns<'a> {
    /// Reads a column that the aggregate returned.
    ///
    /// # Errors
    /// When it is not such a column.
    pub fn read(column: &'a ArrayRef) -> Result<Self> {
        let all = column.as_struct_opt().filter(|all| *all.fields() == fields());
        let all = all.ok_or_else(|| broken("a column that is not of quantiles"))?;
        let missing = || broken("a quantile without one of its fields");
        let side = |index: usize| {
            let column = all.columns().get(index).and_then(|c| c.as_primitive_opt::<UInt32Type>());
            column.map(|c| &**c.values()).ok_or_else(missing)
        };
        let value = all.columns().first().and_then(|c| c.as_primitive_opt()).ok_or_else(missing)?;
        Ok(Self { value, below: side(1)?, above: side(2)?, at: side(3)?, same: side(4)? })
    }
}

fn fields() -> Fields {
    vec![
        Field::new("value", DataType::Float64, true),
        Field::new("below", DataType::UInt32, false),
        Field::new("above", DataType::UInt32, false),
        Field::new("at", DataType::UInt32, false),
        Field::new("same", DataType::UInt32, false),
    ]
    .into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Quantile {
    /// The share's bits: a float has no equality.
    share: u64,
    digits: Digits,
    at_least: u32,
    signature: Signature,
}

impl AggregateUDFImpl for Quantile {
    fn name(&self) -> &str {
        "quantile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |name: &str, item: DataType| {
            let item = Arc::new(Field::new_list_field(item, false));
            Arc::new(Field::new(format!("{}[{name}]", args.name), DataType::List(item), false))
        };
        Ok(vec![list("patients", DataType::UInt32), list("values", DataType::Float64)])
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (share, digits, at_least) = (f64::from_bits(self.share), self.digits, self.at_least);
        Ok(Box::new(Cell { share, digits, at_least, values: Vec::new() }))
    }
}

/// All values of one cell with their patients.
#[derive(Debug)]
struct Cell {
    share: f64,
    digits: Digits,
    at_least: u32,
    values: Vec<(f64, u32)>,
}

impl Cell {
    fn take_in(&mut self, patients: &UInt32Array, values: &Float64Array) {
        for (patient, value) in patients.iter().zip(values) {
            if let (Some(patient), Some(value)) = (patient, value)
                && value.is_finite()
            {
                self.values.push((value, patient));
            }
        }
    }

    /// The value, and the distinct patients below, above and at it, and those that cannot be told from it.
    fn result(&mut self) -> (Option<f64>, [u32; 4]) {
        self.values.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        let Some(value) = interpolated(&self.values, self.share) else { return (None, [0; 4]) };
        let count = |lies: &dyn Fn(f64) -> bool| {
            let patients = self.values.iter().filter(|(v, _)| lies(*v)).map(|(_, patient)| *patient);
            u32::try_from(patients.collect::<HashSet<_>>().len()).unwrap_or(u32::MAX)
        };
        let (below, above) = (count(&|v| v < value), count(&|v| v > value));
        let at = count(&|v| v.total_cmp(&value).is_eq());
        let mut coarsest = (value, at);
        for step in steps(value, self.digits) {
            let multiple = (value / step).round();
            let same = count(&|v| (v / step).round().total_cmp(&multiple).is_eq());
            coarsest = (clean(multiple * step), same);
            if same >= self.at_least {
                break;
            }
        }
        let (shown, same) = coarsest;
        (Some(shown), [below, above, at, same])
    }
}

/// The steps that a value may be rounded to, finest first: from its last significant digit to its first. None for zero,
/// which has no digits.
fn steps(value: f64, digits: Digits) -> impl Iterator<Item = f64> {
    #[expect(clippy::cast_possible_truncation, reason = "a float's exponent is within 400")]
    let first = value.abs().log10().floor().max(-400.0) as i32;
    let last = first - i32::from(digits.count()) + 1;
    let places = if value == 0.0 { last..last } else { last..first + 1 };
    places.flat_map(move |place| {
        let finer = [1.0, 2.0, 5.0];
        finer.into_iter().take(if place == first { 1 } else { 3 }).map(move |part| part * 10_f64.powi(place))
    })
}

/// Without the last bits that a product of a step leaves.
fn clean(value: f64) -> f64 {
    Digits::new(15).map_or(value, |digits| digits.round(value))
}

/// `sorted` at `share` of the way from its first to its last entry.
fn interpolated(sorted: &[(f64, u32)], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "a cell has fewer rows than 2^52")]
    let place = share * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the last index")]
    let index = (place.floor() as usize).min(last);
    let (lower, _) = sorted.get(index)?;
    let (upper, _) = sorted.get((index + 1).min(last))?;
    Some(lower + (upper - lower) * (place - place.floor()))
}

impl Accumulator for Cell {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [patients, values] = values else { return Err(broken("a quantile takes two arguments")) };
        let (patients, values) = (patients.as_primitive_opt(), values.as_primitive_opt());
        let (Some(patients), Some(values)) = (patients, values) else {
            return Err(broken("a quantile of something else"));
        };
        self.take_in(patients, values);
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [patients, values] = states else { return Err(broken("a quantile in another form")) };
        let (Some(patients), Some(values)) = (patients.as_list_opt::<i32>(), values.as_list_opt::<i32>())
        else {
            return Err(broken("a quantile in another form"));
        };
        for (patients, values) in patients.iter().zip(values.iter()) {
            let (Some(patients), Some(values)) = (patients, values) else { continue };
            self.take_in(patients.as_primitive::<UInt32Type>(), values.as_primitive::<Float64Type>());
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let patients: ArrayRef = Arc::new(self.values.iter().map(|(_, p)| *p).collect::<UInt32Array>());
        let values: ArrayRef = Arc::new(self.values.iter().map(|(v, _)| *v).collect::<Float64Array>());
        [patients, values].into_iter().map(one_list).collect()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (value, sides) = self.result();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Float64Array::from(vec![value]))];
        columns.extend(sides.map(|side| Arc::new(UInt32Array::from(vec![side])) as ArrayRef));
        Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), columns, None)?)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<(f64, u32)>()
    }
}

fn one_list(items: ArrayRef) -> Result<ScalarValue> {
    let field = Arc::new(Field::new_list_field(items.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths([items.len()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(field, offsets, items, None)?)))
}
