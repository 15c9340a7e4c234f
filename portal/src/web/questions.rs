//! Asking: a question is begun, watched, read and cancelled, each by a request of its own.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use enclave::ids::StudyId;
use enclave::query;
use futures::{Stream, stream};
use serde_json::json;

use super::Portal;
use super::api::{Asking, Explanation, Question};
use super::door::{By, Watching, right};
use super::running::{Asked, Standing};
use super::studies::enter;
use super::trouble::Trouble;
use super::{answers, ask};
use crate::show;

/// How often the page hears that a question still runs.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// Begins a question; it runs on, whoever listens.
#[utoipa::path(post, path = "/api/studies/{study}/questions", params(("study" = String, Path)), request_body = Asking, responses((status = 202, body = Question), (status = 403, body = Trouble), (status = 429, body = Trouble)))]
pub async fn begin(
    State(portal): State<Portal>,
    by: By<right::Ask>,
    Path(study): Path<String>,
    Json(asking): Json<Asking>,
) -> Result<(StatusCode, Json<Question>), Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let asked =
        portal.questions.begin((Arc::clone(&portal.house), visit), ask::ask(asking)?, &portal.random)?;
    Ok((StatusCode::ACCEPTED, Json(answers::question(&asked))))
}

/// What a question would do, without running it.
#[utoipa::path(post, path = "/api/studies/{study}/explain", params(("study" = String, Path)), request_body = Asking, responses((status = 200, body = Explanation), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn explain(
    State(portal): State<Portal>,
    by: By<right::Ask>,
    Path(study): Path<String>,
    Json(asking): Json<Asking>,
) -> Result<Json<Explanation>, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let (ask, _) = ask::ask(asking)?;
    let table = query::explain(&portal.house, &visit, ask).await?;
    let mut shown = show::table_json(&table);
    let mut part = |key| shown.get_mut(key).map_or(json!([]), serde_json::Value::take);
    Ok(Json(Explanation { columns: part("columns"), rows: part("rows") }))
}

/// How a question stands.
#[utoipa::path(get, path = "/api/studies/{study}/questions/{question}", params(("study" = String, Path), ("question" = String, Path)), responses((status = 200, body = Question), (status = 410, body = Trouble)))]
pub async fn show_one(
    State(portal): State<Portal>,
    by: By<right::Ask>,
    Path((study, question)): Path<(String, String)>,
) -> Result<Json<Question>, Trouble> {
    Ok(Json(answers::question(&*own(&portal, &by, &study, &question)?)))
}

/// How a question stands, told again and again until it is done.
#[utoipa::path(get, path = "/api/studies/{study}/questions/{question}/events", params(("study" = String, Path), ("question" = String, Path)), responses((status = 200, description = "server-sent events, each a Question", content_type = "text/event-stream"), (status = 410, body = Trouble)))]
pub async fn events(
    State(portal): State<Portal>,
    Watching(by): Watching<right::Ask>,
    Path((study, question)): Path<(String, String)>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Trouble> {
    let asked = own(&portal, &by, &study, &question)?;
    let watch = asked.watch();
    let told = stream::unfold(Some((asked, watch, true)), |state| async move {
        let (asked, mut watch, first) = state?;
        if !first {
            // Either it stands otherwise, or it is time for a sign of life.
            _ = tokio::time::timeout(SIGN_OF_LIFE, watch.changed()).await;
        }
        let event = Event::default().json_data(answers::question(&asked)).unwrap_or_default();
        let more = matches!(asked.standing(), Standing::Running).then_some((asked, watch, false));
        Some((Ok(event), more))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}

/// The figures of an answer, as an Arrow IPC stream; suppressed cells are null.
#[utoipa::path(get, path = "/api/studies/{study}/questions/{question}/rows", params(("study" = String, Path), ("question" = String, Path)), responses((status = 200, description = "an Arrow IPC stream", content_type = "application/vnd.apache.arrow.stream"), (status = 404, body = Trouble), (status = 410, body = Trouble)))]
pub async fn rows(
    State(portal): State<Portal>,
    by: By<right::Ask>,
    Path((study, question)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let asked = own(&portal, &by, &study, &question)?;
    // A grant that ended meanwhile shows nothing more.
    enter(&portal, &by.person, &study).await?;
    let Standing::Answered(held) = asked.standing() else { return Err(Trouble::no_such()) };
    let bytes = portal.blocking(move |_| answers::rows(&held)).await??;
    Ok(([(CONTENT_TYPE, "application/vnd.apache.arrow.stream")], bytes).into_response())
}

/// Stops a question, unless it is done.
#[utoipa::path(delete, path = "/api/studies/{study}/questions/{question}", params(("study" = String, Path), ("question" = String, Path)), responses((status = 204), (status = 410, body = Trouble)))]
pub async fn cancel(
    State(portal): State<Portal>,
    by: By<right::Ask>,
    Path((study, question)): Path<(String, String)>,
) -> Result<StatusCode, Trouble> {
    own(&portal, &by, &study, &question)?.cancel();
    Ok(StatusCode::NO_CONTENT)
}

fn own(portal: &Portal, by: &By<right::Ask>, study: &str, question: &str) -> Result<Arc<Asked>, Trouble> {
    let study = StudyId::new(study).map_err(|_| Trouble::gone())?;
    portal.questions.of(by.person.id(), &study, question).ok_or_else(Trouble::gone)
}
