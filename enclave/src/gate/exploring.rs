//! Exploring: numbers of patients are perturbed, rather than suppressed and held against what was shown before.
//!
//! | figure | while exploring |
//! |---|---|
//! | `count(DISTINCT patient)` | with noise, or rounded, as the bundle says |
//! | everything else, also `count(*)` | withheld, with reason `exploring` |
//!
//! Why noise does not protect the rest is told in [`crate::perturb`].
//!
//! A group shows where some figure's perturbed number of patients is above zero: neither a group that is missing nor
//! one that is counted as 0 tells whether anybody is in it. Where a label alone would tell something, its perturbed
//! number must reach the bundle's least number of patients. Noise hides patients, not hospitals or towns, so the
//! rules for institutions and municipalities stay, the latter with perturbed numbers; they are not asked where 0 is
//! shown, for that would tell that it is not 0. What everybody learns from a table's notices is the same for every
//! table.
//!
//! Out of scope: who explores, how often the same people may be asked for in company of
//! others (`perturb` tells of the averaging attack), and that the threshold for institutions stays an exact
//! one: whoever knows where all others went can learn whether somebody was at one institution more.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, new_null_array};
use datafusion::arrow::compute::cast;

use super::cells::Cells;
use super::structure::relations;
use super::{Gate, Rule, SafeCells};
use crate::ledger::Sketch;
use crate::perturb::{CellKey, NoiseTable, Rounding, Sum, additive};
use crate::plan::{Cut, FigureKind};
use crate::policy::ExploringRule;
use crate::words::{FailCode, Halt, Reason};

/// A gate for those who explore. Only [`Gate::exploring`] makes one.
#[derive(Debug, Clone)]
pub struct Explorer {
    gate: Gate,
    protection: Protection,
}

/// What becomes of totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Totals {
    /// They are perturbed like every other figure, and differ a little from the sum of their parts.
    Perturbed,
    /// In cuts with several sets of labels they are made the sums of their parts again, where they can have been:
    /// where patients are in several parts they are left alone. Hidden counts may then come out.
    Additive,
}

#[derive(Debug, Clone)]
enum Protection {
    Noise(NoiseTable),
    Rounding(Rounding),
}

impl Gate {
    /// Whether the bundle lets anybody explore.
    #[must_use]
    pub fn offers_exploring(&self) -> bool {
        self.bundle().exploring != ExploringRule::None
    }

    /// The gate for those who explore; none where the bundle offers that to nobody.
    #[must_use]
    pub fn exploring(&self) -> Option<Explorer> {
        let protection = match self.bundle().exploring {
            ExploringRule::None => return None,
            ExploringRule::CellKey(parameters, _) => Protection::Noise(NoiseTable::new(parameters).ok()?),
            ExploringRule::Rounding(rounding, _) => Protection::Rounding(rounding),
        };
        Some(Explorer { gate: Self { explores: true, ..self.clone() }, protection })
    }
}

impl Explorer {
    /// The gate that says which evidence exploring needs.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The keys for [`Explorer::inspect`], from who is sketched in the evidence.
    ///
    /// # Errors
    /// When the cells are not what [`Explorer::gate`] wanted.
    pub fn keys(&self, cells: &Cells) -> Result<Vec<Vec<u64>>, Halt> {
        let keys = (0..cells.feeds()).map(|feed| {
            let sketches = cells.columns(feed)?.sketches.ok_or(FailCode::Internal)?;
            let patients = sketches.patients().map_err(|_| FailCode::Internal)?;
            Ok(patients.iter().map(Sketch::fingerprint).collect())
        });
        keys.collect()
    }

    /// How many perturbed numbers a cut's safe result tells, whatever is worked out from them above.
    #[must_use]
    pub fn numbers(cut: &Cut, explored: &SafeCells) -> u64 {
        let counts = cut.figures().iter().filter(|figure| figure.kind == FigureKind::CountPatients).count();
        // Which groups are shown is worked out from a number too.
        let a_row = u64::try_from(counts.max(1)).unwrap_or(u64::MAX);
        a_row.saturating_mul(u64::try_from(explored.batch().num_rows()).unwrap_or(u64::MAX))
    }

    /// Perturbs every number of patients. `keys` holds, for each of [`crate::plan::Cut::feeds`], one fingerprint for
    /// each row of the cells: of the patients whose rows feed it there, as [`CellKey::new`] wants it. How many rows
    /// each of them has must not matter to it.
    ///
    /// # Errors
    /// When there is not one key for each feed and row, or the evidence is of another shape than was asked for.
    pub fn inspect(&self, cells: Cells, keys: &[Vec<u64>], totals: Totals) -> Result<SafeCells, Halt> {
        let published = self.published(&cells, keys, totals)?;
        let of = |feed: usize| published.get(feed).ok_or(Halt::from(FailCode::Internal));
        let shown = self.shown(&cells, &published)?;
        let mut values = Vec::with_capacity(cells.figures());
        let mut reasons = Vec::with_capacity(cells.figures());
        for index in 0..cells.figures() {
            let (figure, _) = cells.figure(index)?;
            if figure.kind == FigureKind::CountPatients {
                let numbers: ArrayRef =
                    Arc::new(of(figure.feed)?.iter().map(|n| i64::try_from(*n).ok()).collect::<Int64Array>());
                values.push(cast(&numbers, &figure.data_type).map_err(|_| FailCode::Internal)?);
                reasons.push(self.reasons(&cells, figure.feed, of(figure.feed)?)?);
            } else {
                values.push(new_null_array(&figure.data_type, cells.rows()));
                reasons.push(vec![Some(Reason::Exploring); cells.rows()]);
            }
        }
        cells.explored(&values, &reasons, &shown)
    }

    /// For each feed, each row's number of patients as it may be seen.
    fn published(&self, cells: &Cells, keys: &[Vec<u64>], totals: Totals) -> Result<Vec<Vec<u64>>, Halt> {
        if keys.len() != cells.feeds() || keys.iter().any(|keys| keys.len() != cells.rows()) {
            return Err(FailCode::Internal.into());
        }
        let sums = match totals {
            Totals::Additive if cells.sets().len() > 1 => relations(cells)?,
            _ => Vec::new(),
        };
        let sums: Vec<Sum> =
            sums.into_iter().map(|relation| Sum { total: relation.total, parts: relation.parts }).collect();
        let perturbed = keys.iter().enumerate().map(|(feed, keys)| {
            let evidence = cells.feed(feed)?;
            let keyed = keys.iter().enumerate();
            let numbers = keyed.map(|(row, key)| self.perturbed(evidence.patients(row), CellKey::new(*key)));
            Ok(self.adding_up(numbers.collect(), &sums))
        });
        perturbed.collect()
    }

    fn perturbed(&self, patients: u64, key: CellKey) -> u64 {
        match &self.protection {
            Protection::Noise(table) => table.perturbed(patients, key),
            Protection::Rounding(rounding) => rounding.rounded(patients, key),
        }
    }

    /// The numbers with those sums restored that can have held before they were perturbed. It looks at nothing but
    /// perturbed numbers, so it tells nothing more.
    fn adding_up(&self, numbers: Vec<u64>, sums: &[Sum]) -> Vec<u64> {
        let (bound, unit) = match &self.protection {
            Protection::Noise(table) => (u64::from(table.parameters().bound()), 1),
            Protection::Rounding(rounding) => (rounding.bound(), rounding.unit()),
        };
        let number = |cell: &usize| numbers.get(*cell).copied().unwrap_or_default();
        let may_hold = |sum: &&Sum| {
            let parts = sum.parts.iter().map(number).fold(0, u64::saturating_add);
            let cells = u64::try_from(sum.parts.len()).unwrap_or(u64::MAX).saturating_add(1);
            number(&sum.total).abs_diff(parts) <= bound.saturating_mul(cells)
        };
        let sums: Vec<Sum> = sums.iter().filter(may_hold).cloned().collect();
        // What is rounded stays a multiple of the base.
        let units: Vec<u64> = numbers.iter().map(|number| number / unit).collect();
        match additive(&units, &sums) {
            Ok(restored) => restored.into_iter().map(|number| number * unit).collect(),
            Err(_) => numbers,
        }
    }

    /// The rows whose labels may be seen.
    fn shown(&self, cells: &Cells, published: &[Vec<u64>]) -> Result<Vec<bool>, Halt> {
        if cells.labels().is_empty() {
            return Ok(vec![true; cells.rows()]);
        }
        let anybody = |row: usize| published.iter().any(|numbers| numbers.get(row).is_some_and(|n| *n > 0));
        let mut shown: Vec<bool> = (0..cells.rows()).map(anybody).collect();
        if !cells.declared() {
            let feed = cells.rows_feed();
            let numbers = published.get(feed).ok_or(FailCode::Internal)?;
            let least = u64::from(self.gate.bundle().patients.least());
            let reasons = self.reasons(cells, feed, numbers)?;
            for ((shown, number), reason) in shown.iter_mut().zip(numbers).zip(reasons) {
                *shown &= *number >= least && reason.is_none();
            }
        }
        Ok(shown)
    }

    /// Why a feed's number of patients may not be seen, for each row.
    fn reasons(&self, cells: &Cells, feed: usize, numbers: &[u64]) -> Result<Vec<Option<Reason>>, Halt> {
        let norms = &self.gate.norms;
        let evidence = cells.feed(feed)?.counting(numbers);
        let reason = |(row, number): (usize, &u64)| {
            if *number == 0 {
                return (!norms.bundle.show_zero).then_some(Reason::Patients);
            }
            let mut rules = [Rule::Municipality, Rule::Institutions].into_iter();
            rules.find(|rule| rule.suppresses(&evidence, row, norms)).map(Rule::reason)
        };
        Ok(numbers.iter().enumerate().map(reason).collect())
    }
}
