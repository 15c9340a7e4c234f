//! Sessions for real: each test starts this very test program again as a child, with a desk whose
//! questions misbehave on demand.

mod confined;
pub(super) mod desk;
mod dying;
mod engine;
mod fuzz;
mod life;
mod limits;

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::access::{Columns, TablePermit};
use crate::gate::Verdict;
use crate::keys::{DataKey, ManifestKey};
use crate::ledger::Scribe;
use crate::policy::Threshold;
use crate::words::FailCode;

/// What the child runs: not a test, and skipped unless asked for by name.
#[test]
#[ignore = "the session process of the other tests"]
fn session_process() {
    let bounds = std::env::args_os().next_back();
    std::process::exit(child::live(bounds).into());
}

fn program() -> Program {
    let arguments = ["session::tests::session_process", "--exact", "--ignored", "--nocapture"];
    Program { path: "/proc/self/exe".into(), arguments: arguments.map(Into::into).into() }
}

/// A home with a snapshot of one file, a spill folder, and a file outside of both.
struct House {
    home: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("snapshot")).unwrap();
        std::fs::write(home.path().join("snapshot/part"), "inside").unwrap();
        std::fs::write(home.path().join("outside"), "outside").unwrap();
        Self { home }
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).display().to_string()
    }

    fn order(&self) -> Order {
        Order {
            snapshot: self.home.path().join("snapshot"),
            manifest_key: ManifestKey::try_from("07".repeat(32)).unwrap(),
            tables: TablePermit::Only([("visit".to_owned(), Columns::All)].into()),
            limits: Limits { memory_mib: 512, spill_mib: 16, ..Limits::default() },
            spill: self.home.path().join("spill"),
            require_confinement: true,
        }
    }

    async fn session(&self) -> SessionProcess {
        self.session_with(|_| ()).await
    }

    async fn session_with(&self, change: impl FnOnce(&mut Order)) -> SessionProcess {
        let mut order = self.order();
        change(&mut order);
        start(order).await.unwrap()
    }
}

async fn start(order: Order) -> Result<SessionProcess, StartError> {
    SessionProcess::start_program(&program(), order, secrets()).await
}

fn secrets() -> Secrets {
    Secrets { data_key: DataKey::from_bytes([42; 32]), weights: [1; 32].into() }
}

fn ask(sql: &str) -> Ask {
    Ask::new(sql)
}

async fn put(session: &SessionProcess, sql: &str) -> Verdict {
    session
        .ask(ask(sql), scribe(), |_| ())
        .await
        .map_or_else(|verdict| verdict, |answer| Verdict::Released(answer.table))
}

/// Of a house that keeps no ledger.
fn scribe() -> Scribe {
    Scribe::new(None, 0, Threshold::new(10).unwrap())
}

/// The desk's tries answer with a refusal whose message begins with what came of it.
fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Refused(refusal) => refusal.message.en.clone(),
        other => format!("{other:?}"),
    }
}

fn fail_code(verdict: &Verdict) -> FailCode {
    match verdict {
        Verdict::Failed(failure) => failure.code,
        other => panic!("not a failure: {other:?}"),
    }
}

fn is_there(process: u32) -> bool {
    let path = format!("/proc/{process}/stat");
    let alive = |stat: String| !stat.rsplit(')').next().unwrap().trim_start().starts_with('Z');
    std::fs::read_to_string(Path::new(&path)).is_ok_and(alive)
}

async fn within(most: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < most {
        if holds() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
