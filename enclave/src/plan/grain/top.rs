//! The last look: nothing but gated cells and public values may come out.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};

use super::super::cut::{Top, TopColumn};
use super::super::places::Places;
use super::columns::named;
use super::{Graded, Grain, broken};
use crate::words::{Halt, Notice, Refusal, RefusalCode};

/// Field metadata: whether a column's cells can be suppressed (`figure`) or not (`label`).
const ROLE: &str = "sekisho.role";

/// Refuses rows of people and keys; puts the visible columns first and the reasons after them.
pub(super) fn finish(graded: Graded, places: &Places, notices: Vec<Notice>) -> Result<Top, Halt> {
    if let Grain::Unit(_) = graded.grain {
        return Err(raw_rows(places));
    }
    let (mut exprs, mut columns) = (Vec::new(), Vec::new());
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for visible in &graded.columns.0 {
        if visible.key.is_some() {
            let at = places.word(&[&visible.column.name.to_lowercase()]).or_else(|| places.first_item());
            return Err(Refusal::new(RefusalCode::KeyUse, &visible.column.name).at(at).into());
        }
        let (_, field) = graded.plan.schema().qualified_field_from_column(&visible.column).map_err(broken)?;
        let shown = Field::new(visible.column.name.clone(), plain(field.data_type()), true);
        let next = graded.columns.0.len() + reasons.len();
        let reason = visible.why.as_ref().map(|why| *reasons.entry(why.clone()).or_insert(next));
        let role = if reason.is_some() { "figure" } else { "label" };
        let shown = shown.with_metadata([(ROLE.to_owned(), role.to_owned())].into());
        columns.push(TopColumn { field: shown, reason });
        exprs.push(Expr::Column(visible.column.clone()).alias(format!("__c{}", columns.len())));
    }
    let mut by_place: Vec<(usize, String)> = reasons.into_iter().map(|(name, place)| (place, name)).collect();
    by_place.sort_unstable();
    for (_, name) in by_place {
        exprs.push(Expr::Column(named(&graded.plan, &name)?));
    }
    let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(graded.plan)).map_err(broken)?);
    Ok(Top { plan, columns, notices })
}

pub(super) fn raw_rows(places: &Places) -> Halt {
    Refusal::new(RefusalCode::RawRows, "").at(places.first_item()).into()
}

/// The type that plain Arrow clients read.
fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain(values),
        other => other.clone(),
    }
}
