//! What a figure is held against: the bundle, and the inhabitants of municipalities.

use std::collections::HashMap;

use crate::policy::Bundle;

/// Inhabitants by municipality code.
#[derive(Debug, Clone, Default)]
pub struct Census(HashMap<String, u64>);

impl Census {
    /// From pairs of code and inhabitants. Where one code is counted twice, the smaller number holds.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut known: HashMap<String, u64> = HashMap::new();
        for (code, inhabitants) in pairs {
            known.entry(code).and_modify(|n| *n = inhabitants.min(*n)).or_insert(inhabitants);
        }
        Self(known)
    }

    /// The inhabitants of a municipality, if it is listed.
    #[must_use]
    pub fn inhabitants(&self, code: &str) -> Option<u64> {
        self.0.get(code).copied()
    }
}

/// The thresholds of one snapshot.
#[derive(Debug, Clone)]
pub(super) struct Norms {
    pub(super) bundle: Bundle,
    pub(super) census: Census,
}
