//! Which vectors can be subtracted from one another with a meaning.

use ring::digest;

/// What a vector of contributions is made of. Vectors of different classes are never compared: the difference
/// of a sum of costs and a sum of days tells nobody's anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class(u64);

impl Class {
    /// Patients or rows. One class, because where each patient has one row the two are the same figure.
    pub const COUNT: Self = Self(0);

    /// Amounts of one argument, given in a normal form: the same text for all arguments of which one follows from another
    /// by adding or multiplying with constants (`x`, `2 * x`, `x + 1`).
    #[must_use]
    pub fn amount(argument: &str) -> Self {
        let hash = digest::digest(&digest::SHA256, argument.as_bytes());
        let first = hash.as_ref().first_chunk().map_or(1, |bytes| u64::from_le_bytes(*bytes));
        // Zero is taken.
        Self(first.max(1))
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
        assert_ne!(Class::amount(""), Class::COUNT);
        assert_eq!(Class::of_number(Class::amount("cost").number()), Class::amount("cost"));
    }
}
