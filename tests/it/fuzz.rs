//! Whatever is asked from outside is answered: released, refused or failed with a code and a place in the text, in the order of the
//! questions, and by the session that was there before.
//!
//! Seeds are the question corpus and the attack corpus. `SEKISHO_FUZZ_SECONDS` goes on for so long. The planner alone, thousands of
//! texts a minute, is fuzzed in `enclave::plan`; here they run.

use std::fs;

use serde_json::Value;
use tests::fuzz::{Rounds, changed_text};
use tests::{Answer, House, repository};

/// Asked in one session.
const AT_ONCE: usize = 60;
/// Put in here and there.
const WORDS: &[&str] = &[
    "NULL",
    "0",
    "-1",
    "1e999",
    "'患者'",
    "9223372036854775807",
    "::int",
    "CASE WHEN",
    "END",
    "OVER ()",
    "GROUPING SETS ((), (1))",
    "CUBE",
    "UNION ALL",
    "FILTER (WHERE",
    "DISTINCT",
    "LEFT JOIN",
    "HAVING",
    "LIMIT 0",
    "/ 0",
    "INTERVAL '1' MONTH",
    "DATE '0001-01-01'",
    "*",
];

fn seeds() -> Vec<String> {
    let texts = |folder: &str, ending: &str| -> Vec<String> {
        let files = fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|e| e == ending)).collect();
        files.sort_unstable();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    };
    let questions = texts("tests/questions", "sql")
        .into_iter()
        .flat_map(|text| text.split(";\n").map(str::to_owned).collect::<Vec<_>>());
    let attacks = texts("tests/attacks", "toml").into_iter().flat_map(|text| {
        let quoted = text.split('"').filter(|part| part.contains("SELECT ") && part.contains(" FROM "));
        quoted.map(str::to_owned).collect::<Vec<_>>()
    });
    questions.chain(attacks).collect()
}

#[test]
fn whatever_is_asked_is_answered() {
    let house = House::new();
    house.run(&["demo", "--once", "--patients", "200"]);
    let seeds = seeds();
    let mut texts = Rounds::new(5 * AT_ONCE).each().map(|mut rng| changed_text(&mut rng, &seeds, WORDS));
    let (mut released, mut asked) = (0, 0);
    loop {
        let some: Vec<String> = texts.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        for (sql, answer) in some.iter().zip(house.ask_all("demo", &some)) {
            assert!(!["internal", "session_ended"].contains(&answer.code()), "{sql:?}: {answer:?}");
            asked += 1;
            if answer.verdict() == "released" {
                released += 1;
            } else {
                assert!(inside(sql, &answer), "{sql:?}: {answer:?}");
            }
        }
    }
    println!("{asked} asked, {released} released");
    assert!(released * 20 >= asked, "hardly anything ran: {released} of {asked}");
}

/// Whether the place, if there is one, is in the text; its end is a place too.
fn inside(sql: &str, answer: &Answer) -> bool {
    let at = &answer.words()["at"];
    let (Some(line), Some(column)) = (at["line"].as_u64(), at["column"].as_u64()) else {
        return *at == Value::Null;
    };
    let line = sql.split('\n').nth(usize::try_from(line).unwrap().wrapping_sub(1));
    line.is_some_and(|line| (1..=line.chars().count() as u64 + 1).contains(&column))
}
