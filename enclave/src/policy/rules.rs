//! One type per rule of a bundle.

use serde::{Deserialize, Serialize};

use super::{Percent, Threshold};

/// Dominance of a few contributors over a sum or mean: the (n,k) rule with n = 2, and the p% rule.
///
/// Source: Hundepool et al., Handbook on Statistical Disclosure Control, chapter 4; the defaults
/// are ACRO's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DominanceRule {
    /// The two largest contributors together must stay at or under this share.
    pub two_largest: Percent,
    /// All but the two largest must together be at least this share of the largest.
    pub p: Percent,
    /// Whether institutions are held to the same rule as patients.
    #[serde(default)]
    pub institutions: bool,
}

/// Patients behind a cell by the inhabitants of the municipality that it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MunicipalityRule {
    /// Below so many inhabitants nothing is shown.
    pub hidden_under: u32,
    /// Below so many inhabitants `small_least` patients are needed.
    pub small_under: u32,
    /// The least number of patients for a small municipality.
    pub small_least: Threshold,
    /// Which column holds the municipality: `table.column`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The public table and its columns that give the inhabitants: `table.code`, `table.inhabitants`.
    #[serde(default)]
    pub inhabitants: Option<(String, String)>,
}

/// Least quantities of drugs where the number of patients is not known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugRule {
    /// Oral and topical drugs.
    pub oral_and_topical: u32,
    /// Injections.
    pub injections: u32,
}
