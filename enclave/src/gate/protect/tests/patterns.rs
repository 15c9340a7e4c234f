//! Patterns: safe, cheapest, deterministic.

use super::super::{Budget, Cell, Relation, State, Table, protect};
use super::brute;
use super::make::{Rule, Seed, Zeros, grid};

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
                let cheapest = cheapest.unwrap();
                assert!(
                    pattern.bound <= cheapest && pattern.cost >= cheapest,
                    "table {number} {inner:?}: {pattern:?}"
                );
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
