//! Joins: people with public rows on anything, people with people on the patient key only.

use std::sync::Arc;

use datafusion::common::{Column, JoinType};
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Join, LogicalPlan, Operator, Projection};

use super::super::expression::{look, look_plain};
use super::columns::named;
use super::repeated::MOST_COPIES;
use super::{Columns, Graded, Grain, Key, Lift, Shape, Unit, Visible, broken};
use crate::words::{Halt, Refusal, RefusalCode};

impl Lift<'_> {
    pub(super) fn join(&mut self, node: &Join) -> Result<Graded, Halt> {
        let mut left = self.plan(&node.left)?;
        let mut right = self.plan(&node.right)?;
        let repetition = match (&left.grain, &right.grain) {
            (Grain::Unit(_), Grain::Public) => self.repetition(node, &left, &mut right)?,
            (Grain::Public, Grain::Unit(_)) => self.repetition(node, &right, &mut left)?,
            _ => None,
        };
        let condition = self.condition(node, &left, &right)?;
        let mut grain = self.joined(node, &left, &right, &condition)?;
        if let Grain::Unit(unit) = &mut grain {
            unit.repeated.extend(repetition);
            if unit.copies > MOST_COPIES {
                self.next += 1;
                unit.repeated.insert(self.next);
            }
        }
        let columns = joined_columns(node, &left, &right);
        let plan = Join::try_new(
            Arc::new(left.plan),
            Arc::new(right.plan),
            condition.on,
            condition.filter,
            node.join_type,
            node.join_constraint,
            node.null_equality,
            node.null_aware,
        )
        .map_err(broken)?;
        let joined = Graded { plan: LogicalPlan::Join(plan), grain, columns };
        match node.join_type {
            JoinType::Full => self.one_patient(joined, &condition.patients),
            _ => Ok(joined),
        }
    }

    /// The join's conditions in their total form, keys compared with keys only.
    fn condition(&self, node: &Join, left: &Graded, right: &Graded) -> Result<Condition, Halt> {
        let mut condition = Condition { on: Vec::new(), filter: None, on_patient: false, patients: None };
        for (l, r) in &node.on {
            let l = look(l, &left.columns, left.plan.schema(), self.places)?;
            let r = look(r, &right.columns, right.plan.schema(), self.places)?;
            match (l.key, r.key) {
                (Some(Key::Patient { .. }), Some(Key::Patient { .. })) => condition.on_patient = true,
                (Some(Key::Institution), Some(Key::Institution)) => {}
                _ => {
                    condition.on.push((l.plain(self.places)?.expr, r.plain(self.places)?.expr));
                    continue;
                }
            }
            condition.on.push((l.expr, r.expr));
        }
        if let Some(filter) = &node.filter {
            let both = Columns(left.columns.0.iter().chain(&right.columns.0).cloned().collect());
            let schema = left.plan.schema().join(right.plan.schema()).map_err(broken)?;
            condition.on_patient |= split_conjunction(filter)
                .into_iter()
                .any(|part| patients_equal(part, &left.columns, &right.columns));
            condition.filter = Some(look_plain(filter, &both, &schema, self.places)?.expr);
        }
        if let (Grain::Unit(l), Grain::Unit(r)) = (&left.grain, &right.grain) {
            condition.patients = Some((l.patient.clone(), r.patient.clone()));
        }
        Ok(condition)
    }

    /// Whose the joined rows are, or why they would be nobody's in particular.
    fn joined(
        &self,
        node: &Join,
        left: &Graded,
        right: &Graded,
        condition: &Condition,
    ) -> Result<Grain, Halt> {
        use JoinType as J;
        match (&left.grain, &right.grain) {
            (Grain::Public, Grain::Public) => Ok(Grain::Public),
            (Grain::Unit(unit), Grain::Public) => match node.join_type {
                J::Inner | J::Left | J::LeftSemi | J::LeftAnti | J::LeftMark => Ok(Grain::Unit(unit.clone())),
                J::Right | J::Full => Ok(Grain::Unit(Unit { nobody: true, ..unit.clone() })),
                J::RightSemi | J::RightAnti | J::RightMark => Err(self.mixed_subquery()),
            },
            (Grain::Public, Grain::Unit(unit)) => match node.join_type {
                J::Inner | J::Right | J::RightSemi | J::RightAnti | J::RightMark => {
                    Ok(Grain::Unit(unit.clone()))
                }
                J::Left | J::Full => Ok(Grain::Unit(Unit { nobody: true, ..unit.clone() })),
                J::LeftSemi | J::LeftAnti | J::LeftMark => Err(self.mixed_subquery()),
            },
            (Grain::Unit(l), Grain::Unit(r)) => {
                // `NOT IN` over a list with a gap is empty for everybody: one row's gap would reach all.
                let gap = node.null_aware && (r.nobody || !always_keyed(node, right));
                if !condition.on_patient || gap {
                    return Err(self.mixed_join(node));
                }
                self.no_hidden_municipality(node, l, r)?;
                Ok(Grain::Unit(match node.join_type {
                    J::LeftSemi | J::LeftAnti | J::LeftMark => l.clone(),
                    J::RightSemi | J::RightAnti | J::RightMark => r.clone(),
                    J::Inner | J::Left | J::Full => both(l, r, l.nobody || r.nobody),
                    J::Right => both(r, l, r.nobody || l.nobody),
                }))
            }
        }
    }

    /// After a full join a row's patient is on either side.
    fn one_patient(&mut self, joined: Graded, patients: &Option<(String, String)>) -> Result<Graded, Halt> {
        let (Grain::Unit(unit), Some((left, right))) = (&joined.grain, patients) else { return Ok(joined) };
        let either = coalesce(vec![
            Expr::Column(named(&joined.plan, left)?),
            Expr::Column(named(&joined.plan, right)?),
        ]);
        let name = self.fresh("p");
        let unit = Unit { patient: name.clone(), ..unit.clone() };
        let mut exprs: Vec<Expr> = joined.columns.0.iter().map(|v| Expr::Column(v.column.clone())).collect();
        exprs.extend(joined.hidden()?);
        exprs.push(either.alias(name));
        let plan = Projection::try_new(exprs, Arc::new(joined.plan)).map_err(broken)?;
        Ok(Graded { plan: LogicalPlan::Projection(plan), grain: Grain::Unit(unit), columns: joined.columns })
    }

    /// An `IN` or `EXISTS` could pick one municipality without a trace of it in the rows.
    fn no_hidden_municipality(&self, node: &Join, left: &Unit, right: &Unit) -> Result<(), Halt> {
        use JoinType as J;
        let lost = match node.join_type {
            J::LeftSemi | J::LeftAnti | J::LeftMark => right,
            J::RightSemi | J::RightAnti | J::RightMark => left,
            J::Inner | J::Left | J::Right | J::Full => return Ok(()),
        };
        if lost.municipalities.is_empty() {
            return Ok(());
        }
        let at = self.places.word(&["exists", "in"]).or_else(|| self.places.start());
        let refusal = Refusal::new(RefusalCode::MixedSubquery, "").at(at).remedy(
            "市区町村を含む表は、IN や EXISTS ではなく患者キーによる JOIN で結合してください。",
            "Join a table that holds municipalities on the patient key, instead of using IN or EXISTS.",
        );
        Err(refusal.into())
    }

    fn mixed_subquery(&self) -> Halt {
        self.refuse(RefusalCode::MixedSubquery, "", &["in", "exists"])
    }

    fn mixed_join(&self, node: &Join) -> Halt {
        let from_subquery = matches!(
            node.join_type,
            JoinType::LeftSemi
                | JoinType::LeftAnti
                | JoinType::LeftMark
                | JoinType::RightSemi
                | JoinType::RightAnti
                | JoinType::RightMark
        );
        let scalar = matches!(&*node.right, LogicalPlan::SubqueryAlias(a) if a.alias.table().starts_with("__scalar_sq"));
        if from_subquery || scalar {
            return self.refuse(
                RefusalCode::MixedSubquery,
                "",
                &["in", "exists", "intersect", "except", "select"],
            );
        }
        self.refuse(RefusalCode::MixedJoin, "", &["join", "from"])
    }
}

struct Condition {
    on: Vec<(Expr, Expr)>,
    filter: Option<Expr>,
    /// Whether both sides' patients are equal in every matched row.
    on_patient: bool,
    patients: Option<(String, String)>,
}

fn both(first: &Unit, second: &Unit, nobody: bool) -> Unit {
    let institutions = first.institutions.iter().chain(&second.institutions).cloned().collect();
    let municipalities = first.municipalities.iter().chain(&second.municipalities).cloned().collect();
    let repeated = first.repeated.union(&second.repeated).copied().collect();
    let copies = first.copies.saturating_mul(second.copies);
    Unit { patient: first.patient.clone(), nobody, institutions, municipalities, repeated, copies }
}

/// `left.key = right.key`, either way round.
fn patients_equal(part: &Expr, left: &Columns, right: &Columns) -> bool {
    let Expr::BinaryExpr(BinaryExpr { left: l, op: Operator::Eq, right: r }) = part else { return false };
    let patient = |expr: &Expr, columns: &Columns| match expr {
        Expr::Column(column) => exactly(columns, column),
        _ => false,
    };
    (patient(l, left) && patient(r, right)) || (patient(l, right) && patient(r, left))
}

fn exactly(columns: &Columns, wanted: &Column) -> bool {
    columns.0.iter().any(|v| v.column == *wanted && matches!(v.key, Some(Key::Patient { .. })))
}

fn always_keyed(node: &Join, right: &Graded) -> bool {
    node.on.iter().all(|(_, r)| match r {
        Expr::Column(column) => right
            .columns
            .0
            .iter()
            .any(|v| v.column == *column && v.key == Some(Key::Patient { always: true })),
        _ => false,
    })
}

/// The visible columns after a join, with keys that it may have left empty.
fn joined_columns(node: &Join, left: &Graded, right: &Graded) -> Columns {
    use JoinType as J;
    let two_units = matches!((&left.grain, &right.grain), (Grain::Unit(_), Grain::Unit(_)));
    let side = |graded: &Graded, may_be_empty: bool| -> Vec<Visible> {
        graded
            .columns
            .0
            .iter()
            // Who has no match is a condition that the question chose.
            .map(|v| Visible {
                shape: if may_be_empty { v.shape.max(Shape::Gentle) } else { v.shape },
                ..v.clone()
            })
            .map(|v| match v.key {
                Some(Key::Patient { .. }) if two_units && may_be_empty => {
                    Visible { key: Some(Key::Patient { always: false }), ..v }
                }
                // In an inner join on the key, both sides' keys are the row's patient.
                Some(Key::Patient { .. })
                    if two_units && node.join_type == J::Inner && joined_by(node, &v) =>
                {
                    Visible { key: Some(Key::Patient { always: true }), ..v }
                }
                _ => v,
            })
            .collect()
    };
    let mark = || {
        let column = node.schema.columns().pop();
        column.map(Visible::public).into_iter().collect::<Vec<_>>()
    };
    let columns = match node.join_type {
        J::Inner => [side(left, false), side(right, false)].concat(),
        J::Left => [side(left, false), side(right, true)].concat(),
        J::Right => [side(left, true), side(right, false)].concat(),
        J::Full => [side(left, true), side(right, true)].concat(),
        J::LeftSemi | J::LeftAnti => side(left, false),
        J::RightSemi | J::RightAnti => side(right, false),
        J::LeftMark => [side(left, false), mark()].concat(),
        J::RightMark => [side(right, false), mark()].concat(),
    };
    Columns(columns)
}

fn joined_by(node: &Join, visible: &Visible) -> bool {
    node.on.iter().any(|(l, r)| [l, r].iter().any(|e| matches!(e, Expr::Column(c) if *c == visible.column)))
}
