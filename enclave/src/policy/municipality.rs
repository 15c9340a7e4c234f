//! The rule by inhabitants of a municipality.
//!
//! It speaks of cells that are about *one* municipality: one whose label it is, or one that a
//! filter picks. Which cells those are, and how many inhabitants their municipality has, is for
//! `gate` to find out; this file answers what then is needed.
//!
//! Source: guidelines of the health ministry's councils for NDB and 介護DB.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Threshold;

/// Patients behind a cell by the inhabitants of the municipality that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct MunicipalityRule {
    /// Below so many inhabitants nothing is shown.
    hidden_under: u32,
    /// Below so many inhabitants `small_least` patients are needed. Never under `hidden_under`.
    small_under: u32,
    /// The least number of patients for a small municipality.
    small_least: Threshold,
    /// The least number of patients for all others. Never over `small_least`.
    least: Threshold,
    /// Which columns hold a municipality, each with the public table that gives its inhabitants.
    ///
    /// The same column may stand here twice after a join of two bundles: then both must agree.
    pub columns: BTreeSet<MunicipalityColumn>,
}

impl MunicipalityRule {
    /// The least number of patients behind a cell about a municipality of so many inhabitants, or
    /// `None` where nothing may be shown. Unknown inhabitants: nothing.
    ///
    /// The bundle's own least number of patients holds beside it.
    #[must_use]
    pub fn least(&self, inhabitants: Option<u64>) -> Option<Threshold> {
        let inhabitants = inhabitants?;
        if inhabitants < u64::from(self.hidden_under) {
            None
        } else if inhabitants < u64::from(self.small_under) {
            Some(self.small_least)
        } else {
            Some(self.least)
        }
    }

    pub(super) fn strictest(&self, other: &Self) -> Self {
        Self {
            hidden_under: self.hidden_under.max(other.hidden_under),
            small_under: self.small_under.max(other.small_under),
            small_least: self.small_least.max(other.small_least),
            least: self.least.max(other.least),
            columns: self.columns.union(&other.columns).cloned().collect(),
        }
    }
}

/// A column that holds a municipality, and where its inhabitants are found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MunicipalityColumn {
    /// The column with the municipality's code.
    pub column: ColumnPath,
    /// The public table of municipalities.
    pub table: String,
    /// Its column with the municipality's code.
    pub code: String,
    /// Its column with the number of inhabitants.
    pub inhabitants: String,
}

/// A column of the snapshot, written `table.column`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ColumnPath {
    /// The table's name.
    pub table: String,
    /// The column's name.
    pub column: String,
}

impl TryFrom<String> for ColumnPath {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once('.') {
            Some((table, column)) if !table.is_empty() && !column.is_empty() => {
                Ok(Self { table: table.to_owned(), column: column.to_owned() })
            }
            _ => Err("列は「表.列」の形で書きます。例: \"person.city\" / \
                a column is written table.column, for example \"person.city\""),
        }
    }
}

impl From<ColumnPath> for String {
    fn from(path: ColumnPath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for ColumnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// The rule as it stands in the file, before its numbers were held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    hidden_under: u32,
    small_under: u32,
    small_least: Threshold,
    least: Threshold,
    #[serde(default)]
    columns: BTreeSet<MunicipalityColumn>,
}

impl TryFrom<Unchecked> for MunicipalityRule {
    type Error = &'static str;

    fn try_from(rule: Unchecked) -> Result<Self, Self::Error> {
        if rule.small_under < rule.hidden_under {
            return Err("small_under は hidden_under 以上にしてください。例: 2000 と 25000 / \
                small_under must not be below hidden_under: write for example 2000 and 25000");
        }
        if rule.small_least < rule.least {
            return Err("small_least は least 以上にしてください。例: 20 と 10 / \
                small_least must not be below least: write for example 20 and 10");
        }
        let Unchecked { hidden_under, small_under, small_least, least, columns } = rule;
        Ok(Self { hidden_under, small_under, small_least, least, columns })
    }
}
