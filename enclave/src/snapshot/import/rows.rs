//! Second pass: the source's rows as typed batches, without those that are rejected.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array, UInt32Builder};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;

use super::ImportError;
use super::columnar::{ParquetFile, convert, key_text};
use super::csv::{CsvRows, REPORT_EVERY};
use super::fill::Filler;
use super::input::{Format, Input, InputFile};
use super::layout::{Content, Field};
use super::numbering::{Numbering, Numbers};
use super::progress::{Meter, Step};
use super::rejects::{Reason, Rejects, RowPlace};
use super::request::Given;
use super::survey::{Survey, share};

/// A batch's text stays far from the 2 GiB that an Arrow string column can hold.
const BATCH_BYTES: usize = 256 << 20;

/// Everybody's number.
pub(super) struct Numberings {
    pub patients: Numbering,
    pub institutions: Numbering,
}

/// What the second pass needs of one table.
pub(super) struct Reading<'a> {
    pub table: &'a Given,
    pub input: &'a Input,
    pub survey: &'a Survey,
    pub numberings: &'a Numberings,
    pub meter: &'a Meter<'a>,
    /// Rows of a batch, at most.
    pub batch_rows: usize,
}

/// A sink for batches.
type Sink<'s> = dyn FnMut(RecordBatch) -> Result<(), ImportError> + 's;

impl Reading<'_> {
    /// Hands all sound rows to `sink`, in the order of the source.
    pub fn run(&self, rejects: &mut Rejects, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        for file in &self.input.files {
            match self.input.format {
                Format::Csv => self.csv(file, rejects, sink)?,
                Format::Parquet => self.parquet(file, rejects, sink)?,
            }
        }
        Ok(())
    }

    fn csv(&self, file: &InputFile, rejects: &mut Rejects, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let rows = CsvRows::open(self.table, file, self.meter)?;
        let mut rows = rows.keep(&self.survey.layout, &self.survey.source)?;
        let mut batch = Batch::new(self);
        let mut read = 0;
        while let Some((row, line)) = rows.next()? {
            read += 1;
            if read == REPORT_EVERY {
                self.meter.rows(Step::Spread, &self.table.name, read);
                read = 0;
            }
            // Noted in the first pass.
            if row.flaw().is_some() {
                continue;
            }
            let mut misfit = None;
            for (i, column) in batch.columns.iter_mut().enumerate() {
                let fits = match column {
                    Column::Key(numbers, builder) => {
                        builder.append_option(row.key(i).and_then(|id| numbers.number(&id)));
                        true
                    }
                    Column::Value(filler) => match row.value(i) {
                        Some(text) => filler.push(&text),
                        None => {
                            filler.push_null();
                            true
                        }
                    },
                };
                if !fits {
                    misfit = misfit.or(Some(i));
                }
            }
            if let Some(i) = misfit {
                let place = RowPlace { table: &self.table.name, file: &file.label, line };
                rejects.add(place, Reason::WrongType, self.column_name(i))?;
            }
            batch.end_row(misfit.is_none(), row.bytes());
            if batch.keep.len() >= self.batch_rows || batch.bytes >= BATCH_BYTES {
                sink(batch.finish()?)?;
            }
        }
        self.meter.rows(Step::Spread, &self.table.name, read);
        if batch.keep.is_empty() { Ok(()) } else { sink(batch.finish()?) }
    }

    fn parquet(
        &self,
        file: &InputFile,
        rejects: &mut Rejects,
        sink: &mut Sink<'_>,
    ) -> Result<(), ImportError> {
        let opened = ParquetFile::open(self.table, file)?;
        let total = opened.rows.max(1);
        let Survey { layout, source, .. } = self.survey;
        let mut batches = opened.batches(self.table, file, layout, source, self.batch_rows)?;
        let mut before = 0;
        while let Some(columns) = batches.next(&self.table.name)? {
            let rows = columns.first().map_or(0, |c| c.len());
            let mut keep = vec![true; rows];
            let mut typed = Vec::with_capacity(columns.len());
            let mut judges = Vec::with_capacity(columns.len());
            for (field, column) in self.survey.fields.iter().zip(&columns) {
                let (column, wrong) = self.typed(field, column)?;
                typed.push(column);
                judges.push((field, wrong));
            }
            // The patient's first: a row without a key is noted already, whatever else is wrong with it.
            judges.sort_by_key(|(field, _)| field.content != Content::Patient);
            for (row, keep) in keep.iter_mut().enumerate() {
                let found = judges.iter().find_map(|(field, wrong)| Some((wrong(row)?, &field.name)));
                let Some((reason, column)) = found else { continue };
                *keep = false;
                if reason != Reason::MissingKey {
                    let line = before + row as u64 + 1;
                    let place = RowPlace { table: &self.table.name, file: &file.label, line };
                    rejects.add(place, reason, column)?;
                }
            }
            sink(self.batch(typed, keep)?)?;
            before += rows as u64;
            self.meter.bytes(share(file.bytes, rows as u64, total));
            self.meter.rows(Step::Spread, &self.table.name, rows as u64);
        }
        Ok(())
    }

    /// A Parquet column as it is stored, and for each row what is wrong with it.
    fn typed(
        &self,
        field: &Field,
        column: &ArrayRef,
    ) -> Result<(ArrayRef, impl Fn(usize) -> Option<Reason>), ImportError> {
        let unreadable = || ImportError::Inner { table: self.table.name.clone(), step: "convert a column" };
        let (typed, wrong, reason) = match field.content {
            Content::Value(kind) => {
                let (typed, wrong) = convert(column, kind).ok_or_else(unreadable)?;
                (typed, wrong, Reason::WrongType)
            }
            key => {
                let ids = key_text(column).ok_or_else(unreadable)?;
                let mut numbers = Numbers::new(self.numbering(key));
                let typed: UInt32Array = ids.iter().map(|id| id.and_then(|id| numbers.number(id))).collect();
                let needed = key == Content::Patient;
                let wrong = typed.iter().map(|n| Some(needed && n.is_none())).collect();
                (Arc::new(typed) as ArrayRef, wrong, Reason::MissingKey)
            }
        };
        let wrong: BooleanArray = wrong;
        Ok((typed, move |row| (row < wrong.len() && wrong.value(row)).then_some(reason)))
    }

    fn batch(&self, columns: Vec<ArrayRef>, keep: Vec<bool>) -> Result<RecordBatch, ImportError> {
        let inner = || ImportError::inner(&self.table.name, "build a batch");
        let batch = RecordBatch::try_new(self.schema(), columns).map_err(inner())?;
        if keep.iter().all(|k| *k) {
            return Ok(batch);
        }
        filter_record_batch(&batch, &BooleanArray::from(keep)).map_err(inner())
    }

    /// All columns nullable: what is not is known at the end.
    pub fn schema(&self) -> SchemaRef {
        schema(&self.survey.fields, |_| true)
    }

    fn numbering(&self, key: Content) -> &Numbering {
        if key == Content::Patient { &self.numberings.patients } else { &self.numberings.institutions }
    }

    fn column_name(&self, i: usize) -> &str {
        self.survey.fields.get(i).map_or("", |f| &f.name)
    }
}

/// The Arrow schema of a table's fields.
pub(super) fn schema(fields: &[Field], nullable: impl Fn(usize) -> bool) -> SchemaRef {
    let field =
        |(i, field): (usize, &Field)| ArrowField::new(&field.name, data_type(field.content), nullable(i));
    Arc::new(Schema::new(fields.iter().enumerate().map(field).collect::<Vec<_>>()))
}

pub(super) fn data_type(content: Content) -> DataType {
    match content {
        Content::Patient | Content::Institution => DataType::UInt32,
        Content::Value(kind) => kind.data_type(),
    }
}

/// A batch that grows row by row.
struct Batch<'a> {
    reading: &'a Reading<'a>,
    columns: Vec<Column<'a>>,
    keep: Vec<bool>,
    bytes: usize,
}

enum Column<'a> {
    Key(Numbers<'a>, UInt32Builder),
    Value(Filler),
}

impl<'a> Batch<'a> {
    fn new(reading: &'a Reading<'a>) -> Self {
        let column = |field: &Field| match field.content {
            Content::Value(kind) => Column::Value(Filler::new(kind)),
            key => Column::Key(Numbers::new(reading.numbering(key)), UInt32Builder::new()),
        };
        let columns = reading.survey.fields.iter().map(column).collect();
        Self { reading, columns, keep: Vec::new(), bytes: 0 }
    }

    fn end_row(&mut self, keep: bool, bytes: usize) {
        self.keep.push(keep);
        self.bytes += bytes;
    }

    fn finish(&mut self) -> Result<RecordBatch, ImportError> {
        let finish = |column: &mut Column<'_>| match column {
            Column::Key(_, builder) => Arc::new(builder.finish()) as ArrayRef,
            Column::Value(filler) => filler.finish(),
        };
        let columns = self.columns.iter_mut().map(finish).collect();
        self.bytes = 0;
        self.reading.batch(columns, std::mem::take(&mut self.keep))
    }
}
