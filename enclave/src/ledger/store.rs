//! One scope's SQLite file: pages, one after the other.
//!
//! WAL with `synchronous = FULL`: what was written is on disk when the call returns, and a process that is killed
//! leaves a file that the next one opens without help. A writer keeps all other processes' writers out from
//! before it reads until after it wrote.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::LedgerError;
use crate::sqlite::{is_ours, make_private, use_wal};

const SCHEMA: &str = include_str!("schema/1.sql");
const VERSION: i64 = 1;
const APPLICATION_ID: i64 = 0x5365_6B4C;
/// How long one process waits for another's check of a big table.
const BUSY: Duration = Duration::from_secs(60);

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
        make(path).map_err(|source| LedgerError::File { path: path.to_owned(), source })?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        if !is_ours(&connection, APPLICATION_ID)? {
            return Err(LedgerError::Foreign(path.to_owned()));
        }
        use_wal(&connection, BUSY)?;
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

/// Makes folder and file for their owner only.
fn make(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    make_private(path)
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
