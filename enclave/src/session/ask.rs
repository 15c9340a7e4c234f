//! A question, as it goes from the person to the desk.

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Ask {
    /// One `SELECT` statement.
    pub sql: String,
    /// Values for `?` or `$1`, `$2` …: one row, as an Arrow IPC stream.
    pub parameters: Option<Vec<u8>>,
}
