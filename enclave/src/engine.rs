//! Computing cells: a cut's rows in, figures with evidence out; and arithmetic on safe cells.
//!
//! A plan of grain `Unit` never mixes patients, so it is run once per range of patients, each range
//! on one thread in patient order, and only its cells are put together. Out of scope: judging
//! (`gate`), reading SQL (`plan`).

mod errors;
mod progress;
mod providers;
mod scan;
pub mod spill;
mod stage;
mod store;
mod verify;

#[cfg(test)]
mod tests;

pub use progress::Progress;
pub use store::{Files, Store};

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SessionState;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::SessionConfig;

use crate::evidence::Mode;
use crate::gate::{Cells, Gate, Known, SafeTable, release};
use crate::plan::{Cut, Stages};
use crate::words::Halt;
use errors::halt;
use stage::Stage;

/// The engine over one snapshot's files.
#[derive(Debug)]
pub struct Engine {
    store: Store,
    state: SessionState,
    threads: usize,
}

impl Engine {
    /// An engine that works on `threads` threads within the limits of `runtime`.
    #[must_use]
    pub fn new(store: Store, runtime: Arc<RuntimeEnv>, threads: usize) -> Self {
        let threads = threads.max(1);
        let mut config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
        let options = config.options_mut();
        // An accumulator that counts on sorted rows must not be skipped.
        options.execution.skip_partial_aggregation_probe_ratio_threshold = 1.0;
        options.optimizer.skip_failed_rules = false;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .build();
        Self { store, state, threads }
    }

    /// Computes the cells of one cut. `known` are the safe results of those that it reads.
    ///
    /// # Errors
    /// Limits that were reached, or a failure inside.
    pub async fn cells(
        &self,
        cut: &Cut,
        known: &Known,
        gate: &Gate,
        progress: &Progress,
    ) -> Result<Cells, Halt> {
        let cells = self.cells_in(Mode::Streaming, cut, known, gate, progress).await?;
        if cells.trusted()? {
            return Ok(cells);
        }
        drop(cells);
        self.cells_in(Mode::Exact, cut, known, gate, progress).await
    }

    async fn cells_in(
        &self,
        mode: Mode,
        cut: &Cut,
        known: &Known,
        gate: &Gate,
        progress: &Progress,
    ) -> Result<Cells, Halt> {
        let wanted = gate.wanted(cut, mode)?;
        let shards = self.store.shards(cut.below(), self.threads)?;
        let mut inputs = Vec::with_capacity(shards.len());
        for shard in &shards {
            let plan = providers::behind(cut.below(), &self.store, Some(shard), known)?;
            let plan = self.state.optimize(&plan).map_err(halt)?;
            inputs.push(self.physical(&plan).await?);
        }
        let stage = Stage::over(cut, &wanted, gate.bundle(), inputs)?;
        progress.rows_to_read(self.store.rows_read(cut.below()));
        let plan = verify::every_figure_has_evidence(stage, cut)?.into_plan();
        let schema = plan.schema();
        let computed = stage::in_one(&schema, &self.run(plan, progress).await?)?;
        Cells::gather(cut, wanted, &computed)
    }

    /// Works out what stands above all cuts from their safe results.
    ///
    /// # Errors
    /// Limits that were reached, or a failure inside.
    pub async fn above(&self, stages: &Stages, known: &Known) -> Result<SafeTable, Halt> {
        let top = stages.top();
        let plan = providers::behind(top.plan(), &self.store, None, known)?;
        let plan = self.state.optimize(&plan).map_err(halt)?;
        let plan = self.physical(&plan).await?;
        let computed = self.run(plan, &Progress::default()).await?;
        release(top, known, &computed)
    }

    async fn physical(
        &self,
        plan: &datafusion::logical_expr::LogicalPlan,
    ) -> Result<Arc<dyn ExecutionPlan>, Halt> {
        self.state.query_planner().create_physical_plan(plan, &self.state).await.map_err(halt)
    }

    async fn run(&self, plan: Arc<dyn ExecutionPlan>, progress: &Progress) -> Result<Vec<RecordBatch>, Halt> {
        let collected = collect(Arc::clone(&plan), self.state.task_ctx());
        tokio::pin!(collected);
        let mut told = 0;
        let mut tell = || {
            let read = scan::rows_read(&plan);
            progress.rows_read(read.saturating_sub(told));
            told = read;
        };
        loop {
            tokio::select! {
                done = &mut collected => {
                    tell();
                    return done.map_err(halt);
                }
                () = tokio::time::sleep(Duration::from_millis(100)) => tell(),
            }
        }
    }
}
