//! Reading the log up to its end: at the opening, and what others appended since.
//!
//! Usually only the unfinished tile's entries are read: a hint says where they begin, and the signed
//! checkpoint vouches for the tiles before them. Where anything does not fit, all is read.
//! Out of scope: writing, but for tiles that have to be made again.

use std::fs::File;
use std::path::{Path, PathBuf};

use tlog_tiles::{Checkpoint, HashReader as _, TileHashReader, record_hash, stored_hash_index};

use super::disk::{self, DiskTiles, RESUME};
use super::frame::{self, Frame, Frames, Step};
use super::tree::{Edge, HashTile, TILE};
use super::{AuditError, io_error};

/// How far the log has been read, and what is derived from it but not yet published.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    /// Where the next frame goes.
    pub end: u64,
    pub edge: Edge,
    /// The unfinished bundle of entries.
    pub bundle: Vec<u8>,
    /// Where the frame begins that holds the bundle's first entry (or will).
    pub bundle_frame: u64,
    /// Full tiles and bundles that wait to be written.
    pub full: Vec<(PathBuf, Vec<u8>)>,
    /// The next frame may hold entries of the tile before, which are in the tree already.
    resumed: bool,
}

impl Position {
    /// Takes in a whole frame that ends at `end`, but for entries that are already in.
    pub fn take(&mut self, frame: &Frame, end: u64) -> Result<(), AuditError> {
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

    /// The unfinished tiles and bundle, with their paths.
    pub fn partial(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let size = self.edge.size();
        let path = |tile: &HashTile| disk::tile_path(tile.level, tile.number, tile.hashes.len());
        let tiles = self.edge.unfinished();
        let mut partial: Vec<_> = tiles.iter().map(|tile| (path(tile), disk::tile_bytes(tile))).collect();
        if !self.bundle.is_empty() {
            let width = usize::try_from(size % TILE as u64).unwrap_or_default();
            partial.push((disk::bundle_path(size / TILE as u64, width), self.bundle.clone()));
        }
        partial
    }

    /// What [`resume`] will want to know.
    pub fn hint(&self) -> String {
        let begins = self.edge.size() - self.edge.size() % TILE as u64;
        format!("{begins} {}\n", self.bundle_frame)
    }
}

/// What an opening found.
pub(super) struct Recovered {
    pub position: Position,
    /// Bytes of a torn tail.
    pub torn: u64,
    /// Tiles were missing or did not fit.
    pub rebuilt: bool,
}

/// Reads the log up to its end, from the hint if that holds, else from the beginning.
pub(super) fn recover(dir: &Path, file: &File, checkpoint: &Checkpoint) -> Result<Recovered, AuditError> {
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

/// Reads frames from `position` up to `end`; false when it ends on something that is no whole
/// frame. `after` sees the position after each frame and may empty its full tiles.
pub(super) fn replay(
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
pub(super) fn refuse_damage(file: &File, position: &Position, length: u64) -> Result<(), AuditError> {
    if frame::any_after(file, position.end, length).map_err(io_error("read entries"))? {
        return Err(AuditError::Damaged {
            index: position.edge.size(),
            what: "a broken frame stands before a whole one",
        });
    }
    Ok(())
}
