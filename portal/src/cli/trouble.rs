//! How a command can end other than well, and what the shell is told.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use enclave::gate::Verdict;
use enclave::query::OpenError;
use enclave::words::{FailCode, Failure, Refusal};

use super::edge::Edge;
use crate::show::{draw_failure, draw_refusal};

/// Why a command stopped.
#[derive(Debug)]
pub enum Trouble {
    /// A rule refused: exit 3. The SQL, if any, is what its place points into.
    Refused(Refusal, Option<String>),
    /// Something went wrong that has fixed words: exit 1.
    Failed(Failure, Option<String>),
    /// Something went wrong outside of any question, in its own words: exit 1.
    Said(String),
    /// The arguments don't fit together: exit 2.
    Usage(String),
    /// It has all been said already: exit with this code.
    Told(u8),
    /// Whoever read our output stopped reading: exit 1 without a word.
    NobodyListens,
}

impl Trouble {
    /// Trouble in its own words.
    pub fn said(what: impl Display) -> Self {
        Self::Said(what.to_string())
    }

    /// Prints what happened on standard error and gives the exit code.
    pub fn tell(&self, edge: &Edge) -> ExitCode {
        match self {
            Self::Refused(refusal, sql) => {
                eprint!("{}", draw_refusal(refusal, sql.as_deref(), edge.language, edge.err));
            }
            Self::Failed(failure, sql) => {
                eprint!("{}", draw_failure(failure, sql.as_deref(), edge.language, edge.err));
            }
            Self::Said(text) | Self::Usage(text) => eprintln!("sekisho: {text}"),
            Self::Told(_) | Self::NobodyListens => {}
        }
        self.code().into()
    }

    fn code(&self) -> u8 {
        match self {
            Self::Failed(..) | Self::Said(_) | Self::NobodyListens => 1,
            Self::Usage(_) => 2,
            Self::Refused(..) => 3,
            Self::Told(code) => *code,
        }
    }
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        Self::said(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure, None)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::NobodyListens } else { Self::said(error) }
    }
}

/// A verdict that stands in the way of going on.
impl From<Verdict> for Trouble {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Refused(refusal) => Self::Refused(refusal, None),
            Verdict::Failed(failure) => Self::Failed(failure, None),
            // Nobody asked anything yet, so there is nothing to release.
            Verdict::Released(_) | Verdict::Explored(_) => {
                Self::Failed(Failure::new(FailCode::Internal), None)
            }
        }
    }
}
