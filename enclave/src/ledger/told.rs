//! All that was told: figures and sums, each in the index, and tables whose parts may be pooled.

use std::collections::{HashMap, HashSet};

use super::Class;
use super::definition::Definition;
use super::index::{Index, Known, Record};
use super::partition::Partition;
use super::sketch::Sketch;
use super::trackers::Trackers;

/// What is known, of one ledger or of one question.
#[derive(Debug)]
pub(super) struct Told {
    index: Index,
    partitions: HashMap<Class, Vec<Partition>>,
    trackers: Trackers,
    /// Fingerprints of the partitions: the same table is asked for again and again.
    seen: HashSet<Vec<[u64; 2]>>,
}

impl Told {
    pub fn new(threshold: u32) -> Self {
        Self {
            index: Index::new(threshold),
            partitions: HashMap::new(),
            trackers: Trackers::default(),
            seen: HashSet::new(),
        }
    }

    /// Makes searches with a threshold possible.
    pub fn serve(&mut self, threshold: u32) {
        self.index.serve(threshold);
    }

    pub fn insert(&mut self, record: Record) {
        if record.small {
            self.trackers.insert(record);
        }
        self.index.insert(record);
    }

    /// The question that told one of two figures, of this ledger or this question, that tell of few together with
    /// another.
    pub fn tracked(known: [&Self; 2], class: Class, sketch: &Sketch, threshold: u32) -> Option<u64> {
        Trackers::close(known.map(|told| &told.trackers), class, sketch, threshold)
    }

    pub fn divide(&mut self, partition: Partition) {
        if self.seen.insert(partition.prints()) {
            self.partitions.entry(partition.class).or_default().push(partition);
        }
    }

    pub fn knows(&self, partition: &Partition) -> bool {
        self.seen.contains(&partition.prints())
    }

    /// What is known of a vector: of itself, and as a sum of parts of a table.
    pub fn find(
        &self,
        class: Class,
        sketch: &Sketch,
        definition: Option<Definition>,
        patients: u64,
        threshold: u32,
    ) -> Known {
        let known = self.index.find(class, sketch, definition, threshold);
        if known != Known::Far {
            return known;
        }
        let mut partitions = self.partitions.get(&class).into_iter().flatten();
        match partitions.find(|partition| partition.close(sketch, patients, threshold).is_some()) {
            Some(partition) => Known::Few { question: partition.question },
            None => Known::Far,
        }
    }

    /// A known vector that a sum of a new partition's parts is close to: who told it, and the parts.
    pub fn pooled(&self, partition: &Partition, threshold: u32) -> Option<(u64, Vec<usize>)> {
        let records = self.index.records().iter().filter(|record| record.class == partition.class);
        let mut close = records.filter_map(|record| {
            Some((record.question, partition.close(&record.sketch, record.patients, threshold)?))
        });
        close.next()
    }

    /// Everything, in the order in which it was told.
    pub fn into_parts(self) -> (Vec<Record>, Vec<Partition>) {
        let mut partitions: Vec<Partition> = self.partitions.into_values().flatten().collect();
        partitions.sort_by_key(Partition::prints);
        (self.index.into_records(), partitions)
    }
}
