//! Single cases with known answers, and larger tables held to the definitions by the audit.

use super::super::{Budget, Cell, Malformed, Relation, State, Table, Unprotectable, audit, protect};
use super::make::{Rule, Zeros, random};

fn cell(value: i128, state: State) -> Cell {
    Cell { value, nonnegative: true, state, cost: value.unsigned_abs() as u64, width: 10, insiders: vec![] }
}

fn row(cells: Vec<Cell>) -> Table {
    let total = cells.len() - 1;
    Table::new(cells, vec![Relation { total, parts: (0..total).collect() }]).unwrap()
}

#[test]
fn a_single_primary_takes_the_cheapest_cell_that_is_wide_enough() {
    let values = [4, 5, 30, 12, 51].map(|value| cell(value, State::Open));
    let mut cells = values.to_vec();
    cells[0].state = State::Primary;
    // 5 would leave the sum of 9 to be shared; 12 leaves 16.
    let pattern = protect(&row(cells), &Budget::default()).unwrap();
    assert_eq!(pattern.suppressed, [true, false, false, true, false]);
    assert_eq!((pattern.cost, pattern.optimal()), (16, true));
}

#[test]
fn the_total_goes_where_parts_must_stay() {
    let cells =
        vec![cell(4, State::Primary), cell(0, State::Fixed), cell(40, State::Fixed), cell(44, State::Open)];
    let pattern = protect(&row(cells), &Budget::default()).unwrap();
    assert_eq!(pattern.suppressed, [true, false, false, true]);
}

#[test]
fn what_cannot_be_protected_is_refused() {
    let cells =
        vec![cell(4, State::Primary), cell(0, State::Fixed), cell(40, State::Fixed), cell(44, State::Fixed)];
    assert_eq!(protect(&row(cells), &Budget::default()), Err(Unprotectable { cell: 0 }));
}

#[test]
fn insiders_do_not_learn_of_each_other() {
    let mut cells =
        vec![cell(1, State::Primary), cell(1, State::Primary), cell(60, State::Open), cell(62, State::Open)];
    cells[0].width = 2;
    cells[1].width = 2;
    // Two cells of one patient each, and their sum is shown: wide enough for others, not for these two.
    assert_eq!(
        protect(&row(cells.clone()), &Budget::default()).unwrap().suppressed,
        [true, true, false, false]
    );
    cells[0].insiders = vec![7];
    cells[1].insiders = vec![8];
    assert_eq!(
        protect(&row(cells.clone()), &Budget::default()).unwrap().suppressed,
        [true, true, true, false]
    );
    // Both of one patient, who knows them anyway.
    cells[1].insiders = vec![7];
    assert_eq!(protect(&row(cells), &Budget::default()).unwrap().suppressed, [true, true, false, false]);
}

/// A patient and the hospital that treated nobody else in two cells: what one of them does not know, the other does.
#[test]
fn a_cell_may_have_several_insiders() {
    let small = |value| Cell { width: 2, ..cell(value, State::Primary) };
    let mut cells = vec![small(1), small(4), small(6), cell(60, State::Open), cell(71, State::Open)];
    let suppressed = |cells: &[Cell]| protect(&row(cells.to_vec()), &Budget::default()).unwrap().suppressed;
    cells[0].insiders = vec![7];
    assert_eq!(suppressed(&cells), [true, true, true, false, false]);
    cells[0].insiders = vec![7, 100];
    cells[1].insiders = vec![100];
    assert_eq!(suppressed(&cells), [true, true, true, true, false]);
}

#[test]
fn sums_may_be_negative_and_large() {
    let value = 3 * 10_i128.pow(30);
    let mut cells = vec![
        cell(-value, State::Primary),
        cell(value, State::Open),
        cell(7, State::Open),
        cell(7, State::Open),
    ];
    for cell in &mut cells {
        cell.nonnegative = false;
        cell.cost = 1;
        cell.width = u64::MAX;
    }
    let table = row(cells);
    let pattern = protect(&table, &Budget::default()).unwrap();
    assert_eq!(pattern.cost, 2);
    assert!(
        audit(&table, &pattern.suppressed)
            .iter()
            .all(|interval| interval.low.is_none() && interval.high.is_none())
    );
}

#[test]
fn a_cell_in_no_relation_needs_nothing() {
    let table = Table::new(vec![cell(3, State::Primary)], Vec::new()).unwrap();
    assert_eq!(protect(&table, &Budget::default()).unwrap().suppressed, [true]);
    assert_eq!(audit(&table, &[true])[0].high, None);
}

#[test]
fn malformed_relations_are_named() {
    let cells = vec![cell(1, State::Open), cell(1, State::Open)];
    let good = Relation { total: 0, parts: vec![1] };
    for parts in [vec![2], vec![0], vec![1, 1]] {
        let relations = vec![good.clone(), Relation { total: 0, parts }];
        assert_eq!(Table::new(cells.clone(), relations), Err(Malformed { relation: 1 }));
    }
}

/// Where most cells are zeros that are shown, little can be moved; the rest is not all suppressed for it.
#[test]
fn sparse_tables_keep_most_of_what_may_be_shown() {
    for seed in 0..2 {
        let rule = Rule { threshold: 10, width: 10, zeros: Zeros::Fixed, singletons: false };
        let table = random(&[6, 6, 6], 600, 700, 60, &rule, seed);
        let open = |suppressed: &[bool]| {
            let open = table.cells().iter().zip(suppressed).filter(|(cell, _)| cell.state == State::Open);
            open.map(|(_, suppressed)| usize::from(*suppressed)).collect::<Vec<_>>()
        };
        let gone = open(&protect(&table, &Budget { steps: 300_000 }).unwrap().suppressed);
        assert!(2 * gone.iter().sum::<usize>() < gone.len(), "{gone:?}");
    }
}

/// A small table in a large one: most of forty thousand cells are of no use, and there is no time to look at all.
#[test]
fn a_large_table_with_few_primaries_ends_in_time() {
    let rule = Rule { threshold: 10, width: 10, zeros: Zeros::Fixed, singletons: false };
    let table = random(&[201, 201], 1, 100, 800, &rule, 0);
    let pattern = protect(&table, &Budget { steps: 20_000 }).unwrap();
    assert!(pattern.bound <= pattern.cost);
    let gone = pattern.suppressed.iter().filter(|suppressed| **suppressed).count();
    assert!(gone < 150, "{gone}");
}

#[test]
fn larger_patterns_are_safe_and_the_same_every_time() {
    let sizes: [&[usize]; 4] = [&[200], &[12, 15], &[4, 4, 4], &[3, 3, 3, 2]];
    for (number, sizes) in sizes.into_iter().enumerate() {
        for zeros in [Zeros::Fixed, Zeros::Open, Zeros::Primary] {
            let rule = Rule { threshold: 10, width: 10, zeros, singletons: true };
            let table = random(sizes, 150, 150, 800, &rule, number as u64);
            let budget = Budget { steps: 100_000 };
            let pattern = protect(&table, &budget).unwrap_or_else(|error| {
                panic!("{sizes:?} {zeros:?} {error:?} {:?}", table.cells()[error.cell])
            });
            assert!(pattern.bound <= pattern.cost);
            for (interval, cell) in audit(&table, &pattern.suppressed)
                .iter()
                .map(|interval| (interval, &table.cells()[interval.cell]))
            {
                let needed = if cell.state == State::Primary { 10 } else { 1 };
                assert!(
                    interval.width().is_none_or(|width| width >= needed),
                    "{sizes:?} {zeros:?} {interval:?}"
                );
            }
            assert_eq!(protect(&table, &budget).unwrap(), pattern, "{sizes:?} {zeros:?}");
        }
    }
}
