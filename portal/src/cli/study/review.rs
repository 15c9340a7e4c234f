//! `sekisho study review STUDY FILE.toml`: what the committee decided about a study.

use std::io::Write;
use std::path::Path;

use enclave::access::{Decision, Review, ReviewForm, Vote};
use enclave::audit::Action;
use enclave::ids::StudyId;

use super::{Office, OfficeTrouble};

/// The form, filled in.
pub const FORM: &str = r#"The form 様式:

  decided = "2026-10-01"          # the day in Japan 決定日
  conditions = []                 # with one or more: approved with conditions 条件

  [criteria]                      # all five; `note` may be left out 審査基準
  purpose  = { met = true, note = "目的が基本方針に合う / fits the policy, serves medical research in Japan" }
  science  = { met = true }       # 科学的妥当性 scientifically sound
  harm     = { met = true }       # 公表による不利益がない publication harms no region, group or descendants
  benefits = { met = true }       # 金銭その他の利益 money and other benefits are sound
  law      = { met = true }       # 法令への適合 content and method accord with law

  [[votes]]                       # one for each member 委員ごと
  member = "青木"
  category = "natural_science"    # natural_science, humanities, lay, outside
  vote = "for"                    # for, against; barred: a conflict of interest 利益相反

Approved: every criterion met, a vote of each category that is not barred, and more than half of these.
承認の条件: 全基準を満たし、各区分に有効な票があり、有効な票の過半数が承認。"#;

/// Records a review, in place of the one that counted before.
pub fn record(
    study: &StudyId,
    file: &Path,
    office: &Office<'_>,
    out: &mut impl Write,
) -> Result<(), OfficeTrouble> {
    office.access.study(study)?;
    let wrong = |error: &dyn std::fmt::Display| OfficeTrouble::Form(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let form: ReviewForm = toml::from_str(&text).map_err(|error| wrong(&error))?;
    let review = Review::new(form, office.now)?;
    let decision = Decision::of(&review);
    let bytes = serde_json::to_vec(&review).map_err(std::io::Error::from)?;
    let votes = |vote| review.votes().iter().filter(|ballot| ballot.vote == vote).count() as u64;
    let receipt = office.record(Action::StudyReview, |entry| {
        let entry = entry.study(study).object(study).hash_of(&bytes).reason(decision.code());
        [Vote::For, Vote::Against, Vote::Barred]
            .into_iter()
            .fold(entry, |entry, vote| entry.detail(vote.code(), votes(vote)))
    })?;
    office.access.record_review(study, &review, &receipt)?;
    let words = decision.words();
    Ok(writeln!(
        out,
        "課題「{study}」の審査結果を記録しました({}) / the review of study '{study}' is recorded: {}",
        words.ja, words.en
    )?)
}
