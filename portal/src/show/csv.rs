//! A released table as CSV (RFC 4180, UTF-8, header line).

use std::collections::HashMap;
use std::io::{self, Write};

use enclave::words::Reason;

use super::Figures;
use super::cell::{self, Cell};

/// Writes the table. Suppressed and missing cells are empty; with `reasons` every column has a companion
/// `NAME__reason` that holds the reason's code where its cell is suppressed.
///
/// # Errors
/// When `output` cannot be written.
pub fn write_csv(figures: Figures<'_>, reasons: bool, output: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(output);
    for field in figures.schema.fields() {
        writer.write_field(field.name())?;
        if reasons {
            writer.write_field(format!("{}__reason", field.name()))?;
        }
    }
    writer.write_record(None::<&[u8]>)?;
    let marked = figures.reasons();
    let mut number = 0;
    for batch in figures.batches {
        for index in 0..batch.num_rows() {
            for (column, cell) in (0..).zip(cell::row(batch, index)) {
                writer.write_field(plain(&cell))?;
                if reasons {
                    writer.write_field(reason(&marked, number, column))?;
                }
            }
            writer.write_record(None::<&[u8]>)?;
            number += 1;
        }
    }
    writer.flush()
}

fn reason(marked: &HashMap<(u64, u32), Reason>, row: u64, column: u32) -> &'static str {
    marked.get(&(row, column)).map_or("", |reason| reason.code())
}

fn plain(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Int(int) => int.to_string(),
        Cell::Big(int) => int.to_string(),
        Cell::Real(real) => real.to_string(),
        Cell::Text(text) => text.clone().into_owned(),
    }
}
