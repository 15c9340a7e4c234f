//! What the demo needs before it can ask: a snapshot, a study on it, a token.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use chrono::{DateTime, Utc};
use enclave::access::{AccessError, Role, Roles, TablePermit, Token};
use enclave::audit::Action;
use enclave::ids::{HandlerId, SnapshotId, SnapshotName, StudyId};
use enclave::keys::KeyStore;
use enclave::login::{Invitation, Login};
use enclave::snapshot::{self, Sizes};
use ring::rand::SystemRandom;

use super::generate;
use crate::cli::edge::make_home;
use crate::cli::study::{self, LOCAL, with_office};
use crate::cli::trouble::Trouble;
use crate::cli::{import, steward, token};
use crate::demo::Recipe;

/// The name of whoever tries the demo in a browser.
pub const GUEST: &str = "demo";

/// The demo's study and the handler who may use it; they and the snapshot are made if they are not there.
///
/// # Errors
/// When they cannot be made.
pub fn study(home: &Path, recipe: Recipe, now: DateTime<Utc>) -> Result<(StudyId, HandlerId), Trouble> {
    let handler = HandlerId::new(LOCAL).map_err(Trouble::said)?;
    let long = StudyId::new(recipe.name()).map_err(Trouble::said)?;
    let short = StudyId::new("demo").map_err(Trouble::said)?;
    make_home(home)?;
    // Two demos at once in one home: the second waits, and finds what the first has made.
    let lock = File::create(home.join(".demo.lock"))?;
    lock.lock()?;
    let snapshot = snapshot(home, recipe, now)?;
    with_office(home, now, |office| {
        let is_on = |study: &StudyId| match office.access.study(study) {
            Ok(known) => Ok(Some(known.snapshot)),
            Err(AccessError::UnknownStudy { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        // If a demo of another size came first, its study has the short name.
        let taken = is_on(&short)?.is_some_and(|other| other != snapshot);
        let study = if taken { long } else { short };
        if is_on(&study)?.is_none() {
            study::create(office, study::own_study(study.clone(), snapshot.clone()))?;
        }
        Ok((study, handler))
    })
    .map_err(Trouble::from)
}

/// The link with which whoever tries the demo makes themselves a login, under the name [`GUEST`], with every role that has a page of its own;
/// `None` where they have done so already.
///
/// # Errors
/// When the log, the register or the logins cannot be written.
pub fn invitation(home: &Path, study: &StudyId, now: DateTime<Utc>) -> Result<Option<Invitation>, Trouble> {
    let guest = HandlerId::new(GUEST).map_err(Trouble::said)?;
    let keys = KeyStore::open(home).map_err(Trouble::said)?;
    let login = Login::open(&home.join("login.sqlite"), keys.login_keys()).map_err(Trouble::said)?;
    let standing = login.standing(&guest, now).map_err(Trouble::said)?;
    with_office(home, now, |office| {
        study::enrol(office, &guest, |known| {
            known.display = "デモ Demo".to_owned();
            known.roles = Roles::from([Role::Researcher, Role::SecurityStaff, Role::Registrar]);
        })?;
        study::grant(office, study, &guest, &TablePermit::All)?;
        if standing.enrolled.is_some() {
            return Ok(None);
        }
        let receipt = office.record(Action::Invite, |entry| entry.object(&guest))?;
        Ok(Some(login.invite(&guest, now, &SystemRandom::new(), &receipt)?))
    })
    .map_err(Trouble::from)
}

/// A token for a day.
///
/// # Errors
/// When the log or the register cannot be written.
pub fn token(home: &Path, to: (&StudyId, &HandlerId), now: DateTime<Utc>) -> Result<Token, Trouble> {
    let until = token::after(now, 1);
    Ok(with_office(home, now, |office| token::issue(office, to, until, &SystemRandom::new()))?)
}

fn snapshot(home: &Path, recipe: Recipe, now: DateTime<Utc>) -> Result<SnapshotId, Trouble> {
    let name = SnapshotName::new(recipe.name()).map_err(Trouble::said)?;
    let key = KeyStore::open(home).and_then(|keys| keys.manifest_key()).map_err(Trouble::said)?;
    if let Ok(found) = snapshot::latest(home, &name, &key) {
        return Ok(found);
    }
    let folder = home.join(".demo");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    generate(&folder, recipe)?;
    let (manifest, rng) = (folder.join("manifest.toml"), SystemRandom::new());
    let record = |imported: &_| steward::record(home, now, imported);
    let imported = import::bring(home, &manifest, &Sizes::default(), now, &rng, record)?;
    remove(&folder)?;
    Ok(imported.id)
}

/// Removes the source files, which a demo that was killed may have left.
fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
