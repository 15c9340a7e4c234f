//! seccomp: the system calls that answering questions takes, and no other.
//!
//! A call that is not listed ends the process (`SIGSYS`), which the gatehouse reports. Two filters lie
//! on each other, of which the kernel takes the stricter answer: the list, and a short one of calls
//! that libraries try out of courtesy and that get "no such call".

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

use super::why;

/// Allowed with whatever arguments: what they reach is bounded by Landlock and by what is open.
const ALLOWED: &[c_long] = &[
    // Files that are open, and opening more (which ones: Landlock).
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_lseek,
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_fadvise64,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_unlinkat,
    // The one socket.
    libc::SYS_recvfrom,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    // Waiting and waking.
    libc::SYS_futex,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_sched_yield,
    libc::SYS_restart_syscall,
    // Memory. Making it executable is a matter of arguments, below.
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // Threads and the end.
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Harmless facts.
    libc::SYS_getrandom,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_getrusage,
];

/// The same, where the machine has older forms of them.
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_readlink,
    libc::SYS_unlink,
    libc::SYS_poll,
    libc::SYS_epoll_wait,
    libc::SYS_arch_prctl,
    libc::SYS_time,
    // A thread that starts while another's stack overflows waits like this for the end.
    libc::SYS_pause,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[c_long] = &[];

/// Answered with "no such call". `clone3` hides its flags from filters, so that the C library must
/// fall back on `clone`; the others are asked for by way of courtesy and not needed.
const ABSENT: &[c_long] = &[
    libc::SYS_clone3,
    libc::SYS_ioctl,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_membarrier,
    libc::SYS_copy_file_range,
    libc::SYS_set_mempolicy,
    libc::SYS_get_mempolicy,
    libc::SYS_sched_setaffinity,
];

pub(super) fn restrict() -> Result<(), String> {
    let target = TargetArch::try_from(std::env::consts::ARCH).map_err(why)?;
    let allowed = SeccompFilter::new(list()?, SeccompAction::KillProcess, SeccompAction::Allow, target);
    let absent = ABSENT.iter().map(|call| (*call, Vec::new())).collect();
    let enosys = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    let absent = SeccompFilter::new(absent, SeccompAction::Allow, enosys, target);
    // The list last: it does not hold the call that adds a filter.
    for filter in [absent, allowed] {
        let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(why)?;
        seccompiler::apply_filter_all_threads(&program).map_err(why)?;
    }
    Ok(())
}

fn list() -> Result<BTreeMap<c_long, Vec<SeccompRule>>, String> {
    let whole = ALLOWED.iter().chain(ALLOWED_HERE).chain(ABSENT);
    let mut list: BTreeMap<c_long, Vec<SeccompRule>> = whole.map(|call| (*call, Vec::new())).collect();
    for (call, rules) in conditional() {
        let rules: Result<Vec<_>, _> = rules.into_iter().map(|c| SeccompRule::new(vec![c?])).collect();
        list.insert(call, rules.map_err(why)?);
    }
    Ok(list)
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

/// Calls that are allowed for some values of one argument only.
fn conditional() -> Vec<(c_long, Vec<Condition>)> {
    let executable = flag(libc::PROT_EXEC);
    let thread = flag(libc::CLONE_THREAD);
    let own = u64::from(std::process::id());
    vec![
        // No new program text.
        (libc::SYS_mmap, vec![bits(2, executable, 0)]),
        (libc::SYS_mprotect, vec![bits(2, executable, 0)]),
        // Threads, no processes.
        (libc::SYS_clone, vec![bits(0, thread, thread)]),
        // `abort` sends itself a signal; no other process may get one.
        (libc::SYS_tgkill, vec![int(0, own)]),
        // Data on a connected socket: no address.
        (libc::SYS_sendto, vec![null(4)]),
        // Limits are read, not set.
        (libc::SYS_prlimit64, vec![null(2)]),
        (libc::SYS_fcntl, file_controls().map(|what| int(1, flag(what))).into()),
        // Names of threads and of memory, for debuggers.
        (libc::SYS_prctl, [libc::PR_SET_NAME, libc::PR_SET_VMA].map(|what| int(0, flag(what))).into()),
    ]
}

const fn file_controls() -> [i32; 6] {
    [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD_CLOEXEC, libc::F_GETLK]
}

/// The kernel takes the lower half of the register for an `int`, and so must we.
fn int(argument: u8, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn null(argument: u8) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
}

fn bits(argument: u8, mask: u64, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
}

/// The kernel's flags are positive `int`s.
fn flag(value: i32) -> u64 {
    u64::from(value.unsigned_abs())
}
