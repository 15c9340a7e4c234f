//! Which of a source's columns are kept, and as what.

use std::collections::BTreeSet;

use super::ImportError;
use super::kind::Kind;
use super::request::Given;
use crate::catalog::Class;

/// The kept columns in the order of the source.
pub(super) type Layout = Vec<Slot>;

/// One kept column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Patient,
    Institution,
    Value,
}

/// After the first pass: a kept column with its kind (none for a key) and class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub content: Content,
    pub class: Class,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Patient,
    Institution,
    Value(Kind),
}

/// Holds a table's description against its source's columns.
///
/// A column in `drop` must exist too: a mistyped name would let an identifier in.
pub(super) fn layout(table: &Given, source: &[String]) -> Result<Layout, ImportError> {
    let mut known = BTreeSet::new();
    for column in source {
        if column.is_empty() {
            return Err(ImportError::table(&table.name, "source", "a column has no name in the header"));
        }
        if !known.insert(column) {
            let reason = format!("two columns are named '{column}'");
            return Err(ImportError::table(&table.name, "source", reason));
        }
    }
    if let Some((key, column)) = table.named_columns().find(|(_, column)| !known.contains(column)) {
        let reason = format!("no column '{column}' in the source; there are: {}", source.join(", "));
        return Err(ImportError::table(&table.name, key, reason));
    }
    let role = |column: &String| match column {
        c if table.patient.as_ref() == Some(c) => Role::Patient,
        c if table.institution.as_ref() == Some(c) => Role::Institution,
        _ => Role::Value,
    };
    let kept = source.iter().filter(|column| !table.drop.contains(*column));
    let slots: Layout = kept.map(|c| Slot { name: c.clone(), role: role(c) }).collect();
    if slots.is_empty() {
        return Err(ImportError::table(&table.name, "drop", "no column is left"));
    }
    Ok(slots)
}

/// Where each kept column stands in one file, whose columns may stand in another order.
pub(super) fn positions(
    table: &Given,
    layout: &Layout,
    first: &[String],
    file: &str,
    columns: &[String],
) -> Result<Vec<usize>, ImportError> {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    if sorted(first) != sorted(columns) {
        let reason = format!("{file} has other columns than the table's first file");
        return Err(ImportError::table(&table.name, "source", reason));
    }
    Ok(layout.iter().filter_map(|slot| columns.iter().position(|c| *c == slot.name)).collect())
}

/// The class given by the manifest, if it suits the kind, or the default.
pub(super) fn class(table: &Given, column: &str, kind: Kind, default: Class) -> Result<Class, ImportError> {
    let Some(given) = table.class.get(column) else { return Ok(default) };
    let given = Class::from(*given);
    let suits = match given {
        Class::Measure => matches!(kind, Kind::Int64 | Kind::Float64),
        Class::Text => kind == Kind::Text,
        Class::Quasi | Class::Code => true,
        Class::Patient | Class::Institution => false,
    };
    if suits {
        Ok(given)
    } else {
        let reason = format!("column '{column}' is {kind:?}, which can't be of class {given:?}");
        Err(ImportError::table(&table.name, "class", reason))
    }
}
