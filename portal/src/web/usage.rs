//! What studies used, and what they cost.
//!
//! Out of scope: bills. A fee is what the list says for a study's route; data sets, statistics and white papers are no studies here.

use std::collections::BTreeMap;
use std::path::Path;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use enclave::access::Study;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Portal;
use super::chronicle::Used;
use super::door::{By, right};
use super::trouble::Trouble;

const BUILT_IN: &str = include_str!("../../../policies/fees.toml");

/// Fees, and the studies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// Yen a case: `onsite`, `vdi`, `dataset`, `statistics`, `white_paper` …
    fees: BTreeMap<String, u64>,
    studies: Vec<StudyUsage>,
}

/// What a study used.
#[derive(Debug, Serialize, ToSchema)]
pub struct StudyUsage {
    study: String,
    display: String,
    /// The name as people write it; absent for the house's own studies.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// `onsite`, `vdi` or `both`.
    route: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    /// Questions asked, whatever came out.
    questions: u64,
    /// Sessions begun.
    sessions: u64,
    /// In yen; absent where the list has none for its route, and for the house's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<u64>,
}

/// Usage and fees of all studies, by name.
#[utoipa::path(get, path = "/api/usage", responses((status = 200, body = Usage), (status = 403, body = Trouble)))]
pub async fn show(State(portal): State<Portal>, _by: By<right::SeeUsage>) -> Result<Json<Usage>, Trouble> {
    let read = portal.blocking(|portal| {
        let home = portal.house.home();
        let used = portal.chronicle.used(&home.join("audit")).map_err(|error| Trouble::internal(&error))?;
        let fees = Fees::of(home).map_err(|error| Trouble::internal(&error))?.yen;
        let names = portal.house.access().organisations()?.into_iter();
        let names: BTreeMap<_, _> = names.map(|one| (one.organisation, one.display)).collect();
        let line = |study: Study| {
            let Used { questions, sessions } = used.get(study.study.as_str()).copied().unwrap_or_default();
            StudyUsage {
                fee: study.organisation.as_ref().and_then(|_| fees.get(study.route.code()).copied()),
                organisation: study.organisation.and_then(|name| names.get(&name).cloned()),
                study: study.study.to_string(),
                display: study.display,
                route: study.route.code(),
                from: study.period.from(),
                until: study.period.until(),
                questions,
                sessions,
            }
        };
        let studies = portal.house.access().studies()?.into_iter().map(line).collect();
        Ok::<_, Trouble>(Usage { studies, fees })
    });
    Ok(Json(read.await??))
}

/// The list of fees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fees {
    /// A case.
    yen: BTreeMap<String, u64>,
}

impl Fees {
    /// The home's own list, else the built-in one.
    fn of(home: &Path) -> Result<Self, String> {
        let own = std::fs::read_to_string(home.join("policies/fees.toml"));
        match &own {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
            own => toml::from_str(own.as_deref().unwrap_or(BUILT_IN)).map_err(|error| error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_built_in_and_may_be_the_houses_own() {
        let home = tempfile::tempdir().unwrap();
        let yen = || Fees::of(home.path()).map(|fees| fees.yen);
        let built_in = yen().unwrap();
        let expected = [
            ("onsite", 8_000_000),
            ("vdi", 4_000_000),
            ("dataset", 8_000_000),
            ("statistics", 2_000_000),
            ("white_paper", 200_000),
        ];
        assert_eq!(built_in, expected.map(|(name, yen)| (name.to_owned(), yen)).into());
        std::fs::create_dir(home.path().join("policies")).unwrap();
        let own = |text: &str| std::fs::write(home.path().join("policies/fees.toml"), text).unwrap();
        own("[yen]\nvdi = 1\n");
        assert_eq!(yen().unwrap(), [("vdi".to_owned(), 1)].into());
        own("[yen]\nvdi = -1\n");
        assert!(yen().is_err(), "no list is better than a wrong one");
    }
}
