//! The reject file: which rows were left out and why, never what stood in them.
//!
//! CSV with a header: `table,file,line,reason,column`. `line` is the line of a text file (the header is
//! line 1) or the row of a Parquet file (the first is 1).

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::ImportError;
use crate::ids::SnapshotName;

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// More or fewer fields than the header.
    Fields,
    /// Bytes that the encoding does not have.
    Encoding,
    /// No patient key.
    MissingKey,
    /// A value that is not of the column's type.
    WrongType,
}

impl Reason {
    const fn code(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Encoding => "encoding",
            Self::MissingKey => "missing_key",
            Self::WrongType => "wrong_type",
        }
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowPlace<'a> {
    pub table: &'a str,
    pub file: &'a str,
    pub line: u64,
}

/// The reject file of one import. It is made with the first reject.
pub(super) struct Rejects {
    folder: PathBuf,
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
    counts: BTreeMap<(String, Reason, String), u64>,
}

impl Rejects {
    pub fn new(home: &Path, name: &SnapshotName, now: DateTime<Utc>) -> Self {
        let folder = home.join("rejects");
        let path = folder.join(format!("{name}-{}.csv", now.format("%Y%m%dT%H%M%S%.3fZ")));
        Self { folder, path, writer: None, counts: BTreeMap::new() }
    }

    /// Notes a row. `column` is empty where the reason is not one column's.
    pub fn add(&mut self, row: RowPlace<'_>, reason: Reason, column: &str) -> Result<(), ImportError> {
        let key = (row.table.to_owned(), reason, column.to_owned());
        *self.counts.entry(key).or_default() += 1;
        let path = self.path.clone();
        let failed = |e: csv::Error| ImportError::io("write", &path)(e.into());
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(create(&self.folder, &self.path)?),
        };
        let line = row.line.to_string();
        writer.write_record([row.table, row.file, &line, reason.code(), column]).map_err(failed)
    }

    /// Rows of a table noted so far.
    pub fn of(&self, table: &str) -> u64 {
        self.counts.iter().filter(|((t, ..), _)| t == table).map(|(_, n)| n).sum()
    }

    /// Fails if a table has lost more than `limit` of its `rows`.
    pub fn check(&mut self, table: &str, rows: u64, limit: f64) -> Result<(), ImportError> {
        let rejected = self.of(table);
        if rejected as f64 <= limit * rows as f64 {
            return Ok(());
        }
        let worst = self.counts.iter().filter(|((t, ..), _)| t == table).max_by_key(|(_, n)| **n);
        let most_often = match worst {
            Some(((_, reason, column), _)) if column.is_empty() => reason.code().to_owned(),
            Some(((_, reason, column), _)) => format!("{} in column '{column}'", reason.code()),
            None => String::new(),
        };
        let file = self.close()?.unwrap_or_default();
        Err(ImportError::TooManyRejects { table: table.to_owned(), rejected, rows, limit, most_often, file })
    }

    /// Writes everything out. The path, if there is a file.
    pub fn close(&mut self) -> Result<Option<PathBuf>, ImportError> {
        let Some(writer) = &mut self.writer else { return Ok(None) };
        writer.flush().map_err(ImportError::io("write", &self.path))?;
        writer.get_ref().get_ref().sync_all().map_err(ImportError::io("write", &self.path))?;
        Ok(Some(self.path.clone()))
    }
}

fn create(folder: &Path, path: &Path) -> Result<csv::Writer<BufWriter<File>>, ImportError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(ImportError::io("make", folder))?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(ImportError::io("create", path))?;
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    let header = ["table", "file", "line", "reason", "column"];
    writer.write_record(header).map_err(|e| ImportError::io("write", path)(e.into()))?;
    Ok(writer)
}
