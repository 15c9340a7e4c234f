//! How much work a search may do, in units that do not depend on the clock.

/// Limits of one call of `protect`. Work is counted in steps of about a microsecond (one core, release
/// build), so the same budget gives the same pattern on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Steps for the search of cheaper patterns and better bounds. A safe pattern is found and
    /// audited whatever this says.
    pub steps: u64,
}

impl Default for Budget {
    /// At most about eight seconds.
    fn default() -> Self {
        Self { steps: 7_000_000 }
    }
}
