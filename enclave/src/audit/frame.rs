//! The frames of `entries.log`: one a group commit.
//!
//! ```text
//! magic   8 bytes   begins with 0xFF, which no UTF-8 text holds: an entry cannot pretend to be a frame
//! first   u64 LE    index of the first entry
//! count   u32 LE    entries, at least 1
//! length  u32 LE    bytes of the body
//! sum     32 bytes  SHA-256 over first, count, length and body
//! body              each entry as u16 BE length and bytes: a piece of a tlog-tiles bundle
//! ```
//!
//! A frame is written with one call and synced before the next one begins, so only the last frame
//! can be torn. A broken frame before a whole one is therefore damage.
//! Out of scope: which frames belong to the log, and what an entry says.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use ring::digest;

const MAGIC: [u8; 8] = *b"\xffSKSlog\x01";
const HEADER: usize = 56;
/// The longest body in bytes; a longer length can only be damage.
pub(super) const MAX_BODY: usize = 2 << 20;

/// One frame, whole.
#[derive(Debug)]
pub(super) struct Frame {
    /// Where it begins in the file.
    pub at: u64,
    /// Index of its first entry.
    pub first: u64,
    /// The entries' bytes, at least one.
    pub entries: Vec<Vec<u8>>,
}

/// What stands at a place in the file.
pub(super) enum Step {
    Frame(Frame),
    /// Nothing more.
    End,
    /// Something that is no whole frame.
    Broken,
}

/// Writes down a frame.
pub(super) fn encode(first: u64, entries: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    for entry in entries {
        push_entry(&mut body, entry)?;
    }
    let too_long = |_| io::Error::from(io::ErrorKind::InvalidInput);
    let count = u32::try_from(entries.len()).map_err(too_long)?;
    let length = u32::try_from(body.len()).map_err(too_long)?;
    let mut numbers = first.to_le_bytes().to_vec();
    numbers.extend(count.to_le_bytes());
    numbers.extend(length.to_le_bytes());

    let mut frame = MAGIC.to_vec();
    frame.extend(&numbers);
    frame.extend(checksum(&numbers, &body).as_ref());
    frame.extend(body);
    Ok(frame)
}

/// Appends one entry as a tlog-tiles bundle holds it.
pub(super) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> io::Result<()> {
    let length = u16::try_from(entry.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// Takes a bundle (or a frame's body) apart; `None` when it does not come out even.
pub(super) fn split_entries(mut bundle: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        bundle = rest;
    }
    bundle.is_empty().then_some(entries)
}

/// Reads frames one after the other.
pub(super) struct Frames {
    source: BufReader<File>,
    at: u64,
    end: u64,
}

impl Frames {
    /// Reads from `at` up to `end`, which is at most the file's length.
    pub fn new(mut file: File, at: u64, end: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(at))?;
        Ok(Self { source: BufReader::with_capacity(1 << 18, file), at, end })
    }

    /// Where the next frame begins.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Bytes from the next frame to the end.
    pub fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// The next frame. After `Broken`, ask nothing more.
    pub fn step(&mut self) -> io::Result<Step> {
        let left = self.left();
        if left == 0 {
            return Ok(Step::End);
        }
        let mut header = [0; HEADER];
        if left < HEADER as u64 {
            return Ok(Step::Broken);
        }
        self.source.read_exact(&mut header)?;
        let Some((length, count, first)) = numbers(&header) else { return Ok(Step::Broken) };
        if length > MAX_BODY || length as u64 > left - HEADER as u64 {
            return Ok(Step::Broken);
        }
        let mut body = vec![0; length];
        self.source.read_exact(&mut body)?;
        let (numbers, sum) = (header.get(8..24).unwrap_or_default(), header.get(24..).unwrap_or_default());
        if checksum(numbers, &body).as_ref() != sum {
            return Ok(Step::Broken);
        }
        match split_entries(&body) {
            Some(entries) if entries.len() == count && count > 0 => {
                let at = self.at;
                self.at += (HEADER + length) as u64;
                Ok(Step::Frame(Frame { at, first, entries }))
            }
            _ => Ok(Step::Broken),
        }
    }
}

/// Whether a whole frame begins anywhere after the broken one that `frames` has come to.
pub(super) fn any_after_broken(frames: &Frames) -> io::Result<bool> {
    any_after(frames.source.get_ref(), frames.at, frames.end)
}

/// Whether a whole frame begins anywhere after `at`.
pub(super) fn any_after(file: &File, at: u64, end: u64) -> io::Result<bool> {
    const CHUNK: u64 = 1 << 20;
    let mut from = at + 1;
    while from < end {
        let mut chunk = Vec::new();
        let mut reader = file.try_clone()?;
        reader.seek(SeekFrom::Start(from))?;
        // Chunks overlap by a magic less one byte, so that none is cut in two.
        let limit = (end - from).min(CHUNK + MAGIC.len() as u64 - 1);
        reader.take(limit).read_to_end(&mut chunk)?;
        for (offset, _) in chunk.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC) {
            let mut frames = Frames::new(file.try_clone()?, from + offset as u64, end)?;
            if matches!(frames.step()?, Step::Frame(_)) {
                return Ok(true);
            }
        }
        from += CHUNK;
    }
    Ok(false)
}

/// Length of the body, number of entries, index of the first.
fn numbers(header: &[u8; HEADER]) -> Option<(usize, usize, u64)> {
    let (magic, rest) = header.split_first_chunk::<8>()?;
    let (first, rest) = rest.split_first_chunk()?;
    let (count, rest) = rest.split_first_chunk()?;
    let length = rest.first_chunk()?;
    let number = |bytes: &[u8; 4]| usize::try_from(u32::from_le_bytes(*bytes)).ok();
    (*magic == MAGIC).then_some((number(length)?, number(count)?, u64::from_le_bytes(*first)))
}

fn checksum(numbers: &[u8], body: &[u8]) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(numbers);
    context.update(body);
    context.finish()
}
