//! The ledger of one scope: check and record in one step.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ring::rand::SecureRandom;

use super::index::{Index, Record};
use super::judge::judge;
use super::page::{RECORDS, Sealer};
use super::sketch::BINS;
use super::store::{Page, Pages, Store};
use super::{LedgerError, Place, Scope, Table};
use crate::keys::DataKey;
use crate::policy::Threshold;

/// What one scope's answers have told. Several processes may have it open at once; the file is the truth, and an
/// index of it is in memory (about 350 bytes a record), brought up to date before each check.
///
/// All calls block (a lock, a disk); call them off the asynchronous threads.
#[derive(Debug)]
pub struct Ledger {
    sealer: Sealer,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    store: Store,
    index: Index,
    /// The last page in the index.
    last: i64,
}

/// What became of a question's figures.
#[derive(Debug, PartialEq, Eq)]
pub enum Settled {
    /// All that was to be published is on disk, and may be.
    Recorded(Recorded),
    /// These must be withheld, in the order of tables, columns and rows. Nothing was recorded: ask again without them, after all
    /// that their suppression entails (complementary suppression).
    Withhold(Vec<Withheld>),
}

/// A figure that must be withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    /// Which.
    pub place: Place,
    /// The question whose answer it is too close to, as given to [`Ledger::settle`]; none if that is another figure
    /// of its own question. In a scope wider than a study this may be somebody else's question.
    pub earlier: Option<u64>,
}

/// Proof that what a question tells was recorded. Only [`Ledger::settle`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Recorded {
    question: u64,
}

impl Recorded {
    /// The question, as given to [`Ledger::settle`].
    #[must_use]
    pub const fn question(&self) -> u64 {
        self.question
    }
}

impl Ledger {
    /// Opens `folder/SCOPE.sqlite`, making it on first use.
    ///
    /// # Errors
    /// When the file can't be used. Pages are read at the first check.
    pub fn open(folder: &Path, scope: &Scope, key: &DataKey) -> Result<Self, LedgerError> {
        let store = Store::open(&folder.join(format!("{scope}.sqlite")))?;
        let open = Open { store, index: Index::new(0), last: 0 };
        Ok(Self { sealer: Sealer::new(key, scope.to_string())?, open: Mutex::new(open) })
    }

    /// Holds what is to be published against all that was told, and records it if it may be.
    ///
    /// All of a question's tables are settled together, and nobody else's question in between. What was told before
    /// may be told again, so a question that is settled twice (after a crash, say) is recorded once. `question` names
    /// it to others: the index of its entry in the audit log.
    ///
    /// # Errors
    /// When the ledger can't be read or written, or the threshold is beyond what sketches tell. Nothing may be
    /// published then.
    pub fn settle(
        &self,
        question: u64,
        tables: &[Table],
        threshold: Threshold,
        rng: &dyn SecureRandom,
    ) -> Result<Settled, LedgerError> {
        let threshold = threshold.least();
        if threshold as usize > BINS / 2 {
            return Err(LedgerError::Threshold(threshold, BINS as u32 / 2));
        }
        // A thread that panicked inside wrote nothing; its index is behind the file at most.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Open { store, index, last } = &mut *open;
        let pages = store.begin()?;
        pages.after(*last, |page| {
            let records = self.sealer.open(page.number, page.question, page.sealed)?;
            records.into_iter().for_each(|record| index.insert(record));
            *last = page.number;
            Ok(())
        })?;
        index.serve(threshold);

        let judged = judge(index, tables, question, threshold);
        if !judged.withheld.is_empty() {
            let withheld = judged.withheld.into_iter().map(|(place, earlier)| Withheld { place, earlier });
            return Ok(Settled::Withhold(withheld.collect()));
        }
        let written = self.write(&pages, *last, question, &judged.told, rng)?;
        pages.commit()?;
        judged.told.into_iter().for_each(|record| index.insert(record));
        *last = written;
        Ok(Settled::Recorded(Recorded { question }))
    }

    fn write(
        &self,
        pages: &Pages<'_>,
        last: i64,
        question: u64,
        told: &[Record],
        rng: &dyn SecureRandom,
    ) -> Result<i64, LedgerError> {
        let mut number = last;
        for records in told.chunks(RECORDS) {
            number += 1;
            let sealed = self.sealer.seal(number, question, records, rng)?;
            pages.write(&Page { number, question, sealed })?;
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests;
