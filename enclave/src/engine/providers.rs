//! What a plan's leaves read: a shard's files, or the safe cells of an earlier cut.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DataFusionError, internal_datafusion_err};
use datafusion::datasource::{MemTable, TableProvider, provider_as_source};
use datafusion::logical_expr::{LogicalPlan, TableScan, TableSource};

use super::errors::halt;
use super::scan::ShardTable;
use super::store::{Shard, Store};
use crate::gate::Known;
use crate::plan::{Listed, Staged};
use crate::words::Halt;

/// The plan with files and safe cells behind its leaves.
pub(super) fn behind(
    plan: &LogicalPlan,
    store: &Store,
    shard: Option<&Shard>,
    known: &Known,
) -> Result<LogicalPlan, Halt> {
    plan.clone()
        .transform_up(|node| match node {
            LogicalPlan::TableScan(scan) => {
                let source = provider(&scan, store, shard, known).map(provider_as_source)?;
                Ok(Transformed::yes(LogicalPlan::TableScan(TableScan { source, ..scan })))
            }
            other => Ok(Transformed::no(other)),
        })
        .map(|transformed| transformed.data)
        .map_err(halt)
}

fn provider(
    scan: &TableScan,
    store: &Store,
    shard: Option<&Shard>,
    known: &Known,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let source: &dyn TableSource = scan.source.as_ref();
    if let Some(listed) = source.downcast_ref::<Listed>() {
        let parts = store
            .parts(&listed.table().name, shard)
            .map_err(|_| internal_datafusion_err!("a table without files"))?;
        return Ok(Arc::new(ShardTable::new(
            listed.table(),
            source.schema(),
            parts,
            store.decryption().cloned(),
        )));
    }
    let staged =
        source.downcast_ref::<Staged>().ok_or_else(|| internal_datafusion_err!("an unknown source"))?;
    let cells =
        known.of(staged.stage()).ok_or_else(|| internal_datafusion_err!("a stage that has not run"))?;
    let table = MemTable::try_new(cells.batch().schema(), vec![vec![cells.batch().clone()]])?;
    Ok(Arc::new(table))
}
