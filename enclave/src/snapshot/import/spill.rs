//! Rows on their way from the source to their part: in a file without a name, encrypted with a key that
//! only this process has.
//!
//! One file per table, however many buckets, so that no number of buckets meets a limit on open files.

use std::fs::File;
use std::io::{Cursor, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::record_batch::RecordBatch;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SecureRandom;

use super::ImportError;
use crate::keys::{DataKey, KeyError};

/// Batches by bucket.
pub(super) struct Spill {
    table: String,
    file: File,
    key: LessSafeKey,
    end: u64,
    sealed: u64,
    buckets: Vec<Vec<Chunk>>,
}

#[derive(Debug, Clone, Copy)]
struct Chunk {
    number: u64,
    offset: u64,
    length: usize,
}

impl Spill {
    /// An empty spill with a key of its own.
    pub fn new(
        table: &str,
        folder: &Path,
        buckets: usize,
        rng: &dyn SecureRandom,
    ) -> Result<Self, ImportError> {
        let key = DataKey::random(rng)?;
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| KeyError::Random)?;
        Ok(Self {
            table: table.to_owned(),
            file: tempfile::tempfile_in(folder).map_err(ImportError::io("make a file in", folder))?,
            key: LessSafeKey::new(key),
            end: 0,
            sealed: 0,
            buckets: vec![Vec::new(); buckets],
        })
    }

    /// Appends rows to a bucket.
    pub fn write(&mut self, bucket: usize, rows: &RecordBatch) -> Result<(), ImportError> {
        const STEP: &str = "write the temporary file";
        let mut bytes = Vec::with_capacity(rows.get_array_memory_size().min(1 << 20));
        let mut writer = StreamWriter::try_new(&mut bytes, &rows.schema())
            .map_err(ImportError::inner(&self.table, STEP))?;
        writer.write(rows).and_then(|()| writer.finish()).map_err(ImportError::inner(&self.table, STEP))?;
        drop(writer);

        let chunks = self.buckets.get_mut(bucket);
        let chunks = chunks.ok_or(ImportError::Inner { table: self.table.clone(), step: STEP })?;
        let number = self.sealed;
        self.sealed += 1;
        self.key
            .seal_in_place_append_tag(nonce(number), Aad::from(bucket.to_le_bytes()), &mut bytes)
            .map_err(ImportError::inner(&self.table, STEP))?;
        self.file.write_all(&bytes).map_err(ImportError::inner(&self.table, STEP))?;
        chunks.push(Chunk { number, offset: self.end, length: bytes.len() });
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// How many chunks a bucket has.
    pub fn chunks(&self, bucket: usize) -> usize {
        self.buckets.get(bucket).map_or(0, Vec::len)
    }

    /// A chunk of a bucket, in the order of writing. Several threads may read.
    pub fn read(&self, bucket: usize, chunk: usize) -> Result<RecordBatch, ImportError> {
        const STEP: &str = "read the temporary file";
        let lost = || ImportError::Inner { table: self.table.clone(), step: STEP };
        let chunk = *self.buckets.get(bucket).and_then(|chunks| chunks.get(chunk)).ok_or_else(lost)?;
        let mut bytes = vec![0; chunk.length];
        self.file.read_exact_at(&mut bytes, chunk.offset).map_err(ImportError::inner(&self.table, STEP))?;
        let aad = Aad::from(bucket.to_le_bytes());
        let opened = self.key.open_in_place(nonce(chunk.number), aad, &mut bytes);
        let opened: &[u8] = opened.map_err(ImportError::inner(&self.table, STEP))?;
        let mut reader = StreamReader::try_new(Cursor::new(opened), None)
            .map_err(ImportError::inner(&self.table, STEP))?;
        match reader.next() {
            Some(batch) => batch.map_err(ImportError::inner(&self.table, STEP)),
            None => Ok(RecordBatch::new_empty(Schema::empty().into())),
        }
    }
}

/// A number that is used once: the key is this spill's alone.
fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    for (to, from) in bytes.iter_mut().zip(number.to_le_bytes()) {
        *to = from;
    }
    Nonce::assume_unique_for_key(bytes)
}
