//! The index against a comparison with every record.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::ledger::{Amount, Weigher};

fn sketch(patients: &[u64]) -> Sketch {
    let weigher = Weigher::new(&[1; 32]);
    let mut sketch = Sketch::default();
    patients.iter().for_each(|patient| sketch.add_one(&weigher.weights(*patient)));
    sketch
}

fn record(patients: &[u64], question: u64) -> Record {
    Record {
        definition: None,
        class: Class::AMOUNTS,
        sketch: sketch(patients),
        patients: patients.len() as u64,
        question,
        small: false,
    }
}

fn some(rng: &mut impl Rng, size: usize, of: u64) -> Vec<u64> {
    let mut patients: Vec<u64> = (0..size).map(|_| rng.random_range(0..of)).collect();
    patients.sort_unstable();
    patients.dedup();
    patients
}

/// `patients` but for `out` of them, and with `new` others.
fn changed(rng: &mut impl Rng, patients: &[u64], out: usize, new: usize) -> Vec<u64> {
    let mut changed = patients.to_vec();
    for _ in 0..out.min(patients.len()) {
        changed.swap_remove(rng.random_range(0..changed.len()));
    }
    changed.extend((0..new).map(|_| rng.random_range(1 << 40..1 << 41)));
    changed
}

#[test]
fn whatever_is_close_is_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for threshold in [2, 3, 10, 20] {
        let mut index = Index::new(0);
        let sets: Vec<Vec<u64>> = (0..3_000)
            .map(|nth| {
                let size = [rng.random_range(1..30), rng.random_range(20..2_000)][nth % 2];
                some(&mut rng, size, 20_000)
            })
            .collect();
        (0..).zip(&sets).for_each(|(at, set)| index.insert(record(set, at)));
        index.serve(threshold);
        for set in &sets {
            assert_eq!(index.find(Class::AMOUNTS, &sketch(set), None, threshold), Known::Same);
            let differing = rng.random_range(1..threshold) as usize;
            let out = rng.random_range(0..=differing).min(set.len());
            let close = changed(&mut rng, set, out, differing - out);
            let found = index.find(Class::AMOUNTS, &sketch(&close), None, threshold);
            assert!(matches!(found, Known::Few { .. }) || close.is_empty(), "{} of {}", differing, set.len());
        }
    }
}

#[test]
fn what_is_found_is_close_and_of_the_same_class() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut index = Index::new(10);
    let sets: Vec<Vec<u64>> = (0..2_000).map(|_| some(&mut rng, 40, 100_000)).collect();
    (0..).zip(&sets).for_each(|(at, set)| index.insert(record(set, at)));
    for set in &sets {
        let strangers = some(&mut rng, 40, 100_000);
        assert_eq!(index.find(Class::AMOUNTS, &sketch(&strangers), None, 10), Known::Far);
        assert_eq!(index.find(Class::PAIRS, &sketch(set), None, 10), Known::Far);
    }
}

#[test]
fn two_sparse_vectors_without_a_common_patient_are_compared() {
    let mut index = Index::new(10);
    index.insert(record(&[1, 2, 3], 5));
    assert_eq!(index.find(Class::AMOUNTS, &sketch(&[4, 5]), None, 10), Known::Few { question: 5 });
    assert_eq!(index.find(Class::PAIRS, &sketch(&[4, 5]), None, 10), Known::Far);
    assert_eq!(index.find(Class::AMOUNTS, &sketch(&[]), None, 10), Known::Same);
}

#[test]
fn amounts_of_one_patient_tell_cells_apart() {
    let weigher = Weigher::new(&[1; 32]);
    let class = Class::PAIRS;
    let cell = |last: i64| {
        let mut sketch = Sketch::default();
        (0..500).for_each(|patient| sketch.add(&weigher.weights(patient), &Amount::narrow(100)));
        sketch.add(&weigher.weights(500), &Amount::narrow(last));
        sketch
    };
    let mut index = Index::new(10);
    index.insert(Record {
        class,
        definition: None,
        sketch: cell(70),
        patients: 501,
        question: 1,
        small: false,
    });
    assert_eq!(index.find(class, &cell(70), None, 10), Known::Same);
    assert_eq!(index.find(class, &cell(40), None, 10), Known::Few { question: 1 });
}
