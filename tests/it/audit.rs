//! The audit log from outside: other processes, sudden death, full disks, a stranger's verifier.
//!
//! A process that appends is this test binary itself, started again with [`CHILD`] set.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use enclave::audit::{self, Action, AuditError, AuditLog, Entry, Role, VerifyKey};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Set in a child: the log's folder.
const CHILD: &str = "SEKISHO_TEST_AUDIT_DIR";
/// Set in a child: the number of its first entry, and how many to append on each of its threads.
const FIRST: &str = "SEKISHO_TEST_AUDIT_FIRST";
const COUNT: &str = "SEKISHO_TEST_AUDIT_COUNT";
const THREADS: u64 = 4;

const SEED: [u8; 32] = [7; 32];
const ORIGIN: &str = "sekisho.test/audit";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_600_000, 0).unwrap()
}

fn open(dir: &Path) -> Result<AuditLog, AuditError> {
    AuditLog::open(dir, ORIGIN, &SEED, now())
}

fn key() -> VerifyKey {
    VerifyKey::of_seed(ORIGIN, &SEED).unwrap()
}

/// Entries of very different length, so that frames straddle pages.
fn entry(n: u64) -> Entry {
    let sql = "SELECT 1 -- ".repeat(usize::try_from(n * n % 211).unwrap());
    Entry::new(now(), "sato", Role::Researcher, Action::Query).sql(&sql).detail("n", n)
}

/// Index and number of every entry that one of us appended.
fn recorded(dir: &Path) -> BTreeMap<u64, u64> {
    let number = |entry: audit::Recorded| Some((entry.index, entry.json()?["details"]["n"].as_u64()?));
    audit::show(dir).unwrap().filter_map(|entry| number(entry.unwrap())).collect()
}

fn is_whole(dir: &Path) {
    let report = audit::verify(dir, &key()).unwrap();
    assert!(report.is_whole(), "{report:?}");
}

/// No test in itself: a child's work. Prints each number that was acknowledged, with its index.
#[test]
fn child() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let number = |name| std::env::var(name).unwrap().parse::<u64>().unwrap();
    let (first, count) = (number(FIRST), number(COUNT));
    let log = open(dir.as_ref()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let log = &log;
            scope.spawn(move || {
                for n in 0..count {
                    let n = first + thread + n * THREADS;
                    match log.append_blocking(entry(n)) {
                        Ok(receipt) => say(&format!("ack {} {n}", receipt.index())),
                        Err(error) => return say(&format!("refused {error}")),
                    }
                }
            });
        }
    });
    say("done");
}

/// One line at once: the test harness writes to the same pipe.
fn say(line: &str) {
    let _ = std::io::stdout().lock().write_all(format!("\n{line}\n").as_bytes());
}

fn start(dir: &Path, first: u64, count: u64) -> Child {
    let exe = std::env::current_exe().unwrap();
    start_as(Command::new(exe), dir, first, count)
}

fn start_as(mut command: Command, dir: &Path, first: u64, count: u64) -> Child {
    command.args(["--exact", "audit::child", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, dir).env(FIRST, first.to_string()).env(COUNT, count.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// What a child was told is on disk, by index; and what else it said.
fn heard(child: &mut Child) -> (BTreeMap<u64, u64>, Vec<String>) {
    let (mut acknowledged, mut others) = (BTreeMap::new(), Vec::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["ack", index, n] => {
                acknowledged.insert(index.parse().unwrap(), n.parse().unwrap());
            }
            _ => others.push(line),
        }
    }
    child.wait().unwrap();
    (acknowledged, others)
}

#[test]
fn several_processes_append_to_one_log() {
    let dir = tempfile::tempdir().unwrap();
    let mut children: Vec<Child> = (0..4).map(|child| start(dir.path(), child * 1000, 40)).collect();
    let mut acknowledged = BTreeMap::new();
    for child in &mut children {
        let (mine, others) = heard(child);
        assert!(others.contains(&"done".to_owned()), "{others:?}");
        acknowledged.extend(mine);
    }
    assert_eq!(acknowledged.len(), 640, "no index was given out twice");
    assert_eq!(recorded(dir.path()), acknowledged);
    is_whole(dir.path());
}

#[test]
fn what_was_acknowledged_survives_a_hundred_kills() {
    let dir = tempfile::tempdir().unwrap();
    let mut dice = ChaCha8Rng::seed_from_u64(100);
    let mut acknowledged = BTreeMap::new();
    // On a busy machine many a child is killed before it writes: then more of them live.
    let mut life = 0;
    while life < 100 || acknowledged.len() <= 1000 {
        assert!(life < 2_000, "the children hardly wrote: {}", acknowledged.len());
        life += 1;
        let mut child = start(dir.path(), life * 1_000_000, 1_000_000);
        std::thread::sleep(Duration::from_micros(dice.random_range(0..150_000)));
        child.kill().unwrap();
        let (mine, _) = heard(&mut child);
        acknowledged.extend(mine);
    }
    let recorded_then = recorded(dir.path());
    for (index, n) in &acknowledged {
        assert_eq!(recorded_then.get(index), Some(n), "entry {index} was acknowledged");
    }
    let log = open(dir.path()).unwrap();
    log.append_blocking(entry(5)).unwrap();
    drop(log);
    is_whole(dir.path());
}

#[test]
fn a_full_disk_closes_the_log_and_takes_nothing_back() {
    let dir = tempfile::tempdir().unwrap();
    // The shell limits the size of files to 64 KiB, and leaves the error rather than the signal.
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]);
    shell.arg(std::env::current_exe().unwrap());
    let (acknowledged, others) = heard(&mut start_as(shell, dir.path(), 0, 1000));
    let refused = others.iter().filter(|line| line.starts_with("refused")).count();
    assert_eq!(refused, usize::try_from(THREADS).unwrap(), "{others:?}");
    assert!(acknowledged.len() > 10);
    is_whole(dir.path());
    assert_eq!(recorded(dir.path()), acknowledged);
    assert!(open(dir.path()).unwrap().append_blocking(entry(1)).is_ok());
}

#[test]
fn a_strangers_verifier_agrees() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let made = Command::new(scripts.join("audit_venv.sh")).stderr(Stdio::inherit()).output().unwrap();
    assert!(made.status.success());
    let python = String::from_utf8(made.stdout).unwrap();
    if python.is_empty() {
        eprintln!("NOT RUN: aics-tlog needs Python 3.12 or newer, and there is none");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (log, older) = (dir.path().join("audit"), dir.path().join("older"));
    for (n, keep) in [(300, true), (470, false)] {
        let open = open(&log).unwrap();
        let end = open.len() + n;
        while open.len() < end {
            open.append_blocking(entry(open.len())).unwrap();
        }
        drop(open);
        if keep {
            fs::copy(log.join("checkpoint"), &older).unwrap();
        }
    }
    let mut arguments = vec![scripts.join("audit_verify.py"), log.clone()];
    arguments.extend([key().to_string().into(), older]);
    for index in [0, 255, 256, 511, 512, 769] {
        let proof = dir.path().join(index.to_string());
        fs::write(&proof, audit::prove(&log, index).unwrap().to_string()).unwrap();
        arguments.push(proof);
    }
    let check = || Command::new(python.trim_end()).args(&arguments).output().unwrap();
    let said = check();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "770\n", "{}", String::from_utf8_lossy(&said.stderr));

    // It can say no, too.
    let bundle = log.join("tile/entries/001");
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[5000] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert!(!check().status.success());
}

/// Prints appends a second, alone and with 64 tasks, and how long opening and verifying takes then. Run it with `--ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn rate() {
    for tasks in [1_u64, 64] {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let log = Arc::new(open(dir.path()).unwrap());
        let begun = Instant::now();
        let work: Vec<_> = (0..tasks)
            .map(|_| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    let mut appended = 0_u64;
                    while begun.elapsed() < Duration::from_secs(5) {
                        log.append(entry(100)).await.unwrap();
                        appended += 1;
                    }
                    appended
                })
            })
            .collect();
        let mut appended = 0;
        for task in work {
            appended += task.await.unwrap();
        }
        let seconds = begun.elapsed().as_secs_f64();
        let rate = appended as f64 / seconds;
        println!("{tasks} tasks: {rate:.0} appends/s, {} commits", log.commits());
        drop(log);
        let begun = Instant::now();
        let entries = open(dir.path()).unwrap().len();
        let opened = begun.elapsed();
        is_whole(dir.path());
        println!("{entries} entries: opened in {opened:?}, verified in {:?}", begun.elapsed() - opened);
    }
}
