//! Browser sessions: who is signed in, from which zone, until when.
//!
//! A key of 256 bits goes to the browser once; only its hash is kept. Each request asks [`Sessions::session`], which gives
//! the [`Session`] that the next step takes, or says why there is none any more. What a page asks by itself asks
//! [`Sessions::look`] instead: a page that is left open keeps nobody signed in.
//! Out of scope: cookies, and the processes in which questions run (`crate::session`, another thing by the same name).

mod ended;
mod key;
mod open;
mod row;
mod zone;

pub use ended::Ended;
pub use key::{SessionId, SessionKey};
pub use open::{Fresh, Session, SessionInfo};
pub(super) use row::end_all;
pub use zone::Zone;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SecureRandom;
use rusqlite::params;

use super::proven::{Confirmed, SignedIn};
use super::secret::{Hash, Secret};
use super::{LoginError, proves};
use crate::audit::{Action, Receipt};
use crate::ids::HandlerId;
use crate::sqlite::{Base, micros};
use row::Row;

/// A use is written at most this often: each write waits for the disk. An idle session may end so much early, never late.
const TOUCH: TimeDelta = TimeDelta::minutes(1);
/// Ended sessions are remembered for so long after the latest time at which they could have been open.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// How long sessions last, and how many somebody may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// Without a request for so long, it ends.
    pub idle: TimeDelta,
    /// So long after it began, it ends.
    pub absolute: TimeDelta,
    /// For so long after somebody proved who they are, they need not again.
    pub fresh: TimeDelta,
    /// So many at once a person; a further one ends the oldest. At least one.
    pub concurrent: u32,
}

impl Default for SessionRules {
    /// Half an hour idle (SP 800-63B asks for at most an hour at AAL2), twelve hours in all (at most 24), five minutes fresh,
    /// one a person.
    fn default() -> Self {
        Self {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
            fresh: TimeDelta::minutes(5),
            concurrent: 1,
        }
    }
}

/// The browser sessions of everybody.
#[derive(Debug, Clone)]
pub struct Sessions {
    store: Arc<Base>,
    rules: SessionRules,
}

impl Sessions {
    pub(super) fn new(store: Arc<Base>, rules: SessionRules) -> Self {
        Self { store, rules }
    }

    /// Begins a session for somebody who signed in; their oldest ones end where there would be too many.
    ///
    /// # Errors
    /// When the file cannot be written, there are no random numbers, or the receipt is for another act.
    pub fn begin(
        &self,
        signed_in: SignedIn,
        zone: Zone,
        now: DateTime<Utc>,
        rng: &dyn SecureRandom,
        receipt: &Receipt,
    ) -> Result<SessionKey, LoginError> {
        let audit = proves(receipt, Action::SignIn)?;
        let key = Secret::draw(rng)?;
        self.store.write(|tx| {
            let past = now - self.rules.absolute - MEMORY;
            tx.execute("DELETE FROM session WHERE began < ?", [micros(past)])?;
            let others = row::open(tx, Some(signed_in.handler()), &self.rules, now)?;
            for older in others.iter().skip(self.rules.concurrent.max(1) as usize - 1) {
                row::end(tx, &older.hash, Ended::Elsewhere, now, audit)?;
            }
            row::insert(tx, &key.hash(), &signed_in, zone, now, audit)
        })?;
        Ok(SessionKey::new(key))
    }

    /// The session behind a key that a browser of this zone presents. Notes its use.
    ///
    /// # Errors
    /// Why there is none. A file that cannot be read has none.
    pub fn session(&self, key: &str, zone: Zone, now: DateTime<Utc>) -> Result<Session, Ended> {
        let mut session = self.look(key, zone, now)?;
        // How long ago it was used last: what is left of its idle time tells.
        if session.idle_until + TOUCH <= now + self.rules.idle {
            self.touch(&session.hash, now);
            session.idle_until = now + self.rules.idle;
        }
        Ok(session)
    }

    /// The same without noting a use: it ends as if nobody had asked.
    ///
    /// # Errors
    /// As [`Sessions::session`].
    pub fn look(&self, key: &str, zone: Zone, now: DateTime<Utc>) -> Result<Session, Ended> {
        let hash = Hash::of(key);
        let found = self.store.read(|tx| Row::find(tx, &hash)).map_err(|error| Ended::unreadable(&error))?;
        let row = found.ok_or(Ended::Unknown)?;
        if let Some(ended) = row.ended(&self.rules, now) {
            return Err(ended);
        }
        // The session goes on for the browser that it belongs to.
        if row.zone != zone {
            return Err(Ended::OtherZone);
        }
        let SessionRules { idle, absolute, fresh, .. } = self.rules;
        Ok(Session {
            hash,
            handler: row.handler,
            zone,
            how: row.how,
            began: row.began,
            idle_until: row.seen + idle,
            ends: row.began + absolute,
            fresh_until: row.confirmed + fresh,
            csrf: key::csrf(key),
        })
    }

    /// Nobody is turned away because this could not be written: then the session ends earlier.
    fn touch(&self, hash: &Hash, now: DateTime<Utc>) {
        let noted = self.store.write(|tx| {
            tx.execute(
                "UPDATE session SET seen = max(seen, ?) WHERE hash = ? AND ended IS NULL",
                params![micros(now), hash.as_bytes()],
            )?;
            Ok::<_, LoginError>(())
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "a session's use was not noted");
        }
    }

    /// Notes that somebody proved again who they are: their session is fresh from now on.
    ///
    /// # Errors
    /// When the session has ended meanwhile, the file cannot be written, or the receipt is for another act.
    pub fn confirmed(
        &self,
        confirmed: Confirmed,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), LoginError> {
        let audit = proves(receipt, Action::Confirm)?;
        self.store.write(|tx| {
            let noted = tx.execute(
                "UPDATE session SET confirmed = max(confirmed, ?), audit = ? WHERE hash = ? AND ended IS NULL",
                params![micros(now), audit, confirmed.session.as_bytes()],
            )?;
            if noted == 1 { Ok(()) } else { Err(LoginError::NoSession) }
        })
    }

    /// Ends a session at its person's wish. That it had ended is no error.
    ///
    /// # Errors
    /// When the file cannot be written, or the receipt is for another act.
    pub fn end(&self, session: &Session, now: DateTime<Utc>, receipt: &Receipt) -> Result<(), LoginError> {
        let audit = proves(receipt, Action::SignOut)?;
        self.store.write(|tx| row::end(tx, &session.hash, Ended::SignedOut, now, audit).map(drop))
    }

    /// Ends all of somebody's sessions at their own wish ([`Action::SignOut`]) or at the house's
    /// ([`Action::SignOutForced`]), and gives how many there were.
    ///
    /// # Errors
    /// When the file cannot be written, or the receipt is for another act.
    pub fn end_all(
        &self,
        handler: &HandlerId,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<usize, LoginError> {
        let (audit, why) = match receipt.action() {
            Action::SignOut => (proves(receipt, Action::SignOut)?, Ended::SignedOut),
            _ => (proves(receipt, Action::SignOutForced)?, Ended::Stopped),
        };
        self.store.write(|tx| end_all(tx, handler, why, now, audit))
    }

    /// Ends one session at the house's wish.
    ///
    /// # Errors
    /// When there is no such session that is open, the file cannot be written, or the receipt is for another act.
    pub fn stop(&self, session: &SessionId, now: DateTime<Utc>, receipt: &Receipt) -> Result<(), LoginError> {
        let audit = proves(receipt, Action::SignOutForced)?;
        self.store.write(|tx| {
            let all = row::open(tx, None, &self.rules, now)?;
            let found = all.iter().find(|open| SessionId::of(&open.hash) == *session);
            let open = found.ok_or(LoginError::NoSession)?;
            row::end(tx, &open.hash, Ended::Stopped, now, audit).map(drop)
        })
    }

    /// All open sessions, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(&self, now: DateTime<Utc>) -> Result<Vec<SessionInfo>, LoginError> {
        let rows = self.store.read(|tx| row::open(tx, None, &self.rules, now))?;
        let info = |Row { hash, handler, zone, began, seen, .. }| SessionInfo {
            session: SessionId::of(&hash),
            handler,
            zone,
            began,
            seen,
        };
        Ok(rows.into_iter().map(info).collect())
    }
}
