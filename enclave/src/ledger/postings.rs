//! Which records are filed under which feature.
//!
//! Most of what a search meets are strangers who share a patient. What stands in a posting sends nearly all of them away
//! without a look at their records, and postings of one feature stand side by side in memory: at a
//! million records it is the number of places looked at that counts.

/// Records by feature. Most are sorted; those of late are in chains until they are worth sorting in.
#[derive(Debug)]
pub(super) struct Postings {
    sorted: Vec<Posting>,
    /// Where the postings begin whose tags begin with this number; one more at the end.
    starts: Vec<u32>,
    late: Vec<(Posting, u32)>,
    /// The last late posting of each bucket; a power of two of them.
    heads: Vec<u32>,
}

/// A record, filed under one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    /// Hash of the feature.
    pub tag: u32,
    /// Of the record's occupied bins, half as many bits; see `index::folded`.
    pub occupied: u32,
    pub record: u32,
}

const NONE: u32 = u32::MAX;
/// Late postings wait at least for so many.
const LATE: usize = 1 << 15;

impl Postings {
    pub fn new() -> Self {
        Self { sorted: Vec::new(), starts: vec![0; 2], late: Vec::new(), heads: vec![NONE; 64] }
    }

    /// Files a record.
    pub fn insert(&mut self, posting: Posting) {
        self.chain(posting);
        if self.late.len() > LATE.max(self.sorted.len() / 4) {
            self.sort_in();
        } else if self.late.len() > 2 * self.heads.len() {
            self.heads = vec![NONE; self.heads.len() * 8];
            std::mem::take(&mut self.late).into_iter().for_each(|(posting, _)| self.chain(posting));
        }
    }

    /// The records under a tag.
    pub fn under(&self, tag: u32) -> impl Iterator<Item = &Posting> {
        let place = place(tag, self.starts.len());
        let start = self.starts.get(place).map_or(0, |start| *start as usize);
        let end = self.starts.get(place + 1).map_or(0, |end| *end as usize);
        let sorted = self.sorted.get(start..end).unwrap_or_default().iter();
        let at = |at: u32| self.late.get(at as usize);
        let first = at(self.heads.get(self.bucket(tag)).copied().unwrap_or(NONE));
        let late = std::iter::successors(first, move |(_, next)| at(*next)).map(|(posting, _)| posting);
        sorted.chain(late).filter(move |posting| posting.tag == tag)
    }

    fn chain(&mut self, posting: Posting) {
        let Ok(at) = u32::try_from(self.late.len()) else { return };
        let bucket = self.bucket(posting.tag);
        let Some(head) = self.heads.get_mut(bucket) else { return };
        self.late.push((posting, std::mem::replace(head, at)));
    }

    fn sort_in(&mut self) {
        self.sorted.extend(std::mem::take(&mut self.late).into_iter().map(|(posting, _)| posting));
        // Stable sorting finds the long sorted part by itself and merges the rest.
        self.sorted.sort();
        self.heads = vec![NONE; 64];
        // Two to four postings share a beginning.
        let places = (self.sorted.len() / 4).next_power_of_two();
        self.starts = vec![0; places + 1];
        for posting in &self.sorted {
            if let Some(start) = self.starts.get_mut(place(posting.tag, places + 1) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
    }

    fn bucket(&self, tag: u32) -> usize {
        tag as usize & (self.heads.len() - 1)
    }
}

/// The beginning of a tag, as a place in `starts`.
fn place(tag: u32, starts: usize) -> usize {
    let places = starts.saturating_sub(1) as u64;
    ((u64::from(tag) * places) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_found_where_it_was_filed() {
        let mut postings = Postings::new();
        assert_eq!(postings.under(0).count(), 0);
        let tag = |record: u32| record.wrapping_mul(0x9E37_79B9) / 7 % 100_000 * 42_000;
        for record in 0..200_000 {
            postings.insert(Posting { tag: tag(record), occupied: record ^ 5, record });
        }
        assert!(!postings.late.is_empty() && !postings.sorted.is_empty());
        for record in (0..200_000).step_by(97).chain([0, 199_999]) {
            let found: Vec<&Posting> = postings.under(tag(record)).collect();
            assert!(found.iter().any(|posting| posting.record == record && posting.occupied == record ^ 5));
            assert!(found.iter().all(|posting| posting.tag == tag(record)));
        }
        let all: usize = (0..100_000).map(|tag| postings.under(tag * 42_000).count()).sum();
        assert_eq!(all, 200_000);
    }
}
