//! `UNION ALL`: every row stays whose it was.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, Union, lit};

use super::columns::named;
use super::{Columns, Graded, Grain, Institution, Key, Lift, Unit, Visible, broken};
use crate::words::{FailCode, Halt, RefusalCode};

impl Lift<'_> {
    pub(super) fn union(&mut self, node: &Union) -> Result<Graded, Halt> {
        let inputs = node.inputs.iter().map(|input| self.plan(input)).collect::<Result<Vec<_>, _>>()?;
        let hidden = self.hidden_in_common(&inputs, node)?;
        let aligned =
            inputs.iter().map(|input| align(input, &hidden).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let plan = LogicalPlan::Union(Union::try_new(aligned).map_err(broken)?);
        let columns = plan
            .schema()
            .columns()
            .into_iter()
            .zip(&hidden.whys)
            .enumerate()
            .map(|(i, (column, why))| together(column, i, &inputs, why.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let grain = match &hidden.unit {
            Some(unit) => Grain::Unit(unit.clone()),
            None => Grain::Public,
        };
        Ok(Graded { plan, grain, columns: Columns(columns) })
    }

    /// The hidden columns that every branch must have, under common names.
    fn hidden_in_common(&mut self, inputs: &[Graded], node: &Union) -> Result<Hidden, Halt> {
        let units: Vec<&Unit> = inputs.iter().filter_map(|i| unit(i)).collect();
        let most = units.iter().map(|u| u.institutions.len()).max().unwrap_or(0);
        let mut institutions = Vec::with_capacity(most);
        for i in 0..most {
            let mut forms = units.iter().filter_map(|u| u.institutions.get(i)).map(|i| i.set);
            let set = forms.next().unwrap_or(false);
            if forms.any(|other| other != set) {
                return Err(self.refuse(RefusalCode::Node, "UNION", &["union"]));
            }
            institutions.push(Institution { name: self.fresh("i"), set });
        }
        let unit = (!units.is_empty()).then(|| Unit {
            patient: self.fresh("p"),
            nobody: units.len() < inputs.len() || units.iter().any(|u| u.nobody),
            institutions,
        });
        let whys = (0..node.schema.fields().len())
            .map(|i| {
                let any = inputs.iter().any(|g| g.columns.0.get(i).is_some_and(|v| v.why.is_some()));
                any.then(|| self.fresh("w"))
            })
            .collect();
        Ok(Hidden { unit, whys })
    }
}

struct Hidden {
    unit: Option<Unit>,
    /// For each visible column, the name of its reasons.
    whys: Vec<Option<String>>,
}

fn unit(graded: &Graded) -> Option<&Unit> {
    match &graded.grain {
        Grain::Unit(unit) => Some(unit),
        Grain::Public => None,
    }
}

/// One branch with the visible columns first and the common hidden ones after them.
fn align(input: &Graded, hidden: &Hidden) -> Result<LogicalPlan, Halt> {
    let mut exprs: Vec<Expr> = input.columns.0.iter().map(|v| Expr::Column(v.column.clone())).collect();
    if let Some(common) = &hidden.unit {
        let own = unit(input);
        exprs.push(match own {
            Some(unit) => Expr::Column(named(&input.plan, &unit.patient)?).alias(&common.patient),
            None => null(&DataType::UInt32)?.alias(&common.patient),
        });
        for (i, institution) in common.institutions.iter().enumerate() {
            let expr = match own.and_then(|unit| unit.institutions.get(i)) {
                Some(own) => Expr::Column(named(&input.plan, &own.name)?),
                None if institution.set => null(&DataType::new_list(DataType::UInt32, true))?,
                None => null(&DataType::UInt32)?,
            };
            exprs.push(expr.alias(&institution.name));
        }
    }
    for (visible, why) in input.columns.0.iter().zip(&hidden.whys) {
        let Some(common) = why else { continue };
        exprs.push(match &visible.why {
            Some(own) => Expr::Column(named(&input.plan, own)?).alias(common),
            None => null(&DataType::UInt8)?.alias(common),
        });
    }
    Projection::try_new(exprs, Arc::new(input.plan.clone())).map(LogicalPlan::Projection).map_err(broken)
}

fn null(data_type: &DataType) -> Result<Expr, Halt> {
    ScalarValue::try_from(data_type).map(lit).map_err(broken)
}

/// What is known of a column in all branches together: the least of each.
fn together(
    column: datafusion::common::Column,
    index: usize,
    inputs: &[Graded],
    why: Option<String>,
) -> Result<Visible, Halt> {
    let branches: Vec<&Visible> = inputs.iter().filter_map(|g| g.columns.0.get(index)).collect();
    let first = branches.first().ok_or(FailCode::Internal)?;
    let one_kind = branches.iter().all(|v| {
        matches!(
            (v.key, first.key),
            (None, None)
                | (Some(Key::Institution), Some(Key::Institution))
                | (Some(Key::Patient { .. }), Some(Key::Patient { .. }))
        )
    });
    let always = branches.iter().all(|v| v.key == Some(Key::Patient { always: true }));
    let key = match (one_kind, first.key) {
        (true, Some(Key::Patient { .. })) => Some(Key::Patient { always }),
        (true, key) => key,
        // A key beside something else stays a key that fits nowhere.
        (false, _) => Some(Key::Patient { always: false }),
    };
    Ok(Visible {
        column,
        key,
        text: branches.iter().any(|v| v.text),
        declared: branches.iter().all(|v| v.declared),
        why,
    })
}
