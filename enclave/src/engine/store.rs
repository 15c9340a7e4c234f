//! Which files stand behind the tables, and how they are shared out among threads.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::LogicalPlan;
use datafusion::parquet::encryption::decrypt::FileDecryptionProperties;

use crate::keys::DataKey;
use crate::plan::Listed;
use crate::snapshot::{Part, Snapshot, SnapshotError, decryption};
use crate::words::{FailCode, Halt};

/// A range of patients that one thread works on; `None` where no table has patients.
pub(super) type Shard = Option<Range<u32>>;

/// One table's files, ascending by patient.
#[derive(Debug, Clone)]
pub struct Files {
    /// The files.
    pub parts: Vec<Part>,
}

/// All tables' files with what it takes to read them.
#[derive(Debug, Clone)]
pub struct Store {
    tables: HashMap<String, Files>,
    decryption: Option<Arc<FileDecryptionProperties>>,
}

impl Store {
    /// The files of an opened snapshot.
    ///
    /// # Errors
    /// When the key is not one.
    pub fn of(snapshot: &Snapshot, key: &DataKey) -> Result<Self, SnapshotError> {
        let tables = snapshot
            .catalog()
            .tables
            .iter()
            .map(|table| (table.name.clone(), Files { parts: snapshot.parts(&table.name).to_vec() }))
            .collect();
        Ok(Self { tables, decryption: Some(decryption(key)?) })
    }

    /// Files that are not encrypted, for benchmarks.
    #[must_use]
    pub fn plain(tables: HashMap<String, Files>) -> Self {
        Self { tables, decryption: None }
    }

    pub(super) fn decryption(&self) -> Option<&Arc<FileDecryptionProperties>> {
        self.decryption.as_ref()
    }

    /// The files of a table that a shard reads; all of them where nobody's rows are in it.
    pub(super) fn parts(&self, table: &str, shard: Option<&Shard>) -> Result<Vec<Part>, Halt> {
        let files = self.tables.get(table).ok_or(FailCode::Internal)?;
        let mine = |part: &&Part| match (&part.patients, shard) {
            (Some(patients), Some(Some(range))) => range.contains(&patients.start),
            (Some(_), _) => false,
            (None, _) => true,
        };
        Ok(files.parts.iter().filter(mine).cloned().collect())
    }

    /// Disjoint ranges of patients with about as many rows each, at most `threads` of them. No file
    /// is in two of them.
    pub(super) fn shards(&self, plan: &LogicalPlan, threads: usize) -> Result<Vec<Shard>, Halt> {
        let mut rows: BTreeMap<u32, u64> = BTreeMap::new();
        for table in tables(plan) {
            let files = self.tables.get(&table).ok_or(FailCode::Internal)?;
            for part in &files.parts {
                if let Some(patients) = &part.patients {
                    *rows.entry(patients.start).or_default() += part.rows;
                }
            }
        }
        let all: u64 = rows.values().sum();
        let shards = u64::try_from(threads.min(rows.len()).max(1)).unwrap_or(1);
        let mut starts = vec![0];
        let mut before = 0;
        for (start, rows) in rows {
            let due = all * u64::try_from(starts.len()).unwrap_or(u64::MAX) / shards;
            if before > 0 && before >= due && starts.last() != Some(&start) {
                starts.push(start);
            }
            before += rows;
        }
        let ends = starts.iter().skip(1).copied().chain([u32::MAX]);
        Ok(starts.iter().copied().zip(ends).map(|(start, end)| Some(start..end)).collect())
    }

    /// Rows in the tables that a plan reads.
    pub(super) fn rows_read(&self, plan: &LogicalPlan) -> u64 {
        let rows =
            |table: &String| self.tables.get(table).map(|f| f.parts.iter().map(|p| p.rows).sum::<u64>());
        tables(plan).iter().filter_map(rows).sum()
    }
}

fn tables(plan: &LogicalPlan) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    // The closure never fails.
    let _ = plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(listed) = scan.source.downcast_ref::<Listed>()
        {
            tables.insert(listed.table().name.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    tables
}
