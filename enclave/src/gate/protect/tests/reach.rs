//! The audit's intervals against counting all tables.

use super::super::audit;
use super::brute;
use super::make::{Rule, Seed, Zeros, grid, random};

/// Large enough that no tiny table's finite interval ends there.
const MOST: i128 = 20;

fn rule(zeros: Zeros) -> Rule {
    Rule { threshold: 3, width: 3, zeros, singletons: true }
}

/// Suppresses cells at random, and compares each interval with what enumeration finds.
fn compare(sizes: &[usize], tables: u64, exact: bool) {
    let mut compared = 0;
    for number in 0..tables {
        let mut seed = Seed(number);
        let inner: Vec<i128> = (0..sizes.iter().product()).map(|_| i128::from(seed.below(3))).collect();
        let table = grid(sizes, &inner, &rule(Zeros::Open));
        let mut suppressed: Vec<bool> = table.cells().iter().map(|_| seed.below(3) == 0).collect();
        // So many that enumeration ends.
        let mut left = 5;
        for cell in suppressed.iter_mut().filter(|cell| **cell) {
            *cell = left > 0;
            left -= i32::from(left > 0);
        }
        let all = brute::tables(&table, &suppressed, MOST);
        for interval in audit(&table, &suppressed) {
            let values = || all.iter().map(|values| values[interval.cell]);
            let (low, high) = (values().min().unwrap(), values().max().unwrap());
            // Without limit means: the more the others may grow, the more this one does.
            let fewer = || {
                all.iter()
                    .filter(|values| values.iter().all(|value| *value < MOST))
                    .map(|values| values[interval.cell])
            };
            let endless = fewer().max().is_some_and(|less| less < high);
            assert!(interval.high.is_some() || endless, "table {number}, cell {}", interval.cell);
            let claimed_high = interval.high.unwrap_or(high);
            let claimed_low = interval.low.unwrap();
            if exact {
                assert_eq!(
                    (low, high),
                    (claimed_low, claimed_high),
                    "table {number}, cell {}",
                    interval.cell
                );
            } else {
                assert!(low >= claimed_low && high <= claimed_high, "table {number}, cell {}", interval.cell);
            }
            compared += 1;
        }
    }
    assert!(compared > 100);
}

#[test]
fn one_way_intervals_are_exact() {
    compare(&[4], 200, true);
}

#[test]
fn two_way_intervals_are_exact() {
    compare(&[3, 3], 300, true);
}

#[test]
fn three_way_intervals_hold_all_whole_tables() {
    compare(&[2, 2, 2], 100, true);
    compare(&[3, 2, 2], 100, true);
}

#[test]
fn the_linear_attacker_agrees_with_the_flow() {
    // A two-way table is a network; one cell in a third equation makes it a general system.
    for number in 0..40 {
        let table = random(&[5, 6], 300, 200, 60, &rule(Zeros::Open), number);
        let mut seed = Seed(number + 1000);
        let suppressed: Vec<bool> = table.cells().iter().map(|_| seed.below(2) == 0).collect();
        let mut relations = table.relations().to_vec();
        let first = relations[0].clone();
        relations.push(first);
        let twice = super::super::Table::new(table.cells().to_vec(), relations).unwrap();
        assert_eq!(audit(&table, &suppressed), audit(&twice, &suppressed), "table {number}");
    }
}
