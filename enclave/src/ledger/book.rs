//! The ledger of one scope: check and record in one step.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ring::rand::SecureRandom;

use super::fields::BINS;
use super::index::Record;
use super::judge::{Judged, judge};
use super::page::{LINES, Line, Sealer};
use super::partition::{MOST, Part, Partition};
use super::store::{Page, Store};
use super::told::Told;
use super::{LedgerError, Place, Scope, Table};
use crate::keys::DataKey;
use crate::policy::{LedgerRule, LedgerScope, Threshold};

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
    told: Told,
    /// The last page that was read.
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

/// Proof that what a question tells was recorded. Only [`Ledger::settle`] makes one, and whoever takes the word of a ledger
/// in another process.
#[derive(Debug, PartialEq, Eq)]
pub struct Recorded {
    question: u64,
}

impl Recorded {
    /// Where the policy keeps no ledger there is nothing to record.
    #[must_use]
    pub fn unkept(rule: LedgerRule) -> Option<Self> {
        (rule.scope == LedgerScope::None).then_some(Self { question: 0 })
    }

    /// A ledger in another process said so.
    pub(crate) const fn told() -> Self {
        Self { question: 0 }
    }

    pub(super) const fn of(question: u64) -> Self {
        Self { question }
    }

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
        let open = Open { store, told: Told::new(0), last: 0 };
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
        const { assert!(LedgerRule::MOST_PATIENTS as usize == BINS / 2) };
        if threshold > LedgerRule::MOST_PATIENTS {
            return Err(LedgerError::Threshold(threshold, LedgerRule::MOST_PATIENTS));
        }
        // A thread that panicked inside wrote nothing; its index is behind the file at most.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Open { store, told, last } = &mut *open;
        let pages = store.begin()?;
        pages.after(*last, |page| {
            let lines = self.sealer.open(page.number, page.question, page.sealed)?;
            read(lines, page.question, told);
            *last = page.number;
            Ok(())
        })?;
        told.serve(threshold);

        let judged = judge(told, tables, question, threshold);
        if !judged.withheld.is_empty() {
            let withheld = judged.withheld.into_iter().map(|(place, earlier)| Withheld { place, earlier });
            return Ok(Settled::Withhold(withheld.collect()));
        }
        let mut number = *last;
        for lines in lines(&judged) {
            number += 1;
            let sealed = self.sealer.seal(number, question, &lines, rng)?;
            pages.write(&Page { number, question, sealed })?;
        }
        pages.commit()?;
        judged.records.into_iter().for_each(|record| told.insert(record));
        judged.partitions.into_iter().for_each(|partition| told.divide(partition));
        *last = number;
        Ok(Settled::Recorded(Recorded { question }))
    }
}

/// In the place of a partition's number: a figure of a small table. A page has not so many partitions.
const SMALL: u16 = u16::MAX;

/// What a question told, page by page. A partition is never parted.
fn lines(judged: &Judged) -> impl Iterator<Item = Vec<Line>> {
    let alone = |record: &Record| Line {
        class: record.class,
        definition: record.definition,
        patients: record.patients,
        partition: if record.small { SMALL } else { 0 },
        sketch: record.sketch,
    };
    let parts = |(partition, number): (&Partition, u16)| {
        let class = partition.class;
        let line = move |part: &Part| Line {
            class,
            definition: None,
            patients: part.patients,
            partition: number,
            sketch: part.sketch,
        };
        partition.parts().iter().map(line).collect::<Vec<_>>()
    };
    let records = judged.records.chunks(LINES).map(move |records| records.iter().map(alone).collect());
    let partitions = judged.partitions.chunks(LINES / MOST);
    records.chain(partitions.map(move |partitions| partitions.iter().zip(1..).flat_map(parts).collect()))
}

/// The reverse.
fn read(lines: Vec<Line>, question: u64, told: &mut Told) {
    for lines in lines.chunk_by(|a, b| a.partition == b.partition) {
        match lines {
            [Line { partition: 0 | SMALL, .. }, ..] => lines.iter().for_each(|line| {
                let Line { class, definition, sketch, patients, partition } = *line;
                let small = partition == SMALL;
                told.insert(Record { class, definition, sketch, patients, question, small });
            }),
            [Line { class, .. }, ..] => {
                let part = |line: &Line| Part { sketch: line.sketch, patients: line.patients };
                let parts = lines.iter().map(part).collect();
                Partition::new(*class, question, parts).into_iter().for_each(|parts| told.divide(parts));
            }
            [] => {}
        }
    }
}

#[cfg(test)]
mod tests;
