//! Nodes that take rows one by one and keep whose they are.

use std::sync::Arc;

use datafusion::logical_expr::{
    Expr, ExprSchemable, Filter, Limit, LogicalPlan, Projection, Sort, SortExpr, SubqueryAlias,
};

use super::super::expression::{Looked, look, look_plain};
use super::columns::named;
use super::listing::{keep, listing};
use super::varying::varying;
use super::{Columns, Graded, Grain, Inside, Lift, Shape, Unit, Visible, broken};
use crate::words::{Bilingual, Halt, RefusalCode};

impl Lift<'_> {
    pub(super) fn projection(&mut self, node: &Projection) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        let mut exprs = Vec::with_capacity(node.expr.len());
        let mut reasons = Vec::new();
        let mut columns = Vec::with_capacity(node.expr.len());
        for (expr, (qualifier, field)) in node.expr.iter().zip(node.schema.iter()) {
            let looked = look(expr, &input.columns, input.plan.schema(), self.places)?;
            let why = self.why_of(&looked, &input, &mut reasons)?;
            let column = (qualifier, field).into();
            let (shape, inside) = self.shape_of(expr, &input, &mut reasons)?;
            let amount = self.amount_of(&looked, &input, &mut reasons)?;
            let absent = super::nobody::missing(expr, &input.columns);
            columns.push(Visible {
                column,
                key: looked.key,
                text: looked.text,
                declared: looked.declared,
                why,
                shape,
                inside,
                amount,
                listing: listing(expr, &input.columns, input.plan.schema()),
                absent,
                apart: input.columns.apart(expr),
            });
            exprs.push(super::prepare::renamed(looked.expr, qualifier, field.name()));
        }
        exprs.extend(input.hidden()?);
        exprs.extend(reasons);
        let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(input.plan)).map_err(broken)?);
        Ok(Graded { plan, grain: input.grain, columns: Columns(columns) })
    }

    /// What a sum of an expression's values would tell, with hidden columns for the conditions inside.
    fn shape_of(
        &mut self,
        expr: &Expr,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<(Shape, Vec<Inside>), Halt> {
        let told = self.told(expr, input)?;
        let inside =
            told.inside().map(|condition| self.in_row(condition, input, made)).collect::<Result<_, _>>()?;
        Ok((told.shape, inside))
    }

    /// The hidden column with an amount of people's as it varies, where the expression adds or multiplies constants.
    fn amount_of(
        &mut self,
        looked: &Looked,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Option<String>, Halt> {
        let schema = input.plan.schema();
        let numeric = looked.expr.get_type(schema).map_err(broken)?.is_numeric();
        if !numeric || matches!(input.grain, Grain::Public) || looked.expr.column_refs().is_empty() {
            return Ok(None);
        }
        let whole = looked.expr.clone().unalias();
        let varies = varying_below(&looked.expr, input)?;
        match &varies {
            Expr::Column(column) if varies != whole && input.columns.find(column).is_err() => {
                Ok(Some(column.name.clone()))
            }
            _ if varies != whole => {
                let name = self.fresh("v");
                made.push(varies.alias(&name));
                Ok(Some(name))
            }
            _ => Ok(None),
        }
    }

    /// The hidden column with the reason of an expression's missing cells; where it is worked out
    /// from several suppressed cells, the first reason that there is.
    fn why_of(
        &mut self,
        looked: &Looked,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Option<String>, Halt> {
        let mut whys = looked.whys.iter();
        match (whys.next(), looked.whys.len()) {
            (None, _) => Ok(None),
            (Some(only), 1) => Ok(Some(only.clone())),
            (Some(_), _) => {
                let columns: Result<Vec<Expr>, Halt> =
                    looked.whys.iter().map(|name| Ok(Expr::Column(named(&input.plan, name)?))).collect();
                let name = self.fresh("w");
                made.push(datafusion::functions::expr_fn::coalesce(columns?).alias(&name));
                Ok(Some(name))
            }
        }
    }

    pub(super) fn filter(&mut self, node: &Filter) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        let looked = look_plain(&node.predicate, &input.columns, input.plan.schema(), self.places)?;
        let grain = match input.grain {
            Grain::Unit(unit) => {
                let nobody = unit.nobody && !super::nobody::untrue(&node.predicate, &input.columns);
                Grain::Unit(Unit { nobody, ..unit })
            }
            Grain::Public => Grain::Public,
        };
        let mut columns = input.columns;
        keep(&looked.expr, &mut columns)?;
        let plan = Filter::try_new(looked.expr, Arc::new(input.plan)).map_err(broken)?;
        Ok(Graded { plan: LogicalPlan::Filter(plan), grain, columns })
    }

    pub(super) fn alias(&mut self, node: &SubqueryAlias) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        let columns = input
            .columns
            .0
            .into_iter()
            .map(|v| Visible {
                column: datafusion::common::Column::new(Some(node.alias.clone()), v.column.name),
                ..v
            })
            .collect();
        let plan = SubqueryAlias::try_new(Arc::new(input.plan), node.alias.clone()).map_err(broken)?;
        Ok(Graded { plan: LogicalPlan::SubqueryAlias(plan), grain: input.grain, columns: Columns(columns) })
    }

    pub(super) fn sort(&mut self, node: &Sort) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        match (&input.grain, node.fetch) {
            (Grain::Unit(_), Some(_)) => Err(self.limited()),
            // The order of people's rows shows nowhere: every summary on the list is free of order.
            (Grain::Unit(_), None) => Ok(input),
            (Grain::Public, fetch) => {
                let mut keys = Vec::with_capacity(node.expr.len());
                for key in &node.expr {
                    let looked = look_plain(&key.expr, &input.columns, input.plan.schema(), self.places)?;
                    keys.extend(missing_last(&looked, &input)?);
                    keys.push(SortExpr::new(looked.expr, key.asc, key.nulls_first));
                }
                let plan = LogicalPlan::Sort(Sort { expr: keys, input: Arc::new(input.plan), fetch });
                Ok(Graded { plan, grain: input.grain, columns: input.columns })
            }
        }
    }

    pub(super) fn limit(&mut self, node: &Limit) -> Result<Graded, Halt> {
        let input = self.plan(&node.input)?;
        if let Grain::Unit(_) = input.grain {
            return Err(self.limited());
        }
        if input.columns.0.iter().any(|visible| visible.why.is_some()) {
            self.say_if_missing(
                "missing_cells_last",
                Bilingual::new(
                    "秘匿されたセルは並べ替えで最後になり、LIMIT で切られることがあります。",
                    "Suppressed cells are ordered last, and LIMIT may have cut them off.",
                ),
            );
        }
        let plan = LogicalPlan::Limit(Limit { input: Arc::new(input.plan), ..node.clone() });
        Ok(Graded { plan, grain: input.grain, columns: input.columns })
    }

    /// With no summary above, what is wrong is not the LIMIT.
    fn limited(&self) -> Halt {
        if self.summaries == 0 {
            return super::top::raw_rows(self.places);
        }
        self.refuse(RefusalCode::LimitRows, "LIMIT", &["limit", "offset", "fetch"])
    }
}

/// What of an amount varies, also where nodes below added or multiplied constants.
pub(super) fn varying_below(amount: &Expr, input: &Graded) -> Result<Expr, Halt> {
    let varies = varying(amount, input.plan.schema());
    let hidden = match &varies {
        Expr::Column(column) => input.columns.find(column)?.amount.clone(),
        _ => None,
    };
    hidden.map_or(Ok(varies), |name| Ok(Expr::Column(named(&input.plan, &name)?)))
}

/// Suppressed cells come last, whichever way round: not by their true value, and not where a missing
/// value would go.
pub(super) fn missing_last(looked: &Looked, input: &Graded) -> Result<Vec<SortExpr>, Halt> {
    let missing = |why: &String| {
        let missing = Expr::Column(named(&input.plan, why)?).is_not_null();
        Ok(SortExpr::new(missing, true, false))
    };
    looked.whys.iter().map(missing).collect()
}
