//! The key store in a file: the default for a house without a key service.

use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::Ed25519KeyPair;
use zeroize::Zeroizing;

use super::derive::{derive, pseudonym_key};
use super::file::{self, Keys, failed};
use super::{
    DataKey, DataKeyId, KeyError, Keyed, LoginKeys, ManifestKey, PseudonymKey, RecordKeys, SigningPurpose,
};
use crate::ids::StudyId;

/// All secrets of one home. Several processes may hold it open at once.
pub struct KeyStore {
    folder: PathBuf,
    master: Zeroizing<[u8; 32]>,
}

impl KeyStore {
    /// Opens `home/keys/`, making it on first use with a master secret from the operating system.
    ///
    /// # Errors
    /// When the folder is wider than 0700 or the file wider than 0600, or either can't be used.
    pub fn open(home: &Path) -> Result<Self, KeyError> {
        Self::open_with(home, &SystemRandom::new())
    }

    /// As [`KeyStore::open`], with the source of a new master secret as an argument.
    ///
    /// # Errors
    /// As [`KeyStore::open`].
    pub fn open_with(home: &Path, rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        let folder = home.join("keys");
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed("make", &folder))?;
        let opened = File::open(&folder).map_err(failed("open", &folder))?;
        file::refuse_wider(&folder, &opened, 0o700)?;

        let _locked = lock(&folder)?;
        let path = folder.join("keystore");
        let master = match file::read(&path)? {
            Some(keys) => keys.master,
            None => {
                let mut master = Zeroizing::new([0; 32]);
                rng.fill(master.as_mut()).map_err(|_| KeyError::Random)?;
                file::replace(&path, &Keys { master: master.clone(), data: Default::default() })?;
                master
            }
        };
        Ok(Self { folder, master })
    }

    /// The key that a snapshot's files are encrypted with.
    ///
    /// # Errors
    /// [`KeyError::Unknown`] when it was destroyed or never was here.
    pub fn data_key(&self, id: &DataKeyId) -> Result<DataKey, KeyError> {
        self.read()?.data.remove(id).ok_or_else(|| KeyError::Unknown(id.clone()))
    }

    /// Keeps a new snapshot's key. It is on disk when this returns.
    ///
    /// # Errors
    /// When the key file can't be replaced.
    pub fn keep_data_key(&self, id: &DataKeyId, key: &DataKey) -> Result<(), KeyError> {
        self.change(|keys| {
            keys.data.insert(id.clone(), key.clone());
        })
    }

    /// Destroys a snapshot's key, and so the snapshot.
    ///
    /// # Errors
    /// When the key file can't be replaced. A key that is not there is no error.
    pub fn destroy_data_key(&self, id: &DataKeyId) -> Result<(), KeyError> {
        self.change(|keys| {
            keys.data.remove(id);
        })
    }

    /// The seed of an Ed25519 signing key.
    #[must_use]
    pub fn signing_seed(&self, purpose: SigningPurpose) -> Zeroizing<[u8; 32]> {
        derive(&self.master, purpose.label(), "")
    }

    /// The key that kept answers are sealed with.
    #[must_use]
    pub fn results_key(&self) -> DataKey {
        DataKey::from_bytes(*derive(&self.master, "results", ""))
    }

    /// The key that ledgers are sealed with.
    #[must_use]
    pub fn ledger_key(&self) -> DataKey {
        DataKey::from_bytes(*derive(&self.master, "ledger", ""))
    }

    /// The secret that patients' weights in the ledger's sketches are made with (`ledger::Weigher`). A session
    /// needs it; the ledger's key it never sees.
    #[must_use]
    pub fn weights_secret(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.master, "ledger weights", "")
    }

    /// What logins are kept with.
    #[must_use]
    pub fn login_keys(&self) -> LoginKeys {
        LoginKeys::derived(&self.master)
    }

    /// Signs a snapshot's manifest (Ed25519, 64 bytes).
    ///
    /// # Errors
    /// [`KeyError::Form`] if the library refuses a derived seed, which would be its defect.
    pub fn sign_manifest(&self, manifest: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.manifest_pair()?.sign(manifest).as_ref().to_vec())
    }

    /// What [`KeyStore::sign_manifest`]'s signatures are checked with.
    ///
    /// # Errors
    /// As [`KeyStore::sign_manifest`].
    pub fn manifest_key(&self) -> Result<ManifestKey, KeyError> {
        ManifestKey::of(&self.manifest_pair()?).ok_or(KeyError::Form("signing key"))
    }

    /// What identifiers are hashed with at import: the same for every snapshot of this home.
    #[must_use]
    pub fn record_keys(&self, whose: Keyed) -> RecordKeys {
        RecordKeys::new(&derive(&self.master, whose.label(), ""))
    }

    /// What a study's pseudonyms are made with.
    #[must_use]
    pub fn pseudonym_key(&self, study: &StudyId) -> PseudonymKey {
        pseudonym_key(&self.master, study)
    }

    /// One patient's pseudonym in one study, from the roster's record key.
    #[must_use]
    pub fn pseudonym(&self, study: &StudyId, record_key: u64) -> String {
        self.pseudonym_key(study).pseudonym(record_key)
    }

    fn manifest_pair(&self) -> Result<Ed25519KeyPair, KeyError> {
        let seed = self.signing_seed(SigningPurpose::Manifest);
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| KeyError::Form("signing key"))
    }

    fn path(&self) -> PathBuf {
        self.folder.join("keystore")
    }

    fn read(&self) -> Result<Keys, KeyError> {
        let path = self.path();
        match file::read(&path)? {
            // A file that was swapped for another house's must not be mixed with this one's.
            Some(keys) if *keys.master == *self.master => Ok(keys),
            Some(_) => Err(KeyError::Damaged { path, line: 2 }),
            None => Err(KeyError::Damaged { path, line: 1 }),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Keys)) -> Result<(), KeyError> {
        let _locked = lock(&self.folder)?;
        let mut keys = self.read()?;
        change(&mut keys);
        file::replace(&self.path(), &keys)
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Held by whoever changes the key file; given back when the file is dropped, or its process dies.
fn lock(folder: &Path) -> Result<File, KeyError> {
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed("open", &path))?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(file)
}
