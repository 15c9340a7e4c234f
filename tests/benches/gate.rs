//! What evidence costs: gated time over bare DataFusion time, for the same figures from the same files with
//! the same threads, beside hand-written `count(DISTINCT …)`.
//!
//! Out of scope: planning, the gate's rules and the session's process; here are the engine's two passes only.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, UInt32Array};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col};
use enclave::evidence::{EvidenceColumns, InstitutionForm, Mode, ValueKind, Wanted, evidence};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A number of cells, the column that makes them, the highest ratio aimed at.
const CELLS: [(u32, &str, f64); 3] =
    [(18, "age_sex", 1.1), (3_000, "diagnosis", 1.35), (400_000, "town_drug", 1.3)];

const FILES: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let lines = setting("BENCH_LINES", 20_000_000);
    let rounds = setting("BENCH_ROUNDS", 7);
    let threads = setting("BENCH_THREADS", std::thread::available_parallelism()?.get());
    let folder = generate(lines)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;

    println!("{lines} claim lines, {threads} threads, median of {rounds} interleaved runs");
    println!(
        "| figures | cells | bare ms | evidence | aim | count(distinct) | peak MB: bare, evidence, distinct |"
    );
    println!("|---|---:|---:|---:|---:|---:|---|");
    for (figures, value) in [("count(*), sum, avg", Some(ValueKind::Int64)), ("count(*)", None)] {
        for (cells, key, aim) in CELLS {
            let contexts = runtime.block_on(contexts(&folder, threads, value))?;
            let measured = runtime.block_on(measure(&contexts, key, value, rounds))?;
            let [bare, gated, distinct] = measured.map(|(times, peak)| (median(times), peak));
            println!(
                "| {figures} | {cells} | {:.0} | {:.2} | {aim} | {:.2} | {}, {}, {} |",
                bare.0,
                gated.0 / bare.0,
                distinct.0 / bare.0,
                bare.1,
                gated.1,
                distinct.1
            );
        }
    }
    Ok(())
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn wanted(value: Option<ValueKind>) -> Wanted {
    Wanted {
        value,
        institutions: vec![InstitutionForm::One],
        institution_cap: 3,
        institution_shares: false,
        mode: Mode::Streaming,
    }
}

/// Two contexts on the same files: DataFusion as it comes, and as the gate needs it.
async fn contexts(
    folder: &Path,
    threads: usize,
    value: Option<ValueKind>,
) -> datafusion::error::Result<[SessionContext; 2]> {
    let bare = SessionConfig::new().with_target_partitions(threads);
    let mut gated = bare.clone().with_round_robin_repartition(false).with_repartition_file_scans(false);
    gated.options_mut().execution.skip_partial_aggregation_probe_ratio_threshold = 1.0;
    let contexts = [bare, gated].map(SessionContext::new_with_config);
    // Without a declared order idle partitions take files from others (DataFusion 55), and ranges mix.
    let as_it_comes = ParquetReadOptions::default();
    let in_order = as_it_comes.clone().file_sort_order(vec![vec![col("patient").sort(true, false)]]);
    for (context, options) in contexts.iter().zip([as_it_comes, in_order]) {
        let path = folder.to_str().unwrap_or_default();
        context.register_parquet("claim", path, options).await?;
        context.register_udaf(evidence(wanted(value)));
    }
    Ok(contexts)
}

/// Times in milliseconds and peak memory in megabytes of bare, gated and hand-written.
async fn measure(
    [bare, gated]: &[SessionContext; 2],
    key: &str,
    value: Option<ValueKind>,
    rounds: usize,
) -> Result<[(Vec<f64>, u64); 3], Box<dyn Error>> {
    let (figures, argument) = match value {
        Some(_) => ("count(*), sum(yen), avg(yen)", ", yen"),
        None => ("count(*)", ""),
    };
    let queries = [
        (bare, format!("SELECT {key}, {figures} FROM claim GROUP BY {key}")),
        (
            gated,
            format!("SELECT {key}, evidence(patient, hospital{argument}) AS e FROM claim GROUP BY {key}"),
        ),
        (
            bare,
            format!(
                "SELECT {key}, {figures}, count(DISTINCT patient), count(DISTINCT hospital) FROM claim GROUP BY {key}"
            ),
        ),
    ];
    let mut measured: [(Vec<f64>, u64); 3] = Default::default();
    for round in 0..=rounds {
        for ((context, sql), (times, peak)) in queries.iter().zip(&mut measured) {
            forget_peak();
            let start = Instant::now();
            let mut stream = context.sql(sql).await?.execute_stream().await?;
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                if let Some(column) = batch.column_by_name("e")
                    && !EvidenceColumns::read(&wanted(value), column)?.trusted()
                {
                    return Err("the files are not in patient order".into());
                }
            }
            // The first round warms up.
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e3);
                *peak = (*peak).max(peak_mb());
            }
        }
    }
    Ok(measured)
}

fn median(mut times: Vec<f64>) -> f64 {
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

/// Claim lines sorted by patient, about ten a patient, in files of disjoint ranges; kept for the next time.
fn generate(lines: usize) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-{lines}"));
    if folder.exists() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("new");
    fs::create_dir_all(&unfinished)?;
    let patients = u32::try_from(lines / 10)?;
    let each = patients.div_ceil(FILES);
    for file in 0..FILES {
        let range = file * each..patients.min((file + 1) * each);
        write_claims(&unfinished.join(format!("{file}.parquet")), range)?;
    }
    fs::rename(unfinished, &folder)?;
    Ok(folder)
}

fn write_claims(path: &Path, patients: std::ops::Range<u32>) -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(patients.start.into());
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut claims = Claims::default();
    let mut writer = ArrowWriter::try_new(File::create(path)?, claims.batch()?.schema(), Some(properties))?;
    for patient in patients {
        claims.add(patient, &mut rng);
        if claims.patient.len() > 100_000 {
            writer.write(&claims.batch()?)?;
            claims = Claims::default();
        }
    }
    writer.write(&claims.batch()?)?;
    writer.close()?;
    Ok(())
}

#[derive(Default)]
struct Claims {
    patient: Vec<u32>,
    hospital: Vec<u32>,
    age_sex: Vec<i32>,
    diagnosis: Vec<i32>,
    town_drug: Vec<i32>,
    yen: Vec<i64>,
}

impl Claims {
    fn add(&mut self, patient: u32, rng: &mut impl Rng) {
        let age_sex = rng.random_range(0..18);
        let home = skewed(20_000, rng);
        for _ in 0..rng.random_range(1..20) {
            let hospital = if rng.random_bool(0.8) { home } else { skewed(20_000, rng) };
            self.patient.push(patient);
            self.hospital.push(hospital);
            self.age_sex.push(age_sex);
            self.diagnosis.push(skewed(3_000, rng).cast_signed());
            self.town_drug.push(rng.random_range(0..400_000));
            self.yen.push((rng.random_range(4.0_f64..12.0)).exp() as i64);
        }
    }

    fn batch(&self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let columns: [(&str, ArrayRef); 6] = [
            ("patient", Arc::new(UInt32Array::from(self.patient.clone()))),
            ("hospital", Arc::new(UInt32Array::from(self.hospital.clone()))),
            ("age_sex", Arc::new(Int32Array::from(self.age_sex.clone()))),
            ("diagnosis", Arc::new(Int32Array::from(self.diagnosis.clone()))),
            ("town_drug", Arc::new(Int32Array::from(self.town_drug.clone()))),
            ("yen", Arc::new(Int64Array::from(self.yen.clone()))),
        ];
        RecordBatch::try_from_iter(columns)
    }
}

/// A number below `limit`, small ones far more often (Zipf-like, exponent near one).
fn skewed(limit: u32, rng: &mut impl Rng) -> u32 {
    let uniform: f64 = rng.random_range(0.0..1.0);
    ((f64::from(limit) + 1.0).powf(uniform) as u32).saturating_sub(1).min(limit - 1)
}
