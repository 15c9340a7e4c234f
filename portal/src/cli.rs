//! The command line: one enum of subcommands, one file for each.
//!
//! Out of scope: what the commands do with data. They open the house and ask it.

mod audit;
mod config;
mod demo;
mod edge;
mod explain;
mod handler;
mod import;
mod organisation;
mod progress;
mod query;
mod serve;
mod snapshot;
mod steward;
mod study;
mod token;
mod trouble;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::Utc;
use clap::{ArgAction, Parser, Subcommand};

use edge::Edge;
use trouble::Trouble;

const ABOUT: &str = "Remote analysis of pseudonymised medical records: raw rows never leave.\n\
仮名加工医療情報の遠隔分析環境。行データは外に出ません。";

const AFTER: &str = "\
Without a command, `sekisho` runs the demo. コマンドなしではデモを実行します。

Exit codes:
  0  done 完了
  1  something failed; standard error says what 失敗
  2  the command line could not be understood 引数の誤り
  3  a rule refused the question 規則によるお断り";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "sekisho", version, about = ABOUT, after_help = AFTER, max_term_width = 100)]
struct Cli {
    /// Folder that holds everything 環境のフォルダ [default: $SEKISHO_HOME or ./.sekisho]
    #[arg(long, global = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Language of texts 表示言語 [default: by LC_ALL, LC_MESSAGES or LANG, else both]
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<crate::show::Language>,
    /// Say more on standard error; twice for still more 詳しい記録 (RUST_LOG overrides)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    #[command(flatten, next_help_heading = "Without a command コマンドなし (demo)")]
    demo: demo::Args,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What each does is said at its arguments.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    /// Make a snapshot of your own records 取り込む
    Import(import::Args),
    /// List and verify snapshots スナップショット
    #[command(subcommand)]
    Snapshot(snapshot::Command),
    #[command(subcommand)]
    Organisation(organisation::Command),
    #[command(subcommand, after_help = handler::FIRST)]
    Handler(handler::Command),
    #[command(subcommand)]
    Study(study::Command),
    Query(query::Args),
    Explain(explain::Args),
    Token(token::Args),
    Serve(serve::Args),
    /// Verify, read and prove the audit log 監査ログ
    #[command(subcommand)]
    Audit(audit::Command),
    /// One confined session, started by the gatehouse
    #[command(hide = true, disable_help_flag = true)]
    Session {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// Reads the command line, does what it says, and tells the shell how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::Session { arguments }) = cli.command {
        // Confined before it has a second thread or reads anything.
        return enclave::session::child_main(arguments);
    }
    let edge = Edge::look(cli.lang, cli.verbose);
    edge.trace();
    let home = cli.home.unwrap_or_else(edge::default_home);
    let done = command(cli.demo, cli.command).and_then(|command| run(command, &home, &edge));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => trouble.tell(&edge),
    }
}

/// No command means the demo; the demo's options in front of another command mean a mistake.
fn command(demo: demo::Args, command: Option<Command>) -> Result<Command, Trouble> {
    match command {
        None => Ok(Command::Demo(demo)),
        Some(command) if demo == demo::Args::default() => Ok(command),
        Some(_) => Err(Trouble::Usage("put the demo's options behind `sekisho demo`".to_owned())),
    }
}

fn run(command: Command, home: &Path, edge: &Edge) -> Result<(), Trouble> {
    let now = Utc::now();
    match command {
        Command::Demo(args) => demo::run(home, &args, edge),
        Command::Import(args) => steward::import(home, &args, now),
        Command::Snapshot(command) => steward::snapshot(home, &command),
        Command::Organisation(command) => steward::organisation(home, &command, now),
        Command::Handler(command) => steward::handler(home, &command, now),
        Command::Study(command) => steward::study(home, &command, now),
        Command::Query(args) => query::run(home, &args, edge),
        Command::Explain(args) => explain::run(home, &args, edge),
        Command::Token(args) => steward::token(home, &args, now),
        Command::Serve(_) => serve::run(home),
        Command::Audit(command) => steward::audit(home, &command),
        Command::Session { .. } => Err(Trouble::said("a session begins before anything else")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_tree_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_is_the_demo_with_its_options() {
        let parse = |words: &str| {
            let cli = Cli::try_parse_from(words.split(' ')).unwrap();
            command(cli.demo, cli.command).map_err(|_| "usage")
        };
        assert!(matches!(parse("sekisho"), Ok(Command::Demo(args)) if args == demo::Args::default()));
        let (short, long) =
            (parse("sekisho --once --patients 500"), parse("sekisho demo --patients 500 --once"));
        assert!(matches!((short, long), (Ok(Command::Demo(a)), Ok(Command::Demo(b))) if a == b));
        assert!(parse("sekisho --once query --study s x").is_err());
        assert!(matches!(parse("sekisho --home d query --study s x --home e"), Ok(Command::Query(_))));
    }
}
