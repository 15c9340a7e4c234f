//! Which ranges of patients a partial state was made of, and whether they may be added up.
//!
//! A *run* is what one accumulator took in, in patient order, between two times that it gave
//! everything away. Of a run's patients only the first and the last can have rows elsewhere: its
//! neighbours may share them. So these two stay open (see `cell`), and two runs may be merged if they
//! overlap in no more than an end. Each run has an identity of its own, since a run reaches the merging
//! side in many batches, and since two runs over the same range must never be taken for one.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::common::HashMap;
use datafusion::error::Result;

use super::broken;
use super::cell::NOBODY;

/// The first and the last patient of a run.
type Range = (u32, u32);

/// The runs behind the cells of one accumulator.
#[derive(Debug)]
pub(super) struct Runs {
    own: Option<Own>,
    merged: HashMap<u64, Range>,
    /// Whether patients were out of order.
    broken: bool,
    /// The record merged last: most rows of a batch carry the same.
    seen: Vec<u8>,
}

/// The patients at the beginnings of a run: its first, and those at its junctions.
#[derive(Clone, Copy)]
pub(super) struct Beginnings<'a> {
    first: u32,
    junctions: &'a [u32],
    /// One more than the last of them.
    past: u32,
}

#[derive(Debug)]
struct Own {
    id: u64,
    range: Range,
    /// Last patients of the run when some of its cells were given away; such a cell may come again.
    junctions: Vec<u32>,
}

/// Cells are given away.
#[derive(Clone, Copy)]
pub(super) struct Parting<'a> {
    open: bool,
    last: u32,
    pub(super) beginnings: Beginnings<'a>,
}

impl Parting<'_> {
    /// Whether a patient stays open in the cells that are given away.
    pub(super) fn leaves_open(&self, patient: u32) -> bool {
        self.open && self.parts(patient)
    }

    /// Whether a patient in the cells that stay may have rows on the other side of the parting.
    pub(super) fn parts(&self, patient: u32) -> bool {
        patient == self.last || self.beginnings.have(patient)
    }
}

impl Beginnings<'_> {
    /// False for nearly all patients, since these come in order: they are at no beginning. True also for
    /// `NOBODY`.
    #[inline]
    pub(super) fn may_have(&self, patient: u32) -> bool {
        const { assert!(NOBODY.wrapping_add(1) == 0) };
        patient.wrapping_add(1) <= self.past
    }

    pub(super) fn have(&self, patient: u32) -> bool {
        patient == self.first || self.junctions.binary_search(&patient).is_ok()
    }
}

impl Runs {
    pub(super) fn new() -> Self {
        Self { own: None, merged: HashMap::default(), broken: false, seen: Vec::new() }
    }

    /// Takes in the patients of a batch's rows.
    ///
    /// # Errors
    /// When a patient has the number that stands for none.
    pub(super) fn follow(&mut self, patients: &[u32]) -> Result<()> {
        let (Some(&first), Some(&last)) = (patients.first(), patients.last()) else { return Ok(()) };
        // No branch, so that several are compared at a time.
        let pairs = patients.iter().zip(patients.iter().skip(1));
        let in_order = pairs.fold(true, |in_order, (one, next)| in_order & (one <= next));
        let (low, high) = if in_order {
            (first, last)
        } else {
            patients
                .iter()
                .fold((first, first), |(low, high), &patient| (low.min(patient), high.max(patient)))
        };
        if high == NOBODY {
            return Err(broken("a patient's number out of range"));
        }
        self.broken |= !in_order;
        self.extend((low, high));
        Ok(())
    }

    /// Takes in the smallest and the largest patient of some rows.
    fn extend(&mut self, (low, high): Range) {
        let own =
            self.own.get_or_insert_with(|| Own { id: fresh_id(), range: (low, low), junctions: Vec::new() });
        self.broken |= low < own.range.1;
        own.range = (own.range.0.min(low), own.range.1.max(high));
    }

    /// Whether any rows were taken in since everything was last given away.
    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }

    /// Whether any runs of others were.
    pub(super) fn has_merged(&self) -> bool {
        !self.merged.is_empty()
    }

    /// The patients that may have rows on the other side of a beginning.
    pub(super) fn beginnings(&self) -> Beginnings<'_> {
        let (first, junctions) =
            self.own.as_ref().map_or((NOBODY, &[][..]), |own| (own.range.0, &own.junctions));
        let last = junctions.last().map_or(first, |&last| last.max(first));
        Beginnings { first, junctions, past: last.wrapping_add(1) }
    }

    /// What becomes of patients when cells are given away: in partial states those at the ends of the run are `open`.
    pub(super) fn parting(&self, open: bool) -> Parting<'_> {
        let last = self.own.as_ref().map_or(NOBODY, |own| own.range.1);
        Parting { open, last, beginnings: self.beginnings() }
    }

    /// Some cells are about to be given away, the rest stays.
    pub(super) fn part(&mut self) {
        if let Some(own) = &mut self.own
            && own.junctions.last() != Some(&own.range.1)
        {
            own.junctions.push(own.range.1);
        }
    }

    /// Takes in the record of a partial state.
    ///
    /// # Errors
    /// When it is not one.
    pub(super) fn merge(&mut self, record: &[u8]) -> Result<()> {
        if self.seen == record {
            return Ok(());
        }
        self.seen = record.to_vec();
        let cut = || broken("a record of runs cut short");
        let (flag, mut rest) = record.split_first().ok_or_else(cut)?;
        self.broken |= *flag != 0;
        while !rest.is_empty() {
            let (id, after_id) = rest.split_first_chunk().ok_or_else(cut)?;
            let (low, after_low) = after_id.split_first_chunk().ok_or_else(cut)?;
            let (high, after) = after_low.split_first_chunk().ok_or_else(cut)?;
            let (low, high) = (u32::from_le_bytes(*low), u32::from_le_bytes(*high));
            let range = self.merged.entry(u64::from_le_bytes(*id)).or_insert((low, high));
            *range = (range.0.min(low), range.1.max(high));
            rest = after;
        }
        Ok(())
    }

    /// The record for partial states: a flag, then number, first and last patient of each run.
    pub(super) fn record(&self) -> Vec<u8> {
        let mut bytes = vec![u8::from(self.broken)];
        let own = self.own.as_ref().map(|own| (own.id, own.range));
        for (id, (low, high)) in own.into_iter().chain(self.merged.iter().map(|(id, range)| (*id, *range))) {
            bytes.extend(id.to_le_bytes());
            bytes.extend(low.to_le_bytes());
            bytes.extend(high.to_le_bytes());
        }
        bytes
    }

    /// Whether all came in order, and no two runs overlap in more than an end.
    pub(super) fn trusted(&self) -> bool {
        let own = self.own.as_ref().map(|own| own.range);
        let mut ranges: Vec<Range> = self.merged.values().copied().chain(own).collect();
        ranges.sort_unstable();
        !self.broken && ranges.iter().zip(ranges.iter().skip(1)).all(|(a, b)| a.1 <= b.0)
    }

    pub(super) fn size(&self) -> usize {
        self.merged.capacity() * 8 / 7 * (size_of::<(u64, Range)>() + 1) + self.seen.capacity()
    }
}

/// A number no other run has, in this process or another. It decides nothing but sameness, so chance
/// may enter here without being passed in.
fn fresh_id() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: std::sync::LazyLock<RandomState> = std::sync::LazyLock::new(RandomState::new);
    PROCESS.hash_one(COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(ranges: &[Range]) -> Runs {
        let mut all = Runs::new();
        for &range in ranges {
            let mut one = Runs::new();
            one.extend(range);
            all.merge(&one.record()).unwrap();
            all.merge(&one.record()).unwrap();
        }
        all
    }

    #[test]
    fn runs_may_share_an_end_and_no_more() {
        for good in [&[(0, 5), (6, 9)][..], &[(5, 9), (0, 5)], &[(5, 9), (5, 5), (5, 5), (0, 5)], &[]] {
            assert!(merged(good).trusted(), "{good:?}");
        }
        for bad in [&[(0, 5), (4, 9)][..], &[(0, 9), (3, 3)], &[(0, 5), (0, 5)], &[(0, 5), (9, 12), (1, 2)]] {
            assert!(!merged(bad).trusted(), "{bad:?}");
        }
    }

    #[test]
    fn what_was_broken_stays_broken() {
        let mut one = Runs::new();
        one.follow(&[0, 5, 4]).unwrap();
        let mut all = Runs::new();
        all.merge(&one.record()).unwrap();
        assert!(!all.trusted());
        assert!(all.merge(&[0, 1, 2]).is_err());
    }

    #[test]
    fn going_back_behind_a_parting_is_broken() {
        let mut runs = Runs::new();
        runs.extend((2, 5));
        runs.part();
        runs.extend((5, 7));
        assert!(runs.trusted());
        let open = |patient| runs.parting(true).leaves_open(patient);
        assert_eq!([2, 3, 5, 6, 7].map(open), [true, false, true, false, true]);
        runs.extend((4, 8));
        assert!(!runs.trusted());
    }

    #[test]
    fn patients_come_in_order_from_batch_to_batch() {
        for (batches, trusted) in [
            (&[&[][..], &[3, 3, 4], &[], &[4], &[9, 9]][..], true),
            (&[&[3, 4, 3]], false),
            (&[&[3, 4], &[3]], false),
            (&[&[3, 4], &[3, 9]], false),
        ] {
            let mut runs = Runs::new();
            batches.iter().for_each(|patients| runs.follow(patients).unwrap());
            assert_eq!(runs.trusted(), trusted, "{batches:?}");
        }
        assert!(Runs::new().follow(&[1, NOBODY]).is_err());
        assert!(Runs::new().follow(&[NOBODY, 1]).is_err());
    }

    #[test]
    fn beginnings_are_the_first_and_the_junctions() {
        let mut runs = Runs::new();
        runs.follow(&[2, 5]).unwrap();
        runs.part();
        runs.follow(&[5, 7]).unwrap();
        let beginnings = runs.beginnings();
        assert_eq!(
            [2, 3, 5, 6, NOBODY].map(|patient| beginnings.may_have(patient)),
            [true, true, true, false, true]
        );
        assert_eq!(
            [2, 3, 5, 6, NOBODY].map(|patient| beginnings.have(patient)),
            [true, false, true, false, false]
        );
    }
}
