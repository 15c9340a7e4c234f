//! Making a pattern safe cheaply, and taking out again what turns out not to be needed.
//!
//! Cells are added along cheapest ways, need by need (Castro, *A shortest-paths heuristic for
//! statistical data protection in positive tables*, INFORMS J. Computing 19, 2007).

use super::attacker::{Aim, Attacker, Need};
use super::audit::{Determined, Moves};
use super::component::Problem;

/// Patterns of one problem, and which cells they may use.
pub(super) struct Repairs<'a> {
    problem: &'a Problem,
    /// Cells that may be suppressed: what was found to be in no safe pattern is taken out.
    pub allowed: Vec<bool>,
}

impl<'a> Repairs<'a> {
    /// Patterns of the allowed cells.
    pub fn new(problem: &'a Problem, allowed: Vec<bool>) -> Self {
        Self { problem, allowed }
    }

    /// A safe pattern around `start`, or a primary cell that stays exposed. `price` by cell guides
    /// what is added.
    pub fn complete(
        &mut self,
        attacker: &mut dyn Attacker,
        start: &[bool],
        price: &[f64],
    ) -> Result<Vec<bool>, usize> {
        loop {
            let mut price = price.to_vec();
            let mut suppressed = start.to_vec();
            for ((price, allowed), suppressed) in price.iter_mut().zip(&self.allowed).zip(&mut suppressed) {
                if !allowed {
                    *price = f64::INFINITY;
                    *suppressed = false;
                }
            }
            match self.grow(attacker, suppressed, &price) {
                Ok(pattern) => return Ok(pattern),
                Err(exposed) if self.problem.is_primary(exposed) => return Err(exposed),
                // Even with all that may be suppressed this cell is worked out by somebody.
                Err(exposed) => match self.allowed.get_mut(exposed) {
                    Some(allowed) if *allowed => *allowed = false,
                    _ => return Err(exposed),
                },
            }
        }
    }

    fn grow(
        &self,
        attacker: &mut dyn Attacker,
        mut suppressed: Vec<bool>,
        price: &[f64],
    ) -> Result<Vec<bool>, usize> {
        let mut order = self.problem.primaries().to_vec();
        order.sort_by(|&a, &b| self.problem.room(a).total_cmp(&self.problem.room(b)).then(a.cmp(&b)));
        for &cell in &order {
            set(&mut suppressed, cell, true);
        }
        let weight = |suppressed: &[bool]| {
            suppressed.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect::<Vec<f64>>()
        };
        attacker.face(self.problem, &weight(&suppressed));
        for target in order {
            let need = Need { target, known: Vec::new(), aim: Aim::Width(self.problem.width(target) as f64) };
            self.meet(attacker, &need, &mut suppressed, price)?;
        }
        loop {
            let needs = weaknesses(self.problem, &suppressed);
            if needs.is_empty() {
                return Ok(suppressed);
            }
            for need in needs {
                self.meet(attacker, &need, &mut suppressed, price)?;
            }
        }
    }

    fn meet(
        &self,
        attacker: &mut dyn Attacker,
        need: &Need,
        suppressed: &mut [bool],
        price: &[f64],
    ) -> Result<(), usize> {
        let more = attacker.repair(self.problem, need, suppressed, price).ok_or(need.target)?;
        if !more.is_empty() {
            for cell in more {
                set(suppressed, cell, true);
            }
            let x: Vec<f64> = suppressed.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect();
            attacker.face(self.problem, &x);
        }
        Ok(())
    }
}

/// What outsiders and only contributors can work out exactly from a pattern, as needs. Secondary cells
/// that outsiders work out are not among them: these can as well be shown.
pub(super) fn weaknesses(problem: &Problem, suppressed: &[bool]) -> Vec<Need> {
    let mut needs = Vec::new();
    for (contributor, moves, names) in split(problem, suppressed) {
        let mut determined = Determined::new(&moves);
        let base = determined.given(&[]);
        for known in contributor {
            let exposed = determined.given(&known);
            needs.extend(exposed.into_iter().filter(|cell| base.binary_search(cell).is_err()).map(|cell| {
                Need {
                    target: name(&names, cell),
                    known: known.iter().map(|&cell| name(&names, cell)).collect(),
                    aim: Aim::Moves,
                }
            }));
        }
    }
    needs
}

/// Secondary cells that outsiders can work out: showing them tells nobody anything.
pub(super) fn useless(problem: &Problem, suppressed: &[bool]) -> Vec<usize> {
    let mut found = Vec::new();
    for (_, moves, names) in split(problem, suppressed) {
        let exposed = Determined::new(&moves).given(&[]);
        found.extend(
            exposed.into_iter().map(|cell| name(&names, cell)).filter(|&cell| !problem.is_primary(cell)),
        );
    }
    found
}

type Piece = (Vec<Vec<usize>>, Moves, Vec<usize>);

/// The connected pieces of a pattern: what only contributors know of each, how its cells move, and
/// what the cells are called in the problem.
fn split<'p>(problem: &'p Problem, suppressed: &[bool]) -> impl Iterator<Item = Piece> + use<'p> {
    problem.system().split(suppressed).into_iter().map(move |system| {
        let known = super::audit::contributors(&system, problem.cells())
            .into_iter()
            .map(|(_, known)| known)
            .collect();
        let falls = system.cells.iter().map(|&cell| problem.room(cell) > 0.0).collect();
        let names = system.cells.clone();
        (known, Moves::new(&system, falls), names)
    })
}

fn name(names: &[usize], cell: usize) -> usize {
    names.get(cell).copied().unwrap_or(usize::MAX)
}

/// Sets one cell of a pattern.
pub(super) fn set(suppressed: &mut [bool], cell: usize, to: bool) {
    if let Some(slot) = suppressed.get_mut(cell) {
        *slot = to;
    }
}
