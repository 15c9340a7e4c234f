//! A session's spill folder: empty, its own, gone after it.
//!
//! Several gatehouses may share the parent folder. Whoever holds the lock on a room lives; rooms
//! that nobody holds are what a killed gatehouse left, and are removed when the next one is made.

use std::fs::File;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

/// A folder with its lock. Dropping it removes both.
#[derive(Debug)]
pub(super) struct Room {
    dir: TempDir,
    _lock: File,
}

impl Room {
    /// Makes a room, and `parent` if that is missing.
    pub(super) fn make(parent: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        // One at a time: a new room must not look abandoned to another's sweep.
        let door = File::open(parent)?;
        flock(&door, FlockOperation::LockExclusive)?;
        sweep(parent);
        // `tempfile` makes folders with mode 0700.
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent.canonicalize()?)?;
        let lock = File::open(dir.path())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { dir, _lock: lock })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.path().to_owned()
    }
}

const PREFIX: &str = "session-";

/// Removes abandoned rooms. What cannot be removed now will be swept another time.
fn sweep(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if !ours {
            continue;
        }
        let Ok(room) = File::open(entry.path()) else { continue };
        if flock(&room, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abandoned_rooms_go_and_living_ones_stay() {
        let parent = tempfile::tempdir().unwrap();
        let abandoned = parent.path().join("session-old");
        std::fs::create_dir(&abandoned).unwrap();
        std::fs::create_dir(parent.path().join("other")).unwrap();
        let one = Room::make(parent.path()).unwrap();
        let two = Room::make(parent.path()).unwrap();
        assert!(!abandoned.exists());
        assert!(one.path().exists() && two.path().exists() && parent.path().join("other").exists());
        let path = one.path();
        drop(one);
        assert!(!path.exists());
    }
}
