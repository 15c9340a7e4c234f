//! An aggregate made simple: everything it reads becomes a column of a projection below it.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams, Alias};
use datafusion::logical_expr::utils::powerset;
use datafusion::logical_expr::{Aggregate, AggregateUDF, Expr, GroupingSet, LogicalPlan, Projection, lit};

use super::super::condition::Condition;
use super::super::cut::Listing;
use super::super::expression::{Looked, look, look_plain};
use super::inside::Told;
use super::listing::listing;
use super::nobody::{missing, untrue};
use super::{Graded, Lift, Shape, broken};
use crate::words::{FailCode, Halt, RefusalCode};

/// An aggregate over simple columns.
pub(super) struct Prepared {
    /// The columns of the projection, by name; none twice.
    pub(super) columns: Vec<(String, Expr)>,
    pub(super) groups: Vec<Group>,
    /// Where there are several sets of keys.
    pub(super) sets: Option<Sets>,
    pub(super) calls: Vec<Call>,
}

/// Several sets of grouping keys in one summary.
pub(super) struct Sets {
    /// For each set, which keys are rolled up in it.
    pub(super) rolled_up: Vec<Vec<bool>>,
    /// The number that tells a row's set.
    pub(super) output: Output,
}

/// One grouping key.
pub(super) struct Group {
    /// Its column below.
    pub(super) name: String,
    pub(super) looked: Looked,
    /// What a sum of its values would tell, apart from the conditions inside.
    pub(super) shape: Shape,
    pub(super) conditions: Vec<Condition>,
    /// What it can be as a label.
    pub(super) listing: Option<Listing>,
    /// Whether it is missing in every row that is nobody's.
    pub(super) absent: bool,
    /// The repetitions of which it tells a row's copies apart.
    pub(super) apart: BTreeSet<usize>,
    pub(super) output: Output,
}

/// One aggregate function.
pub(super) struct Call {
    pub(super) function: Arc<AggregateUDF>,
    pub(super) args: Vec<Argument>,
    pub(super) distinct: bool,
    /// A boolean column below.
    pub(super) filter: Option<String>,
    /// Whether it passes over rows that are nobody's.
    pub(super) of_somebody: bool,
    pub(super) output: Output,
}

/// One argument of an aggregate function.
pub(super) enum Argument {
    /// A value written in the question.
    Constant(Expr),
    /// A column below, with what a sum of its values would tell, where they are people's.
    Column { name: String, looked: Looked, shape: Shape, conditions: Vec<Condition> },
}

impl Argument {
    /// The column's name.
    pub(super) fn column(&self) -> Option<&str> {
        match self {
            Self::Column { name, .. } => Some(name),
            Self::Constant(_) => None,
        }
    }

    /// The conditions inside its values.
    pub(super) fn conditions(&self) -> &[Condition] {
        match self {
            Self::Column { conditions, .. } => conditions,
            Self::Constant(_) => &[],
        }
    }
}

/// What the nodes above know a column by.
pub(super) struct Output {
    pub(super) qualifier: Option<TableReference>,
    pub(super) name: String,
    pub(super) data_type: DataType,
}

/// So many sets of keys may stand in one summary: a cube over six.
const MOST_SETS: usize = 64;

impl Lift<'_> {
    pub(super) fn prepare(&mut self, node: &Aggregate, input: &Graded) -> Result<Prepared, Halt> {
        let mut prepared =
            Prepared { columns: Vec::new(), groups: Vec::new(), sets: None, calls: Vec::new() };
        let mut outputs = node.schema.iter().map(|(qualifier, field)| Output {
            qualifier: qualifier.cloned(),
            name: field.name().clone(),
            data_type: field.data_type().clone(),
        });
        let mut keys: Vec<&Expr> = Vec::new();
        let sets = match node.group_expr.as_slice() {
            [Expr::GroupingSet(sets)] => {
                keys = sets.distinct_expr();
                Some(self.rolled_up(sets, &keys)?)
            }
            plain => {
                for expr in plain {
                    // `GROUP BY a, a` is one key: the node's schema has it once.
                    if !keys.contains(&expr) {
                        keys.push(expr);
                    }
                }
                None
            }
        };
        for expr in keys {
            let looked = look(expr, &input.columns, input.plan.schema(), self.places)?;
            let name = self.column(&mut prepared, looked.expr.clone());
            let output = outputs.next().ok_or(FailCode::Internal)?;
            let told = self.told(expr, input)?;
            let (shape, conditions) = (told.shape, told.inside().cloned().collect());
            let (absent, apart) = (missing(expr, &input.columns), input.columns.apart(expr));
            let listing = listing(expr, &input.columns, input.plan.schema());
            prepared.groups.push(Group { name, looked, shape, conditions, listing, absent, apart, output });
        }
        if let Some(rolled_up) = sets {
            let output = outputs.next().ok_or(FailCode::Internal)?;
            prepared.sets = Some(Sets { rolled_up, output });
        }
        for expr in &node.aggr_expr {
            let output = outputs.next().ok_or(FailCode::Internal)?;
            let call = self.call(expr, input, output, &mut prepared)?;
            prepared.calls.push(call);
        }
        Ok(prepared)
    }

    /// For each set of keys, which are rolled up.
    fn rolled_up(&self, sets: &GroupingSet, keys: &[&Expr]) -> Result<Vec<Vec<bool>>, Halt> {
        let without = |kept: &[Expr]| keys.iter().map(|key| !kept.contains(key)).collect::<Vec<bool>>();
        let all: Vec<Vec<bool>> = match sets {
            GroupingSet::Rollup(exprs) => {
                (0..=exprs.len()).rev().map(|n| without(exprs.get(..n).unwrap_or_default())).collect()
            }
            GroupingSet::Cube(exprs) => powerset(exprs)
                .map_err(broken)?
                .into_iter()
                .map(|kept| without(&kept.into_iter().cloned().collect::<Vec<_>>()))
                .collect(),
            GroupingSet::GroupingSets(sets) => sets.iter().map(|kept| without(kept)).collect(),
        };
        let twice = all.iter().enumerate().any(|(i, set)| all.iter().skip(i + 1).any(|other| other == set));
        if twice || all.len() > MOST_SETS {
            return Err(self.refuse(RefusalCode::Node, "GROUPING SETS", &["rollup", "cube", "grouping"]));
        }
        Ok(all)
    }

    fn call(
        &mut self,
        expr: &Expr,
        input: &Graded,
        output: Output,
        prepared: &mut Prepared,
    ) -> Result<Call, Halt> {
        let AggregateFunction { func, params } = match expr {
            Expr::Alias(Alias { expr, .. }) => return self.call(expr, input, output, prepared),
            Expr::AggregateFunction(call) => call,
            _ => return Err(FailCode::Internal.into()),
        };
        if super::super::allowed::aggregate(func.name()).is_none() {
            return Err(self.refuse(RefusalCode::Aggregate, func.name(), &[func.name()]));
        }
        let AggregateFunctionParams { args, distinct, filter, order_by, .. } = params;
        // The order of rows shows nowhere; only a quantile turns round with it.
        let turned = order_by.first().is_some_and(|key| !key.asc);
        let (args, only) = counted_where(func.name(), args, input);
        let filter = match (filter.as_deref(), only) {
            (Some(filter), Some(only)) => Some(filter.clone().and(only)),
            (filter, only) => only.or_else(|| filter.cloned()),
        };
        let of_somebody = args.iter().any(|arg| missing(arg, &input.columns))
            || filter.as_ref().is_some_and(|filter| untrue(filter, &input.columns));
        let args = args
            .iter()
            .map(|arg| match arg {
                Expr::Literal(..) if turned => Ok(Argument::Constant(from_the_top(arg))),
                Expr::Literal(..) => Ok(Argument::Constant(arg.clone())),
                _ => {
                    let looked = look(arg, &input.columns, input.plan.schema(), self.places)?;
                    let Told { shape, conditions, .. } = self.told(arg, input)?;
                    let name = self.column(prepared, looked.expr.clone());
                    Ok(Argument::Column { name, looked, shape, conditions })
                }
            })
            .collect::<Result<_, Halt>>()?;
        let filter = match &filter {
            Some(filter) => {
                let looked = look_plain(filter, &input.columns, input.plan.schema(), self.places)?;
                Some(self.column(prepared, looked.expr))
            }
            None => None,
        };
        Ok(Call { function: Arc::clone(func), args, distinct: *distinct, filter, of_somebody, output })
    }

    /// A column of the projection for an expression; the same for the same expression.
    pub(super) fn column(&mut self, prepared: &mut Prepared, expr: Expr) -> String {
        let expr = expr.unalias();
        if let Some((name, _)) = prepared.columns.iter().find(|(_, known)| *known == expr) {
            return name.clone();
        }
        let name = self.fresh("a");
        prepared.columns.push((name.clone(), expr));
        name
    }
}

impl Prepared {
    /// The projection with all columns, and the hidden ones under their plain names.
    pub(super) fn below(&self, input: LogicalPlan, hidden: Vec<Expr>) -> Result<LogicalPlan, Halt> {
        let hidden = hidden.into_iter().map(|expr| {
            let (_, name) = expr.qualified_name();
            expr.alias(name)
        });
        let exprs = self.columns.iter().map(|(name, expr)| expr.clone().alias(name)).chain(hidden).collect();
        Projection::try_new(exprs, Arc::new(input)).map(LogicalPlan::Projection).map_err(broken)
    }
}

/// The expression under the name that the nodes above know.
pub(super) fn renamed(expr: Expr, qualifier: Option<&TableReference>, name: &str) -> Expr {
    let (own_qualifier, own_name) = expr.qualified_name();
    if own_qualifier.as_ref() == qualifier && own_name == name {
        return expr;
    }
    expr.unalias().alias_qualified(qualifier.cloned(), name)
}

/// The share of a quantile that is counted from the top, counted from the bottom.
fn from_the_top(share: &Expr) -> Expr {
    match share {
        Expr::Literal(value, _) => match value.cast_to(&DataType::Float64) {
            Ok(ScalarValue::Float64(Some(share))) => lit(1.0 - share),
            _ => share.clone(),
        },
        other => other.clone(),
    }
}

/// `count(CASE WHEN condition THEN key END)` counts keys where a condition holds: the key by itself, and the condition.
fn counted_where(name: &str, args: &[Expr], input: &Graded) -> (Vec<Expr>, Option<Expr>) {
    let plain = || (args.to_vec(), None);
    let ("count", [Expr::Case(case)]) = (name, args) else { return plain() };
    let nothing = |e: &Expr| matches!(e, Expr::Literal(value, _) if value.is_null());
    let otherwise = case.else_expr.as_deref().is_none_or(nothing);
    let ([(when, then)], None, true) = (case.when_then_expr.as_slice(), &case.expr, otherwise) else {
        return plain();
    };
    match then.as_ref() {
        Expr::Column(column) if input.columns.find(column).is_ok_and(|visible| visible.key.is_some()) => {
            (vec![then.as_ref().clone()], Some(when.as_ref().clone().is_true()))
        }
        _ => plain(),
    }
}
