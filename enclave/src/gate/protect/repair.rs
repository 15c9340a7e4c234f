//! Making a pattern safe cheaply.
//!
//! Cells are added along cheapest ways, need by need (Castro, *A shortest-paths heuristic for
//! statistical data protection in positive tables*, INFORMS J. Computing 19, 2007).

use super::attacker::{Aim, Attacker, Need};
use super::audit::{Determined, Moves, insiders};
use super::problem::Problem;

/// A safe pattern around `start`, or a primary cell that stays exposed. `price` by cell guides what is
/// added; only allowed cells are. What insiders could work out on the way is added to `met`.
pub(super) fn complete(
    problem: &Problem,
    attacker: &mut dyn Attacker,
    allowed: &[bool],
    (start, price): (&[bool], &[f64]),
    met: &mut Vec<Need>,
) -> Result<Vec<bool>, usize> {
    let mut allowed = allowed.to_vec();
    loop {
        let mut price = price.to_vec();
        let mut suppressed = start.to_vec();
        for ((price, allowed), suppressed) in price.iter_mut().zip(&allowed).zip(&mut suppressed) {
            if !allowed {
                *price = f64::INFINITY;
                *suppressed = false;
            }
        }
        match grow(problem, attacker, suppressed, &price, met) {
            Ok(pattern) => return Ok(pattern),
            Err(exposed) if problem.is_primary(exposed) => return Err(exposed),
            // Even with all that may be suppressed this cell is worked out by somebody: do without it.
            Err(exposed) => match allowed.get_mut(exposed) {
                Some(allowed) if *allowed => *allowed = false,
                _ => return Err(exposed),
            },
        }
    }
}

fn grow(
    problem: &Problem,
    attacker: &mut dyn Attacker,
    mut suppressed: Vec<bool>,
    price: &[f64],
    met: &mut Vec<Need>,
) -> Result<Vec<bool>, usize> {
    let mut order = problem.primaries().to_vec();
    order.sort_by(|&a, &b| problem.room(a).total_cmp(&problem.room(b)).then(a.cmp(&b)));
    for &cell in &order {
        set(&mut suppressed, cell, true);
    }
    let mut x = weights(&suppressed);
    attacker.face(problem, &x);
    for target in order {
        meet(problem, attacker, &own_need(problem, target), (&mut suppressed, &mut x), price)?;
    }
    loop {
        let needs = flaws(problem, &suppressed).needs;
        if needs.is_empty() {
            return Ok(suppressed);
        }
        for need in needs {
            meet(problem, attacker, &need, (&mut suppressed, &mut x), price)?;
            if !met.contains(&need) {
                met.push(need);
            }
        }
    }
}

fn meet(
    problem: &Problem,
    attacker: &mut dyn Attacker,
    need: &Need,
    (suppressed, x): (&mut [bool], &mut Vec<f64>),
    price: &[f64],
) -> Result<(), usize> {
    // Mostly nothing is missing, and this costs little to see.
    if attacker.witness(problem, need, x).is_some() {
        return Ok(());
    }
    let more = attacker.repair(problem, need, suppressed, price).ok_or(need.target)?;
    if !more.is_empty() {
        for cell in more {
            set(suppressed, cell, true);
        }
        *x = weights(suppressed);
        attacker.face(problem, x);
    }
    Ok(())
}

/// What can be worked out exactly from a pattern.
#[derive(Debug, Default)]
pub(super) struct Flaws {
    /// Secondary cells that outsiders work out: showing them tells nobody anything.
    pub useless: Vec<usize>,
    /// What insiders work out beyond what outsiders do.
    pub needs: Vec<Need>,
}

/// Looks for what can be worked out exactly from a pattern.
pub(super) fn flaws(problem: &Problem, suppressed: &[bool]) -> Flaws {
    let mut flaws = Flaws::default();
    for piece in pieces(problem, suppressed) {
        let mut determined = Determined::new(&piece.moves);
        let base = determined.given(&[]);
        let named = base.iter().map(|&cell| name(&piece.names, cell));
        flaws.useless.extend(named.filter(|&cell| !problem.is_primary(cell)));
        for known in piece.known {
            let exposed = determined.given(&known);
            let known: Vec<usize> = known.iter().map(|&cell| name(&piece.names, cell)).collect();
            flaws.needs.extend(exposed.into_iter().filter(|cell| base.binary_search(cell).is_err()).map(
                |cell| Need { target: name(&piece.names, cell), known: known.clone(), aim: Aim::Moves },
            ));
        }
    }
    flaws
}

/// A connected piece of a pattern.
struct Piece {
    /// What each insider knows of it.
    known: Vec<Vec<usize>>,
    moves: Moves,
    /// What its cells are called in the problem.
    names: Vec<usize>,
}

fn pieces(problem: &Problem, suppressed: &[bool]) -> impl Iterator<Item = Piece> {
    problem.system().split(suppressed).into_iter().map(|system| Piece {
        known: insiders(&system, problem.cells()).into_iter().map(|(_, known)| known).collect(),
        moves: Moves::new(&system, system.cells.iter().map(|&cell| problem.room(cell) > 0.0).collect()),
        names: system.cells,
    })
}

fn name(names: &[usize], cell: usize) -> usize {
    names.get(cell).copied().unwrap_or(usize::MAX)
}

/// What a primary cell needs from everybody.
pub(super) fn own_need(problem: &Problem, target: usize) -> Need {
    Need { target, known: Vec::new(), aim: Aim::Width(problem.width(target) as f64) }
}

/// A pattern as weights.
pub(super) fn weights(pattern: &[bool]) -> Vec<f64> {
    pattern.iter().map(|suppressed| f64::from(u8::from(*suppressed))).collect()
}

/// Sets one cell of a pattern.
pub(super) fn set(suppressed: &mut [bool], cell: usize, to: bool) {
    if let Some(slot) = suppressed.get_mut(cell) {
        *slot = to;
    }
}
