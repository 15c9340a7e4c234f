//! Rows that a question makes: people repeated, and rows that found nobody.

use super::*;

/// What a question may repeat as often as it likes is refused, but where a column tells the copies apart, what is joined
/// is listed once, or patients are counted.
#[test]
fn rows_of_people_are_not_repeated_at_will() {
    for from in [
        "person p JOIN icd i ON i.code < CASE WHEN p.birth_year = 1931 THEN 'b' ELSE 'c' END",
        "person p CROSS JOIN (VALUES (1), (2)) v(n)",
        "person p LEFT JOIN (VALUES ('M'), ('F'), ('F')) v(s) ON v.s = p.sex",
        "person p JOIN (VALUES (1, 1900), (2, 1900), (3, 1931)) v(k, y) ON p.birth_year >= v.y",
        "person p JOIN (SELECT code FROM icd UNION ALL SELECT code FROM icd) v ON v.code = p.sex",
        "(SELECT id FROM person UNION ALL SELECT id FROM person UNION ALL SELECT id FROM person WHERE sex = 'F') p",
        "(SELECT id FROM person UNION ALL SELECT id FROM (SELECT id FROM person UNION ALL SELECT id FROM person) q) p",
        "(SELECT DISTINCT p.id, i.code FROM person p CROSS JOIN icd i) p",
        "(SELECT id FROM person UNION ALL SELECT id FROM person) p JOIN (SELECT id FROM person UNION ALL SELECT id FROM person) q ON q.id = p.id",
    ] {
        for figure in ["count(*)", "sum(p.id IS NOT NULL)", "count(DISTINCT 1)"] {
            let sql = format!("SELECT {figure} FROM {from}");
            if figure == "count(*)" {
                assert_eq!(refused(&sql).0, RefusalCode::RepeatedRows, "{sql}");
            } else {
                assert!(stages(sql.as_str(), None, &catalog()).is_err(), "{sql}");
            }
        }
        cut(&format!("SELECT count(DISTINCT p.id) FROM {from}"));
        let per_patient =
            format!("SELECT avg(n) FROM (SELECT p.id, count(*) AS n FROM {from} GROUP BY p.id) t");
        assert_eq!(refused(&per_patient).0, RefusalCode::RepeatedRows, "{from}");
    }
    for sql in [
        "SELECT i.chapter, count(*) FROM visit v JOIN icd i ON i.code = v.code GROUP BY 1",
        "SELECT i.chapter, count(*) FROM visit v, icd i WHERE i.code = v.code GROUP BY 1",
        "SELECT count(*) FROM visit v JOIN (VALUES ('a'), ('b')) l(c) ON l.c = v.code",
        "SELECT b.name, count(*) FROM person p JOIN (VALUES (0, 1949, 'old'), (1950, 2020, 'young')) b(lo, hi, name)
            ON p.birth_year BETWEEN b.lo AND b.hi GROUP BY b.name",
        "SELECT d.day, count(*) FROM (VALUES (DATE '2024-06-30'), (DATE '2024-12-31')) d(day)
            JOIN (SELECT id, max(day) AS last FROM visit GROUP BY id) v ON v.last > d.day GROUP BY d.day",
        "SELECT k, count(*) FROM (SELECT id, 'all' AS k FROM person UNION ALL SELECT id, 'men' FROM person WHERE sex = 'M'
            UNION ALL SELECT id, 'women' FROM person WHERE sex = 'F') t GROUP BY k",
        "SELECT count(*) FROM (SELECT id FROM visit UNION ALL SELECT id FROM lab) t",
        "SELECT count(*) FROM (SELECT id FROM visit WHERE yen > 9 UNION ALL SELECT id FROM visit WHERE code = 'a') t",
        "SELECT avg(1.0 * v.yen / t.n) FROM visit v CROSS JOIN (SELECT count(*) AS n FROM visit) t",
        "SELECT avg(1.0 * v.yen / t.n) FROM visit v JOIN (SELECT code, count(*) AS n FROM visit GROUP BY code) t ON t.code = v.code",
    ] {
        cut(sql);
    }
}

/// Rows of a public table that found nobody are in no figure.
#[test]
fn nobodys_rows_are_not_counted() {
    let from = "FROM icd i LEFT JOIN visit v ON v.code = i.code";
    for figure in [
        "count(*)",
        "count(i.code)",
        "count(DISTINCT i.code)",
        "count(coalesce(v.yen, 0))",
        "sum(CASE WHEN v.yen > 0 THEN 1 ELSE 0 END)",
    ] {
        assert_eq!(refused(&format!("SELECT {figure} {from}")).0, RefusalCode::NobodysRows, "{figure}");
    }
    for figure in [
        "count(v.id)",
        "count(DISTINCT v.id)",
        "sum(v.yen * 2)",
        "count(*) FILTER (WHERE v.yen > 0)",
        "avg(v.yen)",
    ] {
        cut(&format!("SELECT i.chapter, {figure} {from} GROUP BY i.chapter"));
    }
    cut(&format!("SELECT count(*) {from} WHERE v.id IS NOT NULL"));
    let added = "SELECT count(*) FROM (SELECT id FROM person UNION ALL SELECT NULL FROM icd) t";
    assert_eq!(refused(added).0, RefusalCode::NobodysRows);
}
