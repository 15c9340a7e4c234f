//! `sekisho handler …`: the persons on the roster, and their logins.
//!
//! Whoever holds the command line acts as the registrar. Each change is in the audit log before it is made.
//! Out of scope: studies and grants (`study`), and how an invitation reaches its person.

mod list;

use std::io::Write;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use enclave::access::{AccessError, Handler, Role, Roles};
use enclave::audit::Action;
use enclave::ids::{HandlerId, OrganisationId};
use enclave::login::Login;
use ring::rand::SecureRandom;

use super::study::{Office, OfficeTrouble, end, enrol, shown};

/// How the first administrator comes in: nobody is signed in who could invite them.
pub const FIRST: &str = "\
The first administrator 最初の管理者:
  sekisho handler add sato --display '佐藤花子' --role registrar
  sekisho handler invite sato --base https://sekisho.example.jp
Open the link it prints, choose a password and set up an authenticator app.
From then on the registrar can do the same for everybody else in the portal.
表示されたリンクを開き、パスワードと認証アプリを設定します。以後は登録担当者がポータルから招待できます。";

/// Put people on the roster, invite them, withdraw them 取扱者の管理
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put somebody on the roster, or bring their entry up to date; what is left out stays 登録・更新する
    Add {
        /// Their short name, with which they sign in ログイン名
        handler: HandlerId,
        /// The name as people write it 表示名
        #[arg(long, value_name = "TEXT")]
        display: Option<String>,
        /// What they are here for, once for each: researcher, output_checker, security_staff, data_steward, registrar; all
        /// that they had before are replaced [default for somebody new: researcher] 役割
        #[arg(long = "role", value_name = "ROLE", value_parser = role)]
        roles: Vec<Role>,
        /// On whose roster; without, for somebody new the house's own 所属
        #[arg(long, value_name = "NAME")]
        organisation: Option<OrganisationId>,
        /// Last day on which the training counts, or the moment at which it ends 研修の有効期限
        #[arg(long, value_name = "DATE", value_parser = end)]
        training_until: Option<DateTime<Utc>>,
    },
    /// Make a link with which somebody chooses a password and sets up an app, good once, for 72 hours; also for a lost phone:
    /// the old login stays until the link is used 招待する・再設定する
    #[command(after_help = FIRST)]
    Invite {
        /// Whom 取扱者
        handler: HandlerId,
        /// The portal's address, such as https://sekisho.example.jp, for a whole link ポータルのアドレス
        #[arg(long, value_name = "URL", value_parser = base)]
        base: Option<String>,
    },
    /// List people, what they are here for, and how far their logins are 一覧
    List {
        /// Print JSON 形式で出力する
        #[arg(long)]
        json: bool,
    },
    /// Take somebody's login, sessions, grants, tokens and roles away 登録を取り消す
    Withdraw {
        /// Whom 取扱者
        handler: HandlerId,
    },
}

/// Does a command. Lists and links go to `out`, other words about a link to `err`.
///
/// # Errors
/// When somebody is not on the roster, or the log, the register, the logins, the random numbers or the output fail.
pub fn run(
    command: &Command,
    office: &Office<'_>,
    login: &Login,
    rng: &dyn SecureRandom,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<(), OfficeTrouble> {
    match command {
        Command::Add { handler, display, roles, organisation, training_until } => {
            enrol(office, handler, |known| {
                if let Some(display) = display {
                    known.display.clone_from(display);
                }
                if !roles.is_empty() {
                    known.roles = roles.iter().copied().collect();
                }
                known.organisation = organisation.clone().or(known.organisation.take());
                known.training_until = training_until.or(known.training_until);
            })?;
            Ok(writeln!(
                out,
                "取扱者「{handler}」を登録しました。次は `handler invite {handler}` / handler '{handler}' is on the roster; \
                 next: `handler invite {handler}`"
            )?)
        }
        Command::Invite { handler, base } => invite(office, login, handler, base.as_deref(), rng, out, err),
        Command::List { json } => list::print(office, login, *json, out),
        Command::Withdraw { handler } => {
            withdraw(office, login, handler)?;
            Ok(writeln!(
                out,
                "「{handler}」の登録を取り消しました / '{handler}' is withdrawn: no login, no grants, no tokens, no roles"
            )?)
        }
    }
}

fn invite(
    office: &Office<'_>,
    login: &Login,
    handler: &HandlerId,
    base: Option<&str>,
    rng: &dyn SecureRandom,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<(), OfficeTrouble> {
    if known(office, handler)?.roles.is_empty() {
        return Err(OfficeTrouble::NoRole(handler.clone()));
    }
    let is_reset = login.standing(handler, office.now)?.enrolled.is_some();
    let receipt =
        office.record(Action::Invite, |entry| entry.object(handler).detail("has_login", is_reset))?;
    let invitation = login.invite(handler, office.now, rng, &receipt)?;
    writeln!(out, "{}/invitations/{}", base.unwrap_or_default(), invitation.expose())?;
    let until = shown(invitation.until());
    writeln!(
        err,
        "{handler} への招待({until} まで有効、一度だけ使用可)。再表示できません。本人だけに安全な方法で渡してください。\n\
         an invitation for {handler}, good once until {until}; it is not shown again: give it to that person only, by a safe way"
    )?;
    if is_reset {
        writeln!(
            err,
            "使われるまでは今のログインが有効です / the present login stays good until it is used"
        )?;
    }
    Ok(())
}

fn withdraw(office: &Office<'_>, login: &Login, handler: &HandlerId) -> Result<(), OfficeTrouble> {
    known(office, handler)?;
    let receipt = office.record(Action::LoginWithdraw, |entry| entry.object(handler))?;
    login.withdraw(handler, office.now, &receipt)?;
    let grants = office.access.grants()?.into_iter();
    for grant in grants.filter(|grant| grant.handler == *handler && grant.revoked.is_none()) {
        let receipt =
            office.record(Action::GrantRevoke, |entry| entry.study(&grant.study).object(handler))?;
        office.access.revoke(&grant.study, handler, office.now, &receipt)?;
    }
    enrol(office, handler, |known| known.roles = Roles::default())
}

fn known(office: &Office<'_>, handler: &HandlerId) -> Result<Handler, OfficeTrouble> {
    if let Some(known) = office.access.handler(handler)? {
        return Ok(known);
    }
    let known = office.access.handlers()?.iter().map(|known| known.handler.to_string()).collect();
    Err(AccessError::UnknownHandler { handler: handler.clone(), known }.into())
}

fn role(code: &str) -> Result<Role, &'static str> {
    Role::try_from(code.to_owned())
}

/// An address without its last slash. A link with a secret in it goes over TLS, or never leaves the machine.
fn base(text: &str) -> Result<String, &'static str> {
    let is_safe = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        || ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|local| {
            text.strip_prefix(local)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
        });
    let is_plain = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '?' || c == '#');
    if is_safe && is_plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("https:// で始まるアドレスを書いてください / write an address that begins with https://")
    }
}
