//! Which cells have exactly one value left, given what is shown and what somebody knows besides.

mod graph;
mod kernel;
mod modular;
mod twins;

use super::super::system::System;
use super::programme::Programme;
use kernel::Kernel;
use twins::Twins;

/// Which ways the unknowns of a part can move at all: each can rise; each can fall but those at zero
/// that cannot be negative.
#[derive(Debug, Clone)]
pub(in super::super) struct Moves {
    system: System,
    arcs: Option<Vec<(usize, usize)>>,
    falls: Vec<bool>,
}

impl Moves {
    /// The moves of a part; `falls`: whether each of its unknowns can fall.
    pub fn new(system: &System, falls: Vec<bool>) -> Self {
        Self { system: system.clone(), arcs: system.arcs(), falls }
    }

    /// The part's network, where it is one.
    pub fn arcs(&self) -> Option<&[(usize, usize)]> {
        self.arcs.as_deref()
    }
}

/// Finds the determined cells of a part, for outsiders and for people who know some cells.
pub(in super::super) struct Determined<'a> {
    moves: &'a Moves,
    method: Method,
}

/// How determined cells are found: by the graph, after a quick look that mostly suffices, or by the
/// equations' solutions.
enum Method {
    Graph(Twins),
    Equations(Kernel),
}

impl<'a> Determined<'a> {
    /// Over the moves of a part.
    pub fn new(moves: &'a Moves) -> Self {
        let method = match &moves.arcs {
            None => Method::Equations(Kernel::new(&moves.system, &vec![true; moves.falls.len()])),
            Some(arcs) => Method::Graph(Twins::new(moves.system.height + 1, arcs, &moves.falls)),
        };
        Self { moves, method }
    }

    /// The unknowns, but the known ones, that have one value left once `known` are known.
    pub fn given(&mut self, known: &[usize]) -> Vec<usize> {
        let Moves { system, arcs, falls } = self.moves;
        let kernel = match &self.method {
            Method::Graph(twins) if twins.nothing_is_determined(known) => return Vec::new(),
            Method::Graph(_) => {
                return graph::determined(
                    system.height + 1,
                    arcs.as_deref().unwrap_or_default(),
                    falls,
                    known,
                );
            }
            Method::Equations(kernel) => kernel,
        };
        let stuck = if falls.iter().all(|falls| *falls) { Vec::new() } else { stuck(system, falls, known) };
        if stuck.is_empty() {
            return kernel.determined(known);
        }
        // Zeros that cannot rise are as good as known: the others move, or do not, without them.
        let mut free = vec![true; falls.len()];
        for &unknown in &stuck {
            if let Some(free) = free.get_mut(unknown) {
                *free = false;
            }
        }
        let mut determined = Kernel::new(system, &free).determined(known);
        determined.extend(stuck);
        determined.sort_unstable();
        determined
    }
}

/// The zeros that cannot rise while `known` stay as they are. Some that can are listed as well where
/// the proof by a whole-number table does not succeed: safe, as they then count as determined.
fn stuck(system: &System, falls: &[bool], known: &[usize]) -> Vec<usize> {
    let rooms = falls.iter().map(|falls| if *falls { None } else { Some(0) }).collect();
    let mut programme = Programme::new(system, rooms);
    programme.hold(known);
    let zeros: Vec<usize> = (0..falls.len())
        .filter(|unknown| falls.get(*unknown) == Some(&false) && !known.contains(unknown))
        .collect();
    programme.cannot_rise(zeros)
}
