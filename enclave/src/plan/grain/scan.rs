//! Leaves: tables of the snapshot, and values written in the question.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, TableScan, TryCast, Values};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::cut;
use super::super::expression::look_plain;
use super::super::source::Listed;
use super::{Columns, Graded, Grain, Institution, Key, Lift, Municipality, Shape, Unit, Visible, broken};
use crate::catalog::{Class, Column as Listing};
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
        let (mut columns, mut patient, mut institution, mut municipality) = (Vec::new(), None, None, None);
        for column in plan.schema().columns() {
            let known = table.column(&column.name).ok_or(FailCode::Internal)?;
            let declared = public || known.class == Class::Code;
            let shape = shape(known, public);
            let keyed = matches!(known.class, Class::Patient | Class::Institution | Class::Text);
            let codes =
                || cut::ListingSource::Codes { table: table.name.clone(), column: known.name.clone() };
            let listing = (declared && !keyed).then(|| cut::Listing { source: codes(), kept: Vec::new() });
            let mut visible =
                Visible { declared, shape, listing, absent: !public, ..Visible::plain(column.clone()) };
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
            if table.municipality.as_ref() == Some(&known.name) {
                municipality = Some(column.clone());
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
        let mut hide = |expr: Expr, kind: &str| {
            let name = self.fresh(kind);
            exprs.push(expr.alias(&name));
            name
        };
        let patient = hide(Expr::Column(patient), "p");
        let institutions = institution.map(|c| Institution { name: hide(Expr::Column(c), "i"), set: false });
        let municipalities = municipality.map(|c| {
            let lowest = hide(as_text(c), "m");
            Municipality { highest: lowest.clone(), lowest }
        });
        let unit = Unit {
            patient,
            nobody: false,
            institutions: institutions.into_iter().collect(),
            municipalities: municipalities.into_iter().collect(),
            repeated: BTreeSet::new(),
            copies: 1,
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

/// A municipality's code: text, so that all tables' codes compare.
fn as_text(column: Column) -> Expr {
    Expr::TryCast(TryCast::new(Box::new(Expr::Column(column)), DataType::Utf8))
}

/// What a sum of a stored column would tell. A number with few values counts those who have each.
fn shape(column: &Listing, public: bool) -> Shape {
    match column.class {
        Class::Measure | Class::Quasi if !public => Shape::Free,
        // Labels are counted, never summed.
        _ if !public && !column.data_type.is_numeric() && column.data_type != DataType::Boolean => {
            Shape::Free
        }
        _ if column.data_type == DataType::Boolean => Shape::Sharp,
        _ => Shape::Gentle,
    }
}
