//! What came out of a question, as the page is told; and its figures, as an Arrow stream.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use enclave::gate::{Suppressed, Verdict};
use enclave::query::Held;
use enclave::words::{FailCode, Failure, Notice, Place};
use serde_json::{Value, json};

use super::api::Question;
use super::running::{Asked, Standing};
use super::trouble::Trouble;

/// How a question stands, with its answer once it is there.
pub fn question(asked: &Asked) -> Question {
    let (state, before, answer) = match (asked.standing(), asked.before()) {
        (Standing::Running, Some(before)) => ("waiting", Some(before), None),
        (Standing::Running, None) => ("running", None, None),
        (Standing::Answered(held), _) => ("done", None, Some(answer(&held, &asked.views))),
        (Standing::Cancelled, _) => ("done", None, Some(unanswered(FailCode::Cancelled))),
        (Standing::Broken, _) => ("done", None, Some(unanswered(FailCode::Internal))),
    };
    let elapsed = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
    Question { question: asked.id().to_owned(), state, before, elapsed, answer }
}

/// The figures of an answer, suppressed cells null.
///
/// # Errors
/// When there are none.
pub fn rows(held: &Held) -> Result<Vec<u8>, Trouble> {
    let (schema, batches) = match &held.verdict {
        Verdict::Released(table) => (table.schema(), table.batches()),
        Verdict::Explored(table) => (table.schema(), table.batches()),
        Verdict::Refused(_) | Verdict::Failed(_) => return Err(Trouble::no_such()),
    };
    stream(schema, batches).map_err(|error| Trouble::internal(&error))
}

fn stream(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, arrow::error::ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, schema)?;
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

fn answer(held: &Held, views: &[String]) -> Value {
    let mut answer = match &held.verdict {
        Verdict::Released(table) => {
            figures("released", table.schema(), table.batches(), (table.suppressed(), table.notices()))
        }
        Verdict::Explored(table) => {
            figures("explored", table.schema(), table.batches(), (table.suppressed(), table.notices()))
        }
        Verdict::Refused(refusal) => {
            json!({"verdict": "refused", "refusal": placed(json!(refusal), refusal.at, views)})
        }
        Verdict::Failed(failure) => failed(failure, views),
    };
    if let Value::Object(answer) = &mut answer {
        answer.insert("policy".to_owned(), json!(held.policy.to_string()));
        answer.insert("snapshot".to_owned(), json!(held.snapshot.to_string()));
        answer.insert("audit".to_owned(), json!(held.audit));
    }
    answer
}

fn figures(
    verdict: &str,
    schema: &SchemaRef,
    batches: &[RecordBatch],
    (suppressed, notices): (&[Suppressed], &[Notice]),
) -> Value {
    let columns = schema.fields().iter();
    let columns: Vec<_> =
        columns.map(|f| json!({"name": f.name(), "type": f.data_type().to_string()})).collect();
    let suppressed: Vec<_> = suppressed.iter().map(cell).collect();
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    json!({"verdict": verdict, "rows": rows, "columns": columns, "suppressed": suppressed, "notices": notices})
}

fn cell(Suppressed { row, column, reason }: &Suppressed) -> Value {
    json!({"row": row, "column": column, "reason": reason, "message": reason.message(), "remedy": reason.remedy()})
}

fn failed(failure: &Failure, views: &[String]) -> Value {
    json!({"verdict": "failed", "failure": placed(json!(failure), failure.at, views)})
}

fn unanswered(code: FailCode) -> Value {
    let mut answer = failed(&Failure::new(code), &[]);
    if let Value::Object(answer) = &mut answer {
        for key in ["policy", "snapshot", "audit"] {
            answer.insert(key.to_owned(), Value::Null);
        }
    }
    answer
}

/// The name of the view that a place is in stands beside the place.
pub(super) fn placed(mut trouble: Value, at: Option<Place>, views: &[String]) -> Value {
    let nth = at.and_then(|at| at.view).and_then(|nth| usize::try_from(nth).ok()?.checked_sub(1));
    if let (Some(name), Value::Object(trouble)) = (nth.and_then(|nth| views.get(nth)), &mut trouble) {
        trouble.insert("view".to_owned(), json!(name));
    }
    trouble
}
