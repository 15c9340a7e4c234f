//! Tests of additive tables: sums hold, and in small tables nothing nearer does.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::perturb::{CellKey, NoiseTable, Parameters};

/// A table of so many rows and columns with all margins: inner cells, row totals, column totals, grand total.
fn two_way(rows: usize, columns: usize) -> Vec<Sum> {
    let inner = |row: usize, column: usize| row * columns + column;
    let (of_row, of_column) = (|row| rows * columns + row, |column| rows * columns + rows + column);
    let all = rows * columns + rows + columns;
    let mut sums: Vec<Sum> = (0..rows)
        .map(|row| Sum { total: of_row(row), parts: (0..columns).map(|column| inner(row, column)).collect() })
        .collect();
    sums.extend((0..columns).map(|column| Sum {
        total: of_column(column),
        parts: (0..rows).map(|row| inner(row, column)).collect(),
    }));
    sums.push(Sum { total: all, parts: (0..rows).map(of_row).collect() });
    sums.push(Sum { total: all, parts: (0..columns).map(of_column).collect() });
    sums
}

/// A cube of side two with all margins: each label is 0, 1, or 2 for both.
fn cube() -> Vec<Sum> {
    let digits = |cell: usize| [cell / 9, cell / 3 % 3, cell % 3];
    let mut sums = Vec::new();
    for total in 0..27_usize {
        for (label, step) in [9, 3, 1].into_iter().enumerate() {
            if digits(total)[label] == 2 {
                sums.push(Sum { total, parts: vec![total - 2 * step, total - step] });
            }
        }
    }
    sums
}

fn holds(values: &[u64], sums: &[Sum]) -> bool {
    sums.iter().all(|sum| values[sum.total] == sum.parts.iter().map(|part| values[*part]).sum::<u64>())
}

fn distance(one: &[u64], other: &[u64]) -> u64 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(*b).pow(2)).sum()
}

#[test]
fn one_total_is_mended_evenly() {
    let sums = [Sum { total: 3, parts: vec![0, 1, 2] }];
    assert_eq!(additive(&[10, 20, 30, 64], &sums).unwrap(), [11, 21, 31, 63]);
    assert_eq!(additive(&[10, 20, 30, 56], &sums).unwrap(), [9, 19, 29, 57]);
    // Zeros stay, and nothing falls below.
    assert_eq!(additive(&[0, 20, 30, 53], &sums).unwrap(), [0, 21, 31, 52]);
    assert_eq!(additive(&[0, 1, 30, 0], &sums).unwrap(), [0, 0, 15, 15]);
    assert_eq!(additive(&[0, 0, 0, 7], &sums).unwrap(), [0, 0, 0, 0]);
    assert_eq!(additive(&[5, 6], &[]).unwrap(), [5, 6]);
    let large = u64::MAX / 8;
    assert_eq!(additive(&[large, large, 0, 2 * large + 3], &sums).unwrap()[3], 2 * large + 2);
}

#[test]
fn what_does_not_hold_together_is_refused() {
    for parts in [vec![0, 4], vec![0, 0], vec![0, 3]] {
        assert_eq!(additive(&[1, 2, 3, 4], &[Sum { total: 3, parts }]), Err(NotAdditive));
    }
}

#[test]
fn small_two_way_tables_are_the_nearest_there_are() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_120);
    let sums = two_way(2, 2);
    for _ in 0..300 {
        let values: Vec<u64> = (0..9).map(|_| rng.random_range(0..7)).collect();
        let found = additive(&values, &sums).unwrap();
        assert!(holds(&found, &sums), "{values:?} {found:?}");
        assert!((0..4).all(|cell| values[cell] > 0 || found[cell] == 0));
        let mut least = u64::MAX;
        for code in 0..10_u64.pow(4) {
            let [a, b, c, d] = [code % 10, code / 10 % 10, code / 100 % 10, code / 1000];
            let table = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d];
            if (0..4).all(|cell| values[cell] > 0 || table[cell] == 0) {
                least = least.min(distance(&values, &table));
            }
        }
        assert_eq!(distance(&values, &found), least, "{values:?} {found:?}");
    }
}

/// A two-way table whose rows have subtotals of their own.
#[test]
fn hierarchies_and_ragged_tables_are_mended() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    // 0..6 leaves; 6 = 0+1+2; 7 = 3+4; 8 = 6+7+5.
    let tree = [
        Sum { total: 6, parts: vec![0, 1, 2] },
        Sum { total: 7, parts: vec![3, 4] },
        Sum { total: 8, parts: vec![6, 7, 5] },
    ];
    for _ in 0..1_000 {
        let values: Vec<u64> = (0..9).map(|_| rng.random_range(0..30)).collect();
        let found = additive(&values, &tree).unwrap();
        assert!(holds(&found, &tree), "{values:?} {found:?}");
    }
}

#[test]
fn a_cube_is_summed_up_from_its_finest_cells() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let values: Vec<u64> = (0..27).map(|_| rng.random_range(0..30)).collect();
    let found = additive(&values, &cube()).unwrap();
    assert!(holds(&found, &cube()));
    let inner = |cell: &usize| ![cell / 9, cell / 3 % 3, cell % 3].contains(&2);
    assert!((0..27).filter(inner).all(|cell| found[cell] == values[cell]));
}

#[test]
fn perturbed_tables_stay_within_a_few_of_what_was_drawn() {
    let noise = NoiseTable::new(Parameters::new(5, 3.0, 2).unwrap()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for (rows, columns) in [(1, 12), (2, 9), (12, 8), (40, 30), (90, 90)] {
        let sums = two_way(rows, columns);
        let mut counts = vec![0_u64; rows * columns + rows + columns + 1];
        for cell in counts.iter_mut().take(rows * columns) {
            *cell = rng.random_range(0..60);
        }
        // Rows, then columns, then all: the parts stand before their total.
        for sum in &sums {
            counts[sum.total] = sum.parts.iter().map(|part| counts[*part]).sum();
        }
        let drawn: Vec<u64> =
            counts.iter().map(|count| noise.perturbed(*count, CellKey::new(rng.random()))).collect();
        let found = additive(&drawn, &sums).unwrap();
        let moved = found.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        assert!(holds(&found, &sums));
        assert!(moved <= 5, "{rows} x {columns}: {moved}");
        // Truth adds up too, so what is nearest to the drawn figures lies nearer to it, but for whole numbers.
        assert!(distance(&found, &counts) as f64 <= 1.1 * distance(&drawn, &counts) as f64);
        assert_eq!(found, additive(&drawn, &sums).unwrap());
    }
}
