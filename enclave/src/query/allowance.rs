//! How many perturbed numbers each study was told today: an SQLite file, made at the first explored answer and shared by all
//! processes of the house.
//!
//! A question that was told on the same day is told again for nothing: the same people have the same noise. Days before
//! this one are forgotten. Out of scope: how many a study may be told (`policy`), and why.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use rusqlite::{Connection, TransactionBehavior, params};

use super::{Ask, Gatehouse, Visit};
use crate::gate::{ExploredTable, Verdict};
use crate::ids::StudyId;
use crate::policy::Daily;
use crate::sqlite::{is_ours, make_private, use_wal};
use crate::words::{FailCode, Failure, Refusal, RefusalCode};

/// "Sekx": tells our files from other people's.
const APPLICATION_ID: i64 = 0x5365_6B78;
/// How long one process waits for another's write.
const BUSY: Duration = Duration::from_secs(5);

/// What each study was told today.
#[derive(Debug)]
pub(super) struct Allowance {
    path: PathBuf,
}

/// Why nobody can tell what a study was told.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("not a file of ours")]
    Foreign,
}

impl Gatehouse {
    /// The explored table, if the study may be told so much more today. What is told is on disk before it is.
    pub(super) async fn spend(&self, visit: &Visit, ask: &Ask, table: ExploredTable) -> Verdict {
        let Ok(Some(daily)) = self.snapshot(&visit.snapshot).map(|of| of.bundle().exploring.daily()) else {
            return Verdict::Failed(Failure::new(FailCode::Internal));
        };
        let (allowance, study, now) = (Arc::clone(&self.allowance), visit.study.clone(), (self.clock)());
        let (question, numbers) = (digest(ask), table.numbers());
        // It waits for a lock and a disk.
        let spending = move || allowance.spend(&study, now, &question, numbers, daily);
        match tokio::task::spawn_blocking(spending).await {
            Ok(Ok(true)) => Verdict::Explored(table),
            Ok(Ok(false)) => Verdict::Refused(Refusal::new(RefusalCode::ExploringSpent, "")),
            Ok(Err(error)) => {
                tracing::error!(%error, "what a study explored could not be written");
                Verdict::Failed(Failure::new(FailCode::Internal))
            }
            Err(_) => Verdict::Failed(Failure::new(FailCode::Internal)),
        }
    }
}

impl Allowance {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Notes that a study is told a question's numbers; false, and nothing noted, where these are too many.
    fn spend(
        &self,
        study: &StudyId,
        now: DateTime<Utc>,
        question: &[u8],
        numbers: u64,
        daily: Daily,
    ) -> Result<bool, Trouble> {
        let mut connection = open(&self.path)?;
        let (study, today) = (study.as_str(), now.date_naive().to_string());
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM told WHERE day < ?1", params![today])?;
        let told: i64 = transaction.query_row(
            "SELECT coalesce(sum(numbers), 0) FROM told WHERE study = ?1 AND question <> ?2",
            params![study, question],
            |row| row.get(0),
        )?;
        let numbers = i64::try_from(numbers).unwrap_or(i64::MAX);
        if told.saturating_add(numbers) > i64::from(daily.numbers()) {
            return Ok(false);
        }
        transaction.execute(
            "INSERT OR REPLACE INTO told (study, question, day, numbers) VALUES (?1, ?2, ?3, ?4)",
            params![study, question, today, numbers],
        )?;
        transaction.commit()?;
        Ok(true)
    }
}

fn open(path: &Path) -> Result<Connection, Trouble> {
    make_private(path)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    if !is_ours(&connection, APPLICATION_ID)? {
        return Err(Trouble::Foreign);
    }
    use_wal(&connection, BUSY)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS told (
             study TEXT NOT NULL, question BLOB NOT NULL, day TEXT NOT NULL, numbers INTEGER NOT NULL,
             PRIMARY KEY (study, question)
         ) STRICT, WITHOUT ROWID;",
    )?;
    Ok(connection)
}

/// What tells a question from others: its words and its values.
fn digest(ask: &Ask) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let parameters = ask.parameters.as_deref().unwrap_or_default();
    context.update(&u64::try_from(ask.sql.len()).unwrap_or(u64::MAX).to_be_bytes());
    context.update(ask.sql.as_bytes());
    for part in ask.views.iter().flat_map(|view| [&view.name, &view.sql]).chain(&ask.values) {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.update(parameters);
    context.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_study_is_told_so_many_numbers_a_day_and_the_same_again() {
        let folder = tempfile::tempdir().unwrap();
        let allowance = Allowance::new(folder.path().join("explored.sqlite"));
        let study = |name: &str| StudyId::try_from(name.to_owned()).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let spend = |name: &str, now, question: &str, numbers| {
            let daily = Daily::new(NonZeroU32::new(10).unwrap());
            allowance.spend(&study(name), now, question.as_bytes(), numbers, daily).unwrap()
        };
        assert!(spend("one", now, "a", 6));
        assert!(!spend("one", now, "b", 5), "eleven");
        assert!(spend("one", now, "b", 4));
        assert!(spend("one", now, "a", 6), "told already");
        assert!(!spend("one", now, "c", 1));
        assert!(spend("two", now, "c", 10), "another study");
        assert!(!spend("three", now, "c", 11), "too many at once");
        assert!(spend("one", now + TimeDelta::days(1), "c", 10), "another day");
        assert!(!spend("one", now + TimeDelta::days(1), "a", 6), "yesterday's are forgotten");
    }
}
