//! Sums of floats are the same to the last bit, however rows are ordered, split and merged.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, UInt32Array};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::model::{Known, read};
use crate::evidence::{Mode, ValueKind, Wanted, evidence};

fn wanted(mode: Mode) -> Wanted {
    Wanted {
        value: Some(ValueKind::Float64),
        institutions: vec![],
        institution_cap: 3,
        institution_shares: false,
        sketches: None,
        mode,
    }
}

/// One cell of (patient, value) rows, one partition for each slice, and whether it is trusted.
async fn figure(mode: Mode, partitions: &[&[(Option<u32>, f64)]]) -> (Known, bool) {
    let batch = |rows: &[(Option<u32>, f64)]| {
        let columns: [(&str, ArrayRef); 2] = [
            ("p", Arc::new(rows.iter().map(|row| row.0).collect::<UInt32Array>())),
            ("v", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.1)))),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
    };
    let batches = partitions.iter().map(|rows| rows.chunks(5).map(batch).collect()).collect();
    let config = SessionConfig::new()
        .with_target_partitions(partitions.len())
        .with_round_robin_repartition(false)
        .with_repartition_file_scans(false);
    let context = SessionContext::new_with_config(config);
    let table = MemTable::try_new(batch(&[]).schema(), batches).unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    context.register_udaf(evidence(wanted(mode)));
    let batches = context.sql("SELECT evidence(p, v) AS e FROM t").await.unwrap().collect().await.unwrap();
    let (mut known, trusted) = read(&wanted(mode), batches[0].column(0));
    (known.remove(0), trusted)
}

#[tokio::test]
async fn order_and_partitions_change_no_bit() {
    for seed in 0..25 {
        let mut rng = SmallRng::seed_from_u64(seed);
        // Usual numbers, which are summed in half the room, and others, or first the ones and then the others.
        let exponents = [-9..20, -60..60][rng.random_range(0..2)].clone();
        let mut rows: Vec<(Option<u32>, f64)> = (0..80)
            .map(|n| {
                let size = rng.random_range(1.0..2.0) * 2_f64.powi(rng.random_range(exponents.clone()));
                let value = if rng.random_bool(0.3) { -size } else { size };
                (rng.random_bool(0.9).then_some(n / 8), value)
            })
            .collect();
        if rng.random_bool(0.3) {
            rows.push((Some(10), 1e-12));
        }
        let (expected, trusted) = figure(Mode::Streaming, &[&rows]).await;
        assert!(trusted && expected.rows == rows.len() as u64);
        let plain: f64 = rows.iter().map(|row| row.1).sum();
        let sizes: f64 = rows.iter().map(|row| row.1.abs()).sum();
        assert!((expected.sum.unwrap() - plain).abs() <= sizes * 1e-13);

        for _ in 0..4 {
            let (left, right) = rows.split_at(rng.random_range(0..=rows.len()));
            assert_eq!(
                figure(Mode::Streaming, &[left, right]).await,
                (expected.clone(), true),
                "seed {seed}"
            );
            // A patient's own rows may come in any order.
            let mut rows = rows.clone();
            rows.chunk_by_mut(|a, b| a.0 == b.0).for_each(|rows| rows.shuffle(&mut rng));
            assert_eq!(figure(Mode::Streaming, &[&rows]).await, (expected.clone(), true), "seed {seed}");
            rows.shuffle(&mut rng);
            let (left, right) = rows.split_at(rng.random_range(0..=rows.len()));
            assert_eq!(figure(Mode::Exact, &[left, right]).await, (expected.clone(), true), "seed {seed}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_summed_counts_as_missing() {
    let rows: Vec<(Option<u32>, f64)> = (0..20).map(|n| (Some(n), 1.5)).collect();
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e28, -1e300] {
        for mode in [Mode::Streaming, Mode::Exact] {
            let mut rows = rows.clone();
            rows.insert(7, (Some(7), odd));
            rows.insert(9, (Some(100), odd));
            rows.sort_by_key(|row| row.0);
            rows.insert(3, (None, odd));
            let without: Vec<_> = rows.iter().copied().filter(|row| row.1 == 1.5).collect();
            let (known, trusted) = figure(mode, &[&rows]).await;
            assert_eq!((known.rows, known.patients, known.sum), (20, 20, Some(30.0)), "{odd}");
            assert_eq!((known, trusted), figure(mode, &[&without]).await, "{odd}");
            assert!(trusted);
        }
    }
}

#[tokio::test]
async fn large_and_small_do_not_swallow_each_other() {
    let values = [1e16, 1.0, -1e16, 1.0, 0.1, 1e-9, 3e15, -3e15];
    let rows: Vec<(Option<u32>, f64)> =
        values.into_iter().enumerate().map(|(n, v)| (Some(n as u32), v)).collect();
    for cut in 1..7 {
        let (left, right) = rows.split_at(cut);
        let (known, _) = figure(Mode::Streaming, &[left, right]).await;
        // A plain sum is wrong in its first digit.
        assert_eq!(known.sum, Some(2.1 + 1e-9));
    }
}
