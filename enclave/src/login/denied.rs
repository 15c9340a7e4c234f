//! That somebody was not let in: what the log is told, and what they are.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::LoginError;
use super::words::{DENIED, refused, unreadable};
use crate::audit::{self, Action, Decision, Entry};
use crate::ids::HandlerId;
use crate::words::{Bilingual, Refusal};

/// That somebody was not let in. Shows one answer for every mistake; what it was is for the log only.
pub struct Denied {
    why: Why,
    /// Whose name it was, if there is such an account.
    handler: Option<HandlerId>,
    wait: TimeDelta,
    action: Action,
}

/// What the mistake was.
#[derive(Debug)]
pub(super) enum Why {
    /// There is no such account.
    Unknown,
    Password,
    Code,
    /// The code was right and had been used.
    Replayed,
    /// The name has to wait; nothing was looked at.
    Locked,
    /// The address has to wait; nothing was looked at.
    Source,
    /// Nobody's mistake but ours.
    Trouble(LoginError),
}

impl Denied {
    pub(super) fn new(why: Why, handler: Option<HandlerId>, wait: TimeDelta) -> Self {
        Self { why, handler, wait, action: Action::SignInDenied }
    }

    /// The same of somebody who is signed in and was asked again.
    pub(super) fn confirming(self, handler: &HandlerId) -> Self {
        Self { action: Action::ConfirmDenied, handler: Some(handler.clone()), ..self }
    }

    /// How long nothing more will be looked at; zero if the next attempt may come at once. Depends on what was tried
    /// before under that name or from that address, never on whether the account exists.
    #[must_use]
    pub fn wait(&self) -> TimeDelta {
        self.wait
    }

    /// What the person is told.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        if let Why::Trouble(error) = &self.why {
            return unreadable(error);
        }
        let denied = refused(&DENIED);
        let seconds = (self.wait.num_milliseconds() + 999) / 1_000;
        if seconds <= 0 {
            return denied;
        }
        let Bilingual { ja, en } = &denied.remedy;
        let ja = format!("{seconds}秒後にやり直せます。{ja}");
        let en = format!("You can try again in {seconds} seconds. {en}");
        denied.remedy(&ja, &en)
    }

    /// What the log is told: the account if there is one, never the text that was typed as a name, which may be a password.
    #[must_use]
    pub fn entry(&self, now: DateTime<Utc>) -> Entry {
        let actor = self.handler.as_ref().map_or("unknown", HandlerId::as_str);
        Entry::new(now, actor, audit::Role::Unknown, self.action)
            .decision(if matches!(self.why, Why::Trouble(_)) { Decision::Failed } else { Decision::Denied })
            .reason(self.why.code())
    }
}

impl Why {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_account",
            Self::Password => "wrong_password",
            Self::Code => "wrong_code",
            Self::Replayed => "used_code",
            Self::Locked => "locked",
            Self::Source => "source_limit",
            Self::Trouble(LoginError::Busy) => "busy",
            Self::Trouble(_) => "unreadable",
        }
    }
}

impl From<LoginError> for Denied {
    fn from(error: LoginError) -> Self {
        Self::new(Why::Trouble(error), None, TimeDelta::zero())
    }
}

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denied").field("wait", &self.wait).finish_non_exhaustive()
    }
}
