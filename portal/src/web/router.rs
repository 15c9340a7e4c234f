//! Every route on one page.
//!
//! What a route asks of whoever comes is in its handler's arguments (`door`); `tests/python/portal/routes.py` tries each with every role
//! and holds it against a table written by hand. Out of scope: what is behind a route.

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::trouble::Trouble;
use super::{
    Portal, books, headers, invitation, pages, plain, questions, register, signing, staff, studies, unread,
    usage,
};

/// More than the longest question with its named cells, or the longest notebook.
pub const BODY: usize = 2 << 20;

/// The description of the HTTP interface.
#[derive(OpenApi)]
#[openapi(info(title = "Sekisho", description = "The portal's own interface: cookies, JSON, Arrow."))]
struct Description;

/// The portal.
pub fn router(portal: Portal) -> Router {
    let (api, description) = api().split_for_parts();
    let pages = get(pages::page);
    Router::new()
        .merge(api)
        .route("/api/openapi.json", get(|| async move { Json(description) }))
        .route("/api/{*rest}", axum::routing::any(|| async { Trouble::no_such() }))
        .route("/assets/{*path}", get(pages::asset))
        .route("/", pages.clone())
        .route("/{*page}", pages)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(plain::replace))
        .layer(from_fn(headers::put))
        .layer(from_fn(unread::read))
        .with_state(portal)
}

fn api() -> OpenApiRouter<Portal> {
    OpenApiRouter::with_openapi(Description::openapi())
        // For everybody.
        .routes(routes!(signing::sign_in))
        .routes(routes!(invitation::show, invitation::accept))
        // For whoever is signed in.
        .routes(routes!(signing::me))
        .routes(routes!(signing::sign_out))
        .routes(routes!(signing::sign_out_everywhere))
        .routes(routes!(signing::confirm))
        // For researchers.
        .routes(routes!(studies::list))
        .routes(routes!(studies::catalogue))
        .routes(routes!(studies::session))
        .routes(routes!(questions::begin))
        .routes(routes!(questions::show_one, questions::cancel))
        .routes(routes!(questions::events))
        .routes(routes!(questions::rows))
        .routes(routes!(questions::explain))
        .routes(routes!(books::list, books::begin))
        .routes(routes!(books::show, books::put, books::delete))
        .routes(routes!(books::versions))
        .routes(routes!(books::version))
        // For security staff.
        .routes(routes!(staff::sessions))
        .routes(routes!(staff::stop))
        .routes(routes!(staff::log))
        // For stewards and registrars.
        .routes(routes!(usage::show))
        // For registrars; others look.
        .routes(routes!(register::organisations::list, register::organisations::put))
        .routes(routes!(register::handlers::list, register::handlers::put))
        .routes(routes!(register::handlers::invite))
        .routes(routes!(register::handlers::withdraw_login))
        .routes(routes!(register::studies::list, register::studies::begin))
        .routes(routes!(register::studies::change))
        .routes(routes!(register::studies::tables))
        .routes(routes!(register::reviews::show, register::reviews::record))
        .routes(routes!(register::grants::list, register::grants::put))
        .routes(routes!(register::grants::revoke))
        .routes(routes!(register::studies::snapshots))
        .routes(routes!(register::history::show))
}
