//! What is forbidden is forbidden, tried from the inside.

use super::*;

#[tokio::test]
async fn every_measure_holds_here() {
    let house = House::new();
    let session = house.session().await;
    let confinement = session.confinement();
    assert!(confinement.is_complete(), "{confinement}");
    let missing: Vec<Measure> = confinement.missing.iter().map(|missing| missing.measure).collect();
    assert!(missing.iter().all(|measure| measure.is_optional()), "{missing:?}");
}

#[tokio::test]
async fn files_outside_are_out_of_reach() {
    let house = House::new();
    let session = house.session().await;
    let outcome = async |deed: &str| said(&put(&session, deed).await);
    let (inside, outside) = (house.path("snapshot/part"), house.path("outside"));
    assert!(outcome(&format!("read {inside}")).await.starts_with("Ok(\"inside\")"));
    let snapshot = house.path("snapshot");
    assert!(outcome(&format!("list {snapshot}")).await.starts_with("Ok(1)"));
    for deed in [
        "read /etc/passwd",
        "read /proc/self/status",
        "read /proc/self/environ",
        "list /",
        "list /proc",
        "write /tmp/sekisho-outside",
        "write /dev/shm/sekisho-outside",
        &format!("read {outside}"),
        &format!("write {outside}"),
        &format!("truncate {outside}"),
        &format!("remove {outside}"),
        &format!("write {inside}"),
        &format!("truncate {inside}"),
        &format!("remove {inside}"),
        &format!("write {}", house.path("snapshot/new")),
        &format!("list {}", house.path("spill")),
        &format!("write {}", house.path("spill/new")),
    ] {
        let outcome = outcome(deed).await;
        assert!(outcome.contains("PermissionDenied"), "{deed}: {outcome}");
    }
    assert!(said(&put(&session, "thread").await).starts_with("Ok(2)"), "threads are allowed");
    assert_eq!(std::fs::read_to_string(inside).unwrap(), "inside");
    assert_eq!(std::fs::read_to_string(outside).unwrap(), "outside");
}

#[tokio::test]
async fn network_and_programs_are_deadly() {
    let house = House::new();
    // Something that would answer.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connect = format!("connect {}", listener.local_addr().unwrap());
    for deed in [connect.as_str(), "run /bin/true"] {
        let session = house.session().await;
        assert_eq!(fail_code(&put(&session, deed).await), FailCode::SessionEnded, "{deed}");
        assert_eq!(session.ended().await, Death::Forbidden, "{deed}");
    }
}

/// Ways out, by their names in `unistd.h`.
const FORBIDDEN: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept4,
    libc::SYS_sendmsg,
    libc::SYS_recvmsg,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone,
    libc::SYS_kill,
    libc::SYS_tgkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_setuid,
    libc::SYS_setresuid,
    libc::SYS_capset,
    libc::SYS_seccomp,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    libc::SYS_inotify_init1,
    libc::SYS_fanotify_init,
    libc::SYS_syslog,
    libc::SYS_reboot,
];

#[tokio::test]
async fn each_way_out_is_deadly() {
    let house = House::new();
    for call in FORBIDDEN {
        let session = house.session().await;
        assert_eq!(
            fail_code(&put(&session, &format!("call {call}")).await),
            FailCode::SessionEnded,
            "{call}"
        );
        assert_eq!(session.ended().await, Death::Forbidden, "{call}");
    }
}

/// A kernel without Landlock, as a snapshot's folder that is not there brings it about: nothing is
/// handed over where the order requires everything.
#[tokio::test]
async fn without_confinement_there_is_no_key() {
    let house = House::new();
    let mut order = house.order();
    order.snapshot = house.home.path().join("missing");
    let Err(StartError::NotConfined(confinement)) = start(order.clone()).await else { panic!("started") };
    assert!(confinement.missing.iter().any(|missing| missing.measure == Measure::Files));
    order.require_confinement = false;
    let session = start(order).await.unwrap();
    assert!(!session.confinement().is_complete());
}
