//! Finds the recorded vectors that a new one may be close to, among millions, by looking at a few.
//!
//! Two vectors that differ in fewer than *t* patients differ in fewer than *t* bins. So among the first *t* bins
//! that either has anything in, at least one holds the same in both: it is among the first *t* occupied bins of
//! each. Every record is filed under its first *t* occupied bins, and looked for under them. In a bin of few
//! patients the number tells who they are; bins of many say less, so where most bins are occupied, groups of two or
//! four take the place of one. Where two vectors together occupy fewer than *t* bins this says nothing: see `sparse`.
//!
//! Out of scope: what is on disk (`store`). An index is made anew by whoever opens the ledger.

use std::collections::HashMap;

use super::Class;
use super::definition::Definition;
use super::postings::{Posting, Postings};
use super::sketch::{Apart, Sketch};
use super::sparse::Sparse;

/// A vector that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub class: Class,
    /// What it is by the words of the question, where the policy looks at these.
    pub definition: Option<Definition>,
    pub sketch: Sketch,
    /// The patients behind the figure, or the figures of a sum.
    pub patients: u64,
    /// The question whose answer told it.
    pub question: u64,
    /// Whether it is of a small table: see `trackers`.
    pub small: bool,
}

/// What the index knows of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It was told before, or nobody contributed to it.
    Same,
    /// It differs in few patients from one that this question told; or in none, and has other words.
    Few { question: u64 },
    /// Everything that was told is far from it.
    Far,
}

/// Records filed under what finds them.
#[derive(Debug)]
pub(super) struct Index {
    threshold: u32,
    records: Vec<Record>,
    postings: Postings,
    sparse: HashMap<Class, Sparse>,
}

/// Bins in a group, and how many bins of a vector must be occupied for such groups.
const WIDTHS: [(u32, u32); 2] = [(4, 40), (2, 20)];

impl Index {
    pub fn new(threshold: u32) -> Self {
        Self { threshold, records: Vec::new(), postings: Postings::new(), sparse: HashMap::new() }
    }

    /// Makes searches with a threshold possible; a higher one than ever before takes time.
    pub fn serve(&mut self, threshold: u32) {
        if threshold > self.threshold {
            self.threshold = threshold;
            self.refile();
        }
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    pub fn into_records(self) -> Vec<Record> {
        self.records
    }

    /// Files a record, if there is room: memory ends long before.
    pub fn insert(&mut self, record: Record) {
        let Ok(at) = u32::try_from(self.records.len()) else { return };
        self.records.push(record);
        self.file(at, &record);
    }

    /// What is known of a vector, at a threshold that [`Index::serve`] was told of.
    pub fn find(
        &self,
        class: Class,
        sketch: &Sketch,
        definition: Option<Definition>,
        threshold: u32,
    ) -> Known {
        let mask = occupied(sketch);
        if mask == 0 && *sketch == Sketch::default() {
            return Known::Same;
        }
        if let Some(known) = self.same(class, sketch, definition, mask) {
            return known;
        }
        let is_few =
            |record: &&Record| record.class == class && record.sketch.apart(sketch, threshold) == Apart::Few;
        let met = self.features(class, sketch, mask, threshold);
        let met = met.flat_map(|feature| self.filed(feature, mask, threshold));
        // Sparse vectors can only differ in few.
        let sparse = self.sparse.get(&class).into_iter().flat_map(|sparse| sparse.close(mask, threshold));
        match met.chain(sparse).filter_map(|at| self.records.get(at as usize)).find(is_few) {
            Some(record) => Known::Few { question: record.question },
            None => Known::Far,
        }
    }

    /// What is known of a vector that is told already. Where the policy does not look at words they are as good as the same.
    fn same(
        &self,
        class: Class,
        sketch: &Sketch,
        definition: Option<Definition>,
        mask: u64,
    ) -> Option<Known> {
        let filed = self.filed(identity(class, sketch), mask, 1);
        let filed = filed.filter_map(|at| self.records.get(at as usize));
        let mut same = filed.filter(|record| record.class == class && record.sketch == *sketch).peekable();
        let question = same.peek()?.question;
        let said = definition.is_none() || same.any(|record| record.definition == definition);
        Some(if said { Known::Same } else { Known::Few { question } })
    }

    /// What a vector is looked for under: the first `threshold` features, even where records are filed under
    /// more, by the width that it would be filed by and those that what is close may be.
    fn features(
        &self,
        class: Class,
        sketch: &Sketch,
        mask: u64,
        threshold: u32,
    ) -> impl Iterator<Item = u32> {
        let bins = mask.count_ones();
        let mut widths =
            [bins.saturating_sub(threshold), bins, bins + threshold].map(|bins| self.width(bins)).to_vec();
        widths.dedup();
        widths.into_iter().flat_map(move |width| features(class, sketch, width).take(threshold as usize))
    }

    /// The records under a feature whose occupied bins may differ in fewer than `threshold`.
    fn filed(&self, feature: u32, mask: u64, threshold: u32) -> impl Iterator<Item = u32> {
        let occupied = folded(mask);
        let near = move |posting: &&Posting| (posting.occupied ^ occupied).count_ones() < threshold;
        self.postings.under(feature).filter(near).map(|posting| posting.record)
    }

    fn file(&mut self, at: u32, record: &Record) {
        let mask = occupied(&record.sketch);
        let width = self.width(mask.count_ones());
        let under = features(record.class, &record.sketch, width).take(self.threshold as usize);
        for tag in std::iter::once(identity(record.class, &record.sketch)).chain(under) {
            self.postings.insert(Posting { tag, occupied: folded(mask), record: at });
        }
        if mask.count_ones() < self.threshold {
            self.sparse.entry(record.class).or_default().insert(mask, at);
        }
    }

    /// Files all records anew.
    fn refile(&mut self) {
        self.postings = Postings::new();
        self.sparse.clear();
        let records = std::mem::take(&mut self.records);
        for (at, record) in (0..).zip(&records) {
            self.file(at, record);
        }
        self.records = records;
    }

    /// How many bins are filed together, by how many are occupied: the more the better, as long as there are
    /// at least *t* groups with anything in.
    fn width(&self, occupied: u32) -> usize {
        let enough =
            |(width, least): &&(u32, u32)| occupied >= *least && self.threshold * width < least + width;
        WIDTHS.iter().find(enough).map_or(1, |(width, _)| *width as usize)
    }
}

/// Which bins hold anything.
fn occupied(sketch: &Sketch) -> u64 {
    sketch.bins.0.iter().rev().fold(0, |mask, value| mask << 1 | u64::from(*value != 0))
}

/// Half as long a mask; two of them differ in no more places than the whole ones.
fn folded(mask: u64) -> u32 {
    (mask ^ mask >> 32) as u32
}

/// A hash of each group of bins that holds anything, in their order.
fn features(class: Class, sketch: &Sketch, width: usize) -> impl Iterator<Item = u32> {
    let groups = sketch.bins.0.chunks(width).zip(1_u64..);
    groups.filter(|(group, _)| group.iter().any(|value| *value != 0)).map(move |(group, nth)| {
        // At most four bins of 16 bits.
        let values = group.iter().fold(0, |values, value| values << 16 | u64::from(*value));
        hash(mixed(class.number() ^ nth << 8 ^ width as u64) ^ values)
    })
}

/// A hash of the whole.
fn identity(class: Class, sketch: &Sketch) -> u32 {
    hash(class.number().rotate_left(32) ^ sketch.print.field ^ sketch.print.wide)
}

fn hash(number: u64) -> u32 {
    (mixed(number) >> 32) as u32
}

/// Sketches are made under a secret, so nobody chooses what is hashed here.
fn mixed(number: u64) -> u64 {
    let product = u128::from(number ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93_u128;
    (product as u64) ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests;
