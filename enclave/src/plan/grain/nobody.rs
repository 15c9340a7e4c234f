//! Rows that are nobody's: those of a public table that a join kept though it found nobody, or that UNION ALL added.
//!
//! How many there are tells of people: the codes that she does not have. So no figure may take them in: its argument must be
//! missing there, or its FILTER not true. Out of scope: the figures of a summary that a public table is joined to.

use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Between, BinaryExpr, Cast, Expr, Like, Operator, TryCast};

use super::{Columns, Lift};
use crate::words::{Halt, RefusalCode};

impl Lift<'_> {
    /// A figure that would take in rows that are nobody's.
    pub(super) fn nobodys_rows(&self, name: &str) -> Halt {
        self.refuse(RefusalCode::NobodysRows, name, &[name])
    }
}

/// Whether an expression is missing in every row that is nobody's.
pub(super) fn missing(expr: &Expr, columns: &Columns) -> bool {
    let missing = |expr: &Expr| missing(expr, columns);
    match expr {
        Expr::Column(column) => columns.find(column).is_ok_and(|visible| visible.absent),
        Expr::Alias(alias) => missing(&alias.expr),
        Expr::Cast(Cast { expr, .. }) | Expr::TryCast(TryCast { expr, .. }) => missing(expr),
        Expr::Negative(inner) | Expr::Not(inner) => missing(inner),
        Expr::Like(Like { expr, .. })
        | Expr::Between(Between { expr, .. })
        | Expr::InList(InList { expr, .. }) => missing(expr),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And
            | Operator::Or
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
            | Operator::StringConcat => false,
            _ => missing(left) || missing(right),
        },
        Expr::Case(case) => {
            let branches = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
            branches.into_iter().all(|branch| nothing(branch) || missing(branch))
        }
        Expr::ScalarFunction(call) => STRICT.contains(&call.func.name()) && call.args.iter().any(missing),
        _ => false,
    }
}

/// Whether a condition is true in no row that is nobody's.
pub(super) fn untrue(expr: &Expr, columns: &Columns) -> bool {
    let untrue = |expr: &Expr| untrue(expr, columns);
    match expr {
        Expr::Alias(alias) => untrue(&alias.expr),
        Expr::IsNotNull(inner) | Expr::IsTrue(inner) | Expr::IsFalse(inner) => missing(inner, columns),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => untrue(left) || untrue(right),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => untrue(left) && untrue(right),
        other => missing(other, columns),
    }
}

fn nothing(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.is_null())
}

/// Functions of which a missing argument makes a missing value.
const STRICT: &[&str] = &[
    "abs",
    "ceil",
    "date_part",
    "date_trunc",
    "floor",
    "ln",
    "lower",
    "round",
    "sqrt",
    "substr",
    "trunc",
    "upper",
];
