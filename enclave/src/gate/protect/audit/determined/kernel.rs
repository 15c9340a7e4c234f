//! Determined cells of any linear system, where every unknown can move both ways or is known to be
//! able to rise: a cell is determined if and only if it is zero in every solution of the equations.
//!
//! Worked out modulo the prime 2⁶¹ - 1. A cell that is determined is always found; a cell that is not
//! could only be listed wrongly if the prime divided a minor of the equations, whose entries are 0
//! and ±1, in which case more is suppressed than needed.

#![allow(
    clippy::indexing_slicing,
    reason = "dense numerical kernel: a wrong index must stop the answer, not change it"
)]

use super::super::super::system::System;
use super::modular::{PRIME, inverse, plus, times};

/// A basis of the solutions, as one vector of coordinates for each unknown.
pub(super) struct Kernel {
    coordinates: Vec<Vec<u64>>,
    free: Vec<bool>,
}

impl Kernel {
    /// The solutions in which all unknowns that are not `free` are zero.
    pub fn new(system: &System, free: &[bool]) -> Self {
        let unknowns: Vec<usize> = (0..free.len()).filter(|&unknown| free[unknown]).collect();
        let mut rows = vec![vec![0_u64; unknowns.len()]; system.height];
        for (place, &unknown) in unknowns.iter().enumerate() {
            for &(equation, sign) in &system.columns[unknown] {
                rows[equation][place] = if sign > 0 { 1 } else { PRIME - 1 };
            }
        }
        let pivots = eliminate(&mut rows);
        let mut parameter = vec![None; unknowns.len()];
        let mut dimensions = 0;
        for (place, slot) in parameter.iter_mut().enumerate() {
            if !pivots.contains(&place) {
                *slot = Some(dimensions);
                dimensions += 1;
            }
        }
        let mut coordinates = vec![Vec::new(); free.len()];
        for (place, &unknown) in unknowns.iter().enumerate() {
            let mut vector = vec![0; dimensions];
            if let Some(dimension) = parameter[place] {
                vector[dimension] = 1;
            }
            coordinates[unknown] = vector;
        }
        for (row, &pivot) in rows.iter().zip(&pivots) {
            for (place, &entry) in row.iter().enumerate() {
                if let (Some(dimension), true) = (parameter[place], entry != 0) {
                    coordinates[unknowns[pivot]][dimension] = PRIME - entry;
                }
            }
        }
        Self { coordinates, free: free.to_vec() }
    }

    /// The free unknowns, but the known ones, that are zero in every solution with `known` zero: those
    /// whose coordinates are a combination of the known ones' coordinates.
    pub fn determined(&self, known: &[usize]) -> Vec<usize> {
        let mut basis: Vec<Vec<u64>> = known
            .iter()
            .map(|&cell| self.coordinates[cell].clone())
            .filter(|vector| !vector.is_empty())
            .collect();
        let pivots = eliminate(&mut basis);
        (0..self.free.len())
            .filter(|cell| self.free[*cell] && !known.contains(cell))
            .filter(|&cell| {
                let mut vector = self.coordinates[cell].clone();
                for (line, &pivot) in basis.iter().zip(&pivots) {
                    subtract(&mut vector, line, pivot);
                }
                vector.iter().all(|entry| *entry == 0)
            })
            .collect()
    }
}

/// Reduces to reduced echelon form; drops empty rows and returns each row's pivot.
fn eliminate(rows: &mut Vec<Vec<u64>>) -> Vec<usize> {
    let width = rows.first().map_or(0, Vec::len);
    let mut pivots = Vec::new();
    for place in 0..width {
        let done = pivots.len();
        // The shortest line fills the others least.
        let length = |row: &usize| rows[*row].iter().filter(|entry| **entry != 0).count();
        let Some(found) = (done..rows.len()).filter(|&row| rows[row][place] != 0).min_by_key(length) else {
            continue;
        };
        rows.swap(done, found);
        let scale = inverse(rows[done][place]);
        rows[done].iter_mut().for_each(|entry| *entry = times(*entry, scale));
        let line = rows[done].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            if index != done {
                subtract(row, &line, place);
            }
        }
        pivots.push(place);
    }
    rows.truncate(pivots.len());
    pivots
}

/// Clears `vector[pivot]` with a line whose entry there is one.
fn subtract(vector: &mut [u64], line: &[u64], pivot: usize) {
    let factor = vector[pivot];
    if factor != 0 {
        let factor = PRIME - factor;
        for (entry, &other) in vector.iter_mut().zip(line).filter(|(_, other)| **other != 0) {
            *entry = plus(*entry, times(other, factor));
        }
    }
}
