//! Which tables and columns a grant is for.
//!
//! Out of scope: whether a snapshot has them; a name that it has not opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::AccessError;
use super::store::names;
use crate::catalog::{Catalog, Class, Table};
use crate::ids::{HandlerId, StudyId};

/// The tables that a permit opens, with their columns. Public tables are named like all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TablePermit {
    /// Every table of the snapshot.
    All,
    /// These, by their exact names.
    Only(BTreeMap<String, Columns>),
}

/// The columns of a table that a permit opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// Every one.
    All,
    /// These, by their exact names, and those that are [always there](Columns::always).
    Only(BTreeSet<String>),
}

impl Columns {
    /// Whether a column is there whatever a grant says: keys, without which nobody could be counted, and the municipality that a
    /// rule of the bundle looks at, without which it could not be kept.
    #[must_use]
    pub fn always(table: &Table, column: &str) -> bool {
        let is_key = |class| matches!(class, Class::Patient | Class::Institution);
        table.column(column).is_some_and(|column| is_key(column.class))
            || table.municipality.as_deref() == Some(column)
    }
}

impl TablePermit {
    /// Whether a table may be used.
    #[must_use]
    pub fn allows(&self, table: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(tables) => tables.contains_key(table),
        }
    }

    /// Whether a table may be used in part only.
    #[must_use]
    pub fn narrows(&self, table: &str) -> bool {
        matches!(self, Self::Only(tables) if matches!(tables.get(table), Some(Columns::Only(_))))
    }

    /// Takes out of a catalogue what is not permitted. What is not in a catalogue is unknown to every question about it.
    pub fn narrow(&self, catalog: &mut Catalog) {
        let Self::Only(tables) = self else { return };
        catalog.tables.retain(|table| tables.contains_key(&table.name));
        for table in &mut catalog.tables {
            if let Some(Columns::Only(columns)) = tables.get(&table.name) {
                let whole = table.clone();
                table
                    .columns
                    .retain(|column| columns.contains(&column.name) || Columns::always(&whole, &column.name));
            }
        }
    }
}

/// A table of a permit as it is written: its name, or the name with columns.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Whole(String),
    Part { table: String, columns: BTreeSet<String> },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Permitted {
    Word(String),
    Tables(Vec<Written>),
}

impl Serialize for TablePermit {
    /// `"all"`, else a list of names and, for a table in part, of `{"table": …, "columns": […]}`.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let written = |(table, columns): (&String, &Columns)| match columns {
            Columns::All => Written::Whole(table.clone()),
            Columns::Only(columns) => Written::Part { table: table.clone(), columns: columns.clone() },
        };
        match self {
            Self::All => to.serialize_str("all"),
            Self::Only(tables) => to.collect_seq(tables.iter().map(written)),
        }
    }
}

impl<'de> Deserialize<'de> for TablePermit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = |written| match written {
            Written::Whole(table) => (table, Columns::All),
            Written::Part { table, columns } => (table, Columns::Only(columns)),
        };
        match Permitted::deserialize(from)? {
            Permitted::Word(word) if word == "all" => Ok(Self::All),
            Permitted::Word(_) => Err(serde::de::Error::custom("neither \"all\" nor a list of tables")),
            Permitted::Tables(tables) => Ok(Self::Only(tables.into_iter().map(read).collect())),
        }
    }
}

/// The tables of a grant.
pub(super) fn read(
    tx: &Transaction<'_>,
    study: &StudyId,
    handler: &HandlerId,
    all: bool,
) -> Result<TablePermit, AccessError> {
    if all {
        return Ok(TablePermit::All);
    }
    let of_grant = [study.as_str(), handler.as_str()];
    let mut statement =
        tx.prepare_cached("SELECT name, whole FROM granted_table WHERE study = ? AND handler = ?")?;
    let listed: Vec<(String, bool)> =
        statement.query_map(of_grant, |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let sql = "SELECT column_name FROM granted_column WHERE study = ? AND handler = ? AND table_name = ?";
    let tables = listed.into_iter().map(|(table, whole)| {
        if whole {
            return Ok((table, Columns::All));
        }
        let columns = names(tx, sql, params![of_grant[0], of_grant[1], table])?;
        Ok((table, Columns::Only(columns.into_iter().collect())))
    });
    Ok(TablePermit::Only(tables.collect::<Result<_, AccessError>>()?))
}

/// Writes the tables of a grant over whatever there were.
pub(super) fn put(
    tx: &Transaction<'_>,
    study: &StudyId,
    handler: &HandlerId,
    tables: &TablePermit,
) -> Result<(), AccessError> {
    let of_grant = [study.as_str(), handler.as_str()];
    tx.execute("DELETE FROM granted_column WHERE study = ? AND handler = ?", of_grant)?;
    tx.execute("DELETE FROM granted_table WHERE study = ? AND handler = ?", of_grant)?;
    let TablePermit::Only(tables) = tables else { return Ok(()) };
    for (table, columns) in tables {
        let whole = matches!(columns, Columns::All);
        tx.execute(
            "INSERT INTO granted_table (study, handler, name, whole) VALUES (?, ?, ?, ?)",
            params![of_grant[0], of_grant[1], table, whole],
        )?;
        if let Columns::Only(columns) = columns {
            for column in columns {
                tx.execute(
                    "INSERT INTO granted_column VALUES (?, ?, ?, ?)",
                    params![of_grant[0], of_grant[1], table, column],
                )?;
            }
        }
    }
    Ok(())
}
