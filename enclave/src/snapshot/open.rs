//! Opening a snapshot: signature, format, name, and that each file is there in its full length.
//!
//! Digests are not worked out on opening (a nation's data takes minutes to read); a changed byte is
//! found by the cipher when its page is read. [`Snapshot::verify_files`] reads everything.

use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use ring::digest;

use super::SnapshotError;
use super::manifest::{FileEntry, Manifest};
use crate::catalog::{Catalog, Table};
use crate::ids::SnapshotId;
use crate::keys::{DataKeyId, ManifestKey, hex};
use crate::policy::Bundle;

/// An opened snapshot whose signature was checked. Nothing in it can change.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: SnapshotId,
    dir: PathBuf,
    manifest: Manifest,
    bundle: Bundle,
    parts: Vec<(String, Vec<Part>)>,
}

/// One file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Absolute path.
    pub file: PathBuf,
    /// Rows in it.
    pub rows: u64,
    /// The patients it may hold, the same for part *k* of every table; none for a public table.
    pub patients: Option<Range<u32>>,
    /// Its size.
    pub bytes: u64,
}

impl Snapshot {
    /// Opens `dir` (`snapshots/NAME@DIGEST`).
    ///
    /// # Errors
    /// When the signature doesn't hold, the folder bears another snapshot's name, or a file is not there in its
    /// full length.
    pub fn open(dir: &Path, verify_key: &ManifestKey) -> Result<Self, SnapshotError> {
        let dir = std::fs::canonicalize(dir).map_err(SnapshotError::io("open", dir))?;
        let (id, manifest) = Manifest::read(&dir, verify_key)?;
        let wrong = |reason: String| SnapshotError::Manifest { path: dir.clone(), reason };
        if dir.file_name().and_then(|n| n.to_str()) != Some(&id.to_string()) {
            return Err(wrong(format!("the folder holds {id} but bears another name")));
        }
        let bundle = Bundle::parse(&manifest.policy).map_err(|e| wrong(e.to_string()))?;

        present(&dir, &manifest.roster)?;
        let parts = manifest
            .tables
            .iter()
            .map(|table| {
                let parts = table.parts.iter().map(|part| {
                    Ok(Part {
                        file: present(&dir, &part.file)?,
                        rows: part.rows,
                        patients: part.patients.map(|(first, end)| first..end),
                        bytes: part.file.bytes,
                    })
                });
                Ok((table.name.clone(), parts.collect::<Result<_, SnapshotError>>()?))
            })
            .collect::<Result<_, SnapshotError>>()?;
        Ok(Self { id, dir, manifest, bundle, parts })
    }

    /// Reads every file and holds it against its digest.
    ///
    /// # Errors
    /// [`SnapshotError::File`] with the first file that differs.
    pub fn verify_files(&self) -> Result<(), SnapshotError> {
        let parts = self.manifest.tables.iter().flat_map(|t| &t.parts).map(|p| &p.file);
        for entry in parts.chain([&self.manifest.roster]) {
            let path = present(&self.dir, entry)?;
            if sha256(&path)? != entry.sha256 {
                return Err(SnapshotError::File(path));
            }
        }
        Ok(())
    }

    /// Name and version.
    #[must_use]
    pub fn id(&self) -> &SnapshotId {
        &self.id
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> DateTime<Utc> {
        self.manifest.created
    }

    /// All its tables. A study may be permitted fewer.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        let rule = self.bundle.municipality.as_ref();
        let municipality = |table: &str| {
            let mut columns = rule.into_iter().flat_map(|rule| &rule.columns).map(|c| &c.column);
            columns.find(|path| path.table == table).map(|path| path.column.clone())
        };
        let table = |t: &super::manifest::TableEntry| Table {
            name: t.name.clone(),
            columns: t.columns.clone(),
            municipality: municipality(&t.name),
        };
        Catalog { snapshot: self.id.clone(), tables: self.manifest.tables.iter().map(table).collect() }
    }

    /// The rules that its figures are judged by.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Which key its files are encrypted with.
    #[must_use]
    pub fn data_key_id(&self) -> &DataKeyId {
        &self.manifest.data_key
    }

    /// Distinct patients over all tables; their dense numbers are 0 up to this.
    #[must_use]
    pub fn patients(&self) -> u32 {
        self.manifest.patients
    }

    /// Distinct institutions over all tables, likewise.
    #[must_use]
    pub fn institutions(&self) -> u32 {
        self.manifest.institutions
    }

    /// A table's files, ascending by patient; none if there is no such table.
    #[must_use]
    pub fn parts(&self, table: &str) -> &[Part] {
        self.parts.iter().find(|(name, _)| name == table).map_or(&[], |(_, parts)| parts)
    }

    /// A table's rows; 0 if there is no such table.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.manifest.tables.iter().find(|t| t.name == table).map_or(0, |t| t.rows)
    }

    /// Its folder, absolute.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The roster: columns `patient` (dense number, UInt32) and `record_key` (UInt64), encrypted like the rest.
    #[must_use]
    pub fn roster(&self) -> PathBuf {
        self.dir.join(&self.manifest.roster.path)
    }
}

/// The entry's file, if it is there in its full length.
fn present(dir: &Path, entry: &FileEntry) -> Result<PathBuf, SnapshotError> {
    let missing = || SnapshotError::File(dir.join(&entry.path));
    let path = entry.within(dir).ok_or_else(missing)?;
    match path.symlink_metadata() {
        Ok(found) if found.is_file() && found.len() == entry.bytes => Ok(path),
        _ => Err(missing()),
    }
}

fn sha256(path: &Path) -> Result<String, SnapshotError> {
    use std::io::Read;
    let failed = || SnapshotError::io("read", path);
    let mut file = std::fs::File::open(path).map_err(failed())?;
    let mut sum = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(failed())? {
            0 => return Ok(hex::encode(sum.finish().as_ref())),
            n => sum.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}
