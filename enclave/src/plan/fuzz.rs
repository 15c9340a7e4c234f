//! Whatever text is planned: stages, a refusal or a failure with its place inside the text. Never a panic.
//!
//! Seeds are the question corpus and the attack corpus, over their own tables as far as the catalogue here has them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::fuzz;
use datafusion::arrow::datatypes::{DataType, TimeUnit};

use super::*;
use crate::catalog::{Class, Column, Table};
use crate::words::{FailCode, Place};

/// Put in here and there: what the corpora have little of.
const WORDS: &[&str] = &[
    "NULL",
    "''",
    "0",
    "-1",
    "9223372036854775808",
    "1e999",
    "'患者'",
    "\"\"",
    "$1",
    "?",
    "*",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "::",
    "::int",
    "::text",
    "::decimal(38,10)",
    "CASE WHEN",
    "END",
    "FILTER (WHERE",
    "OVER ()",
    "GROUPING SETS ((), ())",
    "CUBE",
    "ROLLUP",
    "GROUP BY ALL",
    "HAVING",
    "QUALIFY",
    "LATERAL",
    "UNNEST",
    "UNION ALL",
    "INTERSECT",
    "EXCEPT",
    "WITH",
    "RECURSIVE",
    "VALUES (1)",
    "DISTINCT ON",
    "TABLESAMPLE",
    "NATURAL JOIN",
    "USING (id)",
    "FULL OUTER JOIN",
    "CROSS JOIN",
    "LEFT SEMI JOIN",
    "LIMIT 0",
    "OFFSET 1",
    "FETCH FIRST",
    "EXISTS",
    "NOT IN",
    "ANY",
    "INTERVAL '1' MONTH",
    "DATE '2024-02-30'",
    "AT TIME ZONE 'Asia/Tokyo'",
    "LIKE",
    "ESCAPE",
    "SIMILAR TO",
    "IS DISTINCT FROM",
    "grouping(",
    "percentile_cont(",
    "WITHIN GROUP (ORDER BY",
    "EXPLAIN",
    "COPY",
    "information_schema.tables",
    "__p1",
    "--",
    "/*",
    "*/",
    "array_agg(",
    "row_number()",
    "date_trunc('month',",
    "extract(year FROM",
    "ARRAY[1]",
    "STRUCT(1)",
    "x'00'",
    ";",
];

/// `table: column class, …` with p(atient), i(nstitution), c(ode), n (quasi number), d (quasi day), m(easure), t(ext).
const TABLES: &[&str] = &[
    "person: patient_id p, patient p, id p, sex c, birth_year n, prefecture c, area c, smoker c, income m, note t",
    "visit: patient_id p, patient p, id p, hospital_id i, site i, visit_date d, day d, setting c, code c, yen m, cost m",
    "diagnosis: patient_id p, patient p, hospital_id i, diagnosis_date d, icd10 c, dx c",
    "drug: patient_id p, hospital_id i, drug_date d, drug_code c, quantity m",
    "lab: patient_id p, patient p, id p, hospital_id i, site i, lab_date d, item c, value m",
    "claim_line: patient_id p, hospital_id i, claim_date d, section c, yen m",
    "icd10: icd10 c, chapter c, block c, name c",
    "icd: code c, dx c, chapter c",
    "number: n c",
];

fn catalog() -> Catalog {
    let tables = TABLES.iter().map(|line| {
        let (name, columns) = line.split_once(": ").unwrap();
        let mut patient = false;
        let columns = columns.split(", ").filter_map(|column| {
            let (name, class) = column.split_once(' ').unwrap();
            let (data_type, class) = match class {
                // A table has one key of a kind; the corpora call it by several names.
                "p" if std::mem::replace(&mut patient, true) => (DataType::Utf8, Class::Code),
                "p" => (DataType::UInt32, Class::Patient),
                "i" if name == "site" => return None,
                "i" => (DataType::UInt32, Class::Institution),
                "n" => (DataType::Int64, Class::Quasi),
                "d" => (DataType::Date32, Class::Quasi),
                "m" if name == "value" => (DataType::Float64, Class::Measure),
                "m" if name == "income" => (DataType::Decimal128(12, 2), Class::Measure),
                "m" => (DataType::Int64, Class::Measure),
                "t" => (DataType::Utf8, Class::Text),
                _ if name == "smoker" => (DataType::Boolean, Class::Code),
                _ if name == "item" => (DataType::Timestamp(TimeUnit::Microsecond, None), Class::Code),
                _ if name == "n" => (DataType::Int64, Class::Code),
                _ => (DataType::Utf8, Class::Code),
            };
            Some(Column { name: name.to_owned(), data_type, nullable: class != Class::Patient, class })
        });
        Table { name: name.to_owned(), columns: columns.collect(), municipality: None }
    });
    Catalog { tables: tables.collect(), ..tests::catalog() }
}

/// Every question of the corpora, and some of our own.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let texts = |folder: &str, ending: &str| -> Vec<String> {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_unstable();
        files.retain(|file| file.extension().is_some_and(|e| e == ending));
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    };
    let of = |name: &str| folder.join(name).display().to_string();
    let mut seeds = Vec::new();
    for text in texts(&of("questions"), "sql") {
        seeds.extend(text.split(";\n").map(str::to_owned));
    }
    for text in texts(&of("attacks"), "toml") {
        let quoted = text.split('"').filter(|part| part.contains("SELECT ") && part.contains(" FROM "));
        seeds.extend(quoted.map(|sql| sql.replace("\\\"", "\"")));
    }
    assert!(seeds.len() > 300, "the corpora are where they were: {}", seeds.len());
    seeds
}

fn inside(sql: &str, at: Place) -> bool {
    let lines: Vec<&str> = sql.split('\n').collect();
    let line = usize::try_from(at.line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
    // The end of a text is a place too.
    line.is_some_and(|line| (1..=line.chars().count() as u64 + 1).contains(&at.column))
}

fn plan(catalog: &Catalog, sql: &str) {
    let (code, at) = match stages(sql, None, catalog) {
        Ok(stages) => {
            let mut shown = String::new();
            write!(shown, "{stages:?}").unwrap();
            return;
        }
        Err(Halt::Refused(refusal)) => (refusal.code.code(), refusal.at),
        Err(Halt::Failed(failure)) => {
            assert_ne!(failure.code, FailCode::Internal, "it is ours to say what is wrong");
            (failure.code.code(), failure.at)
        }
    };
    assert!(at.is_none_or(|at| inside(sql, at)), "{code}: {at:?} is outside of the text");
}

/// On as much stack as a session plans on.
fn with_a_sessions_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn fuzz_sql() {
    with_a_sessions_stack(|| {
        let catalog = catalog();
        fuzz::text(1_500, &seeds(), WORDS, |sql| plan(&catalog, sql));
    });
}
