//! Sessions of the real executable: confined before they are handed anything, gone when dropped.
//!
//! What a session does under confinement, and how it dies, is tested beside its code, where a child
//! can be made to misbehave.

use std::path::Path;
use std::process::{Command, Stdio};

use enclave::keys::{DataKey, ManifestKey};
use enclave::session::{Limits, Order, Program, Secrets, SessionProcess, StartError};

fn sekisho() -> Program {
    Program { path: tests::sekisho().into(), arguments: vec!["session".into()] }
}

fn order(home: &Path) -> Order {
    let snapshot = home.join("snapshot");
    std::fs::create_dir_all(&snapshot).unwrap();
    Order {
        snapshot,
        manifest_key: ManifestKey::try_from("07".repeat(32)).unwrap(),
        tables: enclave::access::TablePermit::Only([].into()),
        limits: Limits { memory_mib: 512, ..Limits::default() },
        spill: home.join("spill"),
        require_confinement: true,
    }
}

fn secrets() -> Secrets {
    Secrets { data_key: DataKey::from_bytes([1; 32]), weights: [1; 32].into() }
}

/// An empty folder is no snapshot; to say so the session had to be confined and be handed its order.
#[tokio::test]
async fn the_executable_confines_itself_and_then_opens() {
    let home = tempfile::tempdir().unwrap();
    let started = SessionProcess::start_program(&sekisho(), order(home.path()), secrets()).await;
    assert!(matches!(started, Err(StartError::Open(_))), "{started:?}");
}

#[tokio::test]
async fn a_missing_measure_is_named_and_no_key_is_sent() {
    let home = tempfile::tempdir().unwrap();
    let order = Order { snapshot: home.path().join("missing"), ..order(home.path()) };
    let started = SessionProcess::start_program(&sekisho(), order, secrets()).await;
    assert!(matches!(started, Err(StartError::NotConfined(_))), "{started:?}");
}

/// Started by hand it has no gatehouse, and says so by its status.
#[test]
fn by_hand_it_does_nothing() {
    for arguments in [&["session"][..], &["session", "{}"], &["session", "nonsense", "more"]] {
        let status = Command::new(tests::sekisho())
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(64), "{arguments:?}");
    }
}
