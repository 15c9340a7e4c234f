//! What an attacker can work out from a pattern. Depends on nothing of the search, and holds in exact
//! arithmetic: every end of an interval is reached by a table (a rational one, for structures that
//! are no networks) that was checked against all equations and bounds in whole numbers. Where that
//! fails the interval is given narrower than it is, never wider.

mod determined;
mod flow;
mod programme;

pub(super) use determined::{Determined, Moves};

use super::system::System;
use super::table::{Cell, State, Table};
use flow::Flow;
use programme::Programme;

/// Where a suppressed cell's value lies, as far as an outsider can tell, in whole units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The cell, as an index into the table's cells.
    pub cell: usize,
    /// The least value, rounded up to a whole unit; `None`: without limit.
    pub low: Option<i128>,
    /// The greatest value, rounded down; `None`: without limit.
    pub high: Option<i128>,
}

impl Interval {
    /// The interval's width; `None`: without limit.
    #[must_use]
    pub fn width(&self) -> Option<u128> {
        Some(self.high?.abs_diff(self.low?))
    }
}

/// A suppressed cell that a pattern leaves exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exposure {
    /// The cell.
    pub cell: usize,
    /// The insider who can work it out; `None`: everybody can, or its interval is too narrow.
    pub to: Option<u64>,
}

/// The interval of every suppressed cell given all that is shown, in the order of the cells.
#[must_use]
pub fn audit(table: &Table, suppressed: &[bool]) -> Vec<Interval> {
    let cells = table.cells();
    let parts = System::of(table).split(suppressed);
    let mut intervals: Vec<Interval> =
        parts.into_iter().flat_map(|system| Part::new(system, cells).intervals(cells)).collect();
    intervals.sort_by_key(|interval| interval.cell);
    intervals
}

/// The cells that a pattern leaves exposed: none, for a safe pattern. Stops after the first connected
/// part that has some.
pub(super) fn exposures(system: &System, cells: &[Cell], suppressed: &[bool]) -> Vec<Exposure> {
    let wrong = |(cell, suppressed): (&Cell, &bool)| match cell.state {
        State::Primary => !suppressed,
        State::Fixed => *suppressed,
        State::Open => false,
    };
    if let Some(cell) = cells.iter().zip(suppressed).position(wrong) {
        return vec![Exposure { cell, to: None }];
    }
    let mut parts = system.split(suppressed).into_iter();
    parts
        .find_map(|part| Some(Part::new(part, cells).exposures(cells)).filter(|list| !list.is_empty()))
        .unwrap_or_default()
}

/// A connected part of the suppressed cells, with the way to find its intervals.
struct Part {
    system: System,
    moves: Moves,
    attacker: Attacker,
}

enum Attacker {
    Network(Box<Flow>),
    Linear(Box<Programme>),
}

impl Part {
    fn new(system: System, cells: &[Cell]) -> Self {
        let rooms: Vec<Option<i128>> =
            system.cells.iter().map(|&cell| cells.get(cell).map_or(Some(0), Cell::room_below)).collect();
        let moves = Moves::new(&system, rooms.iter().map(|room| *room != Some(0)).collect());
        let attacker = match moves.arcs() {
            Some(arcs) => Attacker::Network(Box::new(Flow::new(system.height + 1, arcs, rooms))),
            None => Attacker::Linear(Box::new(Programme::new(&system, rooms))),
        };
        Self { system, moves, attacker }
    }

    fn intervals(&mut self, cells: &[Cell]) -> Vec<Interval> {
        let names = self.system.cells.clone();
        let both = names.into_iter().enumerate().filter_map(|(unknown, cell)| {
            let value = cells.get(cell)?.value;
            let low = self.reach(unknown, false, None).map(|reach| value.saturating_sub(reach));
            let high = self.reach(unknown, true, None).map(|reach| value.saturating_add(reach));
            Some(Interval { cell, low, high })
        });
        both.collect()
    }

    /// How far a cell can move up or down (`None`: without limit), known only up to `enough`.
    fn reach(&mut self, unknown: usize, up: bool, enough: Option<i128>) -> Option<i128> {
        match &mut self.attacker {
            Attacker::Network(flow) => flow.reach(unknown, up, enough),
            Attacker::Linear(programme) => programme.reach(unknown, up, enough),
        }
    }

    fn exposures(&mut self, cells: &[Cell]) -> Vec<Exposure> {
        let cell = |unknown: usize| self.system.cells.get(unknown).copied().unwrap_or(usize::MAX);
        let mut determined = Determined::new(&self.moves);
        let mut found: Vec<Exposure> = determined
            .given(&[])
            .into_iter()
            .map(|unknown| Exposure { cell: cell(unknown), to: None })
            .collect();
        for (insider, known) in insiders(&self.system, cells) {
            let exposed = determined.given(&known);
            found.extend(
                exposed.into_iter().map(|unknown| Exposure { cell: cell(unknown), to: Some(insider) }),
            );
        }
        for unknown in 0..self.system.cells.len() {
            if self.too_narrow(cells, unknown) {
                found.extend(self.system.cells.get(unknown).map(|&cell| Exposure { cell, to: None }));
            }
        }
        found
    }

    /// Whether a cell's interval is narrower than the cell asks for.
    fn too_narrow(&mut self, cells: &[Cell], unknown: usize) -> bool {
        let Some(cell) = self.system.cells.get(unknown).and_then(|&cell| cells.get(cell)) else {
            return true;
        };
        // A network's cells that move at all move by whole units: nothing is left to look at.
        if cell.state != State::Primary && matches!(self.attacker, Attacker::Network(_)) {
            return false;
        }
        let needed = i128::from(cell.needed());
        let Some(down) = self.reach(unknown, false, Some(needed)) else {
            return false;
        };
        if down >= needed {
            return false;
        }
        self.reach(unknown, true, Some(needed - down)).is_some_and(|up| down + up < needed)
    }
}

/// The insiders of a part, in the order of their numbers, each with the unknowns they know.
pub(super) fn insiders(system: &System, cells: &[Cell]) -> Vec<(u64, Vec<usize>)> {
    let insiders = |cell: usize| cells.get(cell).map_or(&[][..], |cell| &cell.insiders);
    let unknowns = system.cells.iter().enumerate();
    let mut pairs: Vec<(u64, usize)> = unknowns
        .flat_map(|(unknown, &cell)| insiders(cell).iter().map(move |insider| (*insider, unknown)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
        .chunk_by(|left, right| left.0 == right.0)
        .filter_map(|group| Some((group.first()?.0, group.iter().map(|(_, unknown)| *unknown).collect())))
        .collect()
}
