//! Rows of people that a question repeats as often as it likes: by a join with public rows, or by UNION ALL of more than two
//! branches from one table.
//!
//! `person JOIN number ON n < CASE WHEN … THEN 4 ELSE 3 END` counts her four times and everybody else three times, and
//! `count(*)` has no argument in which that shows. Each such place has a number; columns that tell the copies of a row
//! apart carry it. Where a summary groups by one, no row is in a group twice. Elsewhere patients can be counted, and
//! nothing else.
//!
//! A join repeats nothing where what the rows are joined on is listed once. Of a stored public table that is taken for
//! granted where columns as they were stored are compared: what it lists is not the question's choice. Two branches are two
//! figures added up, which the ledger holds against others as it does each of them.
//! Out of scope: joins of people with people, whose rows are somebody's own records.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::{Column, JoinType};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Join, LogicalPlan, Operator};

use super::super::condition::{self, Condition};
use super::super::source::{Listed, Staged};
use super::prepare::{Argument, Call, Prepared};
use super::{Graded, Grain, Lift, Shape, Unit};
use crate::words::{Halt, RefusalCode};

/// So many copies of a row are what a sum of figures can show.
pub(super) const MOST_COPIES: usize = 2;

/// How often a public plan has one row for given values of some columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Times {
    /// Once.
    Once,
    /// As often as the stored table has it.
    Stored,
    /// As often as the question likes.
    Any,
}

impl Lift<'_> {
    /// A number for a join that may repeat rows of people; marks the public columns that tell the copies apart.
    pub(super) fn repetition(
        &mut self,
        node: &Join,
        people: &Graded,
        public: &mut Graded,
    ) -> Result<Option<usize>, Halt> {
        use JoinType as J;
        if matches!(
            node.join_type,
            J::LeftSemi | J::LeftAnti | J::LeftMark | J::RightSemi | J::RightAnti | J::RightMark
        ) {
            return Ok(None);
        }
        let pairs = pairs(node, people, public);
        let keys: Vec<Column> =
            pairs.iter().filter(|pair| pair.equal).filter_map(|pair| bare(&pair.public)).collect();
        let stored = |pair: &Pair| as_stored(&pair.people, people);
        let mut plain = true;
        for pair in &pairs {
            plain &= stored(pair)?;
        }
        match times(&public.plan, &keys) {
            Times::Once => return Ok(None),
            Times::Stored if plain => return Ok(None),
            Times::Stored | Times::Any => {}
        }
        let whole = plain && pairs.len() == parts(node);
        self.next += 1;
        let number = self.next;
        for visible in &mut public.columns.0 {
            let apart = times(&public.plan, std::slice::from_ref(&visible.column));
            if apart == Times::Once || (apart == Times::Stored && whole) {
                visible.apart.insert(number);
            }
        }
        Ok(Some(number))
    }

    /// Refuses what a summary would tell of rows that are repeated in its groups.
    pub(super) fn no_repeated_rows(
        &self,
        prepared: &Prepared,
        calls: &[Call],
        unit: &Unit,
    ) -> Result<(), Halt> {
        let told_apart = |number: &usize| {
            let everywhere = |place: usize| {
                let sets = prepared.sets.iter().flat_map(|sets| &sets.rolled_up);
                sets.into_iter().all(|rolled_up| rolled_up.get(place) == Some(&false))
            };
            prepared
                .groups
                .iter()
                .enumerate()
                .any(|(place, group)| group.apart.contains(number) && everywhere(place))
        };
        if unit.repeated.iter().all(told_apart) {
            return Ok(());
        }
        match calls.iter().find(|call| !unmoved(call)) {
            Some(call) => {
                let name = call.function.name();
                Err(self.refuse(RefusalCode::RepeatedRows, name, &[name]))
            }
            None => Ok(()),
        }
    }
}

/// Whether copies of a row change nothing of an aggregate: extremes of a patient's rows, and numbers of keys.
fn unmoved(call: &Call) -> bool {
    let key = |arg: &Argument| matches!(arg, Argument::Column { looked, .. } if looked.key.is_some());
    matches!(call.function.name(), "min" | "max") || (call.distinct && call.args.iter().all(key))
}

/// A comparison of something of people with something public.
struct Pair {
    people: Expr,
    public: Expr,
    equal: bool,
}

fn parts(node: &Join) -> usize {
    node.on.len() + node.filter.as_ref().map_or(0, |filter| split_conjunction(filter).len())
}

fn pairs(node: &Join, people: &Graded, public: &Graded) -> Vec<Pair> {
    let of = |expr: &Expr, graded: &Graded| {
        let refs = expr.column_refs();
        !refs.is_empty() && refs.iter().all(|column| graded.columns.find(column).is_ok())
    };
    let pair = |left: &Expr, right: &Expr, equal| {
        let made =
            |people: &Expr, public: &Expr| Pair { people: people.clone(), public: public.clone(), equal };
        match (of(left, people) && !of(left, public), of(right, people) && !of(right, public)) {
            (true, false) if of(right, public) => Some(made(left, right)),
            (false, true) if of(left, public) => Some(made(right, left)),
            _ => None,
        }
    };
    let mut pairs: Vec<Pair> = node.on.iter().filter_map(|(left, right)| pair(left, right, true)).collect();
    for part in node.filter.iter().flat_map(split_conjunction) {
        match part {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(*op) => {
                pairs.extend(pair(left, right, *op == Operator::Eq));
            }
            Expr::Between(between) if !between.negated => {
                pairs.extend(pair(&between.expr, &between.low, false));
                pairs.extend(pair(&between.expr, &between.high, false));
            }
            _ => {}
        }
    }
    pairs
}

fn compares(op: Operator) -> bool {
    matches!(op, Operator::Eq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq)
}

fn bare(expr: &Expr) -> Option<Column> {
    match expr {
        Expr::Column(column) => Some(column.clone()),
        Expr::Alias(alias) => bare(&alias.expr),
        Expr::Cast(cast) => bare(&cast.expr),
        Expr::TryCast(cast) => bare(&cast.expr),
        _ => None,
    }
}

/// Whether an expression has no condition of the question's inside: a column as it was stored, or linear in such.
fn as_stored(expr: &Expr, people: &Graded) -> Result<bool, Halt> {
    let chosen = condition::chooses(expr, people.plan.schema());
    let conditions = condition::conditions(expr, &people.columns, people.plan.schema())?;
    let stored = |condition: &Condition| match condition {
        Condition::Carried(_) => false,
        Condition::Made { sharp, .. } => !sharp,
    };
    let columns = expr.column_refs().into_iter().all(|column| {
        people
            .columns
            .find(column)
            .is_ok_and(|visible| visible.shape < Shape::Sharp && visible.inside.is_empty())
    });
    Ok(!chosen && columns && conditions.iter().all(stored))
}

/// How often a public plan has a row for one choice of values in some of its columns.
fn times(plan: &LogicalPlan, keys: &[Column]) -> Times {
    let named = |expr: &Expr| keys.iter().any(|key| key.name == expr.qualified_name().1);
    match plan {
        LogicalPlan::TableScan(scan) => match scan.source.downcast_ref::<Staged>() {
            // Cells are told apart by their labels.
            Some(staged) => {
                let label = format!("__s{}g", staged.stage());
                let labels = scan.projected_schema.columns();
                let mut labels = labels.iter().filter(|column| column.name.starts_with(&label));
                if labels.all(|label| keys.iter().any(|key| key.name == label.name)) {
                    Times::Once
                } else {
                    Times::Any
                }
            }
            None if scan.source.is::<Listed>() && !keys.is_empty() => Times::Stored,
            None => Times::Any,
        },
        LogicalPlan::Projection(node) => {
            let below = node.expr.iter().filter(|expr| named(expr)).filter_map(bare).collect::<Vec<_>>();
            times(&node.input, &below)
        }
        LogicalPlan::SubqueryAlias(node) => times(&node.input, &unqualified(keys)),
        LogicalPlan::Filter(node) => times(&node.input, keys),
        LogicalPlan::Sort(node) => times(&node.input, keys),
        LogicalPlan::Limit(node) => times(&node.input, keys),
        LogicalPlan::Aggregate(node) => {
            if node.group_expr.iter().all(named) {
                Times::Once
            } else {
                Times::Any
            }
        }
        LogicalPlan::Values(node) => {
            let places: Vec<usize> = (node.schema.columns().iter().enumerate())
                .filter(|(_, column)| keys.iter().any(|key| key.name == column.name))
                .map(|(place, _)| place)
                .collect();
            let rows = node.values.iter().map(|row| {
                places.iter().filter_map(|place| row.get(*place)).map(ToString::to_string).collect::<Vec<_>>()
            });
            let literals = node.values.iter().flatten().all(|value| value.column_refs().is_empty());
            let different: BTreeSet<Vec<String>> = rows.collect();
            if literals && different.len() == node.values.len() { Times::Once } else { Times::Any }
        }
        LogicalPlan::EmptyRelation(_) => Times::Once,
        LogicalPlan::Join(node) => joined(node, keys),
        _ => Times::Any,
    }
}

/// Rows of one side, each with at most so many of the other.
fn joined(node: &Join, keys: &[Column]) -> Times {
    if !matches!(node.join_type, JoinType::Inner | JoinType::Left) {
        return Times::Any;
    }
    let on: Vec<Column> = node.on.iter().filter_map(|(_, right)| bare(right)).collect();
    times(&node.left, keys).max(times(&node.right, &on))
}

fn unqualified(keys: &[Column]) -> Vec<Column> {
    keys.iter().map(|key| Column::new_unqualified(&key.name)).collect()
}

/// How often a row of one table of people may be in a UNION ALL of such branches.
pub(super) fn copies(branches: &[Graded]) -> usize {
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for branch in branches {
        let Grain::Unit(unit) = &branch.grain else { continue };
        let mut own = BTreeSet::new();
        people(&branch.plan, &mut own);
        for table in own {
            let known = copies.entry(table).or_default();
            *known = known.saturating_add(unit.copies);
        }
    }
    copies.into_values().max().unwrap_or(1)
}

/// The tables of people whose rows a plan gives on.
fn people(plan: &LogicalPlan, found: &mut BTreeSet<String>) {
    use JoinType as J;
    match plan {
        LogicalPlan::TableScan(scan) => {
            let listed = scan.source.downcast_ref::<Listed>().map(Listed::table);
            found.extend(listed.filter(|table| table.patient().is_some()).map(|table| table.name.clone()));
        }
        LogicalPlan::Join(node) => {
            if !matches!(node.join_type, J::RightSemi | J::RightAnti | J::RightMark) {
                people(&node.left, found);
            }
            if !matches!(node.join_type, J::LeftSemi | J::LeftAnti | J::LeftMark) {
                people(&node.right, found);
            }
        }
        other => other.inputs().into_iter().for_each(|input| people(input, found)),
    }
}

/// The words that the branches of a UNION ALL have in a column, if each has one.
pub(super) fn words(plan: &LogicalPlan, place: usize) -> Option<Vec<String>> {
    match plan {
        LogicalPlan::Projection(node) => {
            let expr = node.expr.get(place)?;
            let below = || node.input.schema().maybe_index_of_column(&bare(expr)?);
            written(expr).map(|word| vec![word]).or_else(|| words(&node.input, below()?))
        }
        LogicalPlan::SubqueryAlias(node) => words(&node.input, place),
        LogicalPlan::Union(node) => {
            let branches = node.inputs.iter().map(|input| words(input, place));
            Some(branches.collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

fn written(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(value, _) => Some(value.to_string()),
        Expr::Alias(alias) => written(&alias.expr),
        Expr::Cast(cast) => written(&cast.expr),
        Expr::TryCast(cast) => written(&cast.expr),
        _ => None,
    }
}
