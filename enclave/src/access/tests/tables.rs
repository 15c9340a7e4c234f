//! Tests of grants for parts of tables.

use datafusion::arrow::datatypes::DataType;
use serde_json::json;

use super::*;
use crate::catalog::{Catalog, Class, Column, Table};

fn catalog() -> Catalog {
    let column = |&(name, class): &(&str, Class)| Column {
        name: name.to_owned(),
        data_type: DataType::Utf8,
        nullable: true,
        class,
    };
    let table = |name: &str, columns: &[(&str, Class)]| Table {
        name: name.to_owned(),
        columns: columns.iter().map(column).collect(),
        municipality: columns.iter().any(|(name, _)| *name == "town").then(|| "town".to_owned()),
    };
    let keys = [("person", Class::Patient), ("site", Class::Institution)];
    Catalog {
        snapshot: snapshot(),
        tables: vec![
            table("visit", &[&keys[..], &[("sex", Class::Code), ("cost", Class::Measure)]].concat()),
            table("home", &[&keys[..1], &[("town", Class::Quasi), ("rent", Class::Measure)]].concat()),
            table("icd10", &[("code", Class::Code), ("label", Class::Text)]),
        ],
    }
}

/// What is left of each table.
fn left(permit: &TablePermit) -> Vec<String> {
    let mut catalog = catalog();
    permit.narrow(&mut catalog);
    let columns = |table: &Table| table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(" ");
    catalog.tables.iter().map(|table| format!("{}: {}", table.name, columns(table))).collect()
}

fn part(table: &str, columns: &[&str]) -> (String, Columns) {
    (table.to_owned(), Columns::Only(columns.iter().map(|&column| column.to_owned()).collect()))
}

#[test]
fn a_grant_may_name_columns_and_keys_are_always_there() {
    assert_eq!(left(&TablePermit::All).len(), 3);
    assert_eq!(left(&only(&["icd10"])), ["icd10: code label"]);
    let some = TablePermit::Only([part("visit", &["sex"]), part("home", &["rent"])].into());
    // The municipality is what a rule of the bundle looks at.
    assert_eq!(left(&some), ["visit: person site sex", "home: person town rent"]);
    let none = TablePermit::Only([part("visit", &[]), part("icd10", &["CODE", "nothing"])].into());
    assert_eq!(left(&none), ["visit: person site", "icd10: "]);
    assert!(some.allows("visit") && some.narrows("visit"));
    assert!(!some.allows("icd10") && !some.narrows("icd10") && !only(&["visit"]).narrows("visit"));
    assert!(!TablePermit::All.narrows("visit"));
}

#[test]
fn a_grant_of_columns_is_kept_and_changed() {
    let register = Register::new();
    let some =
        TablePermit::Only([part("visit", &["sex", "cost"]), ("icd10".to_owned(), Columns::All)].into());
    register.grant(&some).unwrap();
    assert_eq!(register.permit("10:00:00").unwrap().tables(), &some);
    let listed = serde_json::to_value(&register.access.grants().unwrap()[0]).unwrap();
    assert_eq!(listed["tables"], json!(["icd10", {"table": "visit", "columns": ["cost", "sex"]}]));
    for permit in [some, TablePermit::All, only(&["visit"]), TablePermit::Only([part("visit", &[])].into())] {
        let text = serde_json::to_string(&permit).unwrap();
        assert_eq!(serde_json::from_str::<TablePermit>(&text).unwrap(), permit, "{text}");
        register.grant(&permit).unwrap();
        assert_eq!(register.permit("10:00:00").unwrap().tables(), &permit, "{text}");
    }
    assert!(serde_json::from_str::<TablePermit>("\"some\"").is_err());
}
