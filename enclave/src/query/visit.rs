//! One person's presence in one study, and what it is answered.

use std::sync::Arc;

use super::queue::{Place, Whose};
use super::slot::Slot;
use crate::gate::Verdict;
use crate::ids::{HandlerId, OrganisationId, SnapshotId, StudyId};
use crate::login::Zone;
use crate::policy::BundleId;
use crate::words::Failure;

/// One person's presence in one study: a session process stands behind it. Clones share it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub(super) handler: HandlerId,
    pub(super) study: StudyId,
    pub(super) organisation: Option<OrganisationId>,
    pub(super) snapshot: SnapshotId,
    pub(super) policy: BundleId,
    /// From where; `None` for the house's own command line.
    pub(super) zone: Option<Zone>,
    pub(super) slot: Arc<Slot>,
    pub(super) place: Option<Place>,
}

impl Visit {
    /// Who it is.
    #[must_use]
    pub fn handler(&self) -> &HandlerId {
        &self.handler
    }

    /// In which study.
    #[must_use]
    pub fn study(&self) -> &StudyId {
        &self.study
    }

    /// The snapshot that the study works on.
    #[must_use]
    pub fn snapshot(&self) -> &SnapshotId {
        &self.snapshot
    }

    /// The same presence for one question, of which `place` tells where in the queue it stands.
    #[must_use]
    pub fn with_place(self, place: &Place) -> Self {
        Self { place: Some(place.clone()), ..self }
    }

    pub(super) fn whose(&self) -> Whose {
        (self.handler.clone(), self.study.clone())
    }

    pub(super) fn held(&self, verdict: Verdict, audit: Option<u64>) -> Held {
        Held { verdict, policy: self.policy.clone(), snapshot: self.snapshot.clone(), audit }
    }

    /// What is said where the log could not be written.
    pub(super) fn unlogged(&self, failure: Failure) -> Held {
        self.held(Verdict::Failed(failure), None)
    }
}

/// A verdict that is kept in the enclave and written in the log.
#[derive(Debug, Clone)]
pub struct Held {
    /// The verdict.
    pub verdict: Verdict,
    /// The bundle that judged.
    pub policy: BundleId,
    /// The snapshot that was asked.
    pub snapshot: SnapshotId,
    /// The log's index of the verdict's entry; none only where the log could not be written, and
    /// then nothing was released.
    pub audit: Option<u64>,
}
