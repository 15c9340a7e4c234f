//! Whoever writes one question's figures into the ledger.

use std::sync::Arc;

use ring::rand::SecureRandom;

use super::{Ledger, LedgerError, Recorded, Settled, Table};
use crate::policy::Threshold;

/// Settles the tables of one question, one cut after another.
#[derive(Debug)]
pub struct Scribe {
    ledger: Option<Arc<Ledger>>,
    question: u64,
    threshold: Threshold,
    /// Whether something was withheld and has not been asked about again.
    waiting: bool,
}

impl Scribe {
    /// For one question. `ledger` is none only where the policy keeps none.
    #[must_use]
    pub fn new(ledger: Option<Arc<Ledger>>, question: u64, threshold: Threshold) -> Self {
        Self { ledger, question, threshold, waiting: false }
    }

    /// See [`Ledger::settle`].
    ///
    /// # Errors
    /// As there.
    pub fn settle(&mut self, tables: &[Table], rng: &dyn SecureRandom) -> Result<Settled, LedgerError> {
        let settled = match &self.ledger {
            Some(ledger) => ledger.settle(self.question, tables, self.threshold, rng)?,
            None => Settled::Recorded(Recorded::of(self.question)),
        };
        self.waiting = matches!(settled, Settled::Withhold(_));
        Ok(settled)
    }

    /// The proof that all that the question tells was recorded; none while something is still withheld.
    #[must_use]
    pub fn finish(self) -> Option<Recorded> {
        (!self.waiting).then(|| Recorded::of(self.question))
    }
}
