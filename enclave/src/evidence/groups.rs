//! The accumulator of one figure over all cells.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, StructArray, UInt32Array};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::amount::{Amount, Wide};
use super::batch::{Batch, Institutions, Values};
use super::cells::{Cells, Given, Rows, Taken};
use super::institutions::{Far, count, slots_for, to_columns};
use super::result::{Summed, largest, means, sums_by_cell};
use super::runs::Runs;
use super::state::{State, StateColumns};
use super::{Mode, ValueKind, Wanted, broken};

/// Evidence of one figure, for every cell that one stage of one partition sees.
pub(super) struct Groups {
    wanted: Arc<Wanted>,
    table: Table,
    /// Slots of the institution columns that cells' records don't hold.
    far: Vec<Far>,
    runs: Runs,
    cells: usize,
}

/// The cells, by the type of their sums.
enum Table {
    Count(Cells<()>),
    /// Integers as long as they fit into 64 bits.
    Narrow(Cells<i64>),
    Wide(Cells<i128>),
    Float(Cells<f64>),
}

/// The same expression for whichever type the cells' sums are of.
macro_rules! whichever {
    ($table:expr, $cells:ident => $then:expr) => {
        match $table {
            Table::Count($cells) => $then,
            Table::Narrow($cells) => $then,
            Table::Wide($cells) => $then,
            Table::Float($cells) => $then,
        }
    };
}

impl Groups {
    pub(super) fn new(wanted: Arc<Wanted>) -> Self {
        let shares = if wanted.shares() { wanted.institutions.len() } else { 0 };
        let table = match (wanted.value, wanted.mode) {
            (None, _) => Table::Count(Cells::new(shares)),
            (Some(ValueKind::Int64), Mode::Streaming) => Table::Narrow(Cells::new(shares)),
            (Some(ValueKind::Int64 | ValueKind::Decimal128(..)), _) => Table::Wide(Cells::new(shares)),
            (Some(ValueKind::Float64), _) => Table::Float(Cells::new(shares)),
        };
        let far = wanted.institutions.len() - usize::from(wanted.has_near());
        let far = (0..far).map(|_| Far::new(wanted.institution_cap)).collect();
        Self { wanted, table, far, runs: Runs::new(), cells: 0 }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        whichever!(&mut self.table, table => table.resize(cells));
        self.far.iter_mut().for_each(|far| far.resize(cells));
        self.cells = cells;
    }

    fn take(&mut self, batch: &Batch<'_>) -> Result<()> {
        if let (Mode::Streaming, Some(range)) = (self.wanted.mode, batch.range()?) {
            self.runs.extend(range);
        }
        let mut from = 0;
        while let Taken::UpTo(row) = self.take_somebodys(batch, from)? {
            from = row;
            self.table.widen();
        }
        from = 0;
        while let Taken::UpTo(row) = self.take_nobodys(batch, from)? {
            from = row;
            self.table.widen();
        }
        self.take_institutions(batch)
    }

    fn take_somebodys(&mut self, batch: &Batch<'_>, from: usize) -> Result<Taken> {
        let near = match batch.institutions.first() {
            Some(Institutions::One(ids)) if self.wanted.has_near() => Some(&**ids),
            _ => None,
        };
        let mode = self.wanted.mode;
        match (&mut self.table, &batch.values) {
            (Table::Count(cells), Values::None(v)) => take(cells, batch, near, v, from, mode, &mut self.runs),
            (Table::Narrow(cells), Values::Int64(v)) => {
                take(cells, batch, near, v, from, mode, &mut self.runs)
            }
            (Table::Wide(cells), Values::Int64(v)) => take(cells, batch, near, v, from, mode, &mut self.runs),
            (Table::Wide(cells), Values::Decimal128(v)) => {
                take(cells, batch, near, v, from, mode, &mut self.runs)
            }
            (Table::Float(cells), Values::Float64(v)) => {
                take(cells, batch, near, v, from, mode, &mut self.runs)
            }
            _ => Err(broken("values of another type than the cells")),
        }
    }

    fn take_nobodys(&mut self, batch: &Batch<'_>, from: usize) -> Result<Taken> {
        let at = &batch.nobodys_cells;
        match (&mut self.table, &batch.nobodys_values) {
            (Table::Count(cells), Values::None(v)) => cells.take_nobodys(at, v, from),
            (Table::Narrow(cells), Values::Int64(v)) => cells.take_nobodys(at, v, from),
            (Table::Wide(cells), Values::Int64(v)) => cells.take_nobodys(at, v, from),
            (Table::Wide(cells), Values::Decimal128(v)) => cells.take_nobodys(at, v, from),
            (Table::Float(cells), Values::Float64(v)) => cells.take_nobodys(at, v, from),
            _ => Err(broken("values of another type than the cells")),
        }
    }

    fn take_institutions(&mut self, batch: &Batch<'_>) -> Result<()> {
        let near = usize::from(self.wanted.has_near());
        for (far, column) in self.far.iter_mut().zip(batch.institutions.iter().skip(near)) {
            for (row, &at) in batch.cells.iter().enumerate() {
                for &institution in column.of(row) {
                    far.see(at, institution)?;
                }
            }
        }
        let (at, columns) = (&batch.cells, &batch.institutions);
        match (&mut self.table, &batch.values) {
            (Table::Narrow(cells), Values::Int64(v)) => cells.share(at, columns, v),
            (Table::Wide(cells), Values::Int64(v)) => cells.share(at, columns, v),
            (Table::Wide(cells), Values::Decimal128(v)) => cells.share(at, columns, v),
            (Table::Float(cells), Values::Float64(v)) => cells.share(at, columns, v),
            _ => Ok(()),
        }
    }

    /// After everything was given away the next rows begin a new run.
    fn gave(&mut self, emit_to: EmitTo) {
        match emit_to {
            EmitTo::All => {
                self.runs = Runs::new();
                self.cells = 0;
            }
            EmitTo::First(n) => {
                self.runs.part();
                self.cells = self.cells.saturating_sub(n);
            }
        }
    }

    /// The emitted cells' institution slots, for each column.
    fn give_slots<W: Wide>(&mut self, given: &Given<W>, emit_to: EmitTo) -> Vec<Vec<u32>> {
        let near = self.wanted.has_near().then(|| given.cells.iter().flat_map(|cell| cell.near).collect());
        near.into_iter().chain(self.far.iter_mut().map(|far| far.take(emit_to))).collect()
    }

    fn state_of<W: Wide>(&mut self, given: &Given<W>, emit_to: EmitTo) -> Vec<ArrayRef> {
        let width = slots_for(self.wanted.institution_cap);
        let StateColumns { counts, sums, apart, runs } = given.to_state(&self.runs.record());
        let slots = self.give_slots(given, emit_to);
        let slots = slots.iter().flat_map(|slots| to_columns(slots, width));
        counts.into_iter().chain(slots).chain(sums).chain(apart).chain([runs]).collect()
    }

    fn result_of<W: Summed>(&mut self, mut given: Given<W>, emit_to: EmitTo) -> Result<ArrayRef> {
        given.close()?;
        let (width, cap) = (slots_for(self.wanted.institution_cap), self.wanted.institution_cap);
        let mut columns = Vec::from(given.counts());
        for slots in self.give_slots(&given, emit_to) {
            let counts = slots.chunks(width).map(|slots| count(slots, cap));
            columns.push(Arc::new(UInt32Array::from_iter_values(counts)));
        }
        if let Some(kind) = self.wanted.value {
            columns.push(W::sums(kind, &given)?);
            columns.push(means(kind, &given));
            let sums: Vec<_> = given.cells.iter().map(|cell| cell.sums).collect();
            columns.extend(largest(&sums));
            for shares in &given.shares {
                columns.extend(largest(&sums_by_cell(shares, given.cells.len())));
            }
        }
        columns.push(Arc::new(BooleanArray::from(vec![self.runs.trusted(); given.cells.len()])));
        Ok(Arc::new(StructArray::try_new(self.wanted.result_fields(), columns, None)?))
    }
}

/// Takes somebody's rows in the mode that is wanted.
fn take<A: Amount, V: Copy + Into<A>>(
    cells: &mut Cells<A>,
    batch: &Batch<'_>,
    near: Option<&[u32]>,
    values: &[V],
    from: usize,
    mode: Mode,
    runs: &mut Runs,
) -> Result<Taken> {
    let rows = Rows { cells: &batch.cells, patients: &batch.patients, near, values };
    match mode {
        Mode::Exact => cells.take_any(rows).map(|()| Taken::All),
        Mode::Streaming => {
            let mut disordered = false;
            let taken = cells.take_ordered(rows, from, &runs.beginnings(), &mut disordered)?;
            if disordered {
                runs.disordered();
            }
            Ok(taken)
        }
    }
}

impl Table {
    /// Goes over to sums that never get stuck.
    fn widen(&mut self) {
        if let Self::Narrow(cells) = self {
            *self = Self::Wide(cells.widen());
        }
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        if self.runs.has_merged() {
            return Err(broken("rows after partial states"));
        }
        self.resize(total_num_groups);
        let wanted = Arc::clone(&self.wanted);
        self.take(&Batch::read(&wanted, values, group_indices, opt_filter)?)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        if self.runs.has_own() {
            return Err(broken("partial states after rows"));
        }
        self.resize(total_num_groups);
        self.table.widen();
        let near = self.wanted.has_near();
        let state = State::read(&self.wanted, values)?;
        for record in state.runs.iter().flatten() {
            self.runs.merge(record)?;
        }
        match &mut self.table {
            Table::Count(cells) => state.merge_into(cells, group_indices, near)?,
            Table::Wide(cells) => state.merge_into(cells, group_indices, near)?,
            Table::Float(cells) => state.merge_into(cells, group_indices, near)?,
            Table::Narrow(_) => return Err(broken("cells that did not widen")),
        }
        for (far, slots) in self.far.iter_mut().zip(state.slots.iter().skip(usize::from(near))) {
            for (row, &at) in group_indices.iter().enumerate() {
                far.merge(at, slots.cell(row))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let result = whichever!(&mut self.table, cells => {
            let given = cells.give(emit_to, &[])?;
            self.result_of(given, emit_to)?
        });
        self.gave(emit_to);
        Ok(result)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let ends = self.runs.ends();
        let state = whichever!(&mut self.table, cells => {
            let given = cells.give(emit_to, &ends)?;
            self.state_of(&given, emit_to)
        });
        self.gave(emit_to);
        Ok(state)
    }

    /// Each row as a cell of its own, everybody left open. Right, but dear: the engine should set
    /// `skip_partial_aggregation_probe_ratio_threshold` to 1, so that nobody asks.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let at: Vec<usize> = (0..values.first().map_or(0, |column| column.len())).collect();
        let batch = Batch::read(&self.wanted, values, &at, opt_filter)?;
        let mut each = Self::new(Arc::new(Wanted { mode: Mode::Exact, ..Wanted::clone(&self.wanted) }));
        each.resize(at.len());
        each.take(&batch)?;
        if let (Mode::Streaming, Some(range)) = (self.wanted.mode, batch.range()?) {
            each.runs.extend(range);
        }
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        let far: usize = self.far.iter().map(Far::size).sum();
        size_of::<Self>() + whichever!(&self.table, table => table.size()) + far + self.runs.size()
    }
}
