//! `sekisho study …`: make studies, let handlers in, list them.
//!
//! Whoever holds the command line acts as the steward. Each change is in the audit log before it is made.
//! Out of scope: opening the house (the caller does), and what a study's handlers then ask.

mod list;
mod moment;
mod office;
mod review;
mod tables;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use enclave::access::{AccessError, Handler, NewStudy, Period, Route, TablePermit};
use enclave::audit::Action;
use enclave::ids::{HandlerId, OrganisationId, SnapshotId, SnapshotName, StudyId};

pub use list::shown_period;
pub use moment::{beginning, end, shown, shown_end};
pub use office::{LOCAL, Office, OfficeTrouble, with_office};

/// Make studies, let handlers in, list them 課題と取扱者の管理
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a study on the newest version of a snapshot; if it is no organisation's, the handler `local` may use it 課題を作る
    Create {
        /// The study's name 課題名
        study: StudyId,
        /// The snapshot to work on スナップショット
        #[arg(long, value_name = "NAME")]
        snapshot: SnapshotName,
        /// The certified user whose study it is; without, the house's own 利用事業者
        #[arg(long, value_name = "NAME")]
        organisation: Option<OrganisationId>,
        /// Other certified users who work on it, with commas 共同利用者
        #[arg(long, value_name = "A,B", value_delimiter = ',', requires = "organisation")]
        joint: Vec<OrganisationId>,
        /// First day, such as 2026-04-01 (Japan time), or a moment 開始日
        #[arg(long, value_name = "DATE", value_parser = moment::beginning)]
        from: Option<DateTime<Utc>>,
        /// Last day, or the moment at which it ends 終了日
        #[arg(long, value_name = "DATE", value_parser = moment::end)]
        until: Option<DateTime<Utc>>,
        /// How its handlers come in: onsite, vdi or both 利用経路
        #[arg(long, default_value = "both", value_parser = route)]
        route: Route,
        /// The name as people write it 表示名
        #[arg(long, value_name = "TEXT")]
        display: Option<String>,
        /// It would link its data with public databases (NDB and the like), which permits nothing 公的データベースとの連結
        #[arg(long)]
        linked: bool,
    },
    /// Record what the review committee decided; a study of an organisation opens with an approval 審査結果を記録する
    #[command(after_help = review::FORM)]
    Review {
        /// The study 課題
        study: StudyId,
        /// The form, in TOML; see below 審査の様式
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
    },
    /// Let a handler use a study, or change what they may use 取扱者に許可する
    Grant {
        /// The study 課題
        study: StudyId,
        /// The handler's name; put on the roster if new 取扱者
        handler: HandlerId,
        /// Only these tables and columns, such as 'visit(sex,cost),icd10'; public ones are to be named too, keys are always there
        /// 表・列を限る
        #[arg(long, value_name = "A,B(C,D)", value_parser = tables::named)]
        tables: Option<tables::Named>,
        /// On whose roster; without, for somebody new the study's organisation 所属
        #[arg(long, value_name = "NAME")]
        organisation: Option<OrganisationId>,
        /// Last day on which the training counts, or the moment at which it ends 研修の有効期限
        #[arg(long, value_name = "DATE", value_parser = moment::end)]
        training_until: Option<DateTime<Utc>>,
        /// The name as people write it 表示名
        #[arg(long, value_name = "TEXT")]
        display: Option<String>,
    },
    /// End a grant, and the tokens made under it 許可を取り消す
    Revoke {
        /// The study 課題
        study: StudyId,
        /// The handler 取扱者
        handler: HandlerId,
    },
    /// List studies and who may use them 課題の一覧
    List {
        /// Print JSON 形式で出力する
        #[arg(long)]
        json: bool,
    },
}

/// Does a command.
///
/// # Errors
/// When something that is named is not there or there already, or the log, the register or the output fail.
pub fn run(command: &Command, office: &Office<'_>, out: &mut impl Write) -> Result<(), OfficeTrouble> {
    match command {
        Command::Create { study, snapshot, organisation, joint, from, until, route, display, linked } => {
            let period = Period::new(*from, *until)?;
            let snapshot = (office.latest)(snapshot).map_err(OfficeTrouble::Snapshot)?;
            let mut new = own_study(study.clone(), snapshot.clone());
            (new.organisation, new.joint_users) = (organisation.clone(), joint.clone());
            (new.route, new.period, new.linked) = (*route, period, *linked);
            new.display = display.clone().unwrap_or(new.display);
            create(office, new)?;
            Ok(writeln!(out, "課題「{study}」を作りました / study '{study}' is there, on {snapshot}")?)
        }
        Command::Grant { study, handler, tables, organisation, training_until, display } => {
            let tables = permitted(office, study, tables.clone())?;
            let of_study = office.access.study(study)?.organisation;
            let is_new = office.access.handler(handler)?.is_none();
            enrol(office, handler, |known| {
                if is_new || organisation.is_some() {
                    known.organisation = organisation.clone().or(of_study);
                }
                known.training_until = training_until.or(known.training_until);
                if let Some(display) = display {
                    known.display.clone_from(display);
                }
            })?;
            grant(office, study, handler, &tables)?;
            Ok(writeln!(
                out,
                "{handler} は課題「{study}」を利用できます / {handler} may use study '{study}'"
            )?)
        }
        Command::Revoke { study, handler } => {
            office.access.granted(study, handler)?;
            let receipt = office.record(Action::GrantRevoke, |entry| entry.study(study).object(handler))?;
            office.access.revoke(study, handler, office.now, &receipt)?;
            Ok(writeln!(
                out,
                "{handler} の許可を取り消しました / {handler} may no longer use study '{study}'"
            )?)
        }
        Command::Review { study, file } => review::record(study, file, office, out),
        Command::List { json } => list::print(office.access, *json, out),
    }
}

/// A study of the house's own, by every route and without an end.
#[must_use]
pub fn own_study(study: StudyId, snapshot: SnapshotId) -> NewStudy {
    let (organisation, joint_users) = (None, Vec::new());
    let (route, period, linked, grants) = (Route::Both, Period::default(), false, Vec::new());
    let display = study.to_string();
    NewStudy { study, display, organisation, joint_users, snapshot, route, period, linked, grants }
}

/// Makes a study; if it is the house's own, with the local handler in it.
///
/// # Errors
/// When there is one of that name, an organisation is unknown, or the log or the register fail.
pub fn create(office: &Office<'_>, mut new: NewStudy) -> Result<(), OfficeTrouble> {
    // Asked first, so that the log does not tell of what could not be done.
    if office.access.studies()?.iter().any(|known| known.study == new.study) {
        return Err(AccessError::StudyExists(new.study).into());
    }
    for organisation in new.organisation.iter().chain(&new.joint_users) {
        office.access.organisation(organisation)?;
    }
    if new.organisation.is_none() {
        let local = HandlerId::new(LOCAL).map_err(|_| AccessError::Damaged("the local handler"))?;
        enrol(office, &local, |_| ())?;
        new.grants.push((local, TablePermit::All));
    }
    let receipt = office.record(Action::StudyCreate, |entry| {
        let mut entry = entry.study(&new.study).object(&new.snapshot);
        for (name, end) in [("from", new.period.from()), ("until", new.period.until())] {
            if let Some(end) = end {
                entry = entry.detail(name, end);
            }
        }
        match &new.organisation {
            Some(organisation) => entry.detail("organisation", organisation),
            None => entry,
        }
    })?;
    Ok(office.access.create_study(&new, office.now, &receipt)?)
}

/// Puts a handler on the roster, if that changes anything.
///
/// # Errors
/// When the organisation is unknown, or the log or the register fail.
pub fn enrol(
    office: &Office<'_>,
    handler: &HandlerId,
    change: impl FnOnce(&mut Handler),
) -> Result<(), OfficeTrouble> {
    let known = office.access.handler(handler)?;
    let mut wanted = known.clone().unwrap_or_else(|| Handler::researcher(handler.clone()));
    change(&mut wanted);
    if known.as_ref() == Some(&wanted) {
        return Ok(());
    }
    wanted
        .organisation
        .iter()
        .try_for_each(|organisation| office.access.organisation(organisation).map(drop))?;
    let receipt = office.record(Action::HandlerAdd, |entry| {
        let entry =
            wanted.roles.iter().fold(entry.object(handler), |entry, role| entry.detail(role.code(), true));
        match wanted.training_until {
            Some(end) => entry.detail("training_until", end),
            None => entry,
        }
    })?;
    Ok(office.access.enrol(&wanted, &receipt)?)
}

/// Lets a handler on the roster use a study.
///
/// # Errors
/// When the log or the register fail.
pub fn grant(
    office: &Office<'_>,
    study: &StudyId,
    handler: &HandlerId,
    tables: &TablePermit,
) -> Result<(), OfficeTrouble> {
    let receipt = office.record(Action::Grant, |entry| {
        let entry = entry.study(study).object(handler);
        match tables {
            TablePermit::All => entry.detail("all_tables", true),
            TablePermit::Only(names) => {
                let narrowed = names.keys().filter(|name| tables.narrows(name)).count();
                entry.detail("tables", names.len() as u64).detail("narrowed", narrowed as u64)
            }
        }
    })?;
    Ok(office.access.grant(study, handler, tables, &receipt)?)
}

/// The tables and columns that were named, if the study's snapshot has them.
fn permitted(
    office: &Office<'_>,
    study: &StudyId,
    named: Option<tables::Named>,
) -> Result<TablePermit, OfficeTrouble> {
    let study = office.access.study(study)?;
    let Some(named) = named else {
        return Ok(TablePermit::All);
    };
    let known = (office.tables)(&study.snapshot).map_err(OfficeTrouble::Snapshot)?;
    named.among(&known)
}

fn route(code: &str) -> Result<Route, &'static str> {
    Route::try_from(code.to_owned())
}
