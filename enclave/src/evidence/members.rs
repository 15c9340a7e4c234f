//! Who contributed to each cell, and how much, as sketches for the ledger.
//!
//! A sketch is linear, so rows and amounts go into it as soon as a patient's rows in a cell are over, whether or not
//! more may come elsewhere; patients, each of whom counts once, only when nothing more can come.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::broken;
use crate::ledger::{Amount as Contribution, Sketch, Weigher, Weights, to_column};

/// Each patient's weights in sketches, by the patient's number in the snapshot.
#[derive(Clone)]
pub struct PatientWeights(Arc<[Weights]>);

impl PatientWeights {
    /// From the record keys of patients 0, 1, 2 ….
    #[must_use]
    pub fn new(weigher: &Weigher, record_keys: impl IntoIterator<Item = u64>) -> Self {
        Self(record_keys.into_iter().map(|key| weigher.weights(key)).collect())
    }

    fn of(&self, patient: u32) -> Result<&Weights> {
        self.0.get(patient as usize).ok_or_else(|| broken("a patient without weights"))
    }
}

/// The weights are a secret.
impl std::fmt::Debug for PatientWeights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PatientWeights(…)")
    }
}

/// Two are the same only if they are one.
impl PartialEq for PatientWeights {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for PatientWeights {}

impl Hash for PatientWeights {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// Which sketches are wanted of a figure, beside that of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sketched {
    /// What patients weigh.
    pub weights: PatientWeights,
    /// One of its distinct patients.
    pub patients: bool,
    /// One of its amounts, in the argument's unit (decimals: of 1, not of the last place).
    pub amounts: bool,
}

impl Sketched {
    /// The names of the sketches, in order.
    pub(super) fn lanes(&self) -> impl Iterator<Item = &'static str> {
        let lanes = [("rows", true), ("patients", self.patients), ("amounts", self.amounts)];
        lanes.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| name)
    }
}

/// Who is in the cells of one accumulator.
pub(super) struct Members {
    /// Rows of each cell that are in its sketch, or nobody's.
    counted: Vec<u64>,
    sketches: Sketches,
}

/// Sketches of cells, of an accumulator or given away; a lane that is not wanted is missing.
pub(super) struct Sketches {
    weights: PatientWeights,
    rows: Vec<Sketch>,
    patients: Option<Vec<Sketch>>,
    amounts: Option<Vec<Sketch>>,
}

impl Members {
    pub(super) fn new(sketched: &Sketched) -> Self {
        let sketches = Sketches {
            weights: sketched.weights.clone(),
            rows: Vec::new(),
            patients: sketched.patients.then(Vec::new),
            amounts: sketched.amounts.then(Vec::new),
        };
        Self { counted: Vec::new(), sketches }
    }

    pub(super) fn resize(&mut self, cells: usize) {
        self.counted.resize(cells, 0);
        self.sketches.lanes_mut().for_each(|lane| lane.resize(cells, Sketch::default()));
    }

    /// A patient's rows in a cell are over for now: `rows` are the cell's till then. `whole` says that no more of the
    /// patient's can come elsewhere.
    ///
    /// # Errors
    /// When the cell or the patient does not exist.
    pub(super) fn depart(
        &mut self,
        at: usize,
        patient: u32,
        rows: u64,
        amount: impl FnOnce() -> Contribution,
        whole: bool,
    ) -> Result<()> {
        let counted = self.counted.get_mut(at).ok_or_else(no_cell)?;
        let own = rows.wrapping_sub(std::mem::replace(counted, rows));
        let weights = self.sketches.weights.of(patient)?;
        let sketch = self.sketches.rows.get_mut(at).ok_or_else(no_cell)?;
        match own {
            1 => sketch.add_one(weights),
            own => sketch.add(weights, &Contribution::of(own.into())),
        }
        if let Some(amounts) = &mut self.sketches.amounts {
            amounts.get_mut(at).ok_or_else(no_cell)?.add(weights, &amount());
        }
        if whole && let Some(patients) = &mut self.sketches.patients {
            patients.get_mut(at).ok_or_else(no_cell)?.add_one(weights);
        }
        Ok(())
    }

    /// Rows of a cell that are nobody's.
    pub(super) fn pass_over(&mut self, at: usize) {
        if let Some(counted) = self.counted.get_mut(at) {
            *counted += 1;
        }
    }

    /// Adds a cell of a partial state.
    ///
    /// # Errors
    /// When the cell does not exist, or the state has other lanes.
    pub(super) fn merge<'a>(&mut self, at: usize, lanes: impl Iterator<Item = &'a [u8]>) -> Result<()> {
        for (lane, bytes) in self.sketches.lanes_mut().zip(lanes) {
            let sketch = Sketch::from_bytes(bytes).ok_or_else(|| broken("no sketch"))?;
            lane.get_mut(at).ok_or_else(no_cell)?.merge(&sketch);
        }
        Ok(())
    }

    pub(super) fn take(&mut self, emit_to: EmitTo) -> Sketches {
        emit_to.take_needed(&mut self.counted);
        let mut take = |lane: &mut Vec<Sketch>| emit_to.take_needed(lane);
        Sketches {
            weights: self.sketches.weights.clone(),
            rows: take(&mut self.sketches.rows),
            patients: self.sketches.patients.as_mut().map(&mut take),
            amounts: self.sketches.amounts.as_mut().map(&mut take),
        }
    }

    pub(super) fn size(&self) -> usize {
        let sketches: usize = self.sketches.lanes().map(Vec::capacity).sum();
        self.counted.capacity() * size_of::<u64>() + sketches * size_of::<Sketch>()
    }
}

impl Sketches {
    /// A patient of whom nothing more can come.
    ///
    /// # Errors
    /// When the cell or the patient does not exist.
    pub(super) fn belongs(&mut self, at: usize, patient: u32) -> Result<()> {
        if let Some(patients) = &mut self.patients {
            patients.get_mut(at).ok_or_else(no_cell)?.add_one(self.weights.of(patient)?);
        }
        Ok(())
    }

    /// Brings amounts to another unit: so many times what they were.
    pub(super) fn scale(&mut self, factor: &Contribution) {
        self.amounts.iter_mut().flatten().for_each(|sketch| sketch.times(factor));
    }

    /// As columns, in the order of [`Sketched::lanes`].
    pub(super) fn columns(&self) -> Result<Vec<ArrayRef>> {
        self.lanes().map(|lane| to_column(lane).map_err(|_| broken("sketches of another width"))).collect()
    }

    fn lanes(&self) -> impl Iterator<Item = &Vec<Sketch>> {
        std::iter::once(&self.rows).chain(&self.patients).chain(&self.amounts)
    }

    fn lanes_mut(&mut self) -> impl Iterator<Item = &mut Vec<Sketch>> {
        std::iter::once(&mut self.rows).chain(&mut self.patients).chain(&mut self.amounts)
    }
}

fn no_cell() -> datafusion::error::DataFusionError {
    broken("a contributor to no cell")
}
