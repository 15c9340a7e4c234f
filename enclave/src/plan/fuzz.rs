//! Whatever text is planned: stages, a refusal or a failure with its place inside the text. Never a panic.
//!
//! Seeds are the question corpus and the attack corpus, over their own tables as far as the catalogue here has them.

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::fuzz;
use datafusion::arrow::datatypes::DataType;

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

/// `table: column class, …` with p(atient), i(nstitution), c(ode), b(oolean code), n (quasi number), d (quasi day), m(easure),
/// f(loat measure), t(ext).
const DEMO: &[&str] = &[
    "patient: patient_id p, sex c, birth_year n, prefecture c, area c, municipality c",
    "visit: patient_id p, institution_id i, visit_date d, setting c, days m",
    "diagnosis: patient_id p, institution_id i, diagnosis_date d, icd10 c, suspected b",
    "drug: patient_id p, institution_id i, drug_date d, atc c, route c, days m, quantity m, yen m",
    "lab: patient_id p, institution_id i, lab_date d, test c, value f, unit c",
    "claim_line: patient_id p, institution_id i, claim_date d, section c, points m, yen m",
    "institution: institution_id i, kind c, prefecture c, area c",
    "prefecture: prefecture c, label_ja c, label_en c, inhabitants n",
    "area: area c, prefecture c, label_ja c, label_en c, inhabitants n",
    "municipality: municipality c, area c, prefecture c, label_ja c, label_en c, inhabitants n",
    "icd10: icd10 c, chapter c, block c, label_ja c, label_en c",
    "atc: atc c, main_group c, label_ja c, label_en c",
    "section: section c, label_ja c, label_en c",
    "lab_test: test c, unit c, label_ja c, label_en c",
];

/// The attacks' own tables.
const ATTACKED: &[&str] = &[
    "person: patient p, sex c, birth_year n, area c, smoker b, enrolled d, income m",
    "visit: patient p, hospital i, day d, kind c, dx c, cost m, nights m, mark n, note t",
    "diagnosis: patient p, hospital i, dx c, since d",
    "lab: patient p, laboratory i, test c, value f, taken d",
    "icd: dx c, chapter c, name c",
    "number: n n",
];

fn catalog(tables: &[&str]) -> Catalog {
    let tables = tables.iter().map(|line| {
        let (name, columns) = line.split_once(": ").unwrap();
        let columns = columns.split(", ").map(|column| {
            let (name, class) = column.split_once(' ').unwrap();
            let (data_type, class) = match class {
                "p" => (DataType::UInt32, Class::Patient),
                "i" => (DataType::UInt32, Class::Institution),
                "b" => (DataType::Boolean, Class::Code),
                "n" => (DataType::Int64, Class::Quasi),
                "d" => (DataType::Date32, Class::Quasi),
                "m" => (DataType::Int64, Class::Measure),
                "f" => (DataType::Float64, Class::Measure),
                "t" => (DataType::Utf8, Class::Text),
                _ => (DataType::Utf8, Class::Code),
            };
            Column { name: name.to_owned(), data_type, nullable: class != Class::Patient, class }
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

/// Whether it is planned.
fn plan(catalog: &Catalog, sql: &str) -> bool {
    let (code, at) = match stages(sql, None, catalog) {
        Ok(stages) => {
            let mut shown = String::new();
            write!(shown, "{stages:?}").unwrap();
            return true;
        }
        Err(Halt::Refused(refusal)) => (refusal.code.code(), refusal.at),
        Err(Halt::Failed(failure)) => {
            assert_ne!(failure.code, FailCode::Internal, "it is ours to say what is wrong");
            (failure.code.code(), failure.at)
        }
    };
    assert!(at.is_none_or(|at| inside(sql, at)), "{code}: {at:?} is outside of the text");
    false
}

/// On as much stack as a session plans on.
fn with_a_sessions_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Whether a text at least reads as SQL: what does not is a poor seed.
fn reads(catalog: &Catalog, sql: &str) -> bool {
    !matches!(stages(sql, None, catalog), Err(Halt::Failed(failure)) if failure.code == FailCode::Syntax)
}

#[test]
fn fuzz_sql() {
    with_a_sessions_stack(|| {
        let catalogs = [catalog(DEMO), catalog(ATTACKED)];
        let mut seeds = seeds();
        seeds.retain(|sql| reads(&catalogs[0], sql));
        assert!(seeds.len() > 400, "most of the corpora read as SQL: {}", seeds.len());
        // A fuzzer that never gets past the first door has tried nothing behind it.
        let (planned, all) = (Cell::new(0_usize), Cell::new(0_usize));
        fuzz::text(1_500, &seeds, WORDS, |sql| {
            let some = catalogs.iter().filter(|catalog| plan(catalog, sql)).count();
            planned.set(planned.get() + some.min(1));
            all.set(all.get() + 1);
        });
        let share = planned.get() * 100 / all.get();
        println!("{} texts, {share} in a hundred planned", all.get());
        assert!(share >= 15, "{share} in a hundred planned");
    });
}
