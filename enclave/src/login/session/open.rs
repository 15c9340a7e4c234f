//! What a check of a session returns, and what follows from it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::super::proven::How;
use super::super::secret::Hash;
use super::{SessionId, Zone};
use crate::ids::HandlerId;

/// A session that was open a moment ago.
pub struct Session {
    pub(super) hash: Hash,
    pub(super) handler: HandlerId,
    pub(super) zone: Zone,
    pub(super) how: How,
    pub(super) began: DateTime<Utc>,
    pub(super) idle_until: DateTime<Utc>,
    pub(super) ends: DateTime<Utc>,
    pub(super) fresh_until: DateTime<Utc>,
    pub(super) csrf: Zeroizing<String>,
}

impl Session {
    /// Who.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }

    /// From where.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// With which second factor.
    #[must_use]
    pub fn how(&self) -> How {
        self.how
    }

    /// Since when.
    #[must_use]
    pub fn began(&self) -> DateTime<Utc> {
        self.began
    }

    /// When it ends if nothing more is asked.
    #[must_use]
    pub fn idle_until(&self) -> DateTime<Utc> {
        self.idle_until.min(self.ends)
    }

    /// When it ends in any case.
    #[must_use]
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    /// Its name in lists and in the log.
    #[must_use]
    pub fn id(&self) -> SessionId {
        SessionId::of(&self.hash)
    }

    /// What a form or a script sends along to show that it comes from our own page.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether that is what was sent along. Takes the same time for all that are wrong.
    #[must_use]
    pub fn is_csrf(&self, presented: &str) -> bool {
        self.csrf.as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// The proof that its person showed who they are a short while ago.
    #[must_use]
    pub fn fresh(&self, now: DateTime<Utc>) -> Option<Fresh> {
        (now < self.fresh_until).then(|| Fresh { handler: self.handler.clone() })
    }

    pub(in super::super) fn hash(&self) -> &Hash {
        &self.hash
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.hash)
            .field("handler", &self.handler)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

/// That somebody proved who they are a short while ago. Sensitive acts take it as an argument.
#[derive(Debug)]
pub struct Fresh {
    handler: HandlerId,
}

impl Fresh {
    /// Who.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }
}

/// An open session as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionInfo {
    /// Its name.
    pub session: SessionId,
    /// Who.
    pub handler: HandlerId,
    /// From where.
    pub zone: Zone,
    /// Since when.
    pub began: DateTime<Utc>,
    /// The last request, to the minute.
    pub seen: DateTime<Utc>,
}
