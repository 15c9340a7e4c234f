//! The gatehouse: keys, log, register, results and sessions of one home.
//!
//! It never opens a data file and never holds a row.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use serde::Deserialize;

use super::allowance::Allowance;
use super::slot::Slot;
use super::visit::Visit;
use crate::access::{Access, AccessError, Permit};
use crate::audit::{Action, AuditError, AuditLog, Decision, Entry, ORIGIN, Receipt, Role};
use crate::catalog::Catalog;
use crate::gate::{SafeTable, Verdict};
use crate::ids::{HandlerId, SnapshotId, StudyId};
use crate::keys::{KeyError, KeyStore, ManifestKey, SigningPurpose};
use crate::ledger::{Ledgers, Recorded, Scope, Scribe};
use crate::policy::LedgerScope;
use crate::results::{Results, ResultsError};
use crate::session::Limits;
use crate::snapshot::{self, Snapshot};
use crate::words::{FailCode, Failure};

/// Where the time comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// What a house may be told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What one session may use.
    pub limits: Limits,
    /// Whether a session refuses to start where the kernel lacks a part of the confinement.
    pub require_confinement: bool,
}

/// Why a house did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The audit log.
    #[error(transparent)]
    Log(#[from] AuditError),
    /// The register of studies and handlers.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The folder of results.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The home itself.
    #[error("{path}: {error}")]
    Home {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

/// Everything the gatehouse keeps open.
pub struct Gatehouse {
    home: PathBuf,
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    pub(super) keys: KeyStore,
    pub(super) manifest_key: ManifestKey,
    pub(super) log: Arc<AuditLog>,
    access: Access,
    results: Results,
    ledgers: Arc<Ledgers>,
    pub(super) allowance: Arc<Allowance>,
    snapshots: Mutex<HashMap<SnapshotId, Arc<Snapshot>>>,
    slots: Mutex<HashMap<(HandlerId, StudyId), Arc<Slot>>>,
}

impl std::fmt::Debug for Gatehouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gatehouse").field("home", &self.home).finish_non_exhaustive()
    }
}

impl Gatehouse {
    /// Opens the house that lives in `home`, making what is missing. Several processes may have it
    /// open at once.
    ///
    /// # Errors
    /// When the keys, the log or the register cannot be opened.
    pub fn open(home: &Path, settings: Settings, clock: Clock) -> Result<Self, OpenError> {
        let at_home = |error| OpenError::Home { path: home.to_owned(), error };
        std::fs::create_dir_all(home).map_err(at_home)?;
        let home = home.canonicalize().map_err(at_home)?;
        let keys = KeyStore::open(&home)?;
        let manifest_key = keys.manifest_key()?;
        let seed = keys.signing_seed(SigningPurpose::AuditLog);
        let log = Arc::new(AuditLog::open(&home.join("audit"), ORIGIN, &seed, clock())?);
        let access = Access::open(&home.join("state.sqlite"))?;
        let results = Results::new(home.join("results"), &keys.results_key())?;
        let ledgers = Arc::new(Ledgers::new(home.join("ledger"), keys.ledger_key()));
        let allowance = Arc::new(Allowance::new(home.join("explored.sqlite")));
        let (snapshots, slots) = (Mutex::default(), Mutex::default());
        Ok(Self {
            home,
            settings,
            clock,
            keys,
            manifest_key,
            log,
            access,
            results,
            ledgers,
            allowance,
            snapshots,
            slots,
        })
    }

    /// Its folder, absolute.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Lets a handler into a study. The session process starts at the first question.
    ///
    /// # Errors
    /// When the study does not permit it, with an entry in the log.
    pub async fn enter(&self, handler: &HandlerId, study: &StudyId) -> Result<Visit, Verdict> {
        match self.access.permit(handler, study, (self.clock)()) {
            Ok(permit) => self.visit(&permit),
            Err(refusal) => {
                let entry = Entry::new((self.clock)(), handler.as_str(), Role::Unknown, Action::RefusedEntry);
                let entry = entry.study(study).decision(Decision::Denied).reason(refusal.code.code());
                self.append(entry).await.map_err(Verdict::Failed)?;
                Err(Verdict::Refused(refusal))
            }
        }
    }

    /// Lets the bearer of a token in.
    ///
    /// # Errors
    /// When the token is unknown, expired or revoked, or as [`Gatehouse::enter`].
    pub async fn enter_by_token(&self, token: &str) -> Result<Visit, Verdict> {
        match self.access.bearer(token, (self.clock)()) {
            Ok((handler, study)) => self.enter(&handler, &study).await,
            Err(refusal) => {
                let entry = Entry::new((self.clock)(), "bearer", Role::Unknown, Action::RefusedEntry);
                let entry = entry.decision(Decision::Denied).reason(refusal.code.code());
                self.append(entry).await.map_err(Verdict::Failed)?;
                Err(Verdict::Refused(refusal))
            }
        }
    }

    /// What the study's catalogue shows this visitor.
    ///
    /// # Errors
    /// When the study does not permit it any more.
    pub async fn catalog(&self, visit: &Visit) -> Result<Catalog, Verdict> {
        let permit = self.permit(visit)?;
        let mut catalog = self.snapshot(permit.snapshot())?.catalog();
        catalog.tables.retain(|table| permit.tables().allows(&table.name));
        Ok(catalog)
    }

    /// Checks everything anew: period, grant, role, training.
    pub(super) fn permit(&self, visit: &Visit) -> Result<Permit, Verdict> {
        self.access.permit(&visit.handler, &visit.study, (self.clock)()).map_err(Verdict::Refused)
    }

    pub(super) fn snapshot(&self, id: &SnapshotId) -> Result<Arc<Snapshot>, Verdict> {
        let mut known = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = known.get(id) {
            return Ok(Arc::clone(snapshot));
        }
        let opened =
            Snapshot::open(&snapshot::folder(&self.home, id), &self.manifest_key).map_err(|error| {
                tracing::error!(%error, snapshot = %id, "a snapshot does not open");
                Verdict::Failed(Failure::new(FailCode::Internal))
            })?;
        let opened = Arc::new(opened);
        known.insert(id.clone(), Arc::clone(&opened));
        Ok(opened)
    }

    /// Who writes a question's figures into the ledger of the study's scope; `question` is its place in the log.
    pub(super) async fn scribe(&self, visit: &Visit, question: u64) -> Result<Scribe, Verdict> {
        let snapshot = self.snapshot(&visit.snapshot)?;
        let bundle = snapshot.bundle();
        let scope =
            Scope::of(bundle.ledger.scope, &visit.study, visit.organisation.as_ref(), &visit.snapshot);
        let ledger = match scope {
            None => None,
            Some(scope) => {
                let ledgers = Arc::clone(&self.ledgers);
                let opened = tokio::task::spawn_blocking(move || ledgers.of(&scope)).await;
                let internal = |error: &dyn std::fmt::Display| {
                    tracing::error!(%error, "a ledger could not be opened");
                    Verdict::Failed(Failure::new(FailCode::Internal))
                };
                Some(opened.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?)
            }
        };
        let scribe = Scribe::new(ledger, question, bundle.patients);
        // In a wider scope the earlier question may be another study's.
        Ok(if bundle.ledger.scope == LedgerScope::Study { scribe.naming_earlier() } else { scribe })
    }

    pub(super) fn keep(
        &self,
        visit: &Visit,
        table: &SafeTable,
        receipt: &Receipt,
        recorded: &Recorded,
    ) -> Result<(), Failure> {
        self.results.keep(&visit.study, table, receipt, recorded, &SystemRandom::new()).map_err(|error| {
            tracing::error!(%error, "an answer could not be kept");
            Failure::new(FailCode::Internal)
        })
    }

    fn visit(&self, permit: &Permit) -> Result<Visit, Verdict> {
        let snapshot = self.snapshot(permit.snapshot())?;
        let key = (permit.handler().clone(), permit.study().clone());
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Arc::clone(slots.entry(key).or_default());
        Ok(Visit {
            handler: permit.handler().clone(),
            study: permit.study().clone(),
            organisation: permit.organisation().cloned(),
            snapshot: permit.snapshot().clone(),
            policy: snapshot.bundle().id(),
            slot,
        })
    }
}
