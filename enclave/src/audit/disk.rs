//! Files of the log: names after C2SP tlog-tiles, whole or absent, durable where that is asked.
//!
//! Out of scope: `entries.log` itself, which is appended to in place.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use tlog_tiles::{HASH_SIZE, Tile, TileReader};

use super::tree::{HashTile, TILE};
use super::{AuditError, frame};

pub(super) const ENTRIES: &str = "entries.log";
pub(super) const CHECKPOINT: &str = "checkpoint";
pub(super) const RESUME: &str = "resume";
/// Where a file is written before it gets its name. Only the holder of the lock writes.
const UNNAMED: &str = "unnamed";

/// Where a tile lies below the log's folder; one narrower than 256 hashes is partial.
pub(super) fn tile_path(level: u8, number: u64, width: usize) -> PathBuf {
    numbered(Path::new("tile").join(level.to_string()), number, width)
}

/// Where a bundle of entries lies below the log's folder.
pub(super) fn bundle_path(number: u64, width: usize) -> PathBuf {
    numbered(Path::new("tile").join("entries"), number, width)
}

/// The bytes of a tile's file.
pub(super) fn tile_bytes(tile: &HashTile) -> Vec<u8> {
    tile.hashes.iter().flat_map(|hash| hash.0).collect()
}

/// 1234067 is `x001/x234/067`; a partial of width 5 is `….p/5`.
fn numbered(folder: PathBuf, number: u64, width: usize) -> PathBuf {
    let mut name = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE {
        name = format!("{name}.p/{width}");
    }
    folder.join(name)
}

/// Gives `path` (below `dir`) these bytes, all at once. `durable`: they are on disk under that name on return.
pub(super) fn write(dir: &Path, path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let target = dir.join(path);
    let folder = target.parent().unwrap_or(dir);
    make_folder(folder)?;
    let unnamed = dir.join(UNNAMED);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&unnamed)?;
    file.write_all(bytes)?;
    if durable {
        file.sync_all()?;
    }
    fs::rename(&unnamed, &target)?;
    if durable { sync_folder(folder) } else { Ok(()) }
}

/// Makes a folder and those above it, durably, for this user alone.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => folder.parent().map_or(Ok(()), sync_folder),
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Removes the partial tiles that `kept` supersedes: those of the same number but another width.
pub(super) fn prune(dir: &Path, kept: &Path) -> io::Result<()> {
    let kept = dir.join(kept);
    let partial = kept.parent().filter(|folder| folder.extension().is_some_and(|end| end == "p"));
    let Some(partials) = partial else {
        let mut partials = kept.into_os_string();
        partials.push(".p");
        return absent_is_fine(fs::remove_dir_all(partials));
    };
    for file in fs::read_dir(partials)? {
        let path = file?.path();
        if path != kept {
            absent_is_fine(fs::remove_file(path))?;
        }
    }
    Ok(())
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// A file's bytes, or `None` where there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tiles as `tlog_tiles` asks for them. It checks them against the root before it uses them.
#[derive(Debug)]
pub(super) struct DiskTiles<'a> {
    pub dir: &'a Path,
}

impl TileReader for DiskTiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read_one = |tile: &Tile| {
            let width = usize::try_from(tile.width()).unwrap_or(TILE);
            let at = |width| self.dir.join(tile_path(tile.level(), tile.level_index(), width));
            // A partial tile goes when its full one is there, whose beginning it is.
            let bytes = fs::read(at(width)).or_else(|_| fs::read(at(TILE)));
            let mut bytes = bytes.map_err(|_| tlog_tiles::Error::InvalidTile)?;
            bytes.truncate(width * HASH_SIZE);
            Ok(bytes)
        };
        tiles.iter().map(read_one).collect()
    }

    fn save_tiles(&self, _tiles: &[Tile], _data: &[Vec<u8>]) {}
}

/// One entry's bytes out of its bundle, in a log of `size` entries.
pub(super) fn read_entry(dir: &Path, index: u64, size: u64) -> Result<Vec<u8>, AuditError> {
    let damaged = AuditError::Damaged { index, what: "its bundle is missing or malformed" };
    let number = index / TILE as u64;
    let width = usize::try_from(size - number * TILE as u64).unwrap_or(TILE).min(TILE);
    let bytes = fs::read(dir.join(bundle_path(number, width)))
        .or_else(|_| fs::read(dir.join(bundle_path(number, TILE))));
    let entries = bytes.ok().and_then(|bytes| frame::split_entries(&bytes)).ok_or(damaged.clone())?;
    let place = usize::try_from(index % TILE as u64).unwrap_or(TILE);
    entries.into_iter().nth(place).ok_or(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of C2SP tlog-tiles.
    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |number, width| tile_path(1, number, width).display().to_string();
        assert_eq!(path(0, 256), "tile/1/000");
        assert_eq!(path(1_234_067, 256), "tile/1/x001/x234/067");
        assert_eq!(path(273, 112), "tile/1/273.p/112");
        assert_eq!(bundle_path(1000, 5).display().to_string(), "tile/entries/x001/000.p/5");
    }
}
