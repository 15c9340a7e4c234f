//! Who stands alone behind a figure.

use datafusion::arrow::array::{Array, AsArray, UInt32Array};
use datafusion::arrow::datatypes::UInt32Type;

use super::Cells;
use crate::words::{FailCode, Halt};

/// A patient or an institution behind whose figure nobody else stands: they know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::gate) enum Insider {
    /// A patient, by number.
    Patient(u32),
    /// An institution, by number.
    Institution(u32),
    /// Somebody of whom it was not asked who it is.
    Somebody,
}

impl Cells {
    /// For each row, the insiders of a figure.
    pub(in crate::gate) fn insiders(&self, index: usize) -> Result<Vec<Vec<Insider>>, Halt> {
        let (_, evidence) = self.figure(index)?;
        let places = self.insiders.get(index);
        let numbers = |aside: Option<usize>| -> Result<Option<&UInt32Array>, Halt> {
            let Some(aside) = aside else { return Ok(None) };
            Ok(Some(self.aside(aside)?.as_primitive_opt::<UInt32Type>().ok_or(FailCode::Internal)?))
        };
        let mut insiders = vec![Vec::new(); self.rows];
        let patients = numbers(places.map(|places| places.patient))?;
        for ((row, insiders), patients_here) in insiders.iter_mut().enumerate().zip(evidence.patients) {
            if *patients_here == 1 {
                insiders.push(number(patients, row).map_or(Insider::Somebody, Insider::Patient));
            }
        }
        for (nth, counts) in evidence.institutions.iter().enumerate() {
            let lowest = places.and_then(|places| places.institutions.get(nth).copied().flatten());
            let lowest = numbers(lowest)?;
            for ((row, insiders), count) in insiders.iter_mut().enumerate().zip(*counts) {
                if *count == 1 {
                    insiders.push(number(lowest, row).map_or(Insider::Somebody, Insider::Institution));
                }
            }
        }
        Ok(insiders)
    }
}

fn number(numbers: Option<&UInt32Array>, row: usize) -> Option<u32> {
    numbers.filter(|numbers| row < numbers.len() && numbers.is_valid(row)).map(|numbers| numbers.value(row))
}
