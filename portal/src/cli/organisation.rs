//! `sekisho organisation …`: certified users and their certificates.
//!
//! Whoever holds the command line acts as the registrar. Each change is in the audit log before it is made.

use std::io::Write;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use comfy_table::{Table, presets};
use enclave::access::{Certificate, Organisation, Period, UserType};
use enclave::audit::Action;
use enclave::ids::OrganisationId;

use super::study::{Office, OfficeTrouble, beginning, end, shown_period};

/// Register certified users and their certificates 利用事業者の管理
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register an organisation, or renew its certificate 登録・更新する
    Add {
        /// Its short name, such as `todai` 略称
        organisation: OrganisationId,
        /// The certificate's number 認定番号
        #[arg(long, value_name = "NUMBER")]
        certificate: String,
        /// type-1 or type-2; only type 2 analyses here Ⅰ型・Ⅱ型
        #[arg(long = "type", value_name = "TYPE", default_value = "type-2", value_parser = user_type)]
        user_type: UserType,
        /// The name as people write it 名称
        #[arg(long, value_name = "TEXT")]
        display: Option<String>,
        /// First day of validity, such as 2026-04-01 (Japan time), or a moment 有効期間の初日
        #[arg(long, value_name = "DATE", value_parser = beginning)]
        from: Option<DateTime<Utc>>,
        /// Last day, or the moment at which it ends 末日
        #[arg(long, value_name = "DATE", value_parser = end)]
        until: Option<DateTime<Utc>>,
    },
    /// Note that a certificate was revoked: its handlers are permitted nothing from now on 認定の取消し
    Revoke {
        /// Which organisation 利用事業者
        organisation: OrganisationId,
    },
    /// List organisations 一覧
    List {
        /// Print JSON 形式で出力する
        #[arg(long)]
        json: bool,
    },
}

/// Does a command.
///
/// # Errors
/// When an organisation is not there, or the log, the register or the output fail.
pub fn run(command: &Command, office: &Office<'_>, out: &mut impl Write) -> Result<(), OfficeTrouble> {
    match command {
        Command::Add { organisation, certificate, user_type, display, from, until } => {
            let period = Period::new(*from, *until)?;
            let number = certificate.clone();
            let certificate = Certificate { number, user_type: *user_type, period, revoked: None };
            let display = display.clone().unwrap_or_else(|| organisation.to_string());
            let registered = Organisation { organisation: organisation.clone(), display, certificate };
            let receipt = office.record(Action::OrganisationAdd, |entry| {
                let entry = entry.object(organisation).detail("type", user_type.code());
                match period.until() {
                    Some(until) => entry.detail("until", until),
                    None => entry,
                }
            })?;
            office.access.register(&registered, &receipt)?;
            Ok(writeln!(
                out,
                "利用事業者「{organisation}」を登録しました / organisation '{organisation}' is registered"
            )?)
        }
        Command::Revoke { organisation } => {
            office.access.organisation(organisation)?;
            let receipt = office.record(Action::OrganisationRevoke, |entry| entry.object(organisation))?;
            office.access.revoke_certificate(organisation, office.now, &receipt)?;
            Ok(writeln!(
                out,
                "「{organisation}」の認定の取消しを記録しました / the certificate of '{organisation}' is revoked"
            )?)
        }
        Command::List { json } => list(office, *json, out),
    }
}

fn list(office: &Office<'_>, json: bool, out: &mut impl Write) -> Result<(), OfficeTrouble> {
    let all = office.access.organisations()?;
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&all).map_err(std::io::Error::from)?)?);
    }
    if all.is_empty() {
        let none = "利用事業者はまだありません。`organisation add` で登録できます / no organisation yet: register one with \
                    `organisation add`";
        return Ok(writeln!(out, "{none}")?);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "利用事業者 organisation",
        "名称 name",
        "認定 certificate",
        "型 type",
        "有効期間 valid",
    ]);
    for Organisation { organisation, display, certificate } in &all {
        let valid = match certificate.revoked {
            Some(_) => "取消済み revoked".to_owned(),
            None => shown_period(&certificate.period),
        };
        table.add_row([
            organisation.to_string(),
            display.clone(),
            certificate.number.clone(),
            certificate.user_type.code().to_owned(),
            valid,
        ]);
    }
    Ok(writeln!(out, "{table}")?)
}

fn user_type(code: &str) -> Result<UserType, &'static str> {
    UserType::try_from(code.to_owned())
}
