//! What a study that explores sees instead of exact figures.
//!
//! Exact figures close doors: what was shown once is held against all that follows. Perturbed ones don't, so one may
//! look around with them; what is to leave the enclave is then asked exactly. Out of scope: which study explores
//! (`access`), and what noise and rounding do (`perturb`).

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
    CellKey(Parameters),
    /// Numbers of patients are rounded.
    Rounding(Rounding),
}

impl ExploringRule {
    /// The rule that lets pass what both let pass. Noise and rounding are no stricter than each other, so where one
    /// bundle asks for one and another for the other nobody explores.
    pub(super) fn strictest(self, other: Self) -> Self {
        match (self, other) {
            (Self::CellKey(one), Self::CellKey(other)) => Self::CellKey(one.strictest(other)),
            (Self::Rounding(one), Self::Rounding(other)) => Self::Rounding(one.strictest(other)),
            _ => Self::None,
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
    },
    Rounding {
        method: Method,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<u64>,
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
            Written::CellKey { bound, variance, hidden } => {
                let parameters = Parameters::new(bound, variance, hidden).map_err(said)?;
                // Whether there is such a table shows when it is made.
                NoiseTable::new(parameters).map_err(said)?;
                Ok(Self::CellKey(parameters))
            }
            Written::Rounding { method, base } => rounding(method, base).map(Self::Rounding),
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
        let rounding = |method, base: Option<Base>| Self::Rounding { method, base: base.map(Base::number) };
        match rule {
            ExploringRule::None => Self::None {},
            ExploringRule::CellKey(parameters) => Self::CellKey {
                bound: parameters.bound(),
                variance: parameters.variance(),
                hidden: parameters.hidden(),
            },
            ExploringRule::Rounding(Rounding::Random(base)) => rounding(Method::Random, Some(base)),
            ExploringRule::Rounding(Rounding::Nearest(base)) => rounding(Method::Nearest, Some(base)),
            ExploringRule::Rounding(Rounding::Midpoint6) => rounding(Method::Midpoint6, None),
        }
    }
}
