//! How a condition's values in several rows of one patient come together in one.
//!
//! A patient stands at each level that any of the rows is at. Where the levels are few (a boolean, the branch of a
//! CASE) all of them are kept as a set; otherwise the lowest and the highest. One of them alone would
//! hide who is at the other end.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::{AggregateUDF, Expr, ExprSchemable, TryCast};

use super::{Graded, broken};
use crate::evidence::institution_set;
use crate::words::Halt;

/// The aggregates that a condition's value becomes, each with its argument.
pub(super) fn together(
    value: Expr,
    input: &Graded,
    sharp: bool,
) -> Result<Vec<(Arc<AggregateUDF>, Expr)>, Halt> {
    let data_type = value.get_type(input.plan.schema()).map_err(broken)?;
    let set = match data_type {
        DataType::Boolean => Some(few(value.clone())),
        // The number of a CASE's branch.
        DataType::UInt32 if sharp => Some(value.clone()),
        DataType::List(_) => Some(value.clone()),
        _ => None,
    };
    Ok(match set {
        Some(set) => vec![(Arc::new(institution_set()), set)],
        None => vec![(min_udaf(), value.clone()), (max_udaf(), value)],
    })
}

/// A yes or no as an entry of a set.
pub(super) fn few(yes_no: Expr) -> Expr {
    Expr::TryCast(TryCast::new(Box::new(yes_no), DataType::UInt32))
}
