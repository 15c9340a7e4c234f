//! Useful: the honest questions of `tests/questions` are answered, their safe cells released and right, each in
//! a study of its own and all in one study. The questions, the oracle and the report are told in
//! `tests/questions/README.md`.
//!
//! `SEKISHO_PATIENTS` changes the size of the demo's records (5,000), `SEKISHO_KEEP` names a folder that
//! keeps the records, the answers and the report; records that lie there already are taken.

use std::ffi::OsStr;
use std::path::PathBuf;

use serde_json::Value;
use tests::{House, python, sekisho};

/// Least shares of one run.
struct Goal {
    run: &'static str,
    answered: f64,
    safe_released: f64,
    /// True, or worked out from those cells alone that are shown. The oracle knows of no ledger, so it can't tell all of the
    /// latter (ranks, cumulated shares) where one withholds cells; which ones varies a little with the house's secret.
    right: f64,
}

// The aim is 0.95 and 0.90 in a study of one's own, 0.90 and 0.80 in one study; these hold already.
const GOALS: [Goal; 2] = [
    Goal { run: "own study each", answered: 0.95, safe_released: 0.92, right: 0.98 },
    Goal { run: "one study", answered: 0.95, safe_released: 0.85, right: 0.96 },
];
/// None is released that the oracle calls unsafe.
const UNSAFE: f64 = 0.0;

#[test]
fn the_oracle_agrees_with_cases_worked_out_by_hand() {
    python("questions.py", &["self-test"]);
}

#[test]
fn honest_questions_are_answered_with_right_figures() {
    let house = House::new();
    let folder = std::env::var_os("SEKISHO_KEEP").map_or_else(|| house.path().to_owned(), PathBuf::from);
    let patients = std::env::var("SEKISHO_PATIENTS").unwrap_or_else(|_| "5000".to_owned());
    let words = ["run".as_ref(), sekisho().as_os_str(), folder.as_os_str(), OsStr::new(&patients)];
    let report = python("questions.py", &words);
    println!("{report}");
    let totals: Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
    for goal in &GOALS {
        let of = |part: &str| totals[goal.run][part].as_f64().unwrap();
        let share = |part: &str, whole: &str| of(part) / of(whole);
        assert!(share("answered", "questions") >= goal.answered, "{}: answered\n{report}", goal.run);
        assert!(share("safe_released", "safe") >= goal.safe_released, "{}: released\n{report}", goal.run);
        let right = (of("right") + of("published")) / of("released");
        assert!(right >= goal.right, "{}: right\n{report}", goal.run);
        assert!(of("unsafe_released") <= UNSAFE, "{}: unsafe\n{report}", goal.run);
    }
}
