//! Tests of logins, with time and randomness as arguments.

mod enrolment;
mod files;
mod sessions;
mod sign_in;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use chrono::TimeDelta;
use ring::rand::SystemRandom;
use totp_rs::{Builder, Secret};

use super::*;
use crate::audit::{self, AuditLog, Entry};
use crate::keys::KeyStore;
use crate::words::Refusal;

const PASSWORD: &str = "brine otter vestibule";
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

struct House {
    login: Login,
    keys: KeyStore,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

/// Somebody's phone: the app with the secret that the page showed.
struct Phone(totp_rs::Totp);

impl Phone {
    fn code(&self, now: DateTime<Utc>) -> String {
        self.0.generate(u64::try_from(now.timestamp()).unwrap()).to_string()
    }
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyStore::open(folder.path()).unwrap();
        let file = folder.path().join("login.sqlite");
        let login = open(&file, &keys);
        Self { login, keys, file, _folder: folder }
    }

    /// With `sato` enrolled at 08:00.
    fn with_sato() -> (Self, Phone) {
        let house = Self::new();
        let (phone, _) = house.enrol("sato", at("08:00:00"));
        (house, phone)
    }

    fn invite(&self, name: &str, now: DateTime<Utc>) -> Invitation {
        self.login.invite(&handler(name), now, &SystemRandom::new(), &receipt(Action::Invite)).unwrap()
    }

    fn phone(&self, token: &str, now: DateTime<Utc>) -> Phone {
        let shown = self.login.invited(token, now).unwrap();
        let secret = Secret::try_from_base32(shown.secret.replace(' ', "")).unwrap();
        Phone(Builder::new().with_secret(secret).build().unwrap())
    }

    fn accept(
        &self,
        token: &str,
        password: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<Enrolled, Refusal> {
        let rng = SystemRandom::new();
        let candidate = self.login.check_enrolment(token, Factors { password, code }, now, &rng)?;
        self.login.enrol(candidate, now, &rng, &receipt(Action::Enrol))
    }

    fn enrol(&self, name: &str, now: DateTime<Utc>) -> (Phone, Vec<String>) {
        let invitation = self.invite(name, now);
        let phone = self.phone(invitation.expose(), now);
        let enrolled = self.accept(invitation.expose(), PASSWORD, &phone.code(now), now).unwrap();
        (phone, enrolled.recovery_codes.iter().map(str::to_owned).collect())
    }

    fn sign_in(
        &self,
        name: &str,
        password: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, Denied> {
        self.login.sign_in(name, Factors { password, code }, HOME, now)
    }

    fn hashes(&self) -> usize {
        self.login.hasher.calls.load(std::sync::atomic::Ordering::Relaxed)
    }
}

fn open(file: &Path, keys: &KeyStore) -> Login {
    Login::open_with(file, keys.login_keys(), Params::new(8, 1, 1, None).unwrap()).unwrap()
}

/// A receipt from a log of its own.
fn receipt(action: Action) -> Receipt {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), "test", &[7; 32], at("08:00:00")).unwrap();
    log.append_blocking(Entry::new(at("08:00:00"), "local", audit::Role::Registrar, action)).unwrap()
}

fn at(time: &str) -> DateTime<Utc> {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

fn handler(name: &str) -> HandlerId {
    HandlerId::new(name).unwrap()
}

/// What an entry says, as JSON.
fn logged(denied: &Denied) -> serde_json::Value {
    serde_json::to_value(denied.entry(at("10:00:00"))).unwrap()
}
