//! One batch of arguments as plain slices: only rows that feed the figure, nobody's rows apart.

use std::borrow::Cow;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{Decimal128Type, Float64Type, Int64Type, UInt32Type};
use datafusion::error::Result;

use super::amount::SUMMABLE;
use super::institutions::NONE;
use super::{InstitutionForm, ValueKind, Wanted, broken};

/// Rows that feed the figure: their values are there and can be summed, and the filter lets them through.
pub(super) struct Batch<'a> {
    /// Cells and patients of the rows that are somebody's.
    pub(super) cells: Cow<'a, [usize]>,
    pub(super) patients: Cow<'a, [u32]>,
    pub(super) institutions: Vec<Institutions<'a>>,
    pub(super) values: Values<'a>,
    /// Cells and values of the rows that are nobody's.
    pub(super) nobodys_cells: Vec<usize>,
    pub(super) nobodys_values: Values<'a>,
}

/// The argument of the figure.
pub(super) enum Values<'a> {
    None(Vec<()>),
    Int64(Cow<'a, [i64]>),
    Decimal128(Cow<'a, [i128]>),
    Float64(Cow<'a, [f64]>),
}

/// One institution column.
pub(super) enum Institutions<'a> {
    /// `NONE` where there is no institution.
    One(Cow<'a, [u32]>),
    /// Each row's part of the list's values.
    Set(Vec<Range<usize>>, &'a [u32]),
}

impl Institutions<'_> {
    /// The institutions of one row.
    pub(super) fn of(&self, row: usize) -> &[u32] {
        match self {
            Self::One(ids) => ids.get(row..=row).filter(|id| *id != [NONE]),
            Self::Set(ranges, ids) => ranges.get(row).and_then(|range| ids.get(range.clone())),
        }
        .unwrap_or_default()
    }
}

impl<'a> Batch<'a> {
    /// Reads the arguments in the order of `evidence`.
    ///
    /// # Errors
    /// When they are not of the wanted types or lengths.
    pub(super) fn read(
        wanted: &Wanted,
        arguments: &'a [ArrayRef],
        cells: &'a [usize],
        filter: Option<&BooleanArray>,
    ) -> Result<Self> {
        let wrong = || broken("arguments of the wrong number, type or length");
        if arguments.len() != wanted.arguments() || arguments.iter().any(|a| a.len() != cells.len()) {
            return Err(wrong());
        }
        let (patients, rest) = arguments.split_first().ok_or_else(wrong)?;
        let (institutions, value) = rest.split_at_checked(wanted.institutions.len()).ok_or_else(wrong)?;
        let patients = patients.as_primitive_opt::<UInt32Type>().ok_or_else(wrong)?;
        let value = value.first();

        let let_through = filter.map(|f| match f.nulls() {
            Some(nulls) => NullBuffer::new(f.values() & nulls.inner()),
            None => NullBuffer::new(f.values().clone()),
        });
        let summable = match wanted.value {
            Some(ValueKind::Float64) => {
                value.and_then(|v| summable(v.as_primitive_opt::<Float64Type>()?.values()))
            }
            Some(ValueKind::Int64 | ValueKind::Decimal128(..)) | None => None,
        };
        let feeds =
            NullBuffer::union_many([let_through.as_ref(), value.and_then(|v| v.nulls()), summable.as_ref()]);
        let somebodys = NullBuffer::union(feeds.as_ref(), patients.nulls());
        let picked = somebodys.filter(|s| s.null_count() > 0).map(|s| s.valid_indices().collect::<Vec<_>>());
        let picked = picked.as_deref();
        let nobodys: Vec<usize> = match patients.nulls().filter(|nulls| nulls.null_count() > 0) {
            Some(nulls) => (0..cells.len())
                .filter(|&row| nulls.is_null(row) && feeds.as_ref().is_none_or(|feeds| feeds.is_valid(row)))
                .collect(),
            None => Vec::new(),
        };

        Ok(Self {
            cells: pick(cells, picked),
            patients: pick(patients.values(), picked),
            institutions: wanted
                .institutions
                .iter()
                .zip(institutions)
                .map(|(form, column)| read_institutions(*form, column, picked).ok_or_else(wrong))
                .collect::<Result<_>>()?,
            values: read_values(wanted.value, value, cells.len(), picked).ok_or_else(wrong)?,
            nobodys_values: read_values(wanted.value, value, cells.len(), Some(&nobodys))
                .ok_or_else(wrong)?,
            nobodys_cells: pick(cells, Some(&nobodys)).into_owned(),
        })
    }
}

/// Which floats can be summed; `None` if all can.
fn summable(values: &[f64]) -> Option<NullBuffer> {
    let fits = |value: &f64| value.abs() < SUMMABLE;
    // No branch, so that several are looked at at a time.
    let all = values.iter().fold(true, |all, value| all & fits(value));
    (!all).then(|| values.iter().map(fits).collect::<Vec<_>>().into())
}

fn pick<'a, T: Copy>(all: &'a [T], picked: Option<&[usize]>) -> Cow<'a, [T]> {
    match picked {
        None => Cow::Borrowed(all),
        Some(rows) => rows.iter().filter_map(|&row| all.get(row).copied()).collect(),
    }
}

fn read_values<'a>(
    kind: Option<ValueKind>,
    column: Option<&'a ArrayRef>,
    rows: usize,
    picked: Option<&[usize]>,
) -> Option<Values<'a>> {
    fn of<'a, T: ArrowPrimitiveType>(
        column: Option<&'a ArrayRef>,
        picked: Option<&[usize]>,
    ) -> Option<Cow<'a, [T::Native]>> {
        let column: &PrimitiveArray<T> = column?.as_primitive_opt()?;
        Some(pick(column.values(), picked))
    }
    Some(match kind {
        None => Values::None(vec![(); picked.map_or(rows, <[usize]>::len)]),
        Some(ValueKind::Int64) => Values::Int64(of::<Int64Type>(column, picked)?),
        Some(ValueKind::Float64) => Values::Float64(of::<Float64Type>(column, picked)?),
        Some(ValueKind::Decimal128(..)) => Values::Decimal128(of::<Decimal128Type>(column, picked)?),
    })
}

fn read_institutions<'a>(
    form: InstitutionForm,
    column: &'a ArrayRef,
    picked: Option<&[usize]>,
) -> Option<Institutions<'a>> {
    match form {
        InstitutionForm::One => {
            let column = column.as_primitive_opt::<UInt32Type>()?;
            if column.null_count() == 0 {
                return Some(Institutions::One(pick(column.values(), picked)));
            }
            let ids: Vec<u32> = column.iter().map(|id| id.unwrap_or(NONE)).collect();
            Some(Institutions::One(pick(&ids, picked).into_owned().into()))
        }
        InstitutionForm::Set => {
            let lists = column.as_list_opt::<i32>()?;
            let ids = lists.values().as_primitive_opt::<UInt32Type>().filter(|ids| ids.null_count() == 0)?;
            let ranges: Vec<Range<usize>> = lists
                .offsets()
                .iter()
                .zip(lists.offsets().iter().skip(1))
                .enumerate()
                .map(|(row, (&start, &end))| {
                    // Offsets are never negative.
                    if lists.is_null(row) { 0..0 } else { start as usize..end as usize }
                })
                .collect();
            let ranges = match picked {
                None => ranges,
                Some(rows) => rows.iter().filter_map(|&row| ranges.get(row).cloned()).collect(),
            };
            Some(Institutions::Set(ranges, ids.values()))
        }
    }
}
