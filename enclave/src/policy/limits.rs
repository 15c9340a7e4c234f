//! Numbers that a rule may hold.
//!
//! Each message is Japanese and English with ` / ` between: it travels through TOML's errors as
//! one string, and `error` takes it apart again.

use std::num::{NonZeroU8, NonZeroU32};

use serde::{Deserialize, Serialize};

/// The least number of contributors behind a figure: at least two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Threshold(NonZeroU32);

impl Threshold {
    /// Checks and takes a threshold.
    ///
    /// # Errors
    /// When it is under two: a cell of one is a person.
    pub fn new(least: u32) -> Result<Self, &'static str> {
        match NonZeroU32::new(least) {
            Some(n) if least >= 2 => Ok(Self(n)),
            _ => Err("閾値は2以上です(1では個人が見えます)。例: 10 / \
                a threshold under 2 would show single persons: write 2 or more, for example 10"),
        }
    }

    /// The least number that may be shown.
    #[must_use]
    pub const fn least(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for Threshold {
    type Error = &'static str;

    fn try_from(least: u32) -> Result<Self, Self::Error> {
        Self::new(least)
    }
}

impl From<Threshold> for u32 {
    fn from(threshold: Threshold) -> Self {
        threshold.least()
    }
}

/// A share in per cent, above 0 and at most 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Percent(f64);

impl Percent {
    /// Checks and takes a share.
    ///
    /// # Errors
    /// When it is not a number above 0 and at most 100.
    pub fn new(share: f64) -> Result<Self, &'static str> {
        if share > 0.0 && share <= 100.0 {
            Ok(Self(share))
        } else {
            Err("割合は0より大きく100以下の百分率です。例: 90 / \
                a share is above 0 and at most 100 per cent: write for example 90")
        }
    }

    /// As a fraction of one.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0 / 100.0
    }

    /// The smaller of both.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// The larger of both.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl TryFrom<f64> for Percent {
    type Error = &'static str;

    fn try_from(share: f64) -> Result<Self, Self::Error> {
        Self::new(share)
    }
}

impl From<Percent> for f64 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// How many independent checkers a release needs: at least two, so that nobody decides alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Checkers(NonZeroU8);

impl Checkers {
    /// Two: the fewest there may be.
    pub const TWO: Self = match NonZeroU8::new(2) {
        Some(two) => Self(two),
        None => Self(NonZeroU8::MAX),
    };

    /// Checks and takes a number of checkers.
    ///
    /// # Errors
    /// When it is under two.
    pub fn new(count: u8) -> Result<Self, &'static str> {
        match NonZeroU8::new(count) {
            Some(n) if count >= 2 => Ok(Self(n)),
            _ => Err("審査者は2名以上です。例: 2 / \
                a release needs two checkers or more: write for example 2"),
        }
    }

    /// The number of checkers.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0.get()
    }
}

impl TryFrom<u8> for Checkers {
    type Error = &'static str;

    fn try_from(count: u8) -> Result<Self, Self::Error> {
        Self::new(count)
    }
}

impl From<Checkers> for u8 {
    fn from(checkers: Checkers) -> Self {
        checkers.count()
    }
}

/// Significant decimal digits: from 1 to 15, which a 64-bit float can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Digits(NonZeroU8);

impl Digits {
    /// Ten: far coarser than a float's low bits, finer than anything that is read.
    pub const TEN: Self = Self::fixed(10);
    /// Three: a length of stay, a cost, a laboratory value as one would quote it.
    pub const THREE: Self = Self::fixed(3);

    const fn fixed(count: u8) -> Self {
        match NonZeroU8::new(count) {
            Some(count) => Self(count),
            None => Self(NonZeroU8::MIN),
        }
    }

    /// Checks and takes a number of digits.
    ///
    /// # Errors
    /// When it is not from 1 to 15.
    pub fn new(count: u8) -> Result<Self, &'static str> {
        match NonZeroU8::new(count) {
            Some(n) if count <= 15 => Ok(Self(n)),
            _ => Err("有効桁数は1から15です。例: 10 / \
                significant digits are from 1 to 15: write for example 10"),
        }
    }

    /// A number with so many significant digits. By way of decimal text, which is exact: multiplying by powers
    /// of ten would make new low bits. Zero has no sign.
    #[must_use]
    pub fn round(self, value: f64) -> f64 {
        let after_the_first = usize::from(self.count()).saturating_sub(1);
        format!("{value:.after_the_first$e}").parse().map_or(value, |rounded: f64| rounded + 0.0)
    }

    /// The number of digits.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0.get()
    }
}

impl TryFrom<u8> for Digits {
    type Error = &'static str;

    fn try_from(count: u8) -> Result<Self, Self::Error> {
        Self::new(count)
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.count()
    }
}
