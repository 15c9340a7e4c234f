//! That what somebody names is there; else the error that lists what there is.

use rusqlite::Transaction;

use super::AccessError;
use super::store::names;
use crate::ids::{HandlerId, OrganisationId, StudyId};

/// An organisation.
pub(super) fn organisation(tx: &Transaction<'_>, organisation: &OrganisationId) -> Result<(), AccessError> {
    if tx.prepare_cached("SELECT 1 FROM organisation WHERE name = ?")?.exists([organisation.as_str()])? {
        return Ok(());
    }
    let known = names(tx, "SELECT name FROM organisation ORDER BY name", [])?;
    Err(AccessError::UnknownOrganisation { organisation: organisation.clone(), known })
}

/// A handler.
pub(super) fn handler(tx: &Transaction<'_>, handler: &HandlerId) -> Result<(), AccessError> {
    if tx.prepare_cached("SELECT 1 FROM handler WHERE name = ?")?.exists([handler.as_str()])? {
        return Ok(());
    }
    let known = names(tx, "SELECT name FROM handler ORDER BY name", [])?;
    Err(AccessError::UnknownHandler { handler: handler.clone(), known })
}

/// A study.
pub(super) fn study(tx: &Transaction<'_>, study: &StudyId) -> Result<(), AccessError> {
    if tx.prepare_cached("SELECT 1 FROM study WHERE name = ?")?.exists([study.as_str()])? {
        return Ok(());
    }
    let known = names(tx, "SELECT name FROM study ORDER BY name", [])?;
    Err(AccessError::UnknownStudy { study: study.clone(), known })
}
