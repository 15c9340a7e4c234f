mod listing;
mod names;
mod rows;
mod views;

use datafusion::arrow::datatypes::DataType;

use super::*;
use crate::catalog::{Class, Column, Table};
use crate::ids::{SnapshotId, SnapshotName};
use crate::words::{FailCode, RefusalCode};

fn column(name: &str, data_type: DataType, class: Class) -> Column {
    let nullable = !matches!(class, Class::Patient);
    Column { name: name.to_owned(), data_type, nullable, class }
}

/// Visits and labs of people, each with institutions; people; a public code list.
pub(crate) fn catalog() -> Catalog {
    use DataType::{Date32, Float64, Int64, UInt32, Utf8};
    let table = |name: &str, columns| Table { name: name.to_owned(), columns, municipality: None };
    Catalog {
        snapshot: SnapshotId::new(SnapshotName::new("demo").unwrap(), "0123456789ab").unwrap(),
        tables: vec![
            table(
                "person",
                vec![
                    column("id", UInt32, Class::Patient),
                    column("sex", Utf8, Class::Code),
                    column("birth_year", Int64, Class::Quasi),
                    column("note", Utf8, Class::Text),
                ],
            ),
            table(
                "visit",
                vec![
                    column("id", UInt32, Class::Patient),
                    column("site", UInt32, Class::Institution),
                    column("day", Date32, Class::Quasi),
                    column("code", Utf8, Class::Code),
                    column("yen", Int64, Class::Measure),
                ],
            ),
            table(
                "lab",
                vec![
                    column("id", UInt32, Class::Patient),
                    column("site", UInt32, Class::Institution),
                    column("item", Utf8, Class::Code),
                    column("value", Float64, Class::Measure),
                ],
            ),
            table("icd", vec![column("code", Utf8, Class::Code), column("chapter", Utf8, Class::Code)]),
        ],
    }
}

fn cut(sql: &str) -> Stages {
    stages(sql, None, &catalog()).unwrap_or_else(|halt| panic!("{sql}: {halt:?}"))
}

fn refused(sql: &str) -> (RefusalCode, Option<(u64, u64)>) {
    match stages(sql, None, &catalog()) {
        Err(Halt::Refused(refusal)) => (refusal.code, refusal.at.map(|p| (p.line, p.column))),
        other => panic!("{sql}: {other:?}"),
    }
}

fn failed(sql: &str) -> (FailCode, Option<(u64, u64)>) {
    match stages(sql, None, &catalog()) {
        Err(Halt::Failed(failure)) => (failure.code, failure.at.map(|p| (p.line, p.column))),
        other => panic!("{sql}: {other:?}"),
    }
}

/// The rows of people below the cut carry the patient and the institution along, unseen; above it
/// nothing but the safe result is read.
#[test]
fn a_plain_question_has_one_cut() {
    let stages = cut("SELECT code, count(*) AS n, sum(yen) FROM visit WHERE yen > 0 GROUP BY code");
    let [only] = stages.cuts() else { panic!("one cut") };
    assert_eq!(
        only.below().display_indent().to_string(),
        "Projection: visit.code AS __a3, visit.yen AS __a4, __i2 AS __i2, __p1 AS __p1\n  \
         Filter: visit.yen > Int64(0)\n    \
         Projection: visit.id, visit.site, visit.day, visit.code, visit.yen, visit.id AS __p1, visit.site AS __i2\n      \
         TableScan: visit"
    );
    let top = stages.top().plan().display_indent().to_string();
    assert!(top.ends_with("TableScan: __stage0") && !top.contains("TableScan: visit"), "{top}");
    assert_eq!(only.patient(), "__p1");
    assert_eq!(only.institutions(), [("__i2".to_owned(), false)]);
    assert_eq!(only.feeds().len(), 2, "all rows, and those with a yen");
    assert_eq!((only.rows(), only.declared()), (0, true), "the label is a code: it tells nothing by itself");
    assert_eq!(stages.top().columns().len(), 3);
}

#[test]
fn cuts_inside_cuts() {
    for (sql, cuts) in [
        ("SELECT count(*) FROM visit WHERE yen > (SELECT avg(yen) FROM visit)", 2),
        ("SELECT avg(n) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)", 1),
        ("SELECT avg(n) FROM (SELECT code, count(*) AS n FROM visit GROUP BY code)", 1),
        (
            "SELECT v.code, 1.0 * v.n / l.n FROM (SELECT code, count(*) AS n FROM visit GROUP BY code) v JOIN (SELECT item, count(*) AS n FROM lab GROUP BY item) l ON v.code = l.item",
            2,
        ),
        ("SELECT count(*) FROM visit v JOIN lab l ON v.id = l.id", 1),
        ("SELECT count(*) FROM visit v, lab l WHERE v.id = l.id AND l.value > 3", 1),
        ("SELECT avg(l.value) FROM visit v JOIN lab l ON v.id = l.id, icd i WHERE v.code = i.code", 1),
        ("SELECT count(*) FROM visit WHERE id IN (SELECT id FROM lab WHERE value > 3)", 1),
        ("SELECT count(*) FROM visit WHERE id NOT IN (SELECT id FROM lab WHERE value > 3)", 1),
        (
            "SELECT count(*) FROM visit v WHERE EXISTS (SELECT 1 FROM lab l WHERE l.id = v.id AND l.value > v.yen)",
            1,
        ),
        ("SELECT count(*) FROM visit v WHERE yen > (SELECT max(value) FROM lab l WHERE l.id = v.id)", 1),
        (
            "SELECT i.chapter, count(v.id) FROM icd i LEFT JOIN visit v ON v.code = i.code GROUP BY i.chapter",
            1,
        ),
        ("SELECT DISTINCT code FROM visit", 1),
        ("SELECT code, rank() OVER (ORDER BY count(*) DESC) FROM visit GROUP BY code", 1),
        (
            "SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY id ORDER BY day) AS k FROM visit) WHERE k = 1",
            1,
        ),
        ("SELECT count(*) FROM (SELECT id FROM visit UNION ALL SELECT id FROM lab)", 1),
        ("SELECT code, count(*) FROM visit GROUP BY code HAVING count(*) > 20 ORDER BY 2 DESC LIMIT 3", 1),
        (
            "WITH v AS (SELECT id, min(day) AS first FROM visit GROUP BY id) SELECT date_trunc('month', first) AS m, count(DISTINCT v.id) FROM v JOIN person USING (id) GROUP BY 1",
            1,
        ),
        ("SELECT chapter FROM icd", 0),
        ("SELECT 1 + 1", 0),
        (
            "SELECT count(DISTINCT id), count(DISTINCT site), count(DISTINCT code) FILTER (WHERE yen > 3) FROM visit",
            1,
        ),
        ("SELECT CASE WHEN yen > 100 THEN 'high' ELSE 'low' END AS c, avg(yen) FROM visit GROUP BY c", 1),
        // Marks, and subqueries inside a summary.
        ("SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM lab l WHERE l.id = v.id)) FROM visit v", 1),
        ("SELECT avg(CASE WHEN id IN (SELECT id FROM lab) THEN 1.0 ELSE 0.0 END) FROM visit", 1),
        (
            "SELECT CASE WHEN id NOT IN (SELECT id FROM lab) THEN 'n' END AS c, count(*) FROM visit GROUP BY c",
            1,
        ),
        ("SELECT sex, avg((SELECT count(*) FROM visit v WHERE v.id = p.id)) FROM person p GROUP BY sex", 1),
        ("SELECT count(*) FILTER (WHERE yen > (SELECT avg(yen) FROM visit)) FROM visit", 2),
        (
            "SELECT max(k) FROM (SELECT code, count(*) AS k FROM (SELECT code, row_number() OVER (PARTITION BY id, id IN (SELECT id FROM lab) ORDER BY day) AS r FROM visit) WHERE r = 1 GROUP BY code)",
            1,
        ),
        ("SELECT count(*) FROM visit WHERE (id, code) IN (SELECT id, item FROM lab)", 1),
        (
            "SELECT count(*) FROM visit WHERE (code, yen) IN (('a', 1), ('b', 2)) AND (code, yen) <> ('a', 2)",
            1,
        ),
        (
            "SELECT code, count(*) * 1.0 / max(t.n) FROM visit, (SELECT count(*) AS n FROM person) t GROUP BY code",
            3,
        ),
        (
            "SELECT grouping(sex), count(*) FROM person GROUP BY ROLLUP (sex, (2025 - birth_year) / 20 * 20)",
            1,
        ),
        ("SELECT count(*) FROM person GROUP BY GROUPING SETS ((sex), (birth_year + 1) / 20, ())", 1),
        (
            "SELECT year(day), month(day), count_if(yen > 3), avg(datediff('day', day, DATE '2026-01-01')) FROM visit GROUP BY 1, 2",
            1,
        ),
        ("SELECT date_diff(month, day, day + 40) AS m, quantile_cont(yen, 0.5) FROM visit GROUP BY m", 1),
        ("SELECT count(*) FROM visit WHERE day + yen * INTERVAL '1 day' > last_day(day) - 3", 1),
        ("SELECT a.id IS NULL, count(*) FROM person p FULL JOIN visit a ON a.id = p.id GROUP BY 1", 1),
        (
            "SELECT p.sex, count(l.id) FROM person p LEFT JOIN (SELECT id, max(value) AS m FROM lab GROUP BY id) l ON l.id = p.id GROUP BY p.sex",
            1,
        ),
    ] {
        let stages = cut(sql);
        assert_eq!(stages.cuts().len(), cuts, "{sql}\n{}", stages.top().plan().display_indent());
    }
}

#[test]
fn refusals_name_the_rule_and_the_place() {
    use RefusalCode as R;
    for (sql, code, at) in [
        ("SELECT * FROM visit", R::RawRows, (1, 8)),
        ("SELECT code\nFROM visit LIMIT 3", R::RawRows, (1, 8)),
        ("SELECT id, count(*) FROM visit GROUP BY id", R::RawRows, (1, 8)),
        ("SELECT count(*) FROM (SELECT code FROM visit LIMIT 3)", R::LimitRows, (1, 46)),
        ("SELECT count(*) FROM visit v JOIN lab l ON v.code = l.item", R::MixedJoin, (1, 30)),
        ("SELECT count(*) FROM visit, lab", R::MixedJoin, (1, 17)),
        ("SELECT count(*) FROM visit WHERE code IN (SELECT item FROM lab)", R::MixedSubquery, (1, 39)),
        ("SELECT count(*) FROM icd WHERE code IN (SELECT code FROM visit)", R::MixedSubquery, (1, 37)),
        ("SELECT count(*) FROM (SELECT rank() OVER (ORDER BY yen) FROM visit)", R::MixedWindow, (1, 37)),
        ("SELECT count(*) FROM visit WHERE id = 7", R::KeyUse, (1, 34)),
        ("SELECT count(*) FROM visit WHERE site > 3", R::KeyUse, (1, 34)),
        ("SELECT sum(id) FROM visit", R::KeyUse, (1, 12)),
        ("SELECT site, count(*) FROM visit GROUP BY site", R::KeyUse, (1, 8)),
        ("SELECT count(*) FROM person WHERE note LIKE '%x%'", R::TextUse, (1, 35)),
        ("SELECT count(*) FROM person GROUP BY note", R::TextUse, (1, 38)),
        ("SELECT max(yen) FROM visit", R::Aggregate, (1, 8)),
        ("SELECT array_agg(yen) FROM visit", R::Aggregate, (1, 8)),
        ("SELECT random()", R::Function, (1, 8)),
        ("SELECT count(*) FROM visit WHERE version() = 'x'", R::Function, (1, 34)),
        ("EXPLAIN SELECT 1", R::Statement, (1, 1)),
        ("EXPLAIN ANALYZE SELECT count(*) FROM visit", R::Statement, (1, 1)),
        ("DELETE FROM visit", R::Statement, (1, 1)),
        ("SELECT 1; SELECT 2", R::Statement, (1, 1)),
        ("SELECT count(*) AS __p1 FROM visit", R::ReservedName, (1, 20)),
        ("SELECT id, count(*) FROM visit GROUP BY ROLLUP (id)", R::Node, (1, 41)),
        ("SELECT count(*) FROM (SELECT DISTINCT ON (code) code FROM visit)", R::LimitRows, (1, 23)),
        (
            "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
            R::Node,
            (1, 1),
        ),
        (
            "SELECT b.id, count(*) FROM person p LEFT JOIN visit b ON b.id = p.id GROUP BY b.id",
            R::PartialKey,
            (1, 70),
        ),
        ("SELECT count(*) FROM visit WHERE yen > (SELECT yen FROM visit)", R::MixedSubquery, (1, 1)),
        // A mark carries no more from patient to patient than a join does.
        (
            "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM lab l WHERE l.value > v.yen)) FROM visit v",
            R::MixedSubquery,
            (1, 31),
        ),
        (
            "SELECT sum(CASE WHEN code IN (SELECT item FROM lab) THEN 1 END) FROM visit",
            R::MixedSubquery,
            (1, 27),
        ),
        ("SELECT code IN (SELECT code FROM visit) AS k, chapter FROM icd", R::MixedSubquery, (1, 13)),
        (
            "SELECT sum(CASE WHEN code NOT IN (SELECT code FROM icd) THEN 1 END) FROM visit",
            R::MixedSubquery,
            (1, 31),
        ),
        (
            "SELECT avg((SELECT max(value) FROM lab l WHERE l.value > v.yen)) FROM visit v",
            R::MixedSubquery,
            (1, 1),
        ),
        (
            "SELECT count(*) FROM visit WHERE (code, yen) IN (SELECT item, value FROM lab)",
            R::MixedSubquery,
            (1, 46),
        ),
        (
            "SELECT count(*) FROM visit WHERE NOT ((id, code) IN (SELECT id, item FROM lab))",
            R::MixedSubquery,
            (1, 40),
        ),
        (
            "SELECT count(*) FROM visit WHERE (id, code) NOT IN (SELECT id, item FROM lab)",
            R::MixedSubquery,
            (1, 35),
        ),
        ("SELECT count(*) FROM visit WHERE (id, code) IN ((7, 'a'))", R::KeyUse, (1, 35)),
        (
            "SELECT code, max(v.yen) FROM visit v, (SELECT count(*) AS n FROM person) t GROUP BY code",
            R::Aggregate,
            (1, 14),
        ),
        (
            "SELECT code, max(t.n) FROM visit v JOIN (SELECT yen AS n FROM visit WHERE yen = 3 LIMIT 1) t ON true GROUP BY code",
            R::LimitRows,
            (1, 83),
        ),
        ("SELECT avg(date_diff('hour', day, day)) FROM visit", R::Function, (1, 12)),
    ] {
        let (got, place) = refused(sql);
        assert_eq!(got, code, "{sql}");
        assert_eq!(place, Some(at), "{sql}");
    }
}

#[test]
fn what_cannot_be_understood_fails_with_a_place() {
    for (sql, code, at) in [
        ("SELEC 1", FailCode::Syntax, Some((1, 1))),
        ("SELECT count(* FROM visit", FailCode::Syntax, None),
        ("SELECT count(*) FROM visit WHERE yen >\n  (3", FailCode::Syntax, Some((2, 5))),
        ("SELECT count(*) FROM visit WHERE yen > ", FailCode::Syntax, Some((1, 39))),
        ("SELECT count(*) FROM nowhere", FailCode::UnknownTable, Some((1, 22))),
        ("SELECT count(*) FROM visit WHERE nothing = 3", FailCode::UnknownColumn, Some((1, 34))),
        ("SELECT count(*) FROM visit WHERE day + code = 3", FailCode::Meaning, None),
        ("SELECT count(*) FROM visit WHERE yen > $1", FailCode::Parameter, None),
    ] {
        let (got, place) = failed(sql);
        assert_eq!(got, code, "{sql}");
        if at.is_some() {
            assert_eq!(place, at, "{sql}");
        }
    }
    let long = format!("SELECT {}", vec!["1"; 30_000].join(" + "));
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let wide = format!(
        "SELECT count(*) FROM visit v0 {}",
        (1..3_000).map(|i| format!("JOIN visit v{i} ON v{i}.id = v0.id ")).collect::<String>()
    );
    for sql in [long, deep, wide, " ".repeat(10_000_000)] {
        assert_eq!(failed(&sql).0, FailCode::TooLarge);
    }
}

/// A count per patient is no recorded amount, under however many names it comes.
#[test]
fn a_condition_is_seen_under_every_name() {
    for (sql, splits) in [
        ("SELECT sum(n) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)", 1),
        (
            "SELECT sum(CASE WHEN n <= 3 THEN n ELSE 0 END) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)",
            2,
        ),
        ("SELECT sum(m) FROM (SELECT n AS m FROM (SELECT id, count(*) AS n FROM visit GROUP BY id))", 1),
        ("SELECT sum(y) FROM (SELECT yen AS y FROM visit)", 0),
        (
            "SELECT b.total, sum(CASE WHEN b.n <= 3 THEN b.n WHEN a.birth_year < 1970 THEN b.n ELSE 0 END) FROM person a
                JOIN (SELECT t.id AS id, count(*) AS n, sum(t.yen) AS total FROM visit t GROUP BY t.id) b ON a.id = b.id GROUP BY b.total",
            3,
        ),
        (
            "WITH b AS (SELECT t.id AS id, count(*) AS n FROM visit t GROUP BY t.id)
                SELECT sum(CASE WHEN a.birth_year IS NULL THEN b.n ELSE 0 END) FROM person a LEFT JOIN b USING (id)",
            2,
        ),
        (
            "SELECT a.g, sum(CASE WHEN a.g IS NULL THEN a.n WHEN a.g NOT LIKE '%t' THEN 0 ELSE a.n END)
                FROM (SELECT t.id AS id, t.code AS g, count(*) AS n FROM visit t GROUP BY t.id, t.code) a GROUP BY a.g",
            3,
        ),
    ] {
        let stages = cut(sql);
        let [only] = stages.cuts() else { panic!("one cut") };
        assert_eq!(only.figures()[0].splits.len(), splits, "{sql}");
    }
}
