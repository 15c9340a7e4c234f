//! Every rule earns its keep: with it the attack gets nothing, without it the prey is in the answer.

use super::*;
use crate::gate::Rule;

/// An attack: the rule that stops it, the question, and the cell that tells when the rule is off.
const ATTACKS: &[(Rule, &str, &str)] = &[
    (Rule::Patients, "SELECT count(*) FROM visit WHERE code = 'c'", "15"),
    (Rule::Institutions, "SELECT count(*) FROM visit WHERE code = 'd'", "60"),
    (Rule::Dominance, "SELECT sum(yen) FROM visit WHERE code = 'b'", "1000326"),
    (Rule::Dominance, "SELECT sum(3 * (yen + 100000)) FROM visit WHERE code = 'b'", "21000978"),
    // Five patients have code c; nobody has z.
    (Rule::Condition, "SELECT sum(CASE WHEN code = 'c' THEN 1 ELSE 0 END) FROM visit", "15"),
    (Rule::Condition, "SELECT sum((code = 'c')::int) FROM visit", "15"),
    (Rule::Condition, "SELECT sum(1 + 2 * (code = 'c')::int) - count(*) FROM visit", "30"),
    (Rule::Condition, "SELECT sum(m) FROM (SELECT (code = 'c')::int + 0 * yen AS m FROM visit)", "10"),
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT id, max(CASE WHEN code = 'c' THEN 1 ELSE 0 END) AS m FROM visit GROUP BY id)",
        "5",
    ),
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT id, sum(yen + 1000 * (code = 'c')::int) - sum(yen) AS m FROM visit GROUP BY id)",
        "10000",
    ),
    (
        Rule::Condition,
        "SELECT sum(n) FROM (SELECT id, count(*) FILTER (WHERE code = 'c') AS n FROM visit GROUP BY id)",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT sum(w.k) FROM visit v JOIN (VALUES ('a', 0), ('b', 0), ('c', 1), ('d', 0)) w(c, k) ON w.c = v.code",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT sum(coalesce(w.k, 0)) FROM visit v LEFT JOIN (VALUES ('c', 1)) w(c, k) ON w.c = v.code",
        "15",
    ),
    (Rule::Condition, "SELECT sum(signum(yen - 999999)) + count(yen) FROM visit", "2.0"),
    (Rule::Condition, "SELECT sum(floor(value / 98)) FROM lab", "4.0"),
    (
        Rule::Condition,
        "SELECT avg(coalesce(nullif(yen > 999999, true)::int, 1)) * count(*) FROM visit",
        "401.0",
    ),
    (Rule::Condition, "SELECT count(DISTINCT CASE WHEN code = 'c' THEN 1 ELSE 0 END) FROM visit", "2"),
    (
        Rule::Condition,
        "SELECT sum(power(100, CASE WHEN code = 'a' THEN 1 WHEN code = 'c' THEN 0 END)) FROM visit",
        "103515.0",
    ),
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT id, (code = 'c')::int AS m FROM visit UNION ALL SELECT id, 0 FROM lab WHERE false)",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT sum(k) FROM (SELECT lag((code = 'c')::int) OVER (PARTITION BY id ORDER BY day) AS k FROM visit)",
        "10",
    ),
    (Rule::Condition, "SELECT sum(least(value, 98)) FROM lab", "9947.0"),
    (Rule::Condition, "SELECT sum(value % 98) FROM lab", "9558.0"),
    (Rule::Condition, "SELECT sum(abs(value - 98)) FROM lab", "9656"),
    // In one row of three the patients with code c have no amount: their other rows hide nothing.
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT id, sum(coalesce(yen, 0) + CASE WHEN code = 'c' AND yen IS NULL THEN 1000 ELSE 0 END)
            - sum(coalesce(yen, 0)) AS m FROM visit GROUP BY id)",
        "5000",
    ),
    (
        Rule::Condition,
        "SELECT sum(k - l) FROM (SELECT yen, sum(coalesce(yen, 0) + CASE WHEN code = 'c' AND yen IS NULL THEN 1000 ELSE 0 END)
            OVER (PARTITION BY id) AS k, sum(coalesce(yen, 0)) OVER (PARTITION BY id) AS l FROM visit) WHERE yen > 0",
        "10000",
    ),
    // On its way through a text or a date a condition stays one.
    (
        Rule::Condition,
        "SELECT sum(((yen + 1000 * (code = 'c')::int)::text)::bigint) FROM visit WHERE yen < 99",
        "14396",
    ),
    (
        Rule::Condition,
        "SELECT sum(date_part('day', CASE WHEN code = 'c' THEN DATE '2024-10-31' ELSE day END)) FROM visit",
        "6387",
    ),
    // What a patient's row leaves when one figure of it is taken from another.
    (
        Rule::Condition,
        "SELECT sum(b - a) FROM (SELECT id, sum(coalesce(yen, 1)) AS b,
            sum(coalesce(yen, 1)) FILTER (WHERE NOT (code = 'c' AND yen IS NULL)) AS a FROM visit GROUP BY id)",
        "5",
    ),
    (
        Rule::Condition,
        "SELECT sum(b - a) FROM (SELECT id, sum(coalesce(yen, 1)) AS b FROM visit GROUP BY id) v JOIN
            (SELECT id, sum(coalesce(yen, 1)) AS a FROM visit WHERE NOT (code = 'c' AND yen IS NULL) GROUP BY id) w USING (id)",
        "5",
    ),
    // Forty patients have an amount of 1, but four of those with b or c.
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT id, sum(yen + CASE WHEN yen = 1 THEN 1000 ELSE 0 END) FILTER (WHERE code IN ('b', 'c'))
            - sum(yen) FILTER (WHERE code IN ('b', 'c')) AS m FROM visit GROUP BY id)",
        "8000",
    ),
    (
        Rule::Condition,
        "SELECT sum(m - y) FROM (SELECT DISTINCT id, coalesce(yen, 0) AS y, coalesce(yen, 0) + 1000 * (code = 'c')::int AS m
            FROM visit)",
        "10000",
    ),
    // A mark is a condition, wherever it stands.
    (
        Rule::Patients,
        "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM visit w WHERE w.id = v.id AND w.code = 'c')) FROM visit v",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT sum(CASE WHEN id IN (SELECT id FROM visit WHERE code = 'c') THEN 1 ELSE 0 END) FROM visit",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT sum(m) FROM (SELECT v.id, max(CASE WHEN EXISTS
            (SELECT 1 FROM visit w WHERE w.id = v.id AND w.code = 'c') THEN 1 ELSE 0 END) AS m FROM visit v GROUP BY v.id)",
        "5",
    ),
    (
        Rule::Condition,
        "SELECT sum(m::int) FROM (SELECT (id IN (SELECT id FROM visit WHERE code = 'c')) AS m FROM visit)",
        "15",
    ),
    (
        Rule::Condition,
        "SELECT avg((SELECT count(*) FROM visit w WHERE w.id = v.id AND w.code = 'c')) * count(*) FROM visit v",
        "45",
    ),
    (Rule::Patients, "SELECT count(*) FROM visit WHERE (id, code) IN (SELECT id, code FROM visit WHERE code = 'c')", "15"),
    (Rule::Condition, "SELECT sum(if((code, yen) IN (('c', 1), ('c', 2), ('c', 3), ('c', 4), ('c', 5)), 1, 0)) FROM visit", "10"),
    (Rule::Patients, "SELECT count_if(code = 'c') FROM visit", "15"),
    // … and so is what is compared with a published figure,
    (
        Rule::Condition,
        "SELECT sum(1 + (value > (SELECT avg(value) + 48 FROM lab))::int) FROM lab",
        "204",
    ),
    // … and what moves a date.
    (Rule::Condition, "SELECT sum((day + 1000 * (code = 'c')::int) - day) FROM visit", "15000"),
    (Rule::Condition, "SELECT sum((day + (code = 'c')::int * INTERVAL '1 day') - day) FROM visit", "15"),
    (
        Rule::Condition,
        "SELECT sum(date_diff('month', day, CASE WHEN code = 'c' THEN DATE '2025-10-31' ELSE day END)) FROM visit",
        "180",
    ),
    (Rule::Quantile, "SELECT percentile_cont(0.999) WITHIN GROUP (ORDER BY value) FROM lab", "100.0"),
    (Rule::Quantile, "SELECT median(value) FROM lab WHERE value < 8", "4.0"),
    (Rule::Moments, "SELECT stddev(value) FROM lab WHERE value < 5", "1.513825177"),
    (Rule::Moments, "SELECT corr(value, value) FROM lab WHERE value < 5.5", "1.0"),
];

async fn answer(engine: &Engine, catalog: &Catalog, gate: &Gate, sql: &str) -> String {
    cells(&ask_at(gate, engine, catalog, sql).await).concat().join(" ")
}

#[tokio::test]
async fn each_rule_stops_its_attacks_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let whole = gate();
    for (rule, sql, prey) in ATTACKS {
        let with = answer(&engine, &catalog, &whole, sql).await;
        assert_eq!(with, rule.reason().code(), "{sql}");
        let without = answer(&engine, &catalog, &whole.without(*rule), sql).await;
        assert!(without.starts_with(prey), "{sql}: {without}, not {prey}");
    }
}

/// What honest questions look like to the same rules.
#[tokio::test]
async fn honest_questions_are_not_in_the_way() {
    for (sql, expected) in [
        ("SELECT sum(2 * yen + 1) FROM visit WHERE code = 'a'", "8330"),
        ("SELECT sum(CASE WHEN code = 'a' THEN 1 ELSE 0 END) FROM visit WHERE code IN ('a', 'b')", "1035"),
        ("SELECT sum(CASE WHEN code = 'z' THEN 1 ELSE 0 END) FROM visit", "0"),
        ("SELECT sum(CASE WHEN code = 'a' THEN yen END) FROM visit", "3820"),
        ("SELECT avg(n) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)", "3.0"),
        ("SELECT avg(round(value)) FROM lab", "50.0"),
        ("SELECT count(DISTINCT code) FROM (SELECT DISTINCT id, code FROM visit)", "4"),
        (
            "SELECT sum(yen) FROM (SELECT DISTINCT id, yen FROM visit WHERE code = 'b' AND yen < 999999)",
            "165",
        ),
        // One patient is never over 1, most are never under.
        (
            "SELECT sum(n) FROM (SELECT id, sum(CASE WHEN yen > 1 THEN 1 ELSE 0 END) AS n FROM visit GROUP BY id)",
            "720",
        ),
        ("SELECT sum(n) FROM (SELECT id, count(CASE WHEN yen > 1 THEN 1 END) AS n FROM visit GROUP BY id)", "720"),
        (
            "SELECT sum(n) FROM (SELECT id, sum(n) AS n FROM
                (SELECT id, count(*) FILTER (WHERE (yen > 1) IS TRUE) AS n FROM visit GROUP BY id) GROUP BY id)",
            "720",
        ),
        ("SELECT sum(yen % 2) FROM visit WHERE code = 'a'", "344"),
        ("SELECT median(value) FROM lab", "50.0"),
        ("SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM lab l WHERE l.id = v.id)) FROM visit v", "600"),
        ("SELECT sum(CASE WHEN id NOT IN (SELECT id FROM lab) THEN 1 ELSE 0 END) FROM visit", "600"),
        ("SELECT avg((SELECT count(*) FROM lab l WHERE l.id = v.id)) FROM visit v", "0.5"),
        ("SELECT sum((day + yen) - day) FROM visit WHERE code = 'a'", "3820"),
        ("SELECT sum((day + yen * INTERVAL '2 days') - day) FROM visit WHERE code = 'a'", "7640"),
        ("SELECT count(*) FROM visit WHERE day::timestamp - DATE '2024-10-04'::timestamp >= INTERVAL '2 days'", "399"),
        ("SELECT avg(datediff('day', DATE '2024-10-04', day)) FROM visit WHERE code = 'a'", "1.0"),
        ("SELECT count(*) FROM visit WHERE (id, day) IN (SELECT id, day FROM visit WHERE code = 'a')", "1035"),
        ("SELECT count(*) / max(t.n) FROM visit, (SELECT count(*) AS n FROM lab) t WHERE yen > 0 GROUP BY t.n", "4"),
        ("SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY value DESC) FROM lab", "75.0"),
        ("SELECT round(stddev(value), 4) FROM lab", "28.9396"),
        ("SELECT round(regr_slope(value, 2 * value), 3) FROM lab", "0.5"),
    ] {
        check(sql, &[&[expected]]).await;
    }
}

/// Codes stand for municipalities here: a is large, b small, c tiny, and nobody counted d.
#[tokio::test]
async fn a_small_municipality_needs_more_patients_however_it_was_picked() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, mut catalog) = house(folder.path());
    for table in &mut catalog.tables {
        table.municipality = (table.name == "visit").then(|| "code".to_owned());
    }
    let rule = "[municipality]\nhidden_under = 2_000\nsmall_under = 25_000\nsmall_least = 40\nleast = 10\ncolumns = []";
    let bundle: Bundle = toml::from_str(&format!("{BUNDLE}{rule}")).unwrap();
    let census = [("a", 90_000), ("b", 20_000), ("c", 1_500)].map(|(code, n)| (code.to_owned(), n));
    let gate = Gate::new(bundle, crate::gate::Census::new(census));
    for (sql, expected) in [
        ("SELECT count(*) FROM visit WHERE code = 'a'", "1035"),
        ("SELECT count(*) FROM visit WHERE code = 'b'", "patients"),
        ("SELECT count(*) FROM visit WHERE code IN ('a', 'b')", "1125"),
        ("SELECT count(DISTINCT id) FROM visit WHERE yen > 0 AND code <> 'a' AND code < 'c'", "patients"),
        ("SELECT count(*) FROM (SELECT id, min(code) AS c FROM visit GROUP BY id) WHERE c = 'b'", "patients"),
        (
            "SELECT count(DISTINCT id) FROM (SELECT id FROM visit WHERE code = 'b' UNION ALL SELECT id FROM visit WHERE code = 'b')",
            "patients",
        ),
        ("SELECT count(*) FROM visit WHERE code = 'd'", "patients"),
        ("SELECT count(*) FROM visit WHERE code = 'z'", "0"),
        ("SELECT count(*) FROM lab", "200"),
    ] {
        assert_eq!(answer(&engine, &catalog, &gate, sql).await, expected, "{sql}");
    }
    let hidden = "SELECT count(*) FROM lab WHERE id IN (SELECT id FROM visit WHERE code = 'b')";
    assert!(matches!(plan::stages(hidden, None, &catalog), Err(Halt::Refused(_))));
    let gate = gate.without(Rule::Municipality);
    let sql = "SELECT count(*) FROM visit WHERE code = 'b'";
    assert_eq!(answer(&engine, &catalog, &gate, sql).await, "90");
}

/// The total less the other rows would be the missing one.
#[tokio::test]
async fn totals_do_not_give_a_missing_cell_away() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let sql = "SELECT code, grouping(code) AS total, count(*) FROM visit WHERE code <> 'd' GROUP BY ROLLUP (code) ORDER BY 2, 1";
    let row = |code: &str, total: &str, n: &str| [code, total, n].map(str::to_owned).to_vec();
    let unprotected = cells(&ask_at(&gate().without_totals(), &engine, &catalog, sql).await);
    let right =
        [row("a", "0", "1035"), row("b", "0", "90"), row("c", "0", "patients"), row("-", "1", "1140")];
    assert_eq!(unprotected, right, "1140 - 1035 - 90 is the missing cell");
    let protected = cells(&ask(&engine, &catalog, sql).await);
    assert_eq!(protected[1], row("b", "0", "complementary"));
    assert_eq!(protected[3], row("-", "1", "1140"));
}

/// The one institution behind code d knows how many rows these are, and the total less d and all that is shown would tell
/// it how many people elsewhere have code c.
#[tokio::test]
async fn an_institution_that_stands_alone_behind_a_cell_learns_of_no_other() {
    check(
        "SELECT code, count(*) FROM visit GROUP BY ROLLUP (code) ORDER BY grouping(code), code",
        &[
            &["a", "1035"],
            &["b", "complementary"],
            &["c", "patients"],
            &["d", "institutions"],
            &["-", "1200"],
        ],
    )
    .await;
}

/// Person 3 stands alone behind x and behind y, and the total less these two and all that is shown would tell of c.
#[tokio::test]
async fn whoever_stands_alone_behind_two_cells_learns_of_no_third() {
    check(
        "SELECT k, count(*) FROM (SELECT *, CASE WHEN yen = 1000000 THEN 'x'
            WHEN code = 'b' AND yen = 4 AND day = DATE '2024-10-04' THEN 'y' ELSE code END AS k FROM visit) v
            WHERE code <> 'd' GROUP BY ROLLUP (k) ORDER BY grouping(k), k",
        &[
            &["a", "1035"],
            &["b", "complementary"],
            &["c", "patients"],
            &["x", "patients"],
            &["y", "patients"],
            &["-", "1140"],
        ],
    )
    .await;
}

/// Sets of labels that cross, neither holding the other's, and the shown cells whose sum less that of others is the
/// missing one: a coarser label less its finer ones, or all of one set less all of another.
const CROSSING: &[(&str, &str, &[&str], &[&str])] = &[
    ("CASE WHEN code IN ('b', 'c') THEN 'I' ELSE 'II' END", "count(*)", &["I -"], &["- b"]),
    // Nothing nests, but both sets add up to all.
    ("day::text", "count(*)", &["2024-10-04 -", "2024-10-05 -", "2024-10-06 -"], &["- a", "- b"]),
    // A code nests in its chapter only among the rows that are counted.
    (
        "CASE WHEN yen IS NULL THEN 'none' WHEN code IN ('b', 'c') THEN 'I' ELSE 'II' END",
        "count(*) FILTER (WHERE yen IS NOT NULL)",
        &["I -"],
        &["- b"],
    ),
    (
        "CASE WHEN yen IS NULL THEN 'none' WHEN code IN ('b', 'c') THEN 'I' ELSE 'II' END",
        "count(yen)",
        &["I -"],
        &["- b"],
    ),
    // ... and among those that bring something to the sum.
    (
        "CASE WHEN yen > 1 AND yen < 999999 THEN CASE WHEN code IN ('b', 'c') THEN 'I' ELSE 'II' END END",
        "sum(yen - 1) FILTER (WHERE yen < 999999)",
        &["I -"],
        &["- b"],
    ),
];

#[tokio::test]
async fn sets_that_cross_do_not_give_a_missing_cell_away() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, mut catalog) = house(folder.path());
    // Labels that show whatever stands behind them.
    for column in catalog.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if column.name == "day" {
            column.class = Class::Code;
        }
    }
    for (coarse, figure, plus, minus) in CROSSING {
        let sql = format!(
            "SELECT chapter, code, {figure} AS n FROM (SELECT *, {coarse} AS chapter FROM visit) v WHERE code <> 'd'
                GROUP BY GROUPING SETS ((chapter), (code))"
        );
        let told = |rows: Vec<Vec<String>>| -> Option<i64> {
            let find =
                |key: &&str| rows.iter().find(|row| row[..2].join(" ") == **key)?[2].parse::<i64>().ok();
            let sum = |keys: &[&str]| keys.iter().map(&find).sum::<Option<i64>>();
            assert_eq!(find(&"- c"), None, "{sql}");
            Some(sum(plus)? - sum(minus)?)
        };
        let unprotected = told(cells(&ask_at(&gate().without_totals(), &engine, &catalog, &sql).await));
        let c = match *figure {
            "count(*)" => 15,
            "sum(yen - 1) FILTER (WHERE yen < 999999)" => 20,
            _ => 10,
        };
        assert_eq!(unprotected, Some(c), "{sql}");
        let protected = told(cells(&ask(&engine, &catalog, &sql).await));
        assert_eq!(protected, None, "{sql}");
    }
}

/// Nothing is missing, so nothing more need be.
#[tokio::test]
async fn sets_that_cross_stay_whole_where_nothing_is_missing() {
    check(
        "SELECT code, day, count(*) FROM visit WHERE code IN ('a', 'b') AND yen < 999999 GROUP BY GROUPING SETS ((code), (day)) ORDER BY 1, 2",
        &[
            &["a", "-", "690"],
            &["b", "-", "59"],
            &["-", "2024-10-04", "249"],
            &["-", "2024-10-05", "250"],
            &["-", "2024-10-06", "250"],
        ],
    )
    .await;
}

/// Everybody with code b came on one day: the policy hides that cell, and b's total is the same figure.
#[tokio::test]
async fn totals_do_not_give_away_a_class_that_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let bundle = format!("class_disclosure = \"suppress\"\n{BUNDLE}");
    let gate = Gate::new(toml::from_str::<Bundle>(&bundle).unwrap(), crate::gate::Census::default());
    let sql =
        "SELECT code, day, count(*) FROM visit WHERE code = 'a' OR (code = 'b' AND day = DATE '2024-10-04')
        GROUP BY ROLLUP (code, day) ORDER BY 1, 2";
    let of_b = |rows: Vec<Vec<String>>| -> Vec<String> {
        rows.into_iter().filter(|row| row[0] == "b").map(|row| row[2].clone()).collect()
    };
    let unprotected = cells(&ask_at(&gate.without_totals(), &engine, &catalog, sql).await);
    assert_eq!(of_b(unprotected), ["condition", "30"]);
    let protected = cells(&ask_at(&gate, &engine, &catalog, sql).await);
    assert_eq!(of_b(protected), ["condition", "complementary"]);
}

#[tokio::test]
async fn several_sets_of_keys() {
    check(
        "SELECT grouping(code) AS c, grouping(day) AS d, count(*) FROM visit WHERE code = 'a' GROUP BY ROLLUP (code, day) ORDER BY 1 DESC, 2 DESC LIMIT 2",
        &[&["1", "1", "1035"], &["0", "1", "1035"]],
    )
    .await;
    check(
        "SELECT code, day, count(*) FROM visit WHERE code = 'a' GROUP BY GROUPING SETS ((code), (day), ()) ORDER BY 1, 2",
        &[
            &["a", "-", "1035"],
            &["-", "2024-10-04", "345"],
            &["-", "2024-10-05", "345"],
            &["-", "2024-10-06", "345"],
            &["-", "-", "1035"],
        ],
    )
    .await;
    check("SELECT count(*), sum(yen) FROM visit WHERE code = 'a' GROUP BY CUBE (code, day) ORDER BY 1 DESC LIMIT 1", &[&["1035", "3820"]]).await;
}
