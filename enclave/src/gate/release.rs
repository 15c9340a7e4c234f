//! The last step: what was worked out from safe cells becomes the table that leaves the session.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt8Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{Schema, SchemaRef};

use super::{Known, SafeCells, SafeTable, Suppressed};
use crate::plan::Top;
use crate::words::{Bilingual, FailCode, Halt, Notice, Reason};

/// The answer's table. `computed` is what [`Top::plan`] gave over the safe cells of every cut, which
/// are shown here as proof that each was inspected.
///
/// # Errors
/// When the rows are not in the top's schema.
pub fn release(top: &Top, cuts: &Known, computed: &[RecordBatch]) -> Result<SafeTable, Halt> {
    let schema: SchemaRef =
        Arc::new(Schema::new(top.columns().iter().map(|column| column.field.clone()).collect::<Vec<_>>()));
    let mut batches = Vec::with_capacity(computed.len());
    let mut suppressed = Vec::new();
    let mut before = 0_u64;
    for rows in computed {
        batches.push(visible(&schema, rows)?);
        for (index, column) in top.columns().iter().enumerate() {
            let Some(reason) = column.reason else { continue };
            let codes =
                rows.column(reason).as_any().downcast_ref::<UInt8Array>().ok_or(FailCode::Internal)?;
            note(&mut suppressed, rows.column(index), codes, before, index)?;
        }
        before += u64::try_from(rows.num_rows()).map_err(|_| FailCode::Internal)?;
    }
    suppressed.sort_unstable_by_key(|cell: &Suppressed| (cell.row, cell.column));
    let missing = cuts.all().any(SafeCells::missing);
    let mut notices = if missing { top.notices().to_vec() } else { Vec::new() };
    if cuts.all().any(SafeCells::left_out) {
        notices.push(groups_left_out());
    }
    if cuts.all().any(SafeCells::class_told) {
        notices.push(class_disclosure());
    }
    if cuts.all().any(SafeCells::explored) {
        notices.push(exploring());
    }
    Ok(SafeTable::inspected(schema, batches, suppressed, notices))
}

fn visible(schema: &SchemaRef, rows: &RecordBatch) -> Result<RecordBatch, Halt> {
    let columns = schema
        .fields()
        .iter()
        .zip(rows.columns())
        .map(|(field, column)| cast(column, field.data_type()))
        .collect::<Result<Vec<ArrayRef>, _>>()
        .map_err(|_| FailCode::Internal)?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|_| FailCode::Internal.into())
}

fn note(
    suppressed: &mut Vec<Suppressed>,
    values: &ArrayRef,
    codes: &UInt8Array,
    before: u64,
    column: usize,
) -> Result<(), Halt> {
    let column = u32::try_from(column).map_err(|_| FailCode::Internal)?;
    for (row, code) in (before..).zip(codes).zip(0..).filter_map(|((row, code), index)| {
        // What a question made of a missing cell, coalesce(n, 0) say, is its own value.
        code.filter(|_| values.is_null(index)).map(|code| (row, code))
    }) {
        let reason = Reason::from_number(code).ok_or(FailCode::Internal)?;
        suppressed.push(Suppressed { row, column, reason });
    }
    Ok(())
}

fn groups_left_out() -> Notice {
    Notice {
        code: "groups_left_out".to_owned(),
        message: Bilingual::new(
            "患者数が基準に満たないグループは、該当者のいないグループと同じく、表示していません。",
            "Groups with too few patients are left out, as are those with none.",
        ),
    }
}

fn class_disclosure() -> Notice {
    Notice {
        code: "class_disclosure".to_owned(),
        message: Bilingual::new(
            "ある区分の患者全員が1つの値に入っています。持ち出し審査で確認されます。",
            "Everybody in some group falls into one category; output checkers will look at this.",
        ),
    }
}

fn exploring() -> Notice {
    Notice {
        code: "exploring".to_owned(),
        message: Bilingual::new(
            "探索用の値です。患者数には誤差を加え、少数の区分は省いています。持ち出す値は、探索を離れて正確に集計してください。",
            "Figures for exploring: numbers of patients are perturbed, and small groups are left out. Ask exactly for what is to be released.",
        ),
    }
}
