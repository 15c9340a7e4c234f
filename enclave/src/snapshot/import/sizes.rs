//! How large the pieces of an import are.

/// Sizes of the work. The defaults suit a machine with 4 GB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// About how many bytes the rows in hand may take, over all threads. Identifiers come on top: 40 bytes a patient.
    pub memory: u64,
    /// Rows of one part of the largest table, about.
    pub part_rows: u64,
    /// Rows of one row group, about: it ends with a patient's last row.
    pub group_rows: usize,
    /// Parts that are written at the same time.
    pub threads: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { memory: 1 << 30, part_rows: 1_000_000, group_rows: 1 << 18, threads: cores.min(4) }
    }
}

impl Sizes {
    /// Rows that one part may have. While it is sorted it stands in memory about three times: as it was
    /// sealed, as rows, and as pages.
    pub(super) fn rows_of_part(&self, row_bytes: u64) -> u64 {
        let threads = self.threads.max(1) as u64;
        let fitting = self.memory / (3 * threads * row_bytes.max(1));
        self.part_rows.min(fitting).max(1)
    }

    /// Rows that are read and spread at a time: enough that each bucket gets a fair piece. They
    /// stand in memory about four times.
    pub(super) fn rows_of_batch(&self, row_bytes: u64, buckets: usize) -> usize {
        let fitting = usize::try_from(self.memory / (4 * row_bytes.max(1))).unwrap_or(usize::MAX);
        (buckets * 2048).clamp(8192, 1 << 20).min(fitting).max(1)
    }
}
