//! The cut: where rows of people become cells.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection, TableSource, ident};

use super::super::cut::{Area, AsideKind, Cut, Feed, Figure, Label};
use super::super::defining::{Parts, definitions};
use super::super::source::Staged;
use super::figure::{Asides, Making};
use super::prepare::{Call, Prepared, renamed};
use super::{Columns, Graded, Grain, Lift, Unit, Visible, broken};
use crate::words::Halt;

impl Lift<'_> {
    /// Cuts here: the rows below become a stage, and what stands above reads its safe result.
    pub(super) fn over_people(
        &mut self,
        mut prepared: Prepared,
        input: Graded,
        unit: &Unit,
    ) -> Result<Graded, Halt> {
        let calls = std::mem::take(&mut prepared.calls);
        self.no_repeated_rows(&prepared, &calls, unit)?;
        if let Some(call) = calls.iter().find(|call| unit.nobody && !call.of_somebody) {
            return Err(self.nobodys_rows(call.function.name()));
        }
        let mut asides = Asides::default();
        let mut asked = Vec::with_capacity(calls.len());
        for call in &calls {
            let mut making = Making { prepared: &mut prepared, input: &input, unit, asides: &mut asides };
            asked.push(self.figure(call, &mut making)?);
        }
        let spans = self.spans(&mut prepared, &asked, &mut asides)?;
        let insiders = self.insiders(&mut prepared, &asked, unit, &mut asides)?;
        let hidden = input.hidden()?;
        let below = prepared.below(input.plan, hidden)?;

        let stage = self.cuts.len();
        let mut feeds = Feeds { below: &below, feeds: Vec::new() };
        let mut labels = labels(&prepared, &below)?;
        let sets = prepared.sets.as_ref().map_or_else(Vec::new, |sets| {
            let data_type = sets.output.data_type.clone();
            let (name, column) = ("grouping".to_owned(), sets.output.name.clone());
            labels.push(Label { name, column, data_type, declared: true, listing: None });
            sets.rolled_up.clone()
        });
        let figures = asked
            .into_iter()
            .zip(&calls)
            .map(|(asked, call)| Figure {
                name: call.output.name.clone(),
                kind: asked.kind,
                feed: feeds.index(&asked.feed),
                shares: feeds.index(asked.shares.as_ref().unwrap_or(&asked.feed)),
                splits: asked.splits,
                data_type: call.output.data_type.clone(),
            })
            .collect::<Vec<_>>();
        let rows = feeds.all_rows();
        let feeds = feeds.feeds;
        let areas = feeds.iter().map(|feed| areas(feed, unit, &mut asides)).collect();

        let result = Arc::new(result_schema(stage, &labels, &figures));
        let parts =
            Parts { below: &below, labels: &labels, feeds: &feeds, asides: &asides.0, figures: &figures };
        let definitions = definitions(parts, &self.cuts);
        let institutions = unit.institutions.iter().map(|i| (i.name.clone(), i.set)).collect();
        let patient = unit.patient.clone();
        let source: Arc<dyn TableSource> = Arc::new(Staged::new(stage, Arc::clone(&result)));
        self.cuts.push(Cut {
            stage,
            below,
            patient,
            institutions,
            labels,
            sets,
            feeds,
            asides: asides.0,
            areas,
            spans,
            insiders,
            rows,
            figures,
            definitions,
            result,
        });
        self.above(stage, source, &prepared, &calls)
    }

    /// The stage's safe result under the names that the nodes above know.
    fn above(
        &mut self,
        stage: usize,
        source: Arc<dyn TableSource>,
        prepared: &Prepared,
        calls: &[Call],
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
        if let Some(sets) = &prepared.sets {
            let output = &sets.output;
            exprs.push(renamed(column('g', prepared.groups.len()), output.qualifier.as_ref(), &output.name));
            columns.push(Visible::public(Column::new(output.qualifier.clone(), &output.name)));
        }
        for (i, Call { output, .. }) in calls.iter().enumerate() {
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
                name: group.output.name.clone(),
                column: group.name.clone(),
                data_type: field.data_type().clone(),
                declared: group.looked.declared,
                listing: group.listing.clone(),
            })
        })
        .collect()
}

/// The lowest and the highest municipality of the rows behind a feed, for each table that tells them.
fn areas(feed: &Feed, unit: &Unit, asides: &mut Asides) -> Vec<Area> {
    let areas = unit.municipalities.iter().map(|municipality| Area {
        lowest: asides.index(AsideKind::Lowest(municipality.lowest.clone()), feed.filter.clone()),
        highest: asides.index(AsideKind::Highest(municipality.highest.clone()), feed.filter.clone()),
    });
    areas.collect()
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
