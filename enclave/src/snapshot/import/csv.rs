//! CSV: rows as fields of text, and whether a row is sound.
//!
//! A file is split into fields before it is decoded: no byte of a Shift_JIS character looks like a
//! comma, a quote or a line's end, and so a broken character costs one row, not the file.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use csv::ByteRecord;

use super::ImportError;
use super::input::InputFile;
use super::layout::{Layout, Role, positions};
use super::progress::Meter;
use super::rejects::Reason;
use super::request::{Encoding, Given};

/// A row longer than this is a quote that nobody closed.
const LONGEST_ROW: u64 = 64 << 20;

/// Rows between two reports.
pub(super) const REPORT_EVERY: u64 = 1 << 14;

/// The rows of one file.
pub(super) struct CsvRows<'a> {
    reader: csv::Reader<Guarded<'a>>,
    since_row: Rc<Cell<u64>>,
    record: ByteRecord,
    table: &'a Given,
    file: &'a InputFile,
    /// The header's columns.
    pub columns: Vec<String>,
    kept: Vec<usize>,
    patient: Option<usize>,
}

/// One row. Columns are counted as in the layout.
pub(super) struct Row<'r> {
    record: &'r ByteRecord,
    table: &'r Given,
    kept: &'r [usize],
    patient: Option<usize>,
    fields: usize,
}

impl<'a> CsvRows<'a> {
    /// Opens a file and reads its header.
    pub fn open(table: &'a Given, file: &'a InputFile, meter: &'a Meter<'a>) -> Result<Self, ImportError> {
        let since_row = Rc::new(Cell::new(0));
        let inner = Guarded { inner: file.text(&table.name, meter)?, since_row: Rc::clone(&since_row) };
        let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_reader(inner);
        let failed = ImportError::source(&table.name, &file.path);
        let header = reader.byte_headers().map_err(failed)?.clone();
        let name = |field: &[u8]| decode(table.encoding, field).map(|name| name.trim().to_owned());
        let columns: Option<Vec<String>> = header.iter().map(name).collect();
        let columns = columns.ok_or_else(|| {
            let reason = format!("the header of {} is not in this encoding", file.label);
            ImportError::table(&table.name, "encoding", reason)
        })?;
        let record = ByteRecord::new();
        Ok(Self { reader, since_row, record, table, file, columns, kept: Vec::new(), patient: None })
    }

    /// Says which columns are wanted.
    pub fn keep(mut self, layout: &Layout, first: &[String]) -> Result<Self, ImportError> {
        self.kept = positions(self.table, layout, first, &self.file.label, &self.columns)?;
        self.patient = layout.iter().position(|slot| slot.role == Role::Patient);
        Ok(self)
    }

    /// The next row and its line, or none at the end.
    pub fn next(&mut self) -> Result<Option<(Row<'_>, u64)>, ImportError> {
        self.since_row.set(0);
        let failed = ImportError::source(&self.table.name, &self.file.path);
        if !self.reader.read_byte_record(&mut self.record).map_err(failed)? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let row = Row {
            record: &self.record,
            table: self.table,
            kept: &self.kept,
            patient: self.patient,
            fields: self.columns.len(),
        };
        Ok(Some((row, line)))
    }
}

impl<'r> Row<'r> {
    /// Bytes of text in it.
    pub fn bytes(&self) -> usize {
        self.record.as_slice().len()
    }

    /// What is wrong with the row, whatever its columns' types.
    pub fn flaw(&self) -> Option<Reason> {
        if self.record.len() != self.fields {
            return Some(Reason::Fields);
        }
        let sound = |column| self.text(column).is_some();
        if !self.record.as_slice().is_ascii() && !(0..self.kept.len()).all(sound) {
            return Some(Reason::Encoding);
        }
        let patient = self.patient?;
        let missing = self.text(patient).is_none_or(|id| self.is_missing(id.trim()));
        missing.then_some(Reason::MissingKey)
    }

    /// A column's text, or none if it is missing.
    pub fn value(&self, column: usize) -> Option<Cow<'r, str>> {
        self.text(column).filter(|text| !self.is_missing(text))
    }

    /// A key column's text, trimmed.
    pub fn key(&self, column: usize) -> Option<Cow<'r, str>> {
        let trimmed = match self.text(column)? {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        Some(trimmed).filter(|text| !self.is_missing(text))
    }

    fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.table.missing.iter().any(|m| m == text)
    }

    fn text(&self, column: usize) -> Option<Cow<'r, str>> {
        let field = self.record.get(*self.kept.get(column)?)?;
        decode(self.table.encoding, field)
    }
}

/// A field's text; none if its bytes are not in the encoding.
fn decode(encoding: Encoding, field: &[u8]) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(field).ok().map(Cow::Borrowed),
        Encoding::ShiftJis => {
            encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(field)
        }
    }
}

/// Ends with an error where a row goes on for too long, before it fills the memory.
struct Guarded<'a> {
    inner: Box<dyn Read + 'a>,
    since_row: Rc<Cell<u64>>,
}

impl Read for Guarded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.since_row.get() > LONGEST_ROW {
            return Err(std::io::Error::other(
                "a row of more than 64 MiB: is there a quote that is not closed?",
            ));
        }
        let n = self.inner.read(buffer)?;
        self.since_row.set(self.since_row.get() + n as u64);
        Ok(n)
    }
}
