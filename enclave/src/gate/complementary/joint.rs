//! One figure's cells as a table to protect, together with those of earlier cuts that they add up to.

mod independent;

use std::collections::BTreeMap;

use super::super::amounts::Amounts;
use super::super::cells::{Cells, Insider};
use super::super::crossing::Same;
use super::super::linked::{Column, Linked, Sums, linking};
use super::super::norms::Norms;
use super::super::protect::{Budget, Cell, Relation, State, Table, protect};
use super::super::structure::structure;
use crate::words::{FailCode, Halt, Reason};
use independent::independent;

/// The figure and what is linked with it. Cells are numbered through: the figure's own first.
pub(super) struct Joint<'a> {
    own: &'a Amounts,
    /// Earlier figures, each with the number of its first cell.
    beside: Vec<(usize, &'a Column)>,
    same: Vec<Same>,
}

impl<'a> Joint<'a> {
    /// `relations` are the cells' own.
    pub(super) fn of(
        cells: &Cells,
        own: &'a Amounts,
        relations: &[Relation],
        linked: &'a Linked,
    ) -> Result<Self, Halt> {
        let mut joint = Self { own, beside: Vec::new(), same: Vec::new() };
        joint.take(structure(cells, own.figure, relations)?, own.overlapping, 0);
        if !linked.columns().is_empty() {
            joint.link(&Sums::of(cells, own.figure)?, linked);
        }
        Ok(joint)
    }

    /// Which cells go: those that are missing, for a reason, and as many more as it takes.
    pub(super) fn gone(&self, missing: &[Option<Reason>], norms: &Norms) -> Result<Vec<bool>, Halt> {
        let primary: Vec<bool> = missing.iter().map(Option::is_some).collect();
        let mut missing_at_all =
            missing.iter().chain(self.beside.iter().flat_map(|(_, column)| &column.missing));
        if self.same.is_empty() || !missing_at_all.any(Option::is_some) {
            return Ok(primary);
        }
        let mut numbers = Numbers::default();
        let mut cells = figures(self.own, missing, norms, &mut numbers, |patients| match patients {
            0 => State::Fixed,
            _ => State::Open,
        });
        for (_, column) in &self.beside {
            // What was told cannot be taken back.
            cells.extend(figures(&column.amounts, &column.missing, norms, &mut numbers, |_| State::Fixed));
        }
        self.tell_again(&mut cells);
        let table = self.table(cells).map_err(|_| FailCode::Internal)?;
        Ok(match protect(&table, &Budget::default()) {
            Ok(pattern) => primary.iter().zip(pattern.suppressed).map(|(one, other)| *one || other).collect(),
            // Nothing short of the whole figure protects it.
            Err(_) => vec![true; primary.len()],
        })
    }

    /// Adds what is known of a column whose first cell has this number.
    fn take(&mut self, same: Vec<Same>, overlapping: bool, first: usize) {
        let moved = |rows: Vec<usize>| rows.into_iter().map(|row| row + first).collect();
        for Same { one, other } in same {
            let same = Same { one: moved(one), other: moved(other) };
            // Where patients are in several parts the total is no sum, and tells nothing exact.
            if !overlapping || self.balanced(&same) {
                self.same.push(same);
            }
        }
    }

    /// Takes in the earlier figures of which some cells add up to some of this one's, and those that these add up to.
    fn link(&mut self, sums: &Sums, linked: &'a Linked) {
        let columns = linked.columns();
        let all: Vec<&Sums> =
            std::iter::once(sums).chain(columns.iter().map(|column| &column.sums)).collect();
        let links = linking(&all);
        let mut reached = vec![false; all.len()];
        let mut front = vec![0];
        while let Some(number) = front.pop() {
            if reached.get(number) != Some(&false) {
                continue;
            }
            reached.iter_mut().skip(number).take(1).for_each(|slot| *slot = true);
            let touching = links.iter().filter(|alike| alike.iter().any(|(column, _)| *column == number));
            front.extend(touching.flatten().map(|(column, _)| *column));
        }
        let mut firsts = vec![Some(0)];
        let mut next = self.own.values.len();
        for (column, reached) in columns.iter().zip(reached.iter().skip(1)) {
            firsts.push(reached.then_some(next));
            if *reached {
                self.beside.push((next, column));
                next += column.amounts.values.len();
            }
        }
        if self.beside.is_empty() {
            return;
        }
        for (first, column) in self.beside.clone() {
            self.take(column.same.clone(), column.amounts.overlapping, first);
        }
        let numbered = |(column, rows): &(usize, Vec<usize>)| -> Option<Vec<usize>> {
            let first = firsts.get(*column).copied().flatten()?;
            Some(rows.iter().map(|row| row + first).collect())
        };
        for alike in links {
            let mut sides = alike.iter().filter_map(numbered);
            let Some(one) = sides.next() else { continue };
            for other in sides {
                let same = Same { one: one.clone(), other };
                // Amounts in other units, and what shares a cell with itself, say nothing that adds up.
                if self.balanced(&same) && !same.one.iter().any(|cell| same.other.contains(cell)) {
                    self.same.push(same);
                }
            }
        }
        self.same = independent(std::mem::take(&mut self.same));
    }

    fn value(&self, cell: usize) -> i128 {
        let beside = self.beside.iter().rev().find(|(first, _)| *first <= cell);
        let (first, amounts) = beside.map_or((0, self.own), |(first, column)| (*first, &column.amounts));
        amounts.values.get(cell - first).copied().unwrap_or_default()
    }

    fn balanced(&self, same: &Same) -> bool {
        let sum = |cells: &[usize]| cells.iter().map(|cell| self.value(*cell)).sum::<i128>();
        sum(&same.one) == sum(&same.other)
    }

    /// A missing cell that is a told one under another name is known already: nothing protects it, and nothing must.
    fn tell_again(&self, cells: &mut [Cell]) {
        for same in &self.same {
            if let ([one], [other]) = (same.one.as_slice(), same.other.as_slice()) {
                let (new, old) = (one.min(other), one.max(other));
                let told = *old >= self.own.values.len()
                    && cells.get(*old).is_some_and(|cell| cell.state == State::Fixed);
                if let (true, true, Some(cell)) = (told, *new < self.own.values.len(), cells.get_mut(*new)) {
                    cell.state = State::Fixed;
                }
            }
        }
    }

    fn table(&self, mut cells: Vec<Cell>) -> Result<Table, super::super::protect::Malformed> {
        let mut relations = Vec::with_capacity(self.same.len());
        for Same { one, other } in &self.same {
            let (total, all_parts) = match (one.as_slice(), other.as_slice()) {
                ([total], _) => (*total, vec![other]),
                (_, [total]) => (*total, vec![one]),
                // A sum that nobody asked for: it costs nothing to take it for known, or not.
                _ => {
                    let value = one.iter().map(|cell| self.value(*cell)).sum();
                    let nonnegative =
                        one.iter().all(|cell| cells.get(*cell).is_some_and(|cell| cell.nonnegative));
                    let insiders = Vec::new();
                    cells.push(Cell { value, nonnegative, state: State::Open, cost: 0, width: 1, insiders });
                    (cells.len() - 1, vec![one, other])
                }
            };
            relations.extend(all_parts.into_iter().map(|parts| Relation { total, parts: parts.clone() }));
        }
        Table::new(cells, relations)
    }
}

/// A figure's cells. `shown` says what becomes of one that is not missing, from its patients.
fn figures(
    amounts: &Amounts,
    missing: &[Option<Reason>],
    norms: &Norms,
    numbers: &mut Numbers,
    shown: impl Fn(u64) -> State,
) -> Vec<Cell> {
    let nonnegative = amounts.values.iter().all(|value| *value >= 0);
    let rows = amounts.values.iter().zip(&amounts.patients).zip(&amounts.insiders).zip(missing);
    rows.map(|(((value, patients), insiders), missing)| Cell {
        value: *value,
        nonnegative,
        state: if missing.is_some() { State::Primary } else { shown(*patients) },
        cost: u64::try_from(value.unsigned_abs()).unwrap_or(u64::MAX),
        width: match missing {
            // It went to protect another, and holds nothing of its own.
            Some(Reason::Complementary) => 1,
            _ => width(*value, amounts.is_amount, norms),
        },
        insiders: insiders.iter().map(|insider| numbers.of(*insider)).collect(),
    })
    .collect()
}

/// How wide the interval of a missing cell must stay: as many as there must be patients, or a tenth of an amount.
fn width(value: i128, is_amount: bool, norms: &Norms) -> u64 {
    let least = u64::from(norms.bundle.patients.least());
    if is_amount { u64::try_from(value.unsigned_abs() / 10).unwrap_or(u64::MAX).max(1) } else { least }
}

/// Insiders by number; whoever is not known is somebody else each time.
#[derive(Debug, Default)]
struct Numbers {
    known: BTreeMap<Insider, u64>,
    next: u64,
}

impl Numbers {
    fn of(&mut self, insider: Insider) -> u64 {
        let next = self.next;
        let number = match insider {
            Insider::Somebody => next,
            known => *self.known.entry(known).or_insert(next),
        };
        self.next = next.max(number + 1);
        number
    }
}
