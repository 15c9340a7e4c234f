//! Signing in, and proving again who one is before something sensitive.
//!
//! Every attempt is the same work, whatever is wrong with it: one read, one password hash, one look at the code, one write.
//! All that decides is decided in that write, so a code is good once however many attempts come at the same time, and no
//! more than the allowed failures slip in side by side.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Transaction;

use super::account::Account;
use super::denied::{Denied, Why};
use super::lockout::Slot;
use super::password::Password;
use super::proven::{Confirmed, How, SignedIn};
use super::session::Session;
use super::totp::{Authenticator, Typed};
use super::{Login, LoginError, recovery};
use crate::ids::HandlerId;

/// What somebody proves who they are with, as they typed it.
#[derive(Clone, Copy)]
pub struct Factors<'a> {
    /// The password.
    pub password: &'a str,
    /// The app's six digits, or a recovery code.
    pub code: &'a str,
}

impl Login {
    /// Lets somebody in by name, password and code. Nothing is open before a session is begun.
    ///
    /// # Errors
    /// One answer for every mistake. Write [`Denied::entry`] to the log.
    pub fn sign_in(
        &self,
        name: &str,
        factors: Factors<'_>,
        source: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, Denied> {
        let (handler, how) = self.prove(name.trim(), factors, source, now)?;
        Ok(SignedIn::new(handler, now, how))
    }

    /// Asks somebody who is signed in to prove it again. Failures count as those of signing in do.
    ///
    /// # Errors
    /// As [`Login::sign_in`].
    pub fn confirm(
        &self,
        session: &Session,
        factors: Factors<'_>,
        source: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Confirmed, Denied> {
        let handler = session.handler();
        let proven = self.prove(handler.as_str(), factors, source, now);
        proven.map_err(|denied| denied.confirming(handler))?;
        Ok(Confirmed::new(session.hash().clone(), handler.clone()))
    }

    fn prove(
        &self,
        name: &str,
        factors: Factors<'_>,
        source: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<(HandlerId, How), Denied> {
        // Before the hash: this is what keeps a flood from costing us more than it costs its sender.
        self.sources.take(source, now).map_err(|wait| Denied::new(Why::Source, None, wait))?;
        let slot = Slot::of(&self.lookup, name);
        let account = self.store.read(|tx| Account::find(tx, name))?;
        let attempt = self.look(account.as_ref(), factors, now)?;
        let ruling = self.store.write(|tx| attempt.decide(tx, slot, now, &self.stranger))?;
        let handler = account.and_then(|account| HandlerId::new(account.handler).ok());
        match (ruling, handler) {
            (Ruling::Proven(how), Some(handler)) => {
                self.sources.give_back(source);
                Ok((handler, how))
            }
            (Ruling::Proven(_), None) => Err(LoginError::Cipher.into()),
            (Ruling::Denied(why, wait), handler) => Err(Denied::new(why, handler, wait)),
        }
    }

    /// Looks at what was typed, without deciding anything.
    fn look<'a>(
        &'a self,
        account: Option<&'a Account>,
        factors: Factors<'_>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'a>, LoginError> {
        let is_known = account.is_some();
        let account = account.unwrap_or(&self.stranger);
        let password = Password::read(factors.password);
        let is_authentic = self.hasher.verify(password.as_ref(), &account.password)? & is_known;
        let secret = self.seal.open(&account.handler, &account.totp)?;
        let typed = Typed::read(factors.code);
        let step = Authenticator::new(&account.handler, &secret)?.step(&typed, now);
        let recovery = recovery::hash(&self.lookup, &account.handler, &typed);
        Ok(Attempt { account, is_known, is_authentic, step, recovery })
    }
}

/// What was found out about an attempt.
struct Attempt<'a> {
    account: &'a Account,
    is_known: bool,
    /// The password is the account's.
    is_authentic: bool,
    /// The step of the app's whose code was typed.
    step: Option<i64>,
    /// Under what the code is kept if it is a recovery code.
    recovery: ring::hmac::Tag,
}

/// What becomes of it.
enum Ruling {
    Proven(How),
    Denied(Why, TimeDelta),
}

impl Attempt<'_> {
    /// Uses up the code if all is right, and counts the failure if not.
    fn decide(
        &self,
        tx: &Transaction<'_>,
        slot: Slot,
        now: DateTime<Utc>,
        stranger: &Account,
    ) -> Result<Ruling, LoginError> {
        let wait = slot.remaining(tx, now)?;
        let is_locked = wait > TimeDelta::zero();
        // The stranger has no codes: the same statements run, and use up nothing.
        let account = if self.is_authentic && !is_locked { self.account } else { stranger };
        // Before 1970 there are no steps.
        let used_step = account.use_step(tx, self.step.unwrap_or(-1))?;
        let used_recovery_code = account.use_recovery_code(tx, &self.recovery)?;
        if is_locked {
            return Ok(Ruling::Denied(Why::Locked, wait));
        }
        if used_step || used_recovery_code {
            slot.clear(tx)?;
            return Ok(Ruling::Proven(if used_step { How::Totp } else { How::Recovery }));
        }
        Ok(Ruling::Denied(self.mistake(), slot.fail(tx, now)?))
    }

    fn mistake(&self) -> Why {
        match (self.is_known, self.is_authentic, self.step) {
            (false, ..) => Why::Unknown,
            (_, false, _) => Why::Password,
            (.., Some(_)) => Why::Replayed,
            (.., None) => Why::Code,
        }
    }
}
