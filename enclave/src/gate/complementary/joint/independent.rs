//! Leaving out what follows from the rest: of a table, its margins and their totals most sums are said twice, and a table
//! without them is more often a network, which is quick to protect.

use std::collections::{BTreeMap, HashMap};

use super::super::super::crossing::Same;

/// A prime; numbers below it multiply within an `i64`.
const PRIME: i64 = 2_147_483_647;
/// With more than this nothing is left out: it would take longer than it saves.
const MOST: usize = 50_000;

/// An equation: what is added up with which factor, modulo the prime, to nothing.
type Equation = BTreeMap<usize, i64>;

/// Those that do not follow from the ones before them.
pub(super) fn independent(all: Vec<Same>) -> Vec<Same> {
    if all.len() > MOST {
        return all;
    }
    let mut solved: HashMap<usize, Equation> = HashMap::new();
    let mut kept = Vec::with_capacity(all.len());
    for same in all {
        let mut equation = Equation::new();
        for (cells, factor) in [(&same.one, 1), (&same.other, PRIME - 1)] {
            cells.iter().for_each(|cell| add(&mut equation, *cell, factor));
        }
        let mut rest = Equation::new();
        while let Some((cell, factor)) = equation.pop_last() {
            let Some(known) = solved.get(&cell) else {
                add(&mut rest, cell, factor);
                continue;
            };
            for (other, times) in known.iter().filter(|(other, _)| **other != cell) {
                add(&mut equation, *other, PRIME - factor * times % PRIME);
            }
        }
        // Solved for the last cell, each equation is one for later cells by earlier ones only.
        if let Some((cell, factor)) = rest.last_key_value() {
            let (cell, inverse) = (*cell, inverse(*factor));
            rest.values_mut().for_each(|times| *times = *times * inverse % PRIME);
            solved.insert(cell, rest);
            kept.push(same);
        }
    }
    kept
}

fn add(equation: &mut Equation, cell: usize, factor: i64) {
    let sum = equation.get(&cell).copied().unwrap_or_default() + factor;
    match sum % PRIME {
        0 => equation.remove(&cell),
        sum => equation.insert(cell, sum),
    };
}

/// The reciprocal, by Fermat.
fn inverse(number: i64) -> i64 {
    let (mut result, mut base, mut exponent) = (1, number, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}
