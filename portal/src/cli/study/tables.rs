//! `--tables 'visit(sex,cost),person'`: which tables a grant is for, and which of their columns.

use std::collections::{BTreeMap, BTreeSet};

use enclave::access::{Columns, TablePermit};
use enclave::catalog::Table;

use super::OfficeTrouble;

/// Tables as they were written; a name with a comma or a bracket in it cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named(BTreeMap<String, Option<BTreeSet<String>>>);

/// Reads a list of tables.
pub fn named(text: &str) -> Result<Named, &'static str> {
    const FORM: &str = "表,表(列,列) のように書いてください / write TABLE,TABLE(COLUMN,COLUMN)";
    let mut tables = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([',', '(']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let (columns, behind) = match behind.strip_prefix('(') {
            None => (None, behind),
            Some(inner) => {
                let (columns, behind) = inner.split_once(')').ok_or(FORM)?;
                let columns = columns.split(',').map(|column| column.trim().to_owned());
                (Some(columns.filter(|column| !column.is_empty()).collect()), behind.trim_start())
            }
        };
        rest = match behind.strip_prefix(',') {
            Some(next) if !next.trim().is_empty() => next.trim_start(),
            None if behind.is_empty() => "",
            _ => return Err(FORM),
        };
        let name = name.trim();
        if name.is_empty() || name.contains(')') || tables.insert(name.to_owned(), columns).is_some() {
            return Err(FORM);
        }
    }
    if tables.is_empty() { Err(FORM) } else { Ok(Named(tables)) }
}

impl Named {
    /// The permit, if the snapshot has all of it.
    pub fn among(self, known: &[Table]) -> Result<TablePermit, OfficeTrouble> {
        let listed = |names: Vec<&str>| names.join(", ");
        let tables = self.0.into_iter().map(|(name, columns)| {
            let Some(table) = known.iter().find(|table| table.name == name) else {
                let known = listed(known.iter().map(|table| table.name.as_str()).collect());
                return Err(OfficeTrouble::UnknownTable { name, known });
            };
            let Some(columns) = columns else { return Ok((name, Columns::All)) };
            match columns.iter().find(|column| table.column(column).is_none()) {
                Some(column) => Err(OfficeTrouble::UnknownColumn {
                    name: format!("{name}.{column}"),
                    known: listed(table.columns.iter().map(|column| column.name.as_str()).collect()),
                }),
                None => Ok((name, Columns::Only(columns))),
            }
        });
        Ok(TablePermit::Only(tables.collect::<Result<_, _>>()?))
    }
}

/// A permit for people, as it is written.
pub fn shown(permit: &TablePermit) -> Option<String> {
    let TablePermit::Only(tables) = permit else { return None };
    let table = |(name, columns): (&String, &Columns)| match columns {
        Columns::All => name.clone(),
        Columns::Only(columns) => {
            format!("{name}({})", columns.iter().map(String::as_str).collect::<Vec<_>>().join(","))
        }
    };
    Some(tables.iter().map(table).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_columns_read_as_they_are_written() {
        let columns = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        let expected =
            Named([("visit".to_owned(), columns(&["cost", "sex"])), ("person".to_owned(), None)].into());
        for text in ["visit(sex,cost),person", " person , visit( cost, sex )", "visit(sex,cost,) , person"] {
            assert_eq!(named(text).unwrap(), expected, "{text}");
        }
        assert_eq!(named("visit()").unwrap(), Named([("visit".to_owned(), columns(&[]))].into()));
        for wrong in
            ["", " ", ",", "a,", ",a", "a,,b", "a(b", "a)b", "a(b)c", "(b)", "a,a", "a(b),a", "a(b))"]
        {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }
}
