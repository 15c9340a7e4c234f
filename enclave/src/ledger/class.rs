//! Which vectors can be subtracted from one another with a meaning.

/// What a vector of contributions is made of. Vectors of different classes are never compared.
///
/// Whose argument is whose does not matter: `sum(CASE WHEN x THEN 1 ELSE 0 END)` and `count(*) FILTER (WHERE x)` are
/// one vector, and whoever subtracts them from another subtracts vectors. What is left of a sum of costs less a sum of
/// days is far from nothing for nearly everybody, and so is harmless without a rule that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class(u64);

impl Class {
    /// What is added up: 1 for each row of a count, 1 for each patient of a count of patients, the amount (without
    /// constants that are added to it or multiplied with it) of a sum, a mean or a moment.
    pub const AMOUNTS: Self = Self(0);
    /// What is added up, together with the rows that it came from: leaving out somebody whose amount is zero changes
    /// no sum, and so would tell that it is.
    pub const PAIRS: Self = Self(1);
    /// The rows of a count of distinct values.
    pub const DISTINCT: Self = Self(2);
    /// The rows of a quantile.
    pub const QUANTILES: Self = Self(3);

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
