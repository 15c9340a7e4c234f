//! Everything behind the gate.
//!
//! The modules stand in the order of a query's journey. A module imports only from those
//! above it; a test in `tests/` reads this list and holds every `use` against it.
//!
//! Out of scope here: HTTP, TLS, Flight SQL and the command line. Those are the portal's.

#[cfg(test)]
mod fuzz;
pub mod ids;
pub mod words;
mod sqlite;
pub mod keys;
pub mod perturb;
pub mod policy;
pub mod catalog;
pub mod snapshot;
pub mod audit;
pub mod access;
pub mod login;
pub mod notebook;
pub mod ledger;
pub mod evidence;
pub mod plan;
pub mod gate;
pub mod engine;
pub mod session;
pub mod results;
pub mod query;
