//! What a session is told to open, and how much it may use.
//!
//! Out of scope: the secrets, which travel beside the order and are never written as text.

use std::num::NonZeroU16;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::access::TablePermit;
use crate::keys::ManifestKey;

/// What a session opens. Holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// The snapshot's folder: all that the session can read.
    pub snapshot: PathBuf,
    /// The key that the snapshot's manifest must be signed with.
    pub manifest_key: ManifestKey,
    /// The tables and columns that the study may use; every other one stays unknown to the desk.
    pub tables: TablePermit,
    /// What the session may use.
    pub limits: Limits,
    /// The folder for spill files. The session gets an empty folder of its own in it, which is all
    /// that it can write.
    pub spill: PathBuf,
    /// Whether to refuse to start where the kernel lacks a part of the confinement.
    pub require_confinement: bool,
}

/// What one session may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Memory of the process, in MiB, held by the operating system. The engine's pool gets 70 % of it.
    pub memory_mib: u64,
    /// Wall-clock time of one question, in seconds.
    pub question_seconds: u64,
    /// Encrypted spill files, all together, in MiB.
    pub spill_mib: u64,
    /// Threads that compute for one question.
    pub threads: NonZeroU16,
    /// Questions at work at the same time; further ones wait their turn.
    pub questions: NonZeroU16,
    /// SQL and parameters of one question, in KiB.
    pub question_kib: u64,
    /// One result, in MiB.
    pub result_mib: u64,
}

impl Limits {
    /// Below this the engine cannot even plan.
    pub const LEAST_MEMORY_MIB: u64 = 128;

    /// The memory limit in bytes.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        self.memory_mib.saturating_mul(1 << 20)
    }

    /// The engine's own pool in bytes: 70 % of the memory, as not all that it allocates is counted.
    #[must_use]
    pub const fn pool_bytes(&self) -> u64 {
        self.memory_bytes() / 10 * 7
    }

    /// The spill quota in bytes.
    #[must_use]
    pub const fn spill_bytes(&self) -> u64 {
        self.spill_mib.saturating_mul(1 << 20)
    }

    /// The largest question in bytes.
    #[must_use]
    pub const fn question_bytes(&self) -> u64 {
        self.question_kib.saturating_mul(1 << 10)
    }

    /// The largest result in bytes.
    #[must_use]
    pub const fn result_bytes(&self) -> u64 {
        self.result_mib.saturating_mul(1 << 20)
    }
}

impl Default for Limits {
    /// Enough for a study on one machine: 4 GiB, ten minutes, 20 GiB of spill, two threads.
    fn default() -> Self {
        const TWO: NonZeroU16 = NonZeroU16::MIN.saturating_add(1);
        Self {
            memory_mib: 4096,
            question_seconds: 600,
            spill_mib: 20 * 1024,
            threads: TWO,
            questions: TWO.saturating_add(2),
            question_kib: 1024,
            result_mib: 256,
        }
    }
}
