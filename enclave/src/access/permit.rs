//! The permit: that this handler, of this organisation, may ask in this study now.
//!
//! Everything is checked at each question, not at the login only: a training or a certificate that ends at
//! noon ends at noon. The query takes a permit as an argument, and only [`Access::permit`] makes one.

mod words;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::organisation::{Certificate, UserType, certificate};
use super::permission::Act;
use super::review::{Decision, decision_of};
use super::role::{self, Roles};
use super::store::{moment, parsed, perhaps};
use super::study::joint_users;
use super::{Access, AccessError, Period, Route, TablePermit, tables};
use crate::ids::{HandlerId, OrganisationId, SnapshotId, StudyId};
use crate::words::{Refusal, RefusalCode};
use words::refused;

/// Who may ask in which study, of which snapshot, about which tables; checked a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    handler: HandlerId,
    study: StudyId,
    organisation: Option<OrganisationId>,
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

    /// Whose the study is; `None` for the house's own.
    #[must_use]
    pub fn organisation(&self) -> Option<&OrganisationId> {
        self.organisation.as_ref()
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
    /// Checks grant, role, training, the certificates of the handler's organisation and the study's, the committee's decision, and
    /// the study's period at `now`.
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
        let Facts { whose, linked, snapshot, route, period, roles, training_until, tables } = facts;
        let ended = |end: Option<DateTime<Utc>>| end.is_some_and(|end| now >= end);
        if !roles.may(Act::Ask) {
            return Err(refused(&words::WRONG_ROLE));
        }
        if ended(training_until) {
            return Err(refused(&words::TRAINING_ENDED));
        }
        if !whose.works_on_it {
            return Err(refused(&words::OTHER_ORGANISATION));
        }
        for Certificate { user_type, period, revoked, .. } in &whose.certificates {
            if *user_type != UserType::TypeII {
                return Err(refused(&words::TYPE_I));
            }
            if revoked.is_some() {
                return Err(refused(&words::CERTIFICATE_REVOKED));
            }
            if period.from().is_some_and(|from| now < from) || ended(period.until()) {
                return Err(refused(&words::CERTIFICATE_ENDED));
            }
        }
        if linked {
            return Err(refused(&words::LINKED));
        }
        if whose.organisation.is_some() {
            match whose.decision {
                None => return Err(refused(&words::NOT_REVIEWED)),
                Some(decision) if !decision.approves() => return Err(refused(&words::NOT_APPROVED)),
                Some(_) => {}
            }
        }
        if period.from().is_some_and(|from| now < from) {
            return Err(refused(&words::NOT_BEGUN));
        }
        if ended(period.until()) {
            return Err(refused(&words::STUDY_ENDED));
        }
        let certified = whose.certificates.iter().map(|certificate| certificate.period.until());
        let until = certified.chain([period.until(), training_until]).flatten().min();
        let (handler, study, organisation) = (handler.clone(), study.clone(), whose.organisation);
        Ok(Permit { handler, study, organisation, snapshot, route, tables, until })
    }

    /// All that a permit depends on, in one consistent state; `None` without a grant that holds.
    fn facts(&self, handler: &HandlerId, study: &StudyId) -> Result<Option<Facts>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT s.snapshot, s.route, s.starts, s.ends, h.training_until, g.all_tables,
                     s.organisation, h.organisation, s.linked
                 FROM study_grant g JOIN study s ON s.name = g.study JOIN handler h ON h.name = g.handler
                 WHERE g.study = ? AND g.handler = ? AND g.revoked IS NULL",
            )?;
            let row = statement.query_row([study.as_str(), handler.as_str()], |row| {
                let times: [Option<i64>; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
                let whose = (perhaps(row, 6)?, perhaps(row, 7)?);
                let flags: [bool; 2] = [row.get(5)?, row.get(8)?];
                Ok((parsed(row, 0)?, parsed(row, 1)?, times, flags, whose))
            });
            let Some((snapshot, route, times, [all, linked], (of_study, of_handler))) = row.optional()?
            else {
                return Ok(None);
            };
            let [from, until, training_until] = times.map(|time| time.map(moment).transpose());
            Ok(Some(Facts {
                whose: Whose::read(tx, study, of_study, of_handler)?,
                linked,
                snapshot,
                route,
                period: Period::new(from?, until?)?,
                roles: role::of(tx, handler)?,
                training_until: training_until?,
                tables: tables::read(tx, study, handler, all)?,
            }))
        })
    }
}

struct Facts {
    whose: Whose,
    /// Whether the study would link its data with public databases.
    linked: bool,
    snapshot: SnapshotId,
    route: Route,
    period: Period,
    roles: Roles,
    training_until: Option<DateTime<Utc>>,
    tables: TablePermit,
}

/// The organisations that stand behind a question, and the committee.
struct Whose {
    /// The study's.
    organisation: Option<OrganisationId>,
    /// Whether the handler's organisation is the study's, or works on it too.
    works_on_it: bool,
    /// The certificates of both.
    certificates: Vec<Certificate>,
    /// What the committee decided about the study; the house's own are not asked.
    decision: Option<Decision>,
}

impl Whose {
    fn read(
        tx: &Transaction<'_>,
        study: &StudyId,
        of_study: Option<OrganisationId>,
        of_handler: Option<OrganisationId>,
    ) -> Result<Self, AccessError> {
        let works_on_it = of_study == of_handler
            || of_handler.as_ref().map_or(Ok(false), |own| {
                joint_users(tx, study).map(|users| of_study.is_some() && users.contains(own))
            })?;
        let both: BTreeSet<&OrganisationId> = of_study.iter().chain(&of_handler).collect();
        let certificates = both.into_iter().map(|organisation| certificate(tx, organisation));
        let certificates = certificates.collect::<Result<_, _>>()?;
        let decision = if of_study.is_some() { decision_of(tx, study)? } else { None };
        Ok(Self { organisation: of_study, works_on_it, certificates, decision })
    }
}

/// Fails closed, and leaves what SQLite said to the gatehouse's own log.
pub(super) fn unreadable(error: &AccessError) -> Refusal {
    tracing::error!(%error, "the register cannot be read");
    refused(&words::UNREADABLE)
}
