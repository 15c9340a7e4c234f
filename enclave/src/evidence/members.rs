//! Who contributed to each cell, and how much, as sketches for the ledger.
//!
//! A sketch is linear, so rows and amounts go into it whether or not more of a patient's rows may come elsewhere: row by
//! row ([`coming`]), or, while cells are few and patients have several rows in each, when a patient's rows in
//! the cell are over ([`departing`]). A patient, who counts once, goes into it with the first row in the cell, unless
//! others may have come before elsewhere: then when nothing more can come.
//!
//! All sketches of a cell are kept side by side: what one row adds to their bins lies in one cache line, and their
//! fingerprints in another.

mod coming;
mod departing;
mod merging;

use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::EmitTo;

use super::amount::{Amount, Wide};
use super::broken;
use super::sketches::{Lanes, Sketches};
use super::weights::PatientWeights;
use crate::ledger::{Amount as Contribution, BINS, Fingerprint, Weights, sum_of_residues};
use departing::Counted;

/// Which sketches are wanted of a figure, beside that of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sketched {
    /// What patients weigh.
    pub weights: PatientWeights,
    /// One of its distinct patients.
    pub patients: bool,
    /// One of its amounts, in the argument's unit (decimals: of 1, not of the last place).
    pub amounts: bool,
}

impl Sketched {
    pub(super) fn lanes(&self) -> Lanes {
        Lanes { patients: self.patients, amounts: self.amounts }
    }
}

/// Who is in the cells of one accumulator.
pub(super) struct Members<A: Amount> {
    weights: PatientWeights,
    lanes: Lanes,
    prints: Vec<Prints<A::Print>>,
    /// For each cell and bin, one residue of each lane.
    bins: Vec<u16>,
    /// The patients of the rows at hand, each with the number of their rows.
    runs: Vec<(usize, Weights)>,
    /// While cells are few.
    counted: Option<Counted>,
}

/// The fingerprints of one cell. With those of integers they fill a cache line.
#[derive(Clone, Copy, Default)]
struct Prints<P> {
    rows: Fingerprint,
    patients: Fingerprint,
    amounts: P,
}

impl<A: Amount> Members<A> {
    pub(super) fn new(sketched: &Sketched) -> Self {
        Self {
            weights: sketched.weights.clone(),
            lanes: sketched.lanes(),
            prints: Vec::new(),
            bins: Vec::new(),
            runs: Vec::new(),
            counted: Some(Counted::default()),
        }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        self.prints.resize(cells, Prints::default());
        self.bins.resize(cells * self.width(), 0);
        self.counted.iter_mut().for_each(|counted| counted.resize(cells));
    }

    /// Words of a cell's bins.
    fn width(&self) -> usize {
        BINS * self.lanes.count()
    }

    /// Whether distinct patients are sketched.
    pub(super) fn counts_patients(&self) -> bool {
        self.lanes.patients
    }

    /// Counts a patient of whom nothing more can come or, if not `counts`, no longer counts one of whom more can.
    ///
    /// # Errors
    /// When the cell or the patient does not exist.
    pub(super) fn count(&mut self, at: usize, patient: u32, counts: bool) -> Result<()> {
        let (weights, one) = (self.weights.of(patient)?, Contribution::narrow(if counts { 1 } else { -1 }));
        let bin = (at * BINS + weights.bin()) * self.lanes.count();
        let bin =
            self.lanes.of_patients().and_then(|lane| self.bins.get_mut(bin + lane)).ok_or_else(no_cell)?;
        *bin = sum_of_residues(*bin, weights.residue(&one));
        self.prints.get_mut(at).ok_or_else(no_cell)?.patients.add(&weights, &one);
        Ok(())
    }

    /// Gives sketches away.
    pub(super) fn give(&mut self, emit_to: EmitTo) -> Sketches {
        let bins = match emit_to {
            EmitTo::All => std::mem::take(&mut self.bins),
            EmitTo::First(n) => EmitTo::First(n * self.width()).take_needed(&mut self.bins),
        };
        match (&mut self.counted, emit_to) {
            (counted, EmitTo::All) => *counted = Some(Counted::default()),
            (Some(counted), EmitTo::First(_)) => counted.give(emit_to),
            (None, EmitTo::First(_)) => {}
        }
        let mut prints = Vec::with_capacity(bins.len() / BINS);
        for all in emit_to.take_needed(&mut self.prints) {
            prints.extend(self.lanes.pick([all.rows, all.patients, A::fold(all.amounts)]));
        }
        Sketches { weights: self.weights.clone(), lanes: self.lanes, prints, bins }
    }

    pub(super) fn widen(self) -> Members<A::Wide> {
        let widen = |Prints { rows, patients, amounts }: Prints<A::Print>| {
            let amounts = A::Wide::of_fingerprint(A::fold(amounts));
            Prints { rows, patients, amounts }
        };
        let prints = self.prints.into_iter().map(widen).collect();
        let Self { weights, lanes, bins, runs, counted, .. } = self;
        Members { weights, lanes, prints, bins, runs, counted }
    }

    pub(super) fn size(&self) -> usize {
        self.prints.capacity() * size_of::<Prints<A::Print>>()
            + self.bins.capacity() * size_of::<u16>()
            + self.runs.capacity() * size_of::<(usize, Weights)>()
            + self.counted.as_ref().map_or(0, Counted::size)
    }
}

fn no_cell() -> DataFusionError {
    broken("a contributor to no cell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_as_small_as_was_measured() {
        assert_eq!(size_of::<Prints<<i64 as Amount>::Print>>(), super::super::cells::LINE);
    }
}
