//! Accepting an invitation: a password of one's own, an app that works, and recovery codes for the drawer.
//!
//! In two steps, so that the log tells of what will be done: [`Login::check_enrolment`] looks at everything, and
//! [`Login::enrol`] does it, all or nothing. Whoever had a login before (a lost phone) has a new one from then on; what was
//! open under the old one ends.

use std::fmt;

use chrono::{DateTime, Utc};
use ring::rand::SecureRandom;

use super::account::Account;
use super::invitation::Open;
use super::lockout::Slot;
use super::password::Password;
use super::proven::{How, SignedIn};
use super::secret::Hash;
use super::totp::Typed;
use super::words::{NO_INVITATION, WRONG_FIRST_CODE, refused, unreadable};
use super::{Ended, Factors, Login, LoginError, RecoveryCodes, proves, recovery, session};
use crate::audit::{Action, Receipt};
use crate::ids::HandlerId;
use crate::sqlite::micros;
use crate::words::Refusal;

/// Somebody who may be enrolled: invited, with a password that will do and an app that works.
pub struct Candidate {
    handler: HandlerId,
    invitation: Hash,
    account: Account,
    /// Of the code that was shown: it is used up.
    step: i64,
}

impl Candidate {
    /// Who, for the log.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("handler", &self.handler).finish_non_exhaustive()
    }
}

/// Somebody who has a login from now on.
#[derive(Debug)]
pub struct Enrolled {
    /// To be shown once.
    pub recovery_codes: RecoveryCodes,
    /// They have just proved who they are, and used a code: a session may begin at once.
    pub signed_in: SignedIn,
}

impl Login {
    /// Looks at what an invited person chose, without changing anything. `factors` are a password of their choice and the
    /// code that their app shows.
    ///
    /// # Errors
    /// Says whether it is the invitation, the password or the code; and how to do better.
    pub fn check_enrolment(
        &self,
        token: &str,
        factors: Factors<'_>,
        now: DateTime<Utc>,
        rng: &dyn SecureRandom,
    ) -> Result<Candidate, Refusal> {
        let invitation = Hash::of(token);
        let open = self.open_invitation(&invitation, now)?;
        let password = Password::chosen(factors.password, &open.handler)?;
        let app = self.authenticator(&open).map_err(|error| unreadable(&error))?;
        let step = app.step(&Typed::read(factors.code), now).ok_or_else(|| refused(&WRONG_FIRST_CODE))?;
        let password = self.hasher.hash(&password, rng).map_err(|error| unreadable(&error))?;
        let account = Account { handler: open.handler.to_string(), password, totp: open.totp };
        Ok(Candidate { handler: open.handler, invitation, account, step })
    }

    /// Gives a candidate a login, in place of any they had; their older sessions end.
    ///
    /// # Errors
    /// When the invitation was used, replaced or expired meanwhile, with the words for that.
    pub fn enrol(
        &self,
        candidate: Candidate,
        now: DateTime<Utc>,
        rng: &dyn SecureRandom,
        receipt: &Receipt,
    ) -> Result<Enrolled, Refusal> {
        let enrolled = self.put_login(&candidate, now, rng, receipt).map_err(|error| unreadable(&error))?;
        let recovery_codes = enrolled.ok_or_else(|| refused(&NO_INVITATION))?;
        Ok(Enrolled { recovery_codes, signed_in: SignedIn::new(candidate.handler, now, How::Totp) })
    }

    fn put_login(
        &self,
        candidate: &Candidate,
        now: DateTime<Utc>,
        rng: &dyn SecureRandom,
        receipt: &Receipt,
    ) -> Result<Option<RecoveryCodes>, LoginError> {
        let audit = proves(receipt, Action::Enrol)?;
        let codes = RecoveryCodes::draw(rng)?;
        let Candidate { handler, invitation, account, step } = candidate;
        let done = self.store.write(|tx| {
            if !Open::accept(tx, invitation, now)? {
                return Ok::<_, LoginError>(false);
            }
            account.put(tx, *step, micros(now), audit)?;
            recovery::put(tx, &self.lookup, handler.as_str(), &codes)?;
            session::end_all(tx, handler, Ended::LoginReset, now, audit)?;
            Slot::of(&self.lookup, handler.as_str()).clear(tx)?;
            Ok(true)
        })?;
        Ok(done.then_some(codes))
    }
}
