//! What a review comes to: a pure function of its criteria and votes.
//!
//! No guideline at hand gives a quorum, so the rule is the house's own: every criterion met, at least one vote of each category that
//! a conflict of interest does not bar, and more than half of the votes that count.

use serde::{Serialize, Serializer};

use super::{Category, Criterion, Review, Vote};
use crate::words::Bilingual;

/// What a review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// 承認.
    Approved,
    /// 条件付き承認.
    WithConditions,
    /// 不承認.
    Rejected(Why),
}

/// The first thing that stands against an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A criterion is not met.
    Unmet(Criterion),
    /// No member of a category has a vote that counts.
    NoVote(Category),
    /// Not more than half of the votes that count are for it.
    NoMajority,
}

impl Decision {
    /// What a review comes to.
    #[must_use]
    pub fn of(review: &Review) -> Self {
        let unmet =
            |criterion: &Criterion| !review.criteria().get(criterion).is_some_and(|finding| finding.met);
        if let Some(unmet) = Criterion::ALL.into_iter().find(unmet) {
            return Self::Rejected(Why::Unmet(unmet));
        }
        let silent = |category: &Category| !review.counted().any(|ballot| ballot.category == *category);
        if let Some(silent) = Category::ALL.into_iter().find(silent) {
            return Self::Rejected(Why::NoVote(silent));
        }
        let votes_for = review.counted().filter(|ballot| ballot.vote == Vote::For).count();
        if votes_for * 2 <= review.counted().count() {
            return Self::Rejected(Why::NoMajority);
        }
        if review.conditions().is_empty() { Self::Approved } else { Self::WithConditions }
    }

    /// Whether the study may be worked on, as far as the committee goes.
    #[must_use]
    pub const fn approves(self) -> bool {
        matches!(self, Self::Approved | Self::WithConditions)
    }

    /// The code in lists and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::WithConditions => "approved_with_conditions",
            Self::Rejected(_) => "rejected",
        }
    }

    /// The decision for people, with what stands against an approval.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Approved => Bilingual::new("承認", "approved"),
            Self::WithConditions => Bilingual::new("条件付き承認", "approved with conditions"),
            Self::Rejected(why) => {
                let Bilingual { ja, en } = why.words();
                Bilingual::new(format!("不承認:{ja}"), format!("rejected: {en}"))
            }
        }
    }
}

impl Serialize for Decision {
    /// The code.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl Why {
    /// For people.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Unmet(criterion) => {
                let Bilingual { ja, en } = criterion.words();
                Bilingual::new(
                    format!("基準を満たしていません({ja})"),
                    format!("a criterion is not met ({en})"),
                )
            }
            Self::NoVote(category) => {
                let Bilingual { ja, en } = category.words();
                Bilingual::new(
                    format!("有効な票のない委員の区分があります({ja})"),
                    format!("no vote that counts in a category ({en})"),
                )
            }
            Self::NoMajority => {
                Bilingual::new("有効な票の過半数が承認していません", "no majority of the votes that count")
            }
        }
    }
}

impl Criterion {
    /// For people.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Purpose => Bilingual::new("目的", "purpose"),
            Self::Science => Bilingual::new("科学的妥当性", "scientific soundness"),
            Self::Harm => Bilingual::new("公表による不利益", "harm by publication"),
            Self::Benefits => Bilingual::new("金銭その他の利益", "money and other benefits"),
            Self::Law => Bilingual::new("法令への適合", "accordance with law"),
        }
    }
}

impl Category {
    /// For people.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::NaturalScience => Bilingual::new("自然科学", "natural science"),
            Self::Humanities => Bilingual::new("人文・社会科学", "humanities and law"),
            Self::Lay => Bilingual::new("一般", "lay"),
            Self::Outside => Bilingual::new("外部", "outside"),
        }
    }
}
