//! A house with fixed answers to fixed questions.
//!
//! The questions that real clients ask in `tests/it/flight.rs` have the same answers here, so the
//! same scripts can be tried on both.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, AsArray as _, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use arrow::ipc::reader::StreamReader;
use enclave::catalog::{Class, Column, Table};
use enclave::gate::{Suppressed, Verdict};
use enclave::query::Ask;
use enclave::words::{FailCode, Failure, Place, Reason, Refusal, RefusalCode};

use crate::flight::house::{Answer, Figures, Outcome, Shown, Visit};

/// The two tokens that are good.
pub const TOKENS: [&str; 2] = ["good-token", "second-token"];

/// Labels, counts and means; some cells suppressed.
pub const BY_SEX: &str = "SELECT sex, count(*) AS n, avg(cost) AS mean FROM visit GROUP BY sex ORDER BY sex";
/// One parameter.
pub const ABOVE: &str = "SELECT count(*) AS n FROM visit WHERE cost > $1";
/// Refused.
pub const RAW: &str = "SELECT sex FROM visit";
/// Never answered.
pub const SLOW: &str = "SELECT slow";
/// Described as one thing, answered as another.
pub const BROKEN: &str = "SELECT broken";
/// Panics.
pub const PANIC: &str = "SELECT panic";
/// A failure at run time.
pub const MEMORY: &str = "SELECT memory";

/// The canned house.
#[derive(Debug, Default)]
pub struct House {
    /// Questions that were begun.
    pub begun: AtomicUsize,
    /// Questions that were dropped before their answer.
    pub dropped: Arc<AtomicUsize>,
}

struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl House {
    pub fn enter(&self, token: &str) -> Result<Visit, Verdict> {
        if TOKENS.contains(&token) {
            Ok(Visit::Canned)
        } else {
            Err(Verdict::Refused(Refusal::new(RefusalCode::NotPermitted, "")))
        }
    }

    pub fn shown(&self) -> Shown {
        let column =
            |name: &str, data_type, class| Column { name: name.into(), data_type, nullable: true, class };
        let visit = Table {
            name: "visit".into(),
            municipality: None,
            columns: vec![
                column("person", DataType::UInt32, Class::Patient),
                column("site", DataType::UInt32, Class::Institution),
                column("sex", DataType::Utf8View, Class::Code),
                column("cost", DataType::Float64, Class::Measure),
            ],
        };
        let code = vec![column("code", DataType::Utf8, Class::Code)];
        let code = Table { name: "icd10".into(), columns: code, municipality: None };
        Shown { catalog: "small".into(), study: "trial".into(), tables: vec![visit, code] }
    }

    pub fn describe(&self, ask: &Ask) -> Result<SchemaRef, Verdict> {
        match ask.sql.as_str() {
            BY_SEX => Ok(by_sex()),
            ABOVE if ask.parameters.is_none() => Err(failed(FailCode::Parameter)),
            ABOVE | SLOW | BROKEN | MEMORY => Ok(count()),
            PANIC => panic!("as asked"),
            RAW => Err(Verdict::Refused(raw_rows())),
            sql if !sql.starts_with("SELECT") => {
                Err(Verdict::Refused(Refusal::new(RefusalCode::Statement, "")))
            }
            _ => Err(failed(FailCode::Syntax)),
        }
    }

    pub async fn run(&self, ask: Ask) -> Answer {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let outcome = match ask.sql.as_str() {
            BY_SEX => sexes(),
            ABOVE => above(&ask),
            SLOW => {
                let _dropped = Dropped(Arc::clone(&self.dropped));
                std::future::pending().await
            }
            BROKEN => {
                let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Float64, true)]));
                figures(&schema, vec![Arc::new(Float64Array::from(vec![1.0]))], vec![])
            }
            MEMORY => Outcome::Failed(Failure::new(FailCode::Memory)),
            _ => Outcome::Refused(raw_rows()),
        };
        Answer { outcome, policy: "jisedai@1".into(), snapshot: "small@0123456789ab".into(), audit: Some(17) }
    }
}

fn failed(code: FailCode) -> Verdict {
    Verdict::Failed(Failure::new(code))
}

fn raw_rows() -> Refusal {
    Refusal::new(RefusalCode::RawRows, "").at(Some(Place::new(1, 1)))
}

fn by_sex() -> SchemaRef {
    let label = [("sekisho.role".to_owned(), "label".to_owned())].into();
    Arc::new(Schema::new(vec![
        Field::new("sex", DataType::Utf8, true).with_metadata(label),
        Field::new("n", DataType::Int64, true),
        Field::new("mean", DataType::Float64, true),
    ]))
}

fn count() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, true)]))
}

/// Women: 60 visits of 20; men: 30, one of whom pays nearly all; x: three people.
fn sexes() -> Outcome {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["f", "m", "x"])),
        Arc::new(Int64Array::from(vec![Some(60), Some(30), None])),
        Arc::new(Float64Array::from(vec![Some(100.0), None, None])),
    ];
    let cell = |row, column, reason| Suppressed { row, column, reason };
    let suppressed =
        vec![cell(1, 2, Reason::Dominance), cell(2, 1, Reason::Patients), cell(2, 2, Reason::Patients)];
    figures(&by_sex(), columns, suppressed)
}

/// 93 visits cost more than nothing, none more than a fortune.
fn above(ask: &Ask) -> Outcome {
    let row =
        StreamReader::try_new(ask.parameters.as_deref().unwrap(), None).unwrap().next().unwrap().unwrap();
    let least = arrow::compute::cast(row.column(0), &DataType::Float64).unwrap();
    let n = if least.as_primitive::<Float64Type>().value(0) < 1.0 { 93 } else { 0 };
    figures(&count(), vec![Arc::new(Int64Array::from(vec![n]))], vec![])
}

fn figures(schema: &SchemaRef, columns: Vec<ArrayRef>, suppressed: Vec<Suppressed>) -> Outcome {
    let batches = vec![RecordBatch::try_new(Arc::clone(schema), columns).unwrap()];
    Outcome::Released(Figures { schema: Arc::clone(schema), batches, suppressed, notices: vec![] })
}
