//! Attacks from outside: the corpus of `tests/attacks/` and the automatic attacker, both in Python
//! (`tests/python/attacks/`).
//!
//! An attack succeeds when it tells one patient's secret. None may, but those that the data says wait for a
//! rule that is not there yet, or come through a gap that it names; the report counts them.
//! `SEKISHO_HISTORIES` changes how many histories the automatic attacker tries, `SEKISHO_SEED` which.

use std::ffi::OsStr;

use tests::{python, sekisho};

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

/// Until the ledger is there, trackers and their kin find their prey; from then on it must be `none`
/// (and `prey` with a bundle whose ledger is off).
#[test]
fn the_automatic_attacker_finds_its_prey_where_no_ledger_remembers() {
    let histories = std::env::var("SEKISHO_HISTORIES").unwrap_or_else(|_| "30".to_owned());
    let seed = std::env::var("SEKISHO_SEED").unwrap_or_else(|_| "1".to_owned());
    println!("{}", attack(&["auto", "--histories", &histories, "--seed", &seed, "--expect", "prey"]));
}

fn attack(args: &[&str]) -> String {
    let (command, options) = args.split_first().expect("a command");
    let mut all = vec![OsStr::new(command), sekisho().as_os_str()];
    all.extend(options.iter().map(OsStr::new));
    python("attacks.py", &all)
}
