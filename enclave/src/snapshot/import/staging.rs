//! The folder in which a snapshot grows before it appears.
//!
//! `snapshots/.tmp-…` is locked as long as its import runs. The next import removes those whose
//! lock can be had: their process is dead. A snapshot appears by one rename, after everything in
//! it is on disk.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ImportError;

const PREFIX: &str = ".tmp-";

/// A locked, empty folder that is removed when dropped.
pub(super) struct Staging {
    root: PathBuf,
    dir: TempDir,
    _lock: File,
}

impl Staging {
    /// Sweeps the leftovers of dead imports and makes a folder.
    pub fn begin(home: &Path) -> Result<Self, ImportError> {
        let root = home.join("snapshots");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&root)
            .map_err(ImportError::io("make", &root))?;
        // Held while a folder is made and not yet locked, so that nobody sweeps it.
        let _sweeping = lock(&root)?;
        sweep(&root)?;
        let dir = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&root)
            .map_err(ImportError::io("make a folder in", &root))?;
        let held = File::open(dir.path()).map_err(ImportError::io("open", dir.path()))?;
        held.lock().map_err(ImportError::io("lock", dir.path()))?;
        Ok(Self { root, dir, _lock: held })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Makes a folder inside.
    pub fn subfolder(&self, path: &str) -> Result<PathBuf, ImportError> {
        let path = self.path().join(path);
        std::fs::create_dir_all(&path).map_err(ImportError::io("make", &path))?;
        Ok(path)
    }

    /// Lets the snapshot appear under its name. The files in it are on disk already; the folders follow here.
    pub fn publish(self, name: &str) -> Result<PathBuf, ImportError> {
        sync_folders(self.path())?;
        let to = self.root.join(name);
        std::fs::rename(self.path(), &to).map_err(ImportError::io("rename to", &to))?;
        // From here on nothing is to be removed.
        let _moved = self.dir.keep();
        match sync(&self.root) {
            Ok(()) => Ok(to),
            Err(error) => {
                // It may be gone after a crash, so it must not be there before one.
                std::fs::remove_dir_all(&to).map_err(ImportError::io("remove", &to))?;
                Err(error)
            }
        }
    }
}

fn lock(root: &Path) -> Result<File, ImportError> {
    let path = root.join(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(ImportError::io("open", &path))?;
    file.lock().map_err(ImportError::io("lock", &path))?;
    Ok(file)
}

fn sweep(root: &Path) -> Result<(), ImportError> {
    for entry in std::fs::read_dir(root).map_err(ImportError::io("read", root))? {
        let entry = entry.map_err(ImportError::io("read", root))?;
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let path = entry.path();
        let folder = File::open(&path).map_err(ImportError::io("open", &path))?;
        match folder.try_lock() {
            Ok(()) => std::fs::remove_dir_all(&path).map_err(ImportError::io("remove", &path))?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(e)) => return Err(ImportError::io("lock", &path)(e)),
        }
    }
    Ok(())
}

fn sync_folders(path: &Path) -> Result<(), ImportError> {
    for entry in std::fs::read_dir(path).map_err(ImportError::io("read", path))? {
        let entry = entry.map_err(ImportError::io("read", path))?.path();
        if entry.is_dir() {
            sync_folders(&entry)?;
        }
    }
    sync(path)
}

fn sync(folder: &Path) -> Result<(), ImportError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(ImportError::io("write", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dead_are_swept_and_the_living_are_not() {
        let home = TempDir::new().unwrap();
        let living = Staging::begin(home.path()).unwrap();
        let dead = home.path().join("snapshots/.tmp-dead");
        std::fs::create_dir_all(dead.join("tables")).unwrap();
        let next = Staging::begin(home.path()).unwrap();
        assert!(!dead.exists());
        assert!(living.path().exists() && next.path().exists());

        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
        std::fs::write(next.path().join("x"), "").unwrap();
        let published = next.publish("name@0").unwrap();
        assert!(published.join("x").exists());
    }
}
