//! The notebooks of a study. Who may open the study may write in them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use enclave::notebook::{Info, Notebook, NotebooksError, Put};

use super::Portal;
use super::api::{self, NotebookPut};
use super::door::{By, Person, right};
use super::studies::enter;
use super::trouble::Trouble;

type Editor = By<right::EditNotebook>;

/// The notebooks of a study, newest first.
#[utoipa::path(get, path = "/api/studies/{study}/notebooks", params(("study" = String, Path)), responses((status = 200, body = Vec<api::NotebookInfo>), (status = 403, body = Trouble)))]
pub async fn list(
    State(portal): State<Portal>,
    by: Editor,
    Path(study): Path<String>,
) -> Result<Json<Vec<Info>>, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    Ok(Json(portal.blocking(move |portal| portal.notebooks.list(visit.study())).await??))
}

/// Begins a notebook.
#[utoipa::path(post, path = "/api/studies/{study}/notebooks", params(("study" = String, Path)), request_body = NotebookPut, responses((status = 201, body = api::NotebookShown), (status = 403, body = Trouble), (status = 413, body = Trouble)))]
pub async fn begin(
    State(portal): State<Portal>,
    by: Editor,
    Path(study): Path<String>,
    Json(put): Json<NotebookPut>,
) -> Result<(StatusCode, Json<Notebook>), Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let (name, now) = (super::name(&portal.random)?, portal.now());
    let begun = portal.blocking(move |portal| {
        let written = (put.title.as_str(), &put.document);
        portal.notebooks.begin(visit.study(), &name, written, (by.person.id(), now))
    });
    Ok((StatusCode::CREATED, Json(begun.await??)))
}

/// One notebook as it is.
#[utoipa::path(get, path = "/api/studies/{study}/notebooks/{notebook}", params(("study" = String, Path), ("notebook" = String, Path)), responses((status = 200, body = api::NotebookShown), (status = 404, body = Trouble)))]
pub async fn show(
    State(portal): State<Portal>,
    by: Editor,
    Path((study, notebook)): Path<(String, String)>,
) -> Result<Json<Notebook>, Trouble> {
    read(&portal, &by.person, &study, notebook, None).await
}

/// Writes the next version; where somebody else was faster, what they wrote comes back with 409.
#[utoipa::path(put, path = "/api/studies/{study}/notebooks/{notebook}", params(("study" = String, Path), ("notebook" = String, Path)), request_body = NotebookPut, responses((status = 200, body = api::NotebookShown), (status = 404, body = Trouble), (status = 409, body = api::NotebookShown), (status = 413, body = Trouble)))]
pub async fn put(
    State(portal): State<Portal>,
    by: Editor,
    Path((study, notebook)): Path<(String, String)>,
    Json(put): Json<NotebookPut>,
) -> Result<Response, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let now = portal.now();
    let written = portal.blocking(move |portal| {
        let document = (put.title.as_str(), &put.document);
        portal.notebooks.put(visit.study(), (&notebook, put.version), document, (by.person.id(), now))
    });
    Ok(match written.await?? {
        Put::Kept(kept) => Json(kept).into_response(),
        Put::Conflict(there) => (StatusCode::CONFLICT, Json(there)).into_response(),
        Put::Gone => Trouble::no_such().into_response(),
    })
}

/// Takes a notebook off the list.
#[utoipa::path(delete, path = "/api/studies/{study}/notebooks/{notebook}", params(("study" = String, Path), ("notebook" = String, Path)), responses((status = 204), (status = 404, body = Trouble)))]
pub async fn delete(
    State(portal): State<Portal>,
    by: Editor,
    Path((study, notebook)): Path<(String, String)>,
) -> Result<StatusCode, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let now = portal.now();
    let deleted = portal.blocking(move |portal| portal.notebooks.delete(visit.study(), &notebook, now));
    if deleted.await?? { Ok(StatusCode::NO_CONTENT) } else { Err(Trouble::no_such()) }
}

/// The versions of a notebook, newest first.
#[utoipa::path(get, path = "/api/studies/{study}/notebooks/{notebook}/versions", params(("study" = String, Path), ("notebook" = String, Path)), responses((status = 200, body = Vec<api::NotebookInfo>), (status = 403, body = Trouble)))]
pub async fn versions(
    State(portal): State<Portal>,
    by: Editor,
    Path((study, notebook)): Path<(String, String)>,
) -> Result<Json<Vec<Info>>, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    Ok(Json(portal.blocking(move |portal| portal.notebooks.versions(visit.study(), &notebook)).await??))
}

/// One notebook as it was.
#[utoipa::path(get, path = "/api/studies/{study}/notebooks/{notebook}/versions/{version}", params(("study" = String, Path), ("notebook" = String, Path), ("version" = i64, Path)), responses((status = 200, body = api::NotebookShown), (status = 404, body = Trouble)))]
pub async fn version(
    State(portal): State<Portal>,
    by: Editor,
    Path((study, notebook, version)): Path<(String, String, i64)>,
) -> Result<Json<Notebook>, Trouble> {
    read(&portal, &by.person, &study, notebook, Some(version)).await
}

async fn read(
    portal: &Portal,
    person: &Person,
    study: &str,
    notebook: String,
    version: Option<i64>,
) -> Result<Json<Notebook>, Trouble> {
    let visit = enter(portal, person, study).await?;
    let read = portal.blocking(move |portal| portal.notebooks.read(visit.study(), &notebook, version));
    read.await??.map(Json).ok_or_else(Trouble::no_such)
}

impl From<NotebooksError> for Trouble {
    fn from(error: NotebooksError) -> Self {
        match error {
            NotebooksError::TooLarge => Self::too_large(),
            error => Self::internal(&error),
        }
    }
}
