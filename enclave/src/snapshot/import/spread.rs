//! Second pass: every row goes to the bucket that its patient belongs to.
//!
//! A bucket is a range of patients, the same for all tables. Numbers are ranks of hashes, so equal
//! ranges get about equal shares of the rows.

use std::ops::Range;

use datafusion::arrow::array::{Array, AsArray, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::arrow::record_batch::RecordBatch;

use super::ImportError;
use super::sizes::Sizes;
use super::spill::Spill;
use super::survey::Survey;

/// The patients of each bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Buckets {
    patients: u32,
    count: u32,
}

/// A table from here on is divided, so that several cores can share it.
const DIVIDED_FROM_ROWS: u64 = 200_000;
const DIVIDED_INTO: u64 = 4;

impl Buckets {
    /// As many as keep each bucket of the largest table within the sizes.
    pub fn choose<'a>(patients: u32, tables: impl Iterator<Item = &'a Survey>, sizes: &Sizes) -> Self {
        let needed = tables.map(|table| {
            let least = if table.rows > DIVIDED_FROM_ROWS { DIVIDED_INTO } else { 1 };
            table.rows.div_ceil(sizes.rows_of_part(table.row_bytes)).max(least)
        });
        let count = needed.max().unwrap_or(1).min(u64::from(patients)).max(1);
        Self { patients, count: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    pub fn count(self) -> usize {
        self.count as usize
    }

    pub fn of(self, patient: u32) -> usize {
        let bucket = u64::from(patient) * u64::from(self.count) / u64::from(self.patients.max(1));
        usize::try_from(bucket).unwrap_or(usize::MAX)
    }

    /// The patients of a bucket: all with `of(patient) == bucket`.
    pub fn range(self, bucket: usize) -> Range<u32> {
        let start = |b: u64| {
            let patient = (b * u64::from(self.patients)).div_ceil(u64::from(self.count));
            u32::try_from(patient).unwrap_or(u32::MAX)
        };
        start(bucket as u64)..start(bucket as u64 + 1)
    }
}

/// A table's rows in their buckets.
pub(super) struct Spread {
    pub spill: Spill,
    pub rows: u64,
    /// Missing values by column.
    pub nulls: Vec<u64>,
    /// The patient's column; none for a public table, whose rows all go to bucket 0 in their order.
    patient: Option<usize>,
    buckets: Buckets,
}

impl Spread {
    pub fn new(spill: Spill, columns: usize, patient: Option<usize>, buckets: Buckets) -> Self {
        Self { spill, rows: 0, nulls: vec![0; columns], patient, buckets }
    }

    pub fn add(&mut self, table: &str, batch: &RecordBatch) -> Result<(), ImportError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let patients = self.patient.and_then(|patient| batch.columns().get(patient));
        if patients.is_some_and(|patients| patients.null_count() > 0) {
            // The first pass saw everybody.
            let reason = "the source changed while it was read; import it again";
            return Err(ImportError::table(table, "source", reason));
        }
        self.rows += batch.num_rows() as u64;
        for (nulls, column) in self.nulls.iter_mut().zip(batch.columns()) {
            *nulls += column.null_count() as u64;
        }
        let Some(patient) = self.patient.filter(|_| self.buckets.count() > 1) else {
            return self.spill.write(0, batch);
        };
        const STEP: &str = "spread rows";
        let patients = batch.column(patient).as_primitive_opt::<UInt32Type>();
        let patients = patients.ok_or(ImportError::Inner { table: table.to_owned(), step: STEP })?;
        let (order, ends) = self.by_bucket(patients);
        let sorted =
            take_record_batch(batch, &UInt32Array::from(order)).map_err(ImportError::inner(table, STEP))?;
        let mut start = 0;
        for (bucket, end) in ends.into_iter().enumerate() {
            if end > start {
                self.spill.write(bucket, &sorted.slice(start, end - start))?;
                start = end;
            }
        }
        Ok(())
    }

    /// Row numbers ordered by bucket, and where each bucket ends: a counting sort, stable.
    fn by_bucket(&self, patients: &UInt32Array) -> (Vec<u32>, Vec<usize>) {
        let mut ends = vec![0_usize; self.buckets.count()];
        let bucket = |patient: u32| self.buckets.of(patient).min(self.buckets.count() - 1);
        for patient in patients.values() {
            if let Some(end) = ends.get_mut(bucket(*patient)) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        // Now each is where its bucket begins; filling moves it to where it ends.
        let mut order = vec![0_u32; patients.len()];
        for (row, patient) in (0_u32..).zip(patients.values()) {
            if let Some(next) = ends.get_mut(bucket(*patient)) {
                if let Some(slot) = order.get_mut(*next) {
                    *slot = row;
                }
                *next += 1;
            }
        }
        (order, ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_patients_and_agree_with_of() {
        for patients in [0_u32, 1, 2, 7, 100, 1001] {
            for count in [1_u32, 2, 3, 7] {
                let buckets = Buckets { patients, count: count.min(patients.max(1)) };
                let mut next = 0;
                for bucket in 0..buckets.count() {
                    let range = buckets.range(bucket);
                    assert_eq!(range.start, next);
                    assert!(range.clone().all(|p| buckets.of(p) == bucket), "{patients} {count} {range:?}");
                    next = range.end;
                }
                assert_eq!(next, patients);
            }
        }
    }
}
