//! What the portal has read of the audit log, for lists that would otherwise read all of it each time: changes of the register, and
//! how much each study was used.
//!
//! The log stays the truth; this is forgotten with the process. Out of scope: whether the log is whole (`enclave::audit::verify`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use enclave::audit::{self, AuditError};
use serde_json::Value;

/// What somebody asks the history of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An organisation.
    Organisation,
    /// A handler.
    Handler,
    /// A study.
    Study,
}

impl Kind {
    /// By the word in addresses.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "organisation" => Some(Self::Organisation),
            "handler" => Some(Self::Handler),
            "study" => Some(Self::Study),
            _ => None,
        }
    }

    /// Whether a change is one of the thing of that name.
    fn is_changed(self, name: &str, entry: &Value) -> bool {
        let action = entry.get("action").and_then(Value::as_str).unwrap_or_default();
        let is = |field: &str| entry.get(field).and_then(Value::as_str) == Some(name);
        match self {
            Self::Study => is("study"),
            Self::Handler => HANDLER.contains(&action) && is("object"),
            Self::Organisation => {
                let whose = entry.get("details").and_then(|details| details.get("organisation"));
                (ORGANISATION.contains(&action) && is("object"))
                    || (action == "study_create" && whose.and_then(Value::as_str) == Some(name))
            }
        }
    }
}

const ORGANISATION: [&str; 2] = ["organisation_add", "organisation_revoke"];
/// What has a handler for its object.
const HANDLER: [&str; 6] = ["handler_add", "invite", "enrol", "login_withdraw", "grant", "grant_revoke"];
const STUDY: [&str; 3] = ["study_create", "study_change", "study_review"];

/// How much a study was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Questions asked, whatever came out.
    pub questions: u64,
    /// Sessions begun.
    pub sessions: u64,
}

/// What was read so far.
#[derive(Debug, Default)]
pub struct Chronicle(Mutex<Read>);

#[derive(Debug, Default)]
struct Read {
    next: usize,
    used: BTreeMap<String, Used>,
    changes: Vec<(u64, Value)>,
}

impl Chronicle {
    /// Changes of one thing, newest first, each with its place in the log.
    pub fn changes(
        &self,
        log: &Path,
        kind: Kind,
        name: &str,
        most: usize,
    ) -> Result<Vec<(u64, Value)>, AuditError> {
        let read = self.caught_up(log)?;
        let newest = read.changes.iter().rev();
        Ok(newest.filter(|(_, entry)| kind.is_changed(name, entry)).take(most).cloned().collect())
    }

    /// How much each study was used.
    pub fn used(&self, log: &Path) -> Result<BTreeMap<String, Used>, AuditError> {
        Ok(self.caught_up(log)?.used.clone())
    }

    /// Reads what was written since the last time.
    fn caught_up(&self, log: &Path) -> Result<MutexGuard<'_, Read>, AuditError> {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for recorded in audit::show(log)?.skip(read.next) {
            let recorded = recorded?;
            if let Some(entry) = recorded.json() {
                read.take(recorded.index, entry);
            }
            read.next += 1;
        }
        Ok(read)
    }
}

impl Read {
    fn take(&mut self, index: u64, entry: Value) {
        let text = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or_default();
        let (action, study) = (text("action"), text("study").to_owned());
        match action {
            "query" => self.used.entry(study).or_default().questions += 1,
            "session_start" => self.used.entry(study).or_default().sessions += 1,
            action if [&ORGANISATION[..], &HANDLER, &STUDY].concat().contains(&action) => {
                self.changes.push((index, entry));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use enclave::audit::{Action, AuditLog, Entry, Role};
    use enclave::ids::{HandlerId, OrganisationId, StudyId};

    use super::*;

    fn entry(action: Action) -> Entry {
        let now: chrono::DateTime<chrono::Utc> = "2026-11-20T03:00:00Z".parse().unwrap();
        Entry::new(now, "fumi", Role::Registrar, action)
    }

    #[test]
    fn it_follows_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-20T03:00:00Z".parse().unwrap();
        let log = AuditLog::open(folder.path(), "test", &[7; 32], now).unwrap();
        let write = |entry| log.append_blocking(entry).map(|receipt| receipt.index()).unwrap();
        let (a, o) = (StudyId::new("a").unwrap(), OrganisationId::new("o").unwrap());
        let (sato, chronicle) = (HandlerId::new("a").unwrap(), Chronicle::default());
        let made = write(entry(Action::StudyCreate).study(&a).object("demo@0").detail("organisation", &o));
        let of = |kind, name: &str| {
            let found = chronicle.changes(folder.path(), kind, name, 9).unwrap();
            found.into_iter().map(|(index, _)| index).collect::<Vec<_>>()
        };
        assert_eq!((of(Kind::Study, "a"), of(Kind::Organisation, "o")), (vec![made], vec![made]));
        assert!(of(Kind::Handler, "a").is_empty());
        let added = write(entry(Action::HandlerAdd).object(&sato));
        write(entry(Action::Query).study(&a).sql("SELECT 1"));
        write(entry(Action::Verdict).study(&a));
        write(entry(Action::SessionStart).study(&a));
        let granted = write(entry(Action::Grant).study(&a).object(&sato));
        assert_eq!(of(Kind::Study, "a"), [granted, made], "newest first");
        assert_eq!(of(Kind::Handler, "a"), [granted, added]);
        assert_eq!(chronicle.changes(folder.path(), Kind::Study, "a", 1).unwrap().len(), 1);
        write(entry(Action::Query).study(&a).sql("SELECT 2"));
        assert_eq!(chronicle.used(folder.path()).unwrap()["a"], Used { questions: 2, sessions: 1 });
        assert_eq!(chronicle.used(folder.path()).unwrap()["a"].questions, 2, "nothing twice");
    }
}
