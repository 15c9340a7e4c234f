//! Which snapshots a home has.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{Snapshot, SnapshotError};
use crate::ids::{SnapshotId, SnapshotName};
use crate::keys::ManifestKey;
use crate::policy::BundleId;

/// One snapshot, as a list shows it.
#[derive(Debug, Clone)]
pub struct SnapshotInfo {
    /// Name and version.
    pub id: SnapshotId,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The rules in it.
    pub policy: BundleId,
    /// Distinct patients. For stewards; no researcher sees it.
    pub patients: u32,
    /// Tables.
    pub tables: usize,
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes of all tables' files.
    pub bytes: u64,
}

/// A folder that is not a snapshot of this home.
#[derive(Debug)]
pub struct Damaged {
    /// The folder.
    pub folder: PathBuf,
    /// What is wrong with it.
    pub error: SnapshotError,
}

/// All that stands under `snapshots/`.
#[derive(Debug, Default)]
pub struct Listing {
    /// By name, then newest first.
    pub snapshots: Vec<SnapshotInfo>,
    /// What can't be used.
    pub damaged: Vec<Damaged>,
}

/// Where a snapshot lives.
#[must_use]
pub fn folder(home: &Path, id: &SnapshotId) -> PathBuf {
    home.join("snapshots").join(id.to_string())
}

/// Lists a home's snapshots.
///
/// # Errors
/// When `snapshots/` is there but can't be read.
pub fn list(home: &Path, verify_key: &ManifestKey) -> Result<Listing, SnapshotError> {
    let root = home.join("snapshots");
    let entries = match std::fs::read_dir(&root) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Listing::default()),
        other => other.map_err(SnapshotError::io("read", &root))?,
    };
    let mut listing = Listing::default();
    for entry in entries {
        let folder = entry.map_err(SnapshotError::io("read", &root))?.path();
        let hidden = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || !folder.is_dir() {
            continue;
        }
        match Snapshot::open(&folder, verify_key) {
            Ok(snapshot) => listing.snapshots.push(info(&snapshot)),
            Err(error) => listing.damaged.push(Damaged { folder, error }),
        }
    }
    listing.snapshots.sort_by(|a, b| {
        let newest_first = (b.created, &b.id).cmp(&(a.created, &a.id));
        a.id.name().cmp(b.id.name()).then(newest_first)
    });
    listing.damaged.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(listing)
}

/// The newest snapshot of a name.
///
/// # Errors
/// [`SnapshotError::Unknown`], with the names there are.
pub fn latest(
    home: &Path,
    name: &SnapshotName,
    verify_key: &ManifestKey,
) -> Result<SnapshotId, SnapshotError> {
    let snapshots = list(home, verify_key)?.snapshots;
    let found = snapshots.iter().find(|s| s.id.name() == name).map(|s| s.id.clone());
    found.ok_or_else(|| {
        let mut known: Vec<&str> = snapshots.iter().map(|s| s.id.name().as_str()).collect();
        known.dedup();
        SnapshotError::Unknown { name: name.clone(), known: known.join(", ") }
    })
}

fn info(snapshot: &Snapshot) -> SnapshotInfo {
    let tables = snapshot.catalog().tables;
    let parts = || tables.iter().flat_map(|t| snapshot.parts(&t.name));
    SnapshotInfo {
        id: snapshot.id().clone(),
        created: snapshot.created(),
        policy: snapshot.bundle().id(),
        patients: snapshot.patients(),
        tables: tables.len(),
        rows: parts().map(|p| p.rows).sum(),
        bytes: parts().map(|p| p.bytes).sum(),
    }
}
