//! What a sum of an expression's values would tell, and the hidden columns that carry it along.
//!
//! Out of scope: which parts of an expression are conditions (`condition`), and how levels of several rows come
//! together (`levels`).

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{AggregateUDF, Expr, ExprSchemable};

use super::super::condition::{self, Condition};
use super::super::expression::look;
use super::columns::named;
use super::levels::together;
use super::{Graded, Grain, Inside, Lift, Shape, broken};
use crate::words::Halt;

/// What a sum of an expression's values would tell.
pub(super) struct Told {
    /// Of single rows, apart from the conditions inside.
    pub(super) shape: Shape,
    /// The conditions in it: the values themselves, if they are one, and those inside.
    pub(super) conditions: Vec<Condition>,
    own: Expr,
}

impl Told {
    /// The conditions inside the values, but for the values themselves.
    pub(super) fn inside(&self) -> impl Iterator<Item = &Condition> {
        let own =
            |condition: &Condition| matches!(condition, Condition::Made { expr, .. } if *expr == self.own);
        self.conditions.iter().filter(move |condition| !own(condition))
    }
}

impl Lift<'_> {
    /// What a sum of an expression's values would tell. A label may become an amount yet.
    pub(super) fn told(&self, expr: &Expr, input: &Graded) -> Result<Told, Halt> {
        let (own, schema) = (under_aliases(expr).clone(), input.plan.schema());
        let people = matches!(input.grain, Grain::Unit(_));
        let conditions =
            if people { condition::conditions(expr, &input.columns, schema)? } else { Vec::new() };
        let shape = match &own {
            Expr::Column(column) => input.columns.find(column)?.shape,
            // What is the same for everybody becomes a condition as soon as it is joined to some.
            _ if !people || own.column_refs().is_empty() => Shape::Sharp,
            _ => {
                let data_type = own.get_type(schema).map_err(broken)?;
                let of_own = conditions.iter().find_map(|condition| match condition {
                    Condition::Made { expr, sharp } if *expr == own => Some(*sharp),
                    _ => None,
                });
                let chosen = || data_type == DataType::Boolean || condition::chooses(expr, schema);
                match of_own {
                    _ if !data_type.is_numeric() => {
                        if chosen() {
                            Shape::Sharp
                        } else {
                            Shape::Gentle
                        }
                    }
                    Some(true) => Shape::Sharp,
                    Some(false) => Shape::Gentle,
                    None => Shape::Free,
                }
            }
        };
        Ok(Told { shape, conditions, own })
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

    /// The hidden column with a condition's value in each row: the one that is there, or one more in `made`.
    pub(super) fn in_row(
        &mut self,
        condition: &Condition,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Inside, Halt> {
        if let Condition::Carried(carried) = condition {
            return Ok(carried.clone());
        }
        let (value, sharp) = self.value_of(condition, input)?;
        Ok(self.hide(value, sharp, made))
    }

    /// Hidden columns, in `made`, with a condition's values in several rows of one patient. `gather` calls an aggregate
    /// over them.
    pub(super) fn in_rows(
        &mut self,
        condition: &Condition,
        input: &Graded,
        made: &mut Vec<Expr>,
        mut gather: impl FnMut(&mut Self, Arc<AggregateUDF>, Expr) -> Expr,
    ) -> Result<Vec<Inside>, Halt> {
        let (value, sharp) = self.value_of(condition, input)?;
        let mut inside = Vec::new();
        for (function, value) in together(value, input, sharp)? {
            let gathered = gather(self, function, value);
            inside.push(self.hide(gathered, sharp, made));
        }
        Ok(inside)
    }

    /// One more hidden column in `made`.
    pub(super) fn hide(&mut self, value: Expr, sharp: bool, made: &mut Vec<Expr>) -> Inside {
        let name = self.fresh("k");
        made.push(value.alias(&name));
        Inside { name, sharp }
    }
}

/// What an expression is under all its names: `count(*) AS n` over a summary has two.
fn under_aliases(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => under_aliases(&alias.expr),
        other => other,
    }
}
