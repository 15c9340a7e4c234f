//! Class disclosure: all contributors to a group fall into one column of a breakdown, so that whoever is known
//! to be in the group is known to be in the column.
//!
//! A group is what all labels but one have in common, its columns are that label's values. A mean of exactly 0 or 1 is
//! the same of a value that is yes or no. Source: Hundepool et al., Handbook on Statistical Disclosure Control, "group
//! disclosure". Out of scope: what follows (the policy decides between a notice and suppression).

use std::collections::HashMap;

use datafusion::arrow::array::{ArrayRef, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::row::Row;

use super::cells::Cells;
use super::keys::keys;
use crate::words::{FailCode, Halt};

/// For each row of a cut, whether it is the only column that its group falls into, in its set of labels.
pub(super) fn alone(cells: &Cells) -> Result<Vec<bool>, Halt> {
    let inhabited = cells.inhabited()?;
    if cells.sets().is_empty() {
        return alone_among(cells.labels(), &inhabited);
    }
    let mut alone = vec![false; inhabited.len()];
    for (set, rows) in cells.sets().iter().zip(cells.rows_by_set()?) {
        let indices: UInt64Array = rows.iter().map(|row| u64::try_from(*row).ok()).collect();
        let labels = cells.labels_of(set);
        let labels = labels.iter().map(|label| take(label, &indices, None)).collect::<Result<Vec<_>, _>>();
        let here: Vec<bool> = rows.iter().map(|row| inhabited.get(*row).copied().unwrap_or(false)).collect();
        let flags = alone_among(&labels.map_err(|_| FailCode::Internal)?, &here)?;
        for (row, flag) in rows.into_iter().zip(flags) {
            if let Some(alone) = alone.get_mut(row) {
                *alone = flag;
            }
        }
    }
    Ok(alone)
}

/// For each row, whether it is the only column that its group falls into. `inhabited` says which rows have
/// contributors at all.
fn alone_among(labels: &[ArrayRef], inhabited: &[bool]) -> Result<Vec<bool>, Halt> {
    let mut alone = vec![false; inhabited.len()];
    if labels.len() < 2 {
        return Ok(alone);
    }
    for breakdown in 0..labels.len() {
        let (mut column, mut group) = (Vec::new(), Vec::new());
        for (index, label) in labels.iter().enumerate() {
            if index == breakdown { &mut column } else { &mut group }.push(ArrayRef::clone(label));
        }
        // A label with one value breaks nothing down.
        let column = keys(&column)?;
        if column.iter().zip(column.iter().skip(1)).all(|(one, next)| one == next) {
            continue;
        }
        let group = keys(&group)?;
        let mut members: HashMap<Row<'_>, Vec<usize>> = HashMap::new();
        for (row, group) in group.iter().enumerate() {
            if inhabited.get(row).copied().unwrap_or(false) {
                members.entry(group).or_default().push(row);
            }
        }
        // A label that follows from the others (a code's name, an area's prefecture) breaks nothing down.
        if members.values().all(|rows| rows.len() == 1) {
            continue;
        }
        for only in members.into_values().filter_map(|rows| <[usize; 1]>::try_from(rows).ok()) {
            let [row] = only;
            if let Some(alone) = alone.get_mut(row) {
                *alone = true;
            }
        }
    }
    Ok(alone)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::StringArray;

    use super::*;

    fn column(values: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    #[test]
    fn a_group_with_one_column_is_told() {
        let town = column(&["a", "a", "b", "b", "c"]);
        let hiv = column(&["yes", "no", "yes", "no", "yes"]);
        let labels = [town, hiv];
        assert_eq!(alone_among(&labels, &[true; 5]).unwrap(), [false, false, false, false, true]);
        // Nobody stands behind the second row: everybody in town a has it.
        let inhabited = [true, false, true, true, true];
        // … and everybody without it is in town b.
        assert_eq!(alone_among(&labels, &inhabited).unwrap(), [true, false, false, true, true]);
    }

    #[test]
    fn one_label_is_no_breakdown() {
        assert_eq!(alone_among(&[column(&["a", "b"])], &[true, true]).unwrap(), [false, false]);
        let named = [column(&["a", "b"]), column(&["Alpha", "Beta"])];
        assert_eq!(alone_among(&named, &[true, true]).unwrap(), [false, false]);
        let same = [column(&["a", "b"]), column(&["x", "x"])];
        assert_eq!(alone_among(&same, &[true, true]).unwrap(), [false, false]);
    }
}
