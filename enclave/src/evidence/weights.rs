//! What each patient of a snapshot weighs in sketches.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};

use super::broken;
use crate::ledger::{Weigher, Weights};

/// Each patient's record key, by the patient's number in the snapshot, and what makes weights of them: these are three
/// times as large, and made in less time than they would take to read.
#[derive(Clone)]
pub struct PatientWeights(Arc<Inner>);

struct Inner {
    weigher: Weigher,
    record_keys: Vec<u64>,
    /// What they take of a session's memory.
    _room: Option<MemoryReservation>,
}

impl PatientWeights {
    /// From the record keys of patients 0, 1, 2 ….
    #[must_use]
    pub fn new(weigher: &Weigher, record_keys: impl IntoIterator<Item = u64>) -> Self {
        let record_keys = record_keys.into_iter().collect();
        Self(Arc::new(Inner { weigher: weigher.clone(), record_keys, _room: None }))
    }

    /// As [`PatientWeights::new`], for keys that were read into [room](PatientWeights::room) of a session's memory.
    #[must_use]
    pub fn held(weigher: &Weigher, record_keys: Vec<u64>, room: MemoryReservation) -> Self {
        Self(Arc::new(Inner { weigher: weigher.clone(), record_keys, _room: Some(room) }))
    }

    /// Room for the record keys of so many patients.
    ///
    /// # Errors
    /// When there is none.
    pub fn room(pool: &Arc<dyn MemoryPool>, patients: u32) -> Result<MemoryReservation> {
        let room = MemoryConsumer::new("record keys").register(pool);
        room.try_resize(patients as usize * size_of::<u64>())?;
        Ok(room)
    }

    /// # Errors
    /// When there is no such patient.
    #[inline]
    pub(super) fn of(&self, patient: u32) -> Result<Weights> {
        let key = self.0.record_keys.get(patient as usize);
        key.map(|key| self.0.weigher.weights(*key)).ok_or_else(|| broken("a patient without weights"))
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
