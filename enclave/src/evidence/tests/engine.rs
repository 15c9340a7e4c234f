//! Evidence inside DataFusion: one and two stages, several partitions, small batches, little memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, UInt32Array,
};
use datafusion::arrow::datatypes::{Field, Schema, UInt32Type};
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::model::{Known, Row, arguments, model, random_rows, random_wanted, read};
use crate::evidence::{EvidenceColumns, InstitutionForm, Mode, ValueKind, Wanted, evidence, institution_set};

/// A context with the rows as table `t`, one partition for each slice.
fn context(config: SessionConfig, wanted: &Wanted, partitions: &[&[Row]]) -> SessionContext {
    let config = config.with_round_robin_repartition(false).with_repartition_file_scans(false);
    let context = SessionContext::new_with_config(config);
    let batches: Vec<Vec<RecordBatch>> =
        partitions.iter().map(|rows| rows.chunks(7).map(|rows| batch(wanted, rows)).collect()).collect();
    let schema = batch(wanted, &[]).schema();
    context.register_table("t", Arc::new(MemTable::try_new(schema, batches).unwrap())).unwrap();
    context.register_udaf(evidence(wanted.clone()));
    context.register_udaf(institution_set());
    context
}

fn batch(wanted: &Wanted, rows: &[Row]) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("cell".to_owned(), Arc::new(rows.iter().map(|row| Some(row.cell)).collect::<UInt32Array>())),
        ("passes".to_owned(), Arc::new(rows.iter().map(|row| row.filter).collect::<BooleanArray>())),
    ];
    let named =
        arguments(wanted, rows).into_iter().enumerate().map(|(nth, column)| (format!("a{nth}"), column));
    columns.extend(named);
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn call(wanted: &Wanted) -> String {
    let arguments: Vec<String> = (0..wanted.arguments()).map(|nth| format!("a{nth}")).collect();
    format!("evidence({}) FILTER (WHERE passes) AS e", arguments.join(", "))
}

async fn by_cell(context: &SessionContext, wanted: &Wanted) -> (BTreeMap<u32, Known>, bool) {
    let sql = format!("SELECT cell, {} FROM t GROUP BY cell", call(wanted));
    let (mut all, mut trusted) = (BTreeMap::new(), true);
    for batch in context.sql(&sql).await.unwrap().collect().await.unwrap() {
        let (known, vouched) = read(wanted, batch.column(1));
        all.extend(batch.column(0).as_primitive::<UInt32Type>().values().iter().copied().zip(known));
        trusted &= vouched;
    }
    (all, trusted)
}

#[tokio::test]
async fn grouped_and_not_grouped_agree_with_the_model() {
    for seed in 0..60 {
        let mut rng = SmallRng::seed_from_u64(seed);
        let wanted = random_wanted(&mut rng, Mode::Streaming);
        let rows = random_rows(&mut rng, &wanted, 20, false);
        let (left, right) = rows.split_at(rng.random_range(0..=rows.len()));
        let config = SessionConfig::new()
            // As many as there are partitions, or more: fewer would mix them.
            .with_target_partitions(rng.random_range(2..5))
            .with_batch_size(rng.random_range(1..9));
        let context = context(config, &wanted, &[left, right]);

        let (known, trusted) = by_cell(&context, &wanted).await;
        let mut expected = model(&wanted, &rows, 20);
        expected.retain(|cell, _| rows.iter().any(|row| row.cell == *cell));
        assert_eq!(known, expected, "seed {seed}, {wanted:?}");
        assert!(trusted, "seed {seed}");

        let sql = format!("SELECT {} FROM t", call(&wanted));
        let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
        let one: Vec<Row> = rows.iter().map(|row| Row { cell: 0, ..row.clone() }).collect();
        let (known, trusted) = read(&wanted, batches[0].column(0));
        assert_eq!(known, [model(&wanted, &one, 1).remove(&0).unwrap()], "seed {seed}, {wanted:?}");
        assert!(trusted, "seed {seed}");
    }
}

fn row(cell: u32, patient: u32, institution: u32, value: i128) -> Row {
    Row {
        cell,
        patient: Some(patient),
        institutions: vec![vec![institution]],
        value: Some(value),
        filter: Some(true),
    }
}

fn sums(mode: Mode) -> Wanted {
    Wanted {
        value: Some(ValueKind::Int64),
        institutions: vec![InstitutionForm::One],
        institution_cap: 3,
        institution_shares: false,
        sketches: None,
        mode,
    }
}

/// 6,000 rows over 1,500 cells, 600 patients, in order.
fn many() -> Vec<Row> {
    let mut rng = SmallRng::seed_from_u64(7);
    (0..6_000).map(|n| row(rng.random_range(0..1_500), n / 10, n % 9, i128::from(n % 100))).collect()
}

#[tokio::test]
async fn a_skipped_partial_stage_changes_nothing() {
    let (wanted, rows) = (sums(Mode::Streaming), many());
    let mut config = SessionConfig::new().with_target_partitions(2).with_batch_size(100);
    config.options_mut().execution.skip_partial_aggregation_probe_rows_threshold = 200;
    config.options_mut().execution.skip_partial_aggregation_probe_ratio_threshold = 0.1;
    let (left, right) = rows.split_at(2_995);
    let (known, trusted) = by_cell(&context(config, &wanted, &[left, right]), &wanted).await;
    assert!(trusted);
    let mut expected = model(&wanted, &rows, 1_500);
    expected.retain(|_, known| known.rows > 0);
    assert_eq!(known, expected);
}

#[tokio::test]
async fn little_memory_means_early_emission_and_spills_not_doubt() {
    let (wanted, rows) = (sums(Mode::Streaming), many());
    let (left, right) = rows.split_at(2_995);
    let config = SessionConfig::new().with_target_partitions(2).with_batch_size(100);
    let roomy = context(config.clone(), &wanted, &[left, right]);
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(500_000))).build_arc().unwrap();
    let tight = SessionContext::new_with_config_rt(roomy.copied_config(), runtime);
    tight.register_table("t", roomy.table_provider("t").await.unwrap()).unwrap();
    tight.register_udaf(evidence(wanted.clone()));
    let (known, trusted) = by_cell(&tight, &wanted).await;
    assert!(trusted);
    assert_eq!(known, by_cell(&roomy, &wanted).await.0);
    // Else it was not tight.
    let (tight, roomy) = (pressure(&tight, &wanted).await, pressure(&roomy, &wanted).await);
    assert!(tight.0 > roomy.0 && tight.1 > 0, "{tight:?} {roomy:?}");
}

/// Partial states given away, and spills.
async fn pressure(context: &SessionContext, wanted: &Wanted) -> (usize, usize) {
    let sql = format!("SELECT cell, {} FROM t GROUP BY cell", call(wanted));
    let mut plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
    collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
    let (mut states, mut spills) = (0, 0);
    while let Some(child) = plan.children().first().map(|child| Arc::clone(child)) {
        if let Some(metrics) = plan.metrics().filter(|_| plan.name() == "AggregateExec") {
            states = metrics.output_rows().unwrap();
            spills += metrics.spill_count().unwrap_or(0);
        }
        plan = child;
    }
    (states, spills)
}

#[tokio::test]
async fn disorder_is_told_and_exact_mode_settles_it() {
    // Ten rows a patient in three cells, every seventh row after the other.
    let rows: Vec<Row> =
        (0..700).map(|n| n * 7 % 700 + n / 100).map(|n| row(n % 3, n / 10, n % 9, 5)).collect();
    for mode in [Mode::Streaming, Mode::Exact] {
        let wanted = sums(mode);
        let context = context(SessionConfig::new().with_target_partitions(2), &wanted, &[&rows]);
        let (known, trusted) = by_cell(&context, &wanted).await;
        assert_eq!(trusted, mode == Mode::Exact);
        assert_eq!(known == model(&wanted, &rows, 3), mode == Mode::Exact);
    }
}

#[tokio::test]
async fn no_rows_make_one_empty_cell() {
    let wanted = sums(Mode::Streaming);
    let context = context(SessionConfig::new(), &wanted, &[&[]]);
    let sql = format!("SELECT {} FROM t", call(&wanted));
    let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
    let (known, trusted) = read(&wanted, batches[0].column(0));
    assert!(trusted);
    let empty = Known { institutions: vec![0], shares: vec![[0.0; 3]], ..Known::default() };
    assert_eq!(known, [empty]);
}

#[tokio::test]
async fn institutions_pass_through_a_sum_by_patient() {
    let outer = Wanted { institutions: vec![InstitutionForm::Set], ..sums(Mode::Streaming) };
    let rows = vec![row(0, 1, 4, 5), row(0, 1, 5, 5), row(0, 2, 4, 7), row(0, 3, 6, 9)];
    let context = context(SessionConfig::new().with_target_partitions(1), &sums(Mode::Streaming), &[&rows]);
    context.register_udaf(evidence(outer.clone()));
    let sql = "SELECT evidence(p, i, v) AS e FROM
        (SELECT a0 AS p, institution_set(a1) AS i, sum(a2) AS v FROM t GROUP BY a0 ORDER BY a0)";
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let (known, trusted) = read(&outer, batches[0].column(0));
    assert!(trusted);
    assert_eq!((known[0].patients, &known[0].institutions[..], known[0].sum), (3, &[3][..], Some(26.0)));
    assert_eq!(known[0].shares, [[10.0, 9.0, 26.0]]);
}

#[tokio::test]
async fn wrong_arguments_are_no_plan() {
    let wanted = sums(Mode::Streaming);
    let context = context(SessionConfig::new(), &wanted, &[&[]]);
    for call in ["evidence(a0, a1)", "evidence(a0, a1, a1)", "evidence(a2, a1, a2)", "evidence(a0, a1, cell)"]
    {
        assert!(context.sql(&format!("SELECT {call} FROM t")).await.is_err(), "{call}");
    }
    let values: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    assert!(EvidenceColumns::read(&wanted, &values).is_err());
}
