//! Groups: which rows of a cut are there at all, and what becomes of figures in a group that hardly anybody is in.
//!
//! Whether a group has few patients or none must not show: with a condition that one person alone can fit, that is one bit of
//! hers. So both are left out, whatever their labels are, and every table with labels says that such groups are. Without
//! labels there is one row, with the words of a small cell in either case. A zero, or a sum of nothing, shows only in a group
//! that itself has enough patients, and where the policy shows zero. Source: "a label is disclosed only with its cell".
//! Out of scope: figures of larger groups (the rules).

use super::cells::{Cells, Evidence};
use super::{Gate, Rule};
use crate::words::{Halt, Reason};

impl Gate {
    /// For each row, whether its group is there. Figures of groups with too few patients are suppressed in `reasons`.
    pub(super) fn groups(
        &self,
        cells: &Cells,
        reasons: &mut [Vec<Option<Reason>>],
    ) -> Result<Vec<bool>, Halt> {
        let group = cells.feed(cells.rows_feed())?;
        let mut shown = Vec::with_capacity(cells.rows());
        for row in 0..cells.rows() {
            let thin = self.thin(&group, row);
            if thin {
                for reason in reasons.iter_mut().filter_map(|reasons| reasons.get_mut(row)) {
                    reason.get_or_insert(Reason::Patients);
                }
            }
            // A label that tells something by itself shows where a plain count of its rows would.
            let told = || cells.declared() || self.reason(&group, row).is_none();
            shown.push(cells.labels().is_empty() || (!thin && told()));
        }
        Ok(shown)
    }

    /// Whether too few patients are in a group, or none.
    fn thin(&self, group: &Evidence<'_>, row: usize) -> bool {
        let few = group.patients(row) < u64::from(self.bundle().patients.least());
        (few && self.rules.contains(&Rule::Patients)) || self.reason(group, row) == Some(Reason::Patients)
    }
}
