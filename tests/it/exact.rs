//! Exact: over random questions every released figure equals DuckDB's, every suppressed cell is one that
//! a brute-force count says must be suppressed, and no other; whether the data came sorted or not.
//!
//! `SEKISHO_QUESTIONS` (default 2,000) and `SEKISHO_SEED` (default 1) change the run. The generator and
//! the oracle are Python: `tests/python/exact/`.

use std::ffi::OsStr;
use std::fs;

use tests::{House, python};

#[test]
fn the_oracle_agrees_with_cases_worked_out_by_hand() {
    python("exact.py", &["self-test"]);
}

#[test]
fn random_questions_are_answered_as_duckdb_and_a_brute_force_count_say() {
    let seed = setting("SEKISHO_SEED", "1");
    let count = setting("SEKISHO_QUESTIONS", "2000");
    let house = House::new();
    let folder = house.path().join("exact");
    let totals = python("exact.py", &[OsStr::new("make"), folder.as_os_str(), seed.as_ref(), count.as_ref()]);
    println!("seed {seed}: {totals}");

    let questions = fs::read(folder.join("questions.jsonl")).unwrap();
    let mut judge = vec!["judge".into(), folder.clone().into_os_string()];
    for order in ["sorted", "shuffled"] {
        house.import(&folder.join(order).with_extension("toml"));
        house.study(order, &format!("exact_{order}"));
        let answers = folder.join(order).with_extension("jsonl");
        fs::write(&answers, house.ask_lines_raw(order, &questions)).unwrap();
        judge.push(answers.into_os_string());
    }
    println!("{}", python("exact.py", &judge));
}

fn setting(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}
