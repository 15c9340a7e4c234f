//! Organisations with their certificates.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use enclave::access::{Certificate, Organisation, Period, UserType};
use enclave::audit::Action;
use enclave::ids::OrganisationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Keeping, Seeing, named};
use crate::web::Portal;
use crate::web::trouble::Trouble;

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

/// All organisations, by name.
#[utoipa::path(get, path = "/api/register/organisations", responses((status = 200, body = Vec<OrganisationLine>), (status = 403, body = Trouble)))]
pub async fn list(State(portal): State<Portal>, _by: Seeing) -> Result<Json<Vec<OrganisationLine>>, Trouble> {
    let all = portal.blocking(|portal| portal.house.access().organisations()).await??;
    Ok(Json(all.into_iter().map(line).collect()))
}

/// Registers an organisation, or brings its entry up to date.
#[utoipa::path(post, path = "/api/register/organisations", request_body = OrganisationLine, responses((status = 204), (status = 403, body = Trouble), (status = 422, body = Trouble)))]
pub async fn put(
    State(portal): State<Portal>,
    by: Keeping,
    Json(sent): Json<OrganisationLine>,
) -> Result<StatusCode, Trouble> {
    let organisation = Organisation {
        organisation: named(OrganisationId::new(&sent.organisation))?,
        display: sent.display,
        certificate: Certificate {
            number: sent.number,
            user_type: sent.user_type,
            period: Period::new(sent.from, sent.until)?,
            revoked: sent.revoked,
        },
    };
    let about = organisation.organisation.clone();
    let receipt = portal.record(by.acting(), Action::OrganisationAdd, |entry| {
        let certificate = &organisation.certificate;
        let entry = entry.object(&about).detail("type", certificate.user_type.code());
        let entry = entry.detail("revoked", certificate.revoked.is_some());
        match certificate.period.until() {
            Some(until) => entry.detail("until", until),
            None => entry,
        }
    });
    let receipt = receipt.await?;
    portal.blocking(move |portal| portal.house.access().register(&organisation, &receipt)).await??;
    Ok(StatusCode::NO_CONTENT)
}

fn line(Organisation { organisation, display, certificate }: Organisation) -> OrganisationLine {
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
