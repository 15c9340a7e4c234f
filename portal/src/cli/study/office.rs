//! What the steward's commands work with: the register, the log, the snapshots, the clock.

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use enclave::access::{Access, AccessError};
use enclave::audit::{Action, AuditError, AuditLog, Decision, Entry, ORIGIN, Receipt, Role};
use enclave::catalog::Table;
use enclave::ids::{HandlerId, SnapshotId, SnapshotName};
use enclave::keys::{KeyError, KeyStore, SigningPurpose};
use enclave::login::LoginError;
use enclave::snapshot::{self, Snapshot};

/// The handler that every study of the command line has.
pub const LOCAL: &str = "local";

/// The opened house, as far as studies and tokens need it.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// The register.
    pub access: &'a Access,
    /// The audit log.
    pub log: &'a AuditLog,
    /// The time that is written on everything.
    pub now: DateTime<Utc>,
    /// The newest version of a snapshot, or why there is none.
    pub latest: &'a dyn Fn(&SnapshotName) -> Result<SnapshotId, String>,
    /// The tables of a snapshot, or why it can't be read.
    pub tables: &'a dyn Fn(&SnapshotId) -> Result<Vec<Table>, String>,
}

/// Opens what the commands need in `home`, and does one.
pub fn with_office<T>(
    home: &Path,
    now: DateTime<Utc>,
    work: impl FnOnce(&Office<'_>) -> Result<T, OfficeTrouble>,
) -> Result<T, OfficeTrouble> {
    let keys = KeyStore::open(home)?;
    let key = keys.manifest_key()?;
    let seed = keys.signing_seed(SigningPurpose::AuditLog);
    let log = AuditLog::open(&home.join("audit"), ORIGIN, &seed, now)?;
    let access = Access::open(&home.join("state.sqlite"))?;
    let latest = |name: &SnapshotName| snapshot::latest(home, name, &key).map_err(|e| e.to_string());
    let tables = |id: &SnapshotId| {
        let snapshot = Snapshot::open(&snapshot::folder(home, id), &key).map_err(|e| e.to_string())?;
        Ok(snapshot.catalog().tables)
    };
    work(&Office { access: &access, log: &log, now, latest: &latest, tables: &tables })
}

impl Office<'_> {
    /// Writes into the log what is about to be done.
    pub fn record(
        &self,
        action: Action,
        fill: impl FnOnce(Entry) -> Entry,
    ) -> Result<Receipt, OfficeTrouble> {
        let entry = Entry::new(self.now, LOCAL, Role::DataSteward, action).decision(Decision::Allowed);
        Ok(self.log.append_blocking(fill(entry))?)
    }
}

/// Why a command could not be done.
#[derive(Debug, thiserror::Error)]
pub enum OfficeTrouble {
    /// The register.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The log; nothing was done.
    #[error("監査ログに書けないため、何もしていません / nothing was done: {0}")]
    Audit(#[from] AuditError),
    /// The logins.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// Somebody who is here for nothing.
    #[error(
        "取扱者「{0}」には役割がありません。`handler add {0} --role …` で加えてください / handler '{0}' has no role: give one with \
         `handler add {0} --role …`"
    )]
    NoRole(HandlerId),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The snapshot, in its own words.
    #[error("{0}")]
    Snapshot(String),
    /// A table that the snapshot has not.
    #[error("表「{name}」はありません。ある表: {known} / no table '{name}'; there are: {known}")]
    UnknownTable {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A column that the table has not.
    #[error("列「{name}」はありません。ある列: {known} / no column '{name}'; there are: {known}")]
    UnknownColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A file that is no filled-in form.
    #[error("{0}")]
    Form(String),
    /// Options for a new token in front of `list` or `revoke`.
    #[error(
        "--study と --handler は発行のときだけ使います / --study and --handler are for making a token only"
    )]
    TokenForWhom,
    /// The output.
    #[error("{0}")]
    Io(#[from] io::Error),
}
