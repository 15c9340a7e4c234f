//! Why a cell is missing, and what to ask instead.

use serde::{Deserialize, Serialize};

use super::Bilingual;

/// The class of reason that a suppressed cell carries: all that its reader learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Too few patients contributed.
    Patients,
    /// Too few institutions contributed.
    Institutions,
    /// One or two contributors make up most of the figure.
    Dominance,
    /// A condition inside the argument splits off a small group.
    Condition,
    /// Too few patients on one side of a quantile.
    Quantile,
    /// Suppressed so that another suppressed cell can't be worked out.
    Complementary,
    /// Together with an earlier answer it would tell of a few patients.
    Differencing,
    /// While a study explores, such figures are not shown.
    Exploring,
}

impl Reason {
    /// Every reason, in the order in which the gate prefers to name them.
    pub const ALL: [Self; 8] = [
        Self::Patients,
        Self::Institutions,
        Self::Dominance,
        Self::Condition,
        Self::Quantile,
        Self::Complementary,
        Self::Differencing,
        Self::Exploring,
    ];

    /// Its number in a column of reasons: its place in [`Reason::ALL`].
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The reason with a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The code in results and metadata.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Patients => "patients",
            Self::Institutions => "institutions",
            Self::Dominance => "dominance",
            Self::Condition => "condition",
            Self::Quantile => "quantile",
            Self::Complementary => "complementary",
            Self::Differencing => "differencing",
            Self::Exploring => "exploring",
        }
    }

    /// What happened. The same words whatever the true figure was.
    #[must_use]
    pub fn message(self) -> Bilingual {
        match self {
            Self::Patients => Bilingual::new(
                "寄与する患者数が基準に満たないため秘匿しました。",
                "Too few patients stand behind this figure.",
            ),
            Self::Institutions => Bilingual::new(
                "寄与する医療機関数が基準に満たないため秘匿しました。",
                "Too few institutions stand behind this figure.",
            ),
            Self::Dominance => Bilingual::new(
                "少数の寄与者が値の大部分を占めるため秘匿しました。",
                "A few contributors make up most of this figure.",
            ),
            Self::Condition => Bilingual::new(
                "集計式の中の条件が少数の患者を切り分けるため秘匿しました。",
                "A condition inside the aggregate sets a small group apart.",
            ),
            Self::Quantile => Bilingual::new(
                "分位点の片側の患者数が基準に満たないため秘匿しました。",
                "Too few patients lie on one side of this quantile.",
            ),
            Self::Complementary => Bilingual::new(
                "他の秘匿セルが逆算されないように秘匿しました(二次秘匿)。",
                "Suppressed so that another suppressed cell cannot be worked out.",
            ),
            Self::Differencing => Bilingual::new(
                "既に公開された値との差から少数の患者が分かるため秘匿しました。",
                "Subtracting it from an earlier answer would single out a few patients.",
            ),
            Self::Exploring => Bilingual::new(
                "探索中は患者数だけを表示します。",
                "While a study explores, only numbers of patients are shown.",
            ),
        }
    }

    /// What to ask instead.
    #[must_use]
    pub fn remedy(self) -> Bilingual {
        match self {
            Self::Patients => Bilingual::new(
                "より粗い区分(年齢階級、四半期、二次医療圏など)で集計してください。",
                "Group more coarsely: age bands, quarters, secondary medical areas.",
            ),
            Self::Institutions => Bilingual::new(
                "地域や期間を広げ、より多くの医療機関を含めてください。",
                "Widen the area or the period so that more institutions are included.",
            ),
            Self::Dominance => Bilingual::new(
                "区分を広げるか、件数や上限付きの値(least(値, 上限))で集計してください。",
                "Widen the group, or summarise a count or a capped value such as least(value, cap).",
            ),
            Self::Condition => Bilingual::new(
                "条件を GROUP BY の区分にして集計してください。",
                "Make the condition a GROUP BY category instead.",
            ),
            Self::Quantile => Bilingual::new(
                "中央値に近い分位点を使うか、区分を広げてください。",
                "Use a quantile nearer the median, or widen the group.",
            ),
            Self::Complementary => Bilingual::new(
                "合計行を外すか、区分を広げてください。",
                "Leave out the totals, or group more coarsely.",
            ),
            Self::Differencing => Bilingual::new(
                "以前の集計と同じ条件を使うか、より粗い区分で集計してください。合計には、公開済みのセルの和を使えます。",
                "Use the earlier definition again, or group more coarsely. For a total, add up the cells that are shown.",
            ),
            Self::Exploring => Bilingual::new(
                "count(DISTINCT 患者キー) で患者数を数えるか、探索を離れて正確に集計してください。",
                "Count patients with count(DISTINCT patient_key), or ask the same exactly, outside of exploring.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_code() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_number(reason.number()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
        assert_eq!(Reason::from_number(8), None);
    }
}
