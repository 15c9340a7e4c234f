//! The bundle file and how two bundles join.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    BundleError, ClassDisclosure, DominanceRule, DrugRule, ExploringRule, Groups, LedgerRule, LedgerScope,
    MunicipalityRule, ReleaseRule, RoundingRule, Threshold,
};

/// All rules for one source of data.
///
/// A plain number where a rule is one number, a table where it is more: the format grows by tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Name: lower-case ASCII letters, digits, `-` and `_`. A join is named as [`BundleId`] says.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// Version, from 1.
    #[serde(deserialize_with = "version")]
    pub version: u32,
    /// Least patients behind a figure.
    pub patients: Threshold,
    /// Least institutions behind a figure, where its tables tell them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institutions: Option<Threshold>,
    /// Whether a figure with nobody behind it may be shown. Where not, nothing else may tell "nobody" from "a few" either: not a
    /// condition that splits nobody off, nor two figures that turn out to be of the same people.
    pub show_zero: bool,
    /// Dominance over sums and means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dominance: Option<DominanceRule>,
    /// Municipalities by population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<MunicipalityRule>,
    /// Drugs with unknown numbers of patients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drugs: Option<DrugRule>,
    /// What happens where a group falls into one column of a breakdown.
    #[serde(default)]
    pub class_disclosure: ClassDisclosure,
    /// Which groups appear with suppressed cells; see [`Bundle::groups`].
    #[serde(default)]
    pub groups: Groups,
    /// Significant digits of what is shown.
    #[serde(default)]
    pub rounding: RoundingRule,
    /// Whose questions are held against each other.
    #[serde(default)]
    pub ledger: LedgerRule,
    /// What a study that explores sees instead of exact figures.
    #[serde(default)]
    pub exploring: ExploringRule,
    /// What a release must go through.
    #[serde(default)]
    pub release: ReleaseRule,
}

impl Bundle {
    /// Reads a bundle's TOML text.
    ///
    /// # Errors
    /// When a key is unknown, missing or holds nonsense: with line, column and what to write instead.
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let bundle: Self = toml::from_str(text).map_err(|error| BundleError::parse(text, &error))?;
        let beyond = bundle.patients.least() > LedgerRule::MOST_PATIENTS;
        if beyond && bundle.ledger.scope != LedgerScope::None {
            return Err(BundleError::ledger(text));
        }
        Ok(bundle)
    }

    /// Name and version.
    #[must_use]
    pub fn id(&self) -> BundleId {
        BundleId { name: self.name.clone(), version: self.version }
    }

    /// Which groups appear with suppressed cells. Where zero is hidden, that somebody is in a group is not told either.
    #[must_use]
    pub fn groups(&self) -> Groups {
        if self.show_zero { self.groups } else { self.groups.max(Groups::Listed) }
    }

    /// The bundle that asks all that both ask: what it lets pass, both let pass.
    ///
    /// The join of a semilattice (associative, commutative, idempotent), so the order in which the
    /// bundles of several tables are joined does not matter.
    #[must_use]
    pub fn strictest(&self, other: &Self) -> Self {
        let id = self.id().join(&other.id());
        Self {
            name: id.name,
            version: id.version,
            patients: self.patients.max(other.patients),
            // `None` is the laxest, and `Option` orders it so.
            institutions: self.institutions.max(other.institutions),
            show_zero: self.show_zero && other.show_zero,
            dominance: both(self.dominance.as_ref(), other.dominance.as_ref(), |a, b| a.strictest(*b)),
            municipality: both(
                self.municipality.as_ref(),
                other.municipality.as_ref(),
                MunicipalityRule::strictest,
            ),
            drugs: both(self.drugs.as_ref(), other.drugs.as_ref(), |a, b| a.strictest(*b)),
            class_disclosure: self.class_disclosure.max(other.class_disclosure),
            groups: self.groups.max(other.groups),
            rounding: self.rounding.strictest(other.rounding),
            ledger: self.ledger.strictest(other.ledger),
            exploring: self.exploring.strictest(other.exploring),
            release: self.release.strictest(other.release),
        }
    }
}

/// A rule that only one of two bundles has stays as it is.
fn both<R: Clone>(one: Option<&R>, other: Option<&R>, join: impl FnOnce(&R, &R) -> R) -> Option<R> {
    match (one, other) {
        (Some(one), Some(other)) => Some(join(one, other)),
        (rule, None) | (None, rule) => rule.cloned(),
    }
}

/// A bundle's name and version, as it stands in every verdict: `jisedai@1`.
///
/// A join of several is written `jisedai@1+ndb@1`, in alphabetical order: the last version stands
/// in `version`, and all before it in `name`. No single bundle's name can look so.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BundleId {
    /// Name.
    pub name: String,
    /// Version, from 1.
    pub version: u32,
}

impl BundleId {
    fn join(&self, other: &Self) -> Self {
        let (one, other) = (self.to_string(), other.to_string());
        let mut parts: BTreeSet<(&str, u32)> = one.split('+').chain(other.split('+')).map(part).collect();
        let Some((last, version)) = parts.pop_last() else {
            return self.clone();
        };
        let before: String = parts.iter().map(|(name, version)| format!("{name}@{version}+")).collect();
        Self { name: before + last, version }
    }
}

/// Takes `jisedai@1` apart.
fn part(text: &str) -> (&str, u32) {
    let (name, version) = text.rsplit_once('@').unwrap_or((text, "0"));
    (name, version.parse().unwrap_or(0))
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

fn name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if (1..=64).contains(&name.len()) && name.chars().all(plain) {
        Ok(name)
    } else {
        Err(serde::de::Error::custom(
            "名前は a-z、0-9、-、_ の1〜64文字です。例: \"jisedai\" / \
             a name is 1 to 64 of the characters a-z, 0-9, - and _: write for example \"jisedai\"",
        ))
    }
}

fn version<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(serde::de::Error::custom(
            "版は1から始まります。例: 1 / versions begin at 1: write for example 1",
        )),
        version => Ok(version),
    }
}
