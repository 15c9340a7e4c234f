//! What a snapshot holds, as a study sees it: tables, columns, classes.
//!
//! Out of scope: the files behind it (`snapshot`), and who may see which part (`access`).

use datafusion::arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use crate::ids::SnapshotId;

/// What a column is for, and so what may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The patient's opaque key: joined, grouped, counted; never shown.
    Patient,
    /// The institution's opaque key: likewise.
    Institution,
    /// An amount: summed and averaged.
    Measure,
    /// A quasi-identifier: its values may tell a person when they are rare.
    Quasi,
    /// A code from a published list: the label itself tells nothing.
    Code,
    /// Free text: counted only.
    Text,
}

/// One column as a study sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in SQL.
    pub name: String,
    /// Its Arrow type; both kinds of key are `UInt32`.
    pub data_type: DataType,
    /// Whether the snapshot has a missing value in it.
    pub nullable: bool,
    /// What it is for.
    pub class: Class,
}

/// One table as a study sees it. Its columns stand in the order of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name in SQL.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The column that holds a municipality's code, where a rule of the bundle looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
}

impl Table {
    /// The patient key's column, unless the table is public.
    #[must_use]
    pub fn patient(&self) -> Option<&Column> {
        self.columns.iter().find(|c| c.class == Class::Patient)
    }

    /// The institution key's column, if there is one.
    #[must_use]
    pub fn institution(&self) -> Option<&Column> {
        self.columns.iter().find(|c| c.class == Class::Institution)
    }

    /// A column by its exact name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

/// All tables of one snapshot that a study may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Which snapshot.
    pub snapshot: SnapshotId,
    /// Its tables, by name.
    pub tables: Vec<Table>,
}

impl Catalog {
    /// A table by its exact name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }
}
