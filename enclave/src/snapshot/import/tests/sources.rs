//! Encodings, packings, formats, types.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int32Array, StringArray};
use parquet::arrow::ArrowWriter;

use super::*;
use crate::catalog::Class;

const ONE: &str = "[[table]]\nname='t'\nsource='t.csv'\npatient='id'\n";

/// The rows without their keys, in the order of their text.
fn values(house: &House, imported: &Imported) -> Vec<String> {
    let rows = house.rows(imported, "t");
    let mut rows: Vec<String> = rows.iter().map(|row| row[1..].join("|")).collect();
    rows.sort();
    rows
}

#[test]
fn shift_jis_is_read() {
    let house = House::new();
    let text = "id,氏名,病名\n1,山田,ソ表能\n2,鈴木,\"予,定\"\n";
    house.file("t.csv", encoding_rs::SHIFT_JIS.encode(text).0);
    let tables = format!("{ONE}encoding='shift_jis'\ndrop=['氏名']");
    let imported = house.import(&tables).unwrap();
    assert_eq!(values(&house, &imported), ["ソ表能", "予,定"]);
    assert_eq!(column(&imported, "t", "病名").class, Class::Code);
}

#[test]
fn packed_files_and_folders_are_read() {
    let house = House::new();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"\xef\xbb\xbfid,x\n1,10\n").unwrap();
    house.file("t/a.csv.gz", gz.finish().unwrap());
    house.file("t/b.csv.zst", zstd::encode_all(&b"x,id\n20,2\n"[..], 1).unwrap());
    house.file("t/c.csv", "id,x\r\n 1 ,30\r\n");
    house.file("t/_SUCCESS", "");
    let tables = ONE.replace("t.csv", "t");
    let imported = house.import(&tables).unwrap();
    assert_eq!(values(&house, &imported), ["10", "20", "30"]);
    assert_eq!(imported.patients, 2, "identifiers are trimmed");

    // A packed file that was cut is no end of the file.
    let whole = std::fs::read(house.source.path().join("t/a.csv.gz")).unwrap();
    house.file("t/a.csv.gz", &whole[..whole.len() - 6]);
    assert!(matches!(house.import(&tables), Err(ImportError::Source { .. })));
}

#[test]
fn types_are_inferred_declared_and_classed() {
    let house = House::new();
    let rows: String =
        (0..100).map(|i| format!("{i},{i},{},0{i},2026-04-0{},20260401,true,\n", i % 3, i % 9 + 1)).collect();
    house.file("t.csv", format!("id,many,few,code,day,declared,flag,empty\n{rows}"));
    let tables = format!("{ONE}[table.types]\ndeclared='date'\n[table.class]\nmany='quasi'\n");
    let imported = house.import(&tables).unwrap();
    let seen = |name| {
        let column = column(&imported, "t", name);
        (column.data_type, column.class, column.nullable)
    };
    assert_eq!(seen("id"), (DataType::UInt32, Class::Patient, false));
    assert_eq!(seen("many"), (DataType::Int64, Class::Quasi, false));
    assert_eq!(seen("few"), (DataType::Int64, Class::Code, false));
    assert_eq!(seen("code"), (DataType::Utf8, Class::Code, false));
    assert_eq!(seen("day"), (DataType::Date32, Class::Quasi, false));
    assert_eq!(seen("declared"), (DataType::Date32, Class::Quasi, false));
    assert_eq!(seen("flag"), (DataType::Boolean, Class::Code, false));
    assert_eq!(seen("empty"), (DataType::Utf8, Class::Code, true));
    assert!(values(&house, &imported)[0].contains("|2026-04-01|true|∅"));
}

#[test]
fn missing_words_are_missing() {
    let house = House::new();
    house.file("t.csv", "id,x\n1,NA\n2,5\n");
    let imported = house.import(&format!("{ONE}missing=['NA']")).unwrap();
    assert_eq!(values(&house, &imported), ["5", "∅"]);
    assert_eq!(column(&imported, "t", "x").data_type, DataType::Int64);
}

fn parquet(house: &House, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    house.file(name, writer.into_inner().unwrap());
}

#[test]
fn parquet_gives_the_same_patients_as_csv() {
    let house = House::new();
    let ids: ArrayRef = Arc::new(Int32Array::from(vec![Some(3), Some(1), None, Some(3)]));
    let x: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN, 2.0, 4.5]));
    let day: ArrayRef = Arc::new(StringArray::from(vec!["2026-04-01", "2026/4/2", "x", "x"]));
    parquet(&house, "t.parquet", vec![("id", ids), ("x", x), ("day", day)]);
    house.file("u.csv", "id\n1\n3\n");
    let tables =
        "reject_limit = 1.0\n[[table]]\nname='t'\nsource='t.parquet'\npatient='id'\n[table.types]\nday='date'
        [[table]]\nname='u'\nsource='u.csv'\npatient='id'";
    let imported = house.import(tables).unwrap();
    assert_eq!(imported.patients, 2);
    assert_eq!(imported.tables[0].rejected, 2, "one without a key, one with no date");
    assert_eq!(values(&house, &imported), ["1.0|2026-04-01", "∅|2026-04-02"]);
    let text = std::fs::read_to_string(imported.rejects.unwrap()).unwrap();
    assert_eq!(
        text,
        "table,file,line,reason,column\nt,t.parquet,3,missing_key,\nt,t.parquet,4,wrong_type,day\n"
    );
}

#[test]
fn a_row_with_two_faults_is_one_reject() {
    let house = House::new();
    let day: ArrayRef = Arc::new(StringArray::from(vec!["x", "2026-04-01"]));
    let ids: ArrayRef = Arc::new(StringArray::from(vec![None, Some("a")]));
    parquet(&house, "t.parquet", vec![("day", day), ("id", ids)]);
    let tables = "reject_limit = 0.5\n[[table]]\nname='t'\nsource='t.parquet'\npatient='id'\n[table.types]\nday='date'";
    let imported = house.import(tables).unwrap();
    assert_eq!((imported.tables[0].rows, imported.tables[0].rejected), (1, 1));
}

#[test]
fn a_source_that_changes_between_the_passes_is_not_believed() {
    let house = House::new();
    let manifest = house.file("m.toml", format!("name='p'\npolicy='./test.toml'\n{ONE}"));
    for (before, after) in [("id,x\n1,a\n", "id,x\n2,a\n"), ("id,x\n1,a\n", "id,x\n1,a\n1,a\n")] {
        house.file("t.csv", before);
        let change = |progress: &Progress<'_>| {
            if progress.step == Step::Survey {
                house.file("t.csv", after);
            }
        };
        let now = DateTime::from_timestamp(0, 0).unwrap();
        let done = import(house.home.path(), &manifest, &house.keys(), now, &SystemRandom::new(), &change);
        assert!(done.unwrap_err().to_string().contains("changed while it was read"));
        assert!(house.names("snapshots").is_empty());
    }
}

#[test]
fn whole_floats_can_be_declared_integers() {
    let house = House::new();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
    let x: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN, 2.5]));
    parquet(&house, "t.parquet", vec![("id", ids), ("x", x)]);
    let tables =
        "reject_limit = 0.4\n[[table]]\nname='t'\nsource='t.parquet'\npatient='id'\n[table.types]\nx='int64'";
    let imported = house.import(tables).unwrap();
    assert_eq!(values(&house, &imported), ["1", "∅"]);
}

#[test]
fn a_manifest_that_asks_for_nonsense_is_told_where() {
    let house = House::new();
    house.file("t.csv", "id,x,name\n1,a,b\n");
    let message = |more: &str| house.import(&format!("{ONE}{more}")).unwrap_err().to_string();
    for (more, parts) in [
        ("drop=['nmae']", ["table 't', drop", "no column 'nmae'"]),
        ("drop=['id']", ["table 't', patient", "also in drop"]),
        ("institution='id'", ["table 't', institution", "same column"]),
        ("drop=['x']\n[table.types]\nx='text'", ["table 't', drop", "'x' is also in types"]),
        ("[table.types]\nid='text'", ["table 't', types", "has no type"]),
        ("[table.types]\nx='number'", ["unknown variant", "line 8"]),
        ("[table.class]\nx='measure'", ["table 't', class", "'x' is Text"]),
        ("[table.class]\nx='patient'", ["unknown variant", "line 8"]),
        ("pateint='id'", ["unknown field", "pateint"]),
        ("[[table]]\nname='T'\nsource='t.csv'", ["table 'T', name", "another table"]),
        ("[[table]]\nname='../x'\nsource='t.csv'", ["name", "a-z"]),
        ("[[table]]\nname='u'\nsource='u.csv'", ["table 'u'", "u.csv"]),
    ] {
        let message = message(more);
        assert!(parts.iter().all(|part| message.contains(part)), "{more}: {message}");
    }
    house.file("t.csv", "id,x,x\n1,a,b\n");
    assert!(message("").contains("two columns are named 'x'"));
    assert!(house.names("snapshots").is_empty());
}
