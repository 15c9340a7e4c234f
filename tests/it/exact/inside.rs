//! The same way without the processes round it: a snapshot in many small parts, asked in this process.
//!
//! Through the command line a snapshot of this size is one part on one thread. Here patients are spread over
//! parts and threads, so that partial cells are put together too.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use chrono::Utc;
use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::runtime_env::RuntimeEnv;
use enclave::catalog::Catalog;
use enclave::engine::{Engine, Progress, Store};
use enclave::gate::{Gate, Known, Linked, SafeTable};
use enclave::keys::KeyStore;
use enclave::snapshot::{self, Sizes, Snapshot};
use enclave::words::Halt;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

/// An engine over a snapshot that was just imported in small parts.
pub struct Inside {
    engine: Engine,
    catalog: Catalog,
    gate: Gate,
}

impl Inside {
    pub fn import(home: &Path, manifest: &Path) -> Self {
        let keys = KeyStore::open(home).unwrap();
        let sizes = Sizes { part_rows: 700, group_rows: 200, ..Sizes::default() };
        let imported =
            snapshot::import_within(home, manifest, &keys, Utc::now(), &SystemRandom::new(), &|_| {}, &sizes);
        let folder = snapshot::folder(home, &imported.unwrap().id);
        let snapshot = Snapshot::open(&folder, &keys.manifest_key().unwrap()).unwrap();
        assert!(snapshot.parts("visits").len() > 10, "the parts are small");
        let key = keys.data_key(snapshot.data_key_id()).unwrap();
        let store = Store::of(&snapshot, &key).unwrap();
        let engine = Engine::new(store, Arc::new(RuntimeEnv::default()), 3);
        Self {
            engine,
            catalog: snapshot.catalog(),
            gate: Gate::new(snapshot.bundle().clone(), enclave::gate::Census::default()),
        }
    }

    /// Answers lines of `{"id", "sql"}` as `query --jsonl` does.
    pub fn answers(&self, questions: &str) -> String {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
        let mut answers = String::new();
        for line in questions.lines() {
            let asked: Value = serde_json::from_str(line).unwrap();
            let sql = asked["sql"].as_str().unwrap();
            let mut answer = match runtime.block_on(self.ask(sql)) {
                Ok(table) => released(&table),
                Err(Halt::Refused(refusal)) => json!({"verdict": "refused", "refusal": refusal}),
                Err(Halt::Failed(failure)) => json!({"verdict": "failed", "failure": failure}),
            };
            answer["id"] = asked["id"].clone();
            writeln!(answers, "{answer}").unwrap();
        }
        answers
    }

    async fn ask(&self, sql: &str) -> Result<SafeTable, Halt> {
        let stages = enclave::plan::stages(sql, None, &self.catalog)?;
        let (mut known, linked) = (Known::default(), Linked::default());
        for cut in stages.in_order() {
            let cells = self.engine.cells(cut, &known, &self.gate, &Progress::default()).await?;
            let inspected = self.gate.inspect(cells, &linked)?;
            let nothing_to_record = inspected.unkept().expect("a policy without a ledger");
            known.insert(cut.stage(), inspected.recorded(&nothing_to_record)?);
        }
        self.engine.above(&stages, &known).await
    }
}

fn released(table: &SafeTable) -> Value {
    let rows = table.batches().iter().flat_map(|batch| {
        (0..batch.num_rows())
            .map(|row| batch.columns().iter().map(|column| cell(column, row)).collect::<Vec<_>>())
    });
    json!({
        "verdict": "released",
        "rows": rows.collect::<Vec<_>>(),
        "suppressed": table.suppressed(),
        "notices": table.notices(),
    })
}

fn cell(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let text = array_value_to_string(column, row).unwrap();
    match column.data_type() {
        DataType::Boolean => json!(column.as_any().downcast_ref::<BooleanArray>().unwrap().value(row)),
        DataType::Float64 => json!(column.as_any().downcast_ref::<Float64Array>().unwrap().value(row)),
        number if number.is_integer() => json!(text.parse::<i64>().unwrap()),
        _ => json!(text),
    }
}
