//! The plan in the form that the grain analysis reads: types settled, subqueries turned to joins.
//!
//! These are DataFusion's own rules, called here one by one. None of them decides what may be
//! shown: whatever they leave in the plan, the grain analysis looks at every node of it.

use std::sync::Arc;

use datafusion::common::{DataFusionError, ParamValues};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::analyzer::resolve_grouping_function::ResolveGroupingFunction;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;
use datafusion::optimizer::decorrelate_lateral_join::DecorrelateLateralJoin;
use datafusion::optimizer::decorrelate_predicate_subquery::DecorrelatePredicateSubquery;
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::replace_distinct_aggregate::ReplaceDistinctWithAggregate;
use datafusion::optimizer::rewrite_set_comparison::RewriteSetComparison;
use datafusion::optimizer::scalar_subquery_to_join::ScalarSubqueryToJoin;
use datafusion::optimizer::{Analyzer, Optimizer, OptimizerContext, OptimizerRule};

use super::{once, subquery};
use crate::words::{FailCode, Halt};

/// Puts values in the place of `$1`, `$2` ….
pub(super) fn fill_in(plan: LogicalPlan, values: &ParamValues) -> Result<LogicalPlan, Halt> {
    plan.replace_params_with_values(values).map_err(|_| FailCode::Parameter.into())
}

/// Settles types and turns subqueries into joins.
pub(super) fn normalise(plan: LogicalPlan) -> Result<LogicalPlan, Halt> {
    let mut options = ConfigOptions::new();
    options.optimizer.skip_failed_rules = false;
    options.optimizer.enable_physical_uncorrelated_scalar_subquery = false;
    let plan =
        Analyzer::with_rules(vec![Arc::new(ResolveGroupingFunction::new()), Arc::new(TypeCoercion::new())])
            .execute_and_check(plan, &options, |_, _| {})
            .map_err(|error| meaning(&error))?;
    let context = OptimizerContext::new_with_config_options(Arc::new(options));
    let optimised = |plan, rules: Vec<Arc<dyn OptimizerRule + Send + Sync>>| {
        Optimizer::with_rules(rules).optimize(plan, &context, |_, _| {}).map_err(|error| meaning(&error))
    };
    let plan = optimised(plan, vec![Arc::new(RewriteSetComparison::new())])?;
    let plan = once::lifted(plan)
        .and_then(|plan| subquery::joined(plan, &context))
        .map_err(|error| meaning(&error))?;
    optimised(
        plan,
        vec![
            Arc::new(ReplaceDistinctWithAggregate::new()),
            // What ON says must be known for a join's keys before tables with a comma between them are paired.
            Arc::new(ExtractEquijoinPredicate::new()),
            Arc::new(EliminateCrossJoin::new()),
            Arc::new(DecorrelatePredicateSubquery::new()),
            Arc::new(ScalarSubqueryToJoin::new()),
            Arc::new(DecorrelateLateralJoin::new()),
            Arc::new(ExtractEquijoinPredicate::new()),
            Arc::new(EliminateCrossJoin::new()),
        ],
    )
}

fn meaning(error: &DataFusionError) -> Halt {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => FailCode::TooLarge.into(),
        _ => FailCode::Meaning.into(),
    }
}
