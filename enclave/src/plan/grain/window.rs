//! Windows: over people only within one patient, over public rows freely.

use std::sync::Arc;

use datafusion::logical_expr::expr::{Alias, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, SortExpr, Window, WindowFunctionDefinition};

use super::super::allowed;
use super::super::condition::Condition;
use super::super::expression::{Looked, look, look_plain};
use super::prepare::renamed;
use super::rows::missing_last;
use super::{Columns, Graded, Grain, Inside, Key, Lift, Shape, Visible, broken};
use crate::words::{FailCode, Halt, RefusalCode};

impl Lift<'_> {
    pub(super) fn window(&mut self, node: &Window) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        let visible = input.columns.0.len();
        let mut exprs = Vec::with_capacity(node.window_expr.len());
        for expr in &node.window_expr {
            let name = self.fresh("v");
            exprs.push(self.window_expr(expr, &input)?.alias(name));
        }
        let mut carried: Vec<Expr> = input.columns.0.iter().map(|v| Expr::Column(v.column.clone())).collect();
        let mut columns = input.columns.0.clone();
        let names: Vec<Expr> = exprs.iter().map(|e| Expr::Column(unqualified(e))).collect();
        let inside = self.inside_windows(node, &input, &mut carried)?;
        // The windows' own columns keep the names that the nodes above know them by.
        for (expr, (qualifier, field)) in names.into_iter().zip(node.schema.iter().skip(visible)) {
            carried.push(renamed(expr, qualifier, field.name()));
            // A window's value may be any row's of the patient, with whatever was inside it.
            columns.push(Visible { inside: inside.clone(), ..Visible::plain((qualifier, field).into()) });
        }
        if matches!(input.grain, Grain::Public) {
            for column in columns.iter_mut().skip(visible) {
                column.declared = true;
                column.shape = Shape::Sharp;
            }
        }
        carried.extend(input.hidden()?);
        if self.reads_missing(node, &input)? {
            self.say_published_only();
        }
        let plan = LogicalPlan::Window(Window::try_new(exprs, Arc::new(input.plan)).map_err(broken)?);
        let plan = LogicalPlan::Projection(Projection::try_new(carried, Arc::new(plan)).map_err(broken)?);
        Ok(Graded { plan, grain: input.grain, columns: Columns(columns) })
    }

    /// Conditions inside anything that the windows read.
    fn inside_windows(
        &mut self,
        node: &Window,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Vec<Inside>, Halt> {
        let mut inside: Vec<Inside> = Vec::new();
        let calls = node.window_expr.iter().map(|expr| expr.clone().unalias());
        for arg in calls.flat_map(|call| match call {
            Expr::WindowFunction(call) => call.params.args,
            _ => Vec::new(),
        }) {
            for condition in self.conditions(&arg, input)? {
                let found = match &condition {
                    Condition::Carried(carried) => carried.clone(),
                    Condition::Made { .. } => {
                        let (value, sharp) = self.value_of(&condition, input)?;
                        let name = self.fresh("k");
                        made.push(value.alias(&name));
                        Inside { name, sharp }
                    }
                };
                if !inside.contains(&found) {
                    inside.push(found);
                }
            }
        }
        Ok(inside)
    }

    /// Whether a window reads cells that may be suppressed.
    fn reads_missing(&self, node: &Window, input: &Graded) -> Result<bool, Halt> {
        for column in node.window_expr.iter().flat_map(Expr::column_refs) {
            if input.columns.find(column)?.why.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn window_expr(&self, expr: &Expr, input: &Graded) -> Result<Expr, Halt> {
        let call = match expr {
            Expr::Alias(Alias { expr, .. }) => return self.window_expr(expr, input),
            Expr::WindowFunction(call) => call,
            _ => return Err(FailCode::Internal.into()),
        };
        let name = call.fun.name();
        let known = match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => allowed::aggregate(function.name()).is_some(),
            WindowFunctionDefinition::WindowUDF(function) => allowed::window(function.name()).is_some(),
        };
        if !known {
            return Err(self.refuse(RefusalCode::Function, name, &[name]));
        }
        let look_all = |exprs: &[Expr]| -> Result<Vec<Looked>, Halt> {
            exprs.iter().map(|e| look(e, &input.columns, input.plan.schema(), self.places)).collect()
        };
        let plain = |looked: Vec<Looked>| -> Result<Vec<Expr>, Halt> {
            looked.into_iter().map(|l| Ok(l.plain(self.places)?.expr)).collect()
        };
        let params = &call.params;
        let partitions = look_all(&params.partition_by)?;
        let within_patient = partitions.iter().any(|l| l.key == Some(Key::Patient { always: true }));
        if matches!(input.grain, Grain::Unit(_)) && !within_patient {
            return Err(self.refuse(RefusalCode::MixedWindow, name, &["over"]));
        }
        let mut order_by = Vec::with_capacity(params.order_by.len());
        for key in &params.order_by {
            let looked = look_plain(&key.expr, &input.columns, input.plan.schema(), self.places)?;
            order_by.extend(missing_last(&looked, input)?);
            order_by.push(SortExpr::new(looked.expr, key.asc, key.nulls_first));
        }
        let filter = match &params.filter {
            Some(filter) => {
                Some(Box::new(look_plain(filter, &input.columns, input.plan.schema(), self.places)?.expr))
            }
            None => None,
        };
        Ok(Expr::from(WindowFunction {
            fun: call.fun.clone(),
            params: WindowFunctionParams {
                args: plain(look_all(&params.args)?)?,
                partition_by: partitions.into_iter().map(|l| l.expr).collect(),
                order_by,
                window_frame: params.window_frame.clone(),
                filter,
                null_treatment: params.null_treatment,
                distinct: params.distinct,
            },
        }))
    }
}

fn unqualified(expr: &Expr) -> datafusion::common::Column {
    let (_, name) = expr.qualified_name();
    datafusion::common::Column::new_unqualified(name)
}
