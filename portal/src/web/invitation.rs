//! Taking up an invitation: an app for codes, a password, recovery codes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::audit::{Action, Entry, Role};
use enclave::login::Factors;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Portal;
use super::trouble::Trouble;

/// What an invited person sets up their app with.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    handler: String,
    display: String,
    /// Base32 in groups of four.
    secret: String,
    qr: Code,
    expires: DateTime<Utc>,
    shortest_password: usize,
}

/// A QR code: an SVG path in a square, quiet zone included.
#[derive(Serialize, ToSchema)]
pub struct Code {
    size: i32,
    path: String,
}

/// What they chose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    password: String,
    code: String,
}

/// Shown once.
#[derive(Serialize, ToSchema)]
pub struct Enrolled {
    recovery_codes: Vec<String>,
}

/// What an invited person is shown.
#[utoipa::path(get, path = "/api/invitations/{token}", params(("token" = String, Path)), responses((status = 200, body = Invitation), (status = 404, body = Trouble)))]
pub async fn show(
    State(portal): State<Portal>,
    Path(token): Path<String>,
) -> Result<Json<Invitation>, Trouble> {
    let now = portal.now();
    let shown = portal.blocking(move |portal| {
        let enrolment = portal.login.invited(&token, now)?;
        let handler = portal.house.access().handler(&enrolment.handler);
        Ok::<_, enclave::words::Refusal>((enrolment, handler))
    });
    let (enrolment, handler) = shown.await?.map_err(none)?;
    let handler = handler.map_err(|error| Trouble::internal(&error))?;
    Ok(Json(Invitation {
        display: handler.map_or_else(|| enrolment.handler.to_string(), |handler| handler.display),
        handler: enrolment.handler.to_string(),
        secret: enrolment.secret.to_string(),
        qr: Code { size: enrolment.qr.size(), path: enrolment.qr.path().to_owned() },
        expires: enrolment.until,
        shortest_password: enclave::login::SHORTEST_PASSWORD,
    }))
}

/// Takes it up: from now on they can sign in.
#[utoipa::path(post, path = "/api/invitations/{token}", params(("token" = String, Path)), request_body = Enrol, responses((status = 200, body = Enrolled), (status = 404, body = Trouble), (status = 422, body = Trouble)))]
pub async fn accept(
    State(portal): State<Portal>,
    Path(token): Path<String>,
    Json(given): Json<Enrol>,
) -> Result<Json<Enrolled>, Trouble> {
    let now = portal.now();
    let looked = portal.blocking(move |portal| {
        portal.login.invited(&token, now).map_err(none)?;
        let factors = Factors { password: &given.password, code: &given.code };
        portal.login.check_enrolment(&token, factors, now, &portal.random).map_err(unfit)
    });
    let candidate = looked.await??;
    let entry = Entry::new(now, candidate.handler().as_str(), Role::Unknown, Action::Enrol);
    let receipt = portal.house.record(entry).await?;
    let enrolled = portal
        .blocking(move |portal| portal.login.enrol(candidate, now, &portal.random, &receipt).map_err(none));
    let enrolled = enrolled.await??;
    Ok(Json(Enrolled { recovery_codes: enrolled.recovery_codes.iter().map(str::to_owned).collect() }))
}

fn none(refusal: enclave::words::Refusal) -> Trouble {
    Trouble::refused(StatusCode::NOT_FOUND, refusal).coded("invitation")
}

fn unfit(refusal: enclave::words::Refusal) -> Trouble {
    Trouble::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal)
}
