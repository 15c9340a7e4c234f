//! Complementary (secondary) suppression: which further cells of tables with totals must go, so that
//! no suppressed cell can be worked out from what is shown.
//!
//! The attacker knows every shown cell, that each total is the sum of its parts, and which cells
//! cannot be negative. Then each suppressed cell lies in an interval; [`audit`] works it out.
//! [`protect`] looks for the cheapest pattern in which
//!
//! 1. each *primary* cell's interval is at least as wide as that cell asks for,
//! 2. no suppressed cell is worked out exactly, and
//! 3. both hold, with width one for the primaries, for an *insider*: a patient or an institution that stands
//!    alone behind some cells and so knows these as well. One, because such a person holds nothing but the exact
//!    value of their own record: a wider promise would be one about a coalition, and could seldom be
//!    kept in a table of counts of one and two. What must not happen is certainty about another.
//!
//! The search is the branch and cut of Fischetti and Salazar (*Solving the cell suppression problem
//! on tabular data with linear constraints*, Management Science 47, 2001) with sliding protection
//! levels; where a table is a network (one- and two-way tables, hierarchies), the attacker is a flow
//! (Gusfield, *A graph theoretic approach to statistical data security*, SIAM J. Comput. 17, 1988).
//! Background: Hundepool et al., *Handbook on Statistical Disclosure Control*, ch. 4. Whatever the
//! search proposes is audited by code of its own with exact numbers before it is returned.
//!
//! Out of scope: finding the primary cells (`rules`), differences between tables (the ledger),
//! coalitions of insiders, and attackers who also use that inner cells of tables of three and
//! more dimensions are whole numbers beyond rounding each interval inwards.

use std::panic::{UnwindSafe, catch_unwind};

mod attacker;
mod audit;
mod budget;
mod component;
mod linear;
mod network;
mod problem;
mod reduce;
mod repair;
mod search;
mod simplex;
mod system;
mod table;

#[cfg(test)]
mod tests;

pub use audit::{Interval, audit};
pub use budget::Budget;
pub use table::{Cell, Malformed, Relation, State, Table};

/// What [`protect`] decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Which cells are not shown, primaries included, in the order of the table's cells.
    pub suppressed: Vec<bool>,
    /// The sum of the suppressed cells' costs.
    pub cost: u128,
    /// No safe pattern costs less than this.
    pub bound: u128,
}

impl Pattern {
    /// Whether no safe pattern is cheaper.
    #[must_use]
    pub fn optimal(&self) -> bool {
        self.cost <= self.bound
    }
}

/// No pattern protects the table, even with every cell suppressed that may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no pattern of suppressed cells protects this table")]
pub struct Unprotectable {
    /// A cell that stays exposed, as an index into the table's cells.
    pub cell: usize,
}

/// The cheapest safe pattern that the budget lets it find. The same table and budget give the same
/// pattern: work is counted, not timed.
///
/// # Errors
/// [`Unprotectable`] where primaries stay exposed whatever else is suppressed (for instance because
/// all that could help is [`State::Fixed`]), or where the search came upon a mistake of its own.
pub fn protect(table: &Table, budget: &Budget) -> Result<Pattern, Unprotectable> {
    or_nothing_shown(table, || component::protect(table, budget))
}

/// The kernels below index without looking: a wrong index must stop the answer, not change it. Here it stops: no pattern is
/// what the search found then, and whoever asked for one shows nothing of the table. All that the search made is gone by
/// then, so nothing is left half-changed.
fn or_nothing_shown(
    table: &Table,
    search: impl FnOnce() -> Result<Pattern, Unprotectable> + UnwindSafe,
) -> Result<Pattern, Unprotectable> {
    catch_unwind(search).unwrap_or_else(|_| {
        tracing::error!("the search for a pattern of suppressed cells broke off");
        let primary = table.cells().iter().position(|cell| cell.state == State::Primary);
        Err(Unprotectable { cell: primary.unwrap_or(0) })
    })
}
