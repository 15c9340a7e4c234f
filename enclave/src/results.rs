//! Answers, kept in the enclave until somebody asks to take them out.
//!
//! One sealed file a released answer, under `results/STUDY/`, named by the verdict's place in the
//! log. Out of scope: taking them out (`release`), and what is in them (`gate`).

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;

use crate::audit::{Action, Receipt};
use crate::gate::SafeTable;
use crate::ids::StudyId;
use crate::keys::DataKey;
use crate::ledger::Recorded;

/// Why an answer could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file system said no.
    #[error("results: {0}")]
    Io(#[from] io::Error),
    /// The answer could not be written as Arrow, or read back.
    #[error("results: not an Arrow stream")]
    Arrow,
    /// The file was not sealed by this house, or was altered.
    #[error("results: the file does not open")]
    Sealed,
    /// The receipt is for something else than a verdict.
    #[error("results: a receipt that is not a verdict's")]
    Receipt,
}

/// The folder of kept answers.
pub struct Results {
    folder: PathBuf,
    key: LessSafeKey,
}

impl std::fmt::Debug for Results {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Results").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Results {
    /// Takes a folder, made at the first answer, and the key that its files are sealed with.
    ///
    /// # Errors
    /// [`ResultsError::Sealed`] when the key is not one.
    pub fn new(folder: PathBuf, key: &DataKey) -> Result<Self, ResultsError> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| ResultsError::Sealed)?;
        Ok(Self { folder, key: LessSafeKey::new(key) })
    }

    /// Keeps a released table. The receipt proves that its verdict is in the log, `recorded` that what it tells is in
    /// the ledger.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(
        &self,
        study: &StudyId,
        table: &SafeTable,
        receipt: &Receipt,
        _recorded: &Recorded,
        rng: &dyn SecureRandom,
    ) -> Result<(), ResultsError> {
        if receipt.action() != Action::Verdict {
            return Err(ResultsError::Receipt);
        }
        let sealed = self.seal(study, receipt.index(), table, rng)?;
        let path = self.path(study, receipt.index());
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        // Written beside and renamed: a reader sees all of it or nothing.
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = private(&beside)?;
        file.write_all(&sealed)?;
        drop(file);
        Ok(fs::rename(&beside, &path)?)
    }

    /// Reads an answer back, by the place of its verdict in the log.
    ///
    /// # Errors
    /// When it is not there, or was altered.
    pub fn read(&self, study: &StudyId, audit: u64) -> Result<Vec<RecordBatch>, ResultsError> {
        let mut bytes = fs::read(self.path(study, audit))?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(ResultsError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| ResultsError::Sealed)?;
        let plain =
            self.key.open_in_place(nonce, named(study, audit), sealed).map_err(|_| ResultsError::Sealed)?;
        let batches = StreamReader::try_new(&*plain, None).map_err(|_| ResultsError::Arrow)?;
        batches.collect::<Result<_, _>>().map_err(|_| ResultsError::Arrow)
    }

    fn seal(
        &self,
        study: &StudyId,
        audit: u64,
        table: &SafeTable,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, ResultsError> {
        let mut plain = Vec::new();
        let mut writer =
            StreamWriter::try_new(&mut plain, table.schema()).map_err(|_| ResultsError::Arrow)?;
        for batch in table.batches() {
            writer.write(batch).map_err(|_| ResultsError::Arrow)?;
        }
        writer.finish().map_err(|_| ResultsError::Arrow)?;
        drop(writer);
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce).map_err(|_| ResultsError::Sealed)?;
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), named(study, audit), &mut plain)
            .map_err(|_| ResultsError::Sealed)?;
        Ok([nonce.as_slice(), &plain].concat())
    }

    fn path(&self, study: &StudyId, audit: u64) -> PathBuf {
        self.folder.join(study.as_str()).join(format!("{audit}.arrow.sealed"))
    }
}

/// Binds the file to its name, so that two answers can't be swapped.
fn named(study: &StudyId, audit: u64) -> Aad<Vec<u8>> {
    Aad::from(format!("{study}/{audit}").into_bytes())
}

fn private(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
