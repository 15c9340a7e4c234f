//! The second, independent look: on what is about to run, not on what was meant to.
//!
//! Every aggregate over people that makes cells carries the evidence of each of its figures, and
//! nothing but that aggregate stands between people's rows and the gate. Each cell is made in one piece:
//! half a cell would be judged, and shown, as a cell of its own.

use std::sync::Arc;

use datafusion::physical_plan::Partitioning;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::stage::Stage;
use crate::plan::Cut;
use crate::words::{FailCode, Halt};

/// A stage whose plan was looked at; only these run.
pub(super) struct Verified(Stage);

impl Verified {
    pub(super) fn into_plan(self) -> Arc<dyn ExecutionPlan> {
        self.0.into_plan()
    }
}

/// Looks at the plan that is about to run.
pub(super) fn every_figure_has_evidence(stage: Stage, cut: &Cut) -> Result<Verified, Halt> {
    let Some(root) = stage.plan().downcast_ref::<AggregateExec>() else {
        return Err(FailCode::Internal.into());
    };
    let gathered = root.aggr_expr().iter().filter(|function| function.fun().name() == "evidence").count();
    let others = root.aggr_expr().len() - gathered;
    let every_figure_fed =
        cut.figures().iter().all(|figure| figure.feed < gathered && figure.shares < gathered);
    if !in_one_piece(root) {
        return Err(FailCode::Internal.into());
    }
    if gathered == cut.feeds().len() && gathered > 0 && others == cut.asides().len() && every_figure_fed {
        Ok(Verified(stage))
    } else {
        Err(FailCode::Internal.into())
    }
}

/// Whether all rows of a cell reach the same partition of the last aggregate.
fn in_one_piece(root: &AggregateExec) -> bool {
    let partitioning = root.input().output_partitioning();
    match root.mode() {
        AggregateMode::Single | AggregateMode::Final => partitioning.partition_count() == 1,
        AggregateMode::FinalPartitioned => matches!(partitioning, Partitioning::Hash(..)),
        AggregateMode::Partial | AggregateMode::PartialReduce | AggregateMode::SinglePartitioned => false,
    }
}
