//! All cells of one accumulator: taking rows in, merging, giving away.

use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::amount::{Amount, Wide};
use super::batch::Institutions;
use super::cell::{Cell, NOBODY};
use super::contributions::Contributions;
use super::{broken, institutions};

/// The cells, with what is kept apart from their records.
pub(super) struct Cells<A: Amount> {
    cells: Vec<Cell<A>>,
    /// Patients that may have rows elsewhere; in exact mode, all.
    pub(super) open: Contributions<A::Wide>,
    /// By institution, one for each column, if wanted.
    pub(super) shares: Vec<Contributions<A::Wide>>,
}

/// Somebody's rows: slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, V> {
    pub(super) cells: &'a [usize],
    pub(super) patients: &'a [u32],
    /// The institution column that the records hold, if there is one.
    pub(super) near: Option<&'a [u32]>,
    pub(super) values: &'a [V],
}

/// What taking rows in came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    All,
    /// The row of this number, and those after it, wait for the wider type.
    UpTo(usize),
}

/// What cells give away: their records, and what was kept apart, sorted by cell.
pub(super) struct Given<W: Wide> {
    pub(super) cells: Vec<Cell<W>>,
    pub(super) open: Vec<(usize, u32, W)>,
    pub(super) shares: Vec<Vec<(usize, u32, W)>>,
}

impl<A: Amount> Cells<A> {
    pub(super) fn new(share_columns: usize) -> Self {
        let shares = (0..share_columns).map(|_| Contributions::default()).collect();
        Self { cells: Vec::new(), open: Contributions::default(), shares }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        self.cells.resize_with(cells, Cell::empty);
    }

    /// Takes rows in patient order. Patients in `beginnings` (ascending) are left open; `disordered` is
    /// set when a cell meets a patient lower than its last.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_ordered<V: Copy + Into<A>>(
        &mut self,
        rows: Rows<'_, V>,
        from: usize,
        beginnings: &[u32],
        disordered: &mut bool,
    ) -> Result<Taken> {
        match rows.near {
            Some(near) => self.take_ordered_near::<V, true>(rows, near, from, beginnings, disordered),
            None => self.take_ordered_near::<V, false>(rows, rows.patients, from, beginnings, disordered),
        }
    }

    /// The hot loop: nearly all time of a gated query beyond that of a bare one is spent here.
    fn take_ordered_near<V: Copy + Into<A>, const NEAR: bool>(
        &mut self,
        rows: Rows<'_, V>,
        near: &[u32],
        from: usize,
        beginnings: &[u32],
        disordered: &mut bool,
    ) -> Result<Taken> {
        let all = rows.cells.iter().zip(rows.patients).zip(near).zip(rows.values).enumerate().skip(from);
        for (row, (((&at, &patient), &institution), &value)) in all {
            let Some(cell) = self.cells.get_mut(at) else { return Err(broken("a row of no cell")) };
            if cell.last != patient {
                if cell.last != NOBODY {
                    *disordered |= patient < cell.last;
                    if is_among(beginnings, cell.last) {
                        if let Some((beginner, sum)) = cell.take_running() {
                            self.open.add(at, beginner, sum.widen())?;
                        }
                    } else if cell.close().is_none() {
                        return Ok(Taken::UpTo(row));
                    }
                }
                cell.last = patient;
            }
            let Some(sum) = cell.sums.running.plus(value.into()) else { return Ok(Taken::UpTo(row)) };
            cell.sums.running = sum;
            cell.rows += 1;
            if NEAR {
                cell.see_near(institution);
            }
        }
        Ok(Taken::All)
    }

    /// Takes rows in any order: every patient stays open.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_any<V: Copy + Into<A>>(&mut self, rows: Rows<'_, V>) -> Result<()> {
        for ((&at, &patient), &value) in rows.cells.iter().zip(rows.patients).zip(rows.values) {
            self.cell(at)?.rows += 1;
            self.open.add(at, patient, value.into().widen())?;
        }
        for (&at, &institution) in rows.cells.iter().zip(rows.near.unwrap_or_default()) {
            self.cell(at)?.see_near(institution);
        }
        Ok(())
    }

    /// Takes rows that are nobody's: they feed the sum and the count of rows only.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_nobodys<V: Copy + Into<A>>(
        &mut self,
        cells: &[usize],
        values: &[V],
        from: usize,
    ) -> Result<Taken> {
        for (row, (&at, &value)) in cells.iter().zip(values).enumerate().skip(from) {
            let cell = self.cell(at)?;
            let Some(total) = value.into().add_to(cell.sums.total) else { return Ok(Taken::UpTo(row)) };
            cell.sums.total = total;
            cell.rows += 1;
        }
        Ok(Taken::All)
    }

    /// Adds rows' values to the shares of their institutions, where these are kept.
    ///
    /// # Errors
    /// When there are more cells than can be numbered.
    pub(super) fn share<V: Copy + Into<A>>(
        &mut self,
        cells: &[usize],
        columns: &[Institutions<'_>],
        values: &[V],
    ) -> Result<()> {
        for (shares, column) in self.shares.iter_mut().zip(columns) {
            for (row, (&at, &value)) in cells.iter().zip(values).enumerate() {
                for &institution in column.of(row) {
                    shares.add(at, institution, value.into().widen())?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn widen(&mut self) -> Cells<A::Wide> {
        Cells {
            cells: std::mem::take(&mut self.cells).into_iter().map(Cell::widen).collect(),
            open: std::mem::take(&mut self.open),
            shares: std::mem::take(&mut self.shares),
        }
    }

    /// Gives cells away as they stand: running patients in `ends` are left open, others closed.
    ///
    /// # Errors
    /// Never, unless a wide sum gets stuck.
    pub(super) fn give(&mut self, emit_to: EmitTo, ends: &[u32]) -> Result<Given<A::Wide>> {
        let mut open = self.open.take(emit_to);
        let shares = self.shares.iter_mut().map(|shares| shares.take(emit_to)).collect();
        let mut cells = Vec::with_capacity(self.cells.len());
        for (at, cell) in emit_to.take_needed(&mut self.cells).into_iter().enumerate() {
            let mut cell = cell.widen();
            if ends.contains(&cell.last) {
                open.extend(cell.take_running().map(|(patient, sum)| (at, patient, sum)));
            } else {
                cell.close().ok_or_else(stuck)?;
            }
            cells.push(cell);
        }
        open.sort_by_key(|&(at, patient, _)| (at, patient));
        Ok(Given { cells, open, shares })
    }

    fn cell(&mut self, at: usize) -> Result<&mut Cell<A>> {
        self.cells.get_mut(at).ok_or_else(|| broken("a row of no cell"))
    }

    pub(super) fn size(&self) -> usize {
        let shares: usize = self.shares.iter().map(Contributions::size).sum();
        self.cells.capacity() * size_of::<Cell<A>>() + self.open.size() + shares
    }
}

impl<W: Wide> Cells<W> {
    /// Adds a cell of a partial state.
    ///
    /// # Errors
    /// When the cell does not exist.
    pub(super) fn merge(&mut self, at: usize, other: &Cell<W>) -> Result<()> {
        let cell = self.cell(at)?;
        cell.rows += other.rows;
        cell.patients += other.patients;
        institutions::merge(&mut cell.near, other.near);
        cell.sums.merge(&other.sums).ok_or_else(stuck)
    }
}

impl<W: Wide> Given<W> {
    /// Closes everybody: nothing more will come.
    ///
    /// # Errors
    /// When something is open in a cell that is not there.
    pub(super) fn close(&mut self) -> Result<()> {
        for (at, _, sum) in self.open.drain(..) {
            let cell = self.cells.get_mut(at).ok_or_else(|| broken("open in no cell"))?;
            cell.sums.fold(sum).ok_or_else(stuck)?;
            cell.patients += 1;
        }
        Ok(())
    }
}

/// A wide sum never gets stuck; if one did, nothing may go on.
fn stuck() -> datafusion::error::DataFusionError {
    broken("a wide sum that got stuck")
}

/// Whether `patient` is among a few, ascending. Patients come in order, so most are past them all.
#[inline]
fn is_among(few: &[u32], patient: u32) -> bool {
    few.last().is_some_and(|&last| patient <= last) && few.binary_search(&patient).is_ok()
}
