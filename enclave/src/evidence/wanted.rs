//! What one figure's evidence is to hold.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::cell::NEAR_CAP;
use super::members::Sketched;
use crate::ledger::{Amount, SKETCH_TYPE};

/// The type of the figure's argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// 64-bit integers; the sum is 64-bit too, or missing when it does not fit.
    Int64,
    /// 64-bit floating point; the sum is the nearest to the exact one. A value that is no number, or not
    /// between ±2⁹⁰ (about 1.2·10²⁷), counts as missing. Differences below 2⁻¹²⁸ (about 3·10⁻³⁹) are lost.
    Float64,
    /// Decimals of this precision and scale; the sum has up to ten digits more.
    Decimal128(u8, i8),
}

impl ValueKind {
    /// The Arrow type of the argument.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Decimal128(precision, scale) => DataType::Decimal128(precision, scale),
        }
    }

    /// One unit of what sketches count in, as a part of 1: they are brought to one unit, so that amounts of different
    /// types can be told apart and found the same.
    pub(super) fn unit(self) -> Amount {
        match self {
            Self::Int64 => Amount::ONE,
            Self::Float64 => Amount::power(2, 128).inverse(),
            Self::Decimal128(_, scale) if scale < 0 => Amount::power(10, scale.unsigned_abs().into()),
            Self::Decimal128(_, scale) => Amount::power(10, scale.unsigned_abs().into()).inverse(),
        }
    }

    /// The Arrow type of the sum.
    #[must_use]
    pub fn sum_type(self) -> DataType {
        match self {
            Self::Decimal128(precision, scale) => {
                DataType::Decimal128(precision.saturating_add(10).min(38), scale)
            }
            Self::Int64 | Self::Float64 => self.data_type(),
        }
    }
}

/// How a row names its institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstitutionForm {
    /// One number, or null: `UInt32`.
    One,
    /// All that stand behind a patient's row, see `institution_set`: `List<UInt32>`.
    Set,
}

/// Whether the order of the input may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Rows in patient order, partitions disjoint; watched, and reported when it is not so.
    Streaming,
    /// Rows in any order; memory grows with the patients of all cells.
    Exact,
}

/// What one figure's evidence is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The argument of the figure; `None` counts rows.
    pub value: Option<ValueKind>,
    /// One for each patient table that has institutions.
    pub institutions: Vec<InstitutionForm>,
    /// Distinct institutions are counted up to here: the policy's threshold.
    pub institution_cap: u32,
    /// Whether shares by institution are wanted too (a row's value counts for each of its institutions).
    pub institution_shares: bool,
    /// The sketches for the ledger, where one is kept.
    pub sketches: Option<Sketched>,
    /// Whether the order of the input may be relied on.
    pub mode: Mode,
}

impl Wanted {
    /// How many arguments the aggregate takes: patient, institutions, value.
    pub(super) fn arguments(&self) -> usize {
        1 + self.institutions.len() + usize::from(self.value.is_some())
    }

    /// Shares by institution are kept only where there is something to share.
    pub(super) fn shares(&self) -> bool {
        self.institution_shares && self.value.is_some()
    }

    /// Whether the cell's record itself holds the first institution column's slots.
    pub(super) fn has_near(&self) -> bool {
        self.institution_cap == NEAR_CAP && self.institutions.first() == Some(&InstitutionForm::One)
    }

    /// The fields of the result, in order; `columns` reads them by these names.
    pub(super) fn result_fields(&self) -> Fields {
        let field = |name: &str, data_type| Field::new(name, data_type, false);
        let mut fields = vec![field("rows", DataType::UInt64), field("patients", DataType::UInt64)];
        for i in 0..self.institutions.len() {
            fields.push(field(&format!("institutions_{i}"), DataType::UInt32));
        }
        if let Some(value) = self.value {
            fields.push(Field::new("sum", value.sum_type(), true));
            fields.push(Field::new("mean", DataType::Float64, true));
            fields.extend(share_fields("patient"));
        }
        if self.shares() {
            for i in 0..self.institutions.len() {
                fields.extend(share_fields(&format!("institution_{i}")));
            }
        }
        let lanes = self.sketches.iter().flat_map(|sketched| sketched.lanes().names());
        fields.extend(lanes.map(|lane| field(&format!("sketch_{lane}"), SKETCH_TYPE)));
        fields.push(field("trusted", DataType::Boolean));
        fields.into_iter().map(Arc::new).collect()
    }
}

fn share_fields(by: &str) -> [Field; 3] {
    ["top1", "top2", "total"].map(|part| Field::new(format!("{by}_{part}"), DataType::Float64, false))
}
