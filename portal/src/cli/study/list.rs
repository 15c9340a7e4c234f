//! The list of studies: for people, and as JSON.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use enclave::access::{Access, Decision, Grant, Handler, Period, Study, TablePermit};
use enclave::ids::HandlerId;
use serde::Serialize;

use super::moment::{shown, shown_end};
use super::{OfficeTrouble, tables};

/// One study with everybody who may use it or could.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    study: Study,
    handlers: Vec<Entitled>,
}

/// A handler's entry on the roster, with the grant.
#[derive(Debug, Serialize)]
struct Entitled {
    #[serde(flatten)]
    handler: Handler,
    tables: TablePermit,
    revoked: Option<DateTime<Utc>>,
}

/// Prints all studies, by name.
pub fn print(access: &Access, json: bool, out: &mut impl Write) -> Result<(), OfficeTrouble> {
    let listed = gather(access)?;
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&listed).map_err(std::io::Error::from)?)?);
    }
    if listed.is_empty() {
        let none =
            "課題はまだありません。`study create` で作れます / no study yet: make one with `study create`";
        return Ok(writeln!(out, "{none}")?);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "課題 study",
        "利用事業者 organisation",
        "スナップショット snapshot",
        "審査 review",
        "経路 route",
        "期間 period",
        "取扱者 handlers",
    ]);
    for Listed { study, handlers } in &listed {
        let who: Vec<String> = handlers.iter().map(entitled).collect();
        table.add_row([
            named(study),
            whose(study),
            study.snapshot.to_string(),
            reviewed(study).to_owned(),
            study.route.code().to_owned(),
            shown_period(&study.period),
            who.join("\n"),
        ]);
    }
    Ok(writeln!(out, "{table}")?)
}

fn gather(access: &Access) -> Result<Vec<Listed>, OfficeTrouble> {
    let roster: BTreeMap<HandlerId, Handler> =
        access.handlers()?.into_iter().map(|handler| (handler.handler.clone(), handler)).collect();
    let grants = access.grants()?;
    let of = |study: &Study| {
        let own = grants.iter().filter(|grant| grant.study == study.study);
        own.filter_map(|Grant { handler, tables, revoked, .. }| {
            let handler = roster.get(handler)?.clone();
            Some(Entitled { handler, tables: tables.clone(), revoked: *revoked })
        })
        .collect()
    };
    let studies = access.studies()?.into_iter();
    Ok(studies.map(|study| Listed { handlers: of(&study), study }).collect())
}

/// A period for people.
pub fn shown_period(period: &Period) -> String {
    let from = period.from().map(shown).unwrap_or_default();
    let until = period.until().map(shown_end).unwrap_or_default();
    if from.is_empty() && until.is_empty() { "–".to_owned() } else { format!("{from} – {until}") }
}

fn named(Study { study, display, .. }: &Study) -> String {
    if display == study.as_str() { study.to_string() } else { format!("{study} {display}") }
}

/// How the review stands; one of the house's own needs none.
fn reviewed(study: &Study) -> &'static str {
    match (study.decision, &study.organisation) {
        _ if study.linked => "連結不可 linked",
        (_, None) => "–",
        (None, Some(_)) => "未審査 none yet",
        (Some(Decision::Approved), _) => "承認 approved",
        (Some(Decision::WithConditions), _) => "条件付き承認 with conditions",
        (Some(Decision::Rejected(_)), _) => "不承認 rejected",
    }
}

fn whose(study: &Study) -> String {
    let all = study.organisation.iter().chain(&study.joint_users).map(ToString::to_string);
    let all: Vec<String> = all.collect();
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
}

fn entitled(Entitled { handler, tables, revoked }: &Entitled) -> String {
    let mut text = handler.handler.to_string();
    if handler.display != text {
        text += &format!(" {}", handler.display);
    }
    if let Some(tables) = tables::shown(tables) {
        text += &format!(" [{tables}]");
    }
    if let Some(end) = handler.training_until {
        text += &format!(" 研修 training – {}", shown_end(end));
    }
    if revoked.is_some() {
        text += " 取消済み revoked";
    }
    text
}
