mod exploring;
mod groups;
mod rules;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::parquet::arrow::ArrowWriter;

use super::*;
use crate::catalog::{Catalog, Class, Column, Table};
use crate::gate::Linked;
use crate::ids::{SnapshotId, SnapshotName};
use crate::plan;
use crate::policy::Bundle;
use crate::snapshot::Part;

const BUNDLE: &str = "
name = \"test\"
version = 1
patients = 10
institutions = 3
show_zero = true
[dominance]
two_largest = 90.0
p = 10.0
[ledger]
scope = \"none\"
";

/// People 0..400 in four parts. Person p has three visits at sites p % 7, p % 5 and 0; codes are
/// `a` for most, `b` for 30 people, `c` for 5, `d` for 20 people of one site. Person 3 spends a lot.
fn house(folder: &Path) -> (Engine, Catalog) {
    let column = |name: &str, data_type: DataType, class| {
        let nullable = matches!(class, Class::Measure);
        Column { name: name.to_owned(), data_type, nullable, class }
    };
    let visit = Table {
        name: "visit".to_owned(),
        municipality: None,
        columns: vec![
            column("id", DataType::UInt32, Class::Patient),
            column("site", DataType::UInt32, Class::Institution),
            column("code", DataType::Utf8, Class::Code),
            column("day", DataType::Date32, Class::Quasi),
            column("yen", DataType::Int64, Class::Measure),
        ],
    };
    let lab = Table {
        name: "lab".to_owned(),
        municipality: None,
        columns: vec![
            column("id", DataType::UInt32, Class::Patient),
            column("value", DataType::Float64, Class::Measure),
        ],
    };
    let icd = Table {
        name: "icd".to_owned(),
        municipality: None,
        columns: vec![
            column("code", DataType::Utf8, Class::Code),
            column("chapter", DataType::Utf8, Class::Code),
        ],
    };
    let mut files = HashMap::new();
    let (mut visits, mut labs) = (Vec::new(), Vec::new());
    for part in 0..4_u32 {
        let people = part * 100..(part + 1) * 100;
        let (batch, lab_batch) = people_batches(people.clone(), &visit, &lab);
        visits.push(write(folder, &format!("visit{part}"), &batch, Some(people.clone())));
        labs.push(write(folder, &format!("lab{part}"), &lab_batch, Some(people)));
    }
    let codes: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c", "d", "e"]));
    let chapters: ArrayRef = Arc::new(StringArray::from(vec!["I", "I", "II", "II", "III"]));
    let icd_batch = RecordBatch::try_new(schema(&icd), vec![codes, chapters]).unwrap();
    files.insert("visit".to_owned(), Files { parts: visits });
    files.insert("lab".to_owned(), Files { parts: labs });
    files.insert("icd".to_owned(), Files { parts: vec![write(folder, "icd", &icd_batch, None)] });
    let runtime = Arc::new(RuntimeEnvBuilder::new().build().unwrap());
    let snapshot = SnapshotId::new(SnapshotName::new("t").unwrap(), "0123456789ab").unwrap();
    (Engine::new(Store::plain(files), runtime, 2), Catalog { snapshot, tables: vec![visit, lab, icd] })
}

fn schema(table: &Table) -> SchemaRef {
    let fields: Vec<Field> =
        table.columns.iter().map(|c| Field::new(&c.name, c.data_type.clone(), c.nullable)).collect();
    Arc::new(Schema::new(fields))
}

fn people_batches(people: std::ops::Range<u32>, visit: &Table, lab: &Table) -> (RecordBatch, RecordBatch) {
    let rows: Vec<(u32, u32)> = people.clone().flat_map(|p| (0..3).map(move |k| (p, k))).collect();
    let site = |(p, k): &(u32, u32)| match k {
        _ if (60..80).contains(p) => 1,
        0 => p % 7,
        1 => p % 5,
        _ => 0,
    };
    let code = |(p, _): &(u32, u32)| match p {
        0..30 => "b",
        50..55 => "c",
        60..80 => "d",
        _ => "a",
    };
    let yen = |(p, k): &(u32, u32)| match (p, k) {
        (3, 0) => Some(1_000_000),
        (_, 2) => None,
        _ => Some(i64::from(p % 10) + 1),
    };
    let visits: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| Some(r.0)).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| Some(site(r))).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| Some(code(r))).collect::<StringArray>()),
        Arc::new(rows.iter().map(|r| Some(20_000 + (r.0 % 3) as i32)).collect::<Date32Array>()),
        Arc::new(rows.iter().map(yen).collect::<Int64Array>()),
    ];
    let labs: Vec<ArrayRef> = vec![
        Arc::new(people.clone().filter(|p| p % 2 == 0).map(Some).collect::<UInt32Array>()),
        Arc::new(people.filter(|p| p % 2 == 0).map(|p| Some(f64::from(p) / 4.0)).collect::<Float64Array>()),
    ];
    (RecordBatch::try_new(schema(visit), visits).unwrap(), RecordBatch::try_new(schema(lab), labs).unwrap())
}

fn write(folder: &Path, name: &str, batch: &RecordBatch, patients: Option<std::ops::Range<u32>>) -> Part {
    let file = folder.join(format!("{name}.parquet"));
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(&file).unwrap(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    let bytes = file.metadata().unwrap().len();
    Part { file, rows: batch.num_rows() as u64, patients, bytes }
}

fn gate() -> Gate {
    Gate::new(toml::from_str::<Bundle>(BUNDLE).unwrap(), crate::gate::Census::default())
}

async fn ask(engine: &Engine, catalog: &Catalog, sql: &str) -> SafeTable {
    ask_at(&gate(), engine, catalog, sql).await
}

async fn ask_at(gate: &Gate, engine: &Engine, catalog: &Catalog, sql: &str) -> SafeTable {
    let stages = plan::stages(sql, None, catalog).unwrap_or_else(|halt| panic!("{sql}: {halt:?}"));
    let (mut known, linked) = (Known::default(), Linked::default());
    for cut in stages.in_order() {
        let cells = engine.cells(cut, &known, gate, &Progress::default()).await.unwrap();
        let inspected = gate.inspect(cells, &linked).unwrap();
        let nothing_to_record = inspected.unkept().unwrap();
        known.insert(cut.stage(), inspected.recorded(&nothing_to_record).unwrap());
    }
    engine.above(&stages, &known).await.unwrap_or_else(|halt| panic!("{sql}: {halt:?}"))
}

/// Every cell as text, suppressed ones as their reason, `-` for a true NULL.
fn cells(table: &SafeTable) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in table.batches() {
        for row in 0..batch.num_rows() {
            let text = |column: &ArrayRef| {
                if column.is_null(row) {
                    return "-".to_owned();
                }
                array_value_to_string(column, row).unwrap()
            };
            rows.push(batch.columns().iter().map(text).collect::<Vec<_>>());
        }
    }
    for cell in table.suppressed() {
        rows[cell.row as usize][cell.column as usize] = cell.reason.code().to_owned();
    }
    rows
}

async fn check(sql: &str, expected: &[&[&str]]) {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let table = ask(&engine, &catalog, sql).await;
    assert_eq!(cells(&table), expected, "{sql}\n{:?}", table.notices());
}

#[tokio::test]
async fn counts_and_suppresses() {
    check(
        "SELECT code, count(*) AS n, sum(yen) FROM visit GROUP BY code ORDER BY code",
        &[
            &["a", "1035", "3820"],
            &["b", "90", "dominance"],
            &["c", "patients", "patients"],
            &["d", "institutions", "institutions"],
        ],
    )
    .await;
}

#[tokio::test]
async fn nothing_above_the_cut_undoes_the_gate() {
    check("SELECT code FROM visit GROUP BY code HAVING count(*) < 20", &[]).await;
    check(
        "SELECT code, count(*) FROM visit GROUP BY code ORDER BY 2 DESC LIMIT 2",
        &[&["a", "1035"], &["b", "90"]],
    )
    .await;
    check(
        "SELECT code, count(*) FROM visit GROUP BY code ORDER BY 2 LIMIT 2",
        &[&["b", "90"], &["a", "1035"]],
    )
    .await;
    check(
        "SELECT code, 10 * count(*) + 1 AS x FROM visit WHERE code <> 'd' GROUP BY code ORDER BY code",
        &[&["a", "10351"], &["b", "901"], &["c", "patients"]],
    )
    .await;
}

#[tokio::test]
async fn one_row_without_groups_even_over_nobody() {
    check("SELECT count(*), sum(yen), avg(yen) FROM visit WHERE code = 'z'", &[&["0", "-", "-"]]).await;
    check("SELECT count(*), count(DISTINCT id) FROM visit WHERE code = 'c'", &[&["patients", "patients"]])
        .await;
    check(
        "SELECT count(*), count(DISTINCT id), count(DISTINCT code), count(yen) FROM visit",
        &[&["1200", "400", "4", "800"]],
    )
    .await;
    check("SELECT code, count(*) FROM visit WHERE code = 'z' GROUP BY code", &[]).await;
}

#[tokio::test]
async fn joins_nesting_and_thresholds() {
    check("SELECT count(*), avg(l.value) FROM visit v JOIN lab l ON l.id = v.id", &[&["600", "49.75"]]).await;
    check("SELECT count(*) FROM visit WHERE id IN (SELECT id FROM lab WHERE value >= 90)", &[&["60"]]).await;
    check("SELECT count(*) FROM visit WHERE id NOT IN (SELECT id FROM lab WHERE value >= 1)", &[&["606"]])
        .await;
    check(
        "SELECT avg(n), count(*) FROM (SELECT id, count(*) AS n FROM visit GROUP BY id)",
        &[&["3.0", "400"]],
    )
    .await;
    check("SELECT count(*) FROM lab WHERE value > (SELECT avg(value) FROM lab)", &[&["100"]]).await;
    check("SELECT count(*) FROM lab WHERE value > (SELECT avg(value) FROM lab WHERE value < 1)", &[&["0"]])
        .await;
    check(
        "SELECT i.chapter, count(v.id) FROM icd i LEFT JOIN visit v ON v.code = i.code AND v.code <> 'd' GROUP BY 1 ORDER BY 1",
        &[&["I", "1125"], &["II", "patients"], &["III", "0"]],
    )
    .await;
    check("SELECT count(*) FROM (SELECT id FROM visit UNION ALL SELECT id FROM lab)", &[&["1400"]]).await;
    check(
        "SELECT code, count(*) FROM visit GROUP BY code, code",
        &[&["a", "1035"], &["b", "90"], &["c", "patients"], &["d", "institutions"]],
    )
    .await;
    check(
        "SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY id ORDER BY yen) AS k FROM visit) WHERE k = 1",
        &[&["400"]],
    )
    .await;
}

#[tokio::test]
async fn natural_spellings() {
    check("SELECT DATE '2026-11-20' - DATE '2026-11-01'", &[&["19"]]).await;
    check("SELECT avg(d) FROM (SELECT id, max(day) - min(day) + 2 AS d FROM visit GROUP BY id)", &[&["2.0"]])
        .await;
    check("SELECT count(DISTINCT CASE WHEN code = 'b' THEN id END) AS n FROM visit", &[&["30"]]).await;
    check(
        "SELECT k, count(DISTINCT id) FROM (SELECT id, 'all' AS k FROM visit UNION ALL SELECT DISTINCT id, 'b' FROM visit WHERE code = 'b') GROUP BY k ORDER BY k",
        &[&["all", "400"], &["b", "30"]],
    )
    .await;
    check(
        "SELECT code, rank() OVER (ORDER BY sum(yen) DESC) FROM visit GROUP BY code ORDER BY code LIMIT 1",
        &[&["a", "1"]],
    )
    .await;
}

#[tokio::test]
async fn labels_show_only_with_their_cells() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let table = ask(&engine, &catalog, "SELECT day, count(*) FROM visit WHERE code = 'c' GROUP BY day").await;
    assert!(cells(&table).is_empty());
    assert_eq!(table.notices()[0].code, "groups_left_out");
    let table = ask(&engine, &catalog, "SELECT DISTINCT code FROM visit ORDER BY 1").await;
    assert_eq!(cells(&table), [["a"], ["b"]]);
}
