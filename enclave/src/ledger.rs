//! The ledger: what has been told already, so that two harmless answers can't be subtracted to tell of a few.
//!
//! Every figure is, before it is added up, a *vector of contributions*: what each patient brought (1 for a
//! count of patients, rows for a count of rows, an amount for a sum). Subtracting two figures adds up the difference of
//! two vectors. So a new figure is withheld where its vector differs in at least one and fewer than the threshold of
//! patients from that of an earlier figure; from a sum of figures of one earlier table, along a margin or any of
//! up to 24 parts; or, where tables are small, from the sum or the difference of two earlier figures.
//!
//! A vector that was told before is free. Where the policy may not say that a cell is empty, only by the same words: whoever
//! hears that the people of two differing conditions are the same hears that nobody is in one and not in the other. What the
//! words say comes with the tables, as numbers that are the same for the same words.
//!
//! - [`Sketch`]: 144 bytes that stand for a vector. Sketches add up as vectors do, and two of them tell
//!   whether the vectors are the same, differ in few patients, or surely in many.
//! - [`Weigher`]: what each patient weighs in a sketch, under a secret of the house; from the roster's
//!   record keys, so that versions of a snapshot compare.
//! - [`Table`]: the figures of one question that are about to be published.
//! - [`Ledger`]: the durable record of one [`Scope`]; [`Ledger::settle`] checks and records in one step.
//! - [`Scribe`]: settles what one question tells, and gives the proof that it was recorded.
//!
//! Out of scope: gathering sketches (`evidence`), which vectors a figure exposes and when two arguments are
//! the same, and what a figure is by its words (`plan`), what else protects a table with totals (`gate`). Combinations of four figures and more are not
//! looked for.

mod book;
mod carry;
mod class;
mod column;
mod definition;
mod error;
mod fields;
mod index;
mod judge;
mod page;
mod partition;
mod postings;
mod registry;
mod scope;
mod scribe;
mod sketch;
mod sparse;
mod store;
mod table;
mod told;
mod trackers;
mod unfolded;
mod weights;

pub use book::{Ledger, Recorded, Settled, Withheld};
pub use class::Class;
pub(crate) use column::{SKETCH_TYPE, of_column, to_column};
pub use error::LedgerError;
pub(crate) use fields::{BINS, is_residue, sum_of_residues};
pub use registry::Ledgers;
pub use scope::Scope;
pub use scribe::Scribe;
pub use sketch::{Apart, Bins, Fingerprint, Sketch};
pub(crate) use table::choices;
pub use table::{Figure, Place, Table, Uneven, Vector};
pub(crate) use unfolded::Unfolded;
pub use weights::{Amount, Weigher, Weights};
