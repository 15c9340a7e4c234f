//! Cells that the rules were asked about, and that wait for the ledger's word.

use super::cells::Cells;
use super::exposed::{self, Layout};
use super::{Gate, Linked, SafeCells};
use crate::ledger::{Place, Recorded, Table};
use crate::words::{FailCode, Halt, Reason};

/// Cells after the rules. They become safe only against the proof that the ledger has them.
#[derive(Debug)]
pub struct Inspected<'a> {
    pub(super) gate: &'a Gate,
    /// What earlier cuts of the same question told.
    pub(super) linked: &'a Linked,
    pub(super) cells: Cells,
    /// One for each figure and row.
    pub(super) reasons: Vec<Vec<Option<Reason>>>,
    /// Whether a row is shown at all.
    pub(super) shown: Vec<bool>,
    /// For each figure and row, whether it tells of everybody in a group.
    pub(super) telling: Vec<Vec<bool>>,
    /// Where the cells stand in the tables that the ledger was shown.
    pub(super) layout: Option<Layout>,
}

impl Inspected<'_> {
    /// What is about to be published, for the ledger; none where the policy keeps none.
    ///
    /// # Errors
    /// When the evidence holds no sketches.
    pub fn exposed(&mut self) -> Result<Option<Vec<Table>>, Halt> {
        if !self.gate.remembers() {
            return Ok(None);
        }
        let (tables, layout) =
            exposed::tables(&self.cells, &self.reasons, &self.shown, !self.gate.bundle().show_zero)?;
        self.layout = Some(layout);
        Ok(Some(tables))
    }

    /// The proof that nothing has to be recorded, where the policy keeps no ledger.
    #[must_use]
    pub fn unkept(&self) -> Option<Recorded> {
        Recorded::unkept(self.gate.bundle().ledger)
    }

    /// Withholds what the ledger said, and what follows from that. Returns all places that were published before and
    /// are not any more.
    ///
    /// # Errors
    /// When a place is not in the tables of [`Inspected::exposed`].
    pub fn withhold(&mut self, places: &[Place]) -> Result<Vec<Place>, Halt> {
        let layout = self.layout.as_ref().ok_or(FailCode::Internal)?;
        let before = self.reasons.clone();
        for place in places {
            let (figure, row) = layout.cell(*place).ok_or(FailCode::Internal)?;
            let reason = self.reasons.get_mut(figure).and_then(|reasons| reasons.get_mut(row));
            reason.ok_or(FailCode::Internal)?.get_or_insert(Reason::Differencing);
        }
        self.gate.suppress_more(&self.cells, &mut self.reasons, &self.shown, self.linked)?;
        let reason = |reasons: &[Vec<Option<Reason>>], figure: usize, row: usize| {
            reasons.get(figure).and_then(|reasons| reasons.get(row).copied()).flatten()
        };
        let withheld = layout.places().filter(|(_, figure, row)| {
            reason(&before, *figure, *row).is_none() && reason(&self.reasons, *figure, *row).is_some()
        });
        Ok(withheld.map(|(place, ..)| place).collect())
    }

    /// The safe result: what the ledger has, and nothing else.
    ///
    /// # Errors
    /// When a figure can't be read.
    pub fn recorded(self, _proof: &Recorded) -> Result<SafeCells, Halt> {
        let class_told = self.telling.iter().zip(&self.reasons).any(|(telling, reasons)| {
            telling.iter().zip(reasons).any(|(tells, reason)| *tells && reason.is_none())
        });
        let rounding = &self.gate.bundle().rounding;
        let left_out = self.gate.leaves_out(&self.cells, &self.shown);
        self.cells.suppress(&self.reasons, &self.shown, left_out, class_told, rounding)
    }
}
