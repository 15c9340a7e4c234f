//! Sessions' rows.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::super::LoginError;
use super::super::proven::{How, SignedIn};
use super::super::secret::Hash;
use super::{Ended, SessionRules, Zone};
use crate::ids::HandlerId;
use crate::sqlite::{micros, moment, parsed, perhaps};

const SELECT: &str = "SELECT hash, handler, zone, how, began, seen, confirmed, reason FROM session";

/// A clock that is set back by more than this ends sessions rather than lengthen them.
const SET_BACK: TimeDelta = TimeDelta::minutes(5);

/// A session as it is kept.
pub(super) struct Row {
    pub hash: Hash,
    pub handler: HandlerId,
    pub zone: Zone,
    pub how: How,
    pub began: DateTime<Utc>,
    pub seen: DateTime<Utc>,
    pub confirmed: DateTime<Utc>,
    reason: Option<Ended>,
}

impl Row {
    pub fn find(tx: &Transaction<'_>, hash: &Hash) -> Result<Option<Self>, LoginError> {
        let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE hash = ?"))?;
        Ok(statement.query_row([hash.as_bytes()], Self::read).optional()?)
    }

    /// Why it is no longer open, if so.
    pub fn ended(&self, rules: &SessionRules, now: DateTime<Utc>) -> Option<Ended> {
        if self.reason.is_some() {
            return self.reason;
        }
        if now - self.began >= rules.absolute {
            return Some(Ended::Expired);
        }
        let is_idle = now - self.seen >= rules.idle || self.seen - now > SET_BACK;
        is_idle.then_some(Ended::Idle)
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            hash: Hash::stored(row.get(0)?),
            handler: parsed(row, 1)?,
            zone: parsed(row, 2)?,
            how: parsed(row, 3)?,
            began: moment(row.get(4)?)?,
            seen: moment(row.get(5)?)?,
            confirmed: moment(row.get(6)?)?,
            reason: perhaps(row, 7)?,
        })
    }
}

/// Somebody's or everybody's open sessions, newest first.
pub(super) fn open(
    tx: &Transaction<'_>,
    handler: Option<&HandlerId>,
    rules: &SessionRules,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, LoginError> {
    let mut statement = tx.prepare_cached(&format!(
        "{SELECT} WHERE reason IS NULL AND (?1 IS NULL OR handler = ?1) ORDER BY began DESC, hash"
    ))?;
    let rows = statement.query_map([handler.map(HandlerId::as_str)], Row::read)?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.retain(|row| row.ended(rules, now).is_none());
    Ok(rows)
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    hash: &Hash,
    signed_in: &SignedIn,
    zone: Zone,
    now: DateTime<Utc>,
    audit: i64,
) -> Result<(), LoginError> {
    let (handler, how, proven) = (signed_in.handler().as_str(), signed_in.how().code(), signed_in.at());
    tx.execute(
        "INSERT INTO session (hash, handler, zone, how, began, seen, confirmed, audit)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)",
        params![hash.as_bytes(), handler, zone.code(), how, micros(now), micros(proven), audit],
    )?;
    Ok(())
}

/// Ends one, unless it has ended. Whether it had not.
pub(super) fn end(
    tx: &Transaction<'_>,
    hash: &Hash,
    why: Ended,
    now: DateTime<Utc>,
    audit: i64,
) -> Result<bool, LoginError> {
    let ended = tx.execute(
        "UPDATE session SET ended = ?, reason = ?, audit = ? WHERE hash = ? AND ended IS NULL",
        params![micros(now), why.code(), audit, hash.as_bytes()],
    )?;
    Ok(ended == 1)
}

/// Ends all of somebody's that have not ended, and gives how many.
pub(in super::super) fn end_all(
    tx: &Transaction<'_>,
    handler: &HandlerId,
    why: Ended,
    now: DateTime<Utc>,
    audit: i64,
) -> Result<usize, LoginError> {
    let ended = tx.execute(
        "UPDATE session SET ended = ?, reason = ?, audit = ? WHERE handler = ? AND ended IS NULL",
        params![micros(now), why.code(), audit, handler.as_str()],
    )?;
    Ok(ended)
}
