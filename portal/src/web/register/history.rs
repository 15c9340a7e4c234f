//! What the log has about an organisation, a handler or a study: who changed it, when.

use axum::Json;
use axum::extract::{Path, State};

use super::Seeing;
use crate::web::Portal;
use crate::web::chronicle::Kind;
use crate::web::staff::LogLine;
use crate::web::trouble::Trouble;

/// Most entries in one answer.
const MOST: usize = 200;

/// Changes of one thing in the register, newest first.
#[utoipa::path(get, path = "/api/register/history/{kind}/{name}", params(("kind" = String, Path, description = "`organisation`, `handler` or `study`"), ("name" = String, Path)), responses((status = 200, body = Vec<LogLine>), (status = 403, body = Trouble), (status = 404, body = Trouble)))]
pub async fn show(
    State(portal): State<Portal>,
    _by: Seeing,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Vec<LogLine>>, Trouble> {
    let kind = Kind::of(&kind).ok_or_else(Trouble::no_such)?;
    let found = portal.blocking(move |portal| {
        portal.chronicle.changes(&portal.house.home().join("audit"), kind, &name, MOST)
    });
    let found = found.await?.map_err(|error| Trouble::internal(&error))?;
    Ok(Json(found.into_iter().map(|(index, entry)| LogLine::new(index, entry)).collect()))
}
