use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ring::rand::SystemRandom;
use tempfile::TempDir;

use super::derive::{derive, info};
use super::*;
use crate::ids::StudyId;

fn store(home: &Path) -> KeyStore {
    KeyStore::open(home).unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_second_opening_finds_the_same_secrets() {
    let home = TempDir::new().unwrap();
    let first = store(home.path());
    let second = store(home.path());
    assert_eq!(*first.signing_seed(SigningPurpose::AuditLog), *second.signing_seed(SigningPurpose::AuditLog));
    assert_ne!(*first.signing_seed(SigningPurpose::AuditLog), *first.signing_seed(SigningPurpose::Manifest));
}

#[test]
fn another_home_has_other_secrets() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let hash = |home: &TempDir| store(home.path()).record_keys(Keyed::Patient).hash("0001");
    assert_ne!(hash(&one), hash(&two));
}

#[test]
fn files_are_private_and_wider_modes_are_refused() {
    let home = TempDir::new().unwrap();
    store(home.path());
    let folder = home.path().join("keys");
    let file = folder.join("keystore");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));

    set_mode(&file, 0o640);
    let error = KeyStore::open(home.path()).unwrap_err();
    assert!(matches!(error, KeyError::TooOpen { mode: 0o640, .. }), "{error}");
    assert!(error.to_string().contains("chmod 600"));

    set_mode(&file, 0o600);
    set_mode(&folder, 0o755);
    assert!(matches!(KeyStore::open(home.path()), Err(KeyError::TooOpen { mode: 0o755, .. })));
}

#[test]
fn a_data_key_is_there_for_all_until_it_is_destroyed() {
    let home = TempDir::new().unwrap();
    let (ours, theirs) = (store(home.path()), store(home.path()));
    let rng = SystemRandom::new();
    let id = DataKeyId::random(&rng).unwrap();
    let key = DataKey::random(&rng).unwrap();
    assert!(matches!(ours.data_key(&id), Err(KeyError::Unknown(_))));
    ours.keep_data_key(&id, &key).unwrap();
    assert_eq!(theirs.data_key(&id).unwrap().expose(), key.expose());
    theirs.destroy_data_key(&id).unwrap();
    assert!(matches!(ours.data_key(&id), Err(KeyError::Unknown(_))));
    let text = std::fs::read_to_string(home.path().join("keys/keystore")).unwrap();
    assert!(!text.contains(&hex::encode(key.expose())));
}

#[test]
fn stores_that_change_at_once_lose_nothing() {
    let home = TempDir::new().unwrap();
    let rng = SystemRandom::new();
    let ids: Vec<_> = (0..24).map(|_| DataKeyId::random(&rng).unwrap()).collect();
    std::thread::scope(|scope| {
        for part in ids.chunks(6) {
            let home = home.path();
            scope.spawn(move || {
                for id in part {
                    store(home).keep_data_key(id, &DataKey::from_bytes([7; 32])).unwrap();
                }
            });
        }
    });
    let store = store(home.path());
    assert!(ids.iter().all(|id| store.data_key(id).is_ok()));
}

#[test]
fn a_damaged_file_is_named_and_left_alone() {
    let home = TempDir::new().unwrap();
    store(home.path());
    let file = home.path().join("keys/keystore");
    std::fs::write(&file, "sekisho-keys 1\nmaster 12\n").unwrap();
    assert!(matches!(KeyStore::open(home.path()), Err(KeyError::Damaged { line: 2, .. })));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "sekisho-keys 1\nmaster 12\n");
}

#[test]
fn a_patient_has_another_pseudonym_in_every_study() {
    let home = TempDir::new().unwrap();
    let store = store(home.path());
    let study = |name: &str| StudyId::new(name).unwrap();
    let one = store.pseudonym(&study("a"), 42);
    assert_eq!(one, store.pseudonym(&study("a"), 42));
    assert_eq!(one.len(), 32, "128 bits");
    assert_ne!(one, store.pseudonym(&study("b"), 42));
    assert_ne!(one, store.pseudonym(&study("a"), 43));
}

#[test]
fn patients_and_institutions_of_one_name_are_told_apart() {
    let home = TempDir::new().unwrap();
    let store = store(home.path());
    assert_ne!(store.record_keys(Keyed::Patient).hash("1"), store.record_keys(Keyed::Institution).hash("1"));
}

#[test]
fn nothing_prints_a_secret() {
    let key = DataKey::from_bytes([0xab; 32]);
    assert_eq!(format!("{key:?}"), "DataKey(…)");
    let home = TempDir::new().unwrap();
    assert!(!format!("{:?}", store(home.path())).contains("master"));
    assert_eq!(format!("{:?}", store(home.path()).login_keys()), "LoginKeys(…)");
}

#[test]
fn a_manifest_signature_holds_for_its_manifest_alone() {
    let home = TempDir::new().unwrap();
    let store = store(home.path());
    let key = store.manifest_key().unwrap();
    let signature = store.sign_manifest(b"one").unwrap();
    assert!(key.verifies(b"one", &signature));
    assert!(!key.verifies(b"two", &signature));
    let text = String::from(key.clone());
    assert_eq!(ManifestKey::try_from(text).unwrap(), key);
}

#[test]
fn derivation_is_hkdf() {
    struct Len;
    impl ring::hkdf::KeyType for Len {
        fn len(&self) -> usize {
            32
        }
    }
    let master = [9; 32];
    let extracted = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"sekisho keys 1").extract(&master);
    let mut expected = [0; 32];
    let info = info("label", "context");
    extracted.expand(&[&info], Len).unwrap().fill(&mut expected).unwrap();
    assert_eq!(*derive(&master, "label", "context"), expected);
}
