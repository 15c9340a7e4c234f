use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus as SeededRng};

use super::cell::Cell;

const CAP: usize = 5;

/// The same worked out from all rows at once.
fn model(rows: &[(u8, u32)]) -> [u32; 3] {
    let mut levels: BTreeMap<u8, BTreeSet<u32>> = BTreeMap::new();
    for (value, patient) in rows {
        levels.entry(*value).or_default().insert(*patient);
    }
    let capped = |n: usize| u32::try_from(n.min(CAP)).unwrap();
    let least = levels.values().take(16).map(|patients| capped(patients.len())).min().unwrap_or(0);
    let away = |value: &u8| {
        let rest = levels.iter().filter(|(other, _)| *other != value).flat_map(|(_, patients)| patients);
        capped(rest.collect::<BTreeSet<_>>().len())
    };
    let rest = levels.keys().map(away).min().unwrap_or(0);
    [capped_levels(levels.len()), least, rest]
}

fn capped_levels(levels: usize) -> u32 {
    u32::try_from(levels.min(17)).unwrap()
}

#[test]
fn the_same_in_any_order_and_in_any_parts() {
    let mut random = SeededRng::seed_from_u64(7);
    for round in 0..3_000 {
        let values = random.random_range(1..30_u8);
        let patients = random.random_range(1..40_u32);
        let rows: Vec<(u8, u32)> = (0..random.random_range(0..80))
            .map(|_| (random.random_range(0..values), random.random_range(0..patients)))
            .collect();
        let mut parts: Vec<Cell> = vec![Cell::default(); random.random_range(1..5)];
        for (value, patient) in &rows {
            let part = random.random_range(0..parts.len());
            parts[part].add(&[*value], *patient, CAP);
        }
        let mut whole = Cell::default();
        for part in &parts {
            whole.merge(&part.state(), CAP).unwrap();
        }
        let (ours, right) = (whole.result(CAP), model(&rows));
        assert_eq!(ours[0], right[0], "round {round}");
        assert_eq!(ours[1], right[1], "round {round}");
        if right[0] <= 16 {
            assert_eq!(ours[2], right[2], "round {round}: {rows:?}");
        }
        assert!(ours[2] <= right[2], "round {round}: {rows:?}");
    }
}

#[test]
fn a_broken_state_is_said_to_be_one() {
    let mut cell = Cell::default();
    cell.add(b"x", 3, CAP);
    let state = cell.state();
    for length in 0..state.len() {
        assert_eq!(Cell::default().merge(&state[..length], CAP), None, "{length}");
    }
    assert_eq!(Cell::default().merge(&[state, vec![0]].concat(), CAP), None);
}
