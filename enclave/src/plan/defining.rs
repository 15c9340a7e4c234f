//! Reads off a cut what its figures are by the question's words: see [`Definitions`].

mod reading;

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};

use super::cut::{Aside, AsideKind, Cut, Feed, Figure, FigureKind, Label};
use super::definitions::{Definitions, equal, word};
use reading::Reading;

/// The parts of a cut that say what its figures are.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub below: &'a LogicalPlan,
    pub labels: &'a [Label],
    pub feeds: &'a [Feed],
    pub asides: &'a [Aside],
    pub figures: &'a [Figure],
}

/// Reads a cut. `earlier` are the cuts whose safe results it may read.
pub(super) fn definitions(parts: Parts<'_>, earlier: &[Cut]) -> Definitions {
    let below = Reading::of(parts.below, earlier);
    let conditions = below.conditions.iter().map(condition).collect();
    let tables = word(&format!("{:?}", below.tables));
    let label = |label: &Label| word(&below.column(&label.column).to_string());
    let labels = parts.labels.iter().map(label).collect();
    let figure = |figure: &Figure| Figured { parts, below: &below }.definition(figure, tables, &conditions);
    let figures = parts.figures.iter().map(figure).collect();
    Definitions { conditions, labels, figures }
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

#[cfg(test)]
mod tests;
