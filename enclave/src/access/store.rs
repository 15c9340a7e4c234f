//! The SQLite file: how it is opened, brought up to date, read and written.
//!
//! WAL with `synchronous = FULL`: a change is on disk when the call returns, and a process that is
//! killed leaves a file that the next one opens without help.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::AccessError;
use crate::sqlite::{is_ours, make_private, use_wal};

/// What brings a file from version *n* to *n* + 1. Only ever add to it.
const MIGRATIONS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];
/// "Seki": tells our files from other people's.
const APPLICATION_ID: i64 = 0x5365_6B69;
/// How long one process waits for another's write.
const BUSY: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        make_private(path).map_err(|source| AccessError::File { path: path.to_owned(), source })?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        if !is_ours(&connection, APPLICATION_ID)? {
            return Err(AccessError::Foreign(path.to_owned()));
        }
        use_wal(&connection, BUSY)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        migrate(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Reads one consistent state.
    pub fn read<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        self.transaction(TransactionBehavior::Deferred, f)
    }

    /// Changes all or nothing. On disk when it returns.
    pub fn write<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        // Immediate: a reader that turns writer midway can't be made to wait, only to fail.
        self.transaction(TransactionBehavior::Immediate, f)
    }

    fn transaction<T>(
        &self,
        behaviour: TransactionBehavior,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        // A thread that panicked inside has rolled back by dropping its transaction.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(behaviour)?;
        let value = f(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

/// Runs what is missing. Of several processes that start at once, one does it and the others see it done.
fn migrate(connection: &mut Connection) -> Result<(), AccessError> {
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    // Opening an up-to-date file must not wait for a writer.
    if version(connection)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(AccessError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A moment as it is stored. Beyond year 294,246 there are none.
pub(super) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// A moment as it was stored.
pub(super) fn moment(micros: i64) -> Result<DateTime<Utc>, AccessError> {
    DateTime::from_timestamp_micros(micros).ok_or(AccessError::Damaged("a time"))
}

/// A name, a role or the like, as it was stored: checked again on the way out.
pub(super) fn parsed<T: TryFrom<String>>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    T::try_from(text).map_err(|_| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text))
}

/// The same of something that may be missing.
pub(super) fn perhaps<T: TryFrom<String>>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    if row.get_ref(column)? == rusqlite::types::ValueRef::Null {
        Ok(None)
    } else {
        parsed(row, column).map(Some)
    }
}

/// The first column of all rows, for error texts that say what there is.
pub(super) fn names(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<String>, AccessError> {
    let mut statement = transaction.prepare_cached(sql)?;
    let names = statement.query_map(parameters, |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}
