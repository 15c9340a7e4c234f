//! Reading the roster: which record key each patient's number stands for.

use std::fs::File;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{UInt32Type, UInt64Type};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::{Snapshot, SnapshotError, decryption};
use crate::keys::DataKey;

impl Snapshot {
    /// The record keys of patients 0, 1, 2 …: the same for a patient in every snapshot of this home.
    ///
    /// # Errors
    /// When the roster does not read, or is not of all patients in their order.
    pub fn record_keys(&self, key: &DataKey) -> Result<Vec<u64>, SnapshotError> {
        let path = self.roster();
        let wrong = || SnapshotError::File(path.clone());
        let file = File::open(&path).map_err(SnapshotError::io("open", &path))?;
        let options = ArrowReaderOptions::new().with_file_decryption_properties(decryption(key)?);
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options);
        let batches =
            reader.and_then(|reader| reader.with_batch_size(1 << 16).build()).map_err(|_| wrong())?;
        let mut keys = Vec::with_capacity(self.patients() as usize);
        for batch in batches {
            let batch = batch.map_err(|_| wrong())?;
            let [patients, record_keys] = batch.columns() else { return Err(wrong()) };
            let patients = patients.as_primitive_opt::<UInt32Type>().ok_or_else(wrong)?;
            let expected = keys.len()..;
            if patients.values().iter().zip(expected).any(|(patient, nth)| *patient as usize != nth) {
                return Err(wrong());
            }
            keys.extend(record_keys.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?.values());
        }
        if keys.len() == self.patients() as usize { Ok(keys) } else { Err(wrong()) }
    }
}
