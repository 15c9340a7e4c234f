//! `UNION ALL`: every row stays whose it was.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, Union, lit};

use super::super::set_of_one::set_of_one;
use super::columns::named;
use super::repeated::{MOST_COPIES, copies, words};
use super::{
    Columns, Graded, Grain, Inside, Institution, Key, Lift, Municipality, Shape, Unit, Visible, broken,
};
use crate::evidence::institution_set_type;
use crate::words::{FailCode, Halt};

impl Lift<'_> {
    pub(super) fn union(&mut self, node: &Union) -> Result<Graded, Halt> {
        let inputs = node.inputs.iter().map(|input| self.plan(input)).collect::<Result<Vec<_>, _>>()?;
        let mut hidden = self.hidden_in_common(&inputs, node)?;
        let repetition = match &mut hidden.unit {
            Some(unit) if unit.copies > MOST_COPIES => {
                self.next += 1;
                unit.repeated.insert(self.next);
                Some(self.next)
            }
            _ => None,
        };
        let aligned = inputs
            .iter()
            .enumerate()
            .map(|(branch, input)| align(branch, input, &hidden).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()?;
        let plan = LogicalPlan::Union(Union::try_new(aligned).map_err(broken)?);
        let columns = plan
            .schema()
            .columns()
            .into_iter()
            .zip(&hidden.whys)
            .enumerate()
            .map(|(i, (column, why))| {
                let mut visible = together(column, i, &inputs, why.clone(), &hidden.inside)?;
                visible.apart.extend(repetition.filter(|_| branches_apart(&inputs, i)));
                Ok(visible)
            })
            .collect::<Result<Vec<_>, Halt>>()?;
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
            // Where one branch was summed up per patient, the others' institutions become sets of one.
            let set = units.iter().filter_map(|u| u.institutions.get(i)).any(|i| i.set);
            institutions.push(Institution { name: self.fresh("i"), set });
        }
        let municipalities = (0..units.iter().map(|u| u.municipalities.len()).max().unwrap_or(0))
            .map(|_| Municipality { lowest: self.fresh("m"), highest: self.fresh("m") })
            .collect();
        let unit = (!units.is_empty()).then(|| Unit {
            patient: self.fresh("p"),
            nobody: units.len() < inputs.len() || units.iter().any(|u| u.nobody),
            institutions,
            municipalities,
            repeated: units.iter().flat_map(|u| &u.repeated).copied().collect(),
            copies: copies(inputs),
        });
        let inside = inputs
            .iter()
            .enumerate()
            .flat_map(|(branch, input)| {
                let all = input.columns.0.iter().enumerate();
                all.flat_map(move |(column, v)| v.inside.iter().map(move |inside| (branch, column, inside)))
            })
            .map(|(branch, column, own)| {
                let (_, field) = inputs
                    .get(branch)
                    .ok_or(FailCode::Internal)?
                    .plan
                    .schema()
                    .qualified_field_from_column(&named(
                        &inputs.get(branch).ok_or(FailCode::Internal)?.plan,
                        &own.name,
                    )?)
                    .map_err(broken)?;
                let data_type = field.data_type().clone();
                Ok(Branch { branch, column, own: own.clone(), common: self.fresh("k"), data_type })
            })
            .collect::<Result<Vec<_>, Halt>>()?;
        let whys = (0..node.schema.fields().len())
            .map(|i| {
                let any = inputs.iter().any(|g| g.columns.0.get(i).is_some_and(|v| v.why.is_some()));
                any.then(|| self.fresh("w"))
            })
            .collect();
        Ok(Hidden { unit, whys, inside })
    }
}

struct Hidden {
    unit: Option<Unit>,
    /// For each visible column, the name of its reasons.
    whys: Vec<Option<String>>,
    /// The conditions inside visible columns: one branch has them, the others have nothing there.
    inside: Vec<Branch>,
}

struct Branch {
    branch: usize,
    column: usize,
    own: Inside,
    common: String,
    data_type: DataType,
}

fn unit(graded: &Graded) -> Option<&Unit> {
    match &graded.grain {
        Grain::Unit(unit) => Some(unit),
        Grain::Public => None,
    }
}

/// One branch with the visible columns first and the common hidden ones after them.
fn align(branch: usize, input: &Graded, hidden: &Hidden) -> Result<LogicalPlan, Halt> {
    let mut exprs: Vec<Expr> = input.columns.0.iter().map(|v| Expr::Column(v.column.clone())).collect();
    if let Some(common) = &hidden.unit {
        let own = unit(input);
        exprs.push(match own {
            Some(unit) => Expr::Column(named(&input.plan, &unit.patient)?).alias(&common.patient),
            None => null(&DataType::UInt32)?.alias(&common.patient),
        });
        for (i, institution) in common.institutions.iter().enumerate() {
            let expr = match own.and_then(|unit| unit.institutions.get(i)) {
                Some(own) if own.set != institution.set => {
                    set_of_one(Expr::Column(named(&input.plan, &own.name)?))
                }
                Some(own) => Expr::Column(named(&input.plan, &own.name)?),
                None if institution.set => null(&institution_set_type())?,
                None => null(&DataType::UInt32)?,
            };
            exprs.push(expr.alias(&institution.name));
        }
        for (i, common) in common.municipalities.iter().enumerate() {
            let own = own.and_then(|unit| unit.municipalities.get(i));
            for (own, common) in
                [(own.map(|m| &m.lowest), &common.lowest), (own.map(|m| &m.highest), &common.highest)]
            {
                exprs.push(match own {
                    Some(own) => Expr::Column(named(&input.plan, own)?).alias(common),
                    None => null(&DataType::Utf8)?.alias(common),
                });
            }
        }
    }
    for inside in &hidden.inside {
        exprs.push(match inside.branch == branch {
            true => Expr::Column(named(&input.plan, &inside.own.name)?).alias(&inside.common),
            false => null(&inside.data_type)?.alias(&inside.common),
        });
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
    inside: &[Branch],
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
        // Which branch a row came from is a condition of the question's.
        shape: branches.iter().map(|v| v.shape).max().unwrap_or(Shape::Sharp).max(Shape::Gentle),
        inside: inside
            .iter()
            .filter(|inside| inside.column == index)
            .map(|inside| Inside { name: inside.common.clone(), sharp: inside.own.sharp })
            .collect(),
        amount: None,
        listing: None,
        absent: branches.iter().all(|v| v.absent),
        // A repetition in one branch is told apart by the column that does so there.
        apart: branches.iter().flat_map(|v| &v.apart).copied().collect(),
    })
}

/// Whether every branch has another word of its own in a column.
fn branches_apart(inputs: &[Graded], index: usize) -> bool {
    let words: Option<Vec<Vec<String>>> = inputs.iter().map(|input| words(&input.plan, index)).collect();
    words.map(|words| words.concat()).is_some_and(|words| {
        let different: BTreeSet<&String> = words.iter().collect();
        different.len() == words.len()
    })
}
