//! Studies: whose, on which data, by which route, how long.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::access::{Columns, Decision, NewStudy, Period, Route, Study, StudyChange};
use enclave::audit::{Action, Entry};
use enclave::ids::{OrganisationId, SnapshotId, StudyId};
use enclave::words::Bilingual;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Keeping, Seeing, named};
use crate::web::Portal;
use crate::web::trouble::Trouble;

/// A study.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyEntry {
    study: String,
    /// The name as people write it; that of the study where it is empty.
    #[serde(default)]
    display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(default)]
    joint_users: Vec<String>,
    snapshot: String,
    /// `onsite`, `vdi` or `both`.
    #[schema(value_type = String)]
    route: Route,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    /// Whether it would link its data with public databases: then nobody is let in.
    #[serde(default)]
    linked: bool,
    /// What the committee decided: `approved`, `approved_with_conditions`, `rejected`. Not read.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
}

/// What may change about a study.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyChanged {
    display: String,
    #[serde(default)]
    joint_users: Vec<String>,
    /// `onsite`, `vdi` or `both`.
    #[schema(value_type = String)]
    route: Route,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    #[serde(default)]
    linked: bool,
}

/// A table of a study's snapshot, for grants.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableOfSnapshot {
    table: String,
    columns: Vec<ColumnOfSnapshot>,
}

/// A column of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnOfSnapshot {
    column: String,
    /// Whether every grant has it: keys, and what a rule looks at.
    always: bool,
}

/// All studies, by name.
#[utoipa::path(get, path = "/api/register/studies", responses((status = 200, body = Vec<StudyEntry>), (status = 403, body = Trouble)))]
pub async fn list(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<StudyEntry>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().studies()).await??;
    Ok(Json(all.into_iter().map(entry).collect()))
}

/// Makes a study.
#[utoipa::path(post, path = "/api/register/studies", request_body = StudyEntry, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn begin(
    State(portal): State<Portal>,
    by: Keeping,
    Json(sent): Json<StudyEntry>,
) -> Result<StatusCode, Trouble> {
    let snapshot = named(SnapshotId::try_from(sent.snapshot))?;
    if portal.house.policy_of(&snapshot).is_none() {
        return Err(Trouble::field(
            "snapshot",
            Bilingual::new("このスナップショットはありません。", "There is no such snapshot."),
        ));
    }
    let study = named(StudyId::new(&sent.study))?;
    let new = NewStudy {
        display: display(&sent.display, &study),
        study,
        organisation: sent.organisation.map(|name| named(OrganisationId::new(&name))).transpose()?,
        joint_users: organisations(&portal, &sent.joint_users).await?,
        snapshot,
        route: sent.route,
        period: Period::new(sent.from, sent.until)?,
        linked: sent.linked,
        grants: Vec::new(),
    };
    let now = portal.now();
    let receipt = portal.record(by.acting(), Action::StudyCreate, |entry| {
        let entry = between(entry.study(&new.study).object(&new.snapshot), &new.period);
        match &new.organisation {
            Some(organisation) => entry.detail("organisation", organisation),
            None => entry,
        }
    });
    let receipt = receipt.await?;
    portal.blocking(move |portal| portal.house.access().create_study(&new, now, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a study; whose it is and what data it is on stay.
#[utoipa::path(put, path = "/api/register/studies/{study}", params(("study" = String, Path)), request_body = StudyChanged, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn change(
    State(portal): State<Portal>,
    by: Keeping,
    Path(study): Path<String>,
    Json(sent): Json<StudyChanged>,
) -> Result<StatusCode, Trouble> {
    let study = known(&portal, &study).await?.study;
    let change = StudyChange {
        display: display(&sent.display, &study),
        joint_users: organisations(&portal, &sent.joint_users).await?,
        route: sent.route,
        period: Period::new(sent.from, sent.until)?,
        linked: sent.linked,
    };
    let receipt = portal.record(by.acting(), Action::StudyChange, |entry| {
        let entry = between(entry.study(&study).object(&study), &change.period);
        let entry = entry.detail("route", change.route.code()).detail("linked", change.linked);
        entry.detail("joint_users", change.joint_users.len() as u64)
    });
    let receipt = receipt.await?;
    portal.blocking(move |portal| portal.house.access().change_study(&study, &change, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// The tables and columns that a grant in a study may name.
#[utoipa::path(get, path = "/api/register/studies/{study}/tables", params(("study" = String, Path)), responses((status = 200, body = Vec<TableOfSnapshot>), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn tables(
    State(portal): State<Portal>,
    _by: Seeing,
    Path(study): Path<String>,
) -> Result<Json<Vec<TableOfSnapshot>>, Trouble> {
    let snapshot = known(&portal, &study).await?.snapshot;
    let catalog = portal.blocking(move |portal| portal.house.catalog_of(&snapshot)).await?;
    let catalog = catalog.ok_or_else(Trouble::no_such)?;
    let tables = catalog.tables.iter().map(|table| TableOfSnapshot {
        table: table.name.clone(),
        columns: table
            .columns
            .iter()
            .map(|column| ColumnOfSnapshot {
                column: column.name.clone(),
                always: Columns::always(table, &column.name),
            })
            .collect(),
    });
    Ok(Json(tables.collect()))
}

/// The snapshots that a study may be made on.
#[utoipa::path(get, path = "/api/register/snapshots", responses((status = 200, body = Vec<String>), (status = 403, body = Trouble)))]
pub async fn snapshots(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<String>>, Trouble> {
    let listed = portal.blocking(|portal| portal.house.snapshots()).await?;
    let listed = listed.map_err(|error| Trouble::internal(&error))?;
    Ok(Json(listed.snapshots.iter().map(|snapshot| snapshot.id.to_string()).collect()))
}

/// A study that is there.
pub async fn known(portal: &Portal, study: &str) -> Result<Study, Trouble> {
    let study = named(StudyId::new(study))?;
    Ok(portal.blocking(move |portal| portal.house.access().study(&study)).await??)
}

/// Organisations that are there: asked first, so that the log does not tell of what could not be done.
async fn organisations(portal: &Portal, names: &[String]) -> Result<Vec<OrganisationId>, Trouble> {
    let names: Vec<_> =
        names.iter().map(|name| named(OrganisationId::new(name))).collect::<Result<_, _>>()?;
    let there = portal.blocking(move |portal| {
        let access = portal.house.access();
        names.iter().try_for_each(|name| access.organisation(name).map(drop)).map(|()| names)
    });
    Ok(there.await??)
}

fn display(written: &str, study: &StudyId) -> String {
    let written: String = written.trim().chars().take(200).collect();
    if written.is_empty() { study.to_string() } else { written }
}

fn between(entry: Entry, period: &Period) -> Entry {
    let ends = [("from", period.from()), ("until", period.until())];
    ends.into_iter().fold(entry, |entry, (name, end)| match end {
        Some(end) => entry.detail(name, end),
        None => entry,
    })
}

fn entry(study: Study) -> StudyEntry {
    StudyEntry {
        study: study.study.to_string(),
        display: study.display,
        organisation: study.organisation.map(|organisation| organisation.to_string()),
        joint_users: study.joint_users.iter().map(ToString::to_string).collect(),
        snapshot: study.snapshot.to_string(),
        route: study.route,
        from: study.period.from(),
        until: study.period.until(),
        linked: study.linked,
        decision: study.decision.map(Decision::code),
    }
}
