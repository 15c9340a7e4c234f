//! The cut: where rows of people become cells.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Column;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Projection, TableSource, TryCast, ident,
};

use super::super::cut::{Cut, Feed, Figure, FigureKind, Label};
use super::super::source::Staged;
use super::prepare::{Argument, Call, Prepared, renamed};
use super::{Columns, Graded, Grain, Key, Lift, Unit, Visible, broken};
use crate::words::{FailCode, Halt, RefusalCode};

impl Lift<'_> {
    /// Cuts here: the rows below become a stage, and what stands above reads its safe result.
    pub(super) fn over_people(
        &mut self,
        mut prepared: Prepared,
        input: Graded,
        unit: &Unit,
    ) -> Result<Graded, Halt> {
        let mut asked = Vec::with_capacity(prepared.calls.len());
        for call in std::mem::take(&mut prepared.calls) {
            let one = self.figure(&call, &mut prepared, &input)?;
            asked.push((call, one));
        }
        let hidden = input.hidden()?;
        let below = prepared.below(input.plan, hidden)?;

        let stage = self.cuts.len();
        let mut feeds = Feeds { below: &below, feeds: Vec::new() };
        let labels = labels(&prepared, &below)?;
        let figures = asked
            .iter()
            .map(|(call, (kind, feed))| Figure {
                kind: kind.clone(),
                feed: feeds.index(feed),
                data_type: call.output.data_type.clone(),
            })
            .collect::<Vec<_>>();
        let labels_alone = figures.is_empty() || labels.iter().any(|label| !label.declared);
        let rows = labels_alone.then(|| feeds.all_rows());
        let feeds = feeds.feeds;

        let result = Arc::new(result_schema(stage, &labels, &figures));
        let institutions = unit.institutions.iter().map(|i| (i.name.clone(), i.set)).collect();
        let patient = unit.patient.clone();
        let source: Arc<dyn TableSource> = Arc::new(Staged::new(stage, Arc::clone(&result)));
        self.cuts.push(Cut { stage, below, patient, institutions, labels, feeds, rows, figures, result });
        self.above(stage, source, &prepared, asked.iter().map(|(call, _)| call))
    }

    /// How one aggregate is worked out, and from which rows.
    fn figure(
        &mut self,
        call: &Call,
        prepared: &mut Prepared,
        input: &Graded,
    ) -> Result<(FigureKind, Feed), Halt> {
        let name = call.function.name();
        let refused = |lift: &Self| lift.refuse(RefusalCode::Aggregate, name, &[name]);
        let [arg] = call.args.as_slice() else { return Err(refused(self)) };
        match (name, call.distinct, arg) {
            ("count", false, Argument::Constant(Expr::Literal(value, _))) if !value.is_null() => {
                Ok((FigureKind::Count, Feed { value: None, filter: call.filter.clone() }))
            }
            ("count", false, Argument::Column { name, .. }) => {
                Ok((FigureKind::Count, self.present(name, call, prepared, input)?))
            }
            ("count", true, Argument::Column { name, looked }) => {
                let kind = match looked.key {
                    Some(Key::Patient { always: true }) => FigureKind::CountPatients,
                    _ => FigureKind::CountDistinct(name.clone()),
                };
                Ok((kind, self.present(name, call, prepared, input)?))
            }
            ("sum" | "avg", false, Argument::Column { looked, .. }) => {
                looked.clone().plain(self.places)?;
                let (column, data_type) = self.amount(&looked.expr, prepared, input, &refused(self))?;
                let kind = if name == "sum" { FigureKind::Sum } else { FigureKind::Mean };
                Ok((kind, Feed { value: Some((column, data_type)), filter: call.filter.clone() }))
            }
            _ => Err(refused(self)),
        }
    }

    /// The rows in which a column has a value, and that pass the call's filter.
    fn present(
        &mut self,
        name: &str,
        call: &Call,
        prepared: &mut Prepared,
        input: &Graded,
    ) -> Result<Feed, Halt> {
        let expr = expr_of(prepared, name)?;
        let nullable = expr.nullable(input.plan.schema()).map_err(broken)?;
        let filter = match (&call.filter, nullable) {
            (filter, false) => filter.clone(),
            (None, true) => Some(self.column(prepared, expr.is_not_null())),
            (Some(filter), true) => {
                let both = expr_of(prepared, filter)?.and(expr.is_not_null());
                Some(self.column(prepared, both))
            }
        };
        Ok(Feed { value: None, filter })
    }

    /// The amount in one of the types that the evidence knows: 64-bit integer or float, or decimal.
    fn amount(
        &mut self,
        expr: &Expr,
        prepared: &mut Prepared,
        input: &Graded,
        refused: &Halt,
    ) -> Result<(String, DataType), Halt> {
        let schema = input.plan.schema();
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
        let amount = if own == wanted {
            inner.clone()
        } else {
            Expr::TryCast(TryCast::new(Box::new(inner.clone()), wanted.clone()))
        };
        Ok((self.column(prepared, amount), wanted))
    }

    /// The stage's safe result under the names that the nodes above know.
    fn above<'c>(
        &mut self,
        stage: usize,
        source: Arc<dyn TableSource>,
        prepared: &Prepared,
        calls: impl Iterator<Item = &'c Call>,
    ) -> Result<Graded, Halt> {
        let scan = LogicalPlanBuilder::scan(format!("__stage{stage}"), source, None)
            .and_then(LogicalPlanBuilder::build)
            .map_err(broken)?;
        let column = |kind: char, i: usize| ident_of(stage, kind, i);
        let (mut exprs, mut whys, mut columns) = (Vec::new(), Vec::new(), Vec::new());
        for (i, group) in prepared.groups.iter().enumerate() {
            let output = &group.output;
            exprs.push(renamed(column('g', i), output.qualifier.as_ref(), &output.name));
            columns.push(Visible {
                key: group.looked.key,
                ..Visible::public(Column::new(output.qualifier.clone(), &output.name))
            });
        }
        for (i, Call { output, .. }) in calls.enumerate() {
            let why = self.fresh("w");
            exprs.push(renamed(column('f', i), output.qualifier.as_ref(), &output.name));
            whys.push(column('w', i).alias(&why));
            columns.push(Visible {
                why: Some(why),
                ..Visible::public(Column::new(output.qualifier.clone(), &output.name))
            });
        }
        exprs.extend(whys);
        let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(scan)).map_err(broken)?);
        Ok(Graded { plan, grain: Grain::Public, columns: Columns(columns) })
    }
}

/// The feeds of a cut, each once.
struct Feeds<'a> {
    below: &'a LogicalPlan,
    feeds: Vec<Feed>,
}

impl Feeds<'_> {
    fn index(&mut self, feed: &Feed) -> usize {
        if let Some(known) = self.feeds.iter().position(|f| f == feed) {
            return known;
        }
        self.feeds.push(feed.clone());
        self.feeds.len() - 1
    }

    /// A feed that takes every row: one that is there already, or one more.
    fn all_rows(&mut self) -> usize {
        let whole = |feed: &Feed| {
            feed.filter.is_none()
                && feed.value.as_ref().is_none_or(|(name, _)| {
                    self.below.schema().field_with_unqualified_name(name).is_ok_and(|f| !f.is_nullable())
                })
        };
        match self.feeds.iter().position(whole) {
            Some(index) => index,
            None => self.index(&Feed { value: None, filter: None }),
        }
    }
}

fn labels(prepared: &Prepared, below: &LogicalPlan) -> Result<Vec<Label>, Halt> {
    prepared
        .groups
        .iter()
        .map(|group| {
            let field = below.schema().field_with_unqualified_name(&group.name).map_err(broken)?;
            Ok(Label {
                column: group.name.clone(),
                data_type: field.data_type().clone(),
                declared: group.looked.declared,
            })
        })
        .collect()
}

fn expr_of(prepared: &Prepared, name: &str) -> Result<Expr, Halt> {
    let found = prepared.columns.iter().find(|(known, _)| known == name);
    found.map(|(_, expr)| expr.clone()).ok_or_else(|| FailCode::Internal.into())
}

fn ident_of(stage: usize, kind: char, i: usize) -> Expr {
    ident(format!("__s{stage}{kind}{i}"))
}

/// Labels, figures, then one reason per figure; every one may be missing.
fn result_schema(stage: usize, labels: &[Label], figures: &[Figure]) -> Schema {
    let field = |kind: char, i: usize, data_type: &DataType| {
        Field::new(format!("__s{stage}{kind}{i}"), data_type.clone(), true)
    };
    let labels = labels.iter().enumerate().map(|(i, l)| field('g', i, &l.data_type));
    let values = figures.iter().enumerate().map(|(i, f)| field('f', i, &f.data_type));
    let reasons = (0..figures.len()).map(|i| field('w', i, &DataType::UInt8));
    Schema::new(labels.chain(values).chain(reasons).collect::<Vec<_>>())
}
