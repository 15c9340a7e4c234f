//! A file that several threads and processes share: opened, brought up to date, read and written.
//!
//! WAL with `synchronous = FULL`: a change is on disk when the call returns, and a process that is
//! killed leaves a file that the next one opens without help.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{is_ours, make_private, use_wal};

/// How long one process waits for another's write.
const BUSY: Duration = Duration::from_secs(5);

/// Which of our files it is.
pub(crate) struct Kind {
    /// Tells it from our others, and from other people's.
    pub application_id: i64,
    /// What brings a file from version *n* to *n* + 1. Only ever add to it.
    pub migrations: &'static [&'static str],
}

/// Why a file could not be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// It cannot be made or read.
    File { path: PathBuf, source: std::io::Error },
    /// SQLite said no.
    Store(rusqlite::Error),
    /// It is something else.
    Foreign(PathBuf),
    /// It was written by a newer Sekisho.
    Newer { found: u32, known: u32 },
}

/// An open file.
#[derive(Debug)]
pub(crate) struct Base {
    connection: Mutex<Connection>,
}

impl Base {
    /// Opens the file, making it for its owner only or bringing an older one up to date.
    pub fn open(path: &Path, kind: &Kind) -> Result<Self, OpenError> {
        make_private(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        if !is_ours(&connection, kind.application_id)? {
            return Err(OpenError::Foreign(path.to_owned()));
        }
        use_wal(&connection, BUSY)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        migrate(&mut connection, kind.migrations)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Reads one consistent state.
    pub fn read<T, E: From<rusqlite::Error>>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(TransactionBehavior::Deferred, f)
    }

    /// Changes all or nothing. On disk when it returns.
    pub fn write<T, E: From<rusqlite::Error>>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // Immediate: a reader that turns writer midway can't be made to wait, only to fail.
        self.transaction(TransactionBehavior::Immediate, f)
    }

    fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        behaviour: TransactionBehavior,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A thread that panicked inside has rolled back by dropping its transaction.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(behaviour)?;
        let value = f(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

/// Runs what is missing. Of several processes that start at once, one does it and the others see it done.
fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), OpenError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    // Opening an up-to-date file must not wait for a writer.
    if version(connection)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for migration in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

impl From<rusqlite::Error> for OpenError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Store(source)
    }
}
