//! First pass: every column's kind and class, who there is, how many rows.
//!
//! Rows that no type could save (fields, encoding, key) are noted as rejects here; those with a value of a
//! wrong type only when the types are settled, in the second pass.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};

use super::ImportError;
use super::columnar::{ParquetFile, convert, key_text, kinds};
use super::csv::{CsvRows, REPORT_EVERY};
use super::input::{Format, Input, InputFile};
use super::kind::Kind;
use super::layout::{Content, Field, Layout, Role, class, layout};
use super::numbering::Collector;
use super::progress::{Meter, Step};
use super::rejects::{Reason, Rejects, RowPlace};
use super::request::Given;
use super::tally::Tally;
use crate::catalog::Class;

/// Rows that are looked at together.
const BATCH_ROWS: usize = 8192;

/// What the first pass found in one table.
#[derive(Debug)]
pub(super) struct Survey {
    /// All columns of the first file.
    pub source: Vec<String>,
    pub layout: Layout,
    pub fields: Vec<Field>,
    /// All rows of the source, sound or not.
    pub rows: u64,
    /// About how much memory a row takes.
    pub row_bytes: u64,
}

/// Whom the first pass has met, over all tables.
pub(super) struct People {
    pub patients: Collector,
    pub institutions: Collector,
}

/// What one table's first pass adds up.
struct Count<'a> {
    table: &'a Given,
    layout: Layout,
    tallies: Vec<Tally>,
    people: &'a mut People,
    rejects: &'a mut Rejects,
    meter: &'a Meter<'a>,
    rows: u64,
    bytes: u64,
}

pub(super) fn survey(
    table: &Given,
    input: &Input,
    people: &mut People,
    rejects: &mut Rejects,
    meter: &Meter<'_>,
) -> Result<Survey, ImportError> {
    let empty = || ImportError::table(&table.name, "source", "no files");
    let first = input.files.first().ok_or_else(empty)?;
    let (source, typed) = match input.format {
        Format::Csv => (CsvRows::open(table, first, &Meter::new(0, &|_| ()))?.columns, None),
        Format::Parquet => {
            let file = ParquetFile::open(table, first)?;
            (file.columns.clone(), Some(file))
        }
    };
    let layout = layout(table, &source)?;
    let typed = typed.map(|file| kinds(table, &layout, &file)).transpose()?;

    let tallies = layout.iter().map(|_| Tally::default()).collect();
    let mut count = Count { table, layout, tallies, people, rejects, meter, rows: 0, bytes: 0 };
    for file in &input.files {
        match &typed {
            None => count.csv(file, &source)?,
            Some(kinds) => count.parquet(file, &source, kinds)?,
        }
    }
    let typed = typed.unwrap_or_default();
    let Count { layout, tallies, rows, bytes, .. } = count;
    let fields = layout.iter().zip(&tallies).enumerate().map(|(i, (slot, tally))| {
        let (content, class) = match slot.role {
            Role::Patient => (Content::Patient, Class::Patient),
            Role::Institution => (Content::Institution, Class::Institution),
            Role::Value => {
                let found = typed.get(i).copied().flatten();
                let given = table.types.get(&slot.name).copied().or(found);
                let kind = given.unwrap_or_else(|| tally.kind());
                (Content::Value(kind), class(table, &slot.name, kind, tally.class(kind))?)
            }
        };
        Ok(Field { name: slot.name.clone(), content, class })
    });
    let fields: Vec<Field> = fields.collect::<Result<_, ImportError>>()?;
    let row_bytes = bytes / rows.max(1) + 8 * layout.len() as u64;
    Ok(Survey { source, layout, fields, rows, row_bytes })
}

impl Count<'_> {
    fn csv(&mut self, file: &InputFile, source: &[String]) -> Result<(), ImportError> {
        let declared: Vec<Option<Kind>> =
            self.layout.iter().map(|slot| self.table.types.get(&slot.name).copied()).collect();
        let mut rows = CsvRows::open(self.table, file, self.meter)?.keep(&self.layout, source)?;
        let mut read = 0;
        while let Some((row, line)) = rows.next()? {
            read += 1;
            if read == REPORT_EVERY {
                self.meter.rows(Step::Survey, &self.table.name, read);
                read = 0;
            }
            self.rows += 1;
            self.bytes += row.bytes() as u64;
            if let Some(reason) = row.flaw() {
                let place = RowPlace { table: &self.table.name, file: &file.label, line };
                self.rejects.add(place, reason, "")?;
                continue;
            }
            for (i, (slot, tally)) in self.layout.iter().zip(&mut self.tallies).enumerate() {
                match slot.role {
                    Role::Patient => row.key(i).iter().for_each(|id| self.people.patients.add(id)),
                    Role::Institution => row.key(i).iter().for_each(|id| self.people.institutions.add(id)),
                    Role::Value => {
                        let Some(text) = row.value(i) else { continue };
                        match declared.get(i).copied().flatten() {
                            None => tally.see_unknown(&text),
                            Some(Kind::Text) => tally.see_text(&text),
                            Some(Kind::Int64) => {
                                text.trim().parse().into_iter().for_each(|n| tally.see_integer(n))
                            }
                            Some(_) => {}
                        }
                    }
                }
            }
        }
        self.meter.rows(Step::Survey, &self.table.name, read);
        Ok(())
    }

    fn parquet(
        &mut self,
        file: &InputFile,
        source: &[String],
        expected: &[Option<Kind>],
    ) -> Result<(), ImportError> {
        let opened = ParquetFile::open(self.table, file)?;
        let total = opened.rows.max(1);
        if kinds(self.table, &self.layout, &opened)? != expected {
            let reason = format!("{} has other types than the table's first file", file.label);
            return Err(ImportError::table(&self.table.name, "source", reason));
        }
        let mut batches = opened.batches(self.table, file, &self.layout, source, BATCH_ROWS)?;
        let mut line = 0;
        while let Some(columns) = batches.next(&self.table.name)? {
            let rows = columns.first().map_or(0, |c| c.len()) as u64;
            for (i, column) in columns.iter().enumerate() {
                self.column(i, column, expected.get(i).copied().flatten(), file, line)?;
            }
            self.bytes += columns.iter().map(|c| c.get_buffer_memory_size() as u64).sum::<u64>();
            line += rows;
            self.rows += rows;
            self.meter.bytes(share(file.bytes, rows, total));
            self.meter.rows(Step::Survey, &self.table.name, rows);
        }
        Ok(())
    }

    fn column(
        &mut self,
        i: usize,
        column: &ArrayRef,
        kind: Option<Kind>,
        file: &InputFile,
        rows_before: u64,
    ) -> Result<(), ImportError> {
        let unreadable = || ImportError::Inner { table: self.table.name.clone(), step: "convert a column" };
        let Some(kind) = kind else {
            let ids = key_text(column).ok_or_else(unreadable)?;
            let patient = self.layout.get(i).is_some_and(|slot| slot.role == Role::Patient);
            let people = if patient { &mut self.people.patients } else { &mut self.people.institutions };
            for (row, id) in ids.iter().enumerate() {
                match id {
                    Some(id) => people.add(id),
                    None if patient => {
                        let line = rows_before + row as u64 + 1;
                        let place = RowPlace { table: &self.table.name, file: &file.label, line };
                        self.rejects.add(place, Reason::MissingKey, "")?;
                    }
                    None => {}
                }
            }
            return Ok(());
        };
        if !matches!(kind, Kind::Text | Kind::Int64) {
            return Ok(());
        }
        let (values, _) = convert(column, kind).ok_or_else(unreadable)?;
        let Some(tally) = self.tallies.get_mut(i) else { return Ok(()) };
        match values.data_type() {
            DataType::Int64 => {
                values.as_primitive::<Int64Type>().iter().flatten().for_each(|n| tally.see_integer(n));
            }
            _ => values.as_string::<i32>().iter().flatten().for_each(|text| tally.see_text(text)),
        }
        Ok(())
    }
}

/// What `rows` of `total` stand for in a file's bytes.
pub(super) fn share(bytes: u64, rows: u64, total: u64) -> u64 {
    u64::try_from(u128::from(bytes) * u128::from(rows) / u128::from(total.max(1))).unwrap_or(0)
}
