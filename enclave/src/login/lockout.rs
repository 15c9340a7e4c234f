//! How long a name has to wait after failures in a row.
//!
//! Names fall into slots by a keyed hash, known and unknown ones alike, so being locked tells nothing about whether an account
//! exists, nobody can crowd a name out of the table, and no text that somebody typed is kept (people type passwords
//! there). Two names that share a slot wait together, which nobody can bring about on purpose without the key.
//!
//! Waits stay short: NIST SP 800-63B would disable an authenticator after 100 failures in a row, but then anybody who knows
//! a name could lock its owner out for good. At four guesses an hour even somebody who has the password needs years to hit
//! upon a code of six digits, and each failure is in the audit log.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::LoginError;
use super::lookup::Lookup;
use crate::sqlite::{micros, moment};

/// At most so many rows of a few bytes. Somebody in a house of a thousand shares a slot with a chance of 1 in 262.
const SLOTS: u64 = 1 << 18;
/// This failure in a row is the first to cost a wait.
const FIRST_WAIT_AT: u32 = 5;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// Failures are forgotten after so long without another.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// Where a name's failures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(i64);

impl Slot {
    pub fn of(lookup: &Lookup, name: &str) -> Self {
        let tag = lookup.tag("name", &[name]);
        let number = tag.as_ref().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Self((number % SLOTS).cast_signed())
    }

    /// How long the name still has to wait; zero if not at all.
    pub fn remaining(self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<TimeDelta, LoginError> {
        // A clock that was set back must not lock anybody out until it has caught up.
        tx.prepare_cached("UPDATE failure SET last = min(last, ?) WHERE slot = ?")?
            .execute(params![micros(now), self.0])?;
        let Some((failures, last)) = self.read(tx, now)? else {
            return Ok(TimeDelta::zero());
        };
        Ok((last + wait(failures) - now).max(TimeDelta::zero()))
    }

    /// Counts a failure, and gives the wait that it costs.
    pub fn fail(self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<TimeDelta, LoginError> {
        let failures = self.read(tx, now)?.map_or(0, |(failures, _)| failures).saturating_add(1);
        tx.prepare_cached("INSERT OR REPLACE INTO failure (slot, failures, last) VALUES (?, ?, ?)")?
            .execute(params![self.0, failures, micros(now)])?;
        tx.prepare_cached("DELETE FROM failure WHERE last <= ?")?.execute([micros(now - MEMORY)])?;
        Ok(wait(failures))
    }

    /// Forgets all failures.
    pub fn clear(self, tx: &Transaction<'_>) -> Result<(), LoginError> {
        tx.prepare_cached("DELETE FROM failure WHERE slot = ?")?.execute([self.0])?;
        Ok(())
    }

    /// Failures in a row and the last one's time, unless they are forgotten.
    fn read(
        self,
        tx: &Transaction<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<(u32, DateTime<Utc>)>, LoginError> {
        let row = tx
            .prepare_cached("SELECT failures, last FROM failure WHERE slot = ? AND last > ?")?
            .query_row(params![self.0, micros(now - MEMORY)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        row.map(|(failures, last)| Ok((failures, moment(last)?))).transpose()
    }
}

/// Doubles from the fifth failure on.
fn wait(failures: u32) -> TimeDelta {
    let Some(doublings) = failures.checked_sub(FIRST_WAIT_AT) else {
        return TimeDelta::zero();
    };
    (FIRST_WAIT * 2_i32.saturating_pow(doublings.min(10))).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_the_fifth_failure_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (0..12).map(|failures| wait(failures).num_seconds()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait(u32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn names_spread_over_the_slots() {
        let lookup = Lookup::new(ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[1; 32]));
        let slots: std::collections::BTreeSet<i64> =
            (0..1_000).map(|n| Slot::of(&lookup, &format!("name-{n}")).0).collect();
        assert!(slots.len() > 990, "{}", slots.len());
        assert!(slots.iter().all(|slot| (0..SLOTS.cast_signed()).contains(slot)));
    }
}
