//! The register under `kill -9`: what was acknowledged stays, and the next opening needs no help. And a grant for columns, end to end.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, Utc};
use enclave::access::{Access, Handler};
use enclave::audit::{Action, AuditLog, Entry, Role, show};
use enclave::ids::HandlerId;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::json;
use tests::House;

/// Where a child process finds the house that it writes in, and what its handlers are called.
const HOUSE: &str = "SEKISHO_TEST_REGISTER";
const PREFIX: &str = "SEKISHO_TEST_PREFIX";
/// Before each name that a child reports as written.
const DONE: &str = "done:";
const ROUNDS: u32 = 25;

fn now() -> DateTime<Utc> {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

fn open(house: &Path) -> (Access, AuditLog) {
    let log = AuditLog::open(&house.join("audit"), "test", &[3; 32], now()).unwrap();
    (Access::open(&house.join("state.sqlite")).unwrap(), log)
}

/// Not a test of its own: what the children run, until they are killed.
#[test]
fn child_that_enrols_handlers() {
    let (Ok(house), Ok(prefix)) = (std::env::var(HOUSE), std::env::var(PREFIX)) else {
        return;
    };
    let (access, log) = open(house.as_ref());
    for n in 0.. {
        let name = format!("{prefix}-{n}");
        let handler = Handler::researcher(HandlerId::new(name.as_str()).unwrap());
        let entry = Entry::new(now(), "local", Role::DataSteward, Action::HandlerAdd).object(&name);
        let receipt = log.append_blocking(entry).unwrap();
        access.enrol(&handler, &receipt).unwrap();
        println!("\n{DONE}{name}.");
    }
}

fn start(house: &Path, prefix: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["access::child_that_enrols_handlers", "--exact", "--nocapture"])
        .envs([(HOUSE, house.as_os_str()), (PREFIX, prefix.as_ref())])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        // Two at once, on one register and one log.
        let mut children = ["a", "b"].map(|name| start(folder.path(), &format!("{name}{round}")));
        let mut output = children.each_mut().map(|child| BufReader::new(child.stdout.take().unwrap()));
        // Every other time death comes while they start; else once one of them is at work.
        let mut first = String::new();
        while round % 2 == 1 && first.matches(DONE).count() < 5 {
            assert_ne!(output[0].read_line(&mut first).unwrap(), 0, "the child ended by itself");
        }
        acknowledged.extend(first.lines().filter_map(name));
        std::thread::sleep(Duration::from_millis(rng.random_range(0..100)));
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        for output in output {
            acknowledged.extend(output.lines().map_while(Result::ok).filter_map(|line| name(&line)));
        }
        let (access, log) = open(folder.path());
        let there: BTreeSet<String> =
            access.handlers().unwrap().iter().map(|known| known.handler.to_string()).collect();
        drop(log);
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
        let logged = logged(folder.path());
        let unlogged: Vec<_> = there.difference(&logged).collect();
        assert!(unlogged.is_empty(), "round {round}: in the register but not in the log: {unlogged:?}");
    }
    println!("{} handlers acknowledged in {ROUNDS} rounds", acknowledged.len());
    assert!(acknowledged.len() > 50, "the children did too little for the test to show anything");
}

/// The handler that a whole line of a child's output reports.
fn name(line: &str) -> Option<String> {
    line.strip_prefix(DONE)?.strip_suffix('.').map(str::to_owned)
}

/// The objects of the log's entries.
fn logged(house: &Path) -> BTreeSet<String> {
    let entries = show(&house.join("audit")).unwrap();
    let object = |bytes: &[u8]| {
        let entry: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        entry["object"].as_str().map(str::to_owned)
    };
    entries.filter_map(|entry| object(&entry.unwrap().bytes)).collect()
}

/// Sixty patients of seven sites in two groups, with what each cost.
fn costs() -> House {
    let house = House::new();
    let mut visits = "patient,site,sex,cost\n".to_owned();
    for patient in 0..60 {
        let sex = if patient % 3 == 0 { "f" } else { "m" };
        writeln!(visits, "P{patient},S{},{sex},100", patient % 7).unwrap();
    }
    std::fs::write(house.path().join("visit.csv"), visits).unwrap();
    std::fs::write(house.path().join("sex.csv"), "sex,label\nf,female\nm,male\n").unwrap();
    let manifest = house.path().join("records.toml");
    let text = "name = \"records\"\npolicy = \"jisedai\"\n\
                [[table]]\nname = \"visit\"\nsource = \"visit.csv\"\npatient = \"patient\"\ninstitution = \"site\"\n\
                [table.class]\nsex = \"code\"\n\
                [[table]]\nname = \"sex\"\nsource = \"sex.csv\"\n";
    std::fs::write(&manifest, text).unwrap();
    house.import(&manifest);
    house.study("narrow", "records");
    house
}

#[test]
fn a_column_that_is_not_permitted_is_unknown() {
    let house = costs();
    let asked = |sql: &str| house.ask("narrow", sql).code().to_owned();
    let granted = |tables: &str| {
        house.run(&["study", "grant", "narrow", "local", "--tables", tables]);
    };
    const BY_COST: [&str; 7] = [
        "SELECT sum(cost) FROM visit",
        "SELECT sum(visit.\"cost\") FROM visit",
        "SELECT sum(v.COST) FROM visit AS v",
        "SELECT count(*) FROM visit WHERE cost > 50",
        "SELECT count(*) FROM (SELECT patient, cost FROM visit) AS v",
        "SELECT count(*) FROM visit AS a JOIN visit AS b USING (patient, cost)",
        "SELECT sex, count(*) FROM visit GROUP BY sex ORDER BY max(cost)",
    ];
    assert_eq!(asked(BY_COST[0]), "released");

    granted("visit(sex)");
    for sql in BY_COST {
        assert_eq!(asked(sql), "unknown_column", "{sql}");
    }
    // Keys are there whatever the grant says; another table is not.
    let answer = house.ask(
        "narrow",
        "SELECT sex, count(DISTINCT patient) AS n, count(DISTINCT site) AS s FROM visit GROUP BY sex ORDER BY sex",
    );
    assert_eq!(answer.rows(), [json!(["f", 20, 7]), json!(["m", 40, 7])], "{answer:?}");
    assert_eq!(asked("SELECT count(*) FROM sex"), "unknown_table");

    granted("visit(cost), sex(sex)");
    assert_eq!(asked(BY_COST[0]), "released");
    assert_eq!(asked("SELECT sex, count(*) FROM visit GROUP BY sex"), "unknown_column");
    assert_eq!(asked("SELECT label FROM sex"), "unknown_column");
    assert_eq!(asked("SELECT sex FROM sex"), "released");
    let wrong = house.try_run(&["study", "grant", "narrow", "local", "--tables", "visit(age)"]);
    assert!(
        !wrong.status.success()
            && String::from_utf8_lossy(&wrong.stderr).contains("patient, site, sex, cost")
    );
}
