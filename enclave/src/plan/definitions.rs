//! What a figure is, as far as the question's own words tell: the same words make the same figure whoever is in the data.
//!
//! Two figures over the same patients tell that nobody is in one and not in the other. Where they have one definition, that
//! was known before anybody asked; where they don't, it is an answer. A definition is what is counted or added up,
//! the tables that it comes from, and the *set* of conditions of WHERE, of inner joins, of FILTER and -- as `key = label` -- of
//! GROUP BY. It is read off the plan, so that names that are given on the way don't matter, nor the order in which
//! conditions stand.
//!
//! Out of scope: algebra (`age >= 40` and `NOT age < 40` are two definitions). Where two that are the same are not
//! found to be, the ledger is stricter than it need be; that two which differ are taken for one takes a collision of hashes.

mod reading;

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use ring::digest::{SHA256, digest};

use super::cut::{Aside, AsideKind, Cut, Feed, Figure, FigureKind, Label};
use reading::Reading;

/// The definitions of a cut's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    /// The conditions that every row meets.
    conditions: BTreeSet<u64>,
    /// The grouping keys.
    labels: Vec<u64>,
    /// For each figure: what, of which tables, under which conditions.
    figures: Vec<u64>,
}

/// The parts of a cut that say what its figures are.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub below: &'a LogicalPlan,
    pub labels: &'a [Label],
    pub feeds: &'a [Feed],
    pub asides: &'a [Aside],
    pub figures: &'a [Figure],
}

impl Definitions {
    /// Reads a cut. `earlier` are the cuts whose safe results it may read.
    pub(super) fn of(parts: Parts<'_>, earlier: &[Cut]) -> Self {
        let below = Reading::of(parts.below, earlier);
        let conditions = below.conditions.iter().map(condition).collect();
        let tables = word(&format!("{:?}", below.tables));
        let label = |label: &Label| word(&below.column(&label.column).to_string());
        let labels = parts.labels.iter().map(label).collect();
        let figure =
            |figure: &Figure| Figured { parts, below: &below }.definition(figure, tables, &conditions);
        let figures = parts.figures.iter().map(figure).collect();
        Self { conditions, labels, figures }
    }

    /// What a figure is before it is split up by labels: add to it, wrapping round, [`Definitions::condition`] of each
    /// label to have the definition of one of its cells. Nothing where there is no such figure.
    #[must_use]
    pub fn figure(&self, figure: usize) -> Option<u64> {
        self.figures.get(figure).copied()
    }

    /// What it says of a row that a label has a value; 0 where that is said of every row.
    #[must_use]
    pub fn condition(&self, label: usize, value: &ScalarValue) -> u64 {
        let key = self.labels.get(label).copied().unwrap_or_default();
        let said = equal(key, value);
        if self.conditions.contains(&said) { 0 } else { said }
    }

    /// One word for the whole cut.
    fn whole(&self) -> u64 {
        word(&format!("{self:?}"))
    }
}

/// What is needed to tell what a figure is.
struct Figured<'a> {
    parts: Parts<'a>,
    below: &'a Reading,
}

impl Figured<'_> {
    fn definition(&self, figure: &Figure, tables: u64, conditions: &BTreeSet<u64>) -> u64 {
        let feed = self.parts.feeds.get(if figure.kind.is_amount() { figure.shares } else { figure.feed });
        let filter = feed.and_then(|feed| feed.filter.as_deref()).map(|filter| self.below.column(filter));
        let filter = filter.iter().flat_map(split_conjunction).map(condition);
        let all: BTreeSet<u64> = conditions.iter().copied().chain(filter).collect();
        let what = word(&format!("{} of {tables}", self.what(figure, feed)));
        all.into_iter().fold(what, u64::wrapping_add)
    }

    /// What is counted or added up.
    fn what(&self, figure: &Figure, feed: Option<&Feed>) -> String {
        match figure.kind {
            FigureKind::Count => "rows".to_owned(),
            FigureKind::CountPatients => "patients".to_owned(),
            FigureKind::CountDistinct(aside) | FigureKind::Quantile(aside) => {
                let value = match self.parts.asides.get(aside).map(|aside| &aside.kind) {
                    Some(AsideKind::Distinct(column) | AsideKind::Quantile(column, _)) => column.as_str(),
                    _ => "",
                };
                format!("values {}", self.below.column(value))
            }
            FigureKind::Sum | FigureKind::Mean | FigureKind::Moment { .. } => {
                let value =
                    feed.and_then(|feed| feed.value.as_ref()).map_or("", |(column, _)| column.as_str());
                format!("amounts {}", self.below.column(value))
            }
        }
    }
}

/// A condition that holds.
fn condition(expr: &Expr) -> u64 {
    let holds = |expr: &Expr, value: &ScalarValue| equal(word(&expr.to_string()), value);
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => match (&**left, &**right) {
            (Expr::Literal(value, _), key) | (key, Expr::Literal(value, _)) => holds(key, value),
            _ => holds(expr, &true.into()),
        },
        Expr::Not(inner) => holds(inner, &false.into()),
        Expr::IsNull(inner) => holds(inner, &ScalarValue::Null),
        _ => holds(expr, &true.into()),
    }
}

/// That something has a value, of whichever type it is written in.
fn equal(key: u64, value: &ScalarValue) -> u64 {
    word(&format!("{key} = {value}"))
}

/// Words that are told apart. It need not be secret: whoever could make two the same would learn what
/// two equal figures tell.
fn word(text: &str) -> u64 {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().first_chunk().copied().map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests;
