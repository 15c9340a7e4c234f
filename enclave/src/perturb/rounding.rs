//! Rounding to a base.
//!
//! Weaker than noise from a table, and easier to explain. **Random** rounding goes up or down with chances that keep
//! the mean, by the cell's key, so the same people are always rounded the same way. The others depend on nothing but
//! the count: who can add people whose number they know finds where the figure jumps, and so the count itself.

use super::CellKey;

/// A way of rounding. Zero stays zero, and nothing negative comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest multiple; halfway to the even one, which keeps the mean. Over all remainders the error has mean
    /// 0 and variance (*b²* - 1) / 12, for base 10 8.5.
    Nearest(Base),
    /// To one of the two multiples around, with chances by distance. For every count the error has mean 0 and
    /// variance *r* (*b* - *r*) for a remainder *r*; over all remainders (*b²* - 1) / 6.
    Random(Base),
    /// Up to a multiple of 6, less 3: 1 to 6 are shown as 3, 7 to 12 as 9. Over all remainders the error has mean
    /// -1/2 and variance 35/12. Source: OpenSAFELY, "midpoint 6 rounding".
    Midpoint6,
}

/// A base of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    /// 3.
    Three,
    /// 5.
    Five,
    /// 10.
    Ten,
}

impl Base {
    /// As a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Three => 3,
            Self::Five => 5,
            Self::Ten => 10,
        }
    }
}

impl TryFrom<u64> for Base {
    type Error = u64;

    fn try_from(number: u64) -> Result<Self, u64> {
        match number {
            3 => Ok(Self::Three),
            5 => Ok(Self::Five),
            10 => Ok(Self::Ten),
            other => Err(other),
        }
    }
}

impl Rounding {
    /// What is shown for a count. The key matters to random rounding only.
    #[must_use]
    pub fn rounded(self, count: u64, key: CellKey) -> u64 {
        let up = match self {
            Self::Midpoint6 => return count.div_ceil(6).saturating_mul(6).saturating_sub(3),
            Self::Nearest(base) => {
                let (multiple, rest) = (count / base.number(), count % base.number());
                2 * rest > base.number() || (2 * rest == base.number() && multiple % 2 == 1)
            }
            Self::Random(base) => key.within(count % base.number(), base.number()),
        };
        let base = self.unit();
        (count / base).saturating_add(u64::from(up)).saturating_mul(base)
    }

    /// All that is shown is a multiple of this.
    #[must_use]
    pub const fn unit(self) -> u64 {
        match self {
            Self::Nearest(base) | Self::Random(base) => base.number(),
            Self::Midpoint6 => 3,
        }
    }

    /// The greatest error either way.
    #[must_use]
    pub const fn bound(self) -> u64 {
        match self {
            Self::Nearest(base) => base.number() / 2,
            Self::Random(base) => base.number() - 1,
            Self::Midpoint6 => 3,
        }
    }

    /// The stricter of both: the one that leaves more counts open behind a figure, and of two that leave
    /// equally many the random one.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        if self.strictness() >= other.strictness() { self } else { other }
    }

    /// How many counts a figure may stand for, and whether chance decides.
    const fn strictness(self) -> (u64, bool) {
        match self {
            Self::Nearest(base) => (base.number(), false),
            Self::Random(base) => (2 * base.number() - 1, true),
            Self::Midpoint6 => (6, false),
        }
    }
}
