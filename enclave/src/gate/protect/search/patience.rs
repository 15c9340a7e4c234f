//! Which needs are worth another look: one that broke nothing lately is asked less and less often.

use std::collections::BTreeMap;

/// Looks that a need may be passed over at most.
const LONGEST: u64 = 24;

/// When each need is to be looked at again.
#[derive(Debug, Default)]
pub(super) struct Patience {
    round: u64,
    waits: BTreeMap<(u8, usize), (u64, u64)>,
}

impl Patience {
    /// Begins a round.
    pub fn next_round(&mut self) {
        self.round += 1;
    }

    /// Whether a need's turn has come.
    pub fn is_due(&self, need: (u8, usize)) -> bool {
        self.waits.get(&need).is_none_or(|(_, due)| *due <= self.round)
    }

    /// Notes whether a look at a need was worth it.
    pub fn note(&mut self, need: (u8, usize), worth: bool) {
        let (length, due) = self.waits.entry(need).or_default();
        *length = if worth { 0 } else { (2 * *length + 1).min(LONGEST) };
        *due = self.round + 1 + *length;
    }
}
