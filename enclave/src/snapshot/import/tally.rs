//! What the first pass learns about one column.

use std::collections::BTreeSet;

use super::kind::{Kind, fits};
use crate::catalog::Class;

/// Integers with at most so many distinct values are codes.
const CODE_VALUES: usize = 32;

/// A string longer than this, in characters, makes its column free text.
const LONGEST_CODE: usize = 64;

/// Counts over one column's values.
#[derive(Debug, Default)]
pub(super) struct Tally {
    filled: u64,
    fitting: [u64; 5],
    long_text: bool,
    integers: BTreeSet<i64>,
    last_integer: Option<i64>,
}

impl Tally {
    /// Looks at a value of a text file, not missing, and infers.
    pub fn see_unknown(&mut self, text: &str) {
        self.filled += 1;
        let trimmed = text.trim();
        let bits = fits(trimmed);
        for (kind, count) in self.fitting.iter_mut().enumerate() {
            *count += u64::from(bits >> kind & 1);
        }
        self.see_text(text);
        // 2: the bit of Int64.
        if bits & 2 != 0
            && let Ok(value) = trimmed.parse()
        {
            self.see_integer(value);
        }
    }

    /// Looks at a value of a column that is declared, or comes typed, as text.
    pub fn see_text(&mut self, text: &str) {
        self.long_text |= text.len() > LONGEST_CODE && text.chars().count() > LONGEST_CODE;
    }

    /// Looks at a value of a column that is declared, or comes typed, as integers.
    pub fn see_integer(&mut self, value: i64) {
        if self.last_integer != Some(value) && self.integers.len() <= CODE_VALUES {
            self.integers.insert(value);
            self.last_integer = Some(value);
        }
    }

    /// The kind with the fewest misfits, and of those the narrowest; text if more than a tiny share misfit.
    ///
    /// Fewest rather than narrowest: whole numbers with a few fractions among them are floats.
    pub fn kind(&self) -> Kind {
        let misfits = |i: usize| self.filled - self.fitting.get(i).copied().unwrap_or(0);
        let best = (0..5).min_by_key(|i| misfits(*i)).unwrap_or(0);
        if self.filled > 0 && tolerable(misfits(best), self.filled) {
            Kind::NARROWEST_FIRST.get(best).copied().unwrap_or(Kind::Text)
        } else {
            Kind::Text
        }
    }

    /// The class of a column of this kind that the manifest gives none.
    pub fn class(&self, kind: Kind) -> Class {
        match kind {
            Kind::Text if self.long_text => Class::Text,
            Kind::Text | Kind::Bool => Class::Code,
            Kind::Int64 if self.integers.len() <= CODE_VALUES => Class::Code,
            Kind::Int64 | Kind::Float64 => Class::Measure,
            Kind::Date | Kind::Timestamp => Class::Quasi,
        }
    }
}

/// One in 200: half the rows that an import may lose by default. From a hundred values on, one
/// alone never decides.
fn tolerable(misfits: u64, filled: u64) -> bool {
    misfits * 200 <= filled || (misfits == 1 && filled >= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind<'a>(values: impl IntoIterator<Item = &'a str>) -> Kind {
        let mut tally = Tally::default();
        values.into_iter().for_each(|v| tally.see_unknown(v));
        tally.kind()
    }

    #[test]
    fn one_bad_value_does_not_make_text() {
        let integers = || std::iter::repeat_n("7", 1000);
        assert_eq!(kind(integers().chain(["x"])), Kind::Int64);
        assert_eq!(kind(integers().chain(["x"; 5])), Kind::Int64);
        assert_eq!(kind(integers().chain(["x"; 6])), Kind::Text);
        assert_eq!(kind(["7", "x"]), Kind::Text);
    }

    #[test]
    fn the_wider_kind_wins_where_it_fits_more() {
        assert_eq!(kind(std::iter::repeat_n("7", 1000).chain(["7.5"])), Kind::Float64);
        assert_eq!(
            kind(std::iter::repeat_n("2026-04-01", 1000).chain(["2026-04-01 10:00"])),
            Kind::Timestamp
        );
        assert_eq!(kind(["true", "FALSE"]), Kind::Bool);
        assert_eq!(kind([]), Kind::Text);
    }

    #[test]
    fn few_integers_are_codes_and_long_strings_are_text() {
        let mut tally = Tally::default();
        (0..32).for_each(|i| tally.see_integer(i));
        assert_eq!(tally.class(Kind::Int64), Class::Code);
        tally.see_integer(32);
        assert_eq!(tally.class(Kind::Int64), Class::Measure);
        tally.see_text(&"診".repeat(64));
        assert_eq!(tally.class(Kind::Text), Class::Code);
        tally.see_text(&"診".repeat(65));
        assert_eq!(tally.class(Kind::Text), Class::Text);
    }
}
