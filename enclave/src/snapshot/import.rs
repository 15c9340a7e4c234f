//! Import: a manifest and its sources in, a snapshot out.
//!
//! The source is read twice. The first pass finds the columns' types, the rows and everybody's
//! identifier; then patients get their numbers and are divided into buckets of about equal size. The
//! second pass spreads rows to their buckets in an encrypted temporary file; each bucket is sorted in memory
//! and written as one part. Memory holds one batch, or one bucket per thread, and a hash per patient.
//!
//! The snapshot appears by a rename or not at all. What is left of a failure is the reject file.
//!
//! Out of scope: the log entry for an import (`audit` writes it), drawing the progress (the portal).

mod columnar;
mod csv;
mod error;
mod fill;
mod input;
mod kind;
mod layout;
mod numbering;
mod parts;
mod progress;
mod rejects;
mod request;
mod rows;
mod sizes;
mod spill;
mod spread;
mod staging;
mod survey;
mod tally;
#[cfg(test)]
mod tests;

pub use error::ImportError;
pub use progress::{Progress, Step};
pub use sizes::Sizes;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, UInt32Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use parquet::encryption::encrypt::FileEncryptionProperties;
use ring::rand::SecureRandom;

use super::crypt::encryption;
use super::manifest::{FORMAT, FileEntry, MANIFEST, Manifest, SIGNATURE, TableEntry, snapshot_id};
use crate::catalog::Column;
use crate::ids::SnapshotId;
use crate::keys::{DataKey, DataKeyId, KeyStore, Keyed};
use input::Input;
use layout::Content;
use numbering::{Collector, Numbering};
use parts::{PartWriter, Parts};
use progress::Meter;
use rejects::Rejects;
use request::{Given, Request};
use rows::{Numberings, Reading};
use spill::Spill;
use spread::{Buckets, Spread};
use staging::Staging;
use survey::{People, Survey, survey};

/// A snapshot that has just appeared.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its name and version.
    pub id: SnapshotId,
    /// Distinct patients.
    pub patients: u32,
    /// Distinct institutions.
    pub institutions: u32,
    /// What each table came to, in the order of the manifest.
    pub tables: Vec<ImportedTable>,
    /// The reject file, if a row was left out.
    pub rejects: Option<PathBuf>,
}

/// One table of a new snapshot.
#[derive(Debug, Clone)]
pub struct ImportedTable {
    /// Its name.
    pub name: String,
    /// Rows in the snapshot.
    pub rows: u64,
    /// Rows that were left out.
    pub rejected: u64,
    /// Columns with their types and classes, for the steward to look over.
    pub columns: Vec<Column>,
}

/// Imports what a manifest describes into `home`.
///
/// # Errors
/// As [`import_within`].
pub fn import(
    home: &Path,
    manifest: &Path,
    keys: &KeyStore,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
) -> Result<Imported, ImportError> {
    import_within(home, manifest, keys, now, rng, progress, &Sizes::default())
}

/// As [`import`], with the sizes of the work as an argument.
///
/// # Errors
/// When the manifest asks for what can't be, a source can't be read, more rows are unreadable than
/// the manifest allows, or the disk is full. No snapshot is left behind then.
pub fn import_within(
    home: &Path,
    manifest: &Path,
    keys: &KeyStore,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
    sizes: &Sizes,
) -> Result<Imported, ImportError> {
    let request = Request::read(manifest)?;
    let policy = request.policy(home)?;
    let inputs = request.tables.iter().map(|table| Input::find(&request, table));
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    let meter = Meter::new(inputs.iter().map(Input::bytes).sum(), progress);
    let mut rejects = Rejects::new(home, &request.name, now);
    let staging = Staging::begin(home)?;

    let (surveys, numberings) = first_pass(&request, &inputs, keys, &mut rejects, &meter)?;
    let key = DataKey::random(rng)?;
    let work = Work {
        request: &request,
        numberings: &numberings,
        buckets: Buckets::choose(numberings.patients.count(), surveys.iter(), sizes),
        sizes,
        rng,
        staging: &staging,
        encryption: encryption(&key)?,
        meter: &meter,
    };
    let tables = request.tables.iter().zip(&inputs).zip(&surveys);
    let tables = tables.map(|((table, input), survey)| work.table(table, input, survey, &mut rejects));
    let snapshot = Manifest {
        format: FORMAT,
        name: request.name.clone(),
        created: now,
        patients: numberings.patients.count(),
        institutions: numberings.institutions.count(),
        policy,
        data_key: DataKeyId::random(rng)?,
        tables: tables.collect::<Result<_, _>>()?,
        roster: work.roster()?,
    };
    let rejects = rejects.close()?;
    let id = publish(&snapshot, staging, keys, &key)?;
    Ok(Imported {
        id,
        patients: snapshot.patients,
        institutions: snapshot.institutions,
        tables: snapshot.tables.into_iter().map(imported).collect(),
        rejects,
    })
}

fn first_pass(
    request: &Request,
    inputs: &[Input],
    keys: &KeyStore,
    rejects: &mut Rejects,
    meter: &Meter<'_>,
) -> Result<(Vec<Survey>, Numberings), ImportError> {
    let mut people = People {
        patients: Collector::new(keys.record_keys(Keyed::Patient)),
        institutions: Collector::new(keys.record_keys(Keyed::Institution)),
    };
    let mut surveys = Vec::with_capacity(inputs.len());
    for (table, input) in request.tables.iter().zip(inputs) {
        let survey = survey(table, input, &mut people, rejects, meter)?;
        rejects.check(&table.name, survey.rows, request.reject_limit)?;
        surveys.push(survey);
    }
    let patients: Numbering = people.patients.number("patients")?;
    let institutions = people.institutions.number("institutions")?;
    Ok((surveys, Numberings { patients, institutions }))
}

/// What the second pass needs for every table.
struct Work<'a> {
    request: &'a Request,
    numberings: &'a Numberings,
    buckets: Buckets,
    sizes: &'a Sizes,
    rng: &'a dyn SecureRandom,
    staging: &'a Staging,
    encryption: Arc<FileEncryptionProperties>,
    meter: &'a Meter<'a>,
}

impl Work<'_> {
    fn table(
        &self,
        table: &Given,
        input: &Input,
        survey: &Survey,
        rejects: &mut Rejects,
    ) -> Result<TableEntry, ImportError> {
        let patient = survey.fields.iter().position(|f| f.content == Content::Patient);
        let reading = Reading {
            table,
            input,
            survey,
            numberings: self.numberings,
            meter: self.meter,
            batch_rows: self.sizes.rows_of_batch(survey.row_bytes, self.buckets.count()),
        };
        let spill = Spill::new(&table.name, self.staging.path(), self.buckets.count(), self.rng)?;
        let mut spread = Spread::new(spill, survey.fields.len(), patient, self.buckets);
        reading.run(rejects, &mut |batch| spread.add(&table.name, &batch))?;
        rejects.check(&table.name, survey.rows, self.request.reject_limit)?;

        self.staging.subfolder(&format!("tables/{}", table.name))?;
        let has_nulls = |i: usize| spread.nulls.get(i).is_none_or(|n| *n > 0);
        let parts = Parts {
            table: &table.name,
            spread: &spread,
            schema: rows::schema(&survey.fields, has_nulls),
            patient,
            buckets: self.buckets,
            encryption: &self.encryption,
            group_rows: self.sizes.group_rows,
            dir: self.staging.path(),
            meter: self.meter,
            source_bytes: input.bytes(),
        };
        let column = |(i, field): (usize, &layout::Field)| Column {
            name: field.name.clone(),
            data_type: rows::data_type(field.content),
            nullable: has_nulls(i),
            class: field.class,
        };
        Ok(TableEntry {
            name: table.name.clone(),
            rows: spread.rows,
            rejected: rejects.of(&table.name),
            columns: survey.fields.iter().enumerate().map(column).collect(),
            parts: parts.write(self.sizes.threads)?,
        })
    }

    /// The roster: who a number is, for this home's pseudonyms and nobody else.
    fn roster(&self) -> Result<FileEntry, ImportError> {
        const PATH: &str = "patients.parquet";
        const ROWS: usize = 1 << 18;
        let schema = Arc::new(Schema::new(vec![
            ArrowField::new("patient", DataType::UInt32, false),
            ArrowField::new("record_key", DataType::UInt64, false),
        ]));
        let path = self.staging.path().join(PATH);
        let mut writer = PartWriter::create("the roster", &path, &schema, &self.encryption)?;
        let mut roster = (0_u32..).zip(self.numberings.patients.record_keys());
        loop {
            let (numbers, keys): (Vec<u32>, Vec<u64>) = roster.by_ref().take(ROWS).unzip();
            if numbers.is_empty() {
                return writer.finish(PATH.to_owned());
            }
            let columns: Vec<ArrayRef> =
                vec![Arc::new(UInt32Array::from(numbers)), Arc::new(UInt64Array::from(keys))];
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
                .map_err(ImportError::inner("the roster", "build a batch"))?;
            writer.write(&batch)?;
            writer.end_group()?;
        }
    }
}

/// Signs the manifest, keeps the key and lets the snapshot appear.
fn publish(
    manifest: &Manifest,
    staging: Staging,
    keys: &KeyStore,
    key: &DataKey,
) -> Result<SnapshotId, ImportError> {
    let text = manifest.to_bytes().map_err(ImportError::inner("all", "write the manifest"))?;
    let id = snapshot_id(&manifest.name, &text)?;
    for (name, bytes) in [(MANIFEST, &text), (SIGNATURE, &keys.sign_manifest(&text)?)] {
        let path = staging.path().join(name);
        let written = std::fs::write(&path, bytes).and_then(|()| std::fs::File::open(&path)?.sync_all());
        written.map_err(ImportError::io("write", &path))?;
    }
    // The key first: a key without a snapshot harms nobody.
    keys.keep_data_key(&manifest.data_key, key)?;
    if let Err(error) = staging.publish(&id.to_string()) {
        keys.destroy_data_key(&manifest.data_key)?;
        return Err(error);
    }
    Ok(id)
}

fn imported(table: TableEntry) -> ImportedTable {
    ImportedTable { name: table.name, rows: table.rows, rejected: table.rejected, columns: table.columns }
}
