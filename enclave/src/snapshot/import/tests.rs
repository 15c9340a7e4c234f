//! Whole imports on small sources. What they share stands here.

mod fuzz;
mod rejects;
mod sealed;
mod sorting;
mod sources;

use std::fs::File;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ring::rand::SystemRandom;
use tempfile::TempDir;

use super::*;
use crate::catalog::Column;
use crate::snapshot::{Snapshot, decryption, folder};

const BUNDLE: &str = "name = 'test'\nversion = 1\npatients = 10\nshow_zero = true\n";

/// A home and a folder of sources.
struct House {
    home: TempDir,
    source: TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { home: TempDir::new().unwrap(), source: TempDir::new().unwrap() };
        house.file("test.toml", BUNDLE);
        house
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.source.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    fn keys(&self) -> KeyStore {
        KeyStore::open(self.home.path()).unwrap()
    }

    /// Imports `[[table]]`s, given as TOML.
    fn import(&self, tables: &str) -> Result<Imported, ImportError> {
        self.import_within(tables, &Sizes::default())
    }

    fn import_within(&self, tables: &str, sizes: &Sizes) -> Result<Imported, ImportError> {
        let text = format!("name = 'demo'\npolicy = './test.toml'\n{tables}");
        let manifest = self.file("manifest.toml", text);
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let keys = self.keys();
        prepare(self.home.path(), &manifest, &keys, now, &SystemRandom::new(), &|_| (), sizes)?.publish(&keys)
    }

    fn open(&self, imported: &Imported) -> Snapshot {
        let dir = folder(self.home.path(), &imported.id);
        Snapshot::open(&dir, &self.keys().manifest_key().unwrap()).unwrap()
    }

    /// A table's parts, each as its row groups, each as its rows of text.
    fn read(&self, snapshot: &Snapshot, table: &str) -> Vec<Vec<Vec<Vec<String>>>> {
        let key = self.keys().data_key(snapshot.data_key_id()).unwrap();
        snapshot.parts(table).iter().map(|part| read_part(&part.file, &key)).collect()
    }

    /// All rows of a table.
    fn rows(&self, imported: &Imported, table: &str) -> Vec<Vec<String>> {
        let snapshot = self.open(imported);
        self.read(&snapshot, table).into_iter().flatten().flatten().collect()
    }

    /// What stands under a folder of the home, hidden or not.
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.home.path().join(folder));
        let entries = entries.into_iter().flatten().map(|e| e.unwrap().file_name());
        entries.map(|n| n.into_string().unwrap()).filter(|n| n != ".lock").collect()
    }
}

fn options(key: &DataKey) -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_file_decryption_properties(decryption(key).unwrap())
}

fn read_part(file: &Path, key: &DataKey) -> Vec<Vec<Vec<String>>> {
    let open = || {
        let file = File::open(file).unwrap();
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options(key)).unwrap()
    };
    let groups = open().metadata().num_row_groups();
    let group = |i| {
        let batches = open().with_row_groups(vec![i]).build().unwrap();
        batches.flat_map(|batch| texts(&batch.unwrap())).collect()
    };
    (0..groups).map(group).collect()
}

/// Rows as text; missing is `∅`, numbers of patients and institutions are numbers.
fn texts(batch: &RecordBatch) -> Vec<Vec<String>> {
    let columns: Vec<ArrayRef> = batch.columns().iter().map(|c| cast(c, &DataType::Utf8).unwrap()).collect();
    let value = |column: &ArrayRef, row| {
        let column = column.as_string::<i32>();
        if column.is_valid(row) { column.value(row).to_owned() } else { "∅".to_owned() }
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|c| value(c, row)).collect()).collect()
}

/// A snapshot's roster: record keys in the order of the numbers.
fn roster(house: &House, snapshot: &Snapshot) -> Vec<u64> {
    let key = house.keys().data_key(snapshot.data_key_id()).unwrap();
    let rows: Vec<Vec<String>> = read_part(&snapshot.roster(), &key).into_iter().flatten().collect();
    let numbers: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert!(numbers.iter().enumerate().all(|(i, n)| i == *n as usize));
    rows.iter().map(|row| row[1].parse().unwrap()).collect()
}

/// The type of a table's column and whether it may be missing.
fn column(imported: &Imported, table: &str, name: &str) -> Column {
    let table = imported.tables.iter().find(|t| t.name == table).unwrap();
    table.columns.iter().find(|c| c.name == name).unwrap().clone()
}
