use super::*;
use crate::plan::{Stages, stages, tests::catalog};

fn cut(sql: &str) -> Stages {
    stages(sql, None, &catalog()).unwrap_or_else(|halt| panic!("{sql}: {halt:?}"))
}

/// The first figure of the last cut, in the cells with these labels.
fn cell(sql: &str, labels: &[ScalarValue]) -> u64 {
    let stages = cut(sql);
    let definition = stages.cuts().last().unwrap().definitions();
    let labels = labels.iter().enumerate().map(|(nth, value)| definition.condition(nth, value));
    labels.fold(definition.figure(0).unwrap(), u64::wrapping_add)
}

fn figure(sql: &str) -> u64 {
    cell(sql, &[])
}

#[test]
fn names_order_and_spelling_do_not_matter() {
    let same = [
        "SELECT count(*) FROM visit WHERE yen > 5 AND code = 'A'",
        "SELECT count(*) FROM visit AS v WHERE 'A' = v.code AND 5 < v.yen",
        "SELECT count(*) FILTER (WHERE code = 'A') FROM visit WHERE yen > 5",
        "WITH a AS (SELECT *, yen AS y FROM visit WHERE code = 'A') SELECT count(1) AS n FROM a WHERE y > 5",
        "SELECT count(*) FROM (SELECT yen, code FROM visit WHERE yen > 5 AND yen > 5) x WHERE code = 'A'",
    ];
    let all: BTreeSet<u64> = same.into_iter().map(figure).collect();
    assert_eq!(all.len(), 1);
    assert_eq!(
        figure("SELECT sum(yen) FROM visit JOIN person ON visit.id = person.id WHERE sex = 'F'"),
        figure("SELECT avg(v.yen) FROM person p, visit v WHERE p.id = v.id AND p.sex = 'F'"),
    );
}

#[test]
fn a_cell_of_a_table_is_what_its_labels_say() {
    let (f, year) = (ScalarValue::from("F"), ScalarValue::from(1950_i64));
    let where_all = figure("SELECT count(*) FROM person WHERE sex = 'F' AND birth_year = 1950");
    for (sql, labels) in [
        (
            "SELECT sex, birth_year, count(*) FROM person GROUP BY sex, birth_year",
            vec![f.clone(), year.clone()],
        ),
        ("SELECT birth_year, count(*) FROM person WHERE sex = 'F' GROUP BY birth_year", vec![year.clone()]),
        (
            "SELECT sex, birth_year, count(*) FROM person WHERE sex = 'F' GROUP BY ROLLUP (sex, birth_year)",
            vec![f.clone(), year.clone()],
        ),
    ] {
        assert_eq!(cell(sql, &labels), where_all, "{sql}");
    }
    let missing = cell("SELECT sex, count(*) FROM person GROUP BY sex", &[ScalarValue::Utf8(None)]);
    assert_eq!(missing, figure("SELECT count(*) FROM person WHERE sex IS NULL"));
    let yes = cell("SELECT birth_year > 1950, count(*) FROM person GROUP BY 1", &[true.into()]);
    assert_eq!(yes, figure("SELECT count(*) FROM person WHERE birth_year > 1950"));
    let no = cell("SELECT birth_year > 1950, count(*) FROM person GROUP BY 1", &[false.into()]);
    assert_eq!(no, figure("SELECT count(*) FROM person WHERE NOT birth_year > 1950"));
}

#[test]
fn what_may_differ_is_another_definition() {
    let all = [
        "SELECT count(*) FROM person",
        "SELECT count(DISTINCT id) FROM person",
        "SELECT count(sex) FROM person",
        "SELECT count(*) FROM person WHERE sex = 'F'",
        "SELECT count(*) FROM person WHERE sex <> 'F'",
        "SELECT count(*) FROM person WHERE sex = 'F' OR birth_year = 1931",
        "SELECT count(*) FROM person WHERE sex = 'F' AND birth_year > 1931",
        "SELECT count(*) FROM person WHERE sex = 'F' AND birth_year >= 1931",
        "SELECT count(*) FROM visit",
        "SELECT sum(yen) FROM visit",
        "SELECT sum(yen * yen) FROM visit",
        "SELECT count(*) FROM visit JOIN person ON visit.id = person.id",
        "SELECT count(*) FROM visit LEFT JOIN person ON visit.id = person.id",
        "SELECT count(*) FROM visit a JOIN visit b ON a.id = b.id",
        "SELECT count(*) FROM person WHERE id IN (SELECT id FROM visit)",
        "SELECT count(*) FROM person WHERE id NOT IN (SELECT id FROM visit)",
        "SELECT count(*) FROM person WHERE id IN (SELECT id FROM visit WHERE code = 'A')",
        "SELECT count(*) FROM person WHERE birth_year > (SELECT avg(birth_year) FROM person)",
        "SELECT count(*) FROM person WHERE birth_year > (SELECT avg(birth_year) FROM person WHERE sex = 'F')",
        "SELECT count(*) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)",
        "SELECT count(*) FROM (SELECT id, count(*) AS n FROM visit WHERE yen > 5 GROUP BY id)",
        "SELECT count(*) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id) WHERE n > 2",
        "SELECT count(*) FROM (SELECT id, sum(yen) AS n FROM visit GROUP BY id) WHERE n > 2",
        "SELECT count(*) FROM (SELECT id FROM visit UNION ALL SELECT id FROM lab)",
    ];
    let mut seen = std::collections::BTreeMap::new();
    for sql in all {
        assert_eq!(figure(sql), figure(sql), "{sql}");
        if let Some(other) = seen.insert(figure(sql), sql) {
            panic!("{other} is taken for {sql}");
        }
    }
}
