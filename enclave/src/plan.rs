//! From SQL to stages: where people become figures (design, section 3).
//!
//! [`stages`] reads the text, plans it, works out every node's grain and cuts the plan at its
//! population aggregates. What comes out can be computed without looking at the SQL again.
//! Out of scope: running anything (`engine`), and judging figures (`gate`).

mod allowed;
mod case;
mod condition;
mod cut;
mod defining;
mod definitions;
mod expression;
mod grain;
mod names;
mod normal;
mod once;
mod own;
mod parse;
mod places;
mod set_of_one;
mod source;
mod spelling;
mod subquery;
mod total;
mod written;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

pub use allowed::{aggregate_names, scalar_names, window_names};
pub use cut::{
    Area, Aside, AsideKind, Cut, Feed, Figure, FigureKind, Insiders, LISTED, Label, Listing, ListingSource,
    Span, Split, Stages, Top, cross,
};
pub use definitions::Definitions;
pub use source::{Listed, Staged};
pub use written::{View, Written};

use datafusion::common::ParamValues;

use crate::catalog::Catalog;
use crate::words::Halt;

/// Reads one `SELECT` and cuts it into stages.
///
/// # Errors
/// A refusal where a rule forbids it, a failure where it cannot be understood.
pub fn stages<'a>(
    written: impl Into<Written<'a>>,
    parameters: Option<ParamValues>,
    catalog: &Catalog,
) -> Result<Stages, Halt> {
    let parsed = parse::parse(&written.into())?;
    let (plan, places) = names::plan(parsed, catalog)?;
    let plan = match parameters {
        Some(values) => normal::fill_in(plan, &values)?,
        None => plan,
    };
    let plan = normal::normalise(plan)?;
    grain::cut(&plan, &places)
}
