//! Whose questions are held against each other.

use std::fmt;

use crate::ids::{OrganisationId, SnapshotId, SnapshotName, StudyId};
use crate::policy::LedgerScope;

/// One ledger's reach: one source of data (all versions of a snapshot) and those who are taken for one
/// adversary, since they may talk to each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    whose: Whose,
    snapshot: SnapshotName,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Study(StudyId),
    Organisation(OrganisationId),
    /// The house's own studies, of no organisation.
    House,
    All,
}

impl Scope {
    /// The ledger that a study's questions go into; none where the policy keeps no ledger. A study that
    /// several organisations work on is in the ledger of the one that it is of; where they are to be taken for one, the scope
    /// is all.
    #[must_use]
    pub fn of(
        scope: LedgerScope,
        study: &StudyId,
        organisation: Option<&OrganisationId>,
        snapshot: &SnapshotId,
    ) -> Option<Self> {
        let whose = match (scope, organisation) {
            (LedgerScope::None, _) => return None,
            (LedgerScope::Study, _) => Whose::Study(study.clone()),
            (LedgerScope::Organisation, Some(organisation)) => Whose::Organisation(organisation.clone()),
            (LedgerScope::Organisation, None) => Whose::House,
            (LedgerScope::All, _) => Whose::All,
        };
        Some(Self { whose, snapshot: snapshot.name().clone() })
    }
}

/// As a file's name: neither kind of name holds a dot.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.whose {
            Whose::Study(study) => write!(f, "study.{study}.{}", self.snapshot),
            Whose::Organisation(organisation) => write!(f, "organisation.{organisation}.{}", self.snapshot),
            Whose::House => write!(f, "house.{}", self.snapshot),
            Whose::All => write!(f, "all.{}", self.snapshot),
        }
    }
}
