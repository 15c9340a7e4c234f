//! Real data: hand-written questions over the RAND Health Insurance Experiment and the NAFLD cohort, with the
//! figures that DuckDB works out and the evidence that a brute-force count finds.

use std::fs;

use tests::{House, python, real_data, repository};

#[test]
fn questions_over_the_rand_health_insurance_experiment_are_answered_right() {
    ask("randhie");
}

#[test]
fn questions_over_the_nafld_cohort_are_answered_right() {
    ask("nafld");
}

fn ask(name: &str) {
    let data = real_data();
    let questions = repository().join("tests/questions-real").join(name).with_extension("toml");
    let house = House::new();
    house.import(&data.join(name).with_extension("toml"));
    house.study("real", name);
    let lines = python("real.py", &["questions".as_ref(), questions.as_os_str()]);
    let answers = house.path().join("answers.jsonl");
    fs::write(&answers, house.ask_lines_raw("real", lines.as_bytes())).unwrap();
    let args = ["judge".as_ref(), questions.as_os_str(), data.as_os_str(), answers.as_os_str()];
    println!("{name}: {}", python("real.py", &args));
}
