//! What security staff see and do: sessions now, and the log. Never data.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::audit::{self, Action, AuditError, Recorded};
use enclave::query::OpenSession;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Portal;
use super::door::{By, Watching, right};
use super::trouble::Trouble;

/// Most entries in one answer.
const MOST_ENTRIES: u64 = 500;

/// A session that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionLine {
    /// What the log calls it.
    session: String,
    handler: String,
    study: String,
    since: DateTime<Utc>,
    /// `onsite`, `vdi`; absent for the house's own command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'static str>,
    /// Questions that run in it now.
    questions: usize,
}

/// Which entries.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// Only those before this index.
    before: Option<u64>,
    /// How many; 50 where it is not said.
    count: Option<u64>,
}

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogLine {
    /// Its place.
    index: u64,
    /// What stands there.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    entry: serde_json::Value,
}

impl LogLine {
    /// An entry at its place.
    pub fn new(index: u64, entry: serde_json::Value) -> Self {
        Self { index, entry }
    }
}

/// Sessions that are open now.
#[utoipa::path(get, path = "/api/sessions", responses((status = 200, body = Vec<SessionLine>), (status = 403, body = Trouble)))]
pub async fn sessions(
    State(portal): State<Portal>,
    _watching: Watching<right::SeeSessions>,
) -> Json<Vec<SessionLine>> {
    let open = portal.house.open_sessions();
    let line = |OpenSession { session, handler, study, since, zone }| SessionLine {
        questions: portal.questions.running(&handler, &study),
        session: session.to_string(),
        handler: handler.to_string(),
        study: study.to_string(),
        since,
        zone: zone.map(enclave::login::Zone::code),
    };
    Json(open.into_iter().map(line).collect())
}

/// Stops a session at once.
#[utoipa::path(delete, path = "/api/sessions/{session}", params(("session" = u32, Path)), responses((status = 204), (status = 403, body = Trouble), (status = 404, body = Trouble)))]
pub async fn stop(
    State(portal): State<Portal>,
    by: By<right::StopSession>,
    Path(session): Path<u32>,
) -> Result<StatusCode, Trouble> {
    let fresh = by.fresh(&portal)?;
    let receipt =
        portal.record(by.acting(), Action::SessionStop, |entry| entry.session(session.to_string())).await?;
    match portal.house.stop(session, &fresh, &receipt).await {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Trouble::no_such()),
    }
}

/// The log, newest first.
#[utoipa::path(get, path = "/api/log", params(("before" = Option<u64>, Query), ("count" = Option<u64>, Query)), responses((status = 200, body = Vec<LogLine>), (status = 403, body = Trouble)))]
pub async fn log(
    State(portal): State<Portal>,
    _by: By<right::ReadLog>,
    Query(Page { before, count }): Query<Page>,
) -> Result<Json<Vec<LogLine>>, Trouble> {
    let count = count.unwrap_or(50).min(MOST_ENTRIES);
    let read = portal.blocking(move |portal| {
        let folder = portal.house.home().join("audit");
        audit::show_before(&folder, before, count)
    });
    let entries = read.await?.map_err(|error: AuditError| Trouble::internal(&error))?;
    let line = |entry: Recorded| LogLine { index: entry.index, entry: entry.json().unwrap_or_default() };
    Ok(Json(entries.into_iter().map(line).collect()))
}

/// Ends the questions and sessions of those who are no longer signed in anywhere: by time, or because staff ended it.
pub async fn end_signed_out(portal: &Portal) {
    let now = portal.now();
    let open = portal.blocking(move |portal| portal.sessions.open(now)).await;
    let Ok(Ok(open)) = open else { return };
    for owner in portal.questions.owners() {
        if !open.iter().any(|session| session.handler == owner) {
            portal.leave(&owner).await;
        }
    }
}
