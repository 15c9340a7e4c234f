//! Rule bundles: what a figure must fulfil before it is shown (design, section 5).
//!
//! A bundle is a versioned TOML file. Parsing gives types that can't hold nonsense: a threshold
//! under two is a parse error, and a key nobody knows is one too. Two bundles join to the stricter
//! of both. Out of scope: judging (that is `gate`).

mod bundle;
mod limits;
mod rules;

pub use bundle::{Bundle, BundleError, BundleId};
pub use limits::{Percent, Threshold};
pub use rules::{DominanceRule, DrugRule, MunicipalityRule};
