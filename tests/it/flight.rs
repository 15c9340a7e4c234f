//! `sekisho serve`, driven by the clients that people really use.
//!
//! The data is made so that every expected figure can be worked out in the head:
//! women (f): 20 people, 3 visits each, every visit costs 100: shown;
//! men (m): 30 people, 1 visit each, one of whom pays nearly all: the mean is dominated;
//! x: 3 people, 1 visit each: too few. 93 visits in all, at 4 institutions.
//! Out of scope: the protocol's corners, which `portal/src/flight/tests` has with canned answers.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use tests::{House, python_command, repository};

/// A question that takes for ever: 93 visits times a thousand codes to the fifth.
const SLOW: &str =
    "SELECT count(DISTINCT v.person) AS n FROM visit v, icd10 a, icd10 b, icd10 c, icd10 d, icd10 e";

/// `sekisho serve` on a port of its own; ends with this value.
struct Server {
    process: Child,
    port: String,
    arguments: Vec<String>,
    _house: House,
    /// Open, so that the server can go on writing.
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let house = House::new();
        house.import(&write_data(&house));
        house.study("trial", "small");
        let token = || house.run(&["token", "--study", "trial", "--handler", "local"]).trim().to_owned();
        let (token, other) = (token(), token());
        std::fs::write(
            house.path().join("sekisho.toml"),
            "[flight]\nlisten = \"127.0.0.1:0\"\n[web]\nlisten = \"127.0.0.1:0\"\n",
        )
        .unwrap();

        let mut process = house.command().arg("serve").stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let address =
            out.by_ref().lines().map_while(Result::ok).find_map(|line| {
                line.split_once("grpc+tls://").map(|(_, address)| address.trim().to_owned())
            });
        let address = address.expect("serve says where it listens");
        let port = address.rsplit(':').next().unwrap_or_default().to_owned();
        let ca = house.path().join("tls/ca.pem").to_string_lossy().into_owned();
        let arguments =
            [&port, &ca, &token, &other, "small", "trial", SLOW].map(|a: &str| a.to_owned()).into();
        Self { process, port, arguments, _house: house, _out: out }
    }

    fn try_with(&self, script: &str) {
        let done = python_command(script).args(&self.arguments).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{script}: {}\n{out}\n{err}", done.status);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Writes the tables and the manifest into the house's folder; returns the manifest's path.
fn write_data(house: &House) -> std::path::PathBuf {
    let mut visits = "person,site,sex,cost\n".to_owned();
    let mut row = 0;
    let mut visit = |person: String, sex: &str, cost: f64| {
        writeln!(visits, "{person},S{},{sex},{cost:.1}", row % 4).unwrap();
        row += 1;
    };
    for person in 0..60 {
        visit(format!("F{}", person % 20), "f", 100.0);
    }
    for person in 0..30 {
        visit(format!("M{person}"), "m", if person == 7 { 1_000_000.0 } else { 10.0 });
    }
    for person in 0..3 {
        visit(format!("X{person}"), "x", 50.0);
    }
    let codes: String = (0..1000).map(|i| format!("C{i:03},label {i}\n")).collect();
    let folder = house.path().join("source");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("visit.csv"), visits).unwrap();
    std::fs::write(folder.join("icd10.csv"), format!("code,label\n{codes}")).unwrap();
    // The same few people are asked about again and again.
    let policy = repository().join("tests/policies/no-ledger.toml");
    let exploring =
        "\n[exploring]\nprotection = \"cell_key\"\nbound = 5\nvariance = 3\nhidden = 2\ndaily = 20\n";
    let policy = std::fs::read_to_string(policy).unwrap() + exploring;
    std::fs::write(folder.join("no-ledger.toml"), policy).unwrap();
    let manifest = "\
        name = \"small\"\npolicy = \"./no-ledger.toml\"\n\
        [[table]]\nname = \"visit\"\nsource = \"visit.csv\"\npatient = \"person\"\ninstitution = \"site\"\n\
        [[table]]\nname = \"icd10\"\nsource = \"icd10.csv\"\n";
    std::fs::write(folder.join("small.toml"), manifest).unwrap();
    folder.join("small.toml")
}

#[test]
fn real_clients_get_what_the_gate_says() {
    let server = Server::start();
    server.try_with("flight_pyarrow.py");
    server.try_with("flight_adbc.py");
}

#[test]
fn two_servers_cannot_have_one_port_and_a_stopped_one_ends_cleanly() {
    let mut server = Server::start();
    let second = House::new();
    let config =
        format!("[flight]\nlisten = \"127.0.0.1:{}\"\n[web]\nlisten = \"127.0.0.1:0\"\n", server.port);
    std::fs::write(second.path().join("sekisho.toml"), config).unwrap();
    let refused = second.try_run(&["serve"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains(&server.port), "it says which address");

    let id = server.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(server.process.wait().unwrap().success());
}
