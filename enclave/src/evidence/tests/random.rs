//! Random rows through accumulators driven by hand: any batches, partitions, early emission, skipped partial
//! aggregation, merge orders and spills.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::model::{Known, Row, arguments, filter, model, random_rows, random_wanted, read};
use crate::evidence::groups::Groups;
use crate::evidence::{Mode, Wanted};

/// An accumulator with the cells that its groups stand for, as an operator keeps them.
struct Stage {
    groups: Groups,
    cells: Vec<u32>,
}

/// Some cells' partial states.
struct Emitted {
    cells: Vec<u32>,
    state: Vec<ArrayRef>,
}

impl Stage {
    fn new(wanted: &Wanted) -> Self {
        Self { groups: Groups::new(Arc::new(wanted.clone())), cells: Vec::new() }
    }

    fn intern(&mut self, cells: impl IntoIterator<Item = u32>) -> Vec<usize> {
        let mut at = Vec::new();
        for cell in cells {
            at.push(self.cells.iter().position(|c| *c == cell).unwrap_or_else(|| {
                self.cells.push(cell);
                self.cells.len() - 1
            }));
        }
        at
    }

    fn update(&mut self, rng: &mut SmallRng, wanted: &Wanted, rows: &[Row]) {
        let at = self.intern(rows.iter().map(|row| row.cell));
        let filter = filter(rng, rows);
        self.groups.update_batch(&arguments(wanted, rows), &at, filter.as_ref(), self.cells.len()).unwrap();
    }

    fn merge(&mut self, emitted: &Emitted) {
        let at = self.intern(emitted.cells.iter().copied());
        self.groups.merge_batch(&emitted.state, &at, self.cells.len()).unwrap();
    }

    fn emit(&mut self, emit_to: EmitTo) -> Emitted {
        let cells = emit_to.take_needed(&mut self.cells);
        Emitted { cells, state: self.groups.state(emit_to).unwrap() }
    }

    fn evaluate(mut self, rng: &mut SmallRng, wanted: &Wanted) -> (Vec<(u32, Known)>, bool) {
        let (mut all, mut trusted) = (Vec::new(), true);
        while !self.cells.is_empty() {
            let emit_to = first_or_all(rng, self.cells.len());
            let cells = emit_to.take_needed(&mut self.cells);
            let (known, vouched) = read(wanted, &self.groups.evaluate(emit_to).unwrap());
            all.extend(cells.into_iter().zip(known));
            trusted &= vouched;
        }
        (all, trusted)
    }
}

fn first_or_all(rng: &mut SmallRng, groups: usize) -> EmitTo {
    if rng.random_bool(0.5) { EmitTo::All } else { EmitTo::First(rng.random_range(1..=groups)) }
}

/// Cuts into pieces of random lengths.
fn pieces<'a, T>(rng: &mut SmallRng, mut all: &'a [T], longest: usize) -> Vec<&'a [T]> {
    let mut pieces = Vec::new();
    while !all.is_empty() {
        let (piece, rest) = all.split_at(rng.random_range(1..=longest).min(all.len()));
        pieces.push(piece);
        all = rest;
    }
    pieces
}

/// One partition's partial stage, with early emission and, at the end perhaps, skipped.
fn partial(rng: &mut SmallRng, wanted: &Wanted, rows: &[Row]) -> Vec<Emitted> {
    let mut stage = Stage::new(wanted);
    let mut emitted = Vec::new();
    let mut skipping = false;
    for batch in pieces(rng, rows, 40) {
        if skipping {
            let state = stage
                .groups
                .convert_to_state(&arguments(wanted, batch), filter(rng, batch).as_ref())
                .unwrap();
            emitted.push(Emitted { cells: batch.iter().map(|row| row.cell).collect(), state });
            continue;
        }
        stage.update(rng, wanted, batch);
        if rng.random_bool(0.2) {
            let emit_to = first_or_all(rng, stage.cells.len());
            emitted.push(stage.emit(emit_to));
        } else if rng.random_bool(0.05) {
            skipping = true;
            emitted.push(stage.emit(EmitTo::All));
        }
    }
    emitted.push(stage.emit(EmitTo::All));
    emitted
}

/// Picks rows of a state out, as a repartitioning would.
fn picked(emitted: &Emitted, rows: &[u32]) -> Emitted {
    let indices = UInt32Array::from(rows.to_vec());
    Emitted {
        cells: rows.iter().map(|&row| emitted.cells[row as usize]).collect(),
        state: emitted.state.iter().map(|column| take(column, &indices, None).unwrap()).collect(),
    }
}

/// Partial states in random order and pieces through a final stage that spills now and then.
fn merge_all(rng: &mut SmallRng, wanted: &Wanted, emitted: &[Emitted]) -> (Vec<(u32, Known)>, bool) {
    let mut batches = Vec::new();
    for emitted in emitted {
        let mut rows: Vec<u32> = (0..emitted.cells.len() as u32).collect();
        rows.shuffle(rng);
        batches.extend(pieces(rng, &rows, 5).into_iter().map(|rows| picked(emitted, rows)));
    }
    batches.shuffle(rng);
    let mut stage = Stage::new(wanted);
    let mut spilled = Vec::new();
    for batch in &batches {
        stage.merge(batch);
        if rng.random_bool(0.1) {
            spilled.push(stage.emit(EmitTo::All));
        }
    }
    for batch in &spilled {
        stage.merge(batch);
    }
    stage.evaluate(rng, wanted)
}

/// How rows reach the partitions.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// Each partition a contiguous part, in order; a patient may be cut in two.
    Ranges,
    /// In any order, anywhere.
    Chaos,
}

fn partitions(rng: &mut SmallRng, mut rows: Vec<Row>, layout: Layout) -> Vec<Vec<Row>> {
    if layout == Layout::Chaos {
        rows.shuffle(rng);
    }
    let mut partitions: Vec<Vec<Row>> = pieces(rng, &rows, 80).into_iter().map(<[Row]>::to_vec).collect();
    partitions.shuffle(rng);
    partitions
}

/// Runs both stages; rows of cells that no row names are left out, as an operator would.
fn run(rng: &mut SmallRng, wanted: &Wanted, rows: &[Row], layout: Layout) -> (BTreeMap<u32, Known>, bool) {
    let mut emitted = Vec::new();
    for partition in partitions(rng, rows.to_vec(), layout) {
        emitted.extend(partial(rng, wanted, &partition));
    }
    let (known, trusted) = merge_all(rng, wanted, &emitted);
    let cells = known.len();
    let known: BTreeMap<_, _> = known.into_iter().collect();
    assert_eq!(known.len(), cells, "a cell came out twice");
    (known, trusted)
}

fn expected(wanted: &Wanted, rows: &[Row], cells: u32) -> BTreeMap<u32, Known> {
    let mut expected = model(wanted, rows, cells);
    expected.retain(|cell, _| rows.iter().any(|row| row.cell == *cell));
    expected
}

const CASES: u64 = 800;

#[test]
fn streaming_is_exact_and_trusted_on_ordered_ranges() {
    for seed in 0..CASES {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (wanted, cells) = (random_wanted(&mut rng, Mode::Streaming), rng.random_range(1..6));
        let clean = rng.random_bool(0.3);
        let rows = random_rows(&mut rng, &wanted, cells, clean);
        let (known, trusted) = run(&mut rng, &wanted, &rows, Layout::Ranges);
        assert_eq!(known, expected(&wanted, &rows, cells), "seed {seed}, {wanted:?}");
        assert!(trusted, "seed {seed}, {wanted:?}");
    }
}

#[test]
fn streaming_never_vouches_for_what_is_wrong() {
    let (mut wrong, mut right) = (0, 0);
    for seed in 0..CASES {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (wanted, cells) = (random_wanted(&mut rng, Mode::Streaming), rng.random_range(1..6));
        let mut rows = random_rows(&mut rng, &wanted, cells, false);
        // A few rows out of place are harder to notice than chaos.
        let layout = if rng.random_bool(0.5) && rows.len() > 1 {
            let (a, b) = (rng.random_range(0..rows.len()), rng.random_range(0..rows.len()));
            rows.swap(a, b);
            Layout::Ranges
        } else {
            Layout::Chaos
        };
        let (known, trusted) = run(&mut rng, &wanted, &rows, layout);
        let exact = known == expected(&wanted, &rows, cells);
        assert!(exact || !trusted, "seed {seed}, {wanted:?}");
        wrong += u32::from(!exact);
        right += u32::from(trusted);
    }
    // Otherwise this would test nothing.
    assert!(wrong > 200 && right > 30, "{wrong} wrong, {right} vouched for");
}

#[test]
fn a_partition_read_twice_is_noticed() {
    let mut noticed = 0;
    for seed in 0..300 {
        let mut rng = SmallRng::seed_from_u64(seed);
        let wanted = random_wanted(&mut rng, Mode::Streaming);
        let rows = random_rows(&mut rng, &wanted, 2, true);
        let distinct = rows.iter().filter_map(|row| row.patient).collect::<std::collections::BTreeSet<_>>();
        let mut emitted = Vec::new();
        for _ in 0..2 {
            let mut stage = Stage::new(&wanted);
            stage.update(&mut rng, &wanted, &rows);
            emitted.push(stage.emit(EmitTo::All));
        }
        let (_, trusted) = merge_all(&mut rng, &wanted, &emitted);
        // One patient's two halves look the same as one patient twice, and count as one either way.
        assert!(!trusted || distinct.len() < 2, "seed {seed}");
        noticed += u32::from(!trusted);
    }
    assert!(noticed > 200);
}

#[test]
fn exact_mode_takes_anything() {
    for seed in 0..CASES {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (wanted, cells) = (random_wanted(&mut rng, Mode::Exact), rng.random_range(1..6));
        let rows = random_rows(&mut rng, &wanted, cells, false);
        let layout = if rng.random_bool(0.5) { Layout::Ranges } else { Layout::Chaos };
        let (known, trusted) = run(&mut rng, &wanted, &rows, layout);
        assert_eq!(known, expected(&wanted, &rows, cells), "seed {seed}, {wanted:?}");
        assert!(trusted, "seed {seed}, {wanted:?}");
    }
}

#[test]
fn one_stage_alone_is_exact() {
    for seed in 0..CASES {
        let mut rng = SmallRng::seed_from_u64(seed);
        let mode = [Mode::Streaming, Mode::Exact][rng.random_range(0..2)];
        let (wanted, cells) = (random_wanted(&mut rng, mode), rng.random_range(1..6));
        let rows = random_rows(&mut rng, &wanted, cells, false);
        let mut stage = Stage::new(&wanted);
        for batch in pieces(&mut rng, &rows, 40) {
            stage.update(&mut rng, &wanted, batch);
        }
        let (known, trusted) = stage.evaluate(&mut rng, &wanted);
        let known: BTreeMap<_, _> = known.into_iter().collect();
        assert_eq!(known, expected(&wanted, &rows, cells), "seed {seed}, {wanted:?}");
        assert!(trusted, "seed {seed}, {wanted:?}");
    }
}

#[test]
fn sizes_are_honest() {
    let mut rng = SmallRng::seed_from_u64(1);
    let wanted = Wanted { mode: Mode::Exact, ..random_wanted(&mut rng, Mode::Exact) };
    let rows = random_rows(&mut rng, &wanted, 5, true);
    let mut stage = Stage::new(&wanted);
    let before = stage.groups.size();
    stage.update(&mut rng, &wanted, &rows);
    let after = stage.groups.size();
    assert!(after > before);
    stage.emit(EmitTo::All);
    assert!(stage.groups.size() < after);
}
