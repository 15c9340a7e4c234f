//! Grants: which handler may use which tables and columns in which study.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};
use serde::Serialize;

use super::store::{micros, moment, names, parsed};
use super::{Access, AccessError, Action, Receipt, TablePermit, known, proves, tables};
use crate::ids::{HandlerId, StudyId};

/// A grant as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Which study.
    pub study: StudyId,
    /// Who.
    pub handler: HandlerId,
    /// Which tables.
    pub tables: TablePermit,
    /// Since when it no longer holds, if so.
    pub revoked: Option<DateTime<Utc>>,
}

impl Access {
    /// Lets a handler use a study, or changes the tables that they may use. A revoked grant holds again.
    ///
    /// # Errors
    /// When study or handler are unknown, no table is named, or the receipt is for another act.
    pub fn grant(
        &self,
        study: &StudyId,
        handler: &HandlerId,
        tables: &TablePermit,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::Grant)?;
        self.store.write(|tx| put(tx, study, handler, tables, audit))
    }

    /// Ends a grant, and with it every token made under it: granting anew does not bring those back.
    ///
    /// # Errors
    /// When there is no such grant that holds, or the receipt is for another act.
    pub fn revoke(
        &self,
        study: &StudyId,
        handler: &HandlerId,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::GrantRevoke)?;
        let (now, ids) = (micros(now), [study.as_str(), handler.as_str()]);
        self.store.write(|tx| {
            require(tx, study, handler)?;
            tx.execute(
                "UPDATE study_grant SET revoked = ?, audit = ? WHERE study = ? AND handler = ?",
                params![now, audit, ids[0], ids[1]],
            )?;
            tx.execute(
                "UPDATE token SET revoked = ?, audit = ? WHERE study = ? AND handler = ? AND revoked IS NULL",
                params![now, audit, ids[0], ids[1]],
            )?;
            Ok(())
        })
    }

    /// That a handler may use a study, whatever the time.
    ///
    /// # Errors
    /// When study or grant are not there; the error lists what there is.
    pub fn granted(&self, study: &StudyId, handler: &HandlerId) -> Result<(), AccessError> {
        self.store.read(|tx| require(tx, study, handler))
    }

    /// All grants, by study and handler; revoked ones too.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn grants(&self) -> Result<Vec<Grant>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT study, handler, all_tables, revoked FROM study_grant ORDER BY study, handler",
            )?;
            let rows = statement.query_map([], |row| {
                Ok((parsed(row, 0)?, parsed(row, 1)?, row.get::<_, bool>(2)?, row.get::<_, Option<i64>>(3)?))
            })?;
            rows.map(|row| {
                let (study, handler, all, revoked) = row?;
                let tables = tables::read(tx, &study, &handler, all)?;
                Ok(Grant { study, handler, tables, revoked: revoked.map(moment).transpose()? })
            })
            .collect()
        })
    }
}

/// Writes a grant over whatever there was.
pub(super) fn put(
    tx: &Transaction<'_>,
    study: &StudyId,
    handler: &HandlerId,
    tables: &TablePermit,
    audit: i64,
) -> Result<(), AccessError> {
    let ids = [study.as_str(), handler.as_str()];
    known::study(tx, study)?;
    known::handler(tx, handler)?;
    if matches!(tables, TablePermit::Only(listed) if listed.is_empty()) {
        return Err(AccessError::NoTables);
    }
    let all = matches!(tables, TablePermit::All);
    tx.execute(
        "INSERT INTO study_grant (study, handler, all_tables, audit) VALUES (?, ?, ?, ?)
         ON CONFLICT (study, handler) DO UPDATE
         SET all_tables = excluded.all_tables, revoked = NULL, audit = excluded.audit",
        params![ids[0], ids[1], all, audit],
    )?;
    tables::put(tx, study, handler, tables)
}

/// That there is a grant which holds; else the error that lists what there is.
pub(super) fn require(tx: &Transaction<'_>, study: &StudyId, handler: &HandlerId) -> Result<(), AccessError> {
    let holds = tx
        .prepare_cached("SELECT 1 FROM study_grant WHERE study = ? AND handler = ? AND revoked IS NULL")?
        .exists([study.as_str(), handler.as_str()])?;
    if holds {
        return Ok(());
    }
    known::study(tx, study)?;
    let known = names(
        tx,
        "SELECT handler FROM study_grant WHERE study = ? AND revoked IS NULL ORDER BY handler",
        [study.as_str()],
    )?;
    Err(AccessError::NotGranted { study: study.clone(), handler: handler.clone(), known })
}
