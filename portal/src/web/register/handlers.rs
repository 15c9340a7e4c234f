//! Handlers, and their logins.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::access::{Handler, Role};
use enclave::audit::Action;
use enclave::ids::{HandlerId, OrganisationId};
use enclave::words::Bilingual;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Keeping, Seeing, named};
use crate::web::Portal;
use crate::web::door::{By, right};
use crate::web::trouble::Trouble;

/// A handler with what they are here for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandlerLine {
    handler: String,
    display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// `researcher`, `output_checker`, `security_staff`, `data_steward`, `registrar`.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    training_until: Option<DateTime<Utc>>,
    /// Whether there is a login. Not read.
    #[serde(default)]
    enrolled: bool,
}

/// A link that is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewInvitation {
    /// The address's path.
    link: String,
    expires: DateTime<Utc>,
}

/// All handlers, by name.
#[utoipa::path(get, path = "/api/register/handlers", responses((status = 200, body = Vec<HandlerLine>), (status = 403, body = Trouble)))]
pub async fn list(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<HandlerLine>>, Trouble> {
    let now = portal.now();
    let all = portal.blocking(move |portal| {
        let all = portal.house.access().handlers()?.into_iter();
        let lines = all.map(|handler| {
            let standing = portal.login.standing(&handler.handler, now);
            standing.map(|standing| line(handler, standing.enrolled.is_some()))
        });
        lines.collect::<Result<_, _>>().map_err(|error| Trouble::internal(&error))
    });
    Ok(Json(all.await??))
}

/// Puts a handler on the roster, or brings the entry up to date.
#[utoipa::path(post, path = "/api/register/handlers", request_body = HandlerLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put(
    State(portal): State<Portal>,
    by: Keeping,
    Json(sent): Json<HandlerLine>,
) -> Result<StatusCode, Trouble> {
    // Who keeps the register could otherwise make themselves whatever they like.
    by.fresh(&portal)?;
    let handler = Handler {
        handler: named(HandlerId::new(&sent.handler))?,
        display: sent.display,
        organisation: sent.organisation.map(|name| named(OrganisationId::new(&name))).transpose()?,
        roles: sent.roles.into_iter().collect(),
        training_until: sent.training_until,
    };
    let about = handler.handler.clone();
    let receipt = portal.record(by.acting(), Action::HandlerAdd, |entry| {
        let roles = handler.roles.iter();
        let entry = roles.fold(entry.object(&about), |entry, role| entry.detail(role.code(), true));
        match handler.training_until {
            Some(end) => entry.detail("training_until", end),
            None => entry,
        }
    });
    let receipt = receipt.await?;
    portal.blocking(move |portal| portal.house.access().enrol(&handler, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Invites a handler to choose a password, also anew.
#[utoipa::path(post, path = "/api/register/handlers/{handler}/invitation", params(("handler" = String, Path)), responses((status = 200, body = NewInvitation), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn invite(
    State(portal): State<Portal>,
    by: By<right::Invite>,
    Path(handler): Path<String>,
) -> Result<Json<NewInvitation>, Trouble> {
    by.fresh(&portal)?;
    let (handler, now) = (known(&portal, &handler).await?, portal.now());
    let receipt = portal.record(by.acting(), Action::Invite, |entry| entry.object(&handler)).await?;
    let invited = portal.blocking(move |portal| portal.login.invite(&handler, now, &portal.random, &receipt));
    let invitation = invited.await?.map_err(|error| Trouble::internal(&error))?;
    let link = format!("/invitations/{}", invitation.expose());
    Ok(Json(NewInvitation { link, expires: invitation.until() }))
}

/// Takes a handler's login away, at once and everywhere.
#[utoipa::path(delete, path = "/api/register/handlers/{handler}/login", params(("handler" = String, Path)), responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn withdraw_login(
    State(portal): State<Portal>,
    by: By<right::WithdrawLogin>,
    Path(handler): Path<String>,
) -> Result<StatusCode, Trouble> {
    by.fresh(&portal)?;
    let (handler, now) = (known(&portal, &handler).await?, portal.now());
    let receipt = portal.record(by.acting(), Action::LoginWithdraw, |entry| entry.object(&handler)).await?;
    let whose = handler.clone();
    let gone = portal.blocking(move |portal| portal.login.withdraw(&whose, now, &receipt));
    gone.await?.map_err(|error| Trouble::internal(&error))?;
    portal.leave(&handler).await;
    Ok(StatusCode::NO_CONTENT)
}

/// A handler on the roster.
async fn known(portal: &Portal, handler: &str) -> Result<HandlerId, Trouble> {
    let handler = named(HandlerId::new(handler))?;
    let found = handler.clone();
    let found = portal.blocking(move |portal| portal.house.access().handler(&found)).await??;
    let unknown = || {
        Trouble::field(
            "handler",
            Bilingual::new("この取扱者は登録されていません。", "There is no such handler."),
        )
    };
    found.map(|_| handler).ok_or_else(unknown)
}

fn line(handler: Handler, enrolled: bool) -> HandlerLine {
    HandlerLine {
        handler: handler.handler.to_string(),
        display: handler.display,
        organisation: handler.organisation.map(|organisation| organisation.to_string()),
        roles: handler.roles.iter().collect(),
        training_until: handler.training_until,
        enrolled,
    }
}
