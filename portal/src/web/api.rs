//! The words of the HTTP interface: what the page sends and is sent. `portal/web/src/api/types.ts` says the same to the page.
//!
//! Times are RFC 3339 in UTC. Out of scope: the figures of an answer, which go as an Arrow IPC stream.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// One `SELECT`.
    pub sql: String,
    /// The named cells that it uses, each before those that use it.
    #[serde(default)]
    pub views: Vec<Named>,
    /// What `:name` means.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Whether perturbed figures will do.
    #[serde(default)]
    pub explore: bool,
}

/// A named cell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its name in the questions that use it.
    pub name: String,
    /// One `SELECT`.
    pub sql: String,
}

/// A value for `:name`; null is a missing one of its kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Parameter {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Integer(Option<i64>),
    /// A number.
    Real(Option<f64>),
    /// A day, `YYYY-MM-DD`.
    Date(Option<chrono::NaiveDate>),
    /// True or false.
    Boolean(Option<bool>),
}

/// How a question stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    /// What it is called in addresses.
    pub question: String,
    /// `waiting`, `running` or `done`.
    pub state: &'static str,
    /// Questions that are started before it, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<usize>,
    /// Milliseconds since it was asked.
    pub elapsed: u64,
    /// What came out, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub answer: Option<serde_json::Value>,
}

/// A small table in full, such as an explanation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// Names and Arrow types.
    #[schema(value_type = Vec<Object>)]
    pub columns: serde_json::Value,
    /// One list for each row.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: serde_json::Value,
}

/// A notebook as the page sends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotebookPut {
    /// What people call it.
    pub title: String,
    /// What is in it.
    #[schema(value_type = Object)]
    pub document: enclave::notebook::Document,
    /// The version that it was made from; for a new one it does not matter.
    #[serde(default)]
    pub version: i64,
}

/// A notebook in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotebookInfo {
    notebook: String,
    title: String,
    version: i64,
    edited: DateTime<Utc>,
    editor: String,
}

/// A notebook with what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotebookShown {
    #[serde(flatten)]
    info: NotebookInfo,
    /// The page's own JSON.
    #[schema(value_type = Object)]
    document: serde_json::Value,
}

/// A study that somebody has a grant in.
#[derive(Debug, Serialize, ToSchema)]
pub struct StudyLine {
    /// Its name.
    pub study: String,
    /// The name as people write it.
    pub display: String,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The snapshot that it works on, version and all.
    pub snapshot: String,
    /// The bundle that judges, where the snapshot can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// `onsite`, `vdi` or `both`.
    pub route: &'static str,
    /// Its first moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Why it cannot be opened now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::trouble::Trouble>)]
    pub closed: Option<super::trouble::Trouble>,
}

/// How a person's session in a study stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    /// Whether there is one; the first question starts it.
    pub running: bool,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// When it ends at the latest: with the sign-in, the study, a training or a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Questions that run in it now.
    pub queries: usize,
}

/// What a study may ask about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Catalogue {
    /// The study.
    pub study: String,
    /// Its snapshot.
    pub snapshot: String,
    /// The rules in short.
    pub policy: Policy,
    /// Tables with their columns.
    pub tables: Vec<Table>,
    /// Functions that may be used.
    pub functions: Vec<String>,
    /// Aggregates that may be used.
    pub aggregates: Vec<String>,
}

/// The rules in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct Policy {
    /// Name and version.
    pub id: String,
    /// The least number of patients behind a figure.
    pub patients: u32,
    /// The least number of institutions, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institutions: Option<u32>,
    /// Whether zero is shown.
    pub show_zero: bool,
    /// Whether perturbed figures are offered.
    pub exploring: bool,
}

/// One table.
#[derive(Debug, Serialize, ToSchema)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The patient key's column; a public table has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The institution key's column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// Whether the person's grant leaves columns out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub narrowed: bool,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Serialize, ToSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its Arrow type.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Whether values are missing in it.
    pub nullable: bool,
    /// What it is for.
    #[schema(value_type = String)]
    pub class: enclave::catalog::Class,
}
