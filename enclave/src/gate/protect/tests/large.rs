//! How good large patterns are, and how long they take: printed, to be read. With optimisation, and nothing else running:
//! `cargo test --release -p enclave --lib -- --ignored large --nocapture`.

use std::time::Instant;

use super::super::{Budget, protect};
use super::make::{Rule, Zeros, random};

/// Sizes; small counts and zeros, in a thousand; the largest count.
const TABLES: &[(&[usize], u64, u64, u64)] = &[
    (&[50, 50], 150, 150, 800),
    (&[6, 6, 6], 150, 150, 800),
    (&[8, 8, 8], 150, 150, 800),
    (&[8, 8, 8], 300, 500, 200),
    (&[8, 8, 8], 600, 700, 60),
    (&[201, 201], 1, 100, 800),
    (&[201, 201], 2, 0, 800),
    (&[201, 201], 100, 300, 800),
];

#[test]
#[ignore = "minutes; for reading"]
fn large_patterns() {
    let rule = Rule { threshold: 10, width: 10, zeros: Zeros::Fixed, singletons: true };
    for (sizes, small, empty, most) in TABLES {
        for seed in 0..3 {
            let table = random(sizes, *small, *empty, *most, &rule, seed);
            let start = Instant::now();
            let pattern = protect(&table, &Budget::default()).unwrap();
            let (seconds, above) =
                (start.elapsed().as_secs_f64(), pattern.cost as f64 / pattern.bound as f64);
            let suppressed = pattern.suppressed.iter().filter(|suppressed| **suppressed).count();
            println!(
                "{sizes:?} small {small} empty {empty}: {suppressed} suppressed, cost {}, {:.1} % above the bound, {seconds:.1} s",
                pattern.cost,
                100.0 * (above - 1.0)
            );
        }
    }
}
