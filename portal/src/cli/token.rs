//! `sekisho token …`: make, list and revoke bearer tokens.
//!
//! A new token goes to standard output, alone, so that a script can catch it; all words go to standard error.
//! Out of scope: opening the house (the caller does), and what a token's bearer then asks.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use comfy_table::{Table, presets};
use enclave::access::{AccessError, Token, TokenId, TokenInfo};
use enclave::audit::Action;
use enclave::ids::{HandlerId, StudyId};
use ring::rand::SecureRandom;

use super::study::{Office, OfficeTrouble, shown};

/// Make a bearer token for Flight SQL, or list or revoke tokens トークンの発行・一覧・失効
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    issue: Option<Issue>,
}

/// Whom a token is for.
#[derive(Debug, clap::Args)]
struct Issue {
    /// The study that it lets in 課題
    #[arg(long)]
    study: StudyId,
    /// The handler that it stands for 取扱者
    #[arg(long, value_name = "NAME")]
    handler: HandlerId,
    /// How many days it is good for 有効日数
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Revoke a token by its name in the list 失効させる
    Revoke {
        /// The 12 digits in `token list` トークンの番号
        token: TokenId,
    },
    /// List tokens, newest first 一覧
    List {
        /// Print JSON 形式で出力する
        #[arg(long)]
        json: bool,
    },
}

/// Does a command. The secret goes to `out`, words to `err`.
///
/// # Errors
/// When something that is named is not there, or the log, the register, the random numbers or the output fail.
pub fn run(
    args: &Args,
    office: &Office<'_>,
    rng: &dyn SecureRandom,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<(), OfficeTrouble> {
    match (&args.command, &args.issue) {
        // Clap could say so itself, but would then also mind `--home` before `list`.
        (Some(_), Some(_)) => Err(OfficeTrouble::TokenForWhom),
        (Some(Command::List { json }), None) => list(office, *json, out),
        (Some(Command::Revoke { token }), None) => {
            revoke(office, token)?;
            Ok(writeln!(err, "トークン {token} を失効させました / token {token} is revoked")?)
        }
        (None, Some(Issue { study, handler, days })) => {
            let valid_until = after(office.now, *days);
            let token = issue(office, (study, handler), valid_until, rng)?;
            writeln!(out, "{}", token.expose())?;
            let (id, until) = (token.id(), shown(valid_until));
            Ok(writeln!(
                err,
                "トークン {id} ({until} まで有効)。再表示できません。秘密にしてください。\n\
                 token {id}, good until {until}; it is not shown again, keep it secret"
            )?)
        }
        // The arguments' rules don't let this through.
        (None, None) => Ok(()),
    }
}

/// Makes a token that lets a handler into a study until a set time.
///
/// # Errors
/// When the handler may not use the study, or the log, the register or the random numbers fail.
pub fn issue(
    office: &Office<'_>,
    to: (&StudyId, &HandlerId),
    valid_until: DateTime<Utc>,
    rng: &dyn SecureRandom,
) -> Result<Token, OfficeTrouble> {
    let (study, handler) = to;
    // Asked first, so that the log does not tell of what could not be done.
    office.access.granted(study, handler)?;
    let token = Token::draw(rng)?;
    let receipt = office.record(Action::TokenIssue, |entry| {
        entry.study(study).object(token.id()).detail("handler", handler).detail("valid_until", valid_until)
    })?;
    office.access.issue_token(&token, to, (office.now, valid_until), &receipt)?;
    Ok(token)
}

/// So many days from now.
pub fn after(now: DateTime<Utc>, days: u16) -> DateTime<Utc> {
    now.checked_add_signed(TimeDelta::days(days.into())).unwrap_or(now)
}

fn revoke(office: &Office<'_>, token: &TokenId) -> Result<(), OfficeTrouble> {
    let tokens = office.access.tokens()?;
    let Some(known) = tokens.iter().find(|known| known.token == *token && known.revoked.is_none()) else {
        return Err(AccessError::UnknownToken(token.clone()).into());
    };
    let receipt = office.record(Action::TokenRevoke, |entry| {
        entry.study(&known.study).object(token).detail("handler", &known.handler)
    })?;
    Ok(office.access.revoke_token(token, office.now, &receipt)?)
}

fn list(office: &Office<'_>, json: bool, out: &mut impl Write) -> Result<(), OfficeTrouble> {
    let tokens = office.access.tokens()?;
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&tokens).map_err(std::io::Error::from)?)?);
    }
    if tokens.is_empty() {
        return Ok(writeln!(out, "トークンはまだありません / no tokens yet")?);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "番号 token",
        "課題 study",
        "取扱者 handler",
        "期限 until",
        "最終利用 last use",
        "状態 state",
    ]);
    for token in tokens {
        let state = state(&token, office.now);
        let TokenInfo { token, study, handler, valid_until, last_used, .. } = token;
        table.add_row([
            token.to_string(),
            study.to_string(),
            handler.to_string(),
            shown(valid_until),
            last_used.map_or_else(|| "–".to_owned(), shown),
            state.to_owned(),
        ]);
    }
    Ok(writeln!(out, "{table}")?)
}

fn state(token: &TokenInfo, now: DateTime<Utc>) -> &'static str {
    if token.revoked.is_some() {
        "失効 revoked"
    } else if token.valid_until <= now {
        "期限切れ expired"
    } else {
        "有効 good"
    }
}
