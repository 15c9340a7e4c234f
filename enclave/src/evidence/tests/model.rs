//! The model, random rows for it, and the same rows as Arrow arrays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, ListBuilder, UInt32Array,
    UInt32Builder,
};
use datafusion::arrow::datatypes::{Decimal128Type, Float64Type, Int64Type};
use rand::rngs::SmallRng;
use rand::{Rng, RngExt};

use crate::evidence::{EvidenceColumns, InstitutionForm, Mode, PatientWeights, Sketched, ValueKind, Wanted};
use crate::ledger::{Amount, Sketch, Weigher};

/// One row. Values are whole numbers; floats are a quarter of them, so that their sums are exact.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) cell: u32,
    pub(super) patient: Option<u32>,
    pub(super) institutions: Vec<Vec<u32>>,
    pub(super) value: Option<i128>,
    pub(super) filter: Option<bool>,
}

/// What is known of one cell in the end.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Known {
    pub(super) rows: u64,
    pub(super) patients: u64,
    pub(super) institutions: Vec<u32>,
    pub(super) sum: Option<f64>,
    pub(super) mean: Option<f64>,
    /// Largest, second largest and sum of all; by patient, then by each institution column.
    pub(super) shares: Vec<[f64; 3]>,
    /// Of rows, patients and amounts, where they are wanted.
    pub(super) sketches: Vec<Sketch>,
}

pub(super) fn quarter(kind: Option<ValueKind>) -> f64 {
    if kind == Some(ValueKind::Float64) { 0.25 } else { 1.0 }
}

/// The model: all cells up to the number of cells.
pub(super) fn model(wanted: &Wanted, rows: &[Row], cells: u32) -> BTreeMap<u32, Known> {
    (0..cells).map(|cell| (cell, model_cell(wanted, rows.iter().filter(|row| row.cell == cell)))).collect()
}

fn model_cell<'a>(wanted: &Wanted, rows: impl Iterator<Item = &'a Row>) -> Known {
    let fed = |row: &&Row| row.filter == Some(true) && (wanted.value.is_none() || row.value.is_some());
    let rows: Vec<&Row> = rows.filter(fed).collect();
    let somebodys: Vec<&Row> = rows.iter().copied().filter(|row| row.patient.is_some()).collect();
    let patients: BTreeSet<_> = somebodys.iter().map(|row| row.patient).collect();
    let columns = 0..wanted.institutions.len();
    let institutions = columns.clone().map(|nth| {
        let distinct: BTreeSet<_> = somebodys.iter().flat_map(|row| &row.institutions[nth]).collect();
        (distinct.len() as u32).min(wanted.institution_cap)
    });
    let mut known = Known {
        rows: rows.len() as u64,
        patients: patients.len() as u64,
        institutions: institutions.collect(),
        ..Known::default()
    };
    known.sketches = sketches(wanted, &somebodys);
    let Some(kind) = wanted.value else { return known };

    let quarter = quarter(wanted.value);
    let total: i128 = rows.iter().filter_map(|row| row.value).sum();
    let fits = match kind {
        ValueKind::Int64 => i64::try_from(total).is_ok(),
        ValueKind::Float64 => true,
        ValueKind::Decimal128(..) => total.unsigned_abs() < 10_u128.pow(38),
    };
    known.sum = (!rows.is_empty() && fits).then_some(total as f64 * quarter);
    known.mean = (!rows.is_empty()).then(|| total as f64 * quarter / rows.len() as f64);
    let mut by_patient = BTreeMap::new();
    for row in &somebodys {
        *by_patient.entry(row.patient.unwrap()).or_insert(0) += row.value.unwrap();
    }
    known.shares.push(largest(by_patient, quarter));
    if wanted.institution_shares {
        for nth in columns {
            let mut shares = BTreeMap::new();
            for row in &somebodys {
                for &institution in &row.institutions[nth] {
                    *shares.entry(institution).or_insert(0) += row.value.unwrap();
                }
            }
            known.shares.push(largest(shares, quarter));
        }
    }
    known
}

/// Row by row, in any order.
fn sketches(wanted: &Wanted, somebodys: &[&Row]) -> Vec<Sketch> {
    let Some(sketched) = &wanted.sketches else { return Vec::new() };
    let quarter = Amount::narrow(if wanted.value == Some(ValueKind::Float64) { 4 } else { 1 }).inverse();
    let of = |amount: &dyn Fn(&Row) -> Amount, rows: &[&Row]| {
        let mut sketch = Sketch::default();
        for row in rows {
            sketch.add(&weigher().weights(record_key(row.patient.unwrap())), &amount(row));
        }
        sketch
    };
    let firsts: BTreeMap<_, _> = somebodys.iter().map(|row| (row.patient, *row)).collect();
    let mut all = vec![of(&|_| Amount::ONE, somebodys)];
    if sketched.patients {
        all.push(of(&|_| Amount::ONE, &firsts.into_values().collect::<Vec<_>>()));
    }
    if sketched.amounts {
        all.push(of(&|row| Amount::of(row.value.unwrap()).times(&quarter), somebodys));
    }
    all
}

fn weigher() -> Weigher {
    Weigher::new(&[9; 32])
}

fn record_key(patient: u32) -> u64 {
    u64::from(patient).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn largest(sums: BTreeMap<u32, i128>, quarter: f64) -> [f64; 3] {
    let mut sizes: Vec<i128> = sums.values().map(|sum| sum.abs()).collect();
    sizes.sort_by_key(|size| std::cmp::Reverse(*size));
    let nth = |nth: usize| sizes.get(nth).copied().unwrap_or(0);
    [nth(0), nth(1), sizes.iter().sum()].map(|size| size as f64 * quarter)
}

/// What the aggregate returned, in the terms of the model, and whether it vouches for it.
pub(super) fn read(wanted: &Wanted, column: &ArrayRef) -> (Vec<Known>, bool) {
    let columns = EvidenceColumns::read(wanted, column).unwrap();
    let lanes = columns.sketches.map(|sketches| {
        [sketches.rows(), sketches.patients(), sketches.amounts()].into_iter().filter_map(Result::ok)
    });
    let lanes: Vec<_> = lanes.into_iter().flatten().collect();
    let known = (0..column.len()).map(|row| Known {
        rows: columns.rows[row],
        patients: columns.patients[row],
        institutions: columns.institutions.iter().map(|counts| counts[row]).collect(),
        sum: columns.sum.filter(|sum| sum.is_valid(row)).map(|sum| match wanted.value.unwrap() {
            ValueKind::Int64 => sum.as_primitive::<Int64Type>().value(row) as f64,
            ValueKind::Float64 => sum.as_primitive::<Float64Type>().value(row),
            ValueKind::Decimal128(..) => sum.as_primitive::<Decimal128Type>().value(row) as f64,
        }),
        mean: columns.mean.and_then(|mean| mean.iter().nth(row).flatten()),
        shares: columns
            .by_patient
            .iter()
            .chain(&columns.by_institution)
            .map(|shares| [shares.top1[row], shares.top2[row], shares.total[row]])
            .collect(),
        sketches: lanes.iter().map(|lane: &Vec<Sketch>| lane[row]).collect(),
    });
    (known.collect(), columns.trusted())
}

/// Random demands on the evidence.
pub(super) fn random_wanted(rng: &mut SmallRng, mode: Mode) -> Wanted {
    let value = match rng.random_range(0..4) {
        0 => None,
        1 => Some(ValueKind::Int64),
        2 => Some(ValueKind::Float64),
        _ => Some(ValueKind::Decimal128(38, 0)),
    };
    let forms = [InstitutionForm::One, InstitutionForm::Set];
    Wanted {
        value,
        institutions: (0..rng.random_range(0..3)).map(|_| forms[rng.random_range(0..2)]).collect(),
        institution_cap: [1, 2, 3, 3, 3, 5][rng.random_range(0..6)],
        institution_shares: value.is_some() && rng.random_bool(0.3),
        sketches: rng.random_bool(0.5).then(|| Sketched {
            weights: PatientWeights::new(&weigher(), (0..30).map(record_key)),
            patients: rng.random_bool(0.5),
            amounts: value.is_some() && rng.random_bool(0.7),
        }),
        mode,
    }
}

/// Random rows, in patient order; `clean` ones have no null and pass the filter.
pub(super) fn random_rows(rng: &mut SmallRng, wanted: &Wanted, cells: u32, clean: bool) -> Vec<Row> {
    let (patients, institutions) = (rng.random_range(1..25), rng.random_range(1..7));
    // Some sums shall go beyond 64 bits; none beyond the 128 bits that the model has.
    let scale: i128 = match wanted.value {
        Some(ValueKind::Int64) if rng.random_bool(0.3) => 1 << 62,
        Some(ValueKind::Decimal128(..)) if rng.random_bool(0.3) => 10_i128.pow(36),
        _ => 1,
    };
    let missing = if clean { 0.0 } else { 0.15 };
    let mut rows: Vec<Row> = (0..rng.random_range(0..150))
        .map(|_| Row {
            cell: rng.random_range(0..cells),
            patient: (!rng.random_bool(missing)).then(|| rng.random_range(0..patients)),
            institutions: wanted
                .institutions
                .iter()
                .map(|form| {
                    let most = if *form == InstitutionForm::One { 1 } else { 4 };
                    let least = if clean { 1 } else { 0 };
                    let distinct: BTreeSet<u32> = (0..rng.random_range(least..=most))
                        .map(|_| rng.random_range(0..institutions))
                        .collect();
                    distinct.into_iter().collect()
                })
                .collect(),
            value: (!rng.random_bool(missing)).then(|| {
                let value = rng.random_range(-3..=3_i128);
                let value = if rng.random_bool(0.5) { value.abs() } else { value };
                if scale == 1 { value * 100 } else { value.signum() * scale }
            }),
            filter: if rng.random_bool(missing) {
                [None, Some(false)][rng.random_range(0..2)]
            } else {
                Some(true)
            },
        })
        .collect();
    rows.sort_by_key(|row| row.patient);
    if !clean {
        scatter_nobodys(rng, &mut rows);
    }
    rows
}

/// Rows that are nobody's may stand anywhere.
fn scatter_nobodys(rng: &mut SmallRng, rows: &mut Vec<Row>) {
    let (nobodys, somebodys) = rows.drain(..).partition(|row| row.patient.is_none());
    *rows = somebodys;
    for row in nobodys {
        rows.insert(rng.random_range(0..=rows.len()), row);
    }
}

/// The rows as arguments of the aggregate.
pub(super) fn arguments(wanted: &Wanted, rows: &[Row]) -> Vec<ArrayRef> {
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(rows.iter().map(|row| row.patient).collect::<UInt32Array>())];
    for (nth, form) in wanted.institutions.iter().enumerate() {
        columns.push(match form {
            InstitutionForm::One => Arc::new(
                rows.iter().map(|row| row.institutions[nth].first().copied()).collect::<UInt32Array>(),
            ),
            InstitutionForm::Set => {
                let mut lists = ListBuilder::new(UInt32Builder::new());
                for row in rows {
                    lists.values().append_slice(&row.institutions[nth]);
                    lists.append(!row.institutions[nth].is_empty());
                }
                Arc::new(lists.finish())
            }
        });
    }
    let values = rows.iter().map(|row| row.value);
    columns.extend(wanted.value.map(|kind| match kind {
        ValueKind::Int64 => Arc::new(values.map(|v| v.map(|v| v as i64)).collect::<Int64Array>()) as ArrayRef,
        ValueKind::Float64 => Arc::new(values.map(|v| v.map(|v| v as f64 / 4.0)).collect::<Float64Array>()),
        ValueKind::Decimal128(..) => {
            Arc::new(values.collect::<Decimal128Array>().with_data_type(kind.data_type()))
        }
    }));
    columns
}

/// The rows' filter, or none if all pass and chance will have it so.
pub(super) fn filter(rng: &mut impl Rng, rows: &[Row]) -> Option<BooleanArray> {
    let all = rows.iter().all(|row| row.filter == Some(true));
    (!all || rng.random_bool(0.5)).then(|| rows.iter().map(|row| row.filter).collect())
}
