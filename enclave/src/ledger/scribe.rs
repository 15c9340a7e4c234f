//! Whoever writes one question's figures into the ledger.

use std::collections::BTreeSet;
use std::sync::Arc;

use ring::rand::SecureRandom;

use super::{Ledger, LedgerError, Recorded, Settled, Table};
use crate::policy::Threshold;
use crate::words::{Bilingual, Notice};

/// So many earlier answers are named.
const NAMED: usize = 5;

/// Settles the tables of one question, one cut after another.
#[derive(Debug)]
pub struct Scribe {
    ledger: Option<Arc<Ledger>>,
    question: u64,
    threshold: Threshold,
    /// Whether something was withheld and has not been asked about again.
    waiting: bool,
    /// Whether earlier questions may be named, which are the asker's own then.
    names: bool,
    /// The questions whose answers something was too close to.
    earlier: BTreeSet<u64>,
}

impl Scribe {
    /// For one question. `ledger` is none only where the policy keeps none.
    #[must_use]
    pub fn new(ledger: Option<Arc<Ledger>>, question: u64, threshold: Threshold) -> Self {
        let earlier = BTreeSet::new();
        Self { ledger, question, threshold, waiting: false, names: false, earlier }
    }

    /// The same, where whatever the ledger holds was told to those who ask now.
    #[must_use]
    pub fn naming_earlier(self) -> Self {
        Self { names: true, ..self }
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
        if let Settled::Withhold(withheld) = &settled {
            self.earlier.extend(withheld.iter().filter_map(|withheld| withheld.earlier));
        }
        Ok(settled)
    }

    /// Which earlier answers have figures of nearly the same patients as those that were withheld: who asks can
    /// take those instead.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        let named: Vec<String> = self.earlier.iter().rev().take(NAMED).map(ToString::to_string).collect();
        if !self.names || named.is_empty() {
            return None;
        }
        Some(Notice {
            code: "told_before".to_owned(),
            message: Bilingual::new(
                format!(
                    "差分のため秘匿した値は、以前の質問(ログの {} 番)で示した値とほぼ同じ患者についてのものです。その値を使えます。",
                    named.join("、")
                ),
                format!(
                    "What was withheld for differencing is of nearly the same patients as figures that earlier questions were \
                     told (entries {} of the log). Those can be used instead.",
                    named.join(", ")
                ),
            ),
        })
    }

    /// The proof that all that the question tells was recorded; none while something is still withheld.
    #[must_use]
    pub fn finish(self) -> Option<Recorded> {
        (!self.waiting).then(|| Recorded::of(self.question))
    }
}
