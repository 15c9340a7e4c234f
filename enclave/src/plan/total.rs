//! Expressions that never fail on a row (design, section 3).
//!
//! An error that depends on one patient's row is one bit of that patient. So arithmetic and every
//! function that could fail are called through a guard: where a batch fails, its rows are
//! evaluated one by one, and those that fail become NULL. So do numbers that are not finite.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float32Array, Float64Array, new_null_array};
use datafusion::arrow::compute::concat;
use datafusion::arrow::compute::kernels::numeric;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;
use datafusion::common::cast::{as_float32_array, as_float64_array};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// Arithmetic that can fail or overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    fn operator(self) -> Operator {
        match self {
            Self::Add => Operator::Plus,
            Self::Subtract => Operator::Minus,
            Self::Multiply => Operator::Multiply,
            Self::Divide => Operator::Divide,
            Self::Remainder => Operator::Modulo,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Add => "total_add",
            Self::Subtract => "total_subtract",
            Self::Multiply => "total_multiply",
            Self::Divide => "total_divide",
            Self::Remainder => "total_remainder",
        }
    }

    fn apply(self, left: &ColumnarValue, right: &ColumnarValue) -> std::result::Result<ArrayRef, ArrowError> {
        use datafusion::physical_expr_common::datum::apply;
        let kernel = match self {
            Self::Add => numeric::add,
            Self::Subtract => numeric::sub,
            Self::Multiply => numeric::mul,
            Self::Divide => numeric::div,
            Self::Remainder => numeric::rem,
        };
        let dates = left.data_type() == DataType::Date32 && right.data_type() == DataType::Date32;
        if self == Self::Subtract && dates {
            // Two dates are so many days apart: a number, as the planner says and as people expect.
            return apply(&days(left)?, &days(right)?, kernel)
                .and_then(|value| value.into_array(1))
                .map_err(|e| ArrowError::ComputeError(e.strip_backtrace()));
        }
        apply(left, right, kernel)
            .and_then(|value| value.into_array(1))
            .map_err(|e| ArrowError::ComputeError(e.strip_backtrace()))
    }
}

/// Days since 1970 as a number.
fn days(dates: &ColumnarValue) -> std::result::Result<ColumnarValue, ArrowError> {
    let days = dates.cast_to(&DataType::Int32, None).and_then(|days| days.cast_to(&DataType::Int64, None));
    days.map_err(|e| ArrowError::ComputeError(e.strip_backtrace()))
}

/// `left op right`, NULL where it fails or is not finite.
pub(super) fn arithmetic(op: Arithmetic, left: Expr, right: Expr) -> Expr {
    ScalarUDF::new_from_impl(TotalArithmetic { op, signature: Signature::any(2, Volatility::Immutable) })
        .call(vec![left, right])
}

/// The same function, NULL where it fails or is not finite.
pub(super) fn guarded(function: &Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Guard { inner: Arc::clone(function) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TotalArithmetic {
    op: Arithmetic,
    signature: Signature,
}

impl ScalarUDFImpl for TotalArithmetic {
    fn name(&self) -> &str {
        self.op.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [left, right] => BinaryTypeCoercer::new(left, &self.op.operator(), right).get_result_type(),
            _ => internal_err!("arithmetic takes two operands"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return internal_err!("arithmetic takes two operands");
        };
        // Two scalars make an array of one; the caller wants a scalar back.
        let scalars = matches!((left, right), (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)));
        let rows = if scalars { 1 } else { args.number_rows };
        let result = match self.op.apply(left, right) {
            Ok(array) => array,
            Err(_) => {
                by_row(rows, args.return_type(), |row| Ok(self.op.apply(&at(left, row), &at(right, row))?))?
            }
        };
        let result = finite(result)?;
        if result.data_type() != args.return_type() {
            return internal_err!("arithmetic of another type than was planned");
        }
        if scalars {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Guard {
    inner: Arc<ScalarUDF>,
}

impl ScalarUDFImpl for Guard {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = self.inner.return_field_from_args(args)?;
        Ok(Arc::new(Field::clone(&field).with_nullable(true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        match self.inner.invoke_with_args(args.clone()) {
            Ok(ColumnarValue::Array(array)) => Ok(ColumnarValue::Array(finite(array)?)),
            Ok(ColumnarValue::Scalar(scalar)) => {
                let one = finite(scalar.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&one, 0)?))
            }
            Err(_) => {
                let result = by_row(rows, args.return_type(), |row| {
                    let one = ScalarFunctionArgs {
                        args: args.args.iter().map(|value| at(value, row)).collect(),
                        number_rows: 1,
                        ..args.clone()
                    };
                    self.inner.invoke_with_args(one)?.into_array(1)
                })?;
                Ok(ColumnarValue::Array(finite(result)?))
            }
        }
    }
}

/// One row of an argument; a scalar is the same in every row.
fn at(value: &ColumnarValue, row: usize) -> ColumnarValue {
    match value {
        ColumnarValue::Array(array) if row < array.len() => ColumnarValue::Array(array.slice(row, 1)),
        other => other.clone(),
    }
}

fn by_row(rows: usize, data_type: &DataType, one: impl Fn(usize) -> Result<ArrayRef>) -> Result<ArrayRef> {
    let null = new_null_array(data_type, 1);
    let parts: Vec<ArrayRef> = (0..rows)
        .map(|row| match one(row) {
            Ok(value) if value.len() == 1 && value.data_type() == data_type => value,
            _ => Arc::clone(&null),
        })
        .collect();
    if parts.is_empty() {
        return Ok(new_null_array(data_type, 0));
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    Ok(concat(&parts)?)
}

fn finite(array: ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Float64 => {
            let values = as_float64_array(&array)?;
            if values.iter().flatten().all(f64::is_finite) {
                return Ok(array);
            }
            Ok(Arc::new(values.iter().map(|v| v.filter(|v| v.is_finite())).collect::<Float64Array>()))
        }
        DataType::Float32 => {
            let values = as_float32_array(&array)?;
            if values.iter().flatten().all(f32::is_finite) {
                return Ok(array);
            }
            Ok(Arc::new(values.iter().map(|v| v.filter(|v| v.is_finite())).collect::<Float32Array>()))
        }
        _ => Ok(array),
    }
}

/// Whether a cast gives every number back as it was, but for the last digits of a float.
pub(super) fn changes_nothing(from: &DataType, to: &DataType) -> bool {
    match to {
        DataType::Float64 => from.is_numeric(),
        DataType::Int64 => matches!(from, DataType::Int8 | DataType::Int16 | DataType::Int32),
        DataType::Decimal128(..) => from.is_integer(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int64Array, StringArray};
    use datafusion::config::ConfigOptions;

    use super::*;

    fn call(function: &ScalarUDF, args: Vec<ArrayRef>, to: DataType) -> ArrayRef {
        let rows = args.first().map_or(1, |a| a.len());
        let fields =
            args.iter().map(|a| Arc::new(Field::new("a", a.data_type().clone(), true)) as FieldRef).collect();
        function
            .invoke_with_args(ScalarFunctionArgs {
                args: args.into_iter().map(ColumnarValue::Array).collect(),
                arg_fields: fields,
                number_rows: rows,
                return_field: Arc::new(Field::new("r", to, true)),
                config_options: Arc::new(ConfigOptions::new()),
            })
            .unwrap()
            .into_array(rows)
            .unwrap()
    }

    fn op(op: Arithmetic) -> ScalarUDF {
        ScalarUDF::new_from_impl(TotalArithmetic { op, signature: Signature::any(2, Volatility::Immutable) })
    }

    #[test]
    fn integers_that_overflow_or_divide_by_zero_are_null() {
        let left: ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX, 6, 7]));
        let right: ArrayRef = Arc::new(Int64Array::from(vec![1, 0, 2]));
        let sum = call(&op(Arithmetic::Add), vec![Arc::clone(&left), Arc::clone(&right)], DataType::Int64);
        assert_eq!(sum.as_ref(), &Int64Array::from(vec![None, Some(6), Some(9)]));
        let ratio = call(&op(Arithmetic::Divide), vec![left, right], DataType::Int64);
        assert_eq!(ratio.as_ref(), &Int64Array::from(vec![Some(i64::MAX), None, Some(3)]));
    }

    #[test]
    fn dates_are_days_apart() {
        use datafusion::arrow::array::Date32Array;
        let left: ArrayRef = Arc::new(Date32Array::from(vec![Some(20_000), None]));
        let right: ArrayRef = Arc::new(Date32Array::from(vec![Some(19_990), Some(3)]));
        let apart = call(&op(Arithmetic::Subtract), vec![left, right], DataType::Int64);
        assert_eq!(apart.as_ref(), &Int64Array::from(vec![Some(10), None]));
    }

    #[test]
    fn floats_that_are_not_finite_are_null() {
        let left: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 0.0, 3.0]));
        let right: ArrayRef = Arc::new(Float64Array::from(vec![0.0, 0.0, 2.0]));
        let ratio = call(&op(Arithmetic::Divide), vec![left, right], DataType::Float64);
        assert_eq!(ratio.as_ref(), &Float64Array::from(vec![None, None, Some(1.5)]));
    }

    #[test]
    fn a_function_that_fails_on_one_row_is_null_there() {
        let to_date = super::super::allowed::scalar("to_date").unwrap();
        let text: ArrayRef = Arc::new(StringArray::from(vec!["2026-01-02", "no date"]));
        let dates = call(&guarded(&to_date), vec![text], DataType::Date32);
        assert_eq!((dates.is_null(0), dates.is_null(1)), (false, true));
    }
}
