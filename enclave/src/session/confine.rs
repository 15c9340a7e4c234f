//! What a session does to itself before it sees its first byte of data.
//!
//! Each measure either holds or is reported as missing, with the system's reason; nothing is skipped
//! silently. Whether a missing one matters is the gatehouse's decision, taken before it hands the
//! key over. Must run while the process has one thread: what the kernel binds to a thread is
//! inherited by those that come later.
//!
//! Out of scope: network namespaces and containers round the whole house.

mod files;
mod itself;
mod report;
mod syscalls;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use report::{Confinement, Measure, Missing};

/// What confinement needs to know, and nothing secret: it stands on the command line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bounds {
    pub snapshot: PathBuf,
    pub spill: PathBuf,
    pub memory_bytes: u64,
    pub spill_bytes: u64,
    pub threads: std::num::NonZeroU16,
    /// The gatehouse's process number, to notice that it died before we listened.
    pub parent: u32,
}

/// Proof that [`confine`] ran. The key is only taken against it.
#[derive(Debug)]
pub(super) struct Confined {
    report: Confinement,
}

impl Confined {
    pub(super) const fn report(&self) -> &Confinement {
        &self.report
    }
}

/// Gives up everything but reading the snapshot, writing the spill folder and talking to the
/// gatehouse. The order matters: each step may need what a later one takes away.
///
/// # Errors
/// When the runtime cannot be prepared. Measures that fail are reported instead.
pub(super) fn confine(bounds: &Bounds) -> std::io::Result<Confined> {
    let mut report = Confinement::default();
    report.note(Measure::OwnDescriptors, itself::close_inherited());
    warm_up()?;
    report.note(Measure::OwnSession, itself::own_session());
    itself::give_way();
    report.note(Measure::DiesWithGatehouse, itself::die_with(bounds.parent));
    report.note(Measure::NoNewPrivileges, itself::no_new_privileges());
    report.note(Measure::NoCapabilities, itself::no_capabilities());
    report.note(Measure::NotDumpable, itself::not_dumpable());
    report.note(Measure::ResourceLimits, itself::resource_limits(bounds));
    report.note(Measure::MemoryLimit, itself::memory_limit(bounds));
    report.note(Measure::MemoryGroup, itself::memory_group());
    files::restrict(bounds, &mut report);
    report.note(Measure::SystemCalls, syscalls::restrict());
    Ok(Confined { report })
}

/// A runtime's signal driver makes a socket pair once per process, before that is forbidden.
fn warm_up() -> std::io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map(drop)
}

/// A system's error as a short reason.
fn why(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A folder that a rule names must be there: a rule for a missing folder is no rule.
fn folder(path: &Path) -> Result<landlock::PathFd, String> {
    landlock::PathFd::new(path).map_err(why)
}
