//! An amount as it varies from row to row: without the constants round it.
//!
//! `sum(3 * (cost + 1000000))` is dominated by whom `sum(cost)` is, and whoever subtracts it from another sum subtracts
//! costs. So shares and the ledger's sketches are of what is left when constants that are added or multiplied are taken off,
//! and casts that change no number. A CASE that gives one number or nothing is 1 or nothing.
//! Out of scope: which arguments hold conditions (`condition`).

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, TryCast, lit};

use super::super::total::changes_nothing;

/// What of an amount varies; all of it where nothing can be taken off.
pub(super) fn varying(expr: &Expr, schema: &DFSchema) -> Expr {
    inside(expr, schema).map_or_else(|| expr.clone(), |inner| varying(&inner, schema))
}

/// The amount without its outermost constant or cast.
fn inside(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    let constant = |expr: &Expr| expr.column_refs().is_empty();
    match expr {
        Expr::Alias(alias) => Some(alias.expr.as_ref().clone()),
        Expr::Negative(inner) => Some(inner.as_ref().clone()),
        Expr::Cast(Cast { expr: inner, field }) | Expr::TryCast(TryCast { expr: inner, field }) => {
            let from = inner.get_type(schema).ok()?;
            changes_nothing(&from, field.data_type()).then(|| inner.as_ref().clone())
        }
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            ("total_add" | "total_subtract" | "total_multiply", [left, right]) if constant(right) => {
                (!constant(left)).then(|| left.clone())
            }
            ("total_add" | "total_subtract" | "total_multiply", [left, right]) if constant(left) => {
                Some(right.clone())
            }
            // Integers would be cut off.
            ("total_divide", [left, right]) if constant(right) && !constant(left) => {
                let own = expr.get_type(schema).ok()?;
                (!own.is_integer()).then(|| left.clone())
            }
            _ => None,
        },
        Expr::Case(case) => one_or_nothing(case),
        _ => None,
    }
}

/// The same CASE with 1 for the one number that it gives.
fn one_or_nothing(case: &Case) -> Option<Expr> {
    let branches = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
    let values = branches.map(|branch| number(branch)).collect::<Option<Vec<_>>>()?;
    let mut some = values.iter().flatten().filter(|value| **value != 0.0);
    let first = *some.next()?;
    #[allow(clippy::float_cmp)] // The same literal gives the same bits.
    if !some.all(|value| *value == first) {
        return None;
    }
    let scaled = |branch: &Expr| match number(branch).flatten() {
        None => lit(ScalarValue::Int64(None)),
        Some(value) => lit(i64::from(value != 0.0)),
    };
    let mut scaled_case = case.clone();
    for (_, then) in &mut scaled_case.when_then_expr {
        **then = scaled(then);
    }
    if let Some(otherwise) = &mut scaled_case.else_expr {
        **otherwise = scaled(otherwise);
    }
    (scaled_case != *case).then_some(Expr::Case(scaled_case))
}

/// A literal's number, which may be missing; none where it is no such literal.
fn number(expr: &Expr) -> Option<Option<f64>> {
    match expr {
        Expr::Alias(alias) => number(&alias.expr),
        Expr::Cast(Cast { expr: inner, .. }) | Expr::TryCast(TryCast { expr: inner, .. }) => number(inner),
        Expr::Literal(value, _) if value.is_null() => Some(None),
        Expr::Literal(value, _) if value.data_type().is_numeric() => {
            let float = value.cast_to(&DataType::Float64).ok()?;
            f64::try_from(float).ok().map(Some)
        }
        _ => None,
    }
}
