//! An account's row.

use std::fmt;

use ring::hmac;
use rusqlite::{OptionalExtension, Transaction, params};

use super::LoginError;
use super::hasher::Hasher;
use super::seal::Seal;

/// A login as it is kept.
pub(super) struct Account {
    /// Whose. Empty for the stranger, which is nobody's name.
    pub handler: String,
    /// A PHC string.
    pub password: String,
    /// The app's secret, sealed.
    pub totp: Vec<u8>,
}

impl Account {
    /// Looks like an account and opens to nobody.
    pub fn stranger(hasher: &Hasher, seal: &Seal) -> Result<Self, LoginError> {
        let handler = String::new();
        Ok(Self { totp: seal.close_dummy(&handler)?, handler, password: hasher.nobodys() })
    }

    pub fn find(tx: &Transaction<'_>, name: &str) -> Result<Option<Self>, LoginError> {
        let mut statement = tx.prepare_cached("SELECT password, totp FROM account WHERE handler = ?")?;
        let row = statement.query_row([name], |row| {
            Ok(Self { handler: name.to_owned(), password: row.get(0)?, totp: row.get(1)? })
        });
        Ok(row.optional()?)
    }

    /// Writes it over whatever there was. No code of `step` or before is good any more.
    pub fn put(&self, tx: &Transaction<'_>, step: i64, enrolled: i64, audit: i64) -> Result<(), LoginError> {
        let Self { handler, password, totp } = self;
        tx.execute("DELETE FROM account WHERE handler = ?", [handler])?;
        tx.execute(
            "INSERT INTO account (handler, password, totp, last_step, enrolled, audit) VALUES (?, ?, ?, ?, ?, ?)",
            params![handler, password, totp, step, enrolled, audit],
        )?;
        Ok(())
    }

    /// Uses up a step of the app's. False when it or a later one was used, or the account has changed since it was read.
    pub fn use_step(&self, tx: &Transaction<'_>, step: i64) -> Result<bool, LoginError> {
        let used = tx
            .prepare_cached(
                "UPDATE account SET last_step = ?1 WHERE handler = ?2 AND password = ?3 AND totp = ?4
                 AND last_step < ?1",
            )?
            .execute(params![step, self.handler, self.password, self.totp])?;
        Ok(used == 1)
    }

    /// Uses up a recovery code. False when there is none such, or the account has changed since it was read.
    pub fn use_recovery_code(&self, tx: &Transaction<'_>, hash: &hmac::Tag) -> Result<bool, LoginError> {
        let used = tx
            .prepare_cached(
                "DELETE FROM recovery_code WHERE handler = ?1 AND hash = ?2 AND EXISTS
                     (SELECT 1 FROM account WHERE handler = ?1 AND password = ?3 AND totp = ?4)",
            )?
            .execute(params![self.handler, hash.as_ref(), self.password, self.totp])?;
        Ok(used == 1)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("handler", &self.handler).finish_non_exhaustive()
    }
}
