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
use super::queue::{Capacity, Queue};
use super::slot::Slots;
use super::visit::Visit;
use crate::access::{Access, AccessError, Permit, TablePermit};
use crate::audit::{Action, AuditError, AuditLog, Decision, Entry, ORIGIN, Receipt, Role};
use crate::catalog::Catalog;
use crate::gate::{SafeTable, Verdict};
use crate::ids::{HandlerId, SnapshotId, StudyId};
use crate::keys::{KeyError, KeyStore, LoginKeys, ManifestKey, SigningPurpose};
use crate::ledger::{Ledgers, Recorded, Scope, Scribe};
use crate::login::Zone;
use crate::policy::{Bundle, BundleId, LedgerScope};
use crate::results::{Results, ResultsError};
use crate::session::Limits;
use crate::snapshot::{self, Snapshot};
use crate::words::{FailCode, Failure, Refusal, RefusalCode};

/// Where the time comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// What a house may be told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What one session may use.
    pub limits: Limits,
    /// What all sessions together may use.
    pub house: Capacity,
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
    pub(super) slots: Arc<Slots>,
    pub(super) queue: Arc<Queue>,
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
        let (snapshots, slots) = (Mutex::default(), Arc::<Slots>::default());
        let queue = Queue::new(&settings.house, &settings.limits, Arc::clone(&slots));
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
            queue,
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

    /// The same for somebody in a zone of the portal's: the study's route must lead through it.
    ///
    /// # Errors
    /// As [`Gatehouse::enter`].
    pub async fn enter_from(
        &self,
        handler: &HandlerId,
        study: &StudyId,
        zone: Zone,
    ) -> Result<Visit, Verdict> {
        match self.admits(handler, study, zone) {
            Ok(permit) => Ok(Visit { zone: Some(zone), ..self.visit(&permit)? }),
            Err(refusal) => {
                let entry = Entry::new((self.clock)(), handler.as_str(), Role::Unknown, Action::RefusedEntry);
                let entry = entry.study(study).decision(Decision::Denied).reason(refusal.code.code());
                self.append(entry.detail("zone", zone.code())).await.map_err(Verdict::Failed)?;
                Err(Verdict::Refused(refusal))
            }
        }
    }

    /// Whether a study would let somebody in from a zone now; writes nothing.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, handler: &HandlerId, study: &StudyId, zone: Zone) -> Result<Permit, Refusal> {
        let permit = self.access.permit(handler, study, (self.clock)())?;
        if zone.is_on(permit.route()) { Ok(permit) } else { Err(wrong_zone(zone)) }
    }

    /// Lets the bearer of a token in, from where they are.
    ///
    /// # Errors
    /// When the token is unknown, expired or revoked, or as [`Gatehouse::enter_from`].
    pub async fn enter_by_token(&self, token: &str, zone: Zone) -> Result<Visit, Verdict> {
        match self.access.bearer(token, (self.clock)()) {
            Ok((handler, study)) => self.enter_from(&handler, &study, zone).await,
            Err(refusal) => {
                let entry = Entry::new((self.clock)(), "bearer", Role::Unknown, Action::RefusedEntry);
                let entry = entry.decision(Decision::Denied).reason(refusal.code.code());
                self.append(entry).await.map_err(Verdict::Failed)?;
                Err(Verdict::Refused(refusal))
            }
        }
    }

    /// The time by the house's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The register, for those who keep it; a change asks for the receipt of [`Gatehouse::record`].
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What logins are kept under.
    #[must_use]
    pub fn login_keys(&self) -> LoginKeys {
        self.keys.login_keys()
    }

    /// Writes in the log what somebody is about to do.
    ///
    /// # Errors
    /// When the log cannot be written: then it must not be done.
    pub async fn record(&self, entry: Entry) -> Result<Receipt, Failure> {
        self.append(entry).await
    }

    /// The rules that judge a visitor's questions.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn bundle(&self, visit: &Visit) -> Result<Bundle, Verdict> {
        Ok(self.snapshot(&visit.snapshot)?.bundle().clone())
    }

    /// The name of the rules of a snapshot, where it can be read.
    #[must_use]
    pub fn policy_of(&self, snapshot: &SnapshotId) -> Option<BundleId> {
        self.snapshot(snapshot).ok().map(|snapshot| snapshot.bundle().id())
    }

    /// The snapshots that are there, damaged ones left out, and the tables of each.
    ///
    /// # Errors
    /// When their folder cannot be read.
    pub fn snapshots(&self) -> Result<snapshot::Listing, snapshot::SnapshotError> {
        snapshot::list(&self.home, &self.manifest_key)
    }

    /// What the study's catalogue shows this visitor.
    ///
    /// # Errors
    /// When the study does not permit it any more.
    pub async fn catalog(&self, visit: &Visit) -> Result<Catalog, Verdict> {
        let permit = self.permit(visit)?;
        let mut catalog = self.snapshot(permit.snapshot())?.catalog();
        permit.tables().narrow(&mut catalog);
        Ok(catalog)
    }

    /// What this visitor's grant is for.
    ///
    /// # Errors
    /// When the study does not permit it any more.
    pub fn permitted(&self, visit: &Visit) -> Result<TablePermit, Verdict> {
        Ok(self.permit(visit)?.tables().clone())
    }

    /// Everything that a snapshot has, where it can be read.
    #[must_use]
    pub fn catalog_of(&self, snapshot: &SnapshotId) -> Option<Catalog> {
        self.snapshot(snapshot).ok().map(|snapshot| snapshot.catalog())
    }

    /// Checks everything anew: period, grant, role, training.
    pub(super) fn permit(&self, visit: &Visit) -> Result<Permit, Verdict> {
        let permit = match visit.zone {
            Some(zone) => self.admits(&visit.handler, &visit.study, zone),
            None => self.access.permit(&visit.handler, &visit.study, (self.clock)()),
        };
        permit.map_err(Verdict::Refused)
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
        Ok(Visit {
            handler: permit.handler().clone(),
            study: permit.study().clone(),
            organisation: permit.organisation().cloned(),
            snapshot: permit.snapshot().clone(),
            policy: snapshot.bundle().id(),
            zone: None,
            slot: self.slots.of(key),
            place: None,
        })
    }
}

/// What somebody is told whose study is not worked on from where they are.
fn wrong_zone(zone: Zone) -> Refusal {
    let refusal = Refusal::new(RefusalCode::NotPermitted, "");
    match zone {
        Zone::Onsite => refusal
            .message(
                "この課題は、オンサイトセンターからは利用できません。",
                "This study is not worked on from the onsite centre.",
            )
            .remedy("VDI から入ってください。", "Come in from the virtual desktop (VDI)."),
        Zone::Vdi => refusal
            .message(
                "この課題は、VDI からは利用できません。",
                "This study is not worked on from the virtual desktop (VDI).",
            )
            .remedy(
                "オンサイトセンターの端末から入ってください。",
                "Come in from a terminal of the onsite centre.",
            ),
    }
}
