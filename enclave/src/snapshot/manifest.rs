//! The signed manifest: everything about a snapshot but its rows.

use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, Utc};
use ring::digest;
use serde::{Deserialize, Serialize};

use super::SnapshotError;
use crate::catalog::Column;
use crate::ids::{SnapshotId, SnapshotName};
use crate::keys::{DataKeyId, ManifestKey, hex};

/// Counted up when a reader of the old format would go wrong.
pub(super) const FORMAT: u32 = 1;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SIGNATURE: &str = "manifest.sig";

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub format: u32,
    pub name: SnapshotName,
    pub created: DateTime<Utc>,
    /// Distinct identifiers in the source: the dense numbers are 0 up to this.
    pub patients: u32,
    pub institutions: u32,
    /// The whole policy bundle as TOML, so that a verdict can be explained after the file has changed.
    pub policy: String,
    pub data_key: DataKeyId,
    pub roster: FileEntry,
    pub tables: Vec<TableEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableEntry {
    pub name: String,
    pub rows: u64,
    /// Rows of the source that were left out as unreadable.
    pub rejected: u64,
    pub columns: Vec<Column>,
    pub parts: Vec<PartEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartEntry {
    pub rows: u64,
    /// First patient and the one after the last; none for a public table.
    pub patients: Option<(u32, u32)>,
    pub file: FileEntry,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    /// Relative to the snapshot's folder, with `/`.
    pub path: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// The absolute path, if it stays inside `dir`.
    pub fn within(&self, dir: &Path) -> Option<PathBuf> {
        let path = Path::new(&self.path);
        path.components().all(|c| matches!(c, Component::Normal(_))).then(|| dir.join(path))
    }
}

impl Manifest {
    /// Reads `dir`'s manifest and checks its signature before anything else.
    pub fn read(dir: &Path, key: &ManifestKey) -> Result<(SnapshotId, Self), SnapshotError> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read(&path).map_err(SnapshotError::io("read", &path))?;
        let signature_path = dir.join(SIGNATURE);
        let signature = std::fs::read(&signature_path).map_err(SnapshotError::io("read", &signature_path))?;
        if !key.verifies(&text, &signature) {
            return Err(SnapshotError::Signature(path));
        }

        let wrong = |reason: String| SnapshotError::Manifest { path: path.clone(), reason };
        // Before the whole: a later format may have fields that this one denies.
        let head: Head = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
        if head.format != FORMAT {
            return Err(wrong(format!("format {} is not read by this version ({FORMAT})", head.format)));
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
        let id = snapshot_id(&manifest.name, &text)?;
        Ok((id, manifest))
    }

    /// As it is signed and written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Name and digest of the manifest's bytes.
pub(super) fn snapshot_id(name: &SnapshotName, manifest: &[u8]) -> Result<SnapshotId, SnapshotError> {
    let digest = hex::encode(digest::digest(&digest::SHA256, manifest).as_ref());
    SnapshotId::new(name.clone(), &digest)
        .map_err(|e| SnapshotError::Manifest { path: MANIFEST.into(), reason: e.to_string() })
}
