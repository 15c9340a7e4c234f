//! A question, as it goes from the person to the desk.

use serde::{Deserialize, Serialize};

use crate::plan::{View, Written};

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Ask {
    /// One `SELECT` statement.
    pub sql: String,
    /// The named cells that it uses, each before those that use it.
    pub views: Vec<View>,
    /// Values for `?`, `$1`, `$2` … or `:name`: one row, as an Arrow IPC stream.
    pub parameters: Option<Vec<u8>>,
    /// What the values are called, in the row's order; those without a name are asked for by number.
    pub values: Vec<String>,
}

impl Ask {
    /// A question without values.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), views: Vec::new(), parameters: None, values: Vec::new() }
    }

    /// The same, which uses named cells.
    #[must_use]
    pub fn with_views(self, views: Vec<View>) -> Self {
        Self { views, ..self }
    }

    /// The same with a row of values, by number.
    #[must_use]
    pub fn with(self, parameters: Option<Vec<u8>>) -> Self {
        Self { parameters, ..self }
    }

    /// The same with a row of values, by name.
    #[must_use]
    pub fn with_named(self, row: Vec<u8>, values: Vec<String>) -> Self {
        Self { parameters: Some(row), values, ..self }
    }

    /// What the person wrote.
    #[must_use]
    pub fn written(&self) -> Written<'_> {
        Written { sql: &self.sql, views: &self.views, values: &self.values }
    }
}

/// What is wanted of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// Its answer.
    Answer,
    /// A perturbed answer, for looking around.
    Exploration,
    /// The shape of its answer, without running it.
    Shape,
    /// What would be done with it, without running it.
    Explanation,
}
