//! Signing in and out, and proving it again.

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use enclave::access::Role as Held;
use enclave::audit::{Action, Entry, Role};
use enclave::login::{Denied, Factors, SessionKey, SignedIn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Portal;
use super::door::{Asks, COOKIE, Person};
use super::trouble::Trouble;
use crate::tls::Peer;

/// What somebody proves who they are with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    handler: String,
    password: String,
    /// Six digits of the app's, or a recovery code.
    code: String,
}

/// The same from somebody who is signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    password: String,
    code: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    handler: String,
    display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// `researcher`, `output_checker`, `security_staff`, `data_steward`, `registrar`.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Held>,
    /// `onsite` or `vdi`.
    zone: &'static str,
    /// Sent back as `X-CSRF-Token` with everything that changes something.
    csrf: String,
    idle_until: DateTime<Utc>,
    ends: DateTime<Utc>,
    recovery_codes: u32,
}

/// Signs in with name, password and code at once: one answer for every mistake.
#[utoipa::path(post, path = "/api/sign-in", request_body = SignIn, responses((status = 200, body = Me), (status = 401, body = Trouble)))]
pub async fn sign_in(
    State(portal): State<Portal>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Json(given): Json<SignIn>,
) -> Result<Response, Trouble> {
    let now = portal.now();
    let proven = portal.blocking(move |portal| {
        let factors = Factors { password: &given.password, code: &given.code };
        portal.login.sign_in(&given.handler, factors, peer.address.ip(), now)
    });
    let signed_in = match proven.await? {
        Ok(signed_in) => signed_in,
        Err(denied) => return Err(turned_away(&portal, denied, peer).await),
    };
    begin(&portal, signed_in, peer).await
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Me), (status = 401, body = Trouble)))]
pub async fn me(State(portal): State<Portal>, person: Person) -> Result<Json<Me>, Trouble> {
    told(&portal, person).await.map(Json)
}

/// Signs out here.
#[utoipa::path(post, path = "/api/sign-out", responses((status = 204), (status = 401, body = Trouble)))]
pub async fn sign_out(State(portal): State<Portal>, person: Person) -> Result<Response, Trouble> {
    let receipt = portal.record(person.themselves(), Action::SignOut, |entry| entry).await?;
    let (now, owner) = (portal.now(), person.id().clone());
    let ended = portal.blocking(move |portal| portal.sessions.end(&person.session, now, &receipt));
    ended.await?.map_err(|error| Trouble::internal(&error))?;
    portal.leave(&owner).await;
    Ok(([(SET_COOKIE, forget())], StatusCode::NO_CONTENT).into_response())
}

/// Signs out everywhere.
#[utoipa::path(post, path = "/api/sign-out-everywhere", responses((status = 204), (status = 401, body = Trouble)))]
pub async fn sign_out_everywhere(State(portal): State<Portal>, person: Person) -> Result<Response, Trouble> {
    let receipt =
        portal.record(person.themselves(), Action::SignOut, |entry| entry.reason("everywhere")).await?;
    let (now, owner) = (portal.now(), person.id().clone());
    let ended = portal.blocking(move |portal| portal.sessions.end_all(person.id(), now, &receipt));
    ended.await?.map_err(|error| Trouble::internal(&error))?;
    portal.leave(&owner).await;
    Ok(([(SET_COOKIE, forget())], StatusCode::NO_CONTENT).into_response())
}

/// Proves again who one is, before an act that cannot be taken back.
#[utoipa::path(post, path = "/api/confirm", request_body = Confirm, responses((status = 204), (status = 401, body = Trouble)))]
pub async fn confirm(
    State(portal): State<Portal>,
    person: Person,
    Json(given): Json<Confirm>,
) -> Result<StatusCode, Trouble> {
    let (now, peer) = (portal.now(), person.peer);
    let proven = portal.blocking(move |portal| {
        let factors = Factors { password: &given.password, code: &given.code };
        let confirmed = portal.login.confirm(&person.session, factors, peer.address.ip(), now);
        (confirmed, person)
    });
    let (confirmed, person) = proven.await?;
    let confirmed = match confirmed {
        Ok(confirmed) => confirmed,
        Err(denied) => return Err(turned_away(&portal, denied, peer).await),
    };
    let receipt = portal.record(person.themselves(), Action::Confirm, |entry| entry).await?;
    let noted = portal.blocking(move |portal| portal.sessions.confirmed(confirmed, now, &receipt));
    noted.await?.map_err(|error| Trouble::internal(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a browser session for somebody who proved who they are.
pub async fn begin(portal: &Portal, signed_in: SignedIn, peer: Peer) -> Result<Response, Trouble> {
    let now = portal.now();
    let entry = Entry::new(now, signed_in.handler().as_str(), Role::Unknown, Action::SignIn);
    let entry = entry.detail("zone", peer.zone.code()).reason(signed_in.how().code());
    let receipt = portal.house.record(entry).await?;
    let begun = portal
        .blocking(move |portal| portal.sessions.begin(signed_in, peer.zone, now, &portal.random, &receipt));
    let key = begun.await?.map_err(|error| Trouble::internal(&error))?;
    let me = told(portal, Person::holding(portal, key.expose(), peer, Asks::Person).await?).await?;
    Ok(([(SET_COOKIE, keep(&key))], Json(me)).into_response())
}

async fn told(portal: &Portal, Person { session, handler, .. }: Person) -> Result<Me, Trouble> {
    let (name, now) = (handler.handler.clone(), portal.now());
    let standing = portal.blocking(move |portal| portal.login.standing(&name, now)).await?;
    let standing = standing.map_err(|error| Trouble::internal(&error))?;
    Ok(Me {
        handler: handler.handler.to_string(),
        display: handler.display,
        organisation: handler.organisation.map(|organisation| organisation.to_string()),
        roles: handler.roles.iter().collect(),
        zone: session.zone().code(),
        csrf: session.csrf().to_owned(),
        idle_until: session.idle_until(),
        ends: session.ends(),
        recovery_codes: standing.recovery_codes_left,
    })
}

/// Writes in the log why, and says what everybody is told.
async fn turned_away(portal: &Portal, denied: Denied, peer: Peer) -> Trouble {
    let entry = denied.entry(portal.now()).detail("zone", peer.zone.code());
    match portal.house.record(entry).await {
        Ok(_) => Trouble::refused(StatusCode::UNAUTHORIZED, denied.refusal()).coded("not_signed_in"),
        Err(failure) => failure.into(),
    }
}

fn keep(key: &SessionKey) -> String {
    format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict", key.expose())
}

fn forget() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}
