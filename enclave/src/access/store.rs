//! The SQLite file of the register.

use rusqlite::Transaction;

use super::AccessError;
use crate::sqlite::{Kind, OpenError};
pub(super) use crate::sqlite::{micros, moment, parsed, perhaps};

/// "Seki".
pub(super) const KIND: Kind = Kind {
    application_id: 0x5365_6B69,
    migrations: &[
        include_str!("schema/1.sql"),
        include_str!("schema/2.sql"),
        include_str!("schema/3.sql"),
        include_str!("schema/4.sql"),
    ],
};

/// The first column of all rows, for error texts that say what there is.
pub(super) fn names(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<String>, AccessError> {
    let mut statement = transaction.prepare_cached(sql)?;
    let names = statement.query_map(parameters, |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

impl From<OpenError> for AccessError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::File { path, source } => Self::File { path, source },
            OpenError::Store(source) => Self::Store(source),
            OpenError::Foreign(path) => Self::Foreign(path),
            OpenError::Newer { found, known } => Self::Newer { found, known },
        }
    }
}
