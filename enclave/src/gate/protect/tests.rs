//! Against brute force on tiny tables, and against itself on larger ones.

mod brute;
mod cases;
mod large;
mod make;
mod patterns;
mod reach;

use super::*;

/// A search that panics has found nothing, and takes nobody down with it.
#[test]
fn a_search_that_breaks_off_shows_nothing() {
    let cell = |value, state| Cell { value, nonnegative: true, state, cost: 1, width: 1, insiders: vec![] };
    let cells = vec![cell(3, State::Open), cell(1, State::Primary), cell(2, State::Open)];
    let table = Table::new(cells, vec![Relation { total: 0, parts: vec![1, 2] }]).unwrap();
    let nothing: Vec<usize> = Vec::new();
    let broken =
        or_nothing_shown(&table, || Ok(Pattern { suppressed: vec![], cost: nothing[0] as u128, bound: 0 }));
    assert_eq!(broken, Err(Unprotectable { cell: 1 }));
    assert!(protect(&table, &Budget::default()).is_ok());
}
