//! The page and what it loads, built from `portal/web` and carried in the program.
//!
//! Files whose names hold their digest may be kept for ever; the page itself never is. Out of scope: what the page does.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::Portal;
use super::headers::page_policy;
use super::trouble::Trouble;

#[derive(Embed)]
#[folder = "$OUT_DIR/web"]
struct Built;

/// What stands in the built page where its nonce goes.
const NONCE: &str = "__NONCE__";

/// One file of the page's.
pub async fn asset(Path(path): Path<String>) -> Response {
    match Built::get(&format!("assets/{path}")) {
        Some(file) => (
            [(CACHE_CONTROL, "public, max-age=31536000, immutable"), (CONTENT_TYPE, content_type(&path))],
            file.data,
        )
            .into_response(),
        None => Trouble::no_such().into_response(),
    }
}

/// The page, for every address that a person may have bookmarked: the page itself finds out what to show.
pub async fn page(State(portal): State<Portal>) -> Response {
    let (Some(page), Ok(nonce)) = (Built::get("index.html"), portal.nonce()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = String::from_utf8_lossy(&page.data).replace(NONCE, &nonce);
    let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, html), (CONTENT_SECURITY_POLICY, policy)], text).into_response()
}

/// The kinds of file that the build makes; anything else is sent as bytes.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, kind)| kind) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
