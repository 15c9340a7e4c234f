//! Proofs that somebody is who they say, as the next steps take them. Only `sign_in` and `enrolment` make them.

use chrono::{DateTime, Utc};

use super::secret::Hash;
use crate::ids::HandlerId;

/// What the second factor was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A code of the authenticator app's.
    Totp,
    /// A recovery code.
    Recovery,
}

/// Somebody who proved who they are, a moment ago.
#[derive(Debug)]
pub struct SignedIn {
    handler: HandlerId,
    at: DateTime<Utc>,
    how: How,
}

/// Somebody signed in who proved again who they are.
#[derive(Debug)]
pub struct Confirmed {
    pub(super) session: Hash,
    handler: HandlerId,
}

impl SignedIn {
    pub(super) fn new(handler: HandlerId, at: DateTime<Utc>, how: How) -> Self {
        Self { handler, at, how }
    }

    /// Who.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// What the second factor was.
    #[must_use]
    pub fn how(&self) -> How {
        self.how
    }
}

impl Confirmed {
    pub(super) fn new(session: Hash, handler: HandlerId) -> Self {
        Self { session, handler }
    }

    /// Who.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }
}

impl How {
    /// The code in the file and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery",
        }
    }
}

impl TryFrom<String> for How {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        [Self::Totp, Self::Recovery].into_iter().find(|how| how.code() == code).ok_or("no such factor")
    }
}
