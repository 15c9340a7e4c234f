//! A refusal or failure on a terminal: what, where in the SQL, and what to do instead.

use std::fmt::Write;

use enclave::words::{Bilingual, Failure, Place, Refusal};

use super::Language;
use super::marks::{Ink, char_width, visible, width};

/// Columns of SQL shown before and after the place.
const BEFORE: usize = 50;
const AFTER: usize = 60;

/// Draws a refusal. `sql` is what the user sent, if anything.
pub fn draw_refusal(refusal: &Refusal, sql: Option<&str>, language: Language, ink: Ink) -> String {
    let head = format!("{} ({})", language.word("お断りしました", "refused"), refusal.code.code());
    draw(&ink.alarm(&head), &refusal.message, &refusal.remedy, refusal.at.zip(sql), language, ink)
}

/// Draws a failure, likewise.
pub fn draw_failure(failure: &Failure, sql: Option<&str>, language: Language, ink: Ink) -> String {
    let head = format!("{} ({})", language.word("失敗しました", "failed"), failure.code.code());
    draw(&ink.alarm(&head), &failure.message, &failure.remedy, failure.at.zip(sql), language, ink)
}

fn draw(
    head: &str,
    message: &Bilingual,
    remedy: &Bilingual,
    place: Option<(Place, &str)>,
    language: Language,
    ink: Ink,
) -> String {
    let mut text = format!("{head}\n");
    for line in language.lines(message) {
        _ = writeln!(text, "  {}", visible(line));
    }
    if let Some(pointer) = place.and_then(|(at, sql)| point(at, sql, ink)) {
        text.push_str(&pointer);
    }
    let mut arrow = ink.remedy("→");
    for line in language.lines(remedy) {
        _ = writeln!(text, "{arrow} {}", visible(line));
        " ".clone_into(&mut arrow);
    }
    text
}

/// The line of SQL with a caret under the place; nothing if there is no such place.
fn point(at: Place, sql: &str, ink: Ink) -> Option<String> {
    let line = sql.split('\n').nth(usize::try_from(at.line).ok()?.checked_sub(1)?)?;
    let before = usize::try_from(at.column).ok()?.checked_sub(1)?;
    let (head, tail) = line.split_at(line.char_indices().nth(before).map_or(line.len(), |(at, _)| at));
    let (head, tail) = (clip_front(&tidy(head)), clip_back(&tidy(tail)));
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    let caret = ink.alarm("^");
    let indent = " ".repeat(width(&head));
    Some(format!("\n  {number} │ {head}{tail}\n  {margin} │ {indent}{caret}\n\n"))
}

/// Tabs as four columns, controls visible.
fn tidy(text: &str) -> String {
    visible(&text.trim_end_matches('\r').replace('\t', "    ")).into_owned()
}

fn clip_front(text: &str) -> String {
    let kept: String = within(text.chars().rev(), BEFORE).iter().rev().collect();
    if kept.len() == text.len() { kept } else { format!("…{kept}") }
}

fn clip_back(text: &str) -> String {
    let kept: String = within(text.chars(), AFTER).into_iter().collect();
    if kept.len() == text.len() { kept } else { format!("{kept}…") }
}

/// As many characters as fit into so many columns.
fn within(chars: impl Iterator<Item = char>, columns: usize) -> Vec<char> {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += char_width(*c);
            used <= columns
        })
        .collect()
}
