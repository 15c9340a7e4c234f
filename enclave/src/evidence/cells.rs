//! All cells of one accumulator: taking rows in, merging, giving away.

use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::amount::{Amount, Wide};
use super::batch::Institutions;
use super::cell::{Cell, NOBODY};
use super::contributions::Contributions;
use super::given::Given;
use super::members::Members;
use super::rows::{BLOCK, Rows};
use super::runs::{Beginnings, Parting};
use super::{Wanted, broken, institutions};

/// The cells, with what is kept apart from their records.
pub(super) struct Cells<A: Amount> {
    cells: Vec<Cell<A>>,
    /// Patients that may have rows elsewhere; in exact mode, all.
    pub(super) open: Contributions<A::Wide>,
    /// By institution, one for each column, if wanted.
    pub(super) shares: Vec<Contributions<A::Wide>>,
    /// Sketches of who contributed, if wanted.
    pub(super) members: Option<Members<A>>,
    /// Which of the rows at hand are the first of their patient in their cell.
    firsts: [bool; BLOCK],
}

/// Bytes of a cache line.
pub(super) const LINE: usize = 64;

/// Records that take more memory than this are not all in a core's own cache.
const CACHED: usize = 256 * 1024;

impl<A: Amount> Cells<A> {
    pub(super) fn new(share_columns: usize, wanted: &Wanted) -> Self {
        let members = wanted.sketches.as_ref().map(Members::new);
        let shares = (0..share_columns).map(|_| Contributions::default()).collect();
        Self { cells: Vec::new(), open: Contributions::default(), shares, members, firsts: [false; BLOCK] }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        self.cells.resize_with(cells, Cell::empty);
        self.members.iter_mut().for_each(|members| members.resize(cells));
    }

    /// Takes rows in patient order.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_ordered<V: Copy + Into<A>>(
        &mut self,
        rows: Rows<'_, V>,
        beginnings: Beginnings<'_>,
    ) -> Result<()> {
        if let Some(members) = &mut self.members {
            members.grow(&self.cells, true)?;
        }
        let spread = self.cells.len() * size_of::<Cell<A>>() > CACHED;
        for block in rows.blocks() {
            if spread {
                self.touch(block.cells);
            }
            let few = self.members.as_ref().is_some_and(Members::are_few);
            match (block.near, few) {
                (Some(near), false) => self.take_block::<V, true, false>(block, near, beginnings)?,
                (None, false) => self.take_block::<V, false, false>(block, block.patients, beginnings)?,
                (Some(near), true) => self.take_block::<V, true, true>(block, near, beginnings)?,
                (None, true) => self.take_block::<V, false, true>(block, block.patients, beginnings)?,
            }
            if let Some(members) = self.members.as_mut().filter(|_| !few) {
                if members.counts_patients() {
                    let firsts = self.firsts.iter_mut().zip(block.patients);
                    firsts.for_each(|(first, patient)| *first &= !beginnings.have(*patient));
                }
                members.take(block, &self.firsts)?;
            }
        }
        Ok(())
    }

    /// Reads the cells of a few rows, so that their cache misses overlap. In `take_block` each would wait
    /// for the last: a branch on a cell that is not there yet is often guessed wrong.
    pub(super) fn touch(&self, cells: &[usize]) {
        let cells = cells.iter().take(BLOCK).filter_map(|&at| self.cells.get(at));
        let seen = if size_of::<Cell<A>>() <= LINE {
            cells.fold(0, |seen, cell| seen ^ cell.last)
        } else {
            let zero = A::default();
            cells.fold(0, |seen, Cell { last, sums, .. }| {
                seen ^ last ^ u32::from((sums.running == zero) ^ (sums.sizes == zero) ^ (sums.top2 == zero))
            })
        };
        std::hint::black_box(seen);
    }

    /// The hot loop: nearly all time of a gated query beyond that of a bare one, but for reading its key
    /// columns, is spent here.
    fn take_block<V: Copy + Into<A>, const NEAR: bool, const FEW: bool>(
        &mut self,
        rows: Rows<'_, V>,
        near: &[u32],
        beginnings: Beginnings<'_>,
    ) -> Result<()> {
        let members = &mut self.members;
        let all = rows.cells.iter().zip(rows.patients).zip(near).zip(rows.values).zip(&mut self.firsts);
        for ((((&at, &patient), &institution), &value), first) in all {
            let Some(cell) = self.cells.get_mut(at) else { return Err(broken("a row of no cell")) };
            let comes = cell.last != patient;
            if comes {
                if let Some(members) = members.as_mut().filter(|_| FEW) {
                    members.depart(at, cell)?;
                    if members.counts_patients() && !beginnings.have(patient) {
                        members.count(at, patient, true)?;
                    }
                }
                if beginnings.may_have(cell.last) {
                    leave(cell, at, beginnings, &mut self.open)?;
                } else {
                    cell.close();
                }
                cell.last = patient;
            }
            *first = comes;
            cell.sums.running = cell.sums.running.plus(value.into());
            cell.rows += 1;
            if NEAR {
                cell.see_near(institution);
            }
        }
        Ok(())
    }

    /// Takes rows in any order: every patient stays open.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_any<V: Copy + Into<A>>(&mut self, rows: Rows<'_, V>) -> Result<()> {
        for ((&at, &patient), &value) in rows.cells.iter().zip(rows.patients).zip(rows.values) {
            let cell = self.cells.get_mut(at).ok_or_else(|| broken("a row of no cell"))?;
            cell.rows += 1;
            self.open.add(at, patient, value.into().widen())?;
        }
        for (&at, &institution) in rows.cells.iter().zip(rows.near.unwrap_or_default()) {
            self.cell(at)?.see_near(institution);
        }
        if let Some(members) = &mut self.members {
            members.grow(&self.cells, false)?;
            for block in rows.blocks() {
                members.take(block, &[false; BLOCK])?;
            }
        }
        Ok(())
    }

    /// Takes rows that are nobody's: they feed the sum and the count of rows only.
    ///
    /// # Errors
    /// When a row is of a cell that does not exist.
    pub(super) fn take_nobodys<V: Copy + Into<A>>(&mut self, cells: &[usize], values: &[V]) -> Result<()> {
        for (&at, &value) in cells.iter().zip(values) {
            let cell = self.cell(at)?;
            cell.sums.total = cell.sums.total.plus(value.into());
            cell.rows += 1;
            self.members.iter_mut().for_each(|members| members.pass_over(at));
        }
        Ok(())
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
            members: self.members.take().map(Members::widen),
            firsts: self.firsts,
        }
    }

    /// Gives cells away as they stand: running patients at an end may be left open, others are closed.
    ///
    /// # Errors
    /// When a patient has no weights.
    pub(super) fn give(&mut self, emit_to: EmitTo, parting: Parting<'_>) -> Result<Given<A>> {
        let given = match emit_to {
            EmitTo::All => self.cells.len(),
            EmitTo::First(n) => n,
        };
        if let Some(members) = &mut self.members {
            members.depart_all(self.cells.get(..given).unwrap_or(&self.cells))?;
        }
        self.recount(given, parting)?;
        let mut open = self.open.take(emit_to);
        let shares = self.shares.iter_mut().map(|shares| shares.take(emit_to)).collect();
        let mut cells = emit_to.take_needed(&mut self.cells);
        for (at, cell) in cells.iter_mut().enumerate() {
            if parting.leaves_open(cell.last) {
                open.extend(cell.take_running().map(|(patient, sum)| (at, patient, sum.widen())));
            } else {
                cell.close();
            }
        }
        open.sort_by_key(|&(at, patient, _)| (at, patient));
        let members = self.members.as_mut().map(|members| members.give(emit_to));
        Ok(Given { cells, open, shares, members })
    }

    /// Distinct patients were sketched when they came, but for those at a beginning. In the cells that are given away
    /// whoever is closed is to be; in those that stay, whoever does not part.
    fn recount(&mut self, given: usize, parting: Parting<'_>) -> Result<()> {
        let Some(members) = self.members.as_mut().filter(|members| members.counts_patients()) else {
            return Ok(());
        };
        for (at, cell) in self.cells.iter().enumerate().filter(|(_, cell)| cell.last != NOBODY) {
            let counted = !parting.beginnings.have(cell.last);
            let counts = if at < given { !parting.leaves_open(cell.last) } else { !parting.parts(cell.last) };
            if counts != counted {
                members.count(at, cell.last, counts)?;
            }
        }
        Ok(())
    }

    fn cell(&mut self, at: usize) -> Result<&mut Cell<A>> {
        self.cells.get_mut(at).ok_or_else(|| broken("a row of no cell"))
    }

    pub(super) fn size(&self) -> usize {
        let shares: usize = self.shares.iter().map(Contributions::size).sum();
        let members = self.members.as_ref().map_or(0, Members::size);
        self.cells.capacity() * size_of::<Cell<A>>() + self.open.size() + shares + members
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
        cell.sums.merge(&other.sums);
        Ok(())
    }
}

/// A cell goes over from a patient that may be at a beginning, or from nobody.
#[cold]
#[inline(never)]
fn leave<A: Amount>(
    cell: &mut Cell<A>,
    at: usize,
    beginnings: Beginnings<'_>,
    open: &mut Contributions<A::Wide>,
) -> Result<()> {
    if !beginnings.have(cell.last) {
        cell.close();
    } else if let Some((patient, sum)) = cell.take_running() {
        open.add(at, patient, sum.widen())?;
    }
    Ok(())
}
