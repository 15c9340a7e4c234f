//! The lock that lets several processes append to one log.
//!
//! `flock(2)`, through the standard library: the system gives it back when its holder dies. A second
//! lock is the turnstile: who waits for the log stands in it, so a busy process that comes back for the
//! next commit queues behind whoever waited, and nobody starves.
//! Out of scope: network file systems without working locks.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Locks {
    turn: File,
    log: Arc<File>,
}

/// Holds the log until it is dropped.
#[derive(Debug)]
pub(super) struct Held(Arc<File>);

impl Locks {
    /// Opens the lock files in the log's folder, making them if need be.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let open = |name| OpenOptions::new().create(true).append(true).open(dir.join(name));
        Ok(Self { turn: open("turn")?, log: Arc::new(open("lock")?) })
    }

    /// Waits until this process alone may append.
    pub fn take(&self) -> io::Result<Held> {
        uninterrupted(|| self.turn.lock())?;
        let held = uninterrupted(|| self.log.lock()).map(|()| Held(Arc::clone(&self.log)));
        self.turn.unlock()?;
        held
    }
}

/// Waits until nobody appends, for a reader. A folder without a lock file (a copy) needs none.
pub(super) fn take_to_read(dir: &Path) -> io::Result<Option<Held>> {
    match File::open(dir.join("lock")) {
        Ok(file) => {
            uninterrupted(|| file.lock_shared())?;
            Ok(Some(Held(Arc::new(file))))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "cannot give back the audit log's lock");
        }
    }
}

fn uninterrupted(mut lock: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    loop {
        match lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
