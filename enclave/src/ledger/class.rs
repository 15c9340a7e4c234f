//! Which vectors can be subtracted from one another with a meaning.

use ring::digest;

/// What a vector of contributions is made of. Vectors of different classes are never compared: what is left of a
/// sum of costs less a sum of days tells of nobody.
///
/// What figures expose: each its [`Class::ROWS`], so that nobody, and no single claim, is left out of one
/// figure and not of another, whatever they add up; a count of distinct patients also its [`Class::PATIENTS`]; a sum or a mean
/// also its [`Class::amount`]; another figure (a quantile, a count of distinct codes) an amount too: keyed hashes of its
/// values, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class(u64);

impl Class {
    /// One for each row that feeds the figure.
    pub const ROWS: Self = Self(0);
    /// One for each patient.
    pub const PATIENTS: Self = Self(1);

    /// Amounts of one argument, given in a normal form: the same text for all arguments of which one follows from another
    /// by adding or multiplying with constants (`x`, `2 * x`, `x + 1`).
    #[must_use]
    pub fn amount(argument: &str) -> Self {
        let hash = digest::digest(&digest::SHA256, argument.as_bytes());
        let first = hash.as_ref().first_chunk().map_or(2, |bytes| u64::from_le_bytes(*bytes));
        // The lower ones are taken.
        Self(first.max(2))
    }

    /// The class as it is stored.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// A class as it was stored.
    #[must_use]
    pub const fn of_number(number: u64) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_told_apart_by_their_argument() {
        assert_eq!(Class::amount("cost"), Class::amount("cost"));
        assert_ne!(Class::amount("cost"), Class::amount("days"));
        assert_ne!(Class::PATIENTS, Class::ROWS);
        assert_eq!(Class::of_number(Class::amount("cost").number()), Class::amount("cost"));
    }
}
