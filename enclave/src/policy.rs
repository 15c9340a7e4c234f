//! Rule bundles: what a figure must fulfil before it is shown (design, section 5).
//!
//! A bundle is a versioned TOML file. Parsing gives types that can't hold nonsense: a threshold
//! under two is a parse error, and a key nobody knows is one too. Two bundles join to the stricter
//! of both. Out of scope: judging (that is `gate`).

mod bundle;
mod error;
mod exploring;
#[cfg(test)]
mod fuzz;
mod limits;
mod municipality;
mod rules;
mod shelf;
#[cfg(test)]
mod tests;

pub use bundle::{Bundle, BundleId};
pub use error::BundleError;
pub use exploring::{Daily, ExploringRule};
pub use limits::{Checkers, Digits, Percent, Threshold};
pub use municipality::{ColumnPath, MunicipalityColumn, MunicipalityRule};
pub use rules::{
    ClassDisclosure, DominanceRule, DrugRule, Groups, LedgerRule, LedgerScope, ReleaseRule, RoundingRule,
};
pub use shelf::{BUILT_IN, load, named, text};
