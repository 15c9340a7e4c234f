//! What a label can be, as far as that can be said without looking at the rows that a question is about.
//!
//! Out of scope: which codes a column has (the session asks the snapshot), and labels that are worked out from codes.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::super::cut::{LISTED, Listing, ListingSource};
use super::{Columns, broken};
use crate::words::Halt;

/// The labels that an expression can give.
pub(super) fn listing(expr: &Expr, columns: &Columns, schema: &DFSchema) -> Option<Listing> {
    let words = |words| Some(Listing { source: ListingSource::Words(words), kept: Vec::new() });
    match expr {
        Expr::Column(column) => columns.find(column).ok()?.listing.clone(),
        Expr::Alias(alias) => listing(&alias.expr, columns, schema),
        Expr::Case(case) => {
            let branches = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
            let mut all = branches.map(|branch| word(branch)).collect::<Option<Vec<_>>>()?;
            all.retain(|word| !word.is_null());
            if all.is_empty() { None } else { words(all) }
        }
        _ if expr.get_type(schema).ok()? == DataType::Boolean => {
            words([false, true].map(|yes| ScalarValue::Boolean(Some(yes))).to_vec())
        }
        _ => None,
    }
}

fn word(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value.clone()),
        Expr::Alias(alias) => word(&alias.expr),
        Expr::Cast(cast) => word(&cast.expr)?.cast_to(cast.field.data_type()).ok(),
        Expr::TryCast(cast) => word(&cast.expr)?.cast_to(cast.field.data_type()).ok(),
        _ => None,
    }
}

/// Takes a filter's conditions on single columns into what these can be.
pub(super) fn keep(predicate: &Expr, columns: &mut Columns) -> Result<(), Halt> {
    for part in split_conjunction(predicate) {
        let refs: Vec<Column> = part.column_refs().into_iter().cloned().collect();
        let [only] = refs.as_slice() else { continue };
        let name = columns.find(only)?.column.clone();
        let listed = |expr: Expr| match expr {
            Expr::Column(_) => Ok(Transformed::yes(Expr::Column(Column::new_unqualified(LISTED)))),
            other => Ok(Transformed::no(other)),
        };
        let condition = part.clone().transform(listed).map_err(broken)?.data;
        let mut named = columns.0.iter_mut().filter(|visible| visible.column == name);
        if let Some(listing) = named.next().and_then(|visible| visible.listing.as_mut()) {
            listing.kept.push(condition);
        }
    }
    Ok(())
}
