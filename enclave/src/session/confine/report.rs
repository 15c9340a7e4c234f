//! Which measures hold, and which the system lacks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that confines a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// No open file but the three standard ones.
    OwnDescriptors,
    /// A session and process group of its own, and a file mask of 077.
    OwnSession,
    /// Killed when the gatehouse dies.
    DiesWithGatehouse,
    /// Nothing that it could start would have more rights.
    NoNewPrivileges,
    /// No capability, even where the house runs as root.
    NoCapabilities,
    /// No core dump, no look into its memory by others of the same user.
    NotDumpable,
    /// Bounds on open files, file size and core files.
    ResourceLimits,
    /// A bound on its memory (`RLIMIT_DATA`).
    MemoryLimit,
    /// A memory cgroup beside it. Optional: few systems hand one over.
    MemoryGroup,
    /// Landlock: reads the snapshot, writes its spill folder, no other file.
    Files,
    /// Landlock: no TCP.
    Network,
    /// Landlock: no signals and no abstract sockets outside.
    Scope,
    /// seccomp: an allow-list of system calls; any other ends it.
    SystemCalls,
}

impl Measure {
    /// Whether a session counts as confined without it.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::MemoryGroup)
    }
}

/// A measure that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub measure: Measure,
    /// The system's reason.
    pub why: String,
}

/// What confines a session and what does not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confinement {
    /// Measures that hold.
    pub holds: Vec<Measure>,
    /// Measures that do not.
    pub missing: Vec<Missing>,
}

impl Confinement {
    /// Every measure, in the order in which they are taken.
    pub const ALL: [Measure; 13] = [
        Measure::OwnDescriptors,
        Measure::OwnSession,
        Measure::DiesWithGatehouse,
        Measure::NoNewPrivileges,
        Measure::NoCapabilities,
        Measure::NotDumpable,
        Measure::ResourceLimits,
        Measure::MemoryLimit,
        Measure::MemoryGroup,
        Measure::Files,
        Measure::Network,
        Measure::Scope,
        Measure::SystemCalls,
    ];

    /// Whether every measure holds that is not optional. A measure that nobody reported counts as missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        Self::ALL.iter().all(|measure| measure.is_optional() || self.holds.contains(measure))
    }

    pub(super) fn note(&mut self, measure: Measure, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.holds.push(measure),
            Err(why) => self.missing.push(Missing { measure, why }),
        }
    }
}

impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} measures hold", self.holds.len(), Self::ALL.len())?;
        for missing in &self.missing {
            write!(f, "; missing {:?}: {}", missing.measure, missing.why)?;
        }
        Ok(())
    }
}
