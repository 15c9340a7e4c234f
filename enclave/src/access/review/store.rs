//! Reviews in the register. Each stays; the latest one counts.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Ballot, Decision, Finding, Review, ReviewForm};
use crate::access::store::parsed;
use crate::access::{Access, AccessError, Action, Receipt, known, proves};
use crate::ids::StudyId;

impl Access {
    /// Notes how the committee decided about a study, in place of what it decided before.
    ///
    /// # Errors
    /// When there is no such study, or the receipt is for another act.
    pub fn record_review(
        &self,
        study: &StudyId,
        review: &Review,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::StudyReview)?;
        self.store.write(|tx| {
            known::study(tx, study)?;
            tx.execute(
                "INSERT INTO review (study, decided, audit) VALUES (?, ?, ?)",
                params![study.as_str(), review.decided().to_string(), audit],
            )?;
            let id = tx.last_insert_rowid();
            for (place, condition) in (0_i64..).zip(review.conditions()) {
                tx.execute("INSERT INTO review_condition VALUES (?, ?, ?)", params![id, place, condition])?;
            }
            for (criterion, Finding { met, note }) in review.criteria() {
                let row = params![id, criterion.code(), met, note];
                tx.execute("INSERT INTO review_criterion VALUES (?, ?, ?, ?)", row)?;
            }
            for (place, Ballot { member, category, vote }) in (0_i64..).zip(review.votes()) {
                let row = params![id, place, member, category.code(), vote.code()];
                tx.execute("INSERT INTO review_vote VALUES (?, ?, ?, ?, ?)", row)?;
            }
            Ok(())
        })
    }

    /// The review of a study that counts; `None` before the first.
    ///
    /// # Errors
    /// When there is no such study.
    pub fn review(&self, study: &StudyId) -> Result<Option<Review>, AccessError> {
        self.store.read(|tx| {
            known::study(tx, study)?;
            latest(tx, study)
        })
    }
}

/// What the review that counts comes to.
pub(in crate::access) fn decision_of(
    tx: &Transaction<'_>,
    study: &StudyId,
) -> Result<Option<Decision>, AccessError> {
    Ok(latest(tx, study)?.as_ref().map(Decision::of))
}

fn latest(tx: &Transaction<'_>, study: &StudyId) -> Result<Option<Review>, AccessError> {
    let sql = "SELECT id, decided FROM review WHERE study = ? ORDER BY id DESC LIMIT 1";
    let found = tx
        .prepare_cached(sql)?
        .query_row([study.as_str()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    let Some((id, decided)) = found.optional()? else { return Ok(None) };
    let damaged = || AccessError::Damaged("review");
    let form = ReviewForm {
        decided: decided.parse::<NaiveDate>().map_err(|_| damaged())?,
        conditions: tx
            .prepare_cached("SELECT text FROM review_condition WHERE review = ? ORDER BY place")?
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
        criteria: tx
            .prepare_cached("SELECT criterion, met, note FROM review_criterion WHERE review = ?")?
            .query_map([id], |row| Ok((parsed(row, 0)?, Finding { met: row.get(1)?, note: row.get(2)? })))?
            .collect::<Result<_, _>>()?,
        votes: tx
            .prepare_cached("SELECT member, category, vote FROM review_vote WHERE review = ? ORDER BY place")?
            .query_map([id], |row| {
                Ok(Ballot { member: row.get(0)?, category: parsed(row, 1)?, vote: parsed(row, 2)? })
            })?
            .collect::<Result<_, _>>()?,
    };
    Review::whole(form).map(Some).map_err(|_| damaged())
}
