//! What a study that explores sees instead of exact figures.
//!
//! Exact figures close doors: what was shown once is held against all that follows. Perturbed ones don't, so one may
//! look around with them; what is to leave the enclave is then asked exactly. Out of scope: which study explores
//! (`access`), and what noise and rounding do (`perturb`).

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::perturb::{Base, Infeasible, NoiseTable, Parameters, Rounding};

/// The protection of explored figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum ExploringRule {
    /// Nobody explores.
    #[default]
    None,
    /// Numbers of patients get noise by the cell-key method.
    CellKey(Parameters, Daily),
    /// Numbers of patients are rounded.
    Rounding(Rounding, Daily),
}

/// How many perturbed numbers a study may be told on one day (UTC), all its handlers together.
///
/// Noise that is the same for the same people cannot be averaged away by asking again, but by asking about other people who
/// differ in the same patient: with variance *v*, about 22 *v* pairs of numbers (65 where it is 3) tell with an error of 5 %
/// whether she is among them. A single question may hold as many, so it is numbers that are counted, not questions. A
/// question that was answered on the same day costs nothing again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Daily(NonZeroU32);

impl Daily {
    /// So many.
    #[must_use]
    pub const fn new(numbers: NonZeroU32) -> Self {
        Self(numbers)
    }

    /// The number.
    #[must_use]
    pub const fn numbers(self) -> u32 {
        self.0.get()
    }
}

impl Default for Daily {
    /// 5,000: a hundred tables of fifty cells.
    fn default() -> Self {
        Self(NonZeroU32::MIN.saturating_add(4_999))
    }
}

impl ExploringRule {
    /// The rule that lets pass what both let pass. Noise and rounding are no stricter than each other, so where one
    /// bundle asks for one and another for the other nobody explores.
    pub(super) fn strictest(self, other: Self) -> Self {
        match (self, other) {
            (Self::CellKey(one, a), Self::CellKey(other, b)) => Self::CellKey(one.strictest(other), a.min(b)),
            (Self::Rounding(one, a), Self::Rounding(other, b)) => {
                Self::Rounding(one.strictest(other), a.min(b))
            }
            _ => Self::None,
        }
    }

    /// How many numbers a study may be told on one day; nothing where nobody explores.
    #[must_use]
    pub const fn daily(self) -> Option<Daily> {
        match self {
            Self::None => None,
            Self::CellKey(_, daily) | Self::Rounding(_, daily) => Some(daily),
        }
    }
}

/// The rule as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(tag = "protection", rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    None {},
    CellKey {
        bound: u8,
        variance: f64,
        hidden: u8,
        #[serde(default)]
        daily: Daily,
    },
    Rounding {
        method: Method,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<u64>,
        #[serde(default)]
        daily: Daily,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Random,
    Nearest,
    #[serde(rename = "midpoint_6")]
    Midpoint6,
}

impl TryFrom<Written> for ExploringRule {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::None {} => Ok(Self::None),
            Written::CellKey { bound, variance, hidden, daily } => {
                let parameters = Parameters::new(bound, variance, hidden).map_err(said)?;
                // Whether there is such a table shows when it is made.
                NoiseTable::new(parameters).map_err(said)?;
                Ok(Self::CellKey(parameters, daily))
            }
            Written::Rounding { method, base, daily } => Ok(Self::Rounding(rounding(method, base)?, daily)),
        }
    }
}

fn rounding(method: Method, base: Option<u64>) -> Result<Rounding, String> {
    let base = base.map(Base::try_from).transpose().ok();
    match (method, base) {
        (Method::Random, Some(Some(base))) => Ok(Rounding::Random(base)),
        (Method::Nearest, Some(Some(base))) => Ok(Rounding::Nearest(base)),
        (Method::Midpoint6, Some(None)) => Ok(Rounding::Midpoint6),
        (Method::Midpoint6, _) => Err("midpoint_6 に base は要りません / \
            midpoint_6 takes no base: leave it out"
            .to_owned()),
        (Method::Random | Method::Nearest, _) => Err("base は 3、5、10 のいずれかです。例: 5 / \
            base is 3, 5 or 10: write for example base = 5"
            .to_owned()),
    }
}

fn said(infeasible: Infeasible) -> String {
    match infeasible {
        Infeasible::Bound { hidden, least, most } => format!(
            "hidden が {hidden} のとき、bound は {least} から {most} です / \
             with hidden = {hidden}, bound must be from {least} to {most}"
        ),
        Infeasible::Variance { least, most } if least < most => format!(
            "この bound と hidden では、variance は {least} より大きく {most} より小さくしてください / \
             with this bound and hidden, variance must be over {least} and under {most}"
        ),
        Infeasible::Variance { least, .. } => format!(
            "この hidden には、{least} より大きい bound が要ります / with this hidden, bound must be over {least}"
        ),
    }
}

impl From<ExploringRule> for Written {
    fn from(rule: ExploringRule) -> Self {
        let rounded = |rounding| match rounding {
            Rounding::Random(base) => (Method::Random, Some(base.number())),
            Rounding::Nearest(base) => (Method::Nearest, Some(base.number())),
            Rounding::Midpoint6 => (Method::Midpoint6, None),
        };
        match rule {
            ExploringRule::None => Self::None {},
            ExploringRule::CellKey(parameters, daily) => Self::CellKey {
                bound: parameters.bound(),
                variance: parameters.variance(),
                hidden: parameters.hidden(),
                daily,
            },
            ExploringRule::Rounding(rounding, daily) => {
                let (method, base) = rounded(rounding);
                Self::Rounding { method, base, daily }
            }
        }
    }
}
