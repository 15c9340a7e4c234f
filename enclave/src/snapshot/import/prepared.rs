//! A finished snapshot that nobody sees yet, and its appearance.
//!
//! Between the two stands the audit log: whoever publishes writes the entry first.

use std::path::PathBuf;

use super::ImportError;
use super::staging::Staging;
use crate::catalog::Column;
use crate::ids::SnapshotId;
use crate::keys::{DataKey, DataKeyId, KeyStore};
use crate::snapshot::manifest::{MANIFEST, Manifest, SIGNATURE, snapshot_id};

/// A snapshot that is complete and on disk, but has not appeared. Dropped, it is gone.
pub struct Prepared {
    staging: Staging,
    key: DataKey,
    key_id: DataKeyId,
    imported: Imported,
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Name and version.
    pub id: SnapshotId,
    /// Distinct patients.
    pub patients: u32,
    /// Distinct institutions.
    pub institutions: u32,
    /// What each table came to, in the order of the manifest.
    pub tables: Vec<ImportedTable>,
    /// The reject file, if a row was left out.
    pub rejects: Option<PathBuf>,
}

/// One table of a new snapshot.
#[derive(Debug, Clone)]
pub struct ImportedTable {
    /// Its name.
    pub name: String,
    /// Rows in the snapshot.
    pub rows: u64,
    /// Rows that were left out.
    pub rejected: u64,
    /// Columns with their types and classes, for the steward to look over.
    pub columns: Vec<Column>,
}

impl Prepared {
    /// Signs the manifest.
    pub(super) fn new(
        manifest: Manifest,
        staging: Staging,
        keys: &KeyStore,
        key: DataKey,
        rejects: Option<PathBuf>,
    ) -> Result<Self, ImportError> {
        let text = manifest.to_bytes().map_err(ImportError::inner("all", "write the manifest"))?;
        let id = snapshot_id(&manifest.name, &text)?;
        for (name, bytes) in [(MANIFEST, &text), (SIGNATURE, &keys.sign_manifest(&text)?)] {
            let path = staging.path().join(name);
            let written = std::fs::write(&path, bytes).and_then(|()| std::fs::File::open(&path)?.sync_all());
            written.map_err(ImportError::io("write", &path))?;
        }
        let tables = manifest.tables.into_iter().map(|table| ImportedTable {
            name: table.name,
            rows: table.rows,
            rejected: table.rejected,
            columns: table.columns,
        });
        let imported = Imported {
            id,
            patients: manifest.patients,
            institutions: manifest.institutions,
            tables: tables.collect(),
            rejects,
        };
        Ok(Self { staging, key, key_id: manifest.data_key, imported })
    }

    /// What will appear.
    #[must_use]
    pub fn imported(&self) -> &Imported {
        &self.imported
    }

    /// Keeps the data key and lets the snapshot appear, durably, by one rename.
    ///
    /// # Errors
    /// When the key can't be kept or the folder not renamed; then nothing has appeared.
    pub fn publish(self, keys: &KeyStore) -> Result<Imported, ImportError> {
        // The key first: a key without a snapshot harms nobody.
        keys.keep_data_key(&self.key_id, &self.key)?;
        if let Err(error) = self.staging.publish(&self.imported.id.to_string()) {
            keys.destroy_data_key(&self.key_id)?;
            return Err(error);
        }
        Ok(self.imported)
    }
}
