//! The largest or smallest of a value that is there only once.
//!
//! Who joins a total to every row, `FROM diagnosis CROSS JOIN (SELECT count(*) AS n FROM patient) t`, must say something
//! like `max(t.n)` in a summary. No extreme of people is meant: the value comes from a summary without keys, which
//! is one row that nobody stands behind once it passed the gate. So it is read above the summary instead.
//! Out of scope: extremes of anything else, which are refused where they are found.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, JoinType, Result};
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, SubqueryAlias, scalar_subquery};

/// The same plan with such values as scalar subqueries.
pub(super) fn lifted(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Aggregate(node) => above(node),
        other => Ok(Transformed::no(other)),
    })?;
    Ok(plan.data)
}

fn above(node: Aggregate) -> Result<Transformed<LogicalPlan>> {
    // A summary without keys has a row even over nobody, where the largest of nothing is nothing.
    if node.group_expr.is_empty() || matches!(node.group_expr.as_slice(), [Expr::GroupingSet(_)]) {
        return Ok(Transformed::no(LogicalPlan::Aggregate(node)));
    }
    let lifted: Vec<Option<LogicalPlan>> = node
        .aggr_expr
        .iter()
        .map(|call| extreme_of(call).and_then(|column| once(&node.input, column)))
        .collect();
    let kept: Vec<Expr> = node
        .aggr_expr
        .iter()
        .zip(&lifted)
        .filter(|(_, lifted)| lifted.is_none())
        .map(|(e, _)| e.clone())
        .collect();
    if kept.len() == lifted.len() {
        return Ok(Transformed::no(LogicalPlan::Aggregate(node)));
    }
    let columns = node.schema.columns();
    let keys = columns.len().saturating_sub(lifted.len());
    let calls = columns.iter().skip(keys).zip(lifted).map(|(column, lifted)| match lifted {
        Some(value) => {
            scalar_subquery(Arc::new(value)).alias_qualified(column.relation.clone(), column.name.clone())
        }
        None => Expr::Column(column.clone()),
    });
    let exprs = columns.iter().take(keys).cloned().map(Expr::Column).chain(calls).collect();
    let summary = LogicalPlan::Aggregate(Aggregate::try_new(node.input, node.group_expr, kept)?);
    Ok(Transformed::yes(LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(summary))?)))
}

/// The column that a call yields the largest or smallest of.
fn extreme_of(call: &Expr) -> Option<&Column> {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = call else { return None };
    match params {
        AggregateFunctionParams { args, filter: None, .. } if matches!(func.name(), "max" | "min") => {
            match args.as_slice() {
                [Expr::Column(column)] => Some(column),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The one row with a column's one value, where every row of a plan has that value.
fn once(plan: &LogicalPlan, column: &Column) -> Option<LogicalPlan> {
    if !plan.schema().has_column(column) {
        return None;
    }
    if is_one_row(plan) {
        if !plan.all_out_ref_exprs().is_empty() {
            return None;
        }
        let value = Projection::try_new(vec![Expr::Column(column.clone())], Arc::new(plan.clone())).ok()?;
        return Some(LogicalPlan::Projection(value));
    }
    match plan {
        // Nothing else: an outer join may leave the value out of some rows.
        LogicalPlan::Join(join) if join.join_type == JoinType::Inner => {
            once(&join.left, column).or_else(|| once(&join.right, column))
        }
        LogicalPlan::Filter(filter) => once(&filter.input, column),
        LogicalPlan::SubqueryAlias(SubqueryAlias { input, schema, .. }) => {
            let place = schema.index_of_column(column).ok()?;
            once(input, input.schema().columns().get(place)?)
        }
        LogicalPlan::Projection(projection) => {
            let place = projection.schema.index_of_column(column).ok()?;
            match projection.expr.get(place)?.clone().unalias() {
                Expr::Column(column) => once(&projection.input, &column),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A summary without keys, and what is worked out from its row.
fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(node) => node.group_expr.is_empty(),
        LogicalPlan::Projection(node) => is_one_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => is_one_row(&node.input),
        _ => false,
    }
}
