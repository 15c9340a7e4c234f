//! Cells as columns: partial states between stages, and the result.
//!
//! A partial state has these columns: rows, patients, institution slots, the parts of the sums, what is
//! open, shares by institution (each as bytes, null where there is none), and the runs behind it all.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BinaryViewBuilder, PrimitiveArray, UInt64Array,
};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field, UInt64Type};
use datafusion::error::Result;

use super::amount::{Amount, Fixed, PARTS, Sums, Wide};
use super::cell::Cell;
use super::cells::Cells;
use super::contributions::{decode, encode};
use super::given::Given;
use super::institutions::{NONE, SlotColumns, slots_for};
use super::rows::BLOCK;
use super::sketches::Sketches;
use super::{ValueKind, Wanted, broken};

/// The fields of a partial state, named after the figure.
pub(super) fn state_fields(wanted: &Wanted, name: &str) -> Vec<Field> {
    let field = |part: &str, data_type, nullable| Field::new(format!("{name}[{part}]"), data_type, nullable);
    let mut fields = vec![field("rows", DataType::UInt64, false), field("patients", DataType::UInt64, false)];
    for column in 0..wanted.institutions.len() {
        let slots = 0..slots_for(wanted.institution_cap);
        fields.extend(slots.map(|slot| field(&format!("slot_{column}_{slot}"), DataType::UInt32, false)));
    }
    let (part_type, parts) = match wanted.value {
        None => part_types::<()>(),
        Some(ValueKind::Float64) => part_types::<Fixed>(),
        Some(ValueKind::Int64 | ValueKind::Decimal128(..)) => part_types::<i128>(),
    };
    fields.extend((0..parts).map(|nth| field(&format!("sums_{nth}"), part_type.clone(), false)));
    fields.push(field("open", DataType::BinaryView, true));
    if wanted.shares() {
        let columns = 0..wanted.institutions.len();
        fields.extend(columns.map(|nth| field(&format!("shares_{nth}"), DataType::BinaryView, true)));
    }
    fields.extend(wanted.sketches.iter().map(|_| field("sketches", DataType::BinaryView, false)));
    fields.push(field("runs", DataType::BinaryView, false));
    fields
}

fn part_types<W: Wide>() -> (DataType, usize) {
    (W::Part::DATA_TYPE, W::PARTS)
}

/// The columns of a partial state, but for the institution slots, which come third.
pub(super) struct StateColumns {
    pub(super) counts: [ArrayRef; 2],
    pub(super) sums: Vec<ArrayRef>,
    pub(super) apart: Vec<ArrayRef>,
    pub(super) sketches: Option<ArrayRef>,
    pub(super) runs: ArrayRef,
}

impl<A: Amount> Given<A> {
    pub(super) fn to_state(&self, runs: &[u8]) -> Result<StateColumns> {
        let mut sums = vec![Vec::with_capacity(self.cells.len()); A::Wide::PARTS];
        for cell in &self.cells {
            let parts = cell.sums.widen().to_parts();
            sums.iter_mut().zip(parts).for_each(|(column, part)| column.push(part));
        }
        let column = |part: Vec<_>| -> ArrayRef {
            Arc::new(PrimitiveArray::<<A::Wide as Wide>::Part>::new(part.into(), None))
        };
        let apart = std::iter::once(&self.open).chain(&self.shares);
        Ok(StateColumns {
            counts: self.counts(),
            sums: sums.into_iter().map(column).collect(),
            apart: apart.map(|all| bytes_by_cell(all, self.cells.len())).collect(),
            sketches: self.members.as_ref().map(Sketches::to_state).transpose()?,
            runs: repeated(runs, self.cells.len()),
        })
    }

    /// Rows and patients.
    pub(super) fn counts(&self) -> [ArrayRef; 2] {
        let rows = self.cells.iter().map(|cell| cell.rows);
        let patients = self.cells.iter().map(|cell| u64::from(cell.patients));
        [Arc::new(UInt64Array::from_iter_values(rows)), Arc::new(UInt64Array::from_iter_values(patients))]
    }
}

/// What is kept apart, one binary value a cell. `all` is sorted by cell.
fn bytes_by_cell<W: Wide>(all: &[(usize, u32, W)], cells: usize) -> ArrayRef {
    let mut column = BinaryViewBuilder::with_capacity(cells);
    let mut chunks = all.chunk_by(|a, b| a.0 == b.0).peekable();
    for at in 0..cells {
        match chunks.next_if(|chunk| chunk.first().is_some_and(|first| first.0 == at)) {
            Some(chunk) => column.append_value(encode(chunk)),
            None => column.append_null(),
        }
    }
    Arc::new(column.finish())
}

/// One value in every row, stored once.
fn repeated(value: &[u8], rows: usize) -> ArrayRef {
    let mut column = BinaryViewBuilder::with_capacity(rows).with_deduplicate_strings();
    (0..rows).for_each(|_| column.append_value(value));
    Arc::new(column.finish())
}

/// A partial state, read back.
pub(super) struct State<'a> {
    rows: &'a [u64],
    patients: &'a [u64],
    /// For each institution column.
    pub(super) slots: Vec<SlotColumns<'a>>,
    sums: &'a [ArrayRef],
    apart: Vec<&'a BinaryViewArray>,
    sketches: Option<&'a BinaryViewArray>,
    pub(super) runs: &'a BinaryViewArray,
}

impl<'a> State<'a> {
    /// # Errors
    /// When the columns are not those of `state_fields`.
    pub(super) fn read(wanted: &Wanted, columns: &'a [ArrayRef]) -> Result<Self> {
        let wrong = || broken("a partial state of the wrong shape");
        let expected = state_fields(wanted, "");
        let fits = |(column, field): (&ArrayRef, &Field)| {
            column.data_type() == field.data_type() && (field.is_nullable() || column.null_count() == 0)
        };
        if columns.len() != expected.len() || !columns.iter().zip(&expected).all(fits) {
            return Err(wrong());
        }
        let width = slots_for(wanted.institution_cap);
        let (counts, rest) = columns.split_at_checked(2).ok_or_else(wrong)?;
        let (slots, rest) = rest.split_at_checked(width * wanted.institutions.len()).ok_or_else(wrong)?;
        let apart = 1 + if wanted.shares() { wanted.institutions.len() } else { 0 };
        let lanes = usize::from(wanted.sketches.is_some());
        let (runs, rest) = rest.split_last().ok_or_else(wrong)?;
        let (rest, sketches) = split_before_last(rest, lanes).ok_or_else(wrong)?;
        let (sums, apart) = split_before_last(rest, apart).ok_or_else(wrong)?;
        let [rows, patients] = counts else { return Err(wrong()) };
        Ok(Self {
            rows: rows.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?.values(),
            patients: patients.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?.values(),
            slots: slots.chunks(width).map(SlotColumns::read).collect::<Result<_>>()?,
            sums,
            apart: apart.iter().map(|c| c.as_binary_view_opt().ok_or_else(wrong)).collect::<Result<_>>()?,
            sketches: sketches.first().map(|c| c.as_binary_view_opt().ok_or_else(wrong)).transpose()?,
            runs: runs.as_binary_view_opt().ok_or_else(wrong)?,
        })
    }

    /// Adds everything to the cells of the rows.
    ///
    /// # Errors
    /// When a state is of no cell, or its bytes can't be read.
    pub(super) fn merge_into<W: Wide>(&self, cells: &mut Cells<W>, at: &[usize], near: bool) -> Result<()> {
        let parts: Vec<&[<W::Part as ArrowPrimitiveType>::Native]> = self
            .sums
            .iter()
            .map(|column| Some(&**column.as_primitive_opt::<W::Part>()?.values()))
            .collect::<Option<_>>()
            .ok_or_else(|| broken("sums of the wrong type"))?;
        let (all, near) = (at, if near { self.slots.first() } else { None });
        for (row, ((&at, &rows), &patients)) in at.iter().zip(self.rows).zip(self.patients).enumerate() {
            if row % BLOCK == 0 {
                cells.touch(all.get(row..).unwrap_or_default());
            }
            let mut slots = [NONE; 2];
            near.into_iter()
                .flat_map(|near| near.cell(row))
                .zip(&mut slots)
                .for_each(|(id, slot)| *slot = id);
            let patients = u32::try_from(patients).map_err(|_| broken("more than 2^32 patients"))?;
            let sums = sums_at::<W>(&parts, row);
            cells.merge(at, &Cell::closed(rows, patients, slots, sums))?;
        }
        if let (Some(members), Some(sketches)) = (&mut cells.members, self.sketches) {
            members.merge(at, sketches)?;
        }
        let mut apart = self.apart.iter();
        for contributions in std::iter::once(&mut cells.open).chain(&mut cells.shares) {
            let column = apart.next().ok_or_else(|| broken("a partial state cut short"))?;
            if column.null_count() == column.len() {
                continue;
            }
            for (&at, bytes) in at.iter().zip(column.iter()) {
                for entry in decode(bytes.unwrap_or_default()) {
                    let (who, sum) = entry?;
                    contributions.add(at, who, sum)?;
                }
            }
        }
        Ok(())
    }
}

fn split_before_last<T>(all: &[T], last: usize) -> Option<(&[T], &[T])> {
    all.split_at_checked(all.len().checked_sub(last)?)
}

fn sums_at<W: Wide>(parts: &[&[<W::Part as ArrowPrimitiveType>::Native]], row: usize) -> Sums<W> {
    let mut values = [<W::Part as ArrowPrimitiveType>::Native::default(); PARTS];
    for (value, part) in values.iter_mut().zip(parts) {
        *value = part.get(row).copied().unwrap_or_default();
    }
    Sums::of_parts(values)
}
