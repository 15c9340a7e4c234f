//! A released table on a terminal: figures, marks for suppressed cells, and a legend of the marks.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use arrow::datatypes::Schema;
use comfy_table::{CellAlignment, Table, presets};
use enclave::query::Held;
use enclave::words::Reason;

use super::cell::{self, Cell};
use super::marks::{Ink, visible, width};
use super::{Figures, Language};

/// Draws a released table with its legend and provenance. Real numbers are rounded for reading;
/// the other formats hold them whole.
pub fn draw(figures: Figures<'_>, held: &Held, language: Language, ink: Ink) -> String {
    let mut text = colour_marks(grid(figures).to_string(), figures, ink);
    text.push('\n');
    push_provenance(&mut text, figures, held, language);
    push_legend(&mut text, figures, language, ink);
    for notice in figures.notices {
        text.push('\n');
        for line in language.lines(&notice.message) {
            _ = writeln!(text, "※ {line}");
        }
    }
    text
}

/// Draws the table alone.
pub fn draw_alone(figures: Figures<'_>, ink: Ink) -> String {
    colour_marks(grid(figures).to_string(), figures, ink) + "\n"
}

/// The mark of a suppressed cell.
fn mark(reason: Reason) -> String {
    format!("‹{}›", reason.code())
}

fn grid(figures: Figures<'_>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(figures.schema.fields().iter().map(|field| visible(field.name()).into_owned()));
    let reasons = figures.reasons();
    let mut number = 0;
    for batch in figures.batches {
        for index in 0..batch.num_rows() {
            table.add_row(cells(cell::row(batch, index), number, &reasons));
            number += 1;
        }
    }
    align(&mut table, figures.schema);
    table
}

fn cells<'a>(
    row: impl Iterator<Item = Cell<'a>>,
    number: u64,
    reasons: &HashMap<(u64, u32), Reason>,
) -> Vec<String> {
    (0..)
        .zip(row)
        .map(|(column, cell)| reasons.get(&(number, column)).map_or_else(|| plain(&cell), |r| mark(*r)))
        .collect()
}

fn plain(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Missing => "NULL".to_owned(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Int(int) => int.to_string(),
        Cell::Big(int) => int.to_string(),
        Cell::Real(real) => readable(*real),
        Cell::Text(text) => visible(text).into_owned(),
    }
}

/// Four decimals from 1 upwards, six significant digits below it.
fn readable(real: f64) -> String {
    let size = real.abs();
    if real == 0.0 || !real.is_finite() {
        return real.to_string();
    }
    let text = match size {
        1.0..1e15 => format!("{real:.4}"),
        0.1..1.0 => format!("{real:.6}"),
        1e-3..0.1 => format!("{real:.8}"),
        _ => return format!("{real:.5e}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn align(table: &mut Table, schema: &Schema) {
    for (column, field) in table.column_iter_mut().zip(schema.fields()) {
        if cell::is_number(field.data_type()) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Colours after the grid is laid out, so that widths are counted without colour codes.
fn colour_marks(mut grid: String, figures: Figures<'_>, ink: Ink) -> String {
    if ink.colour {
        for reason in seen(figures) {
            let mark = mark(reason);
            grid = grid.replace(&mark, &ink.mark(&mark));
        }
    }
    grid
}

fn seen(figures: Figures<'_>) -> BTreeSet<Reason> {
    figures.suppressed.iter().map(|s| s.reason).collect()
}

fn push_provenance(text: &mut String, figures: Figures<'_>, held: &Held, language: Language) {
    let rows = figures.rows();
    let Held { policy, snapshot, .. } = held;
    let audit = held.audit.map_or_else(|| "-".to_owned(), |index| index.to_string());
    _ = match language {
        Language::Ja => writeln!(text, "{rows} 行 · ポリシー {policy} · {snapshot} · 監査番号 {audit}"),
        Language::En | Language::Both => {
            let s = if rows == 1 { "" } else { "s" };
            writeln!(text, "{rows} row{s} · policy {policy} · {snapshot} · log entry {audit}")
        }
    };
}

fn push_legend(text: &mut String, figures: Figures<'_>, language: Language, ink: Ink) {
    for reason in seen(figures) {
        let mark = mark(reason);
        let indent = " ".repeat(width(&mark));
        text.push('\n');
        let (message, remedy) = (reason.message(), reason.remedy());
        let mut lead = ink.mark(&mark);
        for line in language.lines(&message) {
            _ = writeln!(text, "{lead}  {line}");
            lead.clone_from(&indent);
        }
        let mut arrow = ink.remedy("→");
        for line in language.lines(&remedy) {
            _ = writeln!(text, "{indent}{arrow} {line}");
            " ".clone_into(&mut arrow);
        }
    }
}
