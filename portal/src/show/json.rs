//! One answer as one JSON object: the contract of `query --jsonl`.
//!
//! Keys stand in a fixed order: `id`, `verdict`, then `columns`, `rows`, `suppressed` of a released
//! answer, or `refusal`, or `failure`; then `policy`, `snapshot`, `audit`; and last `notices`, only where there
//! are some. In `rows`, integers and finite reals are JSON numbers (reals in the shortest form that
//! reads back the same), reals that are not finite are null, dates and times ISO 8601 strings, and decimals
//! strings, so that no reader rounds them. `columns[].type` is Arrow's name.

use enclave::gate::{SafeTable, Verdict};
use enclave::query::Held;
use enclave::words::{FailCode, Failure};
use serde_json::{Map, Value, json};

use super::Figures;
use super::cell::{self, Cell};

/// A held verdict as an object; `id` is left out where there is none.
pub fn line(id: Option<Value>, held: &Held) -> Value {
    let mut object = begin(id, held.verdict.code());
    let mut notices = Value::Null;
    match &held.verdict {
        Verdict::Released(table) => notices = put_figures(&mut object, Figures::from(table)),
        Verdict::Explored(table) => notices = put_figures(&mut object, Figures::from(table)),
        Verdict::Refused(refusal) => put(&mut object, "refusal", json!(refusal)),
        Verdict::Failed(failure) => put(&mut object, "failure", json!(failure)),
    }
    put(&mut object, "policy", json!(held.policy.to_string()));
    put(&mut object, "snapshot", json!(held.snapshot.to_string()));
    put(&mut object, "audit", json!(held.audit));
    if !notices.is_null() {
        put(&mut object, "notices", notices);
    }
    Value::Object(object)
}

/// A table alone, as `columns`, `rows` and `suppressed`.
pub fn table_json(table: &SafeTable) -> Map<String, Value> {
    let mut object = Map::new();
    put_figures(&mut object, Figures::from(table));
    object
}

/// The answer to a line that cannot be read. Nothing was asked, so no policy, snapshot or log entry stands behind it.
pub fn bad_line(id: Value) -> Value {
    let mut object = begin(Some(id), "failed");
    put(&mut object, "failure", json!(Failure::new(FailCode::BadLine)));
    for key in ["policy", "snapshot", "audit"] {
        put(&mut object, key, Value::Null);
    }
    Value::Object(object)
}

fn begin(id: Option<Value>, verdict: &str) -> Map<String, Value> {
    let mut object = Map::new();
    if let Some(id) = id {
        put(&mut object, "id", id);
    }
    put(&mut object, "verdict", json!(verdict));
    object
}

fn put(object: &mut Map<String, Value>, key: &str, value: Value) {
    object.insert(key.to_owned(), value);
}

/// Puts columns, rows and suppressed cells; returns the notices, null where there are none.
pub(super) fn put_figures(object: &mut Map<String, Value>, figures: Figures<'_>) -> Value {
    let column =
        |f: &arrow::datatypes::FieldRef| json!({"name": f.name(), "type": f.data_type().to_string()});
    put(object, "columns", figures.schema.fields().iter().map(column).collect());
    let rows = figures.batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|index| cell::row(batch, index).map(value).collect::<Value>())
    });
    put(object, "rows", rows.collect());
    put(object, "suppressed", json!(figures.suppressed));
    if figures.notices.is_empty() { Value::Null } else { json!(figures.notices) }
}

fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Flag(flag) => flag.into(),
        Cell::Int(int) => int.into(),
        Cell::Big(int) => int.into(),
        Cell::Real(real) => real.into(),
        Cell::Text(text) => text.into_owned().into(),
    }
}
