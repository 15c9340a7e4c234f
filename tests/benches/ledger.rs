//! What the ledger costs: a contribution added to a sketch, and a table of 10,000 cells held against a million.
//!
//! Out of scope: the accumulators round the sketches (`gate`), the way to the gatehouse.
#![allow(clippy::indexing_slicing, reason = "a bench that stops is no harm")]

use std::error::Error;
use std::hint::black_box;

use enclave::ids::{SnapshotId, StudyId};
use enclave::keys::DataKey;
use enclave::ledger::{
    Amount, Class, Figure, Ledger, Scope, Settled, Sketch, Table, Vector, Weigher, Weights,
};
use enclave::policy::{LedgerScope, Threshold};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ring::rand::SystemRandom;

/// Cells of a patient, in the first part.
const CELLS_OF_ONE: usize = 10;
/// Cells of a table, in the second.
const CELLS: u32 = 10_000;
const THRESHOLD: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    adding();
    for patients in [2_000_000, 200_000] {
        settling(patients, setting("BENCH_TABLES", 100))?;
    }
    Ok(())
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn adding() {
    println!("one contribution, {CELLS_OF_ONE} cells a patient, the patient's weights included");
    println!("| cells | a count | an amount |\n|---:|---:|---:|");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let weigher = Weigher::new(&[1; 32]);
    let patients: Vec<u64> = (0..2_000_000).map(|_| rng.random()).collect();
    for cells in [18, 3_000, 400_000] {
        let at: Vec<u32> =
            (0..patients.len() * CELLS_OF_ONE).map(|_| rng.random_range(0..cells as u32)).collect();
        let mut sketches = vec![Sketch::default(); cells];
        let mut time = |add: &dyn Fn(&mut Sketch, &Weights)| {
            let before = processor_time();
            for (patient, at) in patients.iter().zip(at.chunks(CELLS_OF_ONE)) {
                let weights = weigher.weights(*patient);
                at.iter().for_each(|cell| add(&mut sketches[*cell as usize], &weights));
            }
            (processor_time() - before) * 1e6 / at.len() as f64
        };
        let count = time(&|sketch, weights| sketch.add_one(weights));
        let amount = time(&|sketch, weights| sketch.add(weights, &Amount::narrow(black_box(1_234))));
        println!("| {cells} | {count:.1} ns | {amount:.1} ns |");
        black_box(sketches);
    }
}

fn settling(patients: u64, tables: u64) -> Result<(), Box<dyn Error>> {
    println!("\ntables of {CELLS} cells over {patients} patients, processor time of one thread");
    println!("| figures known | new table | the same again | resident MB |\n|---:|---:|---:|---:|");
    let home = tempfile::TempDir::new()?;
    let snapshot = SnapshotId::try_from("claims@0123456789ab".to_owned())?;
    let scope = Scope::of(LedgerScope::Study, &StudyId::new("s")?, None, &snapshot).ok_or("no scope")?;
    let open = || Ledger::open(home.path(), &scope, &DataKey::from_bytes([1; 32]));
    let ledger = open()?;
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let weigher = Weigher::new(&[1; 32]);
    let weights: Vec<Weights> = (0..patients).map(|_| weigher.weights(rng.random())).collect();
    let mut known = 0;
    for question in 0..tables {
        let mut table = table(&weights, &mut rng)?;
        let before = processor_time();
        settle(&ledger, question, &mut table)?;
        let new = processor_time() - before;
        settle(&ledger, question, &mut table)?;
        let again = processor_time() - before - new;
        known += table.figures()[0].published.iter().filter(|shown| **shown).count();
        if question % (tables / 5).max(1) == 0 || question + 1 == tables {
            println!("| {known} | {new:.0} ms | {again:.0} ms | {} |", resident_mb());
        }
    }
    let bytes: u64 =
        std::fs::read_dir(home.path())?.filter_map(|e| Some(e.ok()?.metadata().ok()?.len())).sum();
    let before = processor_time();
    settle(&open()?, tables, &mut Table::new(0, Vec::new())?)?;
    println!("on disk {} MB, read in {:.0} ms", bytes >> 20, processor_time() - before);
    Ok(())
}

/// Patients spread unevenly over cells with two labels.
fn table(weights: &[Weights], rng: &mut ChaCha8Rng) -> Result<Table, Box<dyn Error>> {
    let mut sketches = vec![Sketch::default(); CELLS as usize];
    let mut patients = vec![0; CELLS as usize];
    for weights in weights {
        let even: f64 = rng.random();
        let cell = (even * even * f64::from(CELLS)) as usize;
        sketches[cell].add_one(weights);
        patients[cell] += 1;
    }
    let labels =
        vec![(0..CELLS).map(|cell| cell / 100).collect(), (0..CELLS).map(|cell| cell % 100).collect()];
    let mut table = Table::new(CELLS as usize, labels)?;
    let published = patients.iter().map(|patients| *patients >= THRESHOLD.into()).collect();
    table.add(Figure {
        vectors: vec![Vector { class: Class::AMOUNTS, sketches }],
        patients,
        published,
        definition: None,
    })?;
    Ok(table)
}

fn settle(ledger: &Ledger, question: u64, table: &mut Table) -> Result<(), Box<dyn Error>> {
    while let Settled::Withhold(withheld) = ledger.settle(
        question,
        std::slice::from_ref(&*table),
        Threshold::new(THRESHOLD)?,
        &SystemRandom::new(),
    )? {
        withheld.iter().for_each(|cell| table.withhold(cell.place.figure, cell.place.row));
    }
    Ok(())
}

/// Milliseconds that this thread has computed.
fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

fn resident_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
