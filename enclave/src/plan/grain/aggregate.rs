//! Summaries: per patient they keep the grain, over public rows they are arithmetic, over people
//! they are where the plan is cut.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::functions_aggregate::expr_fn::{max, min};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, ExprSchemable, LogicalPlan, Operator, Projection, ident};

use super::super::expression::is;
use super::figure::expr_of;
use super::levels::few;
use super::prepare::{Argument, Call, Prepared, renamed};
use super::rows::varying_below;
use super::{
    Columns, Graded, Grain, Inside, Institution, Key, Lift, Municipality, Shape, Unit, Visible, broken,
};
use crate::evidence::institution_set;
use crate::words::{Bilingual, Halt, Notice, Refusal, RefusalCode};

impl Lift<'_> {
    pub(super) fn aggregate(&mut self, node: &Aggregate) -> Result<Graded, Halt> {
        self.summaries += 1;
        let input = self.plan(&node.input);
        self.summaries -= 1;
        let input = input?;
        let prepared = self.prepare(node, &input)?;
        for group in &prepared.groups {
            if group.looked.text {
                group.looked.clone().plain(self.places)?;
            }
        }
        let keys = prepared.groups.iter().any(|group| group.looked.key.is_some());
        if prepared.sets.is_some() && (keys || matches!(input.grain, Grain::Public)) {
            return Err(self.refuse(RefusalCode::Node, "GROUPING SETS", &["rollup", "cube", "grouping"]));
        }
        let Grain::Unit(unit) = input.grain.clone() else { return self.over_public(prepared, input) };
        let key = |always| prepared.groups.iter().any(|g| g.looked.key == Some(Key::Patient { always }));
        if key(true) {
            return self.per_patient(prepared, input, &unit);
        }
        if key(false) {
            let at = self.places.word(&["group", "distinct"]);
            return Err(Refusal::new(RefusalCode::PartialKey, "").at(at).into());
        }
        self.over_people(prepared, input, &unit)
    }

    /// Figures of figures: ordinary, but a missing cell stays a group of its own.
    fn over_public(&mut self, prepared: Prepared, input: Graded) -> Result<Graded, Halt> {
        let suppressible = prepared
            .calls
            .iter()
            .flat_map(|call| &call.args)
            .any(|arg| matches!(arg, Argument::Column { looked, .. } if !looked.whys.is_empty()));
        if suppressible {
            self.say_published_only();
        }
        let mut carried = Vec::new();
        let mut columns = Vec::new();
        for group in &prepared.groups {
            carried.extend(group.looked.whys.iter().cloned());
            let output = &group.output;
            columns.push(Visible {
                column: Column::new(output.qualifier.clone(), &output.name),
                key: group.looked.key,
                text: false,
                declared: true,
                why: group.looked.whys.iter().next().cloned(),
                shape: Shape::Sharp,
                ..Visible::plain(Column::new(output.qualifier.clone(), &output.name))
            });
        }
        carried.sort_unstable();
        carried.dedup();
        let groups = self.group_exprs(&prepared, &carried);
        let calls = self.calls(&prepared)?;
        columns.extend(call_columns(&prepared).map(|column| Visible {
            declared: true,
            shape: Shape::Sharp,
            ..column
        }));
        let plan = summarise(&prepared, input, groups, calls, Vec::new(), &carried)?;
        Ok(Graded { plan, grain: Grain::Public, columns: Columns(columns) })
    }

    /// One patient's rows to one patient's row.
    fn per_patient(&mut self, mut prepared: Prepared, input: Graded, unit: &Unit) -> Result<Graded, Halt> {
        let carried = [unit.patient.clone()];
        self.no_repeated_rows(&prepared, &prepared.calls, unit)?;
        let groups = self.group_exprs(&prepared, &carried);
        let calls = self.calls(&prepared)?;
        let mut columns: Vec<Visible> = prepared
            .groups
            .iter()
            .map(|group| Visible {
                column: Column::new(group.output.qualifier.clone(), &group.output.name),
                key: group.looked.key,
                text: false,
                declared: group.looked.declared,
                why: None,
                shape: group.shape,
                inside: Vec::new(),
                amount: None,
                listing: group.listing.clone(),
                absent: group.absent,
                apart: group.apart.clone(),
            })
            .collect();
        columns.extend(call_columns(&prepared));
        let mut institutions = Vec::new();
        let mut sets = Vec::new();
        let inside = self.inside_per_patient(&mut prepared, &input, &mut sets)?;
        for (column, inside) in columns.iter_mut().zip(inside) {
            column.inside = inside;
        }
        let amounts = columns.iter_mut().skip(prepared.groups.len());
        for (at, column) in amounts.enumerate() {
            column.amount = self.amount_per_patient(at, &mut prepared, &input, &mut sets)?;
        }
        for institution in &unit.institutions {
            let name = self.fresh("i");
            let arg = ident(&institution.name);
            sets.push(call(&Arc::new(institution_set()), vec![arg], false, None).alias(&name));
            institutions.push(Institution { name, set: true });
        }
        let mut municipalities = Vec::new();
        for municipality in &unit.municipalities {
            let (lowest, highest) = (self.fresh("m"), self.fresh("m"));
            sets.push(min(ident(&municipality.lowest)).alias(&lowest));
            sets.push(max(ident(&municipality.highest)).alias(&highest));
            municipalities.push(Municipality { lowest, highest });
        }
        let plan = summarise(&prepared, input, groups, calls, sets, &carried)?;
        // A row for each patient is there once.
        let once = prepared.groups.iter().all(|group| group.looked.key.is_some());
        let (repeated, copies) =
            if once { (BTreeSet::new(), 1) } else { (unit.repeated.clone(), unit.copies) };
        let unit = Unit { institutions, municipalities, repeated, copies, ..unit.clone() };
        Ok(Graded { plan, grain: Grain::Unit(unit), columns: Columns(columns) })
    }

    /// For each group and then each call the conditions inside, over the rows of a patient that feed it.
    fn inside_per_patient(
        &mut self,
        prepared: &mut Prepared,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Vec<Vec<Inside>>, Halt> {
        let groups = prepared.groups.iter().map(|group| (group.conditions.clone(), None));
        let calls = prepared.calls.iter().map(|call| {
            let all = call.args.iter().flat_map(Argument::conditions).cloned();
            (all.collect::<Vec<_>>(), call.filter.clone())
        });
        let all: Vec<_> = groups.chain(calls).collect();
        let mut inside = Vec::with_capacity(all.len());
        for (conditions, filter) in all {
            let mut of_one = Vec::with_capacity(conditions.len());
            for condition in conditions {
                let gather = |lift: &mut Self, function, value| {
                    call(&function, vec![ident(lift.column(prepared, value))], false, filter.as_deref())
                };
                of_one.extend(self.in_rows(&condition, input, made, gather)?);
            }
            // A FILTER is a condition of its own: who has rows that it leaves out.
            if let Some(filter) = &filter {
                let kept = few(is(expr_of(prepared, filter)?, Operator::IsNotDistinctFrom, true));
                let column = self.column(prepared, kept);
                let set = call(&Arc::new(institution_set()), vec![ident(column)], false, None);
                of_one.push(self.hide(set, true, made));
            }
            inside.push(of_one);
        }
        Ok(inside)
    }

    /// The hidden column with a sum of a patient's rows as it varies, where constants are added or multiplied in each.
    fn amount_per_patient(
        &mut self,
        at: usize,
        prepared: &mut Prepared,
        input: &Graded,
        made: &mut Vec<Expr>,
    ) -> Result<Option<String>, Halt> {
        let Some(Call { function, args, distinct: false, filter, .. }) = prepared.calls.get(at) else {
            return Ok(None);
        };
        let ("sum", [Argument::Column { looked, .. }]) = (function.name(), args.as_slice()) else {
            return Ok(None);
        };
        let (function, filter) = (Arc::clone(function), filter.clone());
        let varies = varying_below(&looked.expr, input)?;
        let summed = matches!(
            varies.get_type(input.plan.schema()).map_err(broken)?,
            DataType::Int64 | DataType::Float64 | DataType::Decimal128(..)
        );
        if !summed || varies == looked.expr {
            return Ok(None);
        }
        let (column, name) = (self.column(prepared, varies), self.fresh("v"));
        made.push(call(&function, vec![ident(column)], false, filter.as_deref()).alias(&name));
        Ok(Some(name))
    }

    fn group_exprs(&self, prepared: &Prepared, carried: &[String]) -> Vec<Expr> {
        let mut groups: Vec<String> = prepared.groups.iter().map(|g| g.name.clone()).collect();
        groups.extend(carried.iter().cloned());
        let mut seen = Vec::new();
        groups.retain(|name| {
            let new = !seen.contains(name);
            seen.push(name.clone());
            new
        });
        groups.into_iter().map(ident).collect()
    }

    fn calls(&mut self, prepared: &Prepared) -> Result<Vec<(Expr, String)>, Halt> {
        let mut calls = Vec::new();
        for made in &prepared.calls {
            let mut args = Vec::with_capacity(made.args.len());
            for arg in &made.args {
                args.push(match arg {
                    Argument::Constant(expr) => expr.clone(),
                    Argument::Column { name, looked, .. } => {
                        if made.function.name() != "count" {
                            looked.clone().plain(self.places)?;
                        }
                        ident(name)
                    }
                });
            }
            let name = self.fresh("f");
            calls
                .push((call(&made.function, args, made.distinct, made.filter.as_deref()).alias(&name), name));
        }
        Ok(calls)
    }

    /// Values worked out from cells of which some may be suppressed.
    pub(super) fn say_published_only(&mut self) {
        self.say_if_missing(
            "published_cells_only",
            Bilingual::new(
                "秘匿されなかったセルだけから計算した値があります。",
                "Some values were worked out from the published cells only.",
            ),
        );
    }

    /// A line that holds where some cell was suppressed.
    pub(super) fn say_if_missing(&mut self, code: &str, message: Bilingual) {
        let notice = Notice { code: code.to_owned(), message };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

fn call(
    function: &Arc<datafusion::logical_expr::AggregateUDF>,
    args: Vec<Expr>,
    distinct: bool,
    filter: Option<&str>,
) -> Expr {
    let filter = filter.map(|name| Box::new(ident(name)));
    Expr::AggregateFunction(AggregateFunction::new_udf(
        Arc::clone(function),
        args,
        distinct,
        filter,
        vec![],
        None,
    ))
}

fn call_columns(prepared: &Prepared) -> impl Iterator<Item = Visible> + '_ {
    prepared
        .calls
        .iter()
        .map(|Call { output, .. }| Visible::plain(Column::new(output.qualifier.clone(), &output.name)))
}

/// The aggregate over the prepared columns, under the names that the nodes above know.
fn summarise(
    prepared: &Prepared,
    input: Graded,
    groups: Vec<Expr>,
    calls: Vec<(Expr, String)>,
    sets: Vec<Expr>,
    carried: &[String],
) -> Result<LogicalPlan, Halt> {
    let hidden = input.hidden()?;
    let below = prepared.below(input.plan, hidden)?;
    let mut outputs: Vec<Expr> = prepared
        .groups
        .iter()
        .map(|g| renamed(ident(&g.name), g.output.qualifier.as_ref(), &g.output.name))
        .collect();
    for (made, (_, name)) in prepared.calls.iter().zip(&calls) {
        outputs.push(renamed(ident(name), made.output.qualifier.as_ref(), &made.output.name));
    }
    outputs.extend(sets.iter().map(|set| ident(set.qualified_name().1)));
    outputs.extend(carried.iter().map(ident));
    let exprs = calls.into_iter().map(|(expr, _)| expr).chain(sets).collect();
    let plan = Aggregate::try_new(Arc::new(below), groups, exprs).map_err(broken)?;
    let plan = Projection::try_new(outputs, Arc::new(LogicalPlan::Aggregate(plan))).map_err(broken)?;
    Ok(LogicalPlan::Projection(plan))
}
