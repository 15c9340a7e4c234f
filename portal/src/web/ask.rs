//! From what the page sends to what the enclave is asked.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Date32Type;
use arrow::ipc::writer::StreamWriter;
use enclave::plan::View;
use enclave::query::Ask;

use super::api::{Asking, Named, Parameter};
use super::trouble::Trouble;

/// Most values that one question takes.
const MOST_VALUES: usize = 200;

/// The question as the enclave takes it: its values are one Arrow row, named as the page names them.
pub fn ask(asking: Asking) -> Result<(Ask, bool), Trouble> {
    let Asking { sql, views, parameters, explore } = asking;
    if parameters.len() > MOST_VALUES {
        return Err(Trouble::too_large());
    }
    let views = views.into_iter().map(|Named { name, sql }| View { name, sql }).collect();
    let mut ask = Ask::new(sql).with_views(views);
    if !parameters.is_empty() {
        let columns = parameters.iter().map(|(name, value)| (name, column(value), true));
        let row = RecordBatch::try_from_iter_with_nullable(columns).map_err(|_| Trouble::malformed())?;
        ask = ask.with_named(stream(&row)?, parameters.into_keys().collect());
    }
    Ok((ask, explore))
}

fn column(value: &Parameter) -> ArrayRef {
    match value {
        Parameter::Text(text) => Arc::new(StringArray::from(vec![text.as_deref()])),
        Parameter::Integer(int) => Arc::new(Int64Array::from(vec![*int])),
        Parameter::Real(real) => Arc::new(Float64Array::from(vec![*real])),
        Parameter::Date(day) => Arc::new(Date32Array::from(vec![day.map(Date32Type::from_naive_date)])),
        Parameter::Boolean(flag) => Arc::new(BooleanArray::from(vec![*flag])),
    }
}

fn stream(row: &RecordBatch) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let written = StreamWriter::try_new(&mut bytes, &row.schema())
        .and_then(|mut writer| writer.write(row).and_then(|()| writer.finish()));
    written.map_err(|error| Trouble::internal(&error))?;
    Ok(bytes)
}
