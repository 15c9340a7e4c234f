//! Invitations: a link that lets one person choose a password and set up an app. No password is ever handed out.
//!
//! The app's secret is drawn with the invitation and kept sealed, so that the page shows the same one each time. It is not
//! derived from the link, which stays behind in somebody's mail.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SecureRandom;
use rusqlite::{OptionalExtension, Transaction, params};
use zeroize::Zeroizing;

use super::secret::{Hash, Secret, random};
use super::totp::{Authenticator, SECRET_LEN};
use super::words::{NO_INVITATION, refused, unreadable};
use super::{Login, LoginError, Qr, proves};
use crate::audit::{Action, Receipt};
use crate::ids::HandlerId;
use crate::sqlite::{micros, moment, parsed};
use crate::words::Refusal;

const VALID: TimeDelta = TimeDelta::hours(72);

/// An invitation in the clear. It is shown once, to whoever had it made.
#[derive(Debug)]
pub struct Invitation {
    handler: HandlerId,
    token: Secret,
    until: DateTime<Utc>,
}

impl Invitation {
    /// Whom it is for.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }

    /// What its link carries.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// The first moment at which it is no longer good.
    #[must_use]
    pub fn until(&self) -> DateTime<Utc> {
        self.until
    }
}

/// What an invited person sets up their app with. Holds secrets that `Debug` does not print.
pub struct Enrolment {
    /// Who is invited.
    pub handler: HandlerId,
    /// The app's secret in base32, in groups of four.
    pub secret: Zeroizing<String>,
    /// The same as an `otpauth:` address.
    pub uri: Zeroizing<String>,
    /// The address as a QR code.
    pub qr: Qr,
    /// The first moment at which the invitation is no longer good.
    pub until: DateTime<Utc>,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolment")
            .field("handler", &self.handler)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl Login {
    /// Invites somebody, in place of any invitation before. Whoever has a login keeps it until they accept.
    ///
    /// # Errors
    /// When the file cannot be written, there are no random numbers, or the receipt is for another act.
    pub fn invite(
        &self,
        handler: &HandlerId,
        now: DateTime<Utc>,
        rng: &dyn SecureRandom,
        receipt: &Receipt,
    ) -> Result<Invitation, LoginError> {
        let audit = proves(receipt, Action::Invite)?;
        let (token, until) = (Secret::draw(rng)?, now + VALID);
        let secret: Zeroizing<[u8; SECRET_LEN]> = random(rng)?;
        let sealed = self.seal.close(handler.as_str(), &secret, rng)?;
        self.store.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO invitation (handler, hash, totp, valid_until, audit) VALUES (?, ?, ?, ?, ?)",
                params![handler.as_str(), token.hash().as_bytes(), sealed, micros(until), audit],
            )?;
            Ok::<_, LoginError>(())
        })?;
        Ok(Invitation { handler: handler.clone(), token, until })
    }

    /// What an invited person is shown. The same each time, as long as the invitation is good.
    ///
    /// # Errors
    /// The same words for an invitation that is unknown, used, replaced or expired.
    pub fn invited(&self, token: &str, now: DateTime<Utc>) -> Result<Enrolment, Refusal> {
        let open = self.open_invitation(&Hash::of(token), now)?;
        self.show(open).map_err(|error| unreadable(&error))
    }

    fn show(&self, open: Open) -> Result<Enrolment, LoginError> {
        let app = self.authenticator(&open)?;
        let (secret, uri) = (app.grouped(), app.uri()?);
        let qr = Qr::of(&uri)?;
        Ok(Enrolment { handler: open.handler, secret, uri, qr, until: open.until })
    }

    /// The app that an invitation sets up.
    pub(super) fn authenticator(&self, open: &Open) -> Result<Authenticator, LoginError> {
        let secret = self.seal.open(open.handler.as_str(), &open.totp)?;
        Authenticator::new(open.handler.as_str(), &secret)
    }

    /// The invitation behind a link, if it is good.
    pub(super) fn open_invitation(&self, hash: &Hash, now: DateTime<Utc>) -> Result<Open, Refusal> {
        let found = self.store.read(|tx| Open::find(tx, hash, now));
        found.map_err(|error| unreadable(&error))?.ok_or_else(|| refused(&NO_INVITATION))
    }
}

/// An invitation that is good.
pub(super) struct Open {
    pub handler: HandlerId,
    /// The app's secret, sealed.
    pub totp: Vec<u8>,
    until: DateTime<Utc>,
}

impl Open {
    fn find(tx: &Transaction<'_>, hash: &Hash, now: DateTime<Utc>) -> Result<Option<Self>, LoginError> {
        let mut statement = tx.prepare_cached(
            "SELECT handler, totp, valid_until FROM invitation WHERE hash = ? AND valid_until > ?",
        )?;
        let row = statement.query_row(params![hash.as_bytes(), micros(now)], |row| {
            Ok(Self { handler: parsed(row, 0)?, totp: row.get(1)?, until: moment(row.get(2)?)? })
        });
        Ok(row.optional()?)
    }

    /// Uses an invitation up. False when somebody else did.
    pub fn accept(tx: &Transaction<'_>, hash: &Hash, now: DateTime<Utc>) -> Result<bool, LoginError> {
        let sql = "DELETE FROM invitation WHERE hash = ? AND valid_until > ?";
        Ok(tx.execute(sql, params![hash.as_bytes(), micros(now)])? == 1)
    }
}
