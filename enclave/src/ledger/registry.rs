//! The ledgers of a house, opened as they are asked for.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Ledger, LedgerError, Scope};
use crate::keys::DataKey;

/// A folder of ledgers. What was opened stays open.
#[derive(Debug)]
pub struct Ledgers {
    folder: PathBuf,
    key: DataKey,
    open: Mutex<HashMap<Scope, Arc<Ledger>>>,
}

impl Ledgers {
    /// Takes a folder, made at the first question, and the key that ledgers are sealed with.
    #[must_use]
    pub fn new(folder: PathBuf, key: DataKey) -> Self {
        Self { folder, key, open: Mutex::default() }
    }

    /// The ledger of a scope.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn of(&self, scope: &Scope) -> Result<Arc<Ledger>, LedgerError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ledger) = open.get(scope) {
            return Ok(Arc::clone(ledger));
        }
        let ledger = Arc::new(Ledger::open(&self.folder, scope, &self.key)?);
        open.insert(scope.clone(), Arc::clone(&ledger));
        Ok(ledger)
    }
}
