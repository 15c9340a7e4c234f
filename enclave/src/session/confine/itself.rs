//! Measures that a process takes on itself with ordinary system calls.

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::{Bounds, why};

/// Open files: a few per table and core, the socket, and the spill files of a large sort.
const OPEN_FILES: u64 = 4096;

/// A ninth of what the gatehouse gets where both want a core.
const NICE: i32 = 10;

/// What an upstream of the gatehouse left open must not reach the session: an open file is beyond
/// Landlock.
pub(super) fn close_inherited() -> Result<(), String> {
    let open: Vec<i32> = std::fs::read_dir("/proc/self/fd")
        .map_err(why)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number > 2)
        .collect();
    for number in open {
        close(number);
    }
    Ok(())
}

#[allow(unsafe_code)]
fn close(number: i32) {
    // SAFETY: called first of all in a process that has opened nothing itself, so that no value in it
    // owns a descriptor above 2. The folder listing's own one is among them, is closed already, and
    // closing it again only fails.
    unsafe { libc::close(number) };
}

pub(super) fn own_session() -> Result<(), String> {
    rustix::process::umask(Mode::from_raw_mode(0o077));
    rustix::process::setsid().map(drop).map_err(why)
}

/// Lets the gatehouse go first: a page is quick while questions use up the machine. No measure of confinement, so nobody is told
/// where it fails. Where the kernel shares out cores among sessions of processes (`sched(7)`, "autogroup"), of which
/// this process has just begun one, a process's own niceness counts for nothing beyond it, and the group's does.
pub(super) fn give_way() {
    _ = rustix::process::setpriority_process(None, NICE);
    _ = std::fs::write("/proc/self/autogroup", NICE.to_string());
}

/// The signal comes when the *thread* dies that started us: the gatehouse starts sessions from one
/// that lives as long as itself. A gatehouse that died before this call is noticed by its number.
pub(super) fn die_with(parent: u32) -> Result<(), String> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(why)?;
    let now = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get().cast_unsigned());
    if now == Some(parent) { Ok(()) } else { Err("the gatehouse is gone already".to_owned()) }
}

pub(super) fn no_new_privileges() -> Result<(), String> {
    rustix::thread::set_no_new_privs(true).map_err(why)
}

pub(super) fn no_capabilities() -> Result<(), String> {
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    rustix::thread::set_capabilities(None, sets).map_err(why)
}

pub(super) fn not_dumpable() -> Result<(), String> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(why)
}

/// No limit on processes: that one counts all of a user's, and seccomp allows threads only.
pub(super) fn resource_limits(bounds: &Bounds) -> Result<(), String> {
    limit(Resource::Core, 0)?;
    limit(Resource::Nofile, OPEN_FILES)?;
    // Above the quota, which gives an error where this one ends the process.
    limit(Resource::Fsize, bounds.spill_bytes.saturating_add(1 << 20))
}

/// Private writable memory, counted when mapped. Not the address space, of which allocators reserve
/// far more than they use.
pub(super) fn memory_limit(bounds: &Bounds) -> Result<(), String> {
    limit(Resource::Data, bounds.memory_bytes)
}

/// Whether this process stands in a memory cgroup of its own is up to whoever runs the house; we
/// make none, but say whether one bounds us.
pub(super) fn memory_group() -> Result<(), String> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").map_err(why)?;
    let unified =
        groups.lines().find_map(|line| line.strip_prefix("0::")).ok_or("no unified cgroups here")?;
    let path = format!("/sys/fs/cgroup{unified}/memory.max");
    let most = std::fs::read_to_string(path).map_err(|_| "no memory cgroup".to_owned())?;
    if most.trim() == "max" { Err("the memory cgroup has no bound".to_owned()) } else { Ok(()) }
}

/// Lowers both limits, never raising what the house itself was given.
fn limit(resource: Resource, most: u64) -> Result<(), String> {
    let now = rustix::process::getrlimit(resource);
    let most = now.maximum.map_or(most, |hard| hard.min(most));
    rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).map_err(why)
}
