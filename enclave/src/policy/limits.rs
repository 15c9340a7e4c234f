//! Numbers that a rule may hold.

use std::num::NonZeroU32;

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
            _ => Err("a threshold under 2 would show single persons"),
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
            Err("a share is above 0 and at most 100 per cent")
        }
    }

    /// As a fraction of one.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0 / 100.0
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
