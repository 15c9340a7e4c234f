//! Tests of perturbation tables and rounding: stated means and variances, held against what every key gives.

use super::*;

/// Bound, variance, hidden: tables as offices use or describe them, and some at the ends of what is feasible.
const TABLES: &[(u8, f64, u8)] = &[
    (5, 3.0, 2),
    (5, 3.0, 1),
    (4, 2.0, 1),
    (3, 1.0, 0),
    (2, 1.0, 0),
    (8, 3.0, 2),
    (10, 5.0, 3),
    (7, 4.5, 3),
    (4, 2.01, 2),
    (4, 3.99, 2),
    (5, 4.9, 0),
    (5, 0.05, 0),
    (12, 9.0, 4),
    (20, 6.25, 2),
    (50, 40.0, 10),
    (50, 30.7, 9),
];

fn table((bound, variance, hidden): (u8, f64, u8)) -> NoiseTable {
    let parameters = Parameters::new(bound, variance, hidden).unwrap();
    NoiseTable::new(parameters).unwrap_or_else(|error| panic!("{parameters:?}: {error}"))
}

fn moments(of: impl Iterator<Item = (i64, f64)>) -> (f64, f64, f64) {
    of.fold((0.0, 0.0, 0.0), |(all, mean, square), (noise, chance)| {
        let noise = noise as f64;
        (all + chance, mean + noise * chance, square + noise * noise * chance)
    })
}

#[test]
fn every_count_has_the_stated_mean_and_variance_and_no_forbidden_outcome() {
    for &stated in TABLES {
        let table = table(stated);
        let (bound, variance, hidden) = stated;
        for count in 1..u64::from(bound) * 2 + 20 {
            let (all, mean, square) = moments(table.distribution(count));
            // Multiples of 2^-32, so sums of them are exact.
            assert_eq!((all, mean), (1.0, 0.0), "{stated:?} {count}");
            assert!((square - variance).abs() < 1e-9, "{stated:?} {count}: {square}");
            for (noise, _) in table.distribution(count).filter(|(_, chance)| *chance > 0.0) {
                let shown = count as i64 + noise;
                assert!(shown == 0 || shown > i64::from(hidden), "{stated:?} {count} {shown}");
                assert!(noise.unsigned_abs() <= u64::from(bound));
            }
        }
        assert_eq!(table.distribution(0).count(), 0);
    }
}

#[test]
fn a_key_stands_for_the_noise_of_its_share() {
    let table = table((5, 3.0, 2));
    for count in 0..12 {
        let mut begin = 0_u64;
        for (noise, chance) in table.distribution(count).filter(|(_, chance)| *chance > 0.0) {
            let end = begin + (chance * 2_f64.powi(32)) as u64;
            let of = |step: u64| table.noise(count, CellKey::unmixed(step << 32));
            assert_eq!([of(begin), of(end - 1)], [noise; 2]);
            begin = end;
        }
        assert_eq!(begin, if count == 0 { 0 } else { 1 << 32 });
        assert_eq!(table.perturbed(0, CellKey::new(count)), 0);
    }
    assert_eq!(table.perturbed(1, CellKey::unmixed(0)), 0);
    assert_eq!(table.perturbed(1, CellKey::unmixed(u64::MAX)), 6);
    assert!(table.perturbed(u64::MAX, CellKey::unmixed(u64::MAX)) == u64::MAX);
}

#[test]
fn large_counts_share_one_symmetric_distribution_that_falls_on_either_side() {
    for &stated in TABLES {
        let table = table(stated);
        let from = u64::from(stated.0) + u64::from(stated.2) + 1;
        let shared: Vec<_> = table.distribution(from).collect();
        for ((low, one), (high, other)) in shared.iter().zip(shared.iter().rev()) {
            assert_eq!((*low, *one), (-high, *other), "{stated:?}");
        }
        let half: Vec<f64> = shared.iter().filter(|(v, _)| *v >= 0).map(|(_, chance)| *chance).collect();
        assert!(half.is_sorted_by(|near, far| near >= far), "{stated:?} {half:?}");
        for count in [from + 1, from + 100, u64::MAX] {
            assert!(table.distribution(count).eq(shared.iter().copied()));
        }
    }
}

/// Of greatest entropy: log p is a parabola, where nothing was lost in rounding.
#[test]
fn the_distributions_are_those_of_greatest_entropy() {
    for &stated in TABLES {
        let table = table(stated);
        for count in 1..=u64::from(stated.0) + u64::from(stated.2) + 1 {
            let logs: Vec<(f64, f64)> = table
                .distribution(count)
                .filter(|(_, chance)| *chance > 1e-3)
                .map(|(noise, chance)| (noise as f64, chance.ln()))
                .collect();
            // Through the first three, then the fourth and on must lie on it.
            for four in logs.windows(4) {
                let [(a, ya), (b, yb), (c, yc), (d, yd)] = [four[0], four[1], four[2], four[3]];
                let (ab, bc) = ((yb - ya) / (b - a), (yc - yb) / (c - b));
                let bend = (bc - ab) / (c - a);
                let there = ya + ab * (d - a) + bend * (d - a) * (d - b);
                assert!((there - yd).abs() < 1e-3, "{stated:?} {count}: {there} {yd}");
            }
        }
    }
}

#[test]
fn the_same_parameters_give_the_same_table() {
    // Written down, so that another machine or compiler is held to the same bits.
    let mut hash = 0_u64;
    for &stated in TABLES {
        let first = table(stated);
        assert_eq!(first, table(stated));
        let counts = 1..=u64::from(stated.0) + u64::from(stated.2) + 1;
        for (noise, chance) in counts.flat_map(|count| first.distribution(count)) {
            hash = (hash.rotate_left(7) ^ chance.to_bits()).wrapping_mul(31).wrapping_add_signed(noise);
        }
    }
    assert_eq!(hash, 16_845_057_613_969_403_217);
}

#[test]
fn whatever_is_within_the_range_is_feasible_and_nothing_else() {
    let mut tables = 0;
    for hidden in 0..6_u8 {
        assert!(matches!(Parameters::new(hidden + 1, 1.0, hidden), Err(Infeasible::Bound { .. })));
        for bound in hidden + 2..=16 {
            let Err(Infeasible::Variance { least, most }) = Parameters::new(bound, 0.0, hidden) else {
                // Where no variance will do, none is stated to do.
                panic!("a variance of 0")
            };
            assert_eq!((least, most), (f64::from((hidden + 1).pow(2) / 4), f64::from(bound)));
            for part in [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999] {
                let variance = least + (most - least) * part;
                if least < most {
                    table((bound, variance, hidden));
                    tables += 1;
                }
            }
            for variance in [least, most, most + 1.0, -1.0, f64::NAN, f64::INFINITY] {
                assert!(Parameters::new(bound, variance, hidden).is_err());
            }
        }
    }
    assert!(tables > 400);
    assert!(Parameters::new(51, 3.0, 2).is_err() && Parameters::new(255, 3.0, 255).is_err());
}

/// Mean and variance of the error over counts, and over keys in equal steps.
fn error_of(rounding: Rounding, counts: std::ops::RangeInclusive<u64>) -> (f64, f64) {
    let keys = 30_u64;
    let cases = counts.flat_map(|count| (0..keys).map(move |key| (count, key)));
    let errors: Vec<f64> = cases
        .map(|(count, key)| {
            let key = CellKey::unmixed((u64::MAX / keys) * key + 17);
            rounding.rounded(count, key) as f64 - count as f64
        })
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    (mean, errors.iter().map(|error| (error - mean).powi(2)).sum::<f64>() / errors.len() as f64)
}

#[test]
fn rounding_has_the_stated_mean_and_variance() {
    let near = |(mean, variance): (f64, f64), stated: (f64, f64)| {
        assert!((mean - stated.0).abs() < 1e-9 && (variance - stated.1).abs() < 1e-9, "{mean} {variance}");
    };
    for base in [Base::Three, Base::Five, Base::Ten] {
        let b = base.number();
        for count in 0..40 {
            let rest = (count % b) as f64;
            near(error_of(Rounding::Random(base), count..=count), (0.0, rest * (b as f64 - rest)));
        }
        near(error_of(Rounding::Random(base), 1..=2 * b), (0.0, (b * b - 1) as f64 / 6.0));
        let variance = if base == Base::Ten { 8.5 } else { (b * b - 1) as f64 / 12.0 };
        near(error_of(Rounding::Nearest(base), 1..=2 * b), (0.0, variance));
    }
    near(error_of(Rounding::Midpoint6, 1..=60), (-0.5, 35.0 / 12.0));
}

#[test]
fn rounding_is_to_multiples_within_its_bound_and_zero_stays_zero() {
    let all = [Base::Three, Base::Five, Base::Ten]
        .into_iter()
        .flat_map(|base| [Rounding::Nearest(base), Rounding::Random(base)])
        .chain([Rounding::Midpoint6]);
    for rounding in all {
        let mut worst = 0;
        for (count, key) in (0..200).flat_map(|count| (0..50).map(move |key| (count, CellKey::new(key)))) {
            let shown = rounding.rounded(count, key);
            assert_eq!(shown % rounding.unit(), 0);
            assert!(count > 0 || shown == 0);
            worst = worst.max(shown.abs_diff(count));
        }
        assert_eq!(worst, rounding.bound(), "{rounding:?}");
    }
    let midpoints = [0, 1, 6, 7, 12, 13].map(|count| Rounding::Midpoint6.rounded(count, CellKey::new(1)));
    assert_eq!(midpoints, [0, 3, 3, 9, 9, 15]);
    let nearest = [1, 2, 4, 5, 6, 15].map(|n| Rounding::Nearest(Base::Ten).rounded(n, CellKey::new(1)));
    assert_eq!(nearest, [0, 0, 0, 0, 10, 20]);
}

#[test]
fn keys_are_spread_evenly_whatever_the_fingerprints_look_like() {
    for spread in [1, 1 << 40, 3] {
        let table = table((5, 3.0, 2));
        let noises: Vec<i64> =
            (0..200_000_u64).map(|n| table.noise(1_000, CellKey::new(n * spread))).collect();
        let mean = noises.iter().sum::<i64>() as f64 / noises.len() as f64;
        let square = noises.iter().map(|v| v * v).sum::<i64>() as f64 / noises.len() as f64;
        // Five standard errors.
        assert!(mean.abs() < 0.02 && (square - 3.0).abs() < 0.05, "{mean} {square}");
    }
}

/// What the documentation says of the averaging attack: a patient is in a set or not, and the set is asked for
/// with and without them in ever other company.
#[test]
fn averaging_takes_as_many_questions_as_stated() {
    let table = table((5, 3.0, 2));
    let wrong = |pairs: u64| {
        let trials = 4_000_u64;
        let guessed_wrong = |trial: &u64| {
            let noise =
                |pair: u64, side: u64| table.noise(50 + pair, CellKey::new(trial * 10_000 + 2 * pair + side));
            let error: i64 = (0..pairs).map(|pair| noise(pair, 0) - noise(pair, 1)).sum();
            // One more or none: the mean difference is taken for the nearer.
            error as f64 / pairs as f64 <= -0.5
        };
        (0..trials).filter(guessed_wrong).count() as f64 / trials as f64
    };
    assert!(wrong(1) > 0.4);
    assert!((0.03..0.07).contains(&wrong(65)), "{}", wrong(65));
}
