//! Finds the recorded vectors that a new one may be close to, among millions, by looking at a few.
//!
//! Two vectors that differ in fewer than *t* patients differ in fewer than *t* bins. So among the first *t* bins that
//! either has anything in, at least one holds the same in both: it is among the first *t* occupied bins of
//! each. Every record is filed under its first *t* occupied bins, and looked for under them. In a bin of few
//! patients the number tells who they are, in a bin of many it is as good as random, so few strangers are met.
//! Where two vectors together occupy fewer than *t* bins this says nothing; such *sparse* ones are all compared.
//!
//! Out of scope: what is on disk (`store`). An index is made anew by whoever opens the ledger.

use std::collections::HashMap;

use super::Class;
use super::sketch::{Apart, Sketch};

/// A vector that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub class: Class,
    pub sketch: Sketch,
    /// The question whose answer told it.
    pub question: u64,
}

/// What the index knows of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It was told before, or nobody contributed to it.
    Same,
    /// It differs in few patients from one that this question told.
    Few { question: u64 },
    /// Everything that was told is far from it.
    Far,
}

const NONE: u32 = u32::MAX;

/// Records filed under what finds them.
#[derive(Debug)]
pub(super) struct Index {
    threshold: u32,
    records: Vec<Record>,
    /// For each record the last search that met it.
    met: Vec<u32>,
    search: u32,
    /// The last posting of each bucket; a power of two of them.
    heads: Vec<u32>,
    postings: Vec<Posting>,
    sparse: HashMap<Class, Vec<u32>>,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    record: u32,
    next: u32,
    /// What of the hash does not choose the bucket.
    tag: u16,
    occupied: u8,
}

impl Index {
    pub fn new(threshold: u32) -> Self {
        Self {
            threshold,
            records: Vec::new(),
            met: Vec::new(),
            search: 0,
            heads: vec![NONE; 1024],
            postings: Vec::new(),
            sparse: HashMap::new(),
        }
    }

    /// Makes searches with a threshold possible; a higher one than ever before takes time.
    pub fn serve(&mut self, threshold: u32) {
        if threshold > self.threshold {
            self.threshold = threshold;
            self.refile(self.heads.len());
        }
    }

    pub fn into_records(self) -> Vec<Record> {
        self.records
    }

    /// Files a record. At most 2^32 - 1 of them; more are not found, so the ledger must not take them.
    pub fn insert(&mut self, record: Record) {
        let Ok(at) = u32::try_from(self.records.len()) else { return };
        self.records.push(record);
        self.met.push(0);
        self.file(at, &record);
        if self.postings.len() > self.heads.len() * 2 {
            self.refile(self.heads.len() * 4);
        }
    }

    /// What is known of a vector, at a threshold that [`Index::serve`] was told of.
    pub fn find(&mut self, class: Class, sketch: &Sketch, threshold: u32) -> Known {
        if *sketch == Sketch::default() || self.holds(class, sketch) {
            return Known::Same;
        }
        self.next_search();
        let occupied = occupied(sketch);
        // The first `threshold` occupied bins are enough, even where records are filed under more.
        for hash in features(class, sketch).take(threshold as usize) {
            let mut next = self.head(hash);
            while let Some(&posting) = self.postings.get(next as usize) {
                let near = u32::from(posting.occupied).abs_diff(occupied) < threshold;
                if posting.tag == tag(hash) && near && self.is_few(posting.record, class, sketch, threshold) {
                    return self.few(posting.record);
                }
                next = posting.next;
            }
        }
        if occupied < threshold {
            let sparse = self.sparse.get(&class).into_iter().flatten();
            let is_few = |at: &&u32| match self.records.get(**at as usize) {
                Some(record) => record.sketch.apart(sketch, threshold) == Apart::Few,
                None => true,
            };
            if let Some(&at) = sparse.clone().find(is_few) {
                return self.few(at);
            }
        }
        Known::Far
    }

    fn holds(&self, class: Class, sketch: &Sketch) -> bool {
        let hash = identity(class, sketch);
        let mut next = self.head(hash);
        while let Some(posting) = self.postings.get(next as usize) {
            if posting.tag == tag(hash) && self.is_at(posting.record, class, sketch) {
                return true;
            }
            next = posting.next;
        }
        false
    }

    fn is_at(&self, at: u32, class: Class, sketch: &Sketch) -> bool {
        self.records.get(at as usize).is_some_and(|record| record.class == class && record.sketch == *sketch)
    }

    /// Whether a record that was not met in this search yet is close.
    fn is_few(&mut self, at: u32, class: Class, sketch: &Sketch, threshold: u32) -> bool {
        match (self.met.get_mut(at as usize), self.records.get(at as usize)) {
            (Some(met), Some(record)) if *met != self.search => {
                *met = self.search;
                record.class == class && record.sketch.apart(sketch, threshold) == Apart::Few
            }
            _ => false,
        }
    }

    fn few(&self, at: u32) -> Known {
        Known::Few { question: self.records.get(at as usize).map_or(0, |record| record.question) }
    }

    fn next_search(&mut self) {
        self.search = self.search.checked_add(1).unwrap_or_else(|| {
            self.met.fill(0);
            1
        });
    }

    fn file(&mut self, at: u32, record: &Record) {
        let occupied = occupied(&record.sketch);
        let under = features(record.class, &record.sketch).take(self.threshold as usize);
        for hash in std::iter::once(identity(record.class, &record.sketch)).chain(under) {
            let Ok(posting) = u32::try_from(self.postings.len()) else { return };
            let bucket = bucket(hash, self.heads.len());
            let Some(head) = self.heads.get_mut(bucket) else { return };
            let next = std::mem::replace(head, posting);
            self.postings.push(Posting { record: at, next, tag: tag(hash), occupied: occupied as u8 });
        }
        if occupied < self.threshold {
            self.sparse.entry(record.class).or_default().push(at);
        }
    }

    fn refile(&mut self, buckets: usize) {
        self.heads = vec![NONE; buckets];
        self.postings.clear();
        self.sparse.clear();
        let records = std::mem::take(&mut self.records);
        for (at, record) in (0..).zip(&records) {
            self.file(at, record);
        }
        self.records = records;
    }

    fn head(&self, hash: u64) -> u32 {
        self.heads.get(bucket(hash, self.heads.len())).copied().unwrap_or(NONE)
    }
}

/// How many bins hold anything.
fn occupied(sketch: &Sketch) -> u32 {
    sketch.bins.differing(&super::Bins::default())
}

/// A hash of each occupied bin, in their order.
fn features(class: Class, sketch: &Sketch) -> impl Iterator<Item = u64> {
    let occupied = sketch.bins.0.iter().zip(1_u64..).filter(|(value, _)| **value != 0);
    occupied.map(move |(value, bin)| mixed(class.number() ^ (bin << 16 | u64::from(*value))))
}

/// A hash of the whole.
fn identity(class: Class, sketch: &Sketch) -> u64 {
    mixed(class.number().rotate_left(32) ^ sketch.print.field ^ sketch.print.ring)
}

/// Sketches are made under a secret, so nobody chooses what is hashed here.
fn mixed(number: u64) -> u64 {
    let product = u128::from(number ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93_u128;
    (product as u64) ^ (product >> 64) as u64
}

fn bucket(hash: u64, buckets: usize) -> usize {
    hash as usize & buckets.saturating_sub(1)
}

fn tag(hash: u64) -> u16 {
    (hash >> 48) as u16
}

#[cfg(test)]
mod tests;
