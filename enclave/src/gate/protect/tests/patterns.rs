//! Patterns: safe, cheapest, deterministic.

use super::super::{Budget, State, Table, protect};
use super::brute;
use super::make::{Rule, Seed, Zeros, grid, random};

/// Tiny random tables: the pattern is safe by enumeration, and as cheap as the cheapest.
fn compare(sizes: &[usize], tables: u64, most: i128, rule: &Rule) {
    let (mut protected, mut refused) = (0, 0);
    for number in 0..tables {
        let mut seed = Seed(number);
        let inner: Vec<i128> = (0..sizes.iter().product()).map(|_| i128::from(seed.below(5))).collect();
        let table = grid(sizes, &inner, rule);
        let cheapest = brute::cheapest(&table, most);
        match protect(&table, &Budget::default()) {
            Ok(pattern) => {
                assert!(
                    brute::safe(&table, &pattern.suppressed, most),
                    "table {number} {inner:?}: {pattern:?}"
                );
                assert_eq!(Some(pattern.cost), cheapest, "table {number} {inner:?}: {pattern:?}");
                assert!(pattern.optimal(), "table {number} {inner:?}: {pattern:?}");
                protected += 1;
            }
            Err(exposed) => {
                assert_eq!(cheapest, None, "table {number} {inner:?}: {exposed:?}");
                refused += 1;
            }
        }
    }
    println!("{sizes:?} {rule:?}: {protected} protected, {refused} refused");
    assert!(protected > tables / 3);
}

#[test]
fn one_way_tables() {
    for zeros in [Zeros::Fixed, Zeros::Open, Zeros::Primary] {
        for singletons in [false, true] {
            compare(&[4], 60, 30, &Rule { threshold: 3, width: 3, zeros, singletons });
        }
    }
}

#[test]
fn two_way_tables() {
    for zeros in [Zeros::Fixed, Zeros::Open, Zeros::Primary] {
        for singletons in [false, true] {
            compare(&[2, 2], 60, 12, &Rule { threshold: 2, width: 2, zeros, singletons });
        }
    }
}

/// Counting all three-way tables takes too long: safety is judged by the audit here.
#[test]
fn three_way_tables() {
    let rule = Rule { threshold: 4, width: 4, zeros: Zeros::Fixed, singletons: true };
    let mut protected = 0;
    for number in 0..40 {
        let mut seed = Seed(number);
        let table = random(&[2, 2, 2], 400, 200, 9, &rule, number);
        let mut cells = table.cells().to_vec();
        // Few enough open cells for all patterns of them to be tried.
        let mut open = 0;
        for cell in cells.iter_mut().filter(|cell| cell.state == State::Open) {
            open += 1;
            if open > 12 || seed.below(4) == 0 {
                cell.state = State::Fixed;
            }
        }
        let table = Table::new(cells, table.relations().to_vec()).unwrap();
        let cheapest = brute::cheapest_audited(&table);
        match protect(&table, &Budget::default()) {
            Ok(pattern) => {
                assert_eq!(Some(pattern.cost), cheapest, "table {number}: {pattern:?}");
                assert!(pattern.optimal(), "table {number}: {pattern:?}");
                protected += 1;
            }
            Err(_) => assert_eq!(cheapest, None, "table {number}"),
        }
    }
    assert!(protected > 3);
}

/// The same table with an equation twice is no network, so another attacker must find the same cost.
#[test]
fn both_attackers_agree() {
    for number in 0..12 {
        for singletons in [false, true] {
            let rule = Rule { threshold: 5, width: 5, zeros: Zeros::Fixed, singletons };
            let table = random(&[5, 5], 200, 100, 100, &rule, number);
            let mut relations = table.relations().to_vec();
            relations.push(relations[0].clone());
            let twice = Table::new(table.cells().to_vec(), relations).unwrap();
            let budget = Budget { steps: 20_000_000 };
            match (protect(&table, &budget), protect(&twice, &budget)) {
                (Ok(one), Ok(other)) => {
                    assert!(one.optimal() && other.optimal(), "table {number}");
                    assert_eq!(one.cost, other.cost, "table {number}");
                }
                (one, other) => assert!(one.is_err() && other.is_err(), "table {number}"),
            }
        }
    }
}
