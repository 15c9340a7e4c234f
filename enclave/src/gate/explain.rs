//! What would be done with a question, told without running it.
//!
//! One row for each label and each figure of each cut: what it is, the evidence that is gathered with it, and the rules that
//! it is held against. Nothing in it depends on the data. Out of scope: what it would cost.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::{Gate, Rule, SafeTable};
use crate::plan::{Cut, Figure, FigureKind, Stages};
use crate::policy::ExploringRule;
use crate::words::{FailCode, Halt};

/// One label or figure.
struct Row {
    cut: i64,
    part: &'static str,
    name: String,
    evidence: String,
    rules: String,
    exploring: &'static str,
}

impl Gate {
    /// The explanation as a table: `cut` (from 1), `part` (`label` or `figure`), `name`, `evidence`, `rules`, `exploring`.
    ///
    /// Evidence: distinct `patients` and `institutions` (for so many tables), the two largest `shares`, patients at the
    /// `levels` of so many conditions, patients on both `sides` of a quantile. A label shows `always`, with enough `patients` (or in a
    /// list), or only `with_its_cell`: where a count of its rows would.
    /// Exploring: what would be shown of a figure to those who explore, `noise` on it, the figure `rounded`, or it is
    /// `withheld`; empty where the bundle offers that to nobody.
    ///
    /// # Errors
    /// When the question has more cuts than can be counted.
    pub fn explanation(&self, stages: &Stages) -> Result<SafeTable, Halt> {
        let mut rows: Vec<Row> = Vec::new();
        for cut in stages.cuts() {
            let number = i64::try_from(cut.stage()).map_err(|_| FailCode::Internal)? + 1;
            for label in cut.labels() {
                let shown = match label.declared {
                    true if self.tells_few_as_nobody() => "patients",
                    true => "always",
                    false => "with_its_cell",
                };
                let (name, rules) = (label.name.clone(), shown.to_owned());
                let evidence = String::new();
                rows.push(Row { cut: number, part: "label", name, evidence, rules, exploring: "" });
            }
            for figure in cut.figures() {
                let linked = self.remembers() && stages.cuts().len() > 1;
                let rules = self.rules_for(cut, figure, linked).join(", ");
                let (name, evidence) = (figure.name.clone(), evidence(cut, figure).join(", "));
                let exploring = self.explored_as(figure);
                rows.push(Row { cut: number, part: "figure", name, evidence, rules, exploring });
            }
        }
        let text = |of: &dyn Fn(&Row) -> String| -> ArrayRef {
            Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
        };
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("cut", Arc::new(rows.iter().map(|row| Some(row.cut)).collect::<Int64Array>())),
            ("part", text(&|row| row.part.to_owned())),
            ("name", text(&|row| row.name.clone())),
            ("evidence", text(&|row| row.evidence.clone())),
            ("rules", text(&|row| row.rules.clone())),
            ("exploring", text(&|row| row.exploring.to_owned())),
        ];
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(*name, DataType::clone(column.data_type()), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|_| FailCode::Internal)?;
        Ok(SafeTable::inspected(schema, vec![batch], Vec::new(), Vec::new()))
    }

    /// What becomes of a figure for those who explore.
    fn explored_as(&self, figure: &Figure) -> &'static str {
        match (self.bundle().exploring, figure.kind) {
            (ExploringRule::None, _) => "",
            (ExploringRule::CellKey(..), FigureKind::CountPatients) => "noise",
            (ExploringRule::Rounding(..), FigureKind::CountPatients) => "rounded",
            _ => "withheld",
        }
    }

    /// The rules that can suppress a figure, in their order.
    fn rules_for(&self, cut: &Cut, figure: &Figure, linked: bool) -> Vec<&'static str> {
        let bundle = self.bundle();
        let areas = cut.areas().get(figure.feed).is_some_and(|areas| !areas.is_empty());
        let applies = |rule: &Rule| match rule {
            Rule::Patients => true,
            Rule::Municipality => areas,
            Rule::Moments => matches!(figure.kind, FigureKind::Moment { .. }),
            Rule::Institutions => bundle.institutions.is_some() && !cut.institutions().is_empty(),
            Rule::Dominance => bundle.dominance.is_some() && figure.kind.is_amount(),
            Rule::Condition => !figure.splits.is_empty(),
            Rule::Quantile => matches!(figure.kind, FigureKind::Quantile(_)),
        };
        let mut rules: Vec<&str> =
            Rule::ALL.iter().filter(|rule| applies(rule)).map(|rule| rule.code()).collect();
        if linked || !cut.sets().is_empty() {
            rules.push("complementary");
        }
        if self.remembers() {
            rules.push("differencing");
        }
        rules
    }
}

/// What is gathered with a figure.
fn evidence(cut: &Cut, figure: &Figure) -> Vec<String> {
    let mut gathered = vec!["patients".to_owned()];
    if !cut.institutions().is_empty() {
        gathered.push(format!("institutions×{}", cut.institutions().len()));
    }
    if figure.kind.is_amount() {
        gathered.push("shares".to_owned());
    }
    if !figure.splits.is_empty() {
        gathered.push(format!("levels×{}", figure.splits.len()));
    }
    if matches!(figure.kind, FigureKind::Quantile(_)) {
        gathered.push("sides".to_owned());
    }
    gathered
}
