//! The committee's review of a study: five criteria, votes by the members' category, and what they come to.
//!
//! Sources: the five criteria from the overview of the public databases (2022); the members' categories from the notice of the
//! Japan Medical Association on the amended Act (April 2024). Out of scope: who sits on the committee, and how it meets.

mod decision;
mod store;
#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use decision::{Decision, Why};
pub(super) use store::decision_of;

use super::AccessError;
use crate::words::Bilingual;

/// Longest note, condition or name, in characters.
const LONGEST: usize = 2_000;
/// Most members, and most conditions.
const MOST: usize = 100;

/// What a study is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// The purpose fits the basic policy and serves medical research in Japan.
    Purpose,
    /// The content is scientifically sound.
    Science,
    /// Publishing it harms no region, group or descendants.
    Harm,
    /// Money and other benefits are sound.
    Benefits,
    /// Content and method of provision accord with law.
    Law,
}

impl Criterion {
    /// Each, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Purpose, Self::Science, Self::Harm, Self::Benefits, Self::Law];

    /// The code in the register and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Science => "science",
            Self::Harm => "harm",
            Self::Benefits => "benefits",
            Self::Law => "law",
        }
    }
}

/// Which members of the committee a vote is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// ① Natural science.
    NaturalScience,
    /// ② Humanities and social science: law, ethics.
    Humanities,
    /// ③ Lay members, who speak for patients.
    Lay,
    /// ④ Neither officers nor staff of the producer or its contractors.
    Outside,
}

impl Category {
    /// Each, in the notice's order.
    pub const ALL: [Self; 4] = [Self::NaturalScience, Self::Humanities, Self::Lay, Self::Outside];

    /// The code in the register and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NaturalScience => "natural_science",
            Self::Humanities => "humanities",
            Self::Lay => "lay",
            Self::Outside => "outside",
        }
    }
}

/// What a member said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// To approve.
    For,
    /// Not to.
    Against,
    /// Nothing: a conflict of interest bars the vote. It is on record, and never counted.
    Barred,
}

impl Vote {
    /// The code in the register and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Barred => "barred",
        }
    }
}

macro_rules! from_code {
    ($($type:ident: [$($all:expr),*]),*) => {$(
        impl TryFrom<String> for $type {
            type Error = &'static str;

            fn try_from(code: String) -> Result<Self, Self::Error> {
                [$($all),*].into_iter().find(|one| one.code() == code).ok_or("not a code of a review")
            }
        }
    )*};
}

from_code!(
    Criterion: [Self::Purpose, Self::Science, Self::Harm, Self::Benefits, Self::Law],
    Category: [Self::NaturalScience, Self::Humanities, Self::Lay, Self::Outside],
    Vote: [Self::For, Self::Against, Self::Barred]
);

/// How a study stands by one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Whether it is met.
    pub met: bool,
    /// Why, in the committee's words.
    #[serde(default)]
    pub note: String,
}

/// One member's vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// Who, as the committee's minutes have it.
    pub member: String,
    /// Of which category.
    pub category: Category,
    /// What they said.
    pub vote: Vote,
}

/// A review as it is written down, not looked at yet. In TOML and JSON alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// The day of the decision, in Japan.
    pub decided: NaiveDate,
    /// What an approval depends on; none for one without conditions.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// All five.
    pub criteria: BTreeMap<Criterion, Finding>,
    /// One for each member who was there.
    #[serde(default)]
    pub votes: Vec<Ballot>,
}

/// A review that is whole: every criterion judged, no member twice. What it comes to is [`Decision::of`]'s to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Review(ReviewForm);

impl Review {
    /// Looks a form over.
    ///
    /// # Errors
    /// [`AccessError::Review`], which says what is missing or there twice, or that the day is yet to come.
    pub fn new(form: ReviewForm, now: DateTime<Utc>) -> Result<Self, AccessError> {
        if form.decided > today(now) {
            let words = Bilingual::new("決定日が先の日付です。", "The day of the decision is yet to come.");
            return Err(AccessError::Review(words));
        }
        Self::whole(form)
    }

    fn whole(form: ReviewForm) -> Result<Self, AccessError> {
        let wrong = |ja: String, en: String| Err(AccessError::Review(Bilingual::new(ja, en)));
        if let Some(missing) = Criterion::ALL.into_iter().find(|one| !form.criteria.contains_key(one)) {
            let code = missing.code();
            return wrong(
                format!("基準「{code}」の判断がありません。"),
                format!("The criterion '{code}' is not judged."),
            );
        }
        let mut members = BTreeSet::new();
        if let Some(twice) = form.votes.iter().find(|ballot| !members.insert(ballot.member.trim())) {
            let member = &twice.member;
            return wrong(
                format!("委員「{member}」の票が2つあります。"),
                format!("Member '{member}' votes twice."),
            );
        }
        if members.contains("") || form.conditions.iter().any(|text| text.trim().is_empty()) {
            return wrong(
                "委員の名前と条件は、空欄にできません。".to_owned(),
                "A member's name or a condition is empty.".to_owned(),
            );
        }
        let notes = form.criteria.values().map(|finding| &finding.note);
        let mut texts = notes.chain(&form.conditions).chain(form.votes.iter().map(|ballot| &ballot.member));
        if texts.any(|text| text.chars().count() > LONGEST)
            || form.votes.len().max(form.conditions.len()) > MOST
        {
            return wrong(
                format!("文は{LONGEST}文字まで、委員と条件は{MOST}件までです。"),
                format!(
                    "Texts have up to {LONGEST} characters; there are up to {MOST} members and conditions."
                ),
            );
        }
        Ok(Self(form))
    }

    /// The day of the decision, in Japan.
    #[must_use]
    pub fn decided(&self) -> NaiveDate {
        self.0.decided
    }

    /// What an approval depends on.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.0.conditions
    }

    /// How the study stands by each criterion.
    #[must_use]
    pub fn criteria(&self) -> &BTreeMap<Criterion, Finding> {
        &self.0.criteria
    }

    /// All votes, barred ones too.
    #[must_use]
    pub fn votes(&self) -> &[Ballot] {
        &self.0.votes
    }

    /// The votes that count.
    pub fn counted(&self) -> impl Iterator<Item = &Ballot> {
        self.0.votes.iter().filter(|ballot| ballot.vote != Vote::Barred)
    }
}

/// The day in Japan, which keeps UTC+9 all year.
fn today(now: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(9 * 3600).map_or(now.date_naive(), |japan| now.with_timezone(&japan).date_naive())
}
