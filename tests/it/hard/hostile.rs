//! Questions made to break something.

use serde_json::Value;
use tests::Answer;

use super::{GOOD, small_house};

/// (what it is, the question, the code that answers it).
fn hostile() -> Vec<(&'static str, String, &'static str)> {
    let many = |n: usize, part: &str, between: &str| vec![part; n].join(between);
    let joins: String =
        (1..3_000).map(|i| format!(" JOIN visit v{i} ON v{i}.patient = v0.patient")).collect();
    let codes: String = (0..800_000).map(|i| format!("'code {i}',")).collect();
    vec![
        ("a sum of 30,000 terms", format!("SELECT {}", many(30_000, "1", "+")), "too_large"),
        ("10 MB of SQL", format!("SELECT count(*) FROM visit WHERE kind IN ({codes}'')"), "too_large"),
        ("10 MB of nothing", " ".repeat(10_000_000), "too_large"),
        (
            "5,000 nested parentheses",
            format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
            "too_large",
        ),
        ("3,000 joins", format!("SELECT count(*) FROM visit v0{joins}"), "too_large"),
        ("a cartesian product of patients", "SELECT count(*) FROM visit a, visit b".to_owned(), "mixed_join"),
        (
            "a cartesian product of visits and codes",
            "SELECT count(*) FROM visit CROSS JOIN code".to_owned(),
            "repeated_rows",
        ),
        (
            "a cast that fails on one row",
            "SELECT sum(CAST(label AS BIGINT)) AS n FROM visit".to_owned(),
            "released",
        ),
        ("a division by zero on one row", "SELECT avg(cost / nights) AS n FROM visit".to_owned(), "released"),
    ]
}

/// Other long, deep and wide texts: whatever the answer, it is not the end of the session.
fn deep() -> Vec<(&'static str, String)> {
    let n = 20_000;
    let nest = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    vec![
        ("OR", format!("SELECT count(*) FROM visit WHERE {}", vec!["cost = 1"; n].join(" OR "))),
        ("AND", format!("SELECT count(*) FROM visit WHERE {}", vec!["cost = 1"; n].join(" AND "))),
        ("||", format!("SELECT {}", vec!["'a'"; n].join("||"))),
        ("NOT", format!("SELECT {} TRUE", "NOT ".repeat(n))),
        ("minus", format!("SELECT {}1", "- ".repeat(n))),
        ("abs", format!("SELECT {}", nest("abs(", ")", 3_000))),
        ("CASE", format!("SELECT {}", nest("CASE WHEN TRUE THEN ", " END", 3_000))),
        ("subqueries", format!("SELECT * FROM {}", nest("(SELECT * FROM ", ") t", 1_000))),
        ("scalar subqueries", format!("SELECT {}", nest("(SELECT ", ")", 1_000))),
        ("IN", format!("SELECT count(*) FROM visit WHERE cost IN ({})", vec!["1"; n].join(","))),
        ("UNION", vec!["SELECT 1"; 5_000].join(" UNION ALL ")),
        (
            "CTEs",
            format!(
                "WITH {} SELECT * FROM t1",
                (0..3_000).map(|i| format!("t{i} AS (SELECT 1 AS a)")).collect::<Vec<_>>().join(",")
            ),
        ),
        (
            "CTEs that double",
            format!(
                "WITH t0 AS (SELECT 1 AS a), {} SELECT count(*) FROM t40",
                (1..=40)
                    .map(|i| format!("t{i} AS (SELECT a.a FROM t{0} a, t{0} b)", i - 1))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
        ("columns", format!("SELECT {} FROM visit", vec!["count(*)"; n].join(","))),
        ("arrays", format!("SELECT {}", nest("[", "]", 5_000))),
        ("keys", format!("SELECT count(*) FROM visit GROUP BY {}", vec!["kind"; n].join(","))),
        ("statements", "SELECT 1;".repeat(n)),
        ("a NUL", "SELECT '\0'".to_owned()),
        ("an open quote", format!("SELECT '{}", "x".repeat(100_000))),
        ("nothing", String::new()),
    ]
}

#[test]
fn hostile_questions_get_a_fixed_answer_and_harm_no_other() {
    let house = small_house(true);
    let mut questions = vec![GOOD.to_owned()];
    for (_, sql, _) in hostile() {
        questions.extend([sql, GOOD.to_owned()]);
    }
    let neighbour = vec![GOOD; 20];
    let (answers, others) = std::thread::scope(|scope| {
        let others = scope.spawn(|| house.ask_all("s", &neighbour));
        (house.ask_all("s", &questions), others.join().unwrap())
    });
    for (n, (what, _, code)) in hostile().into_iter().enumerate() {
        assert_eq!(answers[2 * n + 1].code(), code, "{what}");
    }
    let good = &answers[0];
    assert_eq!((good.code(), good.rows().len()), ("released", 2));
    for answer in answers.iter().step_by(2).chain(&others) {
        assert_eq!(said(answer), said(good));
    }
    house.run(&["audit", "verify"]);
}

#[test]
fn no_text_ends_the_session() {
    let house = small_house(false);
    let mut questions: Vec<String> = Vec::new();
    for (_, sql) in deep() {
        questions.extend([sql, GOOD.to_owned()]);
    }
    let answers = house.ask_all("s", &questions);
    let mut bad = Vec::new();
    for (n, (what, _)) in deep().into_iter().enumerate() {
        let (answer, next) = (&answers[2 * n], &answers[2 * n + 1]);
        if ["session_ended", "internal", ""].contains(&answer.code()) || next.code() != "released" {
            bad.push(format!("{what}: {}, then {}", answer.code(), next.code()));
        }
    }
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn a_row_that_cannot_be_computed_is_answered_as_if_its_value_were_missing() {
    let questions = [
        "SELECT sum(CAST(label AS BIGINT)) AS n FROM visit",
        "SELECT kind, avg(cost / nights) AS n, sum(cost % nights) AS m FROM visit GROUP BY kind",
        "SELECT count(*) AS n FROM visit WHERE CAST(label AS BIGINT) > 100",
        "SELECT count(*) AS n FROM visit WHERE 100 / nights = 50",
        "SELECT count(CAST(label AS DATE)) AS n FROM visit",
        "SELECT CAST(label AS BIGINT) > 100 AS many, count(*) AS n FROM visit GROUP BY 1",
        "SELECT count(*) AS n FROM visit v WHERE v.patient IN (SELECT patient FROM visit WHERE 1 / nights > 0)",
        "SELECT count(*) AS n FROM (SELECT patient, sum(1 / nights) AS t FROM visit GROUP BY patient) x WHERE t = 0",
        "SELECT sum(cost) FILTER (WHERE CAST(label AS INT) > 7) AS n FROM visit",
        "SELECT avg(10 / nights) AS n FROM visit WHERE nights IS NOT NULL",
    ];
    let [with, without] = [true, false].map(|odd| small_house(odd).ask_all("s", &questions));
    for ((with, without), sql) in with.iter().zip(&without).zip(questions) {
        assert_eq!(said(with), said(without), "{sql}");
        assert_eq!(with.code(), "released", "{sql}");
    }
}

/// An answer without its number, its snapshot and its place in the log.
fn said(answer: &Answer) -> Value {
    let mut said = answer.0.clone();
    let keys = said.as_object_mut().unwrap();
    keys.retain(|key, _| !["id", "snapshot", "audit"].contains(&key.as_str()));
    said
}
