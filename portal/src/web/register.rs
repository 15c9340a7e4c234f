//! What registrars keep: organisations, handlers with their logins, studies and grants.
//!
//! Each change is in the log before it is made, and asks for the receipt. Out of scope: the committee's decisions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::access::{
    Certificate, Grant, Handler, NewStudy, Organisation, Period, Role, Route, Study, TablePermit, UserType,
};
use enclave::audit::Action;
use enclave::ids::{HandlerId, OrganisationId, SnapshotId, StudyId};
use enclave::words::Bilingual;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Portal;
use super::door::{By, right};
use super::trouble::Trouble;

type Seeing = By<right::SeeRegister>;
type Keeping = By<right::KeepRegister>;

/// An organisation with its certificate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationLine {
    organisation: String,
    display: String,
    /// The certificate's number.
    number: String,
    /// `type-1` or `type-2`.
    #[schema(value_type = String)]
    user_type: UserType,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<DateTime<Utc>>,
}

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

/// A study.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyEntry {
    study: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(default)]
    joint_users: Vec<String>,
    snapshot: String,
    /// `onsite`, `vdi` or `both`.
    #[schema(value_type = String)]
    route: Route,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
}

/// Who may work on a study, with which tables.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantLine {
    handler: String,
    /// All of them where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<DateTime<Utc>>,
}

/// All organisations, by name.
#[utoipa::path(get, path = "/api/register/organisations", responses((status = 200, body = Vec<OrganisationLine>), (status = 403, body = Trouble)))]
pub async fn organisations(
    State(portal): State<Portal>,
    _by: Seeing,
) -> Result<Json<Vec<OrganisationLine>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().organisations()).await??;
    Ok(Json(all.into_iter().map(organisation_line).collect()))
}

/// Registers an organisation, or brings its entry up to date.
#[utoipa::path(post, path = "/api/register/organisations", request_body = OrganisationLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put_organisation(
    State(portal): State<Portal>,
    by: Keeping,
    Json(line): Json<OrganisationLine>,
) -> Result<StatusCode, Trouble> {
    let organisation = Organisation {
        organisation: named(OrganisationId::new(&line.organisation))?,
        display: line.display,
        certificate: Certificate {
            number: line.number,
            user_type: line.user_type,
            period: Period::new(line.from, line.until)?,
            revoked: line.revoked,
        },
    };
    let about = organisation.organisation.clone();
    let receipt = portal.record(by.acting(), Action::OrganisationAdd, |entry| entry.object(&about)).await?;
    portal.blocking(move |portal| portal.house.access().register(&organisation, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// All handlers, by name.
#[utoipa::path(get, path = "/api/register/handlers", responses((status = 200, body = Vec<HandlerLine>), (status = 403, body = Trouble)))]
pub async fn handlers(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<HandlerLine>>, Trouble> {
    let now = portal.now();
    let all = portal.blocking(move |portal| {
        let all = portal.house.access().handlers()?.into_iter();
        let lines = all.map(|handler| {
            let standing = portal.login.standing(&handler.handler, now);
            standing.map(|standing| handler_line(handler, standing.enrolled.is_some()))
        });
        lines.collect::<Result<_, _>>().map_err(|error| Trouble::internal(&error))
    });
    Ok(Json(all.await??))
}

/// Puts a handler on the roster, or brings the entry up to date.
#[utoipa::path(post, path = "/api/register/handlers", request_body = HandlerLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put_handler(
    State(portal): State<Portal>,
    by: Keeping,
    Json(line): Json<HandlerLine>,
) -> Result<StatusCode, Trouble> {
    // Who keeps the register could otherwise make themselves whatever they like.
    by.fresh(&portal)?;
    let handler = Handler {
        handler: named(HandlerId::new(&line.handler))?,
        display: line.display,
        organisation: line.organisation.map(|name| named(OrganisationId::new(&name))).transpose()?,
        roles: line.roles.into_iter().collect(),
        training_until: line.training_until,
    };
    let about = handler.handler.clone();
    let receipt = portal.record(by.acting(), Action::HandlerAdd, |entry| entry.object(&about)).await?;
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

/// All studies, by name.
#[utoipa::path(get, path = "/api/register/studies", responses((status = 200, body = Vec<StudyEntry>), (status = 403, body = Trouble)))]
pub async fn studies(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<StudyEntry>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().studies()).await??;
    Ok(Json(all.into_iter().map(study_entry).collect()))
}

/// Makes a study.
#[utoipa::path(post, path = "/api/register/studies", request_body = StudyEntry, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn begin_study(
    State(portal): State<Portal>,
    by: Keeping,
    Json(entry): Json<StudyEntry>,
) -> Result<StatusCode, Trouble> {
    let organisation = |name: String| named(OrganisationId::new(&name));
    let snapshot = named(SnapshotId::try_from(entry.snapshot))?;
    if portal.house.policy_of(&snapshot).is_none() {
        return Err(Trouble::field(
            "snapshot",
            Bilingual::new("このスナップショットはありません。", "There is no such snapshot."),
        ));
    }
    let new = NewStudy {
        study: named(StudyId::new(&entry.study))?,
        organisation: entry.organisation.map(organisation).transpose()?,
        joint_users: entry.joint_users.into_iter().map(organisation).collect::<Result<_, _>>()?,
        snapshot,
        route: entry.route,
        period: Period::new(entry.from, entry.until)?,
        grants: Vec::new(),
    };
    let (about, now) = (new.study.clone(), portal.now());
    let receipt = portal.record(by.acting(), Action::StudyCreate, |entry| entry.study(&about)).await?;
    portal.blocking(move |portal| portal.house.access().create_study(&new, now, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may work on a study; grants that ended too.
#[utoipa::path(get, path = "/api/register/studies/{study}/grants", params(("study" = String, Path)), responses((status = 200, body = Vec<GrantLine>), (status = 403, body = Trouble)))]
pub async fn grants(
    State(portal): State<Portal>,
    _by: Seeing,
    Path(study): Path<String>,
) -> Result<Json<Vec<GrantLine>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().grants()).await??;
    let of_study = all.into_iter().filter(|grant| grant.study.as_str() == study);
    Ok(Json(of_study.map(grant_line).collect()))
}

/// Lets a handler work on a study.
#[utoipa::path(post, path = "/api/register/studies/{study}/grants", params(("study" = String, Path)), request_body = GrantLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put_grant(
    State(portal): State<Portal>,
    by: Keeping,
    Path(study): Path<String>,
    Json(line): Json<GrantLine>,
) -> Result<StatusCode, Trouble> {
    let (study, handler) = (named(StudyId::new(&study))?, named(HandlerId::new(&line.handler))?);
    let tables =
        line.tables.map_or(TablePermit::All, |tables| TablePermit::Only(tables.into_iter().collect()));
    let receipt =
        portal.record(by.acting(), Action::Grant, |entry| entry.study(&study).object(&handler)).await?;
    portal.blocking(move |portal| portal.house.access().grant(&study, &handler, &tables, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a grant, and what runs under it.
#[utoipa::path(delete, path = "/api/register/studies/{study}/grants/{handler}", params(("study" = String, Path), ("handler" = String, Path)), responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn revoke_grant(
    State(portal): State<Portal>,
    by: Keeping,
    Path((study, handler)): Path<(String, String)>,
) -> Result<StatusCode, Trouble> {
    let (study, handler) = (named(StudyId::new(&study))?, named(HandlerId::new(&handler))?);
    let now = portal.now();
    let receipt =
        portal.record(by.acting(), Action::GrantRevoke, |entry| entry.study(&study).object(&handler)).await?;
    portal.blocking(move |portal| portal.house.access().revoke(&study, &handler, now, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// The snapshots that a study may be made on.
#[utoipa::path(get, path = "/api/register/snapshots", responses((status = 200, body = Vec<String>), (status = 403, body = Trouble)))]
pub async fn snapshots(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<String>>, Trouble> {
    let listed = portal.blocking(|portal| portal.house.snapshots()).await?;
    let listed = listed.map_err(|error| Trouble::internal(&error))?;
    Ok(Json(listed.snapshots.iter().map(|snapshot| snapshot.id.to_string()).collect()))
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

/// A name that is one; else the words that say what a name is.
fn named<T, E: std::fmt::Display>(name: Result<T, E>) -> Result<T, Trouble> {
    name.map_err(|error| {
        let text = error.to_string();
        Trouble::field("name", Bilingual::new(text.clone(), text))
    })
}

fn organisation_line(Organisation { organisation, display, certificate }: Organisation) -> OrganisationLine {
    let Certificate { number, user_type, period, revoked } = certificate;
    let (from, until) = (period.from(), period.until());
    OrganisationLine {
        organisation: organisation.to_string(),
        display,
        number,
        user_type,
        from,
        until,
        revoked,
    }
}

fn handler_line(handler: Handler, enrolled: bool) -> HandlerLine {
    HandlerLine {
        handler: handler.handler.to_string(),
        display: handler.display,
        organisation: handler.organisation.map(|organisation| organisation.to_string()),
        roles: handler.roles.iter().collect(),
        training_until: handler.training_until,
        enrolled,
    }
}

fn study_entry(study: Study) -> StudyEntry {
    StudyEntry {
        study: study.study.to_string(),
        organisation: study.organisation.map(|organisation| organisation.to_string()),
        joint_users: study.joint_users.iter().map(ToString::to_string).collect(),
        snapshot: study.snapshot.to_string(),
        route: study.route,
        from: study.period.from(),
        until: study.period.until(),
    }
}

fn grant_line(grant: Grant) -> GrantLine {
    let tables = match grant.tables {
        TablePermit::All => None,
        TablePermit::Only(tables) => Some(tables.into_iter().collect()),
    };
    GrantLine { handler: grant.handler.to_string(), tables, revoked: grant.revoked }
}
