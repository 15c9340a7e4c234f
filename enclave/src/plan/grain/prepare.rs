//! An aggregate made simple: everything it reads becomes a column of a projection below it.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams, Alias};
use datafusion::logical_expr::{Aggregate, AggregateUDF, Expr, ExprSchemable, LogicalPlan, Projection, lit};

use super::super::condition::{self, Condition};
use super::super::expression::{Looked, look, look_plain};
use super::columns::named;
use super::{Graded, Grain, Lift, Shape, broken};
use crate::words::{FailCode, Halt, RefusalCode};

/// An aggregate over simple columns.
pub(super) struct Prepared {
    /// The columns of the projection, by name; none twice.
    pub(super) columns: Vec<(String, Expr)>,
    pub(super) groups: Vec<Group>,
    pub(super) calls: Vec<Call>,
}

/// One grouping key.
pub(super) struct Group {
    /// Its column below.
    pub(super) name: String,
    pub(super) looked: Looked,
    pub(super) output: Output,
}

/// One aggregate function.
pub(super) struct Call {
    pub(super) function: Arc<AggregateUDF>,
    pub(super) args: Vec<Argument>,
    pub(super) distinct: bool,
    /// A boolean column below.
    pub(super) filter: Option<String>,
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

impl Lift<'_> {
    pub(super) fn prepare(&mut self, node: &Aggregate, input: &Graded) -> Result<Prepared, Halt> {
        let mut prepared = Prepared { columns: Vec::new(), groups: Vec::new(), calls: Vec::new() };
        let mut outputs = node.schema.iter().map(|(qualifier, field)| Output {
            qualifier: qualifier.cloned(),
            name: field.name().clone(),
            data_type: field.data_type().clone(),
        });
        let mut seen: Vec<&Expr> = Vec::new();
        for expr in &node.group_expr {
            // `GROUP BY a, a` is one key: the node's schema has it once.
            if seen.contains(&expr) {
                continue;
            }
            seen.push(expr);
            if matches!(expr, Expr::GroupingSet(_)) {
                return Err(self.refuse(RefusalCode::Node, "GROUPING SETS", &["rollup", "cube", "grouping"]));
            }
            let looked = look(expr, &input.columns, input.plan.schema(), self.places)?;
            let name = self.column(&mut prepared, looked.expr.clone());
            let output = outputs.next().ok_or(FailCode::Internal)?;
            prepared.groups.push(Group { name, looked, output });
        }
        for expr in &node.aggr_expr {
            let output = outputs.next().ok_or(FailCode::Internal)?;
            let call = self.call(expr, input, output, &mut prepared)?;
            prepared.calls.push(call);
        }
        Ok(prepared)
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
        let args = args
            .iter()
            .map(|arg| match arg {
                Expr::Literal(..) if turned => Ok(Argument::Constant(from_the_top(arg))),
                Expr::Literal(..) => Ok(Argument::Constant(arg.clone())),
                _ => {
                    let looked = look(arg, &input.columns, input.plan.schema(), self.places)?;
                    let conditions = self.conditions(arg, input)?;
                    let name = self.column(prepared, looked.expr.clone());
                    let shape = self.shape(arg, input)?;
                    Ok(Argument::Column { name, looked, shape, conditions })
                }
            })
            .collect::<Result<_, Halt>>()?;
        let filter = match filter {
            Some(filter) => {
                let looked = look_plain(filter, &input.columns, input.plan.schema(), self.places)?;
                Some(self.column(prepared, looked.expr))
            }
            None => None,
        };
        Ok(Call { function: Arc::clone(func), args, distinct: *distinct, filter, output })
    }

    /// The conditions inside an amount of people's.
    pub(super) fn conditions(&self, arg: &Expr, input: &Graded) -> Result<Vec<Condition>, Halt> {
        let data_type = arg.get_type(input.plan.schema()).map_err(broken)?;
        match input.grain {
            Grain::Unit(_) if data_type.is_numeric() => {
                condition::conditions(arg, &input.columns, input.plan.schema())
            }
            Grain::Unit(_) | Grain::Public => Ok(Vec::new()),
        }
    }

    /// What a sum of an expression's values would tell, apart from the conditions inside.
    pub(super) fn shape(&self, expr: &Expr, input: &Graded) -> Result<Shape, Halt> {
        if let Expr::Column(column) = expr.clone().unalias_nested().data {
            return Ok(input.columns.find(&column)?.shape);
        }
        // What is the same for everybody becomes a condition as soon as it is joined to some.
        if matches!(input.grain, Grain::Public) || expr.column_refs().is_empty() {
            return Ok(Shape::Sharp);
        }
        let schema = input.plan.schema();
        let data_type = expr.get_type(schema).map_err(broken)?;
        if !data_type.is_numeric() {
            let chosen = data_type == DataType::Boolean || condition::chooses(expr, schema);
            return Ok(if chosen { Shape::Sharp } else { Shape::Gentle });
        }
        let whole = expr.clone().unalias();
        let found = condition::conditions(expr, &input.columns, schema)?;
        Ok(found
            .iter()
            .find_map(|condition| match condition {
                Condition::Made { expr, sharp } if *expr == whole => {
                    Some(if *sharp { Shape::Sharp } else { Shape::Gentle })
                }
                _ => None,
            })
            .unwrap_or(Shape::Free))
    }

    /// The value of a condition, in its total form.
    pub(super) fn value_of(&self, condition: &Condition, input: &Graded) -> Result<(Expr, bool), Halt> {
        match condition {
            Condition::Carried(inside) => Ok((Expr::Column(named(&input.plan, &inside.name)?), inside.sharp)),
            Condition::Made { expr, sharp } => {
                let looked = look(expr, &input.columns, input.plan.schema(), self.places)?;
                Ok((looked.expr, *sharp))
            }
        }
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
