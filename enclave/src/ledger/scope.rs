//! Whose questions are held against each other.

use std::fmt;

use crate::ids::{SnapshotId, SnapshotName, StudyId};

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
    /// All handlers of one study.
    #[must_use]
    pub fn of_study(study: &StudyId, snapshot: &SnapshotId) -> Self {
        Self { whose: Whose::Study(study.clone()), snapshot: snapshot.name().clone() }
    }

    /// All studies of this house.
    #[must_use]
    pub fn of_all(snapshot: &SnapshotId) -> Self {
        Self { whose: Whose::All, snapshot: snapshot.name().clone() }
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
