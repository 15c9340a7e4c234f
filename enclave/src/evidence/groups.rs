//! The accumulator of one figure over all cells.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, StructArray, UInt32Array};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::amount::Amount;
use super::batch::Batch;
use super::given::Given;
use super::institutions::{Far, count, slots_for, to_columns};
use super::result::{Summed, largest, means, sums_by_cell};
use super::runs::Runs;
use super::state::{State, StateColumns};
use super::table::{Table, whichever};
use super::{Mode, ValueKind, Wanted, broken};
use crate::ledger::Amount as Contribution;

/// Evidence of one figure, for every cell that one stage of one partition sees.
pub(super) struct Groups {
    wanted: Arc<Wanted>,
    table: Table,
    /// Slots of the institution columns that cells' records don't hold.
    far: Vec<Far>,
    runs: Runs,
    cells: usize,
}

impl Groups {
    pub(super) fn new(wanted: Arc<Wanted>) -> Self {
        let far = wanted.institutions.len() - usize::from(wanted.has_near());
        let far = (0..far).map(|_| Far::new(wanted.institution_cap)).collect();
        Self { table: Table::new(&wanted), wanted, far, runs: Runs::new(), cells: 0 }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        whichever!(&mut self.table, table => table.resize(cells));
        self.far.iter_mut().for_each(|far| far.resize(cells));
        self.cells = cells;
    }

    fn take(&mut self, batch: &Batch<'_>) -> Result<()> {
        let near = usize::from(self.wanted.has_near());
        let order = match self.wanted.mode {
            Mode::Exact => None,
            Mode::Streaming => {
                self.runs.follow(&batch.patients)?;
                Some(self.runs.beginnings())
            }
        };
        self.table.take(batch, near > 0, order)?;
        for (far, column) in self.far.iter_mut().zip(batch.institutions.iter().skip(near)) {
            for (row, &at) in batch.cells.iter().enumerate() {
                for &institution in column.of(row) {
                    far.see(at, institution)?;
                }
            }
        }
        Ok(())
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
    fn give_slots<A: Amount>(&mut self, given: &Given<A>, emit_to: EmitTo) -> Vec<Vec<u32>> {
        let near = self.wanted.has_near().then(|| given.cells.iter().flat_map(|cell| cell.near).collect());
        near.into_iter().chain(self.far.iter_mut().map(|far| far.take(emit_to))).collect()
    }

    fn state_of<A: Amount>(&mut self, given: &Given<A>, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let width = slots_for(self.wanted.institution_cap);
        let StateColumns { counts, sums, apart, sketches, runs } = given.to_state(&self.runs.record())?;
        let slots = self.give_slots(given, emit_to);
        let slots = slots.iter().flat_map(|slots| to_columns(slots, width));
        Ok(counts.into_iter().chain(slots).chain(sums).chain(apart).chain(sketches).chain([runs]).collect())
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
        if let Some(members) = &given.members {
            let unit = self.wanted.value.map_or(Contribution::ONE, ValueKind::unit);
            columns.extend(members.to_columns(&unit)?);
        }
        columns.push(Arc::new(BooleanArray::from(vec![self.runs.trusted(); given.cells.len()])));
        Ok(Arc::new(StructArray::try_new(self.wanted.result_fields(), columns, None)?))
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
        let near = self.wanted.has_near();
        let state = State::read(&self.wanted, values)?;
        for record in state.runs.iter().flatten() {
            self.runs.merge(record)?;
        }
        self.table.merge(&state, group_indices, near)?;
        for (far, slots) in self.far.iter_mut().zip(state.slots.iter().skip(usize::from(near))) {
            for (row, &at) in group_indices.iter().enumerate() {
                far.merge(at, slots.cell(row))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let result = whichever!(&mut self.table, cells => {
            let given = cells.give(emit_to, self.runs.parting(false))?;
            self.result_of(given.widen(), emit_to)?
        });
        self.gave(emit_to);
        Ok(result)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let state = whichever!(&mut self.table, cells => {
            let given = cells.give(emit_to, self.runs.parting(true))?;
            self.state_of(&given, emit_to)?
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
        if self.wanted.mode == Mode::Streaming {
            each.runs.follow(&batch.patients)?;
        }
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        let far: usize = self.far.iter().map(Far::size).sum();
        size_of::<Self>() + whichever!(&self.table, table => table.size()) + far + self.runs.size()
    }
}
