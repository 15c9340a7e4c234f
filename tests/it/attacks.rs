//! Attacks from outside: the corpus of `tests/attacks/` and the automatic attacker, both in Python
//! (`tests/python/attacks/`).
//!
//! An attack succeeds when it tells one patient's secret. None may, but those that the data says come through a gap
//! that it names; the report counts them.
//! `SEKISHO_HISTORIES` changes how many histories the automatic attacker tries, `SEKISHO_SEED` which.

use std::ffi::OsStr;

use tests::{python, repository, sekisho};

#[test]
fn the_attackers_tools_agree_with_cases_worked_out_by_hand() {
    python("attacks.py", &["self-test"]);
}

#[test]
fn no_attack_of_the_corpus_tells_a_secret_unannounced() {
    println!("{}", attack(&["corpus"]));
}

#[test]
fn every_rule_is_missed_when_it_is_off() {
    println!("{}", attack(&["switches"]));
}

/// In 30 histories of the first seed it was told 24 secrets without a ledger, and 9 with one: those that
/// come through the gaps `denial` and `span`.
#[test]
fn the_automatic_attacker_finds_much_more_where_no_ledger_remembers() {
    let histories = std::env::var("SEKISHO_HISTORIES").unwrap_or_else(|_| "30".to_owned());
    let seed = std::env::var("SEKISHO_SEED").unwrap_or_else(|_| "1".to_owned());
    let policy = repository().join("tests/policies/no-ledger.toml");
    let auto = ["auto", "--histories", &histories, "--seed", &seed];
    println!(
        "{}",
        attack(&[&auto[..], &["--policy", policy.to_str().unwrap(), "--expect", "prey"]].concat())
    );
    let most = if histories == "30" { "14" } else { &histories };
    println!("{}", attack(&[&auto[..], &["--most", most]].concat()));
}

fn attack(args: &[&str]) -> String {
    let (command, options) = args.split_first().expect("a command");
    let mut all = vec![OsStr::new(command), sekisho().as_os_str()];
    all.extend(options.iter().map(OsStr::new));
    python("attacks.py", &all)
}
