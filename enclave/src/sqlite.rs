//! What every SQLite file of a house needs when it is opened.
//!
//! Out of scope: what is in it.

mod base;
mod value;

pub(crate) use base::{Base, Kind, OpenError};
pub(crate) use value::{micros, moment, parsed, perhaps};

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

const NAP: Duration = Duration::from_millis(20);

/// Makes the file for its owner only; SQLite gives its side files the same mode.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether a file is empty or of this kind. Asked before anything is written: a file of another program's is left
/// as it is.
pub(crate) fn is_ours(connection: &Connection, application_id: i64) -> rusqlite::Result<bool> {
    let look = || -> rusqlite::Result<bool> {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        Ok(id == application_id || (id == 0 && tables == 0))
    };
    match look() {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Ok(false),
        looked => looked,
    }
}

/// Turns the write-ahead log on, waiting for others up to `busy`: SQLite does not do so in this one step.
pub(crate) fn use_wal(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < busy => {
                std::thread::sleep(NAP);
                waited += NAP;
            }
            result => return result,
        }
    }
}
