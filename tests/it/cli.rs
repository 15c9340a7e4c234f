//! What a person or a program at the command line sees: the demo, answers in each form, exit codes, `serve`.
//!
//! Out of scope: whether the figures are right (`exact`, `real`), what clients see (`flight`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tests::House;

/// A house in which the demo has run, made once: small, so that rare things are too rare.
fn demo() -> &'static House {
    static MADE: OnceLock<House> = OnceLock::new();
    MADE.get_or_init(|| {
        let house = House::new();
        house.run(&["demo", "--once", "--patients", "600"]);
        house
    })
}

fn query(arguments: &[&str]) -> Output {
    demo().try_run(&[&["query", "--study", "demo"], arguments].concat())
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn no_command_is_the_demo_and_the_second_time_it_finds_its_snapshot() {
    let house = House::new();
    let first = house.run(&["--once", "--patients", "300"]);
    for part in ["── 1 ──", "── 2 ──", "── 3 ──", "‹patients›", "Group more coarsely", "refused (raw_rows)"]
    {
        assert!(first.contains(part), "{part} in:\n{first}");
    }
    assert!(!house.path().join(".demo").exists(), "the source files are taken away");
    let again = house.run(&["demo", "--once", "--patients", "300"]);
    let figures =
        |text: &str| text.lines().filter(|l| l.starts_with('│')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(figures(&first), figures(&again));
    let snapshots = || house.run(&["snapshot", "list"]).lines().count();
    assert_eq!(snapshots(), 1);

    // Another size stands beside it, with a study of its own.
    house.run(&["demo", "--once", "--patients", "301"]);
    assert_eq!(snapshots(), 2);
    assert!(house.run(&["study", "list"]).contains("demo-301-1"));
}

#[test]
fn two_demos_at_once_make_one_snapshot() {
    let house = House::new();
    let start = || {
        let mut command = house.command();
        command.args(["demo", "--once", "--patients", "200"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    for done in [start(), start()].map(|child| child.wait_with_output().unwrap()) {
        assert!(done.status.success(), "{}", text(&done.stderr));
    }
    assert_eq!(house.run(&["snapshot", "list"]).lines().count(), 1);
}

#[test]
fn the_demo_writes_its_sources_for_others() {
    let house = House::new();
    let folder = house.path().join("sources");
    house.run(&["demo", "--patients", "50", "--files", folder.to_str().unwrap()]);
    assert!(!house.path().join("keys").exists(), "nothing else is made");
    house.import(&folder.join("manifest.toml"));
    house.study("s", "demo-50-1");
    let answer = house.ask("s", "SELECT count(*) FROM patient");
    assert_eq!(answer.rows()[0][0], 50);
}

#[test]
fn exit_codes_tell_answers_refusals_failures_and_misuse_apart() {
    let code = |arguments: &[&str]| query(arguments).status.code();
    assert_eq!(code(&["SELECT count(*) FROM patient"]), Some(0));
    assert_eq!(code(&["SELECT nothing FROM patient"]), Some(1));
    assert_eq!(code(&["--format", "json", "SELECT nothing FROM patient"]), Some(1));
    assert_eq!(code(&["--format", "fax", "SELECT count(*) FROM patient"]), Some(2));
    assert_eq!(code(&["--reasons", "SELECT count(*) FROM patient"]), Some(2));
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["SELECT * FROM patient"]), Some(3));
    assert_eq!(code(&["--format", "json", "SELECT * FROM patient"]), Some(3));
}

#[test]
fn a_refusal_points_at_its_place_on_standard_error() {
    let done = query(&["--lang", "en", "SELECT count(*),\n  max(value) FROM lab"]);
    assert_eq!(text(&done.stdout), "");
    let lines: Vec<&str> = text(&done.stderr).lines().collect();
    let sql = lines.iter().position(|line| line.contains("max(value)")).unwrap();
    let column = |line: &str, what| line.chars().position(|c| c == what).unwrap();
    assert_eq!(column(lines[sql + 1], '^'), column(lines[sql], 'm'), "{lines:#?}");
    assert!(lines[0].contains("refused (aggregate)") && !text(&done.stderr).contains('\u{1b}'));
}

#[test]
fn one_question_in_three_forms() {
    let sql = "SELECT a.label_ja AS drug, count(DISTINCT d.patient_id) AS n FROM drug d JOIN atc a ON a.atc = d.atc \
               WHERE d.atc IN ('A16AB04', 'C10AA07') GROUP BY a.label_ja ORDER BY a.label_ja";
    let out = |arguments: &[&str]| {
        let done = query(&[arguments, &[sql]].concat());
        assert!(done.status.success(), "{}", text(&done.stderr));
        text(&done.stdout).to_owned()
    };
    let json: Value = serde_json::from_str(&out(&["--format", "json"])).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["verdict", "columns", "rows", "suppressed", "policy", "snapshot", "audit"]);
    assert_eq!(json["columns"][1]["type"], "Int64");
    let shown = json["rows"][1][1].as_i64().unwrap();
    assert_eq!(json["rows"][0], serde_json::json!(["アガルシダーゼ ベータ", null]));
    assert_eq!(json["suppressed"], serde_json::json!([{"row": 0, "column": 1, "reason": "patients"}]));

    let csv = out(&["--format", "csv", "--reasons"]);
    let expected = format!(
        "drug,drug__reason,n,n__reason\nアガルシダーゼ ベータ,,,patients\nロスバスタチン,,{shown},\n"
    );
    assert_eq!(csv, expected);

    let table = out(&[]);
    assert!(table.contains("‹patients›") && table.contains(&shown.to_string()), "{table}");
}

#[test]
fn sql_comes_from_standard_input_too() {
    let mut command = demo().command();
    command
        .args(["query", "--study", "demo", "--format", "csv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"SELECT count(*) AS n\nFROM patient\n").unwrap();
    assert_eq!(text(&child.wait_with_output().unwrap().stdout), "n\n600\n");
}

#[test]
fn each_line_is_answered_before_the_next_is_read() {
    let mut command = demo().command();
    command.args(["query", "--study", "demo", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut lines_in, lines_out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut lines_out = BufReader::new(lines_out).lines();
    let mut answer = |line: &str| -> Value {
        writeln!(lines_in, "{line}").unwrap();
        serde_json::from_str(&lines_out.next().unwrap().unwrap()).unwrap()
    };
    let first = answer(r#"{"note": [1], "sql": "SELECT count(*) FROM patient", "id": "q1"}"#);
    assert_eq!((&first["id"], &first["rows"][0][0]), (&"q1".into(), &600.into()));
    let bad = answer(r#"{"id": "q2", "sql": "SELECT"#);
    assert_eq!((&bad["id"], &bad["failure"]["code"]), (&"q2".into(), &"bad_line".into()));
    assert!(bad["audit"].is_null());
    let refused = answer(r#"{"id": "q3", "sql": "SELECT * FROM patient"}"#);
    assert_eq!((&refused["verdict"], &refused["refusal"]["code"]), (&"refused".into(), &"raw_rows".into()));
    assert!(refused["audit"].as_u64() > first["audit"].as_u64());
    drop(lines_in);
    assert_eq!(child.wait().unwrap().code(), Some(0), "every line was answered, whatever the verdicts");
}

#[test]
fn a_mistyped_study_or_home_says_what_there_is() {
    let done = demo().try_run(&["query", "--study", "demmo", "SELECT 1"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("demmo") && text(&done.stderr).contains("demo."), "{done:?}");

    let house = House::new();
    let home = house.path().join("nowhere");
    let done = Command::new(tests::sekisho())
        .arg("--home")
        .arg(&home)
        .args(["query", "--study", "s", "SELECT 1"])
        .output();
    assert_eq!(done.unwrap().status.code(), Some(1));
    assert!(!home.exists(), "asking makes nothing");
}

#[test]
fn serve_makes_its_settings_and_ends_well_when_told() {
    let house = House::new();
    house.run(&["demo", "--once", "--patients", "50"]);
    let settings = house.path().join("sekisho.toml");
    let defaults = std::fs::read_to_string(&settings).unwrap();
    assert!(defaults.contains("# listen = \"127.0.0.1:32010\""), "{defaults}");

    std::fs::write(&settings, "[flight]\nlisten = \"127.0.0.1:0\"\n[web]\nlisten = \"127.0.0.1:0\"\n")
        .unwrap();
    for signal in ["-TERM", "-INT"] {
        assert_eq!(serve_until(&house, signal), Some(0), "{signal}");
    }
    assert_eq!(serve_until(&house, "-KILL"), None);
    let log = house.run(&["audit", "show", "--json"]);
    let log: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |action: &str| -> Vec<_> { log.iter().filter(|entry| entry["entry"]["action"] == action).collect() };
    let (starts, ends) = (of("serve_start"), of("serve_end"));
    assert_eq!((starts.len(), ends.len()), (3, 2), "a death leaves a start without an end");
    for (start, (end, reason)) in starts.iter().zip(ends.iter().zip(["terminated", "interrupted"])) {
        assert!(start["entry"]["object"].as_str().unwrap().starts_with("127.0.0.1:"), "{start}");
        assert_eq!(start["entry"]["details"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(end["entry"]["object"], start["index"].to_string());
        assert_eq!(end["entry"]["reason"], reason);
    }

    std::fs::write(&settings, "[flight]\nlissten = \"127.0.0.1:0\"\n").unwrap();
    let done = house.try_run(&["serve"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("lissten") && text(&done.stderr).contains("line 2"), "{done:?}");
}

/// Starts `serve`, waits until it listens, sends a signal, and gives the exit code.
fn serve_until(house: &House, signal: &str) -> Option<i32> {
    let mut child = house.command().arg("serve").stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let (address, ca) = (out.next().unwrap().unwrap(), out.next().unwrap().unwrap());
    assert!(address.contains("grpc+tls://127.0.0.1:"), "{address}");
    let portal = out.next().unwrap().unwrap();
    assert!(portal.contains("https://127.0.0.1:"), "{portal}");
    let ca = ca.rsplit_once("  ").unwrap().1;
    assert!(Path::new(ca).is_absolute() && Path::new(ca).is_file(), "{ca}");
    let told = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    child.wait().unwrap().code()
}
