//! One scope's SQLite file: pages, one after the other.
//!
//! WAL with `synchronous = FULL`: what was written is on disk when the call returns, and a process that is killed
//! leaves a file that the next one opens without help. A writer keeps all other processes' writers out from
//! before it reads until after it wrote.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::LedgerError;

const SCHEMA: &str = include_str!("schema/1.sql");
const VERSION: i64 = 1;
const APPLICATION_ID: i64 = 0x5365_6B4C;
/// How long one process waits for another's check of a big table.
const BUSY: Duration = Duration::from_secs(60);
const NAP: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
}

/// A page as it is stored.
pub(super) struct Page {
    pub number: i64,
    pub question: u64,
    pub sealed: Vec<u8>,
}

impl Store {
    /// # Errors
    /// When the file can't be made, or is another program's or a newer one's.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        make_private(path).map_err(|source| LedgerError::File { path: path.to_owned(), source })?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        refuse_foreign(&connection, path)?;
        use_wal(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        make_tables(&mut connection)?;
        Ok(Self { connection })
    }

    /// Keeps everybody else out until it is committed or dropped.
    ///
    /// # Errors
    /// When others don't let go of the file.
    pub fn begin(&mut self) -> Result<Pages<'_>, LedgerError> {
        Ok(Pages(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?))
    }
}

/// The pages, while nobody else can write.
pub(super) struct Pages<'a>(Transaction<'a>);

impl Pages<'_> {
    /// The pages after one of them, without a gap.
    ///
    /// # Errors
    /// When the first of them is not the next one, or there were more pages before.
    pub fn after(
        &self,
        last: i64,
        mut each: impl FnMut(Page) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let count: i64 =
            self.0.query_row("SELECT coalesce(max(number), 0) FROM page", [], |row| row.get(0))?;
        if count < last {
            return Err(LedgerError::Damaged("pages that were there are gone"));
        }
        let mut statement = self
            .0
            .prepare_cached("SELECT number, question, sealed FROM page WHERE number > ? ORDER BY number")?;
        let mut rows = statement.query([last])?;
        let mut expected = last;
        while let Some(row) = rows.next()? {
            expected += 1;
            let number = row.get(0)?;
            if number != expected {
                return Err(LedgerError::Damaged("a page is missing"));
            }
            let question: i64 = row.get(1)?;
            each(Page { number, question: question.cast_unsigned(), sealed: row.get(2)? })?;
        }
        Ok(())
    }

    /// # Errors
    /// When it can't be written.
    pub fn write(&self, page: &Page) -> Result<(), LedgerError> {
        let sql = "INSERT INTO page (number, question, sealed) VALUES (?, ?, ?)";
        let mut statement = self.0.prepare_cached(sql)?;
        statement.execute((page.number, page.question.cast_signed(), &page.sealed))?;
        Ok(())
    }

    /// All is on disk when this returns.
    ///
    /// # Errors
    /// When it can't be written: then nothing was.
    pub fn commit(self) -> Result<(), LedgerError> {
        Ok(self.0.commit()?)
    }
}

/// Makes folder and file for their owner only; SQLite gives its side files the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Before anything is written: a file of another program's is left as it is.
fn refuse_foreign(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let is_ours = || -> rusqlite::Result<bool> {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        Ok(id == APPLICATION_ID || (id == 0 && tables == 0))
    };
    match is_ours() {
        Ok(true) => Ok(()),
        Ok(false) => Err(LedgerError::Foreign(path.to_owned())),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(LedgerError::Foreign(path.to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// SQLite does not wait for others in this one step, so we do.
fn use_wal(connection: &Connection) -> Result<(), LedgerError> {
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < BUSY => {
                std::thread::sleep(NAP);
                waited += NAP;
            }
            result => return Ok(result?),
        }
    }
}

/// Of several processes that start at once, one does it and the others see it done.
fn make_tables(connection: &mut Connection) -> Result<(), LedgerError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match transaction.pragma_query_value(None, "user_version", |row| row.get(0))? {
        0 => {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        found => return Err(LedgerError::Newer { found, known: VERSION }),
    }
    Ok(transaction.commit()?)
}
