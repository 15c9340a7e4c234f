//! How one aggregate over people is worked out: from which rows, and what is looked at beside it.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, ExprSchemable, TryCast, lit};

use super::super::condition::Condition;
use super::super::cut::{Aside, AsideKind, Feed, FigureKind, Split};
use super::prepare::{Argument, Call, Prepared};
use super::rows::varying_below;
use super::{Graded, Key, Lift, Shape, Unit, broken};
use crate::words::{FailCode, Halt, RefusalCode};

/// One figure as it was asked for.
pub(super) struct Asked {
    pub(super) kind: FigureKind,
    pub(super) feed: Feed,
    /// The feed whose shares tell of dominance, if it is another.
    pub(super) shares: Option<Feed>,
    pub(super) splits: Vec<Split>,
}

impl Asked {
    fn plain(kind: FigureKind, feed: Feed) -> Self {
        Self { kind, feed, shares: None, splits: Vec::new() }
    }
}

/// What is computed beside the evidence, each once.
#[derive(Default)]
pub(super) struct Asides(pub(super) Vec<Aside>);

impl Asides {
    pub(super) fn index(&mut self, kind: AsideKind, filter: Option<String>) -> usize {
        let aside = Aside { kind, filter };
        if let Some(known) = self.0.iter().position(|a| *a == aside) {
            return known;
        }
        self.0.push(aside);
        self.0.len() - 1
    }
}

/// The moments, with the degrees of freedom that they spend: one for each mean and slope that is
/// estimated from the same rows.
const MOMENTS: &[(&str, u8)] = &[
    ("corr", 2),
    ("covar_pop", 2),
    ("covar_samp", 2),
    ("regr_intercept", 2),
    ("regr_r2", 2),
    ("regr_slope", 2),
    ("stddev", 1),
    ("stddev_pop", 1),
    ("var", 1),
    ("var_pop", 1),
];

/// One figure in the making.
pub(super) struct Making<'a> {
    pub(super) prepared: &'a mut Prepared,
    pub(super) input: &'a Graded,
    pub(super) unit: &'a Unit,
    pub(super) asides: &'a mut Asides,
}

impl Lift<'_> {
    /// How one aggregate is worked out, and from which rows.
    pub(super) fn figure(&mut self, call: &Call, making: &mut Making<'_>) -> Result<Asked, Halt> {
        let name = call.function.name();
        let refused = |lift: &Self| lift.refuse(RefusalCode::Aggregate, name, &[name]);
        match (name, call.distinct, call.args.as_slice()) {
            ("count", false, [Argument::Constant(Expr::Literal(value, _))]) if !value.is_null() => {
                let feed = Feed { value: None, filter: call.filter.clone() };
                Ok(Asked::plain(FigureKind::Count, feed))
            }
            ("count", false, [Argument::Column { name, .. }]) => {
                let feed = Feed { value: None, filter: self.present(&[name], call, making)? };
                Ok(Asked::plain(FigureKind::Count, feed))
            }
            ("count", true, [arg @ Argument::Column { name, looked, shape, .. }]) => {
                let filter = self.present(&[name], call, making)?;
                let feed = Feed { value: None, filter: filter.clone() };
                if let Some(Key::Patient { always: true }) = looked.key {
                    return Ok(Asked::plain(FigureKind::CountPatients, feed));
                }
                let distinct = making.asides.index(AsideKind::Distinct(name.clone()), filter.clone());
                let (_, mut splits) = self.splits(&[arg], call, making)?;
                if looked.key.is_none() && *shape != Shape::Free {
                    let aside = making.asides.index(AsideKind::Levels(name.clone()), filter);
                    splits.push(Split { aside, sharp: *shape == Shape::Sharp });
                }
                Ok(Asked { splits, ..Asked::plain(FigureKind::CountDistinct(distinct), feed) })
            }
            ("sum" | "avg", false, [arg @ Argument::Column { looked, .. }]) => {
                let kind = if name == "sum" { FigureKind::Sum } else { FigureKind::Mean };
                looked.clone().plain(self.places)?;
                let value = self.amount(&looked.expr, making, &refused(self))?;
                let (filter, splits) = self.splits(&[arg], call, making)?;
                let shares = self.shares(&looked.expr, &filter, making, &refused(self))?;
                Ok(Asked { splits, shares, ..Asked::plain(kind, Feed { value: Some(value), filter }) })
            }
            // So many for each row.
            ("sum", false, [Argument::Constant(constant @ Expr::Literal(value, _))])
                if value.data_type().is_numeric() && !value.is_null() =>
            {
                let value = self.amount(constant, making, &refused(self))?;
                let feed = Feed { value: Some(value), filter: call.filter.clone() };
                let shares = self.shares(&lit(1_i64), &feed.filter, making, &refused(self))?;
                Ok(Asked { shares, ..Asked::plain(FigureKind::Sum, feed) })
            }
            (
                "approx_median" | "approx_percentile_cont" | "median" | "percentile_cont",
                false,
                [arg @ Argument::Column { name, looked, .. }, rest @ ..],
            ) => {
                looked.clone().plain(self.places)?;
                let share = share(rest).ok_or_else(|| refused(self))?;
                let filter = self.present(&[name], call, making)?;
                let (_, splits) = self.splits(&[arg], call, making)?;
                let value = self.float(&looked.expr, making, &refused(self))?;
                let kind = AsideKind::Quantile(value, share);
                let kind = FigureKind::Quantile(making.asides.index(kind, filter.clone()));
                Ok(Asked { splits, ..Asked::plain(kind, Feed { value: None, filter }) })
            }
            (_, false, args) => {
                let Some((_, parameters)) = MOMENTS.iter().find(|(known, _)| *known == name) else {
                    return Err(refused(self));
                };
                self.moment(call, args, *parameters, making, &refused(self))
            }
            _ => Err(refused(self)),
        }
    }

    fn moment(
        &mut self,
        call: &Call,
        args: &[Argument],
        parameters: u8,
        making: &mut Making<'_>,
        refused: &Halt,
    ) -> Result<Asked, Halt> {
        let mut columns = Vec::with_capacity(args.len());
        for arg in args {
            let Argument::Column { looked, .. } = arg else { return Err(refused.clone()) };
            looked.clone().plain(self.places)?;
            columns.push(self.float(&looked.expr, making, refused)?);
        }
        let first = columns.first().cloned().ok_or(FailCode::Internal)?;
        let Some(Argument::Column { looked, .. }) = args.first() else { return Err(refused.clone()) };
        let amount = looked.expr.clone();
        let args: Vec<&Argument> = args.iter().collect();
        let (filter, splits) = self.splits(&args, call, making)?;
        // Rows in which either value is missing tell nothing of the other.
        let names: Vec<&str> = args.iter().filter_map(|arg| arg.column()).collect();
        let filter = if names.len() > 1 { self.present(&names, call, making)? } else { filter };
        let aside = making
            .asides
            .index(AsideKind::Moment(std::sync::Arc::clone(&call.function), columns), filter.clone());
        let kind = FigureKind::Moment { aside, parameters };
        let shares = self.shares(&amount, &filter, making, refused)?;
        let feed = Feed { value: Some((first, DataType::Float64)), filter };
        Ok(Asked { splits, shares, ..Asked::plain(kind, feed) })
    }

    /// The feed whose shares tell of dominance, and which the ledger holds against others: of the amount as it varies.
    fn shares(
        &mut self,
        amount: &Expr,
        filter: &Option<String>,
        making: &mut Making<'_>,
        refused: &Halt,
    ) -> Result<Option<Feed>, Halt> {
        let schema = making.input.plan.schema();
        let varying = varying_below(amount, making.input)?;
        // Days since a day that the question chose: seen from one that it did not.
        let own = varying.get_type(schema).map_err(broken)?;
        let varying = if own == DataType::Date32 { cast(&varying, &own, &DataType::Int32) } else { varying };
        let value = self.amount(&varying, making, refused)?;
        Ok(Some(Feed { value: Some(value), filter: filter.clone() }))
    }

    /// The conditions inside arguments, and the filter for the rows that they part.
    fn splits(
        &mut self,
        args: &[&Argument],
        call: &Call,
        making: &mut Making<'_>,
    ) -> Result<(Option<String>, Vec<Split>), Halt> {
        let all: Vec<Condition> = args.iter().flat_map(|arg| arg.conditions()).cloned().collect();
        // Only what looks at the rows beside the evidence needs to know which of them have a value.
        if all.is_empty() && making.unit.municipalities.is_empty() && args.len() == 1 {
            return Ok((call.filter.clone(), Vec::new()));
        }
        let names: Vec<&str> = args.iter().filter_map(|arg| arg.column()).collect();
        let filter = self.present(&names, call, making)?;
        let mut splits = Vec::with_capacity(all.len());
        for condition in all {
            let (value, sharp) = self.value_of(&condition, making.input)?;
            let column = self.column(making.prepared, value);
            let aside = making.asides.index(AsideKind::Levels(column), filter.clone());
            splits.push(Split { aside, sharp });
        }
        Ok((filter, splits))
    }

    /// A column that is true in the rows in which all of some columns have a value, and that pass
    /// the call's filter; none where that is every row.
    fn present(
        &mut self,
        names: &[&str],
        call: &Call,
        making: &mut Making<'_>,
    ) -> Result<Option<String>, Halt> {
        let schema = making.input.plan.schema();
        let mut together = call.filter.as_ref().map(|name| expr_of(making.prepared, name)).transpose()?;
        let mut narrowed = false;
        for name in names {
            let expr = expr_of(making.prepared, name)?;
            if expr.nullable(schema).map_err(broken)? {
                narrowed = true;
                let there = expr.is_not_null();
                together = Some(match together {
                    Some(before) => before.and(there),
                    None => there,
                });
            }
        }
        match together {
            Some(expr) if narrowed => Ok(Some(self.column(making.prepared, expr))),
            _ => Ok(call.filter.clone()),
        }
    }

    /// The amount in one of the types that the evidence knows: 64-bit integer or float, or decimal.
    fn amount(
        &mut self,
        expr: &Expr,
        making: &mut Making<'_>,
        refused: &Halt,
    ) -> Result<(String, DataType), Halt> {
        let schema = making.input.plan.schema();
        let inner = match expr {
            // The planner turns integers to floats for a mean; summed as integers they stay exact.
            Expr::TryCast(TryCast { expr: inner, field }) if *field.data_type() == DataType::Float64 => {
                let from = inner.get_type(schema).map_err(broken)?;
                if from.is_signed_integer() { inner.as_ref() } else { expr }
            }
            _ => expr,
        };
        let own = inner.get_type(schema).map_err(broken)?;
        let wanted = match &own {
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => DataType::Int64,
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => DataType::Int64,
            DataType::UInt64 => DataType::Decimal128(20, 0),
            DataType::Float32 | DataType::Float64 => DataType::Float64,
            DataType::Decimal128(..) => own.clone(),
            _ => return Err(refused.clone()),
        };
        let amount = cast(inner, &own, &wanted);
        Ok((self.column(making.prepared, amount), wanted))
    }

    /// A number as a float.
    fn float(&mut self, expr: &Expr, making: &mut Making<'_>, refused: &Halt) -> Result<String, Halt> {
        let own = expr.get_type(making.input.plan.schema()).map_err(broken)?;
        if !own.is_numeric() {
            return Err(refused.clone());
        }
        Ok(self.column(making.prepared, cast(expr, &own, &DataType::Float64)))
    }
}

/// The share of a quantile, from 0 to 1: a half where none is written.
fn share(rest: &[Argument]) -> Option<f64> {
    let share = match rest {
        [] => 0.5,
        [Argument::Constant(Expr::Literal(value, _))] => {
            let value = value.cast_to(&DataType::Float64).ok()?;
            f64::try_from(value).ok()?
        }
        _ => return None,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

fn cast(expr: &Expr, own: &DataType, wanted: &DataType) -> Expr {
    if own == wanted {
        return expr.clone();
    }
    Expr::TryCast(TryCast::new(Box::new(expr.clone()), wanted.clone()))
}

/// What a column of the projection is made of.
pub(super) fn expr_of(prepared: &Prepared, name: &str) -> Result<Expr, Halt> {
    let found = prepared.columns.iter().find(|(known, _)| known == name);
    found.map(|(_, expr)| expr.clone()).ok_or_else(|| FailCode::Internal.into())
}
