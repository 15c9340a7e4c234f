//! What the transport turns away by itself (a body that is no JSON, a wrong method, a path that does not read) is said in our words
//! too: every error of the interface is a [`Trouble`]. What was sent is never quoted back.

use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::trouble::Trouble;

/// Puts our words in the place of the transport's.
pub async fn replace(request: Request, next: Next) -> Response {
    let interface = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !interface || !failed || is_json(&response) {
        return response;
    }
    let allow = response.headers().get(ALLOW).cloned();
    let mut replaced = Trouble::plain(status).into_response();
    replaced.headers_mut().extend(allow.map(|methods| (ALLOW, methods)));
    replaced
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}
