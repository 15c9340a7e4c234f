//! TLS 1.3 for whatever the gatehouse serves: certificates, settings, and the door that takes
//! connections in.
//!
//! Only TLS 1.3 (RFC 8446) is compiled in, with ring. Out of scope: what is spoken inside
//! (`flight`), and who the caller is (bearer tokens; a client certificate only lets somebody
//! knock).

mod acceptor;
mod certificates;
mod settings;

pub use acceptor::{Connection, Limits, incoming};
pub use certificates::{CA_FILE, prepare};
pub use settings::{Callers, Identity, Settings, Speaks, server};

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use enclave::login::Zone;

/// Where a connection comes from. A terminal of the onsite centre shows a client certificate; whoever shows none comes from a
/// virtual desktop. One that is shown and is not good never gets past the handshake.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Its zone.
    pub zone: Zone,
}

/// Why TLS cannot be offered. Says which file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A PEM file does not hold what it should.
    #[error("{path}: no usable {what} in PEM form")]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// A certificate could not be made: most likely a name that is no DNS name.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// Certificate and key do not fit together, or the client authorities are unusable.
    #[error("TLS settings: {0}")]
    Settings(String),
}

impl TlsError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
