//! Grants: who may work on a study, with which tables and columns.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::access::{Columns, Grant, TablePermit};
use enclave::audit::Action;
use enclave::catalog::Catalog;
use enclave::ids::{HandlerId, StudyId};
use enclave::words::Bilingual;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Keeping, Seeing, named, studies};
use crate::web::Portal;
use crate::web::trouble::Trouble;

/// Who may work on a study, with which tables.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantLine {
    handler: String,
    /// All of them where this is absent; else names, and `{table, columns}` for a table in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    tables: Option<TablePermit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<DateTime<Utc>>,
}

/// Who may work on a study; grants that ended too.
#[utoipa::path(get, path = "/api/register/studies/{study}/grants", params(("study" = String, Path)), responses((status = 200, body = Vec<GrantLine>), (status = 403, body = Trouble)))]
pub async fn list(
    State(portal): State<Portal>,
    _by: Seeing,
    Path(study): Path<String>,
) -> Result<Json<Vec<GrantLine>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().grants()).await??;
    let of_study = all.into_iter().filter(|grant| grant.study.as_str() == study);
    Ok(Json(of_study.map(line).collect()))
}

/// Lets a handler work on a study.
#[utoipa::path(post, path = "/api/register/studies/{study}/grants", params(("study" = String, Path)), request_body = GrantLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put(
    State(portal): State<Portal>,
    by: Keeping,
    Path(study): Path<String>,
    Json(sent): Json<GrantLine>,
) -> Result<StatusCode, Trouble> {
    let study = studies::known(&portal, &study).await?;
    let handler = named(HandlerId::new(&sent.handler))?;
    let tables = sent.tables.unwrap_or(TablePermit::All);
    let snapshot = study.snapshot.clone();
    if let TablePermit::Only(named) = &tables {
        let catalog = portal.blocking(move |portal| portal.house.catalog_of(&snapshot)).await?;
        if let Some(unknown) = unknown(named, &catalog.ok_or_else(Trouble::no_such)?) {
            return Err(Trouble::field(
                "tables",
                Bilingual::new(
                    format!("このデータに {unknown} はありません。"),
                    format!("The data has no {unknown}."),
                ),
            ));
        }
    }
    let study = study.study;
    let receipt = portal.record(by.acting(), Action::Grant, |entry| {
        let entry = entry.study(&study).object(&handler);
        match &tables {
            TablePermit::All => entry.detail("all_tables", true),
            TablePermit::Only(names) => {
                let narrowed = names.keys().filter(|name| tables.narrows(name)).count();
                entry.detail("tables", names.len() as u64).detail("narrowed", narrowed as u64)
            }
        }
    });
    let receipt = receipt.await?;
    portal.blocking(move |portal| portal.house.access().grant(&study, &handler, &tables, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a grant, and what runs under it.
#[utoipa::path(delete, path = "/api/register/studies/{study}/grants/{handler}", params(("study" = String, Path), ("handler" = String, Path)), responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn revoke(
    State(portal): State<Portal>,
    by: Keeping,
    Path((study, handler)): Path<(String, String)>,
) -> Result<StatusCode, Trouble> {
    let (study, handler) = (named(StudyId::new(&study))?, named(HandlerId::new(&handler))?);
    let now = portal.now();
    let receipt =
        portal.record(by.acting(), Action::GrantRevoke, |entry| entry.study(&study).object(&handler)).await?;
    portal.blocking(move |portal| portal.house.access().revoke(&study, &handler, now, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// The first table or column that a catalogue has not.
fn unknown(named: &std::collections::BTreeMap<String, Columns>, catalog: &Catalog) -> Option<String> {
    named.iter().find_map(|(name, columns)| {
        let Some(table) = catalog.table(name) else { return Some(name.clone()) };
        let Columns::Only(columns) = columns else { return None };
        let missing = columns.iter().find(|column| table.column(column).is_none())?;
        Some(format!("{name}.{missing}"))
    })
}

fn line(grant: Grant) -> GrantLine {
    let tables = Some(grant.tables).filter(|tables| *tables != TablePermit::All);
    GrantLine { handler: grant.handler.to_string(), tables, revoked: grant.revoked }
}
