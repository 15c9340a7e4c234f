//! The permit: that this handler may ask in this study now.
//!
//! Everything is checked at each question, not at the login only: a training that ends at noon
//! ends at noon. The query takes a permit as an argument, and only [`Access::permit`] makes one.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::handler::Role;
use super::store::{moment, parsed};
use super::{Access, AccessError, Period, Route, TablePermit, grant};
use crate::ids::{HandlerId, SnapshotId, StudyId};
use crate::words::{Bilingual, Refusal, RefusalCode};

/// Who may ask in which study, of which snapshot, about which tables; checked a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    handler: HandlerId,
    study: StudyId,
    snapshot: SnapshotId,
    route: Route,
    tables: TablePermit,
    until: Option<DateTime<Utc>>,
}

impl Permit {
    /// Who asks.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }

    /// In which study.
    #[must_use]
    pub fn study(&self) -> &StudyId {
        &self.study
    }

    /// Of which snapshot, version and all.
    #[must_use]
    pub fn snapshot(&self) -> &SnapshotId {
        &self.snapshot
    }

    /// By which way the study's handlers come in.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }

    /// About which tables.
    #[must_use]
    pub fn tables(&self) -> &TablePermit {
        &self.tables
    }

    /// The first moment at which it will no longer hold, if that is known now. It may end earlier: somebody
    /// may revoke it.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }
}

impl Access {
    /// Checks grant, role, training and the study's period at `now`.
    ///
    /// # Errors
    /// A refusal that says which of them, but for a study that is unknown or not granted: those two
    /// read the same. A register that can't be read permits nothing.
    pub fn permit(
        &self,
        handler: &HandlerId,
        study: &StudyId,
        now: DateTime<Utc>,
    ) -> Result<Permit, Refusal> {
        let Some(facts) = self.facts(handler, study).map_err(|error| unreadable(&error))? else {
            return Err(Refusal::new(RefusalCode::NotPermitted, ""));
        };
        let Facts { snapshot, route, period, role, training_until, tables } = facts;
        let ended = |end: Option<DateTime<Utc>>| end.is_some_and(|end| now >= end);
        if role != Role::Researcher {
            return Err(refused(&WRONG_ROLE));
        }
        if ended(training_until) {
            return Err(refused(&TRAINING_ENDED));
        }
        if period.from().is_some_and(|from| now < from) {
            return Err(refused(&NOT_BEGUN));
        }
        if ended(period.until()) {
            return Err(refused(&STUDY_ENDED));
        }
        let until = [period.until(), training_until].into_iter().flatten().min();
        Ok(Permit { handler: handler.clone(), study: study.clone(), snapshot, route, tables, until })
    }

    /// All that a permit depends on, in one consistent state; `None` without a grant that holds.
    fn facts(&self, handler: &HandlerId, study: &StudyId) -> Result<Option<Facts>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT s.snapshot, s.route, s.starts, s.ends, h.role, h.training_until, g.all_tables
                 FROM study_grant g JOIN study s ON s.name = g.study JOIN handler h ON h.name = g.handler
                 WHERE g.study = ? AND g.handler = ? AND g.revoked IS NULL",
            )?;
            let row = statement.query_row([study.as_str(), handler.as_str()], |row| {
                let times: [Option<i64>; 3] = [row.get(2)?, row.get(3)?, row.get(5)?];
                Ok((parsed(row, 0)?, parsed(row, 1)?, parsed(row, 4)?, times, row.get::<_, bool>(6)?))
            });
            let Some((snapshot, route, role, times, all)) = row.optional()? else {
                return Ok(None);
            };
            let [from, until, training_until] = times.map(|time| time.map(moment).transpose());
            Ok(Some(Facts {
                snapshot,
                route,
                period: Period::new(from?, until?)?,
                role,
                training_until: training_until?,
                tables: grant::tables(tx, study, handler, all)?,
            }))
        })
    }
}

struct Facts {
    snapshot: SnapshotId,
    route: Route,
    period: Period,
    role: Role,
    training_until: Option<DateTime<Utc>>,
    tables: TablePermit,
}

/// Message and remedy, each Japanese and English.
type Words = [(&'static str, &'static str); 2];

const WRONG_ROLE: Words = [
    (
        "この役割では質問できません。質問できるのは研究者だけです。",
        "This role does not ask questions; only researchers do.",
    ),
    (
        "研究者として登録された取扱者で入ってください。",
        "Come in as a handler who is registered as a researcher.",
    ),
];
const TRAINING_ENDED: Words = [
    ("取扱者の研修の有効期限が切れています。", "The handler's training has expired."),
    (
        "研修を受け、登録担当者に更新を届け出てください。",
        "Take the training and have the registrar enter its new date.",
    ),
];
const NOT_BEGUN: Words = [
    ("課題の利用期間はまだ始まっていません。", "The study's period has not begun."),
    (
        "開始日以降に実行するか、登録担当者に期間を確かめてください。",
        "Ask again once it has begun, or ask the registrar about the period.",
    ),
];
const STUDY_ENDED: Words = [
    ("課題の利用期間は終わりました。", "The study's period has ended."),
    (
        "続けるには、登録担当者に期間の延長を申請してください。",
        "To go on, apply to the registrar for an extension.",
    ),
];
const UNREADABLE: Words = [
    ("登録簿を読めないため、許可できません。", "The register cannot be read, so nothing is permitted."),
    ("管理者に連絡してください。", "Tell the administrator."),
];

fn refused(&[(ja, en), (ja_do, en_do)]: &Words) -> Refusal {
    let refusal = Refusal::new(RefusalCode::NotPermitted, "").remedy(ja_do, en_do);
    Refusal { message: Bilingual::new(ja, en), ..refusal }
}

/// Fails closed, and leaves what SQLite said to the gatehouse's own log.
pub(super) fn unreadable(error: &AccessError) -> Refusal {
    tracing::error!(%error, "the register cannot be read");
    refused(&UNREADABLE)
}
