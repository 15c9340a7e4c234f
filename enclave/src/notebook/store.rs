//! The file of notebooks.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ids::{HandlerId, StudyId};
use crate::sqlite::{Base, Kind, OpenError, micros, moment};

/// "Sekn".
const KIND: Kind = Kind { application_id: 0x5365_6B6E, migrations: &[include_str!("schema/1.sql")] };
/// The longest document, in bytes: some thousand cells.
const MAX_DOCUMENT: usize = 1 << 20;
/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// Notebooks of one study.
const MAX_NOTEBOOKS: i64 = 1_000;
/// Versions that are kept of one notebook; the oldest go first.
const MAX_VERSIONS: i64 = 500;

/// Why a notebook could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum NotebooksError {
    /// SQLite said no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file system said no, or the file is another program's or a newer one's.
    #[error("the file of notebooks does not open: {0}")]
    Closed(String),
    /// A row holds what this program never writes.
    #[error("damaged")]
    Damaged,
    /// The document or its title is too long, or there are too many notebooks.
    #[error("too large")]
    TooLarge,
}

impl From<OpenError> for NotebooksError {
    fn from(error: OpenError) -> Self {
        Self::Closed(format!("{error:?}"))
    }
}

/// A notebook in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Info {
    /// What it is called in addresses.
    pub notebook: String,
    /// What people call it.
    pub title: String,
    /// Which version it is, from 1.
    pub version: i64,
    /// When this version was written.
    pub edited: DateTime<Utc>,
    /// By whom.
    pub editor: String,
}

/// The page's own JSON, kept as it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

/// A notebook with what is in it.
#[derive(Debug, Clone, Serialize)]
pub struct Notebook {
    /// Its line in a list.
    #[serde(flatten)]
    pub info: Info,
    /// What is in it.
    pub document: Document,
}

/// What became of a change.
#[derive(Debug, Clone)]
pub enum Put {
    /// It is the newest version now.
    Kept(Notebook),
    /// Somebody else was faster; this is what is there.
    Conflict(Notebook),
    /// There is no such notebook.
    Gone,
}

/// All notebooks of a house.
#[derive(Debug)]
pub struct Notebooks {
    store: Base,
}

impl Notebooks {
    /// Opens the file, making it if it is missing.
    ///
    /// # Errors
    /// When it cannot be made, or is no file of notebooks.
    pub fn open(path: &Path) -> Result<Self, NotebooksError> {
        Ok(Self { store: Base::open(path, &KIND)? })
    }

    /// The notebooks of a study, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self, study: &StudyId) -> Result<Vec<Info>, NotebooksError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!(
                "{INFO} WHERE n.study = ? AND n.deleted IS NULL AND v.version = n.version ORDER BY v.edited DESC"
            ))?;
            statement.query_map([study.as_str()], row)?.map(|found| info(found?)).collect()
        })
    }

    /// One notebook as it is, or as it was in a version.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(
        &self,
        study: &StudyId,
        notebook: &str,
        version: Option<i64>,
    ) -> Result<Option<Notebook>, NotebooksError> {
        self.store.read(|tx| read(tx, study, notebook, version))
    }

    /// The versions of a notebook, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn versions(&self, study: &StudyId, notebook: &str) -> Result<Vec<Info>, NotebooksError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!(
                "{INFO} WHERE n.study = ? AND n.name = ? AND n.deleted IS NULL ORDER BY v.version DESC"
            ))?;
            statement.query_map([study.as_str(), notebook], row)?.map(|found| info(found?)).collect()
        })
    }

    /// Begins a notebook under a fresh name.
    ///
    /// # Errors
    /// [`NotebooksError::TooLarge`], or when the file cannot be written.
    pub fn begin(
        &self,
        study: &StudyId,
        notebook: &str,
        written: (&str, &Document),
        by: (&HandlerId, DateTime<Utc>),
    ) -> Result<Notebook, NotebooksError> {
        fits(written)?;
        self.store.write(|tx| {
            let count: i64 = tx
                .prepare_cached("SELECT count(*) FROM notebook WHERE study = ? AND deleted IS NULL")?
                .query_row([study.as_str()], |row| row.get(0))?;
            if count >= MAX_NOTEBOOKS {
                return Err(NotebooksError::TooLarge);
            }
            tx.execute(
                "INSERT INTO notebook (name, study, version) VALUES (?, ?, 0)",
                [notebook, study.as_str()],
            )?;
            write(tx, (study, notebook, 1), written, by)
        })
    }

    /// Writes the next version of a notebook, made from version `from`.
    ///
    /// # Errors
    /// [`NotebooksError::TooLarge`], or when the file cannot be written.
    pub fn put(
        &self,
        study: &StudyId,
        (notebook, from): (&str, i64),
        written: (&str, &Document),
        by: (&HandlerId, DateTime<Utc>),
    ) -> Result<Put, NotebooksError> {
        fits(written)?;
        self.store.write(|tx| {
            let Some(there) = read(tx, study, notebook, None)? else { return Ok(Put::Gone) };
            if there.info.version != from {
                return Ok(Put::Conflict(there));
            }
            let next = from.saturating_add(1);
            let kept = write(tx, (study, notebook, next), written, by)?;
            tx.execute(
                "DELETE FROM version WHERE notebook = ? AND version <= ?",
                params![notebook, next.saturating_sub(MAX_VERSIONS)],
            )?;
            Ok(Put::Kept(kept))
        })
    }

    /// Takes a notebook off the list; its versions stay in the file. False where there is none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete(
        &self,
        study: &StudyId,
        notebook: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, NotebooksError> {
        self.store.write(|tx| {
            let deleted = tx.execute(
                "UPDATE notebook SET deleted = ? WHERE name = ? AND study = ? AND deleted IS NULL",
                params![micros(now), notebook, study.as_str()],
            )?;
            Ok(deleted > 0)
        })
    }
}

const INFO: &str = "SELECT n.name, v.title, v.version, v.edited, v.editor, v.document
    FROM notebook n JOIN version v ON v.notebook = n.name";

type Found = (String, String, i64, i64, String, String);

fn row(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn info((notebook, title, version, edited, editor, _): Found) -> Result<Info, NotebooksError> {
    let edited = moment(edited)?;
    Ok(Info { notebook, title, version, edited, editor })
}

fn read(
    tx: &Transaction<'_>,
    study: &StudyId,
    notebook: &str,
    version: Option<i64>,
) -> Result<Option<Notebook>, NotebooksError> {
    let found = tx
        .prepare_cached(&format!(
            "{INFO} WHERE n.study = ? AND n.name = ? AND n.deleted IS NULL AND v.version = coalesce(?, n.version)"
        ))?
        .query_row(params![study.as_str(), notebook, version], row)
        .optional()?;
    let Some(found) = found else { return Ok(None) };
    let document = RawValue::from_string(found.5.clone()).map_err(|_| NotebooksError::Damaged)?;
    Ok(Some(Notebook { info: info(found)?, document: Document(document) }))
}

fn write(
    tx: &Transaction<'_>,
    (study, notebook, version): (&StudyId, &str, i64),
    (title, document): (&str, &Document),
    (editor, now): (&HandlerId, DateTime<Utc>),
) -> Result<Notebook, NotebooksError> {
    tx.execute(
        "INSERT INTO version (notebook, version, title, document, editor, edited) VALUES (?, ?, ?, ?, ?, ?)",
        params![notebook, version, title, document.0.get(), editor.as_str(), micros(now)],
    )?;
    tx.execute("UPDATE notebook SET version = ? WHERE name = ?", params![version, notebook])?;
    read(tx, study, notebook, None)?.ok_or(NotebooksError::Damaged)
}

fn fits((title, document): (&str, &Document)) -> Result<(), NotebooksError> {
    let fits = title.chars().count() <= MAX_TITLE && document.0.get().len() <= MAX_DOCUMENT;
    if fits { Ok(()) } else { Err(NotebooksError::TooLarge) }
}
