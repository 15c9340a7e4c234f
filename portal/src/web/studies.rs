//! A person's studies, and what is in one.

use axum::Json;
use axum::extract::{Path, State};
use enclave::access::{Access, AccessError, Study, TablePermit};
use enclave::catalog::Catalog;
use enclave::ids::StudyId;
use enclave::plan::{aggregate_names, scalar_names, window_names};
use enclave::policy::Bundle;
use enclave::query::Visit;

use super::Portal;
use super::api::{Catalogue, Column, Policy, SessionInfo, StudyLine, Table};
use super::door::{By, Person, Watching, right};
use super::trouble::Trouble;

/// The studies that a person has a grant in.
#[utoipa::path(get, path = "/api/studies", responses((status = 200, body = Vec<StudyLine>), (status = 401, body = Trouble)))]
pub async fn list(
    State(portal): State<Portal>,
    by: By<right::OpenStudy>,
) -> Result<Json<Vec<StudyLine>>, Trouble> {
    let own = portal.blocking(move |portal| {
        let studies = granted(portal.house.access(), &by.person)?;
        let lines = studies.into_iter().map(|study| line(&portal, &by.person, study));
        Ok::<_, AccessError>(lines.collect())
    });
    Ok(Json(own.await??))
}

/// Tables, columns, rules and functions of a study.
#[utoipa::path(get, path = "/api/studies/{study}/catalogue", params(("study" = String, Path)), responses((status = 200, body = Catalogue), (status = 403, body = Trouble)))]
pub async fn catalogue(
    State(portal): State<Portal>,
    by: By<right::OpenStudy>,
    Path(study): Path<String>,
) -> Result<Json<Catalogue>, Trouble> {
    let visit = enter(&portal, &by.person, &study).await?;
    let catalog = portal.house.catalog(&visit).await?;
    let bundle = portal.house.bundle(&visit)?;
    let functions = scalar_names().into_iter().chain(window_names()).collect();
    Ok(Json(Catalogue {
        study: visit.study().to_string(),
        snapshot: visit.snapshot().to_string(),
        policy: policy(&bundle),
        tables: tables(catalog, &portal.house.permitted(&visit)?),
        functions,
        aggregates: aggregate_names(),
    }))
}

/// How the person's session in a study stands.
#[utoipa::path(get, path = "/api/session-of/{study}", params(("study" = String, Path)), responses((status = 200, body = SessionInfo), (status = 403, body = Trouble)))]
pub async fn session(
    State(portal): State<Portal>,
    Watching(By { person, .. }): Watching<right::OpenStudy>,
    Path(study): Path<String>,
) -> Result<Json<SessionInfo>, Trouble> {
    let study = StudyId::new(study).map_err(|_| Trouble::no_such())?;
    let permit = portal.house.admits(person.id(), &study, person.peer.zone)?;
    let open = portal.house.open_sessions();
    let own = open.iter().find(|session| session.handler == *person.id() && session.study == study);
    Ok(Json(SessionInfo {
        running: own.is_some(),
        since: own.map(|session| session.since),
        until: permit.until().into_iter().chain([person.session.ends()]).min(),
        queries: portal.questions.running(person.id(), &study),
    }))
}

/// Lets a person into a study, from where they are. Everything is checked anew each time.
///
/// # Errors
/// As `Gatehouse::enter`. A name that is none is a study that is not granted.
pub async fn enter(portal: &Portal, person: &Person, study: &str) -> Result<Visit, Trouble> {
    let study = StudyId::new(study).map_err(|_| Trouble::no_such())?;
    Ok(portal.house.enter_from(person.id(), &study, person.peer.zone).await?)
}

fn granted(access: &Access, person: &Person) -> Result<Vec<Study>, AccessError> {
    let grants = access.grants()?;
    let own: Vec<_> =
        grants.into_iter().filter(|g| g.handler == *person.id() && g.revoked.is_none()).collect();
    let studies = access.studies()?.into_iter();
    Ok(studies.filter(|study| own.iter().any(|grant| grant.study == study.study)).collect())
}

fn line(portal: &Portal, person: &Person, study: Study) -> StudyLine {
    let closed = portal.house.admits(person.id(), &study.study, person.peer.zone).err();
    StudyLine {
        policy: portal.house.policy_of(&study.snapshot).map(|id| id.to_string()),
        study: study.study.to_string(),
        display: study.display,
        organisation: study.organisation.map(|organisation| organisation.to_string()),
        snapshot: study.snapshot.to_string(),
        route: study.route.code(),
        from: study.period.from(),
        until: study.period.until(),
        closed: closed.map(Trouble::from),
    }
}

fn policy(bundle: &Bundle) -> Policy {
    Policy {
        id: bundle.id().to_string(),
        patients: bundle.patients.least(),
        institutions: bundle.institutions.map(|least| least.least()),
        show_zero: bundle.show_zero,
        exploring: bundle.exploring.daily().is_some(),
    }
}

fn tables(catalog: Catalog, permit: &TablePermit) -> Vec<Table> {
    let tables = catalog.tables.into_iter();
    tables
        .map(|table| Table {
            patient: table.patient().map(|column| column.name.clone()),
            institution: table.institution().map(|column| column.name.clone()),
            narrowed: permit.narrows(&table.name),
            name: table.name,
            columns: table
                .columns
                .into_iter()
                .map(|c| Column {
                    data_type: c.data_type.to_string(),
                    name: c.name,
                    nullable: c.nullable,
                    class: c.class,
                })
                .collect(),
        })
        .collect()
}
