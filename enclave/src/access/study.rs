//! Studies (課題): which snapshot, by which route, in which period.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::review::{self, Decision};
use super::store::{micros, moment, parsed, perhaps};
use super::{Access, AccessError, Action, Receipt, TablePermit, grant, known, proves};
use crate::ids::{HandlerId, OrganisationId, SnapshotId, StudyId};

/// By which way a study's handlers come in. Zones are checked where people come in, not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The onsite centre.
    Onsite,
    /// The virtual desktop (VDI).
    Vdi,
    /// Either.
    Both,
}

impl Route {
    /// The code in the register and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Onsite => "onsite",
            Self::Vdi => "vdi",
            Self::Both => "both",
        }
    }
}

impl TryFrom<String> for Route {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        [Self::Onsite, Self::Vdi, Self::Both]
            .into_iter()
            .find(|route| route.code() == code)
            .ok_or("onsite, vdi か both / one of onsite, vdi and both")
    }
}

/// When a study may be worked on: from its first moment on, up to but without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Period {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Period {
    /// Takes both ends; an open end does not bind.
    ///
    /// # Errors
    /// When it would end before it begins, or at once.
    pub fn new(from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Result<Self, AccessError> {
        match (from, until) {
            (Some(from), Some(until)) if from >= until => Err(AccessError::Period),
            _ => Ok(Self { from, until }),
        }
    }

    /// The first moment, unless open.
    #[must_use]
    pub fn from(&self) -> Option<DateTime<Utc>> {
        self.from
    }

    /// The first moment after it, unless open.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }
}

/// A study to be made, with those who may use it from the start.
#[derive(Debug, Clone)]
pub struct NewStudy {
    /// Its name.
    pub study: StudyId,
    /// The name as people write it.
    pub display: String,
    /// Whose it is; `None` for the house's own.
    pub organisation: Option<OrganisationId>,
    /// Who else works on it.
    pub joint_users: Vec<OrganisationId>,
    /// The snapshot it works on, version and all.
    pub snapshot: SnapshotId,
    /// By which way its handlers come in.
    pub route: Route,
    /// When it may be worked on.
    pub period: Period,
    /// Whether it would link its data with public databases, which permits nothing.
    pub linked: bool,
    /// Handlers on the roster, and what they may use.
    pub grants: Vec<(HandlerId, TablePermit)>,
}

/// A study as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Study {
    /// Its name.
    pub study: StudyId,
    /// The name as people write it.
    pub display: String,
    /// Whose it is; `None` for the house's own.
    pub organisation: Option<OrganisationId>,
    /// Who else works on it, by name.
    pub joint_users: Vec<OrganisationId>,
    /// The snapshot it works on.
    pub snapshot: SnapshotId,
    /// By which way its handlers come in.
    pub route: Route,
    /// When it may be worked on.
    pub period: Period,
    /// Whether it would link its data with public databases, which permits nothing.
    pub linked: bool,
    /// What the committee decided; `None` before its first review.
    pub decision: Option<Decision>,
    /// When it was made.
    pub created: DateTime<Utc>,
}

/// What may be changed about a study once it is there.
#[derive(Debug, Clone)]
pub struct StudyChange {
    /// The name as people write it.
    pub display: String,
    /// Who else works on it.
    pub joint_users: Vec<OrganisationId>,
    /// By which way its handlers come in.
    pub route: Route,
    /// When it may be worked on.
    pub period: Period,
    /// Whether it would link its data with public databases.
    pub linked: bool,
}

impl Access {
    /// Makes a study and its first grants, all or nothing.
    ///
    /// # Errors
    /// When the name is taken, a handler is not on the roster, an organisation is unknown, or the receipt is for another act.
    pub fn create_study(
        &self,
        new: &NewStudy,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::StudyCreate)?;
        let NewStudy { study, display, organisation, joint_users, snapshot, route, period, linked, grants } =
            new;
        self.store.write(|tx| {
            let all = organisation.iter().chain(joint_users);
            all.into_iter().try_for_each(|organisation| known::organisation(tx, organisation))?;
            let added = tx.execute(
                "INSERT INTO study (name, display, organisation, snapshot, route, starts, ends, linked, created, audit)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                params![
                    study.as_str(),
                    display,
                    organisation.as_ref().map(OrganisationId::as_str),
                    snapshot.to_string(),
                    route.code(),
                    period.from.map(micros),
                    period.until.map(micros),
                    linked,
                    micros(now),
                    audit,
                ],
            )?;
            if added == 0 {
                return Err(AccessError::StudyExists(study.clone()));
            }
            join(tx, study, joint_users)?;
            grants.iter().try_for_each(|(handler, tables)| grant::put(tx, study, handler, tables, audit))
        })
    }

    /// Changes a study. Whose it is and what data it is on stay: that would be another study.
    ///
    /// # Errors
    /// When there is no such study, an organisation is unknown, or the receipt is for another act.
    pub fn change_study(
        &self,
        study: &StudyId,
        change: &StudyChange,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::StudyChange)?;
        let StudyChange { display, joint_users, route, period, linked } = change;
        self.store.write(|tx| {
            known::study(tx, study)?;
            joint_users.iter().try_for_each(|organisation| known::organisation(tx, organisation))?;
            let times = [period.from, period.until].map(|time| time.map(micros));
            tx.execute(
                "UPDATE study SET display = ?, route = ?, starts = ?, ends = ?, linked = ?, audit = ? WHERE name = ?",
                params![display, route.code(), times[0], times[1], linked, audit, study.as_str()],
            )?;
            tx.execute("DELETE FROM joint_user WHERE study = ?", [study.as_str()])?;
            join(tx, study, joint_users)
        })
    }

    /// One study.
    ///
    /// # Errors
    /// When there is none of that name; the error lists those there are.
    pub fn study(&self, study: &StudyId) -> Result<Study, AccessError> {
        self.store.read(|tx| {
            known::study(tx, study)?;
            let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
            read(tx, statement.query_row([study.as_str()], study_row)?)
        })
    }

    /// All studies, by name.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn studies(&self) -> Result<Vec<Study>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
            statement.query_map([], study_row)?.map(|row| read(tx, row?)).collect()
        })
    }
}

fn join(tx: &Transaction<'_>, study: &StudyId, users: &[OrganisationId]) -> Result<(), AccessError> {
    for user in users {
        tx.execute("INSERT OR IGNORE INTO joint_user VALUES (?, ?)", [study.as_str(), user.as_str()])?;
    }
    Ok(())
}

/// Who works on a study beside the organisation that it is of.
pub(super) fn joint_users(tx: &Transaction<'_>, study: &StudyId) -> Result<Vec<OrganisationId>, AccessError> {
    let sql = "SELECT organisation FROM joint_user WHERE study = ? ORDER BY organisation";
    let mut statement = tx.prepare_cached(sql)?;
    let users = statement.query_map([study.as_str()], |row| parsed(row, 0))?.collect::<Result<_, _>>()?;
    Ok(users)
}

const SELECT: &str =
    "SELECT name, organisation, snapshot, route, starts, ends, created, display, linked FROM study";

type StudyRow = (StudyId, Option<OrganisationId>, SnapshotId, Route, [Option<i64>; 2], i64, String, bool);

fn study_row(row: &Row<'_>) -> rusqlite::Result<StudyRow> {
    let ends = [row.get(4)?, row.get(5)?];
    let named = (parsed(row, 0)?, perhaps(row, 1)?, parsed(row, 2)?, parsed(row, 3)?);
    Ok((named.0, named.1, named.2, named.3, ends, row.get(6)?, row.get(7)?, row.get(8)?))
}

fn read(tx: &Transaction<'_>, row: StudyRow) -> Result<Study, AccessError> {
    let (study, organisation, snapshot, route, ends, created, display, linked) = row;
    let [from, until] = ends.map(|end| end.map(moment).transpose());
    let period = Period::new(from?, until?)?;
    let joint_users = joint_users(tx, &study)?;
    let (decision, created) = (review::decision_of(tx, &study)?, moment(created)?);
    Ok(Study {
        study,
        display,
        organisation,
        joint_users,
        snapshot,
        route,
        period,
        linked,
        decision,
        created,
    })
}
