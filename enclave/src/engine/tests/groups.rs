//! Groups where a policy tells few patients and none alike.

use datafusion::arrow::array::{AsArray, BooleanArray};

use super::*;

fn gate_of(groups: &str) -> Gate {
    let bundle = format!("groups = \"{groups}\"\n{BUNDLE}");
    Gate::new(toml::from_str::<Bundle>(&bundle).unwrap(), crate::gate::Census::default())
}

/// The answer under a bundle with lists, before these are put in.
async fn listed(sql: &str, expected: &[&[&str]]) {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let table = ask_at(&gate_of("listed"), &engine, &catalog, sql).await;
    assert_eq!(cells(&table), expected, "{sql}\n{:?}", table.notices());
}

#[tokio::test]
async fn nobody_is_told_as_a_few_are() {
    for code in ["c", "z"] {
        listed(
            &format!(
                "SELECT count(*), count(DISTINCT id), sum(yen), avg(yen) FROM visit WHERE code = '{code}'"
            ),
            &[&["patients"; 4]],
        )
        .await;
        listed(&format!("SELECT code, count(*) FROM visit WHERE code = '{code}' GROUP BY code"), &[]).await;
        listed(
            &format!("SELECT code = '{code}', count(*) FROM visit GROUP BY 1"),
            &[&["false", if code == "c" { "1185" } else { "1200" }]],
        )
        .await;
    }
}

#[tokio::test]
async fn a_zero_shows_in_a_group_that_is_large() {
    listed(
        "SELECT code, count(*) FILTER (WHERE yen < 0), sum(yen) FILTER (WHERE yen < 0) FROM visit WHERE code <> 'd' GROUP BY code ORDER BY code",
        &[&["a", "0", "-"], &["b", "0", "-"]],
    )
    .await;
    listed("SELECT count(*) FILTER (WHERE yen < 0) FROM visit WHERE code = 'c'", &[&["patients"]]).await;
    listed("SELECT count(*) FILTER (WHERE yen < 0) FROM visit WHERE code = 'a'", &[&["0"]]).await;
}

/// Groups of a list are there with suppressed cells, whether a few are in them or nobody; too long a list changes nothing.
#[tokio::test]
async fn listed_groups_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let cut = |sql: &str| plan::stages(sql, None, &catalog).unwrap();
    let codes = cut("SELECT DISTINCT code FROM visit");
    for (groups, listed) in [("present", ""), ("listed", "a b c d"), ("shared", "a b d"), ("left_out", "")] {
        let gate = gate_of(groups);
        let known = Known::default();
        let cells = engine.cells(&codes.cuts()[0], &known, &gate, &Progress::default()).await.unwrap();
        let list = gate.codes(&cells).unwrap();
        let mut found: Vec<&str> = list.as_string::<i32>().iter().flatten().collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), listed);
    }
    let gate = gate_of("listed");
    let asked =
        cut("SELECT code, yen > 5 AS much, count(*) FROM visit WHERE yen > 0 AND code <> 'd' GROUP BY 1, 2");
    let cells = engine.cells(&asked.cuts()[0], &Known::default(), &gate, &Progress::default()).await.unwrap();
    let linked = Linked::default();
    let inspected = gate.inspect(cells, &linked).unwrap();
    let proof = inspected.unkept().unwrap();
    let safe = inspected.recorded(&proof).unwrap();
    let list = |codes: Vec<String>| -> [ArrayRef; 2] {
        [Arc::new(StringArray::from(codes)), Arc::new(BooleanArray::from(vec![false, true]))]
    };
    let long = safe.clone().with_groups(&list((0..51).map(|n| n.to_string()).collect())).unwrap();
    assert_eq!(long.batch().num_rows(), safe.batch().num_rows());
    let codes = ["a", "b", "c", "z"].map(str::to_owned).to_vec();
    let mut known = Known::default();
    known.insert(0, safe.with_groups(&list(codes)).unwrap());
    let table = engine.above(&asked, &known).await.unwrap();
    let rows: Vec<String> = cells_of(&table);
    assert_eq!(
        rows,
        [
            "a false 340",
            "a true 350",
            "b false 29",
            "b true 31",
            "c false patients",
            "c true patients",
            "z false patients",
            "z true patients"
        ]
    );
}

fn cells_of(table: &SafeTable) -> Vec<String> {
    cells(table).iter().map(|row| row.join(" ")).collect()
}

#[tokio::test]
async fn that_groups_may_be_left_out_is_said_of_every_table() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    for (code, rows) in [("c", 0), ("z", 0), ("a", 3)] {
        let sql = format!("SELECT day, count(*) FROM visit WHERE code = '{code}' GROUP BY day");
        let table = ask_at(&gate_of("left_out"), &engine, &catalog, &sql).await;
        assert_eq!((cells(&table).len(), table.notices()[0].code.as_str()), (rows, "groups_left_out"));
    }
}
