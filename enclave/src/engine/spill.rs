//! Spill files that nobody else can read.
//!
//! What does not fit in memory goes to files that have no name (`O_TMPFILE`, or unlinked while still
//! empty), sealed in chunks with AES-256-GCM under a key that is born and dies with this process.
//! The nonce is the file's number and the chunk's number, so it never repeats under a key; chunks
//! that are swapped, cut off or altered do not open, since the list of chunks stays in memory.
//!
//! Out of scope: when the engine spills, and keeping others out of the folder (`session::confine`).

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::disk_manager::DiskManagerBuilder;
use datafusion::execution::{SpillFile, SpillWriter, TempFileFactory};
use futures::Stream;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SecureRandom;

/// Plain bytes in a full chunk. A flush may seal a shorter one.
const CHUNK: usize = 128 * 1024;

/// Why a spill did not work. The engine wraps it in an error of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpillError {
    /// The session may not spill more.
    #[error("the spill limit was reached")]
    Quota,
    /// The system gave no random key.
    #[error("no random key for spill files")]
    NoKey,
    /// A chunk does not open: the file was changed from outside.
    #[error("a spill file was altered")]
    Altered,
    /// More files or chunks than there are nonces.
    #[error("too many spill files")]
    TooMany,
}

impl From<SpillError> for DataFusionError {
    fn from(error: SpillError) -> Self {
        match error {
            SpillError::Quota => Self::ResourcesExhausted(error.to_string()),
            SpillError::NoKey | SpillError::Altered | SpillError::TooMany => Self::External(Box::new(error)),
        }
    }
}

/// Whether an engine's error comes from the quota, however deep it is wrapped.
#[must_use]
pub fn is_quota(error: &DataFusionError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::QuotaExceeded) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The one folder that a session may write in, with its key and what is left of its quota.
#[derive(Clone)]
pub struct SpillFolder(Arc<Shared>);

struct Shared {
    dir: PathBuf,
    key: LessSafeKey,
    quota: u64,
    used: AtomicU64,
    files: AtomicU32,
}

impl SpillFolder {
    /// Takes a folder and makes a fresh key for it. `quota` is in bytes as stored.
    ///
    /// # Errors
    /// [`SpillError::NoKey`] when there is no randomness.
    pub fn new(dir: &Path, quota: u64, random: &dyn SecureRandom) -> Result<Self, SpillError> {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut()).map_err(|_| SpillError::NoKey)?;
        let key = UnboundKey::new(&AES_256_GCM, bytes.as_ref()).map_err(|_| SpillError::NoKey)?;
        Ok(Self(Arc::new(Shared {
            dir: dir.to_owned(),
            key: LessSafeKey::new(key),
            quota,
            used: AtomicU64::new(0),
            files: AtomicU32::new(0),
        })))
    }

    /// The engine's disk manager: it has no way to make a file but this folder's.
    #[must_use]
    pub fn disk_manager(&self) -> DiskManagerBuilder {
        DiskManagerBuilder::default().with_temp_file_factory(Arc::new(self.clone()))
    }

    /// Bytes on disk now.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.0.used.load(Ordering::Relaxed)
    }

    fn sealed_file(&self) -> Result<Sealed> {
        let number = self
            .0
            .files
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_add(1))
            .map_err(|_| SpillError::TooMany)?;
        let file = tempfile::tempfile_in(&self.0.dir).map_err(DataFusionError::IoError)?;
        let chunks = Mutex::new(Chunks::default());
        Ok(Sealed(Arc::new(SealedFile { folder: Arc::clone(&self.0), number, file, chunks })))
    }
}

impl std::fmt::Debug for SpillFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpillFolder").field("used", &self.used()).finish_non_exhaustive()
    }
}

impl TempFileFactory for SpillFolder {
    fn create_temp_file(&self, _description: &str) -> Result<Arc<dyn SpillFile>> {
        Ok(Arc::new(self.sealed_file()?))
    }
}

/// One file; readers may follow a writer that is still at work.
#[derive(Clone)]
struct Sealed(Arc<SealedFile>);

struct SealedFile {
    folder: Arc<Shared>,
    number: u32,
    file: File,
    chunks: Mutex<Chunks>,
}

/// Where the sealed chunks lie: stored lengths, tags included, one after the other.
#[derive(Default)]
struct Chunks {
    lengths: Vec<u32>,
    end: u64,
}

impl SealedFile {
    fn chunks(&self) -> MutexGuard<'_, Chunks> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nonce(&self, chunk: usize) -> Result<Nonce, SpillError> {
        let chunk = u64::try_from(chunk).map_err(|_| SpillError::TooMany)?;
        let mut nonce = [0; 12];
        let (file_part, chunk_part) = nonce.split_at_mut(4);
        file_part.copy_from_slice(&self.number.to_be_bytes());
        chunk_part.copy_from_slice(&chunk.to_be_bytes());
        Ok(Nonce::assume_unique_for_key(nonce))
    }

    /// Seals `plain` in place, appends it to the file and leaves `plain` empty.
    fn append(&self, plain: &mut Vec<u8>) -> io::Result<()> {
        let mut chunks = self.chunks();
        let nonce = self.nonce(chunks.lengths.len()).map_err(io::Error::other)?;
        self.folder
            .key
            .seal_in_place_append_tag(nonce, Aad::empty(), plain)
            .map_err(|_| io::Error::other(SpillError::TooMany))?;
        let stored = u32::try_from(plain.len()).map_err(|_| io::Error::other(SpillError::TooMany))?;
        // The chunk's number counts as used from here on, whatever happens to the write: the
        // engine gives a file up after an error, and a nonce must not come twice.
        let start = chunks.end;
        chunks.lengths.push(stored);
        chunks.end += u64::from(stored);
        self.folder.charge(u64::from(stored))?;
        let written = self.file.write_all_at(plain, start);
        plain.clear();
        written
    }

    /// Opens chunk `index`, which begins at `start`; `None` where nothing is sealed yet.
    fn open(&self, index: usize, start: u64) -> Result<Option<(Bytes, u64)>> {
        let Some(stored) = self.chunks().lengths.get(index).copied() else { return Ok(None) };
        let mut sealed = vec![0; usize::try_from(stored).map_err(|_| SpillError::TooMany)?];
        self.file.read_exact_at(&mut sealed, start)?;
        let nonce = self.nonce(index)?;
        let plain = self
            .folder
            .key
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(|_| SpillError::Altered)?
            .len();
        sealed.truncate(plain);
        Ok(Some((Bytes::from(sealed), start + u64::from(stored))))
    }
}

impl Drop for SealedFile {
    fn drop(&mut self) {
        let stored = self.chunks().end;
        self.folder.used.fetch_sub(stored, Ordering::Relaxed);
    }
}

impl Shared {
    fn charge(&self, bytes: u64) -> io::Result<()> {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        // What is over the quota is given back when the file is dropped, as it counts in `end`.
        if used > self.quota {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, SpillError::Quota));
        }
        Ok(())
    }
}

impl SpillFile for Sealed {
    fn size(&self) -> Option<u64> {
        Some(self.0.chunks().end)
    }

    /// Reads in the polling thread: chunks are small and mostly still in the page cache, and the
    /// engine has a runtime of its own.
    fn read_stream(&self) -> Result<Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>> {
        let chunks = futures::stream::try_unfold((self.clone(), 0, 0), |(file, index, start)| async move {
            let chunk = file.0.open(index, start)?;
            Ok(chunk.map(|(plain, next)| (plain, (file, index + 1, next))))
        });
        Ok(Box::pin(chunks))
    }

    fn open_writer(&self) -> Result<Box<dyn SpillWriter>> {
        Ok(Box::new(SealedWriter { file: self.clone(), plain: Vec::new() }))
    }
}

struct SealedWriter {
    file: Sealed,
    plain: Vec<u8>,
}

impl io::Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK.saturating_sub(self.plain.len()));
        self.plain.extend(bytes.iter().take(taken));
        if self.plain.len() >= CHUNK {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.plain.is_empty() { Ok(()) } else { self.file.0.append(&mut self.plain) }
    }
}

impl SpillWriter for SealedWriter {
    fn finish(&mut self) -> Result<()> {
        io::Write::flush(self).map_err(DataFusionError::IoError)
    }
}

#[cfg(test)]
mod tests;
