//! Where sets of labels cross (`GROUPING SETS ((chapter), (code))`): between which values each label lies in the rows
//! behind a figure, so that the gate sees which cells of one set make up which of another.
//!
//! Out of scope: sets of which one holds the labels of the other, and those whose labels stand together in a third
//! (ROLLUP, CUBE): there the labels themselves say it.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Case, Expr, Operator, TryCast, binary_expr, lit};

use super::super::cut::{AsideKind, FigureKind, Span, cross};
use super::figure::{Asides, Asked, expr_of};
use super::prepare::Prepared;
use super::{Lift, broken};
use crate::words::Halt;

impl Lift<'_> {
    /// For each figure that adds up, the span of every grouping key; nothing where no sets cross.
    pub(super) fn spans(
        &mut self,
        prepared: &mut Prepared,
        asked: &[Asked],
        asides: &mut Asides,
    ) -> Result<Vec<Vec<Span>>, Halt> {
        if !prepared.sets.as_ref().is_some_and(|sets| some_cross(&sets.rolled_up)) {
            return Ok(Vec::new());
        }
        let labels: Vec<String> = prepared.groups.iter().map(|group| group.name.clone()).collect();
        asked.iter().map(|figure| self.spans_of(figure, &labels, prepared, asides)).collect()
    }

    fn spans_of(
        &mut self,
        figure: &Asked,
        labels: &[String],
        prepared: &mut Prepared,
        asides: &mut Asides,
    ) -> Result<Vec<Span>, Halt> {
        let adds_up = matches!(
            figure.kind,
            FigureKind::Count | FigureKind::CountPatients | FigureKind::Sum | FigureKind::Mean
        );
        if !adds_up {
            return Ok(Vec::new());
        }
        let mut spans = Vec::with_capacity(labels.len());
        for label in labels {
            let mut value = as_text(expr_of(prepared, label)?)?;
            if let Some((amount, data_type)) = &figure.feed.value {
                // A row that brings nothing keeps no cell from being a part of another.
                let nothing = lit(ScalarValue::new_zero(data_type).map_err(broken)?);
                let brings = binary_expr(expr_of(prepared, amount)?, Operator::NotEq, nothing);
                value = when(brings, value, None);
            }
            let column = self.column(prepared, value);
            let filter = &figure.feed.filter;
            spans.push(Span {
                lowest: asides.index(AsideKind::Lowest(column.clone()), filter.clone()),
                highest: asides.index(AsideKind::Highest(column), filter.clone()),
            });
        }
        Ok(spans)
    }
}

/// Whether two of the sets cross, neither holding the other's labels, and no set holds those of both. Each set says which
/// labels are rolled up.
fn some_cross(sets: &[Vec<bool>]) -> bool {
    let pairs =
        sets.iter().enumerate().flat_map(|(i, one)| sets.iter().skip(i + 1).map(move |two| (one, two)));
    pairs.into_iter().any(|(one, two)| cross(sets, one, two))
}

/// A label as text that is never missing and never the same for two values.
fn as_text(label: Expr) -> Result<Expr, Halt> {
    let text = Expr::TryCast(TryCast::new(Box::new(label.clone()), DataType::Utf8));
    let marked = binary_expr(lit("="), Operator::StringConcat, text);
    Ok(when(label.is_not_null(), marked, Some(lit(""))))
}

fn when(condition: Expr, value: Expr, otherwise: Option<Expr>) -> Expr {
    let arms = vec![(Box::new(condition), Box::new(value))];
    Expr::Case(Case::new(None, arms, otherwise.map(Box::new)))
}
