//! Recomputing the whole log and holding everything on disk against it.
//!
//! The entries are read once, from the first to the last; tiles and bundles are compared as they
//! become full, the partial ones and the root where the checkpoint ends. Checkpoints that somebody kept
//! elsewhere are compared on the way: the only defence against a log that was cut or rewritten *with*
//! the key. Out of scope: repairing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tlog_tiles::{Checkpoint, HASH_SIZE, record_hash};

use super::checkpoint::{VerifyKey, read_unchecked};
use super::disk::{self, CHECKPOINT, ENTRIES};
use super::frame::{self, Frames, Step};
use super::tree::{Edge, HashTile, TILE};
use super::{AuditError, io_error, lock, read};

/// More findings than this say nothing more.
const MAX_FINDINGS: usize = 100;

/// What a verification found.
#[derive(Debug, Clone)]
pub struct VerifyReport {
    /// Entries that were read and hashed.
    pub entries: u64,
    /// Entries that the signed checkpoint covers; `None` when it does not verify.
    pub signed: Option<u64>,
    /// Bytes of an unfinished write at the end: never acknowledged, cut at the next opening.
    pub torn: u64,
    /// All that is wrong, at most a hundred.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// The first entry that is concerned; those before it are not in doubt because of this.
    pub from: u64,
    /// The file that disagrees with the entries, below the log's folder.
    pub file: PathBuf,
}

/// Kinds of wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A record's checksum, length or index is wrong.
    #[error("the record is broken")]
    BrokenRecord,
    /// The checkpoint covers entries that are not there.
    #[error("entries are missing")]
    MissingEntries,
    /// A tile or a bundle is missing.
    #[error("the tile is missing")]
    MissingTile,
    /// A tile or a bundle holds something else than the entries say.
    #[error("the tile does not fit the entries")]
    WrongTile,
    /// A checkpoint's root is not that of the entries.
    #[error("the entries do not hash to the checkpoint's root")]
    WrongRoot,
    /// A checkpoint is malformed or was not signed with this key.
    #[error("the checkpoint does not verify under the key")]
    Unsigned,
}

/// Verifies the log in `dir` by itself. A log may be in use meanwhile.
///
/// # Errors
/// [`AuditError::Io`] when it cannot be read. What is wrong with it is no error but a finding.
pub fn verify(dir: &Path, key: &VerifyKey) -> Result<VerifyReport, AuditError> {
    verify_against(dir, key, &[])
}

/// The same, and against signed checkpoints that were kept elsewhere.
///
/// # Errors
/// As [`verify`].
pub fn verify_against(dir: &Path, key: &VerifyKey, kept: &[Vec<u8>]) -> Result<VerifyReport, AuditError> {
    let Still { note, partial, mut frames } = still(dir)?;
    let own = note.and_then(|note| key.check(&note).ok());
    let kept: Vec<_> = kept.iter().map(|note| key.check(note).ok()).collect();
    let mut check = Check::new(dir, own.as_ref().map(Checkpoint::size), &partial);
    if own.is_none() {
        check.find(Fault::Unsigned, 0, Path::new(CHECKPOINT));
    }
    if kept.contains(&None) {
        check.find(Fault::Unsigned, 0, Path::new("(kept checkpoint)"));
    }
    check.heads = own.iter().chain(kept.iter().flatten()).collect();
    let torn = check.entries(&mut frames)?;
    Ok(VerifyReport { entries: check.edge.size(), signed: check.signed, torn, findings: check.findings })
}

/// What changes while others append, as it was in one moment.
struct Still {
    note: Option<Vec<u8>>,
    partial: Partial,
    frames: Frames,
}

/// The partial tiles and bundle under the checkpoint, by their path; only those that exist.
type Partial = BTreeMap<PathBuf, Vec<u8>>;

fn still(dir: &Path) -> Result<Still, AuditError> {
    let _held = lock::take_to_read(dir).map_err(io_error("lock"))?;
    let frames = read::frames(dir)?;
    let note = disk::read(&dir.join(CHECKPOINT)).map_err(io_error("read its checkpoint"))?;
    let size = note.as_deref().and_then(|note| read_unchecked(note).ok()).map_or(0, |head| head.size());
    let mut partial = Partial::new();
    let width = |hashes: u64| usize::try_from(hashes % TILE as u64).unwrap_or_default();
    let bundle = disk::bundle_path(size / TILE as u64, width(size));
    let tiles = (0..8_u8).map(|level| (level, size >> (8 * u32::from(level))));
    let tiles = tiles.map(|(level, hashes)| disk::tile_path(level, hashes / TILE as u64, width(hashes)));
    for path in tiles.chain([bundle]) {
        if let Some(bytes) = disk::read(&dir.join(&path)).map_err(io_error("read tiles"))? {
            partial.insert(path, bytes);
        }
    }
    Ok(Still { note, partial, frames })
}

/// The tree as the entries make it, and what disagreed with it so far.
struct Check<'a> {
    dir: &'a Path,
    signed: Option<u64>,
    partial: &'a Partial,
    heads: Vec<&'a Checkpoint>,
    edge: Edge,
    bundle: Vec<u8>,
    /// The size of the largest tree whose root a checkpoint confirmed.
    confirmed: u64,
    findings: Vec<Finding>,
}

impl<'a> Check<'a> {
    fn new(dir: &'a Path, signed: Option<u64>, partial: &'a Partial) -> Self {
        let (edge, heads) = (Edge::default(), Vec::new());
        Self { dir, signed, partial, heads, edge, bundle: Vec::new(), confirmed: 0, findings: Vec::new() }
    }

    /// Reads all entries; returns the length of a torn tail.
    fn entries(&mut self, frames: &mut Frames) -> Result<u64, AuditError> {
        self.roots();
        let (whole, mut torn) = loop {
            match frames.step().map_err(io_error("read entries"))? {
                Step::End => break (true, 0),
                Step::Broken => {
                    let more = frame::any_after_broken(frames).map_err(io_error("read entries"))?;
                    break (!more, frames.left());
                }
                Step::Frame(frame) if frame.first != self.edge.size() => break (false, 0),
                Step::Frame(frame) => {
                    for entry in frame.entries {
                        self.entry(&entry)?;
                    }
                }
            }
        };
        let size = self.edge.size();
        let missing = self.heads.iter().any(|head| head.size() > size);
        if !whole || (missing && torn > 0) {
            self.find(Fault::BrokenRecord, size, Path::new(ENTRIES));
            torn = 0;
        } else if missing {
            self.find(Fault::MissingEntries, size, Path::new(ENTRIES));
        }
        Ok(torn)
    }

    fn entry(&mut self, entry: &[u8]) -> Result<(), AuditError> {
        frame::push_entry(&mut self.bundle, entry).map_err(io_error("read entries"))?;
        let tiles = self.edge.push(record_hash(entry));
        let size = self.edge.size();
        // Tiles that the checkpoint does not cover may not be written yet.
        let covered = self.signed.is_none_or(|signed| size <= signed);
        if !tiles.is_empty() {
            let bundle = std::mem::take(&mut self.bundle);
            if covered {
                self.bundle_file(size / TILE as u64 - 1, TILE, &bundle)?;
            }
        }
        for tile in tiles.iter().filter(|_| covered) {
            self.tile_file(tile)?;
        }
        if Some(size) == self.signed {
            for tile in self.edge.unfinished() {
                self.tile_file(&tile)?;
            }
            let width = usize::try_from(size % TILE as u64).unwrap_or_default();
            if width > 0 {
                let bundle = self.bundle.clone();
                self.bundle_file(size / TILE as u64, width, &bundle)?;
            }
        }
        self.roots();
        Ok(())
    }

    /// Holds a bundle's file against the entries.
    fn bundle_file(&mut self, number: u64, width: usize, expected: &[u8]) -> Result<(), AuditError> {
        let path = disk::bundle_path(number, width);
        let first = number * TILE as u64;
        let Some(found) = self.read(&path, width)? else {
            self.find(Fault::MissingTile, first, &path);
            return Ok(());
        };
        if found != expected {
            let (found, expected) = (frame::split_entries(&found), frame::split_entries(expected));
            let same = found.zip(expected).map_or(0, |(found, expected)| common(&found, &expected));
            self.find(Fault::WrongTile, first + same, &path);
        }
        Ok(())
    }

    /// Holds a tile's file against the tree.
    fn tile_file(&mut self, tile: &HashTile) -> Result<(), AuditError> {
        let path = disk::tile_path(tile.level, tile.number, tile.hashes.len());
        let leaf = |place: u64| (tile.number * TILE as u64 + place) << (8 * u32::from(tile.level));
        let expected = disk::tile_bytes(tile);
        match self.read(&path, tile.hashes.len())? {
            None => self.find(Fault::MissingTile, leaf(0), &path),
            Some(found) if found != expected => {
                self.find(Fault::WrongTile, leaf(common(&found, &expected) / HASH_SIZE as u64), &path);
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn read(&self, path: &Path, width: usize) -> Result<Option<Vec<u8>>, AuditError> {
        if width < TILE {
            return Ok(self.partial.get(path).cloned());
        }
        disk::read(&self.dir.join(path)).map_err(io_error("read tiles"))
    }

    /// Compares the root with every checkpoint of this size.
    fn roots(&mut self) {
        let size = self.edge.size();
        let heads: Vec<_> = self.heads.iter().filter(|head| head.size() == size).collect();
        if heads.is_empty() {
            return;
        }
        let root = self.edge.root();
        if heads.iter().all(|head| *head.hash() == root) {
            self.confirmed = size;
        } else {
            self.find(Fault::WrongRoot, self.confirmed, Path::new(CHECKPOINT));
        }
    }

    fn find(&mut self, fault: Fault, from: u64, file: &Path) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { fault, from, file: file.to_owned() });
        }
    }
}

/// How many elements two slices have in common at their beginning.
fn common<T: PartialEq>(one: &[T], other: &[T]) -> u64 {
    (0..)
        .zip(one.iter().zip(other))
        .find(|(_, (a, b))| a != b)
        .map_or_else(|| one.len().min(other.len()) as u64, |(place, _)| place)
}
