//! One connected part of a table, as the search sees it.

use super::system::System;
use super::table::{Cell, State};

/// The cells of a connected part that are not fixed, and their equations.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    system: System,
    cells: Vec<Cell>,
    rooms: Vec<f64>,
    primaries: Vec<usize>,
    zeros: bool,
}

impl Problem {
    /// A part of the equations over the table's `cells`.
    pub fn new(system: System, cells: &[Cell]) -> Self {
        let cells: Vec<Cell> = system.cells.iter().filter_map(|&cell| cells.get(cell)).cloned().collect();
        let rooms: Vec<f64> =
            cells.iter().map(|cell| cell.room_below().map_or(f64::INFINITY, |room| room as f64)).collect();
        let primary = |cell: &usize| cells.get(*cell).is_some_and(|cell| cell.state == State::Primary);
        let primaries = (0..cells.len()).filter(primary).collect();
        Self { primaries, zeros: rooms.contains(&0.0), system, cells, rooms }
    }

    /// The same problem with all but some unknowns shown for good.
    pub fn only(&self, keep: &[bool]) -> Self {
        let system = self.system.only(keep);
        let mut problem = Self::new(system, &self.cells);
        problem.system.cells.iter_mut().for_each(|cell| *cell = self.name(*cell));
        problem
    }

    /// The equations.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The cells, by unknown.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The primary cells.
    pub fn primaries(&self) -> &[usize] {
        &self.primaries
    }

    /// The table's index of an unknown.
    pub fn name(&self, unknown: usize) -> usize {
        self.system.cells.get(unknown).copied().unwrap_or(usize::MAX)
    }

    /// Whether an unknown is a primary cell.
    pub fn is_primary(&self, unknown: usize) -> bool {
        self.cells.get(unknown).is_some_and(|cell| cell.state == State::Primary)
    }

    /// How far an unknown can fall; infinite where nothing limits it.
    pub fn room(&self, unknown: usize) -> f64 {
        self.rooms.get(unknown).copied().unwrap_or(0.0)
    }

    /// The width that an unknown needs once it is suppressed.
    pub fn width(&self, unknown: usize) -> u64 {
        self.cells.get(unknown).map_or(1, Cell::needed)
    }

    /// What suppressing an unknown costs.
    pub fn cost(&self, unknown: usize) -> u64 {
        self.cells.get(unknown).map_or(0, |cell| cell.cost)
    }

    /// Whether some unknowns are at zero and cannot fall.
    pub fn has_zeros(&self) -> bool {
        self.zeros
    }

    /// What a pattern costs.
    pub fn price(&self, suppressed: &[bool]) -> u128 {
        let costs = self.cells.iter().zip(suppressed).filter(|(_, suppressed)| **suppressed);
        costs.map(|(cell, _)| u128::from(cell.cost)).sum()
    }
}
