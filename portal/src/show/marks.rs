//! What makes a line safe and readable on a terminal: colour, width, and no control characters.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Yellow, for marks of suppressed cells.
const MARK: &str = "\u{1b}[33m";
/// Red, for refusals and failures.
const ALARM: &str = "\u{1b}[31m";
/// Green, for remedies.
const REMEDY: &str = "\u{1b}[32m";
const PLAIN: &str = "\u{1b}[0m";

/// Where a text goes: with colour on a terminal, without elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Ink {
    /// Whether colour is wanted.
    pub colour: bool,
}

impl Ink {
    pub fn mark(self, text: &str) -> String {
        self.paint(MARK, text)
    }

    pub fn alarm(self, text: &str) -> String {
        self.paint(ALARM, text)
    }

    pub fn remedy(self, text: &str) -> String {
        self.paint(REMEDY, text)
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colour { format!("{colour}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// The text with control characters made visible, so that a label cannot steer the terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_steering) {
        return text.into();
    }
    text.chars().map(|c| if is_steering(c) { '\u{fffd}' } else { c }).collect::<String>().into()
}

/// Controls, and the invisible characters that turn the writing direction.
fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns on the terminal: East Asian wide characters take two.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Columns of one character.
pub fn char_width(c: char) -> usize {
    UnicodeWidthChar::width(c).unwrap_or(0)
}
