//! The command line: one enum of subcommands, one file for each.
//!
//! Out of scope: what the commands do with data. They open the house and ask it.

mod edge;
mod query;
mod trouble;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask one question, or many 質問する
    Query(query::Args),
}

/// Reads the command line, does what it says, and tells the shell how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let edge = Edge::look(cli.lang, cli.verbose);
    edge.trace();
    let home = cli.home.unwrap_or_else(edge::default_home);
    match dispatch(cli.command, &home, &edge) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => trouble.tell(&edge),
    }
}

fn dispatch(command: Option<Command>, home: &Path, edge: &Edge) -> Result<(), Trouble> {
    match command {
        Some(Command::Query(args)) => query::run(home, &args, edge),
        None => Ok(()),
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
}
