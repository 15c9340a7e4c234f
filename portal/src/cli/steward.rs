//! The steward's commands and what they need opened: the log's entry for an import, the log's own key.
//!
//! Out of scope: what they do. Each has a file of its own.

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use enclave::audit::{Action, ORIGIN, VerifyKey};
use enclave::keys::{KeyStore, SigningPurpose};
use enclave::login::Login;
use enclave::snapshot::Imported;
use ring::rand::SystemRandom;

use super::audit::{self, AuditTrouble};
use super::handler;
use super::import::{self, ImportTrouble};
use super::organisation;
use super::snapshot::{self, SnapshotTrouble};
use super::study::{self, OfficeTrouble, with_office};
use super::token;
use super::trouble::Trouble;

/// The file of logins in a home.
const LOGINS: &str = "login.sqlite";

/// `sekisho import`.
pub fn import(home: &Path, args: &import::Args, now: DateTime<Utc>) -> Result<(), Trouble> {
    let rng = SystemRandom::new();
    import::run(home, args, now, &rng, |imported| record(home, now, imported), &mut io::stdout().lock())?;
    Ok(())
}

/// Writes in the log that a snapshot is about to appear.
pub fn record(home: &Path, now: DateTime<Utc>, imported: &Imported) -> Result<(), String> {
    let written = with_office(home, now, |office| {
        office.record(Action::Import, |entry| entry.object(&imported.id)).map(drop)
    });
    written.map_err(|trouble| trouble.to_string())
}

/// `sekisho snapshot …`.
pub fn snapshot(home: &Path, command: &snapshot::Command) -> Result<(), Trouble> {
    Ok(snapshot::run(home, command, &mut io::stdout().lock())?)
}

/// `sekisho organisation …`.
pub fn organisation(home: &Path, command: &organisation::Command, now: DateTime<Utc>) -> Result<(), Trouble> {
    Ok(with_office(home, now, |office| organisation::run(command, office, &mut io::stdout().lock()))?)
}

/// `sekisho handler …`.
pub fn handler(home: &Path, command: &handler::Command, now: DateTime<Utc>) -> Result<(), Trouble> {
    let rng = SystemRandom::new();
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    Ok(with_office(home, now, |office| {
        let login = Login::open(&home.join(LOGINS), KeyStore::open(home)?.login_keys())?;
        handler::run(command, office, &login, &rng, &mut out, &mut err)
    })?)
}

/// `sekisho study …`.
pub fn study(home: &Path, command: &study::Command, now: DateTime<Utc>) -> Result<(), Trouble> {
    Ok(with_office(home, now, |office| study::run(command, office, &mut io::stdout().lock()))?)
}

/// `sekisho token …`.
pub fn token(home: &Path, args: &token::Args, now: DateTime<Utc>) -> Result<(), Trouble> {
    let rng = SystemRandom::new();
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    Ok(with_office(home, now, |office| token::run(args, office, &rng, &mut out, &mut err))?)
}

/// `sekisho audit …`. Reads the log without opening it for writing.
pub fn audit(home: &Path, command: &audit::Command) -> Result<(), Trouble> {
    let own_key = || {
        let keys = KeyStore::open(home).map_err(io::Error::other)?;
        Ok(VerifyKey::of_seed(ORIGIN, &keys.signing_seed(SigningPurpose::AuditLog))?)
    };
    Ok(audit::run(command, &home.join("audit"), own_key, &mut io::stdout().lock())?)
}

/// The output is the reader's affair; everything else is said in its own words.
macro_rules! said {
    ($trouble:ty, $output:path) => {
        impl From<$trouble> for Trouble {
            fn from(trouble: $trouble) -> Self {
                match trouble {
                    $output(error) => error.into(),
                    trouble => Self::said(trouble),
                }
            }
        }
    };
}

said!(ImportTrouble, ImportTrouble::Output);
said!(SnapshotTrouble, SnapshotTrouble::Output);
said!(OfficeTrouble, OfficeTrouble::Io);
said!(AuditTrouble, AuditTrouble::Io);
