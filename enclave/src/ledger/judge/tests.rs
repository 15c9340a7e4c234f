//! Attacks on a history of tables, with sets of patients as the oracle.

use std::collections::BTreeMap;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::ledger::{Amount, Class, Weigher};

const THRESHOLD: u32 = 10;

/// A claim: whose it is, and of how much.
type Claim = (u64, i64);
/// A cell: labels and claims.
type Cell = (Vec<u32>, Vec<Claim>);

fn sum_class() -> Class {
    Class::PAIRS
}

/// A table with a count of rows and a sum.
fn table(cells: &[Cell]) -> Table {
    table_of(cells, None)
}

/// The same by the words of a question, where a label's number says which.
fn table_of(cells: &[Cell], words: Option<u64>) -> Table {
    let weigher = Weigher::new(&[1; 32]);
    let labels = (0..cells.first().map_or(0, |cell| cell.0.len()))
        .map(|nth| cells.iter().map(|cell| cell.0[nth]).collect())
        .collect::<Vec<Vec<u32>>>();
    let said = |(nth, labels): (u64, &Vec<u32>)| {
        labels.iter().map(|label| (nth + 1) * 1_000_003 * (u64::from(*label) + 1)).collect()
    };
    let conditions = (0..).zip(&labels).map(said).collect();
    let mut table = Table::new(cells.len(), labels).unwrap().saying(conditions).unwrap();
    let vector = |class, amount: fn(i64) -> i64| {
        let sketch = |(_, claims): &Cell| {
            let mut sketch = Sketch::default();
            let add = |claim: &Claim| sketch.add(&weigher.weights(claim.0), &Amount::narrow(amount(claim.1)));
            claims.iter().for_each(add);
            sketch
        };
        Vector { class, sketches: cells.iter().map(sketch).collect() }
    };
    let patients: Vec<u64> = cells
        .iter()
        .map(|cell| {
            cell.1.iter().map(|claim| claim.0).collect::<std::collections::BTreeSet<_>>().len() as u64
        })
        .collect();
    let published: Vec<bool> = patients.iter().map(|patients| *patients >= THRESHOLD.into()).collect();
    let rows = vector(Class::AMOUNTS, |_| 1);
    let sums = vector(sum_class(), |amount| amount);
    let figure = |vectors| Figure {
        vectors,
        patients: patients.clone(),
        published: published.clone(),
        definition: words,
    };
    let sums = Figure { definition: words.map(|words| words + 1), ..figure(vec![sums]) };
    table.add(figure(vec![rows])).unwrap();
    table.add(sums).unwrap();
    table
}

/// A history of questions.
struct History {
    told: Told,
    questions: u64,
}

impl History {
    fn new() -> Self {
        Self { told: Told::new(THRESHOLD), questions: 0 }
    }

    /// Asks, withholding what must be until the rest may be told; returns the cells whose count is shown.
    fn ask(&mut self, cells: &[Cell]) -> Vec<bool> {
        self.ask_table(table(cells))
    }

    fn ask_table(&mut self, mut table: Table) -> Vec<bool> {
        self.questions += 1;
        loop {
            let tables = std::slice::from_ref(&table);
            let judged = judge(&self.told, tables, self.questions, THRESHOLD);
            if judged.withheld.is_empty() {
                judged.records.into_iter().for_each(|record| self.told.insert(record));
                judged.partitions.into_iter().for_each(|partition| self.told.divide(partition));
                return table.figures()[0].published.clone();
            }
            judged.withheld.keys().for_each(|place| table.withhold(place.figure, place.row));
        }
    }

    fn ask_one(&mut self, claims: impl IntoIterator<Item = Claim>) -> bool {
        self.ask(&[(Vec::new(), claims.into_iter().collect())])[0]
    }
}

fn people(range: std::ops::Range<u64>) -> Vec<Claim> {
    range.flat_map(|patient| [(patient, 500), (patient, 300)]).collect()
}

fn without(claims: &[Claim], patient: u64) -> Vec<Claim> {
    claims.iter().filter(|claim| claim.0 != patient).copied().collect()
}

fn by(claims: &[Claim], label: impl Fn(&Claim) -> Vec<u32>) -> Vec<Cell> {
    let mut cells: BTreeMap<Vec<u32>, Vec<Claim>> = BTreeMap::new();
    claims.iter().for_each(|claim| cells.entry(label(claim)).or_default().push(*claim));
    cells.into_iter().collect()
}

#[test]
fn leaving_out_one_patient_is_found() {
    let mut history = History::new();
    assert!(history.ask_one(people(0..100)));
    assert!(!history.ask_one(without(&people(0..100), 7)));
    assert!(!history.ask_one(people(0..101)));
    assert!(history.ask_one(people(0..100)), "the same again");
    assert!(history.ask_one(people(0..150)), "fifty more");
}

#[test]
fn the_same_people_by_other_words_are_an_answer() {
    let all = [(Vec::new(), people(0..100))];
    let mut history = History::new();
    assert!(history.ask_table(table_of(&all, Some(1)))[0]);
    assert!(history.ask_table(table_of(&all, Some(1)))[0], "the same again");
    assert!(!history.ask_table(table_of(&all, Some(500)))[0], "whose else could they be?");
    assert!(!history.ask_table(table_of(&[(Vec::new(), people(1..100))], Some(500)))[0]);
    assert!(history.ask_table(table_of(&[(Vec::new(), people(0..150))], Some(500)))[0]);
    assert!(history.ask(&all)[0], "where words don't matter");
}

#[test]
fn the_words_of_a_sum_are_those_of_its_labels() {
    let by_two = by(&people(0..200), |claim| vec![(claim.0 % 2) as u32, (claim.0 % 5) as u32]);
    let by_one = by(&people(0..200), |claim| vec![(claim.0 % 2) as u32]);
    let mut history = History::new();
    assert_eq!(history.ask_table(table_of(&by_two, Some(1))), [true; 10]);
    assert_eq!(history.ask_table(table_of(&by_one, Some(1))), [true; 2], "margins");
    assert!(history.ask_table(table_of(&[(Vec::new(), people(0..200))], Some(1)))[0], "the whole");

    // A cell is missing: what is left of its group has words of its own, and the group is not what is left.
    let some = by(&people(0..200), |claim| vec![(claim.0 % 2) as u32, (claim.0 % 5) as u32]);
    let mut small = table_of(&some, Some(1));
    small.withhold(0, 0);
    let mut history = History::new();
    history.ask_table(small);
    assert!(history.ask_table(table_of(&by_one, Some(1)))[0], "twenty more than what was told");
    let left = without_group(&people(0..200));
    assert!(!history.ask_table(table_of(&[(Vec::new(), left)], Some(500)))[0], "by other words");
}

/// The even ones but for those that the first cell holds.
fn without_group(claims: &[Claim]) -> Vec<Claim> {
    claims.iter().filter(|claim| claim.0 % 2 == 0 && claim.0 % 5 != 0).copied().collect()
}

#[test]
fn leaving_out_one_claim_is_found() {
    let mut history = History::new();
    assert!(history.ask_one(people(0..100)));
    assert!(!history.ask_one(people(0..100).into_iter().skip(1)));
}

#[test]
fn trackers_are_found() {
    // Denning's general tracker: T is any large group, C the target outside of it, and
    // C = (C or T) + (C or not T) - T - (not T).
    let mut history = History::new();
    let (tracker, rest, target) = (people(0..500), people(500..1_000), people(700..701));
    assert!(history.ask_one(tracker.clone()));
    assert!(history.ask_one(rest.clone()));
    assert!(!history.ask_one([tracker, target].concat()), "C or T");
    assert!(history.ask_one(rest), "C or not T is not T");
    // An individual tracker: A, and A but for B.
    assert!(history.ask_one(people(200..400)));
    assert!(!history.ask_one(without(&people(200..400), 350)));
}

#[test]
fn the_sum_of_a_table_against_a_total_is_found() {
    let everybody = people(0..300);
    let by_band = |claims: &[Claim]| by(claims, |claim| vec![(claim.0 / 100) as u32]);
    // First the table, then the total of all but one.
    let mut history = History::new();
    assert_eq!(history.ask(&by_band(&everybody)), [true; 3]);
    assert!(history.ask_one(everybody.clone()), "the sum of the table is known");
    assert!(!history.ask_one(without(&everybody, 7)));
    // First the total of all but one, then the table: a cell of it goes.
    let mut history = History::new();
    assert!(history.ask_one(without(&everybody, 7)));
    assert_eq!(history.ask(&by_band(&everybody)).iter().filter(|shown| **shown).count(), 2);
    // Two tables whose cells have nothing in common but their sum.
    let mut history = History::new();
    assert_eq!(history.ask(&by_band(&everybody)), [true; 3]);
    let other = by(&without(&everybody, 7), |claim| vec![(claim.0 % 2) as u32]);
    assert_eq!(history.ask(&other).iter().filter(|shown| **shown).count(), 1);
}

#[test]
fn a_margin_of_a_table_with_two_labels_is_found() {
    let everybody = people(0..400);
    let cells = by(&everybody, |claim| vec![(claim.0 % 4) as u32, (claim.0 / 100) as u32]);
    let mut history = History::new();
    assert_eq!(history.ask(&cells), [true; 16]);
    assert!(!history.ask_one(people(1..100)), "one row but for one patient");
    assert!(history.ask_one(people(100..200)), "one row");
    let column: Vec<Claim> = everybody.iter().filter(|claim| claim.0 % 4 == 1).copied().collect();
    assert!(history.ask_one(column.clone()));
    assert!(!history.ask_one(without(&column, 5)));
}

#[test]
fn a_suppressed_cell_does_not_come_out_by_a_later_total() {
    let mut everybody = people(0..200);
    everybody.extend(people(200..204));
    let mut history = History::new();
    let cells = by(&everybody, |claim| vec![(claim.0 / 100) as u32]);
    assert_eq!(history.ask(&cells), [true, true, false]);
    assert!(!history.ask_one(everybody), "the sum of the published cells and four patients");
}

#[test]
fn groups_pooled_without_one_patient_are_found() {
    let everybody = people(0..800);
    let by_band = by(&everybody, |claim| vec![(claim.0 / 100) as u32]);
    let pooled = |bands: [u64; 3]| -> Vec<Claim> {
        everybody.iter().filter(|claim| bands.contains(&(claim.0 / 100))).copied().collect()
    };
    // First the table, then three of its bands.
    let mut history = History::new();
    assert_eq!(history.ask(&by_band), [true; 8]);
    assert!(history.ask_one(pooled([1, 4, 6])));
    assert!(!history.ask_one(without(&pooled([0, 4, 6]), 450)));
    assert!(!history.ask_one(pooled([2, 5, 7]).into_iter().skip(1)), "but for one claim");
    // First the three bands, then the table.
    let mut history = History::new();
    assert!(history.ask_one(without(&pooled([0, 4, 6]), 450)));
    let shown = history.ask(&by_band);
    assert_eq!(shown.iter().filter(|shown| **shown).count(), 7);
    assert!([0, 4, 6].iter().any(|band| !shown[*band]));
}

#[test]
fn zeros_do_not_hide_whose_amount_is_left_out() {
    let mut history = History::new();
    let (payers, free): (Vec<Claim>, Vec<Claim>) =
        (people(0..50), (1_000..2_000).map(|patient| (patient, 0)).collect());
    let sum_of = |history: &mut History, claims: &[Claim]| {
        let mut table = table(&[(Vec::new(), claims.to_vec())]);
        table.withhold(0, 0);
        let judged = judge(&history.told, std::slice::from_ref(&table), 1, THRESHOLD);
        let shown = judged.withheld.is_empty();
        judged.records.into_iter().for_each(|record| history.told.insert(record));
        shown
    };
    assert!(sum_of(&mut history, &[payers.clone(), free[..500].to_vec()].concat()));
    let padded = [without(&payers, 7), free[500..].to_vec()].concat();
    assert!(!sum_of(&mut history, &padded), "a thousand patients more or less, but one amount");
}

#[test]
fn within_one_table_the_first_figure_wins() {
    let everybody = people(0..100);
    let cells: Vec<Cell> =
        vec![(vec![2], everybody.clone()), (vec![1], without(&everybody, 3)), (vec![3], people(500..600))];
    let mut history = History::new();
    assert_eq!(history.ask(&cells), [false, true, true], "in the order of labels, not of rows");
    assert_eq!(history.ask(&cells), [false, true, true], "and again");
}

#[test]
fn random_subsets_are_told_only_as_far_as_they_differ() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut history = History::new();
    let mut told: Vec<Vec<u64>> = Vec::new();
    let (mut shown, mut safe) = (0, 0);
    for _ in 0..400 {
        // Near-copies of earlier subsets, and fresh ones.
        let mut subset: Vec<u64> = match told.last() {
            Some(last) if rng.random_bool(0.5) => last.clone(),
            _ => (0..200).filter(|_| rng.random_bool(0.5)).collect(),
        };
        for _ in 0..rng.random_range(0..14) {
            let patient = rng.random_range(0..200);
            match subset.binary_search(&patient) {
                Ok(at) => drop(subset.remove(at)),
                Err(at) => subset.insert(at, patient),
            }
        }
        let least = told.iter().map(|other| distance(other, &subset)).min().unwrap_or(usize::MAX);
        let claims = subset.iter().map(|patient| (*patient, 1));
        let is_shown = history.ask_one(claims);
        assert!(!is_shown || least == 0 || least >= THRESHOLD as usize, "{least}");
        safe += usize::from(least == 0 || least >= THRESHOLD as usize + 4);
        shown += usize::from(is_shown && (least == 0 || least >= THRESHOLD as usize + 4));
        if is_shown {
            told.push(subset);
        }
    }
    assert!(safe > 100 && shown * 100 >= safe * 99, "{shown} of {safe}");
}

/// Patients in one of two ascending lists only.
fn distance(a: &[u64], b: &[u64]) -> usize {
    let only = |a: &[u64], b: &[u64]| a.iter().filter(|patient| b.binary_search(patient).is_err()).count();
    only(a, b) + only(b, a)
}

#[test]
fn a_random_history_never_tells_of_few() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..20 {
        let mut history = History::new();
        let mut told: Vec<BTreeMap<u64, usize>> = Vec::new();
        for _ in 0..30 {
            let (cells, claims) = random_table(&mut rng);
            let shown = history.ask(&cells);
            let mut new: Vec<BTreeMap<u64, usize>> = cells
                .iter()
                .zip(&shown)
                .filter(|(_, shown)| **shown)
                .map(|(cell, _)| rows_of(cell.1.iter()))
                .collect();
            new.push(rows_of(cells.iter().zip(&shown).filter(|(_, s)| **s).flat_map(|(cell, _)| &cell.1)));
            for one in &new {
                for other in told.iter().chain(&new) {
                    let apart = rows_apart(one, other);
                    assert!(apart == 0 || apart >= THRESHOLD as usize || other.is_empty() || one.is_empty());
                }
            }
            told.extend(new);
            assert!(claims >= 30);
        }
    }
}

/// A table over some of 150 patients by one or two labels, and how many claims it has.
fn random_table(rng: &mut impl Rng) -> (Vec<Cell>, usize) {
    let (from, to) = (rng.random_range(0..60), rng.random_range(90..150));
    let out = rng.random_range(0..300);
    let claims = without(&people(from..to), out);
    let modulus = rng.random_range(1..4);
    let cells = by(&claims, |claim| vec![(claim.0 % modulus) as u32]);
    (cells, claims.len())
}

fn rows_of<'a>(claims: impl Iterator<Item = &'a Claim>) -> BTreeMap<u64, usize> {
    let mut rows = BTreeMap::new();
    claims.for_each(|claim| *rows.entry(claim.0).or_default() += 1);
    rows
}

fn rows_apart(a: &BTreeMap<u64, usize>, b: &BTreeMap<u64, usize>) -> usize {
    let only_b = b.keys().filter(|patient| !a.contains_key(patient)).count();
    a.iter().filter(|(patient, rows)| b.get(patient) != Some(rows)).count() + only_b
}
