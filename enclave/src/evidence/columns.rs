//! Reading the evidence of one figure.

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, FixedSizeBinaryArray, PrimitiveArray,
    StructArray,
};
use datafusion::arrow::datatypes::{Float64Type, UInt32Type, UInt64Type};
use datafusion::error::Result;

use super::{Wanted, broken};
use crate::ledger::{Sketch, of_column};

/// The evidence of one figure, one entry a cell. Slices are as long as the column.
#[derive(Debug, Clone)]
pub struct EvidenceColumns<'a> {
    /// Rows that feed the figure.
    pub rows: &'a [u64],
    /// Distinct patients among these.
    pub patients: &'a [u64],
    /// For each institution column: distinct institutions, at most `Wanted::institution_cap`.
    pub institutions: Vec<&'a [u32]>,
    /// The sum, of `ValueKind::sum_type`; null where no row feeds it or where it does not fit.
    pub sum: Option<&'a ArrayRef>,
    /// The mean in the argument's unit; null where no row feeds it.
    pub mean: Option<&'a PrimitiveArray<Float64Type>>,
    /// Shares by patient, if there is a value.
    pub by_patient: Option<Shares<'a>>,
    /// Shares by institution, one for each institution column, if wanted.
    pub by_institution: Vec<Shares<'a>>,
    /// Sketches for the ledger, if wanted.
    pub sketches: Option<SketchColumns<'a>>,
    trusted: &'a BooleanArray,
}

/// What the largest contributors gave. A contributor's part is the size, without its sign, of the sum of
/// its values in the cell. Decimals are in units of their last place. Rows that are nobody's are in no part.
#[derive(Debug, Clone, Copy)]
pub struct Shares<'a> {
    /// The largest part.
    pub top1: &'a [f64],
    /// The second largest; zero if there is none.
    pub top2: &'a [f64],
    /// The sum of all parts.
    pub total: &'a [f64],
}

/// Sketches of who contributed how much; those that were not wanted are missing.
#[derive(Debug, Clone, Copy)]
pub struct SketchColumns<'a> {
    rows: &'a FixedSizeBinaryArray,
    patients: Option<&'a FixedSizeBinaryArray>,
    amounts: Option<&'a FixedSizeBinaryArray>,
}

impl<'a> SketchColumns<'a> {
    fn read(all: &'a StructArray) -> Result<Self> {
        let lane = |name: &str| all.column_by_name(name)?.as_fixed_size_binary_opt();
        Ok(Self {
            rows: lane("sketch_rows").ok_or_else(missing)?,
            patients: lane("sketch_patients"),
            amounts: lane("sketch_amounts"),
        })
    }

    /// For each cell, its rows by patient.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn rows(&self) -> Result<Vec<Sketch>> {
        of_column(self.rows).ok_or_else(missing)
    }

    /// For each cell, its patients, once each.
    ///
    /// # Errors
    /// As [`SketchColumns::rows`], and when they were not wanted.
    pub fn patients(&self) -> Result<Vec<Sketch>> {
        self.patients.and_then(of_column).ok_or_else(missing)
    }

    /// For each cell, its amounts by patient.
    ///
    /// # Errors
    /// As [`SketchColumns::patients`].
    pub fn amounts(&self) -> Result<Vec<Sketch>> {
        self.amounts.and_then(of_column).ok_or_else(missing)
    }
}

impl<'a> EvidenceColumns<'a> {
    /// Reads a column that the aggregate of the same `wanted` returned.
    ///
    /// # Errors
    /// When it is not such a column.
    pub fn read(wanted: &Wanted, column: &'a ArrayRef) -> Result<Self> {
        let fields = wanted.result_fields();
        let all = column.as_struct_opt().filter(|all| *all.fields() == fields && all.null_count() == 0);
        let all = all.ok_or_else(|| broken("a column that is not this evidence"))?;
        let institutions = 0..wanted.institutions.len();
        let shares = |by: String| {
            Ok(Shares {
                top1: slice::<Float64Type>(all, &format!("{by}_top1"))?,
                top2: slice::<Float64Type>(all, &format!("{by}_top2"))?,
                total: slice::<Float64Type>(all, &format!("{by}_total"))?,
            })
        };
        Ok(Self {
            rows: slice::<UInt64Type>(all, "rows")?,
            patients: slice::<UInt64Type>(all, "patients")?,
            institutions: institutions
                .clone()
                .map(|nth| slice::<UInt32Type>(all, &format!("institutions_{nth}")))
                .collect::<Result<_>>()?,
            sum: all.column_by_name("sum"),
            mean: all.column_by_name("mean").and_then(|mean| mean.as_primitive_opt()),
            by_patient: wanted.value.map(|_| shares("patient".to_owned())).transpose()?,
            by_institution: if wanted.shares() {
                institutions.map(|nth| shares(format!("institution_{nth}"))).collect::<Result<_>>()?
            } else {
                Vec::new()
            },
            sketches: wanted.sketches.is_some().then(|| SketchColumns::read(all)).transpose()?,
            trusted: all
                .column_by_name("trusted")
                .and_then(|trusted| trusted.as_boolean_opt())
                .ok_or_else(missing)?,
        })
    }

    /// Whether the input was as streaming mode needs it. If not, no number here may be used: ask again
    /// with `Mode::Exact`.
    #[must_use]
    pub fn trusted(&self) -> bool {
        self.trusted.true_count() == self.trusted.len()
    }
}

fn slice<'a, T: ArrowPrimitiveType>(all: &'a StructArray, name: &str) -> Result<&'a [T::Native]> {
    let column = all.column_by_name(name).and_then(|column| column.as_primitive_opt::<T>());
    column.map(|column| &**column.values()).ok_or_else(missing)
}

fn missing() -> datafusion::error::DataFusionError {
    broken("evidence without one of its fields")
}
