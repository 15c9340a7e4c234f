//! Several summaries in one question tell no more together than the same table with its totals would.
//!
//! Four times four groups of forty patients and more, but one of four: her group is in a row and a column whose totals are
//! asked for beside the table. The ledger alone, which looks at two or three figures together, would not see that two rows
//! and two columns tell of it. Out of scope: totals in questions of their own (`history`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use tests::{Answer, House};

const CELLS: &str = "SELECT r, c, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY r, c";
const ROWS: &str = "SELECT r, NULL AS c, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY r";
const COLUMNS: &str = "SELECT NULL AS r, c, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY c";
const ALL: &str = "SELECT NULL AS r, NULL AS c, count(*) AS n, sum(cost) AS cost FROM visit";

fn house() -> House {
    let house = House::new();
    let mut visits = "patient,site,r,c,cost\n".to_owned();
    let mut patient = 0;
    for (r, c) in (0..4).flat_map(|r| (0..4).map(move |c| (r, c))) {
        for _ in 0..if (r, c) == (0, 0) { 4 } else { 40 + 3 * r + c * c } {
            patient += 1;
            writeln!(visits, "P{patient},S{},r{r},c{c},{}", patient % 7, 100 + patient % 50).unwrap();
        }
    }
    fs::write(house.path().join("visit.csv"), visits).unwrap();
    let manifest = house.path().join("records.toml");
    let table = "[[table]]\nname = \"visit\"\nsource = \"visit.csv\"\npatient = \"patient\"\ninstitution = \"site\"\n\
                 [table.class]\nr = \"code\"\nc = \"code\"\n";
    fs::write(&manifest, format!("name = \"records\"\npolicy = \"jisedai\"\n{table}")).unwrap();
    house.import(&manifest);
    house
}

/// Each figure by its labels and column; nothing where it is missing.
fn figures(answer: &Answer) -> BTreeMap<(String, String, usize), Option<String>> {
    assert_eq!(answer.code(), "released", "{answer:?}");
    let text = |value: &Value| value.as_str().unwrap_or("all").to_owned();
    let cell = |row: &Value, column: usize| {
        let value = &row[column];
        ((text(&row[0]), text(&row[1]), column), (!value.is_null()).then(|| value.to_string()))
    };
    answer.rows().iter().flat_map(|row| [cell(row, 2), cell(row, 3)]).collect()
}

#[test]
fn a_table_beside_its_totals_is_protected_like_one_with_its_totals() {
    let house = house();
    let ask = |study: &str, sql: &str| {
        house.study(study, "records");
        figures(&house.ask(study, sql))
    };
    let cube = ask("cube", "SELECT r, c, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY CUBE (r, c)");
    let missing =
        |column: usize| cube.iter().filter(|((_, _, of), figure)| *of == column && figure.is_none()).count();
    assert_eq!(missing(2), 4, "the group, two that go with it, and the one that closes the circle: {cube:?}");
    let union = [CELLS, ROWS, COLUMNS, ALL].join(" UNION ALL ");
    assert_eq!(ask("union", &union), cube);
    let other_order = [ALL, COLUMNS, CELLS, ROWS].join(" UNION ALL ");
    assert_eq!(ask("other-order", &other_order), cube);

    let beside = format!(
        "WITH cells AS ({CELLS}), by_row AS ({ROWS}), by_column AS ({COLUMNS})
         SELECT cells.r, cells.c, cells.n, cells.cost, by_row.n, by_column.n
         FROM cells JOIN by_row ON by_row.r = cells.r JOIN by_column ON by_column.c = cells.c"
    );
    for (cell, figure) in ask("beside", &beside) {
        assert_eq!(figure.is_none(), cube[&cell].is_none(), "{cell:?}");
    }
}

#[test]
fn nothing_more_is_missing_where_nothing_is() {
    let house = house();
    house.study("whole", "records");
    let rest = |sql: &str| sql.replace("FROM visit", "FROM visit WHERE r <> 'r0'");
    let union = [CELLS, ROWS, COLUMNS, ALL].map(rest).join(" UNION ALL ");
    assert!(figures(&house.ask("whole", &union)).values().all(Option::is_some));
}
