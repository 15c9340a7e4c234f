//! What this endpoint remembers of a connection: who came in last, and the session options.
//!
//! A session is a connection. (Arrow proposes a cookie; the clients that matter keep one
//! connection each and most of them no cookies.) It also keeps the visit open between two calls.
//! Options: `sekisho.reasons` (a boolean: a companion column of reasons beside each figure), `sekisho.explore` (a boolean:
//! perturbed figures, where the bundle offers them), and `catalog` and `schema`, which can be read, and set to what they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use enclave::login::Zone;
use tonic::Extensions;

use super::house::{Shown, Visit};
use super::messages::{
    ErrorValue, GetSessionOptionsResult, OptionValue, SessionOptionValue, SetError, SetSessionOptionsRequest,
    SetSessionOptionsResult,
};
use super::shelf::Owner;
use crate::tls::Peer;

const REASONS: &str = "sekisho.reasons";
const EXPLORE: &str = "sekisho.explore";

/// How a caller wants answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// A companion column of reasons beside each figure.
    pub reasons: bool,
    /// Perturbed figures.
    pub explore: bool,
}

/// The memory of one connection.
#[derive(Debug)]
pub struct Session {
    zone: Zone,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    owner: Owner,
    /// Held, not read: a visit ends when nobody holds it.
    _visit: Visit,
    wishes: Wishes,
}

impl From<Peer> for Session {
    fn from(Peer { zone, .. }: Peer) -> Self {
        Self { zone, kept: Mutex::default() }
    }
}

impl Default for Session {
    /// Of nothing that showed a certificate.
    fn default() -> Self {
        Self { zone: Zone::Vdi, kept: Mutex::default() }
    }
}

impl Session {
    /// That of the connection that a call came by.
    pub fn of(call: &Extensions) -> Arc<Self> {
        call.get::<Arc<Self>>().cloned().unwrap_or_default()
    }

    /// Where the connection comes from.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Somebody called. Another caller than before finds the options as they were at first.
    pub fn called(&self, owner: Owner, visit: &Visit) {
        let mut kept = self.lock();
        let same = kept.as_ref().filter(|kept| kept.owner == owner);
        let wishes = same.map_or_else(Wishes::default, |kept| kept.wishes);
        *kept = Some(Kept { owner, _visit: visit.clone(), wishes });
    }

    /// How the caller wants answers.
    pub fn wishes(&self) -> Wishes {
        self.lock().as_ref().map_or_else(Wishes::default, |kept| kept.wishes)
    }

    /// Forgets all.
    pub fn close(&self) {
        *self.lock() = None;
    }

    /// Sets what can be set.
    pub fn set(&self, request: &SetSessionOptionsRequest, shown: &Shown) -> SetSessionOptionsResult {
        let failed = request.session_options.iter().filter_map(|(name, value)| {
            let error = self.set_one(name, value.option_value.as_ref(), shown).err()?;
            Some((name.clone(), SetError { value: error.into() }))
        });
        SetSessionOptionsResult { errors: failed.collect() }
    }

    /// All options.
    pub fn all(&self, shown: &Shown) -> GetSessionOptionsResult {
        let text = |t: &str| OptionValue::String(t.to_owned());
        let wishes = self.wishes();
        let options = [
            (REASONS, OptionValue::Bool(wishes.reasons)),
            (EXPLORE, OptionValue::Bool(wishes.explore)),
            ("catalog", text(&shown.catalog)),
            ("schema", text(&shown.study)),
        ];
        let session_options: HashMap<_, _> = options
            .into_iter()
            .map(|(name, value)| (name.to_owned(), SessionOptionValue { option_value: Some(value) }))
            .collect();
        GetSessionOptionsResult { session_options }
    }

    fn set_one(&self, name: &str, value: Option<&OptionValue>, shown: &Shown) -> Result<(), ErrorValue> {
        let only = |now: &str| match value {
            Some(OptionValue::String(text)) if text == now => Ok(()),
            None => Ok(()),
            _ => Err(ErrorValue::InvalidValue),
        };
        match name {
            REASONS | EXPLORE => {
                let wish = match value {
                    Some(OptionValue::Bool(wish)) => *wish,
                    Some(OptionValue::String(text)) => yes_or_no(text).ok_or(ErrorValue::InvalidValue)?,
                    None => false,
                    _ => return Err(ErrorValue::InvalidValue),
                };
                if let Some(Kept { wishes, .. }) = self.lock().as_mut() {
                    *(if name == REASONS { &mut wishes.reasons } else { &mut wishes.explore }) = wish;
                }
                Ok(())
            }
            "catalog" => only(&shown.catalog),
            "schema" => only(&shown.study),
            _ => Err(ErrorValue::InvalidName),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `true` and `false` as headers and options of plain clients write them.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        Shown { catalog: "demo".into(), study: "s1".into(), tables: vec![] }
    }

    fn set(session: &Session, name: &str, value: OptionValue) -> Option<i32> {
        let value = SessionOptionValue { option_value: Some(value) };
        let request = SetSessionOptionsRequest { session_options: [(name.to_owned(), value)].into() };
        session.set(&request, &shown()).errors.get(name).map(|e| e.value)
    }

    #[test]
    fn options_are_set_by_name_and_kind() {
        let session = Session::default();
        session.called(Owner::of("a"), &Visit::Canned);
        assert_eq!(set(&session, REASONS, OptionValue::String("maybe".into())), Some(2));
        assert_eq!(set(&session, "colour", OptionValue::Bool(true)), Some(1));
        assert_eq!(set(&session, "catalog", OptionValue::String("other".into())), Some(2));
        assert_eq!(set(&session, "schema", OptionValue::String("s1".into())), None);
        assert!(!session.wishes().reasons);
        assert_eq!(set(&session, REASONS, OptionValue::String("true".into())), None);
        assert_eq!(session.wishes(), Wishes { reasons: true, explore: false });
        assert_eq!(set(&session, EXPLORE, OptionValue::Bool(true)), None);
        assert_eq!(session.wishes(), Wishes { reasons: true, explore: true });
    }

    #[test]
    fn another_caller_on_the_same_connection_starts_afresh() {
        let session = Session::default();
        session.called(Owner::of("a"), &Visit::Canned);
        set(&session, REASONS, OptionValue::Bool(true));
        session.called(Owner::of("a"), &Visit::Canned);
        assert!(session.wishes().reasons);
        session.called(Owner::of("b"), &Visit::Canned);
        assert!(!session.wishes().reasons);
    }
}
