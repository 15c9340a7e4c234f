//! Proofs that an entry is in the log, and that a log only grew.
//!
//! Both are RFC 6962's (sections 2.1.1 and 2.1.2) and are checked here with the same
//! code that a stranger would use: nothing but the proof and the public key.
//! Out of scope: finding the entry that one means.

use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tlog_tiles::{
    Checkpoint, Hash, TileHashReader, check_record, check_tree, prove_record, prove_tree, record_hash,
};

use super::checkpoint::{VerifyKey, read_unchecked};
use super::disk::{self, CHECKPOINT, DiskTiles};
use super::{AuditError, io_error, lock};

/// The first line of a C2SP tlog-proof.
const HEADING: &str = "c2sp.org/tlog-proof@v1";

/// One entry, its audit path, and the signed checkpoint that the path leads to.
///
/// As text (`Display`, `FromStr`) it is a C2SP tlog-proof whose `extra` line holds the entry.
#[derive(Debug, Clone, PartialEq)]
pub struct InclusionProof {
    index: u64,
    entry: Vec<u8>,
    path: Vec<Hash>,
    checkpoint: String,
}

/// Proof that the tree under `checkpoint` begins with the tree of `old_size` leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsistencyProof {
    path: Vec<Hash>,
    checkpoint: Vec<u8>,
}

/// Proves that entry `index` is in the log in `dir`, under its newest checkpoint.
///
/// # Errors
/// [`AuditError::NoSuchEntry`] when the checkpoint does not cover it (yet);
/// [`AuditError::Damaged`] when tiles or bundle do not fit the checkpoint.
pub fn prove(dir: &Path, index: u64) -> Result<InclusionProof, AuditError> {
    with_tiles(dir, |note, head, tiles| {
        let size = head.size();
        if index >= size {
            return Err(AuditError::NoSuchEntry { index, size });
        }
        let path = prove_record(size, index, tiles).map_err(|_| misfit(index))?;
        let entry = disk::read_entry(dir, index, size)?;
        check_record(&path, size, *head.hash(), index, record_hash(&entry)).map_err(|_| misfit(index))?;
        Ok(InclusionProof { index, entry, path, checkpoint: String::from_utf8_lossy(note).into_owned() })
    })
}

/// Proves that the log in `dir` still begins with what an earlier checkpoint of `old_size` entries covered.
///
/// # Errors
/// [`AuditError::NoSuchEntry`] when `old_size` is 0 or more than the log has; else as [`prove`].
pub fn prove_consistency(dir: &Path, old_size: u64) -> Result<ConsistencyProof, AuditError> {
    with_tiles(dir, |note, head, tiles| {
        let size = head.size();
        if !(1..=size).contains(&old_size) {
            return Err(AuditError::NoSuchEntry { index: old_size, size });
        }
        let path = prove_tree(size, old_size, tiles).map_err(|_| misfit(0))?;
        Ok(ConsistencyProof { path, checkpoint: note.to_vec() })
    })
}

impl InclusionProof {
    /// The entry's index.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The entry's bytes.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// Checks the proof with nothing but the log's public key.
    ///
    /// # Errors
    /// [`AuditError::Checkpoint`] for a checkpoint that the key did not sign, [`AuditError::Proof`]
    /// for a path that does not lead from the entry to it.
    pub fn check(&self, key: &VerifyKey) -> Result<(), AuditError> {
        let head = key.check(self.checkpoint.as_bytes())?;
        let leaf = record_hash(&self.entry);
        check_record(&self.path, head.size(), *head.hash(), self.index, leaf).map_err(|_| AuditError::Proof)
    }
}

impl ConsistencyProof {
    /// Checks that the newer checkpoint's tree begins with the one of an `older` signed checkpoint.
    ///
    /// # Errors
    /// As [`InclusionProof::check`].
    pub fn check(&self, key: &VerifyKey, older: &[u8]) -> Result<(), AuditError> {
        let (old, new) = (key.check(older)?, key.check(&self.checkpoint)?);
        check_tree(&self.path, new.size(), *new.hash(), old.size(), *old.hash())
            .map_err(|_| AuditError::Proof)
    }
}

impl std::fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{HEADING}\nextra {}\nindex {}", BASE64_STANDARD.encode(&self.entry), self.index)?;
        for hash in &self.path {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for InclusionProof {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(AuditError::Proof)?;
        let mut lines = head.lines();
        let mut line = |prefix| lines.next()?.strip_prefix(prefix);
        let fields = line(HEADING).zip(line("extra ")).zip(line("index "));
        let ((rest, entry), index) = fields.ok_or(AuditError::Proof)?;
        let entry = BASE64_STANDARD.decode(entry).map_err(|_| AuditError::Proof)?;
        let index = index.parse().map_err(|_| AuditError::Proof)?;
        let path = lines.map(Hash::parse_hash).collect::<Result<_, _>>().map_err(|_| AuditError::Proof)?;
        if !rest.is_empty() {
            return Err(AuditError::Proof);
        }
        Ok(Self { index, entry, path, checkpoint: checkpoint.to_owned() })
    }
}

/// Hands over the newest checkpoint and the tiles that it vouches for, while nobody writes.
fn with_tiles<T>(
    dir: &Path,
    act: impl FnOnce(&[u8], &Checkpoint, &TileHashReader<'_>) -> Result<T, AuditError>,
) -> Result<T, AuditError> {
    let _held = lock::take_to_read(dir).map_err(io_error("lock"))?;
    let note = std::fs::read(dir.join(CHECKPOINT)).map_err(io_error("read its checkpoint"))?;
    let head = read_unchecked(&note)?;
    let tiles = DiskTiles { dir };
    act(&note, &head, &TileHashReader::new(head.size(), *head.hash(), &tiles))
}

fn misfit(index: u64) -> AuditError {
    AuditError::Damaged { index, what: "the tiles do not fit the checkpoint" }
}
