//! Parquet modular encryption: one key, all columns and the footer, AES-256-GCM.
//!
//! Source: Apache Parquet format, Encryption.md (uniform encryption, encrypted footer).

use std::sync::Arc;

use parquet::encryption::decrypt::FileDecryptionProperties;
use parquet::encryption::encrypt::FileEncryptionProperties;

use super::SnapshotError;
use crate::keys::DataKey;

/// What a Parquet reader needs to read a snapshot's files.
///
/// # Errors
/// [`SnapshotError::Cipher`] when the library refuses the key.
pub fn decryption(key: &DataKey) -> Result<Arc<FileDecryptionProperties>, SnapshotError> {
    FileDecryptionProperties::builder(key.expose().to_vec()).build().map_err(|_| SnapshotError::Cipher)
}

/// What a Parquet writer needs.
pub(super) fn encryption(key: &DataKey) -> Result<Arc<FileEncryptionProperties>, SnapshotError> {
    FileEncryptionProperties::builder(key.expose().to_vec()).build().map_err(|_| SnapshotError::Cipher)
}
