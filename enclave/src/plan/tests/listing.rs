//! What the labels of groups can be.

use super::*;

/// What labels can be is known of codes, booleans and words, with what the question asks of them alone.
#[test]
fn labels_are_listed_where_they_can_be() {
    for (sql, listings) in [
        (
            "SELECT code, count(*) FROM visit WHERE code IN ('a', 'b') AND yen > 3 GROUP BY code",
            Some(vec![1]),
        ),
        (
            "SELECT k, yes, count(*) FROM (SELECT code AS k, yen > 3 AS yes FROM visit) v WHERE k < 'c' AND yes GROUP BY 1, 2",
            Some(vec![1, 1]),
        ),
        (
            "SELECT i.chapter, CASE WHEN v.yen > 3 THEN 'much' ELSE 'little' END, count(*) FROM visit v JOIN icd i ON i.code = v.code GROUP BY 1, 2",
            Some(vec![0, 0]),
        ),
        ("SELECT day, count(*) FROM visit GROUP BY day", None),
        ("SELECT substr(code, 1, 1), count(*) FROM visit GROUP BY 1", None),
        ("SELECT CASE WHEN yen > 3 THEN code ELSE 'none' END, count(*) FROM visit GROUP BY 1", None),
        ("SELECT code, count(*) FROM visit GROUP BY ROLLUP (code)", None),
        ("SELECT DISTINCT code FROM visit", None),
    ] {
        let stages = cut(sql);
        let kept = stages.cuts()[0]
            .listings()
            .map(|all| all.iter().map(|listing| listing.kept.len()).collect::<Vec<_>>());
        assert_eq!(kept, listings, "{sql}");
    }
}
