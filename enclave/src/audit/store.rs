//! The log on disk: opening it, taking in what other processes appended, appending, publishing.
//!
//! Order is everything here. Entries: write, fdatasync, only then acknowledge. Publishing: full
//! tiles (synced), then partial ones, then the signed checkpoint (synced), then the rest. So
//! whatever the checkpoint covers was on disk before it, and what is missing below it is damage, not a crash.
//! Out of scope: threads, and who waits for what.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tlog_tiles::{Checkpoint, EMPTY_HASH, HashReader as _, TileHashReader, record_hash, stored_hash_index};

use super::checkpoint::{Signer, VerifyKey};
use super::disk::{self, CHECKPOINT, DiskTiles, ENTRIES, RESUME};
use super::frame::{self, Frame, Frames, Step};
use super::lock::Locks;
use super::tree::{Edge, TILE};
use super::{AuditError, io_error};

/// The open log of one process.
#[derive(Debug)]
pub(super) struct Store {
    dir: PathBuf,
    signer: Signer,
    locks: Locks,
    file: File,
    position: Position,
    published: u64,
    closed: bool,
}

/// How far the log has been read, and what is derived from it but not yet published.
#[derive(Debug, Clone, Default)]
struct Position {
    /// Where the next frame goes.
    end: u64,
    edge: Edge,
    /// The unfinished bundle of entries.
    bundle: Vec<u8>,
    /// Where the frame begins that holds the bundle's first entry (or will).
    bundle_frame: u64,
    /// Full tiles and bundles that wait to be written.
    full: Vec<(PathBuf, Vec<u8>)>,
    /// The next frame may hold entries of the tile before, which are in the tree already.
    resumed: bool,
}

/// What an opening found.
struct Recovered {
    position: Position,
    /// Bytes of a torn tail.
    torn: u64,
    /// Tiles were missing or did not fit.
    rebuilt: bool,
}

impl Store {
    /// Opens or begins the log; returns also how many bytes of a torn tail were cut.
    pub fn open(dir: &Path, signer: Signer) -> Result<(Self, u64), AuditError> {
        disk::make_folder(dir).map_err(io_error("make its folder"))?;
        let locks = Locks::open(dir).map_err(io_error("open its lock"))?;
        let held = locks.take().map_err(io_error("lock"))?;
        let checkpoint = first_checkpoint(dir, &signer)?;
        let file = open_entries(dir, checkpoint.size())?;
        let Recovered { position, torn, rebuilt } = recover(dir, &file, &checkpoint)?;

        let published = checkpoint.size();
        let mut store = Self { dir: dir.to_owned(), signer, locks, file, position, published, closed: false };
        if torn > 0 {
            store.cut()?;
        }
        if store.len() > published || rebuilt {
            // A process that died between writing and syncing may have left these.
            store.file.sync_data().map_err(io_error("sync entries"))?;
            store.publish_held()?;
        }
        drop(held);
        Ok((store, torn))
    }

    /// Entries in the log, as far as this process has read it.
    pub fn len(&self) -> u64 {
        self.position.edge.size()
    }

    /// Entries that the last checkpoint of this process does not cover, but could.
    pub fn unpublished(&self) -> u64 {
        if self.closed { 0 } else { self.len() - self.published }
    }

    /// Appends entries as one frame and syncs it; returns the index of the first.
    pub fn commit(&mut self, entries: &[&[u8]]) -> Result<u64, AuditError> {
        self.guarded(|store| {
            let first = store.len();
            let frame = frame::encode(first, entries).map_err(io_error("write entries"))?;
            let at = store.position.end;
            let written = store.file.write_all(&frame).map_err(io_error("write entries"));
            let synced = written.and_then(|()| store.file.sync_data().map_err(io_error("sync entries")));
            if let Err(error) = synced {
                // What was not acknowledged should not be there for others either. If even this
                // fails, the checksum tells the next opening.
                let _ = store.file.set_len(at);
                return Err(error);
            }
            let entries = entries.iter().map(|entry| entry.to_vec()).collect();
            store.position.take(&Frame { at, first, entries }, at + frame.len() as u64)?;
            Ok(first)
        })
    }

    /// Writes tiles and checkpoint for all entries there are.
    pub fn publish(&mut self) -> Result<(), AuditError> {
        self.guarded(Self::publish_held)
    }

    /// Runs under the lock with everybody's entries taken in. After an error nothing runs any more:
    /// a failed fsync must not be tried again, for the system forgets what it could not write.
    fn guarded<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, AuditError>) -> Result<T, AuditError> {
        if self.closed {
            return Err(AuditError::Closed);
        }
        let result = (|| {
            let _held = self.locks.take().map_err(io_error("lock"))?;
            self.catch_up()?;
            act(self)
        })();
        self.closed = result.is_err();
        result
    }

    /// Takes in what other processes appended, and cuts what one of them left unfinished when it died.
    fn catch_up(&mut self) -> Result<(), AuditError> {
        let length = self.file.metadata().map_err(io_error("read entries"))?.len();
        if length == self.position.end {
            return Ok(());
        }
        if length < self.position.end {
            return Err(AuditError::Damaged { index: self.len(), what: "entries.log has become shorter" });
        }
        if replay(&self.file, &mut self.position, length, |_| Ok(()))? {
            return Ok(());
        }
        refuse_damage(&self.file, &self.position, length)?;
        tracing::warn!(bytes = length - self.position.end, "cut a torn tail off the audit log");
        self.cut()
    }

    /// Ends the file after the last whole frame.
    fn cut(&self) -> Result<(), AuditError> {
        self.file.set_len(self.position.end).map_err(io_error("cut a torn tail"))?;
        self.file.sync_all().map_err(io_error("cut a torn tail"))
    }

    fn publish_held(&mut self) -> Result<(), AuditError> {
        let Position { edge, bundle, bundle_frame, full, .. } = &self.position;
        let put = |path: &Path, bytes: &[u8], durable| {
            disk::write(&self.dir, path, bytes, durable).map_err(io_error("write tiles"))
        };
        for (path, bytes) in full {
            put(path, bytes, true)?;
        }
        let width = usize::try_from(edge.size() % TILE as u64).unwrap_or_default();
        let mut partial: Vec<_> = edge
            .unfinished()
            .iter()
            .map(|tile| (disk::tile_path(tile.level, tile.number, tile.hashes.len()), disk::tile_bytes(tile)))
            .collect();
        if width > 0 {
            partial.push((disk::bundle_path(edge.size() / TILE as u64, width), bundle.clone()));
        }
        for (path, bytes) in &partial {
            put(path, bytes, false)?;
        }
        put(Path::new(CHECKPOINT), &self.signer.sign(edge.size(), edge.root())?, true)?;

        let begins = edge.size() - width as u64;
        put(Path::new(RESUME), format!("{begins} {bundle_frame}\n").as_bytes(), false)?;
        for (path, _) in full.iter().chain(&partial) {
            disk::prune(&self.dir, path).map_err(io_error("remove old tiles"))?;
        }
        self.published = edge.size();
        self.position.full.clear();
        Ok(())
    }
}

impl Position {
    /// Takes in a whole frame that ends at `end`, but for entries that are already in.
    fn take(&mut self, frame: &Frame, end: u64) -> Result<(), AuditError> {
        let index = self.edge.size();
        let known = index.checked_sub(frame.first).filter(|known| *known == 0 || self.resumed);
        self.resumed = false;
        let known = known.and_then(|known| usize::try_from(known).ok());
        let Some(new) = known.and_then(|known| frame.entries.get(known..)) else {
            return Err(AuditError::Damaged { index, what: "a frame is out of its place" });
        };
        for entry in new {
            if self.edge.size().is_multiple_of(TILE as u64) {
                self.bundle_frame = frame.at;
            }
            frame::push_entry(&mut self.bundle, entry).map_err(io_error("read entries"))?;
            let tiles = self.edge.push(record_hash(entry));
            if !tiles.is_empty() {
                let number = self.edge.size() / TILE as u64 - 1;
                self.full.push((disk::bundle_path(number, TILE), std::mem::take(&mut self.bundle)));
            }
            for tile in tiles {
                self.full.push((disk::tile_path(tile.level, tile.number, TILE), disk::tile_bytes(&tile)));
            }
        }
        if self.bundle.is_empty() {
            self.bundle_frame = end;
        }
        self.end = end;
        Ok(())
    }
}

/// Reads frames from `position` up to `end`; false when it ends on something that is no whole
/// frame. `after` sees the position after each frame and may empty its full tiles.
fn replay(
    file: &File,
    position: &mut Position,
    end: u64,
    mut after: impl FnMut(&mut Position) -> Result<(), AuditError>,
) -> Result<bool, AuditError> {
    let reader = file.try_clone().map_err(io_error("read entries"))?;
    let mut frames = Frames::new(reader, position.end, end).map_err(io_error("read entries"))?;
    loop {
        match frames.step().map_err(io_error("read entries"))? {
            Step::Frame(frame) => {
                position.take(&frame, frames.at())?;
                after(position)?;
            }
            Step::End => return Ok(true),
            Step::Broken => return Ok(false),
        }
    }
}

/// A broken frame is a torn tail only if no whole one follows.
fn refuse_damage(file: &File, position: &Position, length: u64) -> Result<(), AuditError> {
    if frame::any_after(file, position.end, length).map_err(io_error("read entries"))? {
        return Err(AuditError::Damaged {
            index: position.edge.size(),
            what: "a broken frame stands before a whole one",
        });
    }
    Ok(())
}

/// The checkpoint there is. A new log begins with one of the empty tree, so a log without is damaged.
fn first_checkpoint(dir: &Path, signer: &Signer) -> Result<Checkpoint, AuditError> {
    let key: VerifyKey = signer.verify_key();
    let path = dir.join(CHECKPOINT);
    if let Some(note) = disk::read(&path).map_err(io_error("read its checkpoint"))? {
        return key.check(&note);
    }
    let entries = std::fs::metadata(dir.join(ENTRIES)).map(|entries| entries.len());
    if entries.is_ok_and(|bytes| bytes > 0) || dir.join("tile").exists() {
        return Err(AuditError::Checkpoint);
    }
    let note = signer.sign(0, EMPTY_HASH)?;
    disk::write(dir, Path::new(CHECKPOINT), &note, true).map_err(io_error("write its checkpoint"))?;
    key.check(&note)
}

fn open_entries(dir: &Path, signed: u64) -> Result<File, AuditError> {
    let path = dir.join(ENTRIES);
    if signed > 0 && !path.exists() {
        return Err(AuditError::Damaged { index: 0, what: "entries.log is missing" });
    }
    let file = OpenOptions::new().create(true).read(true).append(true).open(path);
    let file = file.map_err(io_error("open entries"))?;
    disk::sync_folder(dir).map_err(io_error("open entries"))?;
    Ok(file)
}

/// Reads the log up to its end, from the hint if that holds, else from the beginning.
fn recover(dir: &Path, file: &File, checkpoint: &Checkpoint) -> Result<Recovered, AuditError> {
    let length = file.metadata().map_err(io_error("read entries"))?.len();
    if let Some(start) = resume(dir, checkpoint)
        && let Ok((position, torn)) = read_on(start, file, length, checkpoint, |_| Ok(()))
    {
        return Ok(Recovered { position, torn, rebuilt: false });
    }
    // Read it all before anything is written: a damaged log must not replace good tiles.
    read_on(Position::default(), file, length, checkpoint, forget_full)?;
    let (position, torn) = read_on(Position::default(), file, length, checkpoint, |position| {
        for (path, bytes) in position.full.drain(..) {
            disk::write(dir, &path, &bytes, true).map_err(io_error("write tiles"))?;
        }
        Ok(())
    })?;
    Ok(Recovered { position, torn, rebuilt: true })
}

fn forget_full(position: &mut Position) -> Result<(), AuditError> {
    position.full.clear();
    Ok(())
}

/// Reads from `start` to the end and holds it against the checkpoint.
fn read_on(
    start: Position,
    file: &File,
    length: u64,
    checkpoint: &Checkpoint,
    mut after: impl FnMut(&mut Position) -> Result<(), AuditError>,
) -> Result<(Position, u64), AuditError> {
    let mut position = start;
    let mut agreed = position.edge.size() == checkpoint.size() && position.edge.root() == *checkpoint.hash();
    let whole = replay(file, &mut position, length, |position| {
        agreed |= position.edge.size() == checkpoint.size() && position.edge.root() == *checkpoint.hash();
        after(position)
    })?;
    let index = position.edge.size();
    if !whole {
        refuse_damage(file, &position, length)?;
    }
    if index < checkpoint.size() {
        let what = "entries under the checkpoint are missing or broken";
        return Err(AuditError::Damaged { index, what });
    }
    if !agreed {
        return Err(AuditError::Damaged {
            index: 0,
            what: "the entries do not hash to the checkpoint's root",
        });
    }
    let torn = length - position.end;
    Ok((position, torn))
}

/// The position at the beginning of the unfinished tile, out of the hint and tiles that the checkpoint's
/// root vouches for.
fn resume(dir: &Path, checkpoint: &Checkpoint) -> Option<Position> {
    let hint = std::fs::read_to_string(dir.join(RESUME)).ok()?;
    let (begins, at) = hint.trim_end().split_once(' ')?;
    let (begins, at): (u64, u64) = (begins.parse().ok()?, at.parse().ok()?);
    if begins > checkpoint.size() || !begins.is_multiple_of(TILE as u64) {
        return None;
    }
    let tiles = DiskTiles { dir };
    let reader = TileHashReader::new(checkpoint.size(), *checkpoint.hash(), &tiles);
    let mut levels = Vec::new();
    for level in 0..8_u8 {
        let hashes = begins >> (8 * u32::from(level));
        let from = hashes - hashes % TILE as u64;
        let wanted: Vec<u64> = (from..hashes).map(|n| stored_hash_index(8 * level, n)).collect();
        levels.push(if wanted.is_empty() { Vec::new() } else { reader.read_hashes(&wanted).ok()? });
    }
    let edge = Edge::resume(begins, levels);
    Some(Position { end: at, edge, bundle_frame: at, resumed: true, ..Position::default() })
}
