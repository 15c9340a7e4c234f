//! Sums and differences of two figures: what Denning's trackers are made of.
//!
//! Whoever may not ask for a set of few asks for a set and those few, for the others and those few, and for
//! everybody: none of the three is close to another, and the first two less the third are the few. So a new figure *x*
//! is also held against *s - r* and *s + r* for all known *r* and *s*, where these are figures, or sums along a margin, of tables
//! of at most 24 rows; bigger tables are no tool for this, and too many to be looked through.
//!
//! For each *r* three combinations of bins with *x* are looked up, in four groups of four bins each: a group that holds none of the
//! patients in whom they differ matches in full. One patient is missed once in 60,000 times, nine one time in 25.
//! Source: Denning, Denning, Schwartz: *The tracker: a threat to statistical database security* (ACM TODS, 1979).
//! Out of scope: combinations of four figures and more.

use std::collections::HashMap;

use super::Class;
use super::fields::{BINS, PRIME};
use super::index::Record;
use super::sketch::{Apart, Sketch};
use super::weights::Amount;

/// So many of the latest figures of a class are looked through: each takes about half a microsecond.
const LATEST: usize = 4_096;
/// Where the groups of bins begin, and how many bins are in one.
const GROUPS: [usize; 4] = [0, BINS / 4, BINS / 2, BINS / 4 * 3];
const WIDTH: usize = 4;

/// The figures of small tables.
#[derive(Debug, Default)]
pub(super) struct Trackers {
    classes: HashMap<Class, Figures>,
}

#[derive(Debug, Default)]
struct Figures {
    latest: Vec<Record>,
    /// Which of them hold some numbers in a group of bins.
    holding: HashMap<(usize, u64), Vec<u32>>,
}

/// How a new figure is combined with a known one.
#[derive(Debug, Clone, Copy)]
enum Combined {
    Sum,
    Less,
    LessFrom,
}

impl Trackers {
    pub fn insert(&mut self, record: Record) {
        let figures = self.classes.entry(record.class).or_default();
        if figures.latest.len() >= 2 * LATEST {
            let latest = figures.latest.split_off(LATEST);
            *figures = Figures::default();
            latest.into_iter().for_each(|record| figures.file(record));
        }
        figures.file(record);
    }

    /// The question that told one of two figures that tell of few together with this one.
    pub fn close(known: [&Self; 2], class: Class, sketch: &Sketch, threshold: u32) -> Option<u64> {
        let known = known.map(|trackers| trackers.classes.get(&class));
        let known = || known.into_iter().flatten();
        let others = known().flat_map(|figures| figures.latest.iter().rev().take(LATEST));
        let mut found = others.flat_map(|other| {
            [Combined::Sum, Combined::Less, Combined::LessFrom].map(|combined| (other, combined))
        });
        found.find_map(|(other, combined)| {
            known().find_map(|figures| figures.close(sketch, other, combined, threshold))
        })
    }
}

impl Figures {
    fn file(&mut self, record: Record) {
        let Ok(at) = u32::try_from(self.latest.len()) else { return };
        for group in GROUPS {
            let values = packed(group, |bin| record.sketch.bins.at(bin));
            self.holding.entry((group, values)).or_default().push(at);
        }
        self.latest.push(record);
    }

    fn close(&self, sketch: &Sketch, other: &Record, combined: Combined, threshold: u32) -> Option<u64> {
        let bin = |bin: usize| combined.of(sketch.bins.at(bin), other.sketch.bins.at(bin));
        let mut met = GROUPS.into_iter().flat_map(|group| {
            let values = packed(group, bin);
            // Where nobody is, everything sparse is alike.
            let holding = (values != 0).then(|| self.holding.get(&(group, values)));
            holding.flatten().into_iter().flatten()
        });
        let whole = || combined.whole(sketch, &other.sketch);
        met.find_map(|at| {
            let third = self.latest.get(*at as usize)?;
            (whole().apart(&third.sketch, threshold) == Apart::Few)
                .then_some(third.question.max(other.question))
        })
    }
}

impl Combined {
    fn of(self, new: u32, known: u32) -> u32 {
        let sum = match self {
            Self::Sum => new + known,
            Self::Less => new + PRIME - known,
            Self::LessFrom => known + PRIME - new,
        };
        sum % PRIME
    }

    fn whole(self, new: &Sketch, known: &Sketch) -> Sketch {
        let (mut one, mut other) = (*new, *known);
        match self {
            Self::Sum => {}
            Self::Less => other.times(&Amount::narrow(-1)),
            Self::LessFrom => one.times(&Amount::narrow(-1)),
        }
        one.merge(&other);
        one
    }
}

fn packed(group: usize, bin: impl Fn(usize) -> u32) -> u64 {
    (group..group + WIDTH).fold(0, |values, at| values << 16 | u64::from(bin(at)))
}

#[cfg(test)]
mod tests {
    use rand::{Rng, RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::ledger::Weigher;

    fn record(patients: impl Iterator<Item = u64>, question: u64) -> Record {
        let weigher = Weigher::new(&[1; 32]);
        let mut sketch = Sketch::default();
        let mut count = 0;
        patients.for_each(|patient| {
            count += 1;
            sketch.add_one(&weigher.weights(patient));
        });
        let class = Class::AMOUNTS;
        Record { class, definition: None, sketch, patients: count, question, small: true }
    }

    /// Some of a thousand people.
    fn half(rng: &mut impl Rng) -> Vec<u64> {
        (0..1_000).filter(|_| rng.random_bool(0.4)).collect()
    }

    #[test]
    fn trackers_are_found_in_any_order() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let nothing = Trackers::default();
        let mut missed = 0;
        for _ in 0..200 {
            let chosen = half(&mut rng);
            let few: Vec<u64> = (0..rng.random_range(1..5)).map(|_| rng.random_range(0..1_000)).collect();
            let with = |inside: bool| {
                let (chosen, few) = (chosen.clone(), few.clone());
                (0..1_000).filter(move |p| few.contains(p) || chosen.contains(p) == inside)
            };
            let all = [record(with(true), 1), record(with(false), 2), record(0..1_000, 3)];
            for last in 0..3 {
                let mut known = Trackers::default();
                for (nth, record) in all.iter().enumerate().filter(|(nth, _)| *nth != last) {
                    assert_eq!(
                        Trackers::close([&known, &nothing], Class::AMOUNTS, &record.sketch, 10),
                        None,
                        "{nth}"
                    );
                    known.insert(*record);
                }
                let found = Trackers::close([&nothing, &known], Class::AMOUNTS, &all[last].sketch, 10);
                missed += usize::from(found.is_none());
            }
        }
        assert!(missed <= 3, "{missed} of 600");
    }

    #[test]
    fn parts_of_a_whole_are_free() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let nothing = Trackers::default();
        let mut known = Trackers::default();
        for question in 0..40 {
            let chosen = half(&mut rng);
            let rest = (0..1_000).filter(|patient| !chosen.contains(patient));
            for figure in
                [record(chosen.iter().copied(), question), record(rest, question), record(0..1_000, 0)]
            {
                assert_eq!(Trackers::close([&known, &nothing], figure.class, &figure.sketch, 10), None);
                known.insert(figure);
            }
        }
    }

    #[test]
    fn only_the_latest_are_kept() {
        let mut known = Trackers::default();
        (0..3 * LATEST as u64).for_each(|n| known.insert(record(n..n + 20, n)));
        let figures = &known.classes[&Class::AMOUNTS];
        assert!(figures.latest.len() <= 2 * LATEST);
        assert_eq!(figures.latest.last().map(|record| record.question), Some(3 * LATEST as u64 - 1));
    }
}
