//! One entry: who did what to which thing, and what was decided.
//!
//! The builder is an allow-list: details are numbers, flags, times, fixed words and names, so a value
//! from the data has no way in. The one free text is the SQL that a person wrote.
//! Out of scope: what each action means to the rest of the enclave.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use ring::digest;
use serde::Serialize;

use super::AuditError;
use crate::ids::{HandlerId, OrganisationId, SnapshotId, SnapshotName, StudyId};
use crate::policy::BundleId;

/// The largest entry in bytes: a tlog-tiles bundle writes lengths in 16 bits.
const MAX_ENTRY: usize = 65_535;
/// How much of a query's text is kept, in bytes after JSON escaping; its hash and length cover all of it.
const MAX_SQL: usize = 48 * 1024;
/// How much of any other text is kept, in characters.
const MAX_TEXT: usize = 256;

/// One entry, not yet in the log. Serialises as JSON in the order of its fields; empty ones are left out.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    time: DateTime<FixedOffset>,
    actor: String,
    role: Role,
    action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    study: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<&'static str, Detail>,
}

/// In which role somebody acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 研究者.
    Researcher,
    /// 出力審査者.
    OutputChecker,
    /// 監査担当.
    SecurityStaff,
    /// データ管理者; also whoever holds the command line.
    DataSteward,
    /// 登録担当者.
    Registrar,
    /// Sekisho itself.
    System,
    /// Somebody who did not get in.
    Unknown,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says what was done")]
pub enum Action {
    Query,
    Verdict,
    Describe,
    Cancel,
    StudyCreate,
    StudyChange,
    StudyReview,
    Grant,
    GrantRevoke,
    OrganisationAdd,
    OrganisationRevoke,
    HandlerAdd,
    Invite,
    Enrol,
    LoginWithdraw,
    SignIn,
    SignInDenied,
    Confirm,
    ConfirmDenied,
    SignOut,
    SignOutForced,
    TokenIssue,
    TokenRevoke,
    Import,
    SnapshotWithdraw,
    SessionStart,
    SessionStop,
    SessionEnd,
    ServeStart,
    ServeEnd,
    Entry,
    RefusedEntry,
    LogRecovered,
}

/// How it came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says how it came out")]
pub enum Decision {
    Allowed,
    Denied,
    Released,
    Refused,
    Failed,
}

/// What a detail may be.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// A number; never one that the gate would suppress.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(DateTime<FixedOffset>),
    /// A word from our own source.
    Word(&'static str),
    /// A checked name.
    Name(String),
}

impl Entry {
    /// Begins an entry. The actor is a handler's name or the name of a part of Sekisho.
    #[must_use]
    pub fn new(
        time: impl Into<DateTime<FixedOffset>>,
        actor: impl Into<String>,
        role: Role,
        action: Action,
    ) -> Self {
        Self {
            time: time.into(),
            actor: shorten(actor.into()),
            role,
            action,
            study: None,
            session: None,
            object: None,
            hash: None,
            sql: None,
            sql_bytes: None,
            decision: None,
            reason: None,
            details: BTreeMap::new(),
        }
    }

    /// The study that it happened in.
    #[must_use]
    pub fn study(self, study: &StudyId) -> Self {
        Self { study: Some(study.to_string()), ..self }
    }

    /// The session that it happened in.
    #[must_use]
    pub fn session(self, session: impl Into<String>) -> Self {
        Self { session: Some(shorten(session.into())), ..self }
    }

    /// The name or number of what was acted on: a snapshot, a token's public part, an earlier entry.
    #[must_use]
    pub fn object(self, object: impl ToString) -> Self {
        Self { object: Some(shorten(object.to_string())), ..self }
    }

    /// The SHA-256 of the object's bytes, where those are not in the entry.
    #[must_use]
    pub fn hash_of(self, bytes: &[u8]) -> Self {
        Self { hash: Some(sha256_hex(bytes)), ..self }
    }

    /// A query's text: its hash and length, and as much of it as fits.
    #[must_use]
    pub fn sql(self, sql: &str) -> Self {
        let kept = fitting(sql, MAX_SQL).to_owned();
        let sql_bytes = u64::try_from(sql.len()).ok();
        Self { sql: Some(kept), sql_bytes, ..self.hash_of(sql.as_bytes()) }
    }

    /// How it came out.
    #[must_use]
    pub fn decision(self, decision: Decision) -> Self {
        Self { decision: Some(decision), ..self }
    }

    /// The fixed code of the rule, refusal or failure.
    #[must_use]
    pub fn reason(self, code: &'static str) -> Self {
        Self { reason: Some(code), ..self }
    }

    /// One more thing worth knowing.
    #[must_use]
    pub fn detail(mut self, name: &'static str, detail: impl Into<Detail>) -> Self {
        self.details.insert(name, detail.into());
        self
    }

    /// What was done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The entry as its leaf in the log.
    pub(super) fn encode(&self) -> Result<Vec<u8>, AuditError> {
        let bytes = serde_json::to_vec(self).map_err(|_| AuditError::TooLarge { bytes: 0 })?;
        if bytes.len() > MAX_ENTRY {
            return Err(AuditError::TooLarge { bytes: bytes.len() });
        }
        Ok(bytes)
    }
}

impl From<u64> for Detail {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<bool> for Detail {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&'static str> for Detail {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

macro_rules! names {
    ($($type:ty),*) => {$(
        impl From<&$type> for Detail {
            fn from(name: &$type) -> Self {
                Self::Name(name.to_string())
            }
        }
    )*};
}

names!(StudyId, OrganisationId, HandlerId, SnapshotName, SnapshotId, BundleId);

impl From<DateTime<FixedOffset>> for Detail {
    fn from(time: DateTime<FixedOffset>) -> Self {
        Self::Time(time)
    }
}

impl From<DateTime<chrono::Utc>> for Detail {
    fn from(time: DateTime<chrono::Utc>) -> Self {
        Self::Time(time.into())
    }
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// The longest beginning of `text` that takes at most `limit` bytes inside a JSON string.
fn fitting(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += match c {
            '"' | '\\' => 2,
            '\0'..='\u{1f}' => 6,
            _ => c.len_utf8(),
        };
        if used > limit {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

fn sha256_hex(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-20T09:00:00+09:00").unwrap()
    }

    #[test]
    fn an_entry_reads_in_the_order_of_its_fields() {
        let entry = Entry::new(at(), "sato", Role::Researcher, Action::Query)
            .detail("rows", 3)
            .detail("cached", false)
            .decision(Decision::Released)
            .sql("SELECT 1")
            .study(&StudyId::new("S1").unwrap());
        assert_eq!(
            String::from_utf8(entry.encode().unwrap()).unwrap(),
            r#"{"time":"2026-11-20T09:00:00+09:00","actor":"sato","role":"researcher","action":"query","study":"S1","#
                .to_owned()
                // `printf 'SELECT 1' | sha256sum`
                + r#""hash":"e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5","sql":"SELECT 1","sql_bytes":8,"#
                + r#""decision":"released","details":{"cached":false,"rows":3}}"#
        );
    }

    #[test]
    fn an_over_long_query_is_cut_but_its_hash_and_length_are_whole() {
        for piece in ["x", "\u{1}", "関", "\\\"\n"] {
            let sql = piece.repeat(10_000_000 / piece.len());
            let bytes = Entry::new(at(), "a".repeat(1000), Role::Researcher, Action::Query)
                .sql(&sql)
                .object("o".repeat(10_000))
                .encode()
                .unwrap();
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(json["sql_bytes"], sql.len());
            assert_eq!(json["hash"], sha256_hex(sql.as_bytes()));
            let kept = json["sql"].as_str().unwrap();
            assert!(kept.len() > 8_000 && sql.starts_with(kept));
        }
    }
}
