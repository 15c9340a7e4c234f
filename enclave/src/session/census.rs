//! The inhabitants of municipalities, from the public tables that the bundle names.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;

use crate::catalog::Catalog;
use crate::engine::Engine;
use crate::gate::{Census, Known};
use crate::plan;
use crate::policy::Bundle;
use crate::words::{FailCode, Halt};

/// Reads them the way a question would: only a public table answers.
pub(super) async fn count(bundle: &Bundle, catalog: &Catalog, engine: &Engine) -> Result<Census, Halt> {
    let mut pairs = Vec::new();
    for column in bundle.municipality.iter().flat_map(|rule| &rule.columns) {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let sql = format!(
            "SELECT CAST({} AS VARCHAR), CAST({} AS BIGINT) FROM {}",
            quoted(&column.code),
            quoted(&column.inhabitants),
            quoted(&column.table)
        );
        let stages = plan::stages(sql.as_str(), None, catalog)?;
        if !stages.cuts().is_empty() {
            return Err(FailCode::Internal.into());
        }
        for batch in engine.above(&stages, &Known::default()).await?.batches() {
            let codes = batch.column(0).as_string_opt::<i32>().ok_or(FailCode::Internal)?;
            let inhabitants = batch.column(1).as_primitive_opt::<Int64Type>().ok_or(FailCode::Internal)?;
            for (code, inhabitants) in codes.iter().zip(inhabitants) {
                if let (Some(code), Some(Ok(inhabitants))) = (code, inhabitants.map(u64::try_from)) {
                    pairs.push((code.to_owned(), inhabitants));
                }
            }
        }
    }
    Ok(Census::new(pairs))
}
