//! `sekisho query`: one question for a person, or many for a program.

mod jsonl;

use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use chrono::Utc;
use clap::ValueEnum;
use enclave::access::AccessError;
use enclave::gate::Verdict;
use enclave::ids::{HandlerId, StudyId};
use enclave::query::{Ask, Gatehouse, Held, Visit};

use super::config;
use super::edge::{Edge, block_on};
use super::study::{OfficeTrouble, with_office};
use super::trouble::Trouble;
use crate::show::{self, Figures};

const LONG: &str = "\
Asks one question, or with --jsonl many in one session, and prints the answer.
1つの質問、または --jsonl で複数の質問を1つのセッションで実行し、答えを表示します。

Suppressed cells: marks such as ‹patients› with a legend (table), null with a list of reasons (json),
empty (csv). An empty cell in CSV can also be a true NULL: --reasons tells them apart.

--jsonl reads one {\"id\": \"…\", \"sql\": \"…\"} a line from standard input and writes one JSON object a line, in
order, as soon as each is known. Other keys are ignored, blank lines skipped; a line that cannot be read is answered
by a failed line with code bad_line. The exit code is 0 when every line was answered, whatever the verdicts; look at
each line's verdict. Keys, in order:
  id, verdict (released | refused | failed)
  columns [{name, type}], rows [[…]], suppressed [{row, column, reason}]    when released
  refusal {code, message {ja, en}, remedy {ja, en}, at {line, column}}      when refused; `at` only where known
  failure {code, message, remedy, at}                                       when failed
  policy, snapshot, audit (the log's entry)        null for a bad line
  notices [{code, message}]                        only where there are some
Types are Arrow's names. Integers and reals are JSON numbers, reals that are not finite null, dates and times
ISO 8601 strings, decimals strings.";

/// Arguments of `sekisho query`.
#[derive(Debug, clap::Args)]
#[command(about = "Ask one question, or many 質問する", long_about = LONG)]
pub struct Args {
    /// Study to ask in 課題
    #[arg(long, value_name = "STUDY")]
    study: StudyId,
    /// Who asks 取扱者
    #[arg(long, value_name = "NAME", default_value = "local")]
    handler: HandlerId,
    /// How the answer is written 出力形式
    #[arg(long, value_enum, default_value_t = Format::Table, conflicts_with = "jsonl")]
    format: Format,
    /// With --format csv: a NAME__reason column beside every column 秘匿理由の列を付ける
    #[arg(long, conflicts_with = "jsonl")]
    reasons: bool,
    /// Many questions: JSON lines in and out 複数の質問(JSON Lines)
    #[arg(long)]
    jsonl: bool,
    /// Look around: perturbed numbers of patients, which nothing later is held against. Such answers cannot leave the enclave
    /// 探索(値に誤差を加える。持ち出しはできない)
    #[arg(long)]
    explore: bool,
    /// The question, one SELECT; - reads it from standard input 質問(SELECT文)
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    sql: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Table,
    /// One object, as --jsonl writes it, without an id
    Json,
    /// RFC 4180 with a header line
    Csv,
}

/// Asks.
///
/// # Errors
/// When the house cannot be opened or entered, the answer is no table, or it cannot be written.
pub fn run(home: &Path, args: &Args, edge: &Edge) -> Result<(), Trouble> {
    if args.reasons && args.format != Format::Csv {
        return Err(Trouble::Usage("--reasons goes with --format csv".to_owned()));
    }
    let settings = config::read(existing(home)?)?.session;
    block_on(async {
        let house = Gatehouse::open(home, settings, Utc::now)?;
        let visit =
            house.enter(&args.handler, &args.study).await.map_err(|no| missing(home, &args.study, no))?;
        match &args.sql {
            Some(sql) => one(&house, &visit, read(sql)?, args, edge).await,
            None => many(&house, &visit, args.explore, io::stdin().lock(), io::stdout().lock()).await,
        }
    })
}

/// Opening makes what is missing, which is no help where the folder is mistyped.
pub(super) fn existing(home: &Path) -> Result<&Path, Trouble> {
    if home.is_dir() {
        return Ok(home);
    }
    Err(Trouble::said(format!("no such home; `sekisho import` makes one: {}", home.display())))
}

/// Whoever holds the command line may know that there is no such study, and which there are.
pub(super) fn missing(home: &Path, study: &StudyId, no: Verdict) -> Trouble {
    match with_office(home, Utc::now(), |office| Ok(office.access.study(study)?)) {
        Err(OfficeTrouble::Access(unknown @ AccessError::UnknownStudy { .. })) => Trouble::said(unknown),
        _ => no.into(),
    }
}

/// The question, or what standard input holds for `-`.
pub(super) fn read(sql: &str) -> Result<String, Trouble> {
    if sql != "-" {
        return Ok(sql.to_owned());
    }
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    String::from_utf8(text).map_err(|_| Trouble::said("the SQL on standard input is not UTF-8"))
}

async fn many(
    house: &Gatehouse,
    visit: &Visit,
    explore: bool,
    input: impl BufRead,
    output: impl Write,
) -> Result<(), Trouble> {
    let ask = async |sql| asked(house, visit, explore, sql).await;
    Ok(jsonl::answer_all(input, output, ask).await?)
}

async fn one(house: &Gatehouse, visit: &Visit, sql: String, args: &Args, edge: &Edge) -> Result<(), Trouble> {
    let held = asked(house, visit, args.explore, sql.clone()).await;
    if args.format == Format::Json {
        writeln!(io::stdout(), "{}", show::line(None, &held))?;
        return told(&held);
    }
    let figures = match &held.verdict {
        Verdict::Released(table) => Figures::from(table),
        Verdict::Explored(table) => Figures::from(table),
        Verdict::Refused(refusal) => return Err(Trouble::Refused(refusal.clone(), Some(sql))),
        Verdict::Failed(failure) => return Err(Trouble::Failed(failure.clone(), Some(sql))),
    };
    if args.format == Format::Csv {
        return Ok(show::write_csv(figures, args.reasons, &mut io::stdout().lock())?);
    }
    let text = show::draw(figures, &held, edge.language, edge.out);
    Ok(io::stdout().write_all(text.as_bytes())?)
}

async fn asked(house: &Gatehouse, visit: &Visit, explore: bool, sql: String) -> Held {
    let ask = Ask::new(sql);
    if explore {
        enclave::query::explore(house, visit, ask).await
    } else {
        enclave::query::run(house, visit, ask).await
    }
}

/// The exit code of a verdict that is already printed.
fn told(held: &Held) -> Result<(), Trouble> {
    match held.verdict {
        Verdict::Released(_) | Verdict::Explored(_) => Ok(()),
        Verdict::Failed(_) => Err(Trouble::Told(1)),
        Verdict::Refused(_) => Err(Trouble::Told(3)),
    }
}
