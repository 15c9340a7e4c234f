//! So many times an interval, a date so many days later, and a span of time beside an interval.
//!
//! The interval is one that the question writes out, so that the product is linear in the number. The product's name
//! begins as no name in a question can: the only way to it is the planner's.

use std::sync::Arc;

use datafusion::arrow::array::types::{IntervalMonthDayNano, IntervalMonthDayNanoType};
use datafusion::arrow::array::{ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Int64Type, IntervalUnit, TimeUnit};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility, lit,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;

/// The function's name.
pub(in crate::plan) const TIMES: &str = "__times_interval";

/// What plans `n * INTERVAL '…'`, `date ± n` and `timestamp - timestamp > INTERVAL '…'`.
pub(in crate::plan) fn planner() -> Arc<dyn ExprPlanner> {
    Arc::new(Planner)
}

#[derive(Debug)]
struct Planner;

impl ExprPlanner for Planner {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let (Ok(left), Ok(right)) = (raw.left.get_type(schema), raw.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(raw));
        };
        let interval = |data_type: &DataType, expr: &Expr| {
            matches!(data_type, DataType::Interval(_))
                && expr.column_refs().is_empty()
                && !expr.contains_outer()
        };
        let date = |data_type: &DataType| *data_type == DataType::Date32;
        let RawBinaryExpr { op, left: l, right: r } = &raw;
        let planned = match op {
            BinaryOperator::Multiply if left.is_integer() && interval(&right, r) => times(l, r.clone()),
            BinaryOperator::Multiply if right.is_integer() && interval(&left, l) => times(r, l.clone()),
            BinaryOperator::Plus if date(&left) && right.is_integer() => {
                together(l.clone(), Operator::Plus, times(r, days(1)))
            }
            BinaryOperator::Plus if left.is_integer() && date(&right) => {
                together(r.clone(), Operator::Plus, times(l, days(1)))
            }
            BinaryOperator::Minus if date(&left) && right.is_integer() => {
                together(l.clone(), Operator::Minus, times(r, days(1)))
            }
            _ => match (comparison(op), span_of(&left, r), span_of(&right, l)) {
                (Some(op), Some(span), _) => together(l.clone(), op, span),
                (Some(op), _, Some(span)) => together(span, op, r.clone()),
                _ => return Ok(PlannerResult::Original(raw)),
            },
        };
        Ok(PlannerResult::Planned(planned))
    }
}

fn comparison(op: &BinaryOperator) -> Option<Operator> {
    match op {
        BinaryOperator::Eq => Some(Operator::Eq),
        BinaryOperator::NotEq => Some(Operator::NotEq),
        BinaryOperator::Lt => Some(Operator::Lt),
        BinaryOperator::LtEq => Some(Operator::LtEq),
        BinaryOperator::Gt => Some(Operator::Gt),
        BinaryOperator::GtEq => Some(Operator::GtEq),
        _ => None,
    }
}

/// A written interval as a span of time, beside another; months have no length of their own.
fn span_of(beside: &DataType, interval: &Expr) -> Option<Expr> {
    let (DataType::Duration(TimeUnit::Nanosecond), Expr::Literal(value, _)) = (beside, interval) else {
        return None;
    };
    let ScalarValue::IntervalMonthDayNano(Some(interval)) = value else { return None };
    let day = i64::from(interval.days).checked_mul(86_400_000_000_000)?;
    let span = day.checked_add(interval.nanoseconds).filter(|_| interval.months == 0)?;
    Some(lit(ScalarValue::DurationNanosecond(Some(span))))
}

fn times(number: &Expr, interval: Expr) -> Expr {
    let types = vec![DataType::Int64, DataType::Interval(IntervalUnit::MonthDayNano)];
    let signature = Signature::exact(types, Volatility::Immutable);
    ScalarUDF::new_from_impl(Times { signature }).call(vec![number.clone(), interval])
}

fn days(days: i32) -> Expr {
    lit(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, days, 0))))
}

fn together(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Times {
    signature: Signature,
}

impl ScalarUDFImpl for Times {
    fn name(&self) -> &str {
        TIMES
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Interval(IntervalUnit::MonthDayNano))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [numbers, intervals] = arrays.as_slice() else {
            return internal_err!("a product takes two arguments");
        };
        let numbers = numbers.as_primitive::<Int64Type>();
        let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>();
        let products: PrimitiveArray<IntervalMonthDayNanoType> =
            numbers.iter().zip(intervals).map(|(number, interval)| product(number?, interval?)).collect();
        Ok(ColumnarValue::Array(Arc::new(products) as ArrayRef))
    }
}

/// None where a part of the product has no room.
fn product(number: i64, interval: IntervalMonthDayNano) -> Option<IntervalMonthDayNano> {
    let part = |part: i32| i64::from(part).checked_mul(number).and_then(|part| i32::try_from(part).ok());
    Some(IntervalMonthDayNano::new(
        part(interval.months)?,
        part(interval.days)?,
        interval.nanoseconds.checked_mul(number)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_missing() {
        let interval = IntervalMonthDayNano::new(1, 2, 3);
        assert_eq!(product(-3, interval), Some(IntervalMonthDayNano::new(-3, -6, -9)));
        for number in [i64::MAX, i64::MIN, i64::from(i32::MAX)] {
            assert_eq!(product(number, interval), None);
        }
    }
}
