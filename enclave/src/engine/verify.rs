//! The second, independent look: on what is about to run, not on what was meant to.
//!
//! Every aggregate over people that makes cells carries the evidence of each of its figures, and
//! nothing but that aggregate stands between people's rows and the gate.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;

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
    let allowed =
        cut.figures().iter().filter(|f| matches!(f.kind, crate::plan::FigureKind::CountDistinct(_))).count();
    let every_figure_fed = cut.figures().iter().all(|figure| figure.feed < gathered);
    if gathered == cut.feeds().len() && gathered > 0 && others == allowed && every_figure_fed {
        Ok(Verified(stage))
    } else {
        Err(FailCode::Internal.into())
    }
}
