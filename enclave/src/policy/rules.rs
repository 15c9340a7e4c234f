//! One type per rule of a bundle. Each joins with its own kind to the stricter of both.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::{Checkers, Digits, Percent};

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

impl DominanceRule {
    pub(super) fn strictest(self, other: Self) -> Self {
        Self {
            two_largest: self.two_largest.min(other.two_largest),
            p: self.p.max(other.p),
            institutions: self.institutions || other.institutions,
        }
    }
}

/// Least quantities of drugs where the number of patients is not known.
///
/// It can only concern tables that came into the enclave already summed up; where rows belong to
/// patients their number is known, and the least number of patients holds instead.
/// Source: NDB guideline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugRule {
    /// Oral and topical drugs, in the units that the table counts in.
    pub oral_and_topical: NonZeroU32,
    /// Injections, likewise.
    pub injections: NonZeroU32,
}

impl DrugRule {
    pub(super) fn strictest(self, other: Self) -> Self {
        Self {
            oral_and_topical: self.oral_and_topical.max(other.oral_and_topical),
            injections: self.injections.max(other.injections),
        }
    }
}

/// What a release must go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReleaseRule {
    /// How many independent checkers must approve.
    pub checkers: Checkers,
}

impl Default for ReleaseRule {
    fn default() -> Self {
        Self { checkers: Checkers::TWO }
    }
}

impl ReleaseRule {
    pub(super) fn strictest(self, other: Self) -> Self {
        Self { checkers: self.checkers.max(other.checkers) }
    }
}

/// Whose questions are held against each other, so that no two answers can be subtracted to tell of a few.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerRule {
    /// How far the ledger reaches.
    pub scope: LedgerScope,
}

impl LedgerRule {
    /// The largest threshold of patients that the ledger's sketches can tell.
    pub const MOST_PATIENTS: u32 = 32;

    pub(super) fn strictest(self, other: Self) -> Self {
        Self { scope: self.scope.max(other.scope) }
    }
}

/// Who is taken for one adversary, since they may talk to each other. From the laxest to the strictest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerScope {
    /// Nobody: no ledger is kept.
    None,
    /// The handlers of a study.
    #[default]
    Study,
    /// The studies of an organisation.
    Organisation,
    /// All studies of the house.
    All,
}

/// Significant digits of what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoundingRule {
    /// Of sums and means of floats, and of moments: their low bits would tell who was added last.
    pub significant: Digits,
    /// Of quantiles, which are somebody's own value or lie between two.
    pub quantile: Digits,
}

impl Default for RoundingRule {
    fn default() -> Self {
        Self { significant: Digits::TEN, quantile: Digits::THREE }
    }
}

impl RoundingRule {
    pub(super) fn strictest(self, other: Self) -> Self {
        Self {
            significant: self.significant.min(other.significant),
            quantile: self.quantile.min(other.quantile),
        }
    }
}

/// What happens where all contributors to a group fall into one column of a breakdown: who is known
/// to be in the group is then known to be in the column.
///
/// Source: Hundepool et al., Handbook on Statistical Disclosure Control ("group disclosure").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassDisclosure {
    /// The result says so, for whoever checks it.
    #[default]
    Flag,
    /// The figures are suppressed.
    Suppress,
}

/// Which groups appear with suppressed cells though few patients or none are in them, if their labels are declared.
/// From the laxest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Those that somebody is in: that somebody is, is told. So are zeros.
    #[default]
    Present,
    /// All that stand in the labels' lists, whether somebody is in them or nobody: what a column holds anywhere in the snapshot
    /// is taken for its published list. Zeros show in groups that have enough patients.
    Listed,
    /// The same, but only of codes that enough patients have anywhere in the snapshot.
    Shared,
    /// None.
    LeftOut,
}
