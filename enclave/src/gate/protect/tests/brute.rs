//! The definitions, by trying everything.

use super::super::audit::exposures;
use super::super::system::System;
use super::super::{State, Table};

/// All whole-number tables with every value from 0 to `most`, that agree with what is shown.
pub fn tables(table: &Table, suppressed: &[bool], most: i128) -> Vec<Vec<i128>> {
    let mut values: Vec<i128> = table.cells().iter().map(|cell| cell.value).collect();
    let hidden: Vec<usize> = (0..values.len()).filter(|&cell| suppressed[cell]).collect();
    let mut last_hidden = vec![Vec::new(); hidden.len() + 1];
    for relation in table.relations() {
        let all = relation.parts.iter().chain([&relation.total]);
        let last = all.filter_map(|cell| hidden.iter().position(|hidden| hidden == cell)).max();
        if let Some(last) = last {
            last_hidden[last].push(relation.clone());
        }
    }
    let mut found = Vec::new();
    fill(&hidden, &last_hidden, 0, most, &mut values, &mut found);
    found
}

fn fill(
    hidden: &[usize],
    checks: &[Vec<super::super::Relation>],
    next: usize,
    most: i128,
    values: &mut Vec<i128>,
    found: &mut Vec<Vec<i128>>,
) {
    let Some(&cell) = hidden.get(next) else {
        found.push(values.clone());
        return;
    };
    let before = values[cell];
    for value in 0..=most {
        values[cell] = value;
        let holds = checks[next].iter().all(|relation| {
            relation.parts.iter().map(|&part| values[part]).sum::<i128>() == values[relation.total]
        });
        if holds {
            fill(hidden, checks, next + 1, most, values, found);
        }
    }
    values[cell] = before;
}

/// Whether a pattern is safe by the definitions, among whole-number tables with values up to `most`.
pub fn safe(table: &Table, suppressed: &[bool], most: i128) -> bool {
    let cells = table.cells();
    let wrong = cells.iter().zip(suppressed).any(|(cell, suppressed)| match cell.state {
        State::Primary => !suppressed,
        State::Fixed => *suppressed,
        State::Open => false,
    });
    if wrong {
        return false;
    }
    let all = tables(table, suppressed, most);
    let knows =
        |known: Option<u64>, cell: usize| known.is_some_and(|who| cells[cell].insiders.contains(&who));
    let wide_enough = |known: Option<u64>| {
        let agree: Vec<&Vec<i128>> = all
            .iter()
            .filter(|values| {
                (0..cells.len()).all(|cell| !knows(known, cell) || values[cell] == cells[cell].value)
            })
            .collect();
        (0..cells.len()).filter(|&cell| suppressed[cell] && !knows(known, cell)).all(|cell| {
            let low = agree.iter().map(|values| values[cell]).min().unwrap();
            let high = agree.iter().map(|values| values[cell]).max().unwrap();
            let needed = if known.is_none() && cells[cell].state == State::Primary {
                cells[cell].width.max(1)
            } else {
                1
            };
            high - low >= i128::from(needed)
        })
    };
    let mut who: Vec<u64> = cells
        .iter()
        .zip(suppressed)
        .filter(|(_, suppressed)| **suppressed)
        .flat_map(|(cell, _)| cell.insiders.iter().copied())
        .collect();
    who.sort_unstable();
    who.dedup();
    wide_enough(None) && who.into_iter().all(|who| wide_enough(Some(who)))
}

/// The cost of the cheapest pattern that is safe by counting all tables; `None` where there is none.
pub fn cheapest(table: &Table, most: i128) -> Option<u128> {
    cheapest_of(table, |suppressed| safe(table, suppressed, most))
}

/// The cost of the cheapest pattern that is safe by the audit; `None` where there is none.
pub fn cheapest_audited(table: &Table) -> Option<u128> {
    let system = System::of(table);
    cheapest_of(table, |suppressed| exposures(&system, table.cells(), suppressed).is_empty())
}

fn cheapest_of(table: &Table, safe: impl Fn(&[bool]) -> bool) -> Option<u128> {
    let open: Vec<usize> =
        (0..table.cells().len()).filter(|&cell| table.cells()[cell].state == State::Open).collect();
    let base: Vec<bool> = table.cells().iter().map(|cell| cell.state == State::Primary).collect();
    let mut patterns: Vec<(u128, u64)> = (0..1_u64 << open.len())
        .map(|mask| {
            let cost = open
                .iter()
                .enumerate()
                .filter(|(bit, _)| mask >> bit & 1 == 1)
                .map(|(_, &cell)| u128::from(table.cells()[cell].cost))
                .sum();
            (cost, mask)
        })
        .collect();
    patterns.sort_unstable();
    let primaries: u128 = table
        .cells()
        .iter()
        .filter(|cell| cell.state == State::Primary)
        .map(|cell| u128::from(cell.cost))
        .sum();
    patterns.into_iter().find_map(|(cost, mask)| {
        let mut suppressed = base.clone();
        for (bit, &cell) in open.iter().enumerate() {
            suppressed[cell] |= mask >> bit & 1 == 1;
        }
        safe(&suppressed).then_some(cost + primaries)
    })
}
