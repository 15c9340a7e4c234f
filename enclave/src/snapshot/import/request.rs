//! The import manifest: what a data steward writes. Other programs write it too, so it is a contract.
//!
//! Keys that nobody knows are errors. Whether the named columns exist is seen when the source is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ImportError;
use super::kind::Kind;
use crate::catalog::Class;
use crate::ids::SnapshotName;
use crate::policy;

/// A whole manifest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// The snapshot's name.
    pub name: SnapshotName,
    /// A bundle's name, or a bundle file relative to the manifest.
    policy: String,
    /// The share of a table's rows that may be unreadable, as a fraction.
    #[serde(default = "one_per_cent")]
    pub reject_limit: f64,
    /// Tables in the order of the manifest.
    #[serde(rename = "table")]
    pub tables: Vec<Given>,
    /// The folder that paths are relative to.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// One `[[table]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    pub name: String,
    pub source: PathBuf,
    #[serde(default)]
    pub encoding: Encoding,
    pub patient: Option<String>,
    pub institution: Option<String>,
    #[serde(default)]
    pub drop: BTreeSet<String>,
    /// Texts that mean "missing", beside the empty field.
    #[serde(default)]
    pub missing: Vec<String>,
    #[serde(default)]
    pub types: BTreeMap<String, Kind>,
    #[serde(default)]
    pub class: BTreeMap<String, GivenClass>,
}

/// How the text of a CSV file is encoded.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Encoding {
    #[default]
    #[serde(rename = "utf-8", alias = "utf8", alias = "UTF-8")]
    Utf8,
    /// As the WHATWG defines it: Windows code page 932.
    #[serde(rename = "shift_jis", alias = "Shift_JIS", alias = "cp932")]
    ShiftJis,
}

/// The classes that a manifest may give; keys are named by `patient` and `institution`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GivenClass {
    Measure,
    Quasi,
    Code,
    Text,
}

impl From<GivenClass> for Class {
    fn from(class: GivenClass) -> Self {
        match class {
            GivenClass::Measure => Self::Measure,
            GivenClass::Quasi => Self::Quasi,
            GivenClass::Code => Self::Code,
            GivenClass::Text => Self::Text,
        }
    }
}

fn one_per_cent() -> f64 {
    0.01
}

impl Request {
    /// Reads and checks a manifest.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let wrong = |reason: String| ImportError::Manifest { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(ImportError::io("read", path))?;
        let mut request: Self = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        request.folder = path.parent().unwrap_or(Path::new("")).to_owned();

        if !(0.0..=1.0).contains(&request.reject_limit) {
            return Err(wrong("reject_limit is a fraction from 0 to 1 (0.01 is 1 %)".to_owned()));
        }
        let mut names = BTreeSet::new();
        for table in &request.tables {
            table.check()?;
            // SQL folds case, and some file systems do.
            if !names.insert(table.name.to_ascii_lowercase()) {
                return Err(ImportError::table(&table.name, "name", "another table bears this name"));
            }
        }
        Ok(request)
    }

    /// The bundle's text, parsed once to see that it is one.
    pub fn policy(&self, home: &Path) -> Result<String, ImportError> {
        Ok(policy::text(home, &self.folder, &self.policy)?)
    }
}

impl Given {
    fn check(&self) -> Result<(), ImportError> {
        let wrong = |key: &str, reason: String| Err(ImportError::table(&self.name, key, reason));
        // It becomes a folder's name and an SQL name.
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins_well = self.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !begins_well || self.name.len() > 64 || !self.name.chars().all(plain) {
            return wrong(
                "name",
                "a table's name is 1 to 64 of a-z, A-Z, 0-9 and '_', and begins with none of 0-9".into(),
            );
        }
        let keys = [("patient", &self.patient), ("institution", &self.institution)];
        for (key, column) in keys {
            let Some(column) = column else { continue };
            if self.drop.contains(column) {
                return wrong(key, format!("column '{column}' is also in drop"));
            }
            if self.types.contains_key(column) {
                return wrong("types", format!("column '{column}' is the {key} key, which has no type"));
            }
            if self.class.contains_key(column) {
                return wrong("class", format!("column '{column}' is the {key} key, which has no class"));
            }
        }
        if self.patient.is_some() && self.patient == self.institution {
            return wrong("institution", "is the same column as patient".into());
        }
        let described = self.types.keys().chain(self.class.keys());
        if let Some(column) = described.into_iter().find(|c| self.drop.contains(*c)) {
            return wrong("drop", format!("column '{column}' is also in types or class"));
        }
        Ok(())
    }

    /// Every column that the manifest names, with the key that names it.
    pub fn named_columns(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let keys = self.patient.iter().map(|c| ("patient", c));
        let keys = keys.chain(self.institution.iter().map(|c| ("institution", c)));
        let rest = self.drop.iter().map(|c| ("drop", c));
        let rest = rest.chain(self.types.keys().map(|c| ("types", c)));
        keys.chain(rest).chain(self.class.keys().map(|c| ("class", c)))
    }
}
