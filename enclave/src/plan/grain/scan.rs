//! Leaves: tables of the snapshot, and values written in the question.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, TableScan, Values};
use std::sync::Arc;

use super::super::expression::look_plain;
use super::super::source::Listed;
use super::{Columns, Graded, Grain, Institution, Key, Lift, Unit, Visible, broken};
use crate::catalog::Class;
use crate::words::{FailCode, Halt};

impl Lift<'_> {
    pub(super) fn scan(&mut self, scan: &TableScan) -> Result<Graded, Halt> {
        let Some(listed) = scan.source.downcast_ref::<Listed>() else {
            return Err(FailCode::Internal.into());
        };
        let plan = LogicalPlan::TableScan(scan.clone());
        let table = listed.table();
        let public = table.patient().is_none();
        let mut exprs = Vec::new();
        let (mut columns, mut patient, mut institution) = (Vec::new(), None, None);
        for column in plan.schema().columns() {
            let known = table.column(&column.name).ok_or(FailCode::Internal)?;
            let declared = public || known.class == Class::Code;
            let mut visible = Visible { declared, ..Visible::plain(column.clone()) };
            match known.class {
                Class::Patient => {
                    visible.key = Some(Key::Patient { always: true });
                    patient = Some(column.clone());
                }
                Class::Institution => {
                    visible.key = Some(Key::Institution);
                    institution = Some(column.clone());
                }
                Class::Text => visible.text = true,
                Class::Measure | Class::Quasi | Class::Code => {}
            }
            exprs.push(Expr::Column(column));
            columns.push(visible);
        }
        let Some(patient) = patient else {
            // A permit that hides the key column must not turn people into a public table.
            return if public {
                Ok(Graded { plan, grain: Grain::Public, columns: Columns(columns) })
            } else {
                Err(FailCode::Internal.into())
            };
        };
        let mut hide = |column: Column, kind: &str| {
            let name = self.fresh(kind);
            exprs.push(Expr::Column(column).alias(&name));
            name
        };
        let unit = Unit {
            patient: hide(patient, "p"),
            nobody: false,
            institutions: institution
                .map(|c| Institution { name: hide(c, "i"), set: false })
                .into_iter()
                .collect(),
        };
        let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(plan)).map_err(broken)?);
        Ok(Graded { plan, grain: Grain::Unit(unit), columns: Columns(columns) })
    }

    pub(super) fn values(&mut self, values: &Values) -> Result<Graded, Halt> {
        for expr in values.values.iter().flatten() {
            look_plain(expr, &Columns::default(), &values.schema, self.places)?;
        }
        Ok(Graded::public(LogicalPlan::Values(values.clone())))
    }
}
