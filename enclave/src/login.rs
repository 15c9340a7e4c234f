//! Who somebody is: invitations, passwords with one-time codes, and the browser sessions that follow.
//!
//! ```text
//! invite → Invitation ─its link→ Enrolment ─password and code→ Candidate ─receipt→ Enrolled
//!            sign_in → SignedIn ─receipt→ SessionKey ─each request→ Session ─confirm→ Fresh
//! ```
//!
//! One SQLite file, open in several processes at once. Passwords are kept as Argon2id hashes under a pepper, codes'
//! secrets sealed, everything else that opens something as its hash. Whoever changes something shows the audit log's
//! receipt for it. All calls block (a hash, a lock, a disk); call them off the asynchronous threads.
//!
//! Sessions are our own, and not those of a web framework's layer: a check returns a typed [`Session`] that the next step
//! takes as an argument, keys are at rest as hashes only, and a session that ended elsewhere can say why. What a layer
//! would bring beyond that (a bag of values for each visitor) is what this house does not want.
//!
//! Out of scope: what somebody may do (`access`), cookies and pages (the portal), passkeys.

mod account;
mod denied;
mod enrolment;
mod error;
mod hasher;
mod invitation;
mod lockout;
mod lookup;
mod obvious;
mod password;
mod proven;
mod qr;
mod recovery;
mod seal;
mod secret;
mod session;
mod sign_in;
mod sources;
#[cfg(test)]
mod tests;
mod totp;
mod words;

pub use denied::Denied;
pub use enrolment::{Candidate, Enrolled};
pub use error::LoginError;
pub use invitation::{Enrolment, Invitation};
pub use password::SHORTEST_PASSWORD;
pub use proven::{Confirmed, How, SignedIn};
pub use qr::Qr;
pub use recovery::RecoveryCodes;
pub use session::{Ended, Fresh, Session, SessionId, SessionInfo, SessionKey, SessionRules, Sessions, Zone};
pub use sign_in::Factors;

use std::path::Path;
use std::sync::Arc;

use argon2::Params;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use crate::audit::{Action, Receipt};
use crate::ids::HandlerId;
use crate::keys::LoginKeys;
use crate::sqlite::{Base, Kind, micros, moment};
use account::Account;
use hasher::Hasher;
use lookup::Lookup;
use seal::Seal;
use sources::Sources;

/// "Sekp".
const KIND: Kind = Kind { application_id: 0x5365_6B70, migrations: &[include_str!("login/schema/1.sql")] };

/// Everybody's logins.
#[derive(Debug)]
pub struct Login {
    store: Arc<Base>,
    seal: Seal,
    lookup: Lookup,
    hasher: Hasher,
    sources: Sources,
    /// Stands in for whoever is unknown, so that they are as much work as everybody.
    stranger: Account,
}

/// How far somebody's login is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    /// Since when there is a login, if so.
    pub enrolled: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// Until when an invitation is open, if one is.
    pub invited_until: Option<DateTime<Utc>>,
}

impl Login {
    /// Opens the file of logins, making it or bringing an older one up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is another program's, or was written by a newer Sekisho.
    pub fn open(path: &Path, keys: LoginKeys) -> Result<Self, LoginError> {
        Self::open_with(path, keys, hasher::cost())
    }

    fn open_with(path: &Path, keys: LoginKeys, cost: Params) -> Result<Self, LoginError> {
        let hasher = Hasher::new(keys.pepper, cost);
        let seal = Seal::new(&keys.seal)?;
        let stranger = Account::stranger(&hasher, &seal)?;
        let lookup = Lookup::new(keys.lookup);
        let sources = Sources::new();
        let store = Arc::new(Base::open(path, &KIND)?);
        Ok(Self { store, seal, lookup, hasher, sources, stranger })
    }

    /// The browser sessions of those who signed in.
    #[must_use]
    pub fn sessions(&self, rules: SessionRules) -> Sessions {
        Sessions::new(Arc::clone(&self.store), rules)
    }

    /// How far somebody's login is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn standing(&self, handler: &HandlerId, now: DateTime<Utc>) -> Result<Standing, LoginError> {
        let name = handler.as_str();
        self.store.read(|tx| {
            let enrolled: Option<i64> = tx
                .prepare_cached("SELECT enrolled FROM account WHERE handler = ?")?
                .query_row([name], |row| row.get(0))
                .optional()?;
            let recovery_codes_left = tx
                .prepare_cached("SELECT count(*) FROM recovery_code WHERE handler = ?")?
                .query_row([name], |row| row.get(0))?;
            let invited_until: Option<i64> = tx
                .prepare_cached("SELECT valid_until FROM invitation WHERE handler = ? AND valid_until > ?")?
                .query_row(params![name, micros(now)], |row| row.get(0))
                .optional()?;
            Ok(Standing {
                enrolled: enrolled.map(moment).transpose()?,
                recovery_codes_left,
                invited_until: invited_until.map(moment).transpose()?,
            })
        })
    }

    /// Takes somebody's login, invitation and sessions away. That there was none is no error.
    ///
    /// # Errors
    /// When the file cannot be written, or the receipt is for another act.
    pub fn withdraw(
        &self,
        handler: &HandlerId,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), LoginError> {
        let audit = proves(receipt, Action::LoginWithdraw)?;
        self.store.write(|tx| {
            tx.execute("DELETE FROM account WHERE handler = ?", [handler.as_str()])?;
            tx.execute("DELETE FROM invitation WHERE handler = ?", [handler.as_str()])?;
            session::end_all(tx, handler, Ended::Withdrawn, now, audit)?;
            Ok(())
        })
    }
}

/// A receipt speaks for the act that it was given for, and for no other.
fn proves(receipt: &Receipt, action: Action) -> Result<i64, LoginError> {
    match i64::try_from(receipt.index()) {
        Ok(index) if receipt.action() == action => Ok(index),
        _ => Err(LoginError::Receipt),
    }
}
