//! The physical plan of one cut: cells and evidence in one pass over each shard, then put together.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::{Partitioning, PhysicalExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::expressions::{col, lit};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::union::UnionExec;

use super::errors::halt;
use crate::evidence::{Wanted, evidence, levels, quantile};
use crate::plan::{AsideKind, Cut};
use crate::policy::Bundle;
use crate::words::{FailCode, Halt};

/// A cut's plan, not yet looked at a second time.
pub(super) struct Stage {
    plan: Arc<dyn ExecutionPlan>,
}

impl Stage {
    /// Cells over the shards' rows. Its columns: labels, what is computed beside the
    /// evidence, evidence.
    pub(super) fn over(
        cut: &Cut,
        wanted: &[Wanted],
        bundle: &Bundle,
        shards: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Self, Halt> {
        build(cut, wanted, bundle, shards).map(|plan| Self { plan }).map_err(halt)
    }

    pub(super) fn plan(&self) -> &Arc<dyn ExecutionPlan> {
        &self.plan
    }

    pub(super) fn into_plan(self) -> Arc<dyn ExecutionPlan> {
        self.plan
    }
}

type Filters = Vec<Option<Arc<dyn PhysicalExpr>>>;

fn build(
    cut: &Cut,
    wanted: &[Wanted],
    bundle: &Bundle,
    shards: Vec<Arc<dyn ExecutionPlan>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = shards.first().map_or_else(|| Arc::new(Schema::empty()), |shard| shard.schema());
    let groups = groups(cut, &schema)?;
    let (functions, filters) = functions(cut, wanted, bundle, &schema)?;

    let parts = shards.len();
    // The branches of a UNION ALL are partitions of one shard, each with cells of its own.
    if parts == 1 && shards.iter().all(|shard| shard.properties().partitioning.partition_count() == 1) {
        let [only] = <[_; 1]>::try_from(shards)
            .map_err(|_| datafusion::common::internal_datafusion_err!("one shard"))?;
        let single = AggregateExec::try_new(
            AggregateMode::Single,
            groups,
            functions,
            filters,
            only,
            Arc::clone(&schema),
        )?;
        return Ok(Arc::new(single));
    }
    let rows = UnionExec::try_new(shards)?;
    let final_groups = groups.as_final();
    let partial = AggregateExec::try_new(
        AggregateMode::Partial,
        groups,
        functions.clone(),
        filters,
        rows,
        Arc::clone(&schema),
    )?;
    let partial: Arc<dyn ExecutionPlan> = Arc::new(partial);
    let (mode, together): (_, Arc<dyn ExecutionPlan>) = if cut.labels().is_empty() {
        (AggregateMode::Final, Arc::new(CoalescePartitionsExec::new(partial)))
    } else {
        let keys = cut
            .labels()
            .iter()
            .map(|label| col(&label.column, &partial.schema()))
            .collect::<Result<Vec<_>>>()?;
        let spread = RepartitionExec::try_new(partial, Partitioning::Hash(keys, parts))?;
        (AggregateMode::FinalPartitioned, Arc::new(spread))
    };
    let no_filters = vec![None; functions.len()];
    Ok(Arc::new(AggregateExec::try_new(mode, final_groups, functions, no_filters, together, schema)?))
}

/// The grouping keys, in one set or in several.
fn groups(cut: &Cut, schema: &SchemaRef) -> Result<PhysicalGroupBy> {
    // With several sets the last label is the engine's own number for them.
    let keys = cut.labels().len() - usize::from(!cut.sets().is_empty());
    let keys = || cut.labels().iter().take(keys);
    let labels =
        keys().map(|l| Ok((col(&l.column, schema)?, l.column.clone()))).collect::<Result<Vec<_>>>()?;
    if cut.sets().is_empty() {
        return Ok(PhysicalGroupBy::new_single(labels));
    }
    let nothing = keys()
        .map(|l| Ok((lit(ScalarValue::try_from(&l.data_type)?), l.column.clone())))
        .collect::<Result<Vec<_>>>()?;
    Ok(PhysicalGroupBy::new(labels, nothing, cut.sets().to_vec(), true))
}

/// What is computed beside the evidence, then the evidence of each feed.
fn functions(
    cut: &Cut,
    wanted: &[Wanted],
    bundle: &Bundle,
    schema: &SchemaRef,
) -> Result<(Vec<Arc<AggregateFunctionExpr>>, Filters)> {
    let (mut functions, mut filters) = (Vec::new(), Filters::new());
    let at_least = bundle.patients.least();
    let filter_of = |name: &Option<String>| name.as_ref().map(|name| col(name, schema)).transpose();
    for (index, aside) in cut.asides().iter().enumerate() {
        let patient = cut.patient();
        let (function, args, distinct): (Arc<AggregateUDF>, Vec<&str>, bool) = match &aside.kind {
            AsideKind::Distinct(column) => (count_udaf(), vec![column], true),
            AsideKind::Levels(column) => (Arc::new(levels(at_least)), vec![patient, column], false),
            AsideKind::Quantile(column, share) => {
                let function = quantile(*share, bundle.rounding.quantile, at_least);
                (Arc::new(function), vec![patient, column], false)
            }
            AsideKind::Lowest(column) => (min_udaf(), vec![column], false),
            AsideKind::Highest(column) => (max_udaf(), vec![column], false),
            AsideKind::Moment(function, columns) => {
                (Arc::clone(function), columns.iter().map(String::as_str).collect(), false)
            }
        };
        let args = args.into_iter().map(|name| col(name, schema)).collect::<Result<Vec<_>>>()?;
        let builder = AggregateExprBuilder::new(function, args)
            .schema(Arc::clone(schema))
            .alias(format!("__d{index}"))
            .with_distinct(distinct);
        functions.push(Arc::new(builder.build()?));
        filters.push(filter_of(&aside.filter)?);
    }
    for (index, (feed, wanted)) in cut.feeds().iter().zip(wanted).enumerate() {
        let mut args = vec![col(cut.patient(), schema)?];
        for (name, _) in cut.institutions().iter().take(wanted.institutions.len()) {
            args.push(col(name, schema)?);
        }
        if let Some((name, _)) = &feed.value {
            args.push(col(name, schema)?);
        }
        functions.push(Arc::new(
            AggregateExprBuilder::new(Arc::new(evidence(wanted.clone())), args)
                .schema(Arc::clone(schema))
                .alias(format!("__e{index}"))
                .build()?,
        ));
        filters.push(filter_of(&feed.filter)?);
    }
    Ok((functions, filters))
}

/// All cells in one batch. Without grouping keys there is one row even if no row fed it.
pub(super) fn in_one(schema: &SchemaRef, computed: &[RecordBatch]) -> Result<RecordBatch, Halt> {
    concat_batches(schema, computed).map_err(|_| FailCode::Internal.into())
}
