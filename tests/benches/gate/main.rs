//! What evidence costs: gated time over bare DataFusion time, for the same figures from the same files with
//! the same threads, beside hand-written `count(DISTINCT …)`.
//!
//! Out of scope: planning, the gate's rules and the session's process; here are the engine's two passes only.

mod claims;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col};
use enclave::evidence::{
    EvidenceColumns, InstitutionForm, Mode, PatientWeights, Sketched, ValueKind, Wanted, evidence,
};
use enclave::ledger::Weigher;
use futures::StreamExt;

use claims::generate;

/// A number of cells, the columns that make them, the highest ratio aimed at. Codes as they are, texts.
const CODES: [(u32, &str, f64); 3] =
    [(18, "sex, age", 1.1), (3_000, "diagnosis", 1.35), (400_000, "town, drug", 1.3)];

/// The same cells by one small integer: the cheapest grouping there is, and so the dearest evidence.
const NUMBERS: [(u32, &str, f64); 3] =
    [(18, "sex_age_no", 1.1), (3_000, "diagnosis_no", 1.35), (400_000, "town_drug_no", 1.3)];

fn main() -> Result<(), Box<dyn Error>> {
    let lines = setting("BENCH_LINES", 20_000_000);
    let rounds = setting("BENCH_ROUNDS", 7);
    let threads = setting("BENCH_THREADS", std::thread::available_parallelism()?.get());
    let folder = generate(lines)?;
    let weigher = Weigher::new(&[1; 32]);
    let weights = PatientWeights::new(
        &weigher,
        (0..lines as u64 / 10).map(|key| key.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;

    println!("{lines} claim lines, {threads} threads, median of {rounds} interleaved runs");
    println!(
        "| figures | cells | bare ms | evidence | aim | with sketches | aim | count(distinct) | the same by processor time | peak MB |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---|---|");
    for (figures, value, keys) in [
        ("count(*), sum, avg by codes", Some(ValueKind::Int64), CODES),
        ("count(*) by codes", None, CODES),
        ("count(*), sum, avg by numbers", Some(ValueKind::Int64), NUMBERS),
    ] {
        for ((cells, key, aim), aim_with) in keys.into_iter().zip([1.15, 1.45, 1.7]) {
            let contexts = runtime.block_on(contexts(&folder, threads, value, &weights))?;
            let measured = runtime.block_on(measure(&contexts, key, value, &weights, rounds))?;
            let [bare_ms, gated_ms, sketched_ms, distinct_ms] =
                measured.each_ref().map(|runs| median(&runs.elapsed));
            let [bare_cpu, gated_cpu, sketched_cpu, distinct_cpu] =
                measured.each_ref().map(|runs| median(&runs.processor));
            println!(
                "| {figures} | {cells} | {bare_ms:.0} | {:.2} | {aim} | {:.2} | {aim_with} | {:.2} | {bare_cpu:.0}, {:.2}, {:.2}, {:.2} | {} |",
                gated_ms / bare_ms,
                sketched_ms / bare_ms,
                distinct_ms / bare_ms,
                gated_cpu / bare_cpu,
                sketched_cpu / bare_cpu,
                distinct_cpu / bare_cpu,
                measured.each_ref().map(|runs| runs.peak_mb.to_string()).join(", ")
            );
        }
    }
    Ok(())
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn wanted(value: Option<ValueKind>, weights: Option<&PatientWeights>) -> Wanted {
    Wanted {
        value,
        institutions: vec![InstitutionForm::One],
        institution_cap: 3,
        institution_shares: false,
        sketches: weights.map(|weights| Sketched {
            weights: weights.clone(),
            patients: false,
            amounts: value.is_some(),
        }),
        mode: Mode::Streaming,
    }
}

/// Contexts on the same files: DataFusion as it comes; as the gate needs it; and so with sketches for the ledger.
async fn contexts(
    folder: &Path,
    threads: usize,
    value: Option<ValueKind>,
    weights: &PatientWeights,
) -> datafusion::error::Result<[SessionContext; 3]> {
    let bare = SessionConfig::new().with_target_partitions(threads);
    let mut gated = bare.clone().with_round_robin_repartition(false).with_repartition_file_scans(false);
    gated.options_mut().execution.skip_partial_aggregation_probe_ratio_threshold = 1.0;
    let contexts = [bare, gated.clone(), gated].map(SessionContext::new_with_config);
    // Without a declared order idle partitions take files from others (DataFusion 55), and ranges mix.
    let as_it_comes = ParquetReadOptions::default();
    let in_order = as_it_comes.clone().file_sort_order(vec![vec![col("patient").sort(true, false)]]);
    let options = [as_it_comes, in_order.clone(), in_order];
    for ((context, options), weights) in contexts.iter().zip(options).zip([None, None, Some(weights)]) {
        let path = folder.to_str().unwrap_or_default();
        context.register_parquet("claim", path, options).await?;
        context.register_udaf(evidence(wanted(value, weights)));
    }
    Ok(contexts)
}

/// The runs of one query: milliseconds on the clock and on processors, megabytes at the peak.
#[derive(Default)]
struct Runs {
    elapsed: Vec<f64>,
    processor: Vec<f64>,
    peak_mb: u64,
}

/// Bare, gated, gated with sketches, and hand-written.
async fn measure(
    [bare, gated, sketched]: &[SessionContext; 3],
    key: &str,
    value: Option<ValueKind>,
    weights: &PatientWeights,
    rounds: usize,
) -> Result<[Runs; 4], Box<dyn Error>> {
    let (figures, argument) = match value {
        Some(_) => ("count(*), sum(yen), avg(yen)", ", yen"),
        None => ("count(*)", ""),
    };
    let with_evidence =
        format!("SELECT {key}, evidence(patient, hospital{argument}) AS e FROM claim GROUP BY {key}");
    let (plain, all) = (wanted(value, None), wanted(value, Some(weights)));
    let queries = [
        (bare, &plain, format!("SELECT {key}, {figures} FROM claim GROUP BY {key}")),
        (gated, &plain, with_evidence.clone()),
        (sketched, &all, with_evidence),
        (
            bare,
            &plain,
            format!(
                "SELECT {key}, {figures}, count(DISTINCT patient), count(DISTINCT hospital) FROM claim GROUP BY {key}"
            ),
        ),
    ];
    let mut measured: [Runs; 4] = Default::default();
    for round in 0..=rounds {
        for ((context, wanted, sql), runs) in queries.iter().zip(&mut measured) {
            forget_peak();
            let (start, processor) = (Instant::now(), processor_ms());
            let mut stream = context.sql(sql).await?.execute_stream().await?;
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                if let Some(column) = batch.column_by_name("e")
                    && !EvidenceColumns::read(wanted, column)?.trusted()
                {
                    return Err("the files are not in patient order".into());
                }
            }
            // The first round warms up.
            if round > 0 {
                runs.elapsed.push(start.elapsed().as_secs_f64() * 1e3);
                runs.processor.push(processor_ms() - processor);
                runs.peak_mb = runs.peak_mb.max(peak_mb());
            }
        }
    }
    Ok(measured)
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Starts a new peak of resident memory, where Linux lets us.
fn forget_peak() {
    let _unsupported = fs::write("/proc/self/clear_refs", "5");
}

fn peak_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Milliseconds on a processor, of all threads that live, where Linux tells.
fn processor_ms() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let each = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    each.sum::<f64>() / 1e6
}
