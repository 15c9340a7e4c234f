//! The bundle file and how two bundles join.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DominanceRule, DrugRule, MunicipalityRule, Threshold};

/// A bundle's name and version, as it stands in every verdict: `jisedai@1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BundleId {
    /// Name.
    pub name: String,
    /// Version, from 1.
    pub version: u32,
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// Why a bundle was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The TOML does not hold a bundle.
    #[error("not a policy bundle: {0}")]
    Parse(#[from] toml::de::Error),
    /// No bundle has that name.
    #[error("no policy bundle named '{0}'")]
    Unknown(String),
}

/// All rules for one source of data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Name.
    pub name: String,
    /// Version, from 1.
    pub version: u32,
    /// Least patients behind a figure.
    pub patients: Threshold,
    /// Least institutions behind a figure, where its tables tell them.
    #[serde(default)]
    pub institutions: Option<Threshold>,
    /// Whether a figure with nobody behind it may be shown.
    pub show_zero: bool,
    /// Dominance over sums and means.
    #[serde(default)]
    pub dominance: Option<DominanceRule>,
    /// Municipalities by population.
    #[serde(default)]
    pub municipality: Option<MunicipalityRule>,
    /// Drugs with unknown numbers of patients.
    #[serde(default)]
    pub drugs: Option<DrugRule>,
}

impl Bundle {
    /// Name and version.
    #[must_use]
    pub fn id(&self) -> BundleId {
        BundleId { name: self.name.clone(), version: self.version }
    }
}
