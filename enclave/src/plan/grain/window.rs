//! Windows: over people only within one patient, over public rows freely.

use std::sync::Arc;

use datafusion::logical_expr::expr::{Alias, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    AggregateUDF, Expr, LogicalPlan, Projection, SortExpr, Window, WindowFunctionDefinition, ident,
};

use super::super::allowed;
use super::super::condition::Condition;
use super::super::expression::{Looked, look, look_plain};
use super::columns::named;
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
        let mut of_patients = Vec::new();
        let inside = self.inside_windows(node, &input, &mut carried, &mut of_patients)?;
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
        // Windows of one node are all cut alike.
        let below = match of_patients.is_empty() {
            true => input.plan,
            false => LogicalPlan::Window(Window::try_new(of_patients, Arc::new(input.plan)).map_err(broken)?),
        };
        let plan = LogicalPlan::Window(Window::try_new(exprs, Arc::new(below)).map_err(broken)?);
        let plan = LogicalPlan::Projection(Projection::try_new(carried, Arc::new(plan)).map_err(broken)?);
        Ok(Graded { plan, grain: input.grain, columns: Columns(columns) })
    }

    /// Conditions inside anything that the windows read: the row's own, and those of all rows of its patient.
    fn inside_windows(
        &mut self,
        node: &Window,
        input: &Graded,
        carried: &mut Vec<Expr>,
        windows: &mut Vec<Expr>,
    ) -> Result<Vec<Inside>, Halt> {
        let Grain::Unit(unit) = &input.grain else { return Ok(Vec::new()) };
        let patient = Expr::Column(named(&input.plan, &unit.patient)?);
        let mut conditions = Vec::new();
        for call in &node.window_expr {
            let Expr::WindowFunction(call) = call.clone().unalias() else { continue };
            for arg in &call.params.args {
                conditions.extend(self.told(arg, input)?.conditions);
            }
        }
        let mut seen: Vec<Condition> = Vec::new();
        let mut inside = Vec::new();
        for condition in conditions {
            if seen.contains(&condition) {
                continue;
            }
            let over = |_: &mut Self, function, value| of_patient(function, value, patient.clone());
            let of_all = self.in_rows(&condition, input, windows, over)?;
            carried.extend(of_all.iter().map(|all| ident(&all.name)));
            inside.extend(of_all);
            inside.push(self.in_row(&condition, input, carried)?);
            seen.push(condition);
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

/// An aggregate over all rows of a row's patient.
fn of_patient(function: Arc<AggregateUDF>, value: Expr, patient: Expr) -> Expr {
    let mut window = WindowFunction::new(WindowFunctionDefinition::AggregateUDF(function), vec![value]);
    window.params.partition_by = vec![patient];
    Expr::from(window)
}

fn unqualified(expr: &Expr) -> datafusion::common::Column {
    let (_, name) = expr.qualified_name();
    datafusion::common::Column::new_unqualified(name)
}
