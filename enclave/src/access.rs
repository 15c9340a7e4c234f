//! Who may ask what, when: organisations, studies, handlers, grants, tokens, and the permit that a query needs.
//!
//! One SQLite file, open in several processes at once: a change made by one holds for the next
//! question in another. Whoever changes something shows the audit log's receipt for it.
//! All calls block (a lock, a disk); call them off the asynchronous threads.
//!
//! Out of scope: whether the snapshot is there and what is in it (`snapshot`), who somebody is (`login`).

mod error;
mod grant;
mod handler;
mod known;
mod organisation;
mod permission;
mod permit;
mod review;
mod role;
mod store;
mod study;
mod tables;
#[cfg(test)]
mod tests;
mod token;

pub use error::AccessError;
pub use grant::Grant;
pub use handler::Handler;
pub use organisation::{Certificate, Organisation, UserType};
pub use permission::Act;
pub use permit::Permit;
pub use review::{Ballot, Category, Criterion, Decision, Finding, Review, ReviewForm, Vote, Why};
pub use role::{Role, Roles};
pub use study::{NewStudy, Period, Route, Study, StudyChange};
pub use tables::{Columns, TablePermit};
pub use token::{Token, TokenId, TokenInfo};

use std::path::Path;

use crate::audit::{Action, Receipt};
use crate::sqlite::Base;

/// The register of who may do what.
#[derive(Debug)]
pub struct Access {
    store: Base,
}

impl Access {
    /// Opens the register, making the file or bringing an older one up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a register, or was written by a newer Sekisho.
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        Ok(Self { store: Base::open(path, &store::KIND)? })
    }
}

/// A receipt speaks for the act that it was given for, and for no other.
fn proves(receipt: &Receipt, action: Action) -> Result<i64, AccessError> {
    match i64::try_from(receipt.index()) {
        Ok(index) if receipt.action() == action => Ok(index),
        _ => Err(AccessError::Receipt),
    }
}
