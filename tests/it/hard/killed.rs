//! A hundred deaths by `kill -9`, at seeded random moments.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tests::{Answer, House, python_command};

use super::{GOOD, import, small_house};

#[test]
fn a_question_s_process_that_is_killed_loses_no_acknowledged_entry() {
    let house = small_house(false);
    let mut rng = ChaCha8Rng::seed_from_u64(6962);
    let mut acknowledged = BTreeMap::new();
    let whole = time(|| drop(house.ask_all("s", &[GOOD; 5])));
    for _ in 0..50 {
        let mut child = ask_on_and_on(&house);
        let mut input = child.stdin.take().unwrap();
        let lines: String =
            (0..2_000).map(|n| format!("{}\n", json!({"id": n.to_string(), "sql": GOOD}))).collect();
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).is_ok());
        let reader = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || whole_lines(reader));
        sleep(whole.mul_f64(rng.random_range(0.0..2.0)));
        kill(&mut child);
        for line in reader.join().unwrap() {
            let answer = Answer::parse(&line);
            acknowledged.insert(answer.audit().unwrap(), answer.verdict().to_owned());
        }
        writer.join().unwrap();
    }
    assert!(acknowledged.len() > 50, "only {} questions were answered before the kills", acknowledged.len());
    all_in_the_log(&house, acknowledged.keys().copied());
    assert_eq!(house.ask("s", GOOD).code(), "released");
    nobody_is_left(house.path());
}

#[test]
fn a_server_that_is_killed_loses_no_acknowledged_entry() {
    let house = small_house(false);
    let token = house.run(&["token", "--study", "s", "--handler", "local"]).trim().to_owned();
    let mut rng = ChaCha8Rng::seed_from_u64(9162);
    let mut acknowledged = BTreeSet::new();
    for _ in 0..20 {
        let mut server = house.serve();
        let mut client = python_command("flight_until_killed.py");
        client.args([
            server.port().to_string().as_ref(),
            server.ca().as_os_str(),
            token.as_ref(),
            GOOD.as_ref(),
        ]);
        let mut client = client.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(client.stdout.take().unwrap());
        // The first answer shows that the restarted server works.
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        assert!(!first.is_empty(), "the server answers");
        sleep(Duration::from_millis(rng.random_range(0..400)));
        server.kill();
        kill(&mut client);
        acknowledged.extend(whole_lines(lines).into_iter().chain([first.trim().to_owned()]).map(number));
    }
    assert!(acknowledged.len() >= 20);
    all_in_the_log(&house, acknowledged.into_iter());
    nobody_is_left(house.path());
}

#[test]
fn an_import_that_is_killed_leaves_a_whole_snapshot_or_none() {
    let house = small_house(false);
    let manifest = house.path().join("small.toml");
    let mut rng = ChaCha8Rng::seed_from_u64(30);
    let whole = time(|| import(&house, true));
    for n in 0..30 {
        let mut command = house.command();
        command.arg("import").arg(&manifest).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        sleep(whole.mul_f64(rng.random_range(0.0..1.1)));
        kill(&mut child);
        for folder in snapshots(&house) {
            assert!(folder.join("manifest.sig").is_file(), "{} is half a snapshot", folder.display());
        }
        if n % 10 == 9 {
            house.study(&format!("after{n}"), "small");
            assert_eq!(house.ask(&format!("after{n}"), GOOD).code(), "released");
        }
    }
    house.import(&manifest);
    let leftovers: Vec<_> = folders(&house.path().join("snapshots"), |name| name.starts_with(".tmp"));
    assert!(leftovers.is_empty(), "the next import cleans up: {leftovers:?}");
    house.run(&["audit", "verify"]);
    // Every snapshot that is there is whole.
    for folder in snapshots(&house) {
        house.run(&["snapshot".as_ref(), "verify".as_ref(), folder.file_name().unwrap()]);
    }
}

fn ask_on_and_on(house: &House) -> Child {
    let mut command = house.command();
    command.args(["query", "--study", "s", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::null()).spawn().unwrap()
}

fn kill(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// The lines that arrived with their end: only those were acknowledged.
fn whole_lines(mut reader: impl BufRead) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|n| n > 0) {
        if let Some(whole) = line.strip_suffix('\n') {
            lines.push(whole.to_owned());
        }
        line.clear();
    }
    lines
}

fn number(line: String) -> u64 {
    line.parse().unwrap_or_else(|e| panic!("{line}: {e}"))
}

/// The log verifies, and has a verdict at each of the indices.
fn all_in_the_log(house: &House, acknowledged: impl Iterator<Item = u64>) {
    house.run(&["audit", "verify"]);
    let shown = house.run(&["audit", "show", "--json"]);
    let entries: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for index in acknowledged {
        let entry = entries.get(usize::try_from(index).unwrap());
        assert_eq!(entry.map(|e| &e["entry"]["action"]), Some(&json!("verdict")), "entry {index} is lost");
    }
}

fn snapshots(house: &House) -> Vec<std::path::PathBuf> {
    folders(&house.path().join("snapshots"), |name| !name.starts_with('.'))
}

fn folders(of: &Path, wanted: impl Fn(&str) -> bool) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir() && wanted(&path.file_name().unwrap().to_string_lossy())).collect()
}

/// No session outlives its gatehouse: none has the home's path among its arguments.
fn nobody_is_left(home: &Path) {
    let home = home.to_string_lossy().into_owned();
    let left = || {
        let processes = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
        processes
            .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
            .find(|line| line.contains(&home))
    };
    let until = Instant::now() + Duration::from_secs(5);
    while let Some(line) = left() {
        assert!(Instant::now() < until, "still running: {line}");
        sleep(Duration::from_millis(50));
    }
}
