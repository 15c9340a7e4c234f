//! Taking secondaries out of a safe pattern that it is safe without.

use std::collections::BTreeMap;

use super::super::attacker::Attacker;
use super::super::problem::Problem;
use super::super::repair::{flaws, own_need, set, weights};

/// A pattern without secondaries that it is safe without, by the audit; nothing where it is not safe itself, or the rest
/// costs no less than `below`.
pub(super) fn safely(
    problem: &Problem,
    attacker: &mut dyn Attacker,
    pattern: &[bool],
    (below, steps): (u128, u64),
) -> Option<Vec<bool>> {
    let cleaned = clean(problem, attacker, pattern.to_vec(), steps);
    if problem.price(&cleaned) >= below {
        return None;
    }
    // The attacker moves by any fraction, the audit by whole units only: of what was taken, as much as the audit lets go.
    let open = |cell: &usize| pattern.get(*cell) == Some(&true) && cleaned.get(*cell) == Some(&false);
    let mut taken: Vec<usize> = (0..pattern.len()).filter(open).collect();
    taken.sort_by_key(|&cell| (std::cmp::Reverse(problem.cost(cell)), cell));
    let without = |number: usize| {
        let mut less = pattern.to_vec();
        taken.iter().take(number).for_each(|cell| set(&mut less, *cell, false));
        less
    };
    let is_safe = |number: usize| super::is_safe(problem, &without(number));
    if is_safe(taken.len()) {
        return Some(cleaned);
    }
    let (mut safe, mut too_many) = (0, taken.len());
    while too_many - safe > 1 {
        let middle = usize::midpoint(safe, too_many);
        *(if is_safe(middle) { &mut safe } else { &mut too_many }) = middle;
    }
    (safe > 0 || is_safe(0)).then(|| without(safe)).filter(|pattern| problem.price(pattern) < below)
}

/// A pattern that is safe by the search's lights, and from which no single secondary can be taken, as far as `steps` go.
/// Dearest first, so that what stays is cheap.
fn clean(problem: &Problem, attacker: &mut dyn Attacker, mut pattern: Vec<bool>, steps: u64) -> Vec<bool> {
    let last = attacker.work().saturating_add(steps);
    for cell in flaws(problem, &pattern).useless {
        set(&mut pattern, cell, false);
    }
    let mut x = weights(&pattern);
    attacker.face(problem, &x);
    // Which cells each primary's interval rests on: without others it stays as wide.
    let mut rests_on: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &target in problem.primaries() {
        let Some(cells) = attacker.witness(problem, &own_need(problem, target), &x) else { return pattern };
        rests_on.insert(target, cells);
    }
    let open = |cell: &usize| pattern.get(*cell) == Some(&true) && !problem.is_primary(*cell);
    let mut secondaries: Vec<usize> = (0..pattern.len()).filter(open).collect();
    secondaries.sort_by_key(|&cell| (std::cmp::Reverse(problem.cost(cell)), cell));
    for cell in secondaries {
        if attacker.work() >= last {
            break;
        }
        if pattern.get(cell) != Some(&true) {
            continue;
        }
        let mut without = pattern.clone();
        set(&mut without, cell, false);
        if let Some(slot) = x.get_mut(cell) {
            *slot = 0.0;
        }
        let affected: Vec<usize> =
            rests_on.iter().filter(|(_, cells)| cells.contains(&cell)).map(|(target, _)| *target).collect();
        let again: Option<Vec<(usize, Vec<usize>)>> = affected
            .into_iter()
            .map(|target| Some((target, attacker.witness(problem, &own_need(problem, target), &x)?)))
            .collect();
        let kept = again.filter(|_| {
            let found = flaws(problem, &without);
            for &cell in &found.useless {
                set(&mut without, cell, false);
            }
            // What is left when useless cells are shown gives nothing away that was not given away before.
            found.needs.is_empty()
        });
        if let Some(again) = kept {
            rests_on.extend(again);
            pattern = without;
        }
        x = weights(&pattern);
    }
    pattern
}
