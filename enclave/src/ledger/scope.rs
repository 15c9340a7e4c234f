//! Whose questions are held against each other.

use std::fmt;

use crate::ids::{SnapshotId, SnapshotName, StudyId};
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
    All,
}

impl Scope {
    /// The ledger that a study's questions go into; none where the policy keeps no ledger.
    ///
    /// Until the register knows which organisation a study is of, all studies are of one.
    #[must_use]
    pub fn of(scope: LedgerScope, study: &StudyId, snapshot: &SnapshotId) -> Option<Self> {
        let whose = match scope {
            LedgerScope::None => return None,
            LedgerScope::Study => Whose::Study(study.clone()),
            LedgerScope::Organisation | LedgerScope::All => Whose::All,
        };
        Some(Self { whose, snapshot: snapshot.name().clone() })
    }
}

/// As a file's name: neither kind of name holds a dot.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.whose {
            Whose::Study(study) => write!(f, "study.{study}.{}", self.snapshot),
            Whose::All => write!(f, "all.{}", self.snapshot),
        }
    }
}
