//! Rows as they come, whoever's come next.

use datafusion::error::Result;

use super::super::amount::Amount;
use super::super::rows::Rows;
use super::{Members, no_cell};
use crate::ledger::{BINS, sum_of_residues};

/// Words of bins that stay in a core's nearest cache.
const CACHED: usize = 16 * 1024;

impl<A: Amount> Members<A> {
    /// Takes a few rows in. `firsts` tells which are the first of their patient in their cell.
    ///
    /// # Errors
    /// When a cell or a patient does not exist.
    pub(in crate::evidence) fn take<V: Copy + Into<A>>(
        &mut self,
        rows: Rows<'_, V>,
        firsts: &[bool],
    ) -> Result<()> {
        self.runs.clear();
        for run in rows.patients.chunk_by(|one, next| one == next) {
            let patient = run.first().ok_or_else(no_cell)?;
            self.runs.push((run.len(), self.weights.of(*patient)?));
        }
        if self.bins.len() > CACHED {
            self.touch(rows.cells);
        }
        match (self.lanes.patients, self.lanes.amounts) {
            (false, false) => self.add::<V, 1, false, false>(rows, firsts),
            (true, false) => self.add::<V, 2, true, false>(rows, firsts),
            (false, true) => self.add::<V, 2, false, true>(rows, firsts),
            (true, true) => self.add::<V, 3, true, true>(rows, firsts),
        }
    }

    /// Reads what a few rows will change, so that their cache misses overlap.
    fn touch(&self, cells: &[usize]) {
        let (mut cells, lanes) = (cells.iter(), self.lanes.count());
        let mut seen = 0;
        for (rows, weights) in &self.runs {
            for &at in cells.by_ref().take(*rows) {
                let bin = self.bins.get((at * BINS + weights.bin()) * lanes).copied();
                seen ^=
                    self.prints.get(at).map_or(0, |prints| prints.rows.low()) ^ u64::from(bin.unwrap_or(0));
            }
        }
        std::hint::black_box(seen);
    }

    /// The hot loop: a few nanoseconds for each lane, as long as nothing is waited for.
    fn add<V: Copy + Into<A>, const LANES: usize, const PATIENTS: bool, const AMOUNTS: bool>(
        &mut self,
        rows: Rows<'_, V>,
        firsts: &[bool],
    ) -> Result<()> {
        let mut all = rows.cells.iter().zip(rows.values).zip(firsts);
        let bins = self.bins.as_chunks_mut::<LANES>().0;
        for (rows, weights) in &self.runs {
            for ((&at, &value), &first) in all.by_ref().take(*rows) {
                let prints = self.prints.get_mut(at).ok_or_else(no_cell)?;
                let mut lanes = bins.get_mut(at * BINS + weights.bin()).ok_or_else(no_cell)?.iter_mut();
                let mut put = |residue| lanes.next().map(|lane| *lane = sum_of_residues(*lane, residue));
                prints.rows.add_one(weights);
                put(weights.residue_of_one());
                if PATIENTS {
                    put(if first { weights.residue_of_one() } else { 0 });
                }
                if PATIENTS && first {
                    prints.patients.add_one(weights);
                }
                if AMOUNTS {
                    put(value.into().print(weights, &mut prints.amounts));
                }
            }
        }
        Ok(())
    }
}
