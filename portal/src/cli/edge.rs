//! The edge of the process: environment, terminal, clock, log lines.
//!
//! Everything further in takes these as arguments.

use std::fs::DirBuilder;
use std::io::{self, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tracing_subscriber::EnvFilter;

use super::trouble::Trouble;
use crate::show::{Ink, Language};

/// What the process finds round itself.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// The language of texts.
    pub language: Language,
    /// Colour on standard output.
    pub out: Ink,
    /// Colour on standard error.
    pub err: Ink,
    verbose: u8,
}

impl Edge {
    /// Looks at the environment and the terminal.
    pub fn look(language: Option<Language>, verbose: u8) -> Self {
        let ink = |is_terminal| Ink { colour: is_terminal && wants_colour() };
        Self {
            language: language.unwrap_or_else(locale),
            out: ink(io::stdout().is_terminal()),
            err: ink(io::stderr().is_terminal()),
            verbose,
        }
    }

    /// Sends log lines to standard error. No line holds a value from the data.
    pub fn trace(&self) {
        let level = match self.verbose {
            0 => "warn",
            1 => "info,datafusion=warn",
            _ => "debug,datafusion=info,h2=info",
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr)
            .with_ansi(self.err.colour)
            .with_target(self.verbose > 1);
        // A second subscriber in one process would be a mistake of ours, not of the user's.
        _ = lines.try_init();
    }
}

/// <https://no-color.org>: set and not empty means none.
fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The first of POSIX's three variables that is set decides.
fn locale() -> Language {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(set)
        .map_or(Language::Both, |l| Language::of_locale(&l))
}

/// `$SEKISHO_HOME`, or `.sekisho` in the current folder.
pub fn default_home() -> PathBuf {
    std::env::var_os("SEKISHO_HOME")
        .filter(|set| !set.is_empty())
        .map_or_else(|| ".sekisho".into(), PathBuf::from)
}

/// Makes the home for its owner alone, if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn make_home(home: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(home)
}

/// Runs the asynchronous part of a command on a runtime of its own. The commands that need none start none:
/// a session must be confined before there is a second thread.
pub fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
