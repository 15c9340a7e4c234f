//! Times and checked names as they are stored.

use chrono::{DateTime, Utc};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Error, Row};

/// A moment as it is stored. Beyond year 294,246 there are none.
pub(crate) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// A moment as it was stored.
pub(crate) fn moment(micros: i64) -> rusqlite::Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or(Error::IntegralValueOutOfRange(0, micros))
}

/// A name, a role or the like, as it was stored: checked again on the way out.
pub(crate) fn parsed<T: TryFrom<String>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    T::try_from(text).map_err(|_| Error::InvalidColumnType(column, String::new(), Type::Text))
}

/// The same of something that may be missing.
pub(crate) fn perhaps<T: TryFrom<String>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { parsed(row, column).map(Some) }
}
