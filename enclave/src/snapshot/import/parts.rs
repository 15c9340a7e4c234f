//! Sorting a bucket by patient and writing it as a part: one encrypted Parquet file.

use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::interleave;
use datafusion::arrow::datatypes::{DataType, SchemaRef, UInt32Type};
use datafusion::arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use ring::digest;

use super::ImportError;
use super::progress::{Meter, Step};
use super::spread::{Buckets, Spread};
use crate::keys::hex;
use crate::snapshot::manifest::{FileEntry, PartEntry};

/// What all parts of a table have in common.
pub(super) struct Parts<'a> {
    pub table: &'a str,
    pub spread: &'a Spread,
    pub schema: SchemaRef,
    /// The patient's column; none for a public table.
    pub patient: Option<usize>,
    pub buckets: Buckets,
    pub encryption: &'a Arc<FileEncryptionProperties>,
    pub group_rows: usize,
    /// The snapshot's folder, with `tables/NAME` in it.
    pub dir: &'a Path,
    pub meter: &'a Meter<'a>,
    /// The source's bytes, of which each row stands for a share.
    pub source_bytes: u64,
}

/// Where a sorted row comes from: chunk and row, as `interleave` wants it.
type From = (usize, usize);

impl Parts<'_> {
    /// Writes all parts, several at a time.
    pub fn write(&self, threads: usize) -> Result<Vec<PartEntry>, ImportError> {
        let count = if self.patient.is_some() { self.buckets.count() } else { 1 };
        let next = AtomicUsize::new(0);
        let written = Mutex::new(Vec::with_capacity(count));
        std::thread::scope(|scope| {
            for _ in 0..threads.clamp(1, count) {
                scope.spawn(|| {
                    loop {
                        let bucket = next.fetch_add(1, Ordering::Relaxed);
                        if bucket >= count {
                            break;
                        }
                        let part = self.part(bucket);
                        if part.is_err() {
                            // Nobody begins another.
                            next.store(count, Ordering::Relaxed);
                        }
                        written.lock().unwrap_or_else(PoisonError::into_inner).push((bucket, part));
                    }
                });
            }
        });
        let mut written = written.into_inner().unwrap_or_else(PoisonError::into_inner);
        written.sort_by_key(|(bucket, _)| *bucket);
        written.into_iter().map(|(_, part)| part).collect()
    }

    fn part(&self, bucket: usize) -> Result<PartEntry, ImportError> {
        let path = format!("tables/{}/{bucket:04}.parquet", self.table);
        let mut writer = PartWriter::create(
            self.table,
            &self.dir.join(&path),
            &self.schema,
            self.patient,
            self.encryption,
        )?;
        let rows = match self.patient {
            Some(patient) => self.sorted(bucket, patient, &mut writer)?,
            None => self.in_order(&mut writer)?,
        };
        let patients = self.patient.map(|_| self.buckets.range(bucket)).map(|r| (r.start, r.end));
        Ok(PartEntry { rows, patients, file: writer.finish(path)? })
    }

    /// A bucket with people: sorted, each row group ending with a patient.
    fn sorted(&self, bucket: usize, patient: usize, writer: &mut PartWriter<'_>) -> Result<u64, ImportError> {
        let chunks = (0..self.spread.spill.chunks(bucket)).map(|i| self.spread.spill.read(bucket, i));
        let chunks: Vec<RecordBatch> = chunks.collect::<Result<_, _>>()?;
        let keys: Vec<&[u32]> = chunks
            .iter()
            .map(|chunk| {
                let column = chunk.columns().get(patient).and_then(|c| c.as_primitive_opt::<UInt32Type>());
                column.map(|c| c.values().as_ref())
            })
            .collect::<Option<_>>()
            .ok_or(ImportError::Inner { table: self.table.to_owned(), step: "sort rows" })?;
        let (order, ends) = sort(&keys, self.buckets.range(bucket));
        let bytes: usize = chunks.iter().map(RecordBatch::get_array_memory_size).sum();
        let piece_rows = piece_rows(bytes, order.len());
        for group in groups(&ends, self.group_rows) {
            for piece in order.get(group).unwrap_or_default().chunks(piece_rows) {
                self.write_piece(&chunks, piece, writer)?;
            }
            writer.end_group()?;
        }
        Ok(order.len() as u64)
    }

    /// A public table: in the order of the source.
    fn in_order(&self, writer: &mut PartWriter<'_>) -> Result<u64, ImportError> {
        let (mut rows, mut in_group) = (0, 0);
        for i in 0..self.spread.spill.chunks(0) {
            let chunk = self.spread.spill.read(0, i)?;
            let order: Vec<From> = (0..chunk.num_rows()).map(|row| (0, row)).collect();
            self.write_piece(&[chunk], &order, writer)?;
            rows += order.len() as u64;
            in_group += order.len();
            if in_group >= self.group_rows {
                writer.end_group()?;
                in_group = 0;
            }
        }
        Ok(rows)
    }

    fn write_piece(
        &self,
        chunks: &[RecordBatch],
        order: &[From],
        writer: &mut PartWriter<'_>,
    ) -> Result<(), ImportError> {
        let inner = || ImportError::inner(self.table, "sort rows");
        let columns = (0..self.schema.fields().len()).map(|i| {
            let arrays: Vec<&dyn Array> =
                chunks.iter().filter_map(|chunk| chunk.columns().get(i)).map(AsRef::as_ref).collect();
            interleave(&arrays, order)
        });
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(inner())?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(inner())?;
        writer.write(&batch)?;
        let rows = order.len() as u64;
        self.meter.bytes(super::survey::share(self.source_bytes, rows, self.spread.rows));
        self.meter.rows(Step::Write, self.table, rows);
        Ok(())
    }
}

/// Orders all rows by patient, stably, and says where each patient ends: a counting sort over the range.
fn sort(keys: &[&[u32]], range: Range<u32>) -> (Vec<From>, Vec<usize>) {
    let mut ends = vec![0_usize; range.len()];
    let index = |patient: u32| patient.wrapping_sub(range.start) as usize;
    for patient in keys.iter().copied().flatten() {
        if let Some(end) = ends.get_mut(index(*patient)) {
            *end += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    // Now each is where its patient begins; filling moves it to where the patient ends.
    let mut order = vec![(0, 0); sum];
    for (chunk, keys) in keys.iter().enumerate() {
        for (row, patient) in keys.iter().enumerate() {
            if let Some(next) = ends.get_mut(index(*patient)) {
                if let Some(slot) = order.get_mut(*next) {
                    *slot = (chunk, row);
                }
                *next += 1;
            }
        }
    }
    (order, ends)
}

/// Row groups: each ends with the patient that brings it to `least` rows, or with the last.
fn groups(ends: &[usize], least: usize) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for end in ends {
        if end - start >= least.max(1) {
            groups.push(start..*end);
            start = *end;
        }
    }
    if let Some(end) = ends.last().filter(|end| **end > start) {
        groups.push(start..*end);
    }
    groups
}

/// Rows that are put together at a time, so that no string column comes near 2 GiB.
fn piece_rows(bytes: usize, rows: usize) -> usize {
    const PIECE_BYTES: usize = 64 << 20;
    (PIECE_BYTES / (bytes / rows.max(1)).max(1)).clamp(1, 1 << 17)
}

/// One encrypted Parquet file, its digest and its length.
pub(super) struct PartWriter<'a> {
    table: &'a str,
    path: std::path::PathBuf,
    writer: ArrowWriter<Summed>,
}

impl<'a> PartWriter<'a> {
    pub fn create(
        table: &'a str,
        path: &Path,
        schema: &SchemaRef,
        patient: Option<usize>,
        encryption: &Arc<FileEncryptionProperties>,
    ) -> Result<Self, ImportError> {
        let level = ZstdLevel::try_new(1).map_err(ImportError::inner(table, "set the compression"))?;
        // Every question reads the keys. As they are, they are small already, and read faster so.
        let mut properties = WriterProperties::builder();
        for (index, field) in schema.fields().iter().enumerate() {
            if *field.data_type() == DataType::UInt32 {
                let key = ColumnPath::from(field.name().as_str());
                properties = properties.set_column_compression(key.clone(), Compression::UNCOMPRESSED);
                if patient == Some(index) {
                    // Ascending numbers: most rows differ from the last by nothing or by one.
                    properties = properties
                        .set_column_dictionary_enabled(key.clone(), false)
                        .set_column_encoding(key, Encoding::DELTA_BINARY_PACKED);
                }
            }
        }
        let properties = properties
            .set_compression(Compression::ZSTD(level))
            // Groups end where `end_group` says.
            .set_max_row_group_row_count(None)
            .with_file_encryption_properties(Arc::clone(encryption))
            .build();
        let file = File::create_new(path).map_err(ImportError::io("create", path))?;
        let sum = digest::Context::new(&digest::SHA256);
        let summed = Summed { file, sum, bytes: 0 };
        let writer = ArrowWriter::try_new(summed, Arc::clone(schema), Some(properties))
            .map_err(ImportError::inner(table, "begin a part"))?;
        Ok(Self { table, path: path.to_owned(), writer })
    }

    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), ImportError> {
        self.writer.write(rows).map_err(ImportError::inner(self.table, "write a part"))
    }

    pub fn end_group(&mut self) -> Result<(), ImportError> {
        self.writer.flush().map_err(ImportError::inner(self.table, "write a part"))
    }

    /// Ends the file. It is on disk when this returns.
    pub fn finish(self, path: String) -> Result<FileEntry, ImportError> {
        let done = self.writer.into_inner().map_err(ImportError::inner(self.table, "end a part"))?;
        done.file.sync_all().map_err(ImportError::io("write", &self.path))?;
        Ok(FileEntry { path, bytes: done.bytes, sha256: hex::encode(done.sum.finish().as_ref()) })
    }
}

/// A file that is summed up while it is written.
struct Summed {
    file: File,
    sum: digest::Context,
    bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.sum.update(bytes.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_is_stable_and_tells_where_patients_end() {
        let (order, ends) = sort(&[&[7, 5, 7], &[6, 5]], 5..9);
        assert_eq!(order, [(0, 1), (1, 1), (1, 0), (0, 0), (0, 2)]);
        assert_eq!(ends, [2, 3, 5, 5]);
    }

    #[test]
    fn groups_end_with_a_patient() {
        assert_eq!(groups(&[2, 3, 5, 5, 9], 3), [0..3, 3..9]);
        assert_eq!(groups(&[2, 3, 5, 5, 9], 100), vec![(0..9)]);
        assert_eq!(groups(&[0, 4, 8], 1), [0..4, 4..8]);
        assert!(groups(&[0, 0], 3).is_empty());
        assert!(groups(&[], 3).is_empty());
    }
}
