use std::collections::{HashMap, HashSet};
use std::fs::File;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;

const RECIPE: Recipe = Recipe { patients: 3_000, seed: 7 };

fn made(recipe: Recipe) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), recipe, &mut |_| {}).unwrap();
    folder
}

fn rows(folder: &Path, table: &str) -> Vec<RecordBatch> {
    let file = File::open(folder.join(table).with_extension("parquet")).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect()
}

fn ints(batches: &[RecordBatch], column: &str) -> Vec<i64> {
    let values =
        |b: &RecordBatch| b.column_by_name(column).unwrap().as_primitive::<Int64Type>().values().to_vec();
    batches.iter().flat_map(values).collect()
}

fn texts(batches: &[RecordBatch], column: &str) -> Vec<String> {
    let values = |b: &RecordBatch| {
        let column = b.column_by_name(column).unwrap().as_string::<i32>();
        column.iter().map(|v| v.unwrap().to_owned()).collect::<Vec<_>>()
    };
    batches.iter().flat_map(values).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let small = Recipe { patients: 200, seed: 1 };
    let bytes = |recipe| fs::read(made(recipe).path().join("claim_line.parquet")).unwrap();
    assert_eq!(bytes(small), bytes(small));
    assert_ne!(bytes(small), bytes(Recipe { seed: 2, ..small }));
}

#[test]
fn visits_are_ten_a_year_and_spread_far_more_than_poisson() {
    let folder = made(RECIPE);
    let mut counts = HashMap::new();
    for patient in ints(&rows(folder.path(), "visit"), "patient_id") {
        *counts.entry(patient).or_insert(0.0) += 1.0;
    }
    let patients = f64::from(RECIPE.patients);
    let mean = counts.values().sum::<f64>() / patients / 3.0;
    assert!((9.0..11.0).contains(&mean), "{mean} a year");
    let square: f64 = counts.values().map(|n| n * n).sum::<f64>() / patients;
    let variance = square - (3.0 * mean).powi(2);
    assert!(variance > 10.0 * 3.0 * mean, "variance {variance}");
}

#[test]
fn institutions_differ_in_size_and_codes_follow_zipf() {
    let folder = made(RECIPE);
    let sizes = |values: Vec<String>| {
        let mut counts: HashMap<String, usize> = HashMap::new();
        values.into_iter().for_each(|v| *counts.entry(v).or_default() += 1);
        let mut sizes: Vec<usize> = counts.into_values().collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
    };
    let institutions = sizes(
        ints(&rows(folder.path(), "visit"), "institution_id").iter().map(ToString::to_string).collect(),
    );
    assert!(institutions.len() >= 12 && institutions[0] > 4 * institutions[11], "{institutions:?}");
    let codes = sizes(texts(&rows(folder.path(), "diagnosis"), "icd10"));
    assert!(codes.len() > 100 && codes[0] > 50 * codes[codes.len() - 10], "{codes:?}");
}

#[test]
fn a_rare_disease_is_seen_at_one_institution_by_several_patients() {
    let patients = |code| (0..20_000).filter_map(illness::rare).filter(|rare| rare.icd10 == code).count();
    assert_eq!([patients("D66"), patients("E75"), patients("E76")], [17, 23, 3]);
    let folder = made(Recipe { seed: 3, ..RECIPE });
    let diagnoses = rows(folder.path(), "diagnosis");
    let codes = texts(&diagnoses, "icd10");
    let seen = |column: &str, code: &str| -> HashSet<i64> {
        ints(&diagnoses, column).into_iter().zip(&codes).filter(|(_, c)| *c == code).map(|(v, _)| v).collect()
    };
    assert_eq!(seen("patient_id", "E75").len(), 4);
    assert_eq!(seen("institution_id", "E75").len(), 1);
    assert!(seen("institution_id", "D66").len() > 1);
}

#[test]
fn tables_are_as_long_as_claims_make_them() {
    let folder = made(RECIPE);
    let count = |table| rows(folder.path(), table).iter().map(RecordBatch::num_rows).sum::<usize>();
    let visits = count("visit");
    let a_visit = |table| count(table) as f64 / visits as f64;
    assert!((2.5..5.0).contains(&a_visit("claim_line")), "{}", a_visit("claim_line"));
    for (table, range) in [("diagnosis", 1.0..3.0), ("drug", 0.8..3.0), ("lab", 0.5..3.0)] {
        assert!(range.contains(&a_visit(table)), "{table}: {}", a_visit(table));
    }
}

#[test]
fn every_code_in_use_stands_in_its_master() {
    let folder = made(Recipe { patients: 2_000, seed: 5 });
    for (table, column, master) in [
        ("diagnosis", "icd10", "icd10.csv"),
        ("drug", "atc", "atc.csv"),
        ("lab", "test", "lab_test.csv"),
        ("claim_line", "section", "section.csv"),
        ("patient", "area", "area.csv"),
        ("patient", "municipality", "municipality.csv"),
        ("patient", "prefecture", "prefecture.csv"),
    ] {
        let text = fs::read_to_string(folder.path().join(master)).unwrap();
        let known: HashSet<&str> = text.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
        for code in texts(&rows(folder.path(), table), column) {
            assert!(known.contains(code.as_str()), "{table}.{column} {code}");
        }
    }
}
