//! What a session is entrusted with, beside its order.

use zeroize::Zeroizing;

use crate::keys::DataKey;

/// The secrets of one session. They travel as bytes, never as text.
#[derive(Clone)]
pub struct Secrets {
    /// Decrypts the snapshot.
    pub data_key: DataKey,
    /// What patients weigh in the ledger's sketches comes from this (see `ledger::Weigher`). With it alone nobody
    /// can read a ledger.
    pub weights: Zeroizing<[u8; 32]>,
}

impl Secrets {
    const BYTES: usize = 64;

    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; Self::BYTES]> {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        let both = self.data_key.expose().iter().chain(self.weights.iter());
        bytes.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (mut key, mut weights) = ([0; 32], Zeroizing::new([0; 32]));
        key.iter_mut().chain(weights.iter_mut()).zip(bytes).for_each(|(to, from)| *to = *from);
        Self { data_key: DataKey::from_bytes(key), weights }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}
