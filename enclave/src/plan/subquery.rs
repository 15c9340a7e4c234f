//! Subqueries in places where the engine's own rules do not look for them.
//!
//! Those turn `EXISTS` and `IN` into joins inside `WHERE` only, and scalar subqueries inside `WHERE` and `SELECT` only.
//! Here subqueries in a summary's arguments, filters and keys, and in windows, move to a projection below; then
//! `EXISTS` and `IN` in a projection become a column that marks the rows with a match. The joins that come of it are
//! looked at like all others: a mark is a condition, and people are marked by people on the patient key only.
//! Out of scope: `ON` and `ORDER BY`, where such subqueries stay and are refused.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::{Case, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Aggregate, Expr, ExprSchemable, Filter, LogicalPlan, Projection, Window, lit,
};
use datafusion::optimizer::decorrelate_predicate_subquery::DecorrelatePredicateSubquery;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// The same plan with such subqueries as columns and joins.
pub(super) fn joined(plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<LogicalPlan> {
    let mut made = 0_usize;
    let plan = plan.transform_up_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::Aggregate(node) => below_summary(node, &mut made)?,
            LogicalPlan::Window(node) => below_window(node, &mut made)?,
            other => Transformed::no(other),
        };
        Ok(node)
    })?;
    let plan = plan.data.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Projection(node) => marked(node, config),
        other => Ok(Transformed::no(other)),
    })?;
    Ok(plan.data)
}

fn below_summary(node: Aggregate, made: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let mut moved = Moved { made, exprs: Vec::new() };
    let groups = moved.all(&node.group_expr)?;
    let calls = moved.all(&node.aggr_expr)?;
    if moved.exprs.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Aggregate(node)));
    }
    let input = moved.below(node.input)?;
    Ok(Transformed::yes(LogicalPlan::Aggregate(Aggregate::try_new(input, groups, calls)?)))
}

fn below_window(node: Window, made: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let mut moved = Moved { made, exprs: Vec::new() };
    let calls = moved.all(&node.window_expr)?;
    if moved.exprs.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Window(node)));
    }
    // What stands above knows the columns that were there before.
    let known: Vec<Expr> = node.schema.columns().into_iter().map(Expr::Column).collect();
    let window = LogicalPlan::Window(Window::try_new(calls, moved.below(node.input)?)?);
    Ok(Transformed::yes(LogicalPlan::Projection(Projection::try_new(known, Arc::new(window))?)))
}

/// Subqueries on their way into a projection below.
struct Moved<'a> {
    /// Makes the columns' names unique within a plan. Users can't write names that begin so.
    made: &'a mut usize,
    exprs: Vec<Expr>,
}

impl Moved<'_> {
    fn all(&mut self, exprs: &[Expr]) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.one(expr)).collect()
    }

    /// The expression with a column for each subquery, under the name that it had.
    fn one(&mut self, expr: &Expr) -> Result<Expr> {
        let names = NamePreserver::new_for_projection();
        // The sets' keys have names of their own; a subquery among them stays, and is refused.
        if matches!(expr, Expr::GroupingSet(_)) {
            return Ok(expr.clone());
        }
        let name = names.save(expr);
        let without = expr.clone().transform_down(|part| {
            if !is_subquery(&part) {
                return Ok(Transformed::no(part));
            }
            *self.made += 1;
            let column = format!("__q{}", self.made);
            self.exprs.push(part.alias(&column));
            let column = Expr::Column(Column::new_unqualified(column));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        })?;
        Ok(if without.transformed { name.restore(without.data) } else { without.data })
    }

    fn below(self, input: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
        let known = input.schema().columns().into_iter().map(Expr::Column);
        let exprs: Vec<Expr> = known.chain(self.exprs).collect();
        Ok(Arc::new(LogicalPlan::Projection(Projection::try_new(exprs, input)?)))
    }
}

fn is_subquery(expr: &Expr) -> bool {
    match expr {
        Expr::Not(inner) => matches!(inner.as_ref(), Expr::InSubquery(_) | Expr::Exists(_)),
        Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_) => true,
        _ => false,
    }
}

/// A projection whose `EXISTS` and `IN` are columns of its input.
fn marked(node: Projection, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
    let mut input = Arc::unwrap_or_clone(node.input);
    let names = NamePreserver::new_for_projection();
    let mut changed = false;
    let mut exprs = Vec::with_capacity(node.expr.len());
    for expr in node.expr {
        let name = names.save(&expr);
        let without = expr.transform_down(|part| {
            let (found, negated) = match part {
                Expr::Not(inner) if matches!(*inner, Expr::InSubquery(_)) => (*inner, true),
                part @ (Expr::InSubquery(_) | Expr::Exists(_)) => (part, false),
                other => return Ok(Transformed::no(other)),
            };
            let (wider, mark) = mark(&input, found, negated, config)?;
            input = wider;
            // What could not become a join stays.
            Ok(Transformed::new(mark, true, TreeNodeRecursion::Jump))
        })?;
        changed |= without.transformed;
        exprs.push(if without.transformed { name.restore(without.data) } else { without.data });
    }
    let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(input))?);
    Ok(if changed { Transformed::yes(plan) } else { Transformed::no(plan) })
}

/// The input with a column that marks the rows with a match, and what the subquery becomes over it.
///
/// A mark says yes or no where SQL says unknown: `IN` is unknown for a missing value, which is put right here, and `NOT IN`
/// over a list with a gap, which is left alone and so refused.
fn mark(
    input: &LogicalPlan,
    subquery: Expr,
    negated: bool,
    config: &dyn OptimizerConfig,
) -> Result<(LogicalPlan, Expr)> {
    let whole = |subquery: Expr| if negated { Expr::Not(Box::new(subquery)) } else { subquery };
    let mut missing = None;
    if let Expr::InSubquery(InSubquery { expr, subquery: list, negated: not }) = &subquery {
        let gaps = list.subquery.schema().fields().iter().any(|field| field.is_nullable());
        if gaps && *not != negated {
            return Ok((input.clone(), whole(subquery)));
        }
        missing = expr.nullable(input.schema())?.then(|| expr.clone().is_null());
    }
    // The engine's rule makes a mark of a subquery that is not the whole condition.
    let condition = Expr::IsTrue(Box::new(subquery.clone()));
    let filter = LogicalPlan::Filter(Filter::try_new(condition, Arc::new(input.clone()))?);
    let made = DecorrelatePredicateSubquery::new().rewrite(filter, config)?.data;
    let LogicalPlan::Projection(Projection { input: made, .. }) = made else {
        return Ok((input.clone(), whole(subquery)));
    };
    let LogicalPlan::Filter(Filter { predicate: Expr::IsTrue(mark), input: wider, .. }) =
        Arc::unwrap_or_clone(made)
    else {
        return Ok((input.clone(), whole(subquery)));
    };
    let mark = whole(*mark);
    let mark = match missing {
        Some(missing) => Expr::Case(Case::new(
            None,
            vec![(Box::new(missing), Box::new(lit(ScalarValue::Boolean(None))))],
            Some(Box::new(mark)),
        )),
        None => mark,
    };
    Ok((Arc::unwrap_or_clone(wider), mark))
}
