//! Reading the log without opening it for writing: no key, and no more than a moment's lock.
//!
//! Out of scope: whether what is read is true; that is `verify`'s.

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::disk::ENTRIES;
use super::frame::{self, Frames, Step};
use super::{AuditError, io_error, lock};

/// One entry as it stands in the log.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its index, from 0.
    pub index: u64,
    /// Its bytes: the leaf that the tree hashes.
    pub bytes: Vec<u8>,
}

impl Recorded {
    /// A field that holds text, by the name it has in JSON: `actor`, `action`, `study` …
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        Some(self.json()?.get(name)?.as_str()?.to_owned())
    }

    /// When it was written.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_rfc3339(&self.field("time")?).ok()
    }

    /// The entry as JSON; `None` when it is none, which no entry of ours is.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.bytes).ok()
    }
}

/// The entries of the log in `dir`, oldest first, as far as it reached when this was called. A torn tail
/// is left out; the iterator ends with an error at damage.
///
/// # Errors
/// [`AuditError::Io`] when there is no log or it cannot be read.
pub fn show(dir: &Path) -> Result<impl Iterator<Item = Result<Recorded, AuditError>> + use<>, AuditError> {
    let held = lock::take_to_read(dir).map_err(io_error("lock"))?;
    let mut frames = frames(dir)?;
    drop(held);
    let mut waiting = Vec::new().into_iter();
    let mut index = 0;
    let mut over = false;
    Ok(std::iter::from_fn(move || {
        loop {
            if let Some(bytes) = waiting.next() {
                index += 1;
                return Some(Ok(Recorded { index: index - 1, bytes }));
            }
            if over {
                return None;
            }
            match next_frame(&mut frames, index) {
                Ok(Some(entries)) => waiting = entries.into_iter(),
                Ok(None) => return None,
                Err(error) => {
                    over = true;
                    return Some(Err(error));
                }
            }
        }
    }))
}

/// The `count` entries before an index, or at the end of the log, newest first. Reads the log from its beginning, keeping no more than these.
///
/// # Errors
/// As [`show`], and at damage.
pub fn show_before(dir: &Path, before: Option<u64>, count: u64) -> Result<Vec<Recorded>, AuditError> {
    let until = usize::try_from(before.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut last = VecDeque::new();
    for entry in show(dir)?.take(until) {
        last.push_front(entry?);
        last.truncate(count);
    }
    Ok(last.into())
}

/// All frames up to the present end, for a caller that holds the lock.
pub(super) fn frames(dir: &Path) -> Result<Frames, AuditError> {
    let file = File::open(dir.join(ENTRIES)).map_err(io_error("open entries"))?;
    let end = file.metadata().map_err(io_error("read entries"))?.len();
    Frames::new(file, 0, end).map_err(io_error("read entries"))
}

fn next_frame(frames: &mut Frames, index: u64) -> Result<Option<Vec<Vec<u8>>>, AuditError> {
    match frames.step().map_err(io_error("read entries"))? {
        Step::Frame(frame) if frame.first == index => Ok(Some(frame.entries)),
        Step::Frame(_) => Err(AuditError::Damaged { index, what: "a frame is out of its place" }),
        Step::End => Ok(None),
        Step::Broken if frame::any_after_broken(frames).map_err(io_error("read entries"))? => {
            Err(AuditError::Damaged { index, what: "a broken frame stands before a whole one" })
        }
        Step::Broken => Ok(None),
    }
}
