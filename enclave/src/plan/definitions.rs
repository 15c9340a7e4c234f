//! What a figure is, as far as the question's own words tell: the same words make the same figure whoever is in the data.
//!
//! Two figures over the same patients tell that nobody is in one and not in the other. Where they have one definition, that
//! was known before anybody asked; where they don't, it is an answer. A definition is what is counted or added up,
//! the tables that it comes from, and the *set* of conditions of WHERE, of inner joins, of FILTER and -- as `key = label` -- of
//! GROUP BY. It is read off the plan (`defining`), so that names that are given on the way don't matter, nor the order in which
//! conditions stand.
//!
//! Out of scope: algebra (`age >= 40` and `NOT age < 40` are two definitions). Where two that are the same are not
//! found to be, the ledger is stricter than it need be; that two which differ are taken for one takes a collision of hashes.

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use ring::digest::{SHA256, digest};

/// The definitions of a cut's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    /// The conditions that every row meets.
    pub(super) conditions: BTreeSet<u64>,
    /// The grouping keys.
    pub(super) labels: Vec<u64>,
    /// For each figure: what, of which tables, under which conditions.
    pub(super) figures: Vec<u64>,
}

impl Definitions {
    /// What a figure is before it is split up by labels: add to it, wrapping round, [`Definitions::condition`] of each
    /// label to have the definition of one of its cells. Nothing where there is no such figure.
    #[must_use]
    pub fn figure(&self, figure: usize) -> Option<u64> {
        self.figures.get(figure).copied()
    }

    /// What it says of a row that a label has a value; 0 where that is said of every row.
    #[must_use]
    pub fn condition(&self, label: usize, value: &ScalarValue) -> u64 {
        let key = self.labels.get(label).copied().unwrap_or_default();
        let said = equal(key, value);
        if self.conditions.contains(&said) { 0 } else { said }
    }

    /// One word for the whole cut.
    pub(super) fn whole(&self) -> u64 {
        word(&format!("{self:?}"))
    }
}

/// That something has a value, of whichever type it is written in.
pub(super) fn equal(key: u64, value: &ScalarValue) -> u64 {
    word(&format!("{key} = {value}"))
}

/// Words that are told apart. It need not be secret: whoever could make two the same would learn what
/// two equal figures tell.
pub(super) fn word(text: &str) -> u64 {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().first_chunk().copied().map_or(0, u64::from_le_bytes)
}
