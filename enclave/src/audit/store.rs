//! The log on disk: opening it, taking in what other processes appended, appending, publishing.
//!
//! Order is everything here. Entries: write, fdatasync, only then acknowledge. Publishing: full
//! tiles (synced), then partial ones, then the signed checkpoint (synced), then the rest. So
//! whatever the checkpoint covers was on disk before it, and what is missing below it is damage, not a crash.
//! Out of scope: threads, and who waits for what.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tlog_tiles::{Checkpoint, EMPTY_HASH};

use super::checkpoint::{Signer, VerifyKey};
use super::disk::{self, CHECKPOINT, ENTRIES, RESUME};
use super::frame::{self, Frame};
use super::lock::Locks;
use super::recover::{Position, Recovered, recover, refuse_damage, replay};
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
    /// Another process wrote what was read last, and may have died before it synced.
    unsynced: bool,
    closed: bool,
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
        let dir = dir.to_owned();
        let mut store = Self { dir, signer, locks, file, position, published, unsynced: true, closed: false };
        if torn > 0 {
            store.cut()?;
        }
        if rebuilt || store.len() > published || !store.partial_is_there()? {
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
            store.unsynced = false;
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
        self.unsynced = true;
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

    /// Whether the unfinished tiles are on disk; they were not synced, so a power failure may take them.
    fn partial_is_there(&self) -> Result<bool, AuditError> {
        for (path, bytes) in self.position.partial() {
            let found = disk::read(&self.dir.join(path)).map_err(io_error("read tiles"))?;
            if found.as_deref() != Some(&bytes) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn publish_held(&mut self) -> Result<(), AuditError> {
        if self.unsynced {
            // A checkpoint must never cover an entry that the disk could still lose.
            self.file.sync_data().map_err(io_error("sync entries"))?;
            self.unsynced = false;
        }
        let put = |path: &Path, bytes: &[u8], durable| {
            disk::write(&self.dir, path, bytes, durable).map_err(io_error("write tiles"))
        };
        let Position { edge, full, .. } = &self.position;
        let partial = self.position.partial();
        for (path, bytes) in full {
            put(path, bytes, true)?;
        }
        for (path, bytes) in &partial {
            put(path, bytes, false)?;
        }
        put(Path::new(CHECKPOINT), &self.signer.sign(edge.size(), edge.root())?, true)?;
        put(Path::new(RESUME), self.position.hint().as_bytes(), false)?;
        for (path, _) in full.iter().chain(&partial) {
            disk::prune(&self.dir, path).map_err(io_error("remove old tiles"))?;
        }
        self.published = edge.size();
        self.position.full.clear();
        Ok(())
    }
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
