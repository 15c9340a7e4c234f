//! Exact: over random questions every released figure equals DuckDB's, every suppressed cell is one that
//! a brute-force count says must be suppressed, and no other; whether the data came sorted or not.
//!
//! `SEKISHO_QUESTIONS` and `SEKISHO_SEED` change the run, `SEKISHO_SHOW` how many wrong answers are shown
//! (10), `SEKISHO_KEEP` names a folder that keeps the answers. The generator and the oracle are Python:
//! `tests/python/exact/`.

mod inside;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use inside::Inside;
use tests::{House, python};

#[test]
fn the_oracle_agrees_with_cases_worked_out_by_hand() {
    python("exact.py", &["self-test"]);
}

#[test]
fn random_questions_are_answered_as_duckdb_and_a_brute_force_count_say() {
    let house = House::new();
    let folder = make(&house, "1", "2000");
    let questions = fs::read(folder.join("questions.jsonl")).unwrap();
    for order in ["sorted", "shuffled"] {
        house.import(&folder.join(order).with_extension("toml"));
        house.study(order, &format!("exact_{order}"));
        judge(&folder, order, &house.ask_lines_raw(order, &questions));
    }
}

#[test]
fn patients_spread_over_many_parts_and_threads_change_no_answer() {
    let house = House::new();
    let folder = make(&house, "2", "500");
    let questions = fs::read_to_string(folder.join("questions.jsonl")).unwrap();
    let inside = Inside::import(house.path(), &folder.join("shuffled.toml"));
    judge(&folder, "in-many-parts", &inside.answers(&questions));
}

/// Writes records, questions and expected answers into the house's folder.
fn make(house: &House, seed: &str, count: &str) -> PathBuf {
    let (seed, count) = (setting("SEKISHO_SEED", seed), setting("SEKISHO_QUESTIONS", count));
    let folder = house.path().join("exact");
    let totals = python("exact.py", &[OsStr::new("make"), folder.as_os_str(), seed.as_ref(), count.as_ref()]);
    println!("seed {seed}: {totals}");
    folder
}

/// Panics with what is wrong if an answer is not as expected.
fn judge(folder: &Path, name: &str, answers: &str) {
    let path = folder.join(name).with_extension("jsonl");
    fs::write(&path, answers).unwrap();
    if let Some(kept) = std::env::var_os("SEKISHO_KEEP") {
        fs::create_dir_all(&kept).unwrap();
        for file in [&path, &folder.join("expected.pickle")] {
            fs::copy(file, Path::new(&kept).join(file.file_name().unwrap())).unwrap();
        }
    }
    println!("{}", python("exact.py", &[OsString::from("judge"), folder.into(), path.into_os_string()]));
}

fn setting(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}
