//! What every answer carries: nothing inline, nothing from elsewhere, no frames, no guessing of types, no traces.
//!
//! Source: OWASP Secure Headers Project; RFC 6797 (HSTS). The one exception to "no inline styles" is the editor's own sheet,
//! which carries a nonce that is fresh with each page.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

const FIXED: [(HeaderName, &str); 7] = [
    (STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (X_FRAME_OPTIONS, "DENY"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-read=()",
    ),
];

/// Puts the headers on an answer that has none of its own.
pub async fn put(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| HeaderValue::from_static(NOTHING));
    headers.entry(CACHE_CONTROL).or_insert_with(|| HeaderValue::from_static("no-store"));
    response
}

/// For answers that are no pages.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// For the page. `nonce` is letters, digits and hyphens.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self'; \
         font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
