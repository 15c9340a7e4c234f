//! The codes that a column has, for tables that show all groups of a list.
//!
//! They are read off the whole snapshot, whatever a question is about, once in a session. Out of scope: which of them may
//! be told (`gate`), and how they are put into an answer (`gate` too).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{concat, filter};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, DataFusionError, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::create_physical_expr;

use super::Progress;
use crate::catalog::Catalog;
use crate::engine::Engine;
use crate::gate::{Gate, Known};
use crate::plan::{self, Cut, LISTED, ListingSource};
use crate::policy::Groups;
use crate::words::{FailCode, Halt};

/// What was read so far: the codes by table and column.
#[derive(Debug, Default)]
pub(super) struct Codes(Mutex<HashMap<(String, String), ArrayRef>>);

impl Codes {
    /// One list for each label of a cut, where each has one.
    pub(super) async fn of(
        &self,
        cut: &Cut,
        catalog: &Catalog,
        gate: &Gate,
        engine: &Engine,
    ) -> Result<Option<Vec<ArrayRef>>, Halt> {
        if matches!(gate.bundle().groups(), Groups::Present | Groups::LeftOut) {
            return Ok(None);
        }
        let Some(listings) = cut.listings() else { return Ok(None) };
        let mut lists = Vec::with_capacity(listings.len());
        for listing in listings {
            let list = match &listing.source {
                ListingSource::Words(words) => {
                    ScalarValue::iter_to_array(words.iter().cloned()).map_err(|_| FailCode::Internal)?
                }
                ListingSource::Codes { table, column } => {
                    self.codes(table, column, catalog, gate, engine).await?
                }
            };
            // What can't be asked of a list by itself leaves its groups out.
            let Ok(list) = kept(list, &listing.kept) else { return Ok(None) };
            lists.push(list);
        }
        Ok(Some(lists))
    }

    async fn codes(
        &self,
        table: &str,
        column: &str,
        catalog: &Catalog,
        gate: &Gate,
        engine: &Engine,
    ) -> Result<ArrayRef, Halt> {
        let key = (table.to_owned(), column.to_owned());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let sql = format!("SELECT DISTINCT {} FROM {}", quoted(column), quoted(table));
        let stages = plan::stages(sql.as_str(), None, catalog)?;
        let list = match stages.cuts() {
            [cut] => {
                let cells = engine.cells(cut, &Known::default(), gate, &Progress::default()).await?;
                gate.codes(&cells)?
            }
            _ => {
                let table = engine.above(&stages, &Known::default()).await?;
                let parts = table.batches().iter().map(|batch| batch.columns().first());
                let parts = parts.collect::<Option<Vec<_>>>().ok_or(FailCode::Internal)?;
                let parts: Vec<_> = parts.into_iter().map(AsRef::as_ref).collect();
                concat(&parts).map_err(|_| FailCode::Internal)?
            }
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, list.clone());
        Ok(list)
    }
}

/// The labels of a list that fit what is asked of them.
fn kept(list: ArrayRef, conditions: &[Expr]) -> Result<ArrayRef, DataFusionError> {
    let schema = Arc::new(Schema::new(vec![Field::new(LISTED, list.data_type().clone(), true)]));
    let columns = DFSchema::try_from(Arc::clone(&schema))?;
    let mut list = list;
    for condition in conditions {
        let condition = create_physical_expr(
            condition,
            &columns,
            &ExecutionProps::new(),
            &PhysicalPlanningContext::default(),
        )?;
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::clone(&list)])?;
        let fits = condition.evaluate(&batch)?.into_array(list.len())?;
        let fits =
            fits.as_boolean_opt().ok_or_else(|| internal_datafusion_err!("a condition of another type"))?;
        list = filter(&list, fits)?;
    }
    Ok(list)
}
