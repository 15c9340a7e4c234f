//! Second pass: one table after the other, and the roster.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use parquet::encryption::encrypt::FileEncryptionProperties;
use ring::rand::SecureRandom;

use super::ImportError;
use super::input::Input;
use super::layout::{Content, Field};
use super::parts::{PartWriter, Parts};
use super::progress::Meter;
use super::rejects::Rejects;
use super::request::{Given, Request};
use super::rows::{Numberings, Reading, data_type, schema};
use super::sizes::Sizes;
use super::spill::Spill;
use super::spread::{Buckets, Spread};
use super::staging::Staging;
use super::survey::Survey;
use crate::catalog::Column;
use crate::snapshot::manifest::{FileEntry, TableEntry};

/// What the second pass needs for every table.
pub(super) struct Work<'a> {
    pub request: &'a Request,
    pub numberings: &'a Numberings,
    pub buckets: Buckets,
    pub sizes: &'a Sizes,
    pub rng: &'a dyn SecureRandom,
    pub staging: &'a Staging,
    pub encryption: Arc<FileEncryptionProperties>,
    pub meter: &'a Meter<'a>,
}

impl Work<'_> {
    pub fn table(
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
        if spread.rows + rejects.of(&table.name) != survey.rows {
            let reason = "the source changed while it was read; import it again";
            return Err(ImportError::table(&table.name, "source", reason));
        }

        self.staging.subfolder(&format!("tables/{}", table.name))?;
        let has_nulls = |i: usize| spread.nulls.get(i).is_none_or(|n| *n > 0);
        let parts = Parts {
            table: &table.name,
            spread: &spread,
            schema: schema(&survey.fields, has_nulls),
            patient,
            buckets: self.buckets,
            encryption: &self.encryption,
            group_rows: self.sizes.group_rows,
            dir: self.staging.path(),
            meter: self.meter,
            source_bytes: input.bytes(),
        };
        let column = |(i, field): (usize, &Field)| Column {
            name: field.name.clone(),
            data_type: data_type(field.content),
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
    pub fn roster(&self) -> Result<FileEntry, ImportError> {
        const PATH: &str = "patients.parquet";
        const ROWS: usize = 1 << 18;
        let schema = Arc::new(Schema::new(vec![
            ArrowField::new("patient", DataType::UInt32, false),
            ArrowField::new("record_key", DataType::UInt64, false),
        ]));
        let path = self.staging.path().join(PATH);
        let mut writer = PartWriter::create("the roster", &path, &schema, Some(0), &self.encryption)?;
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
