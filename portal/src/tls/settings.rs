//! The rustls settings of the server: TLS 1.3 only, client certificates if wanted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use enclave::login::Zone;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ServerConfig, WebPkiClientVerifier};

use super::TlsError;

/// Where the server's certificate chain and key lie; both may be one file.
#[derive(Debug, Clone)]
pub struct Identity {
    /// PEM, leaf first.
    pub chain: PathBuf,
    /// PEM, PKCS#8 or SEC1.
    pub key: PathBuf,
}

/// Who may come in.
#[derive(Debug, Clone, Copy)]
pub enum Callers<'a> {
    /// Everybody.
    Anybody,
    /// Everybody; a certificate from this authority (PEM) is an onsite terminal's.
    Perhaps(&'a Path),
    /// Nobody without a certificate from this authority (PEM).
    Certified(&'a Path),
}

/// What is spoken inside.
#[derive(Debug, Clone, Copy)]
pub enum Speaks {
    /// gRPC: HTTP/2 alone. Its clients insist on it (RFC 7540, section 3.3).
    Grpc,
    /// HTTP, of either version.
    Http,
}

/// What a server takes connections with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For the handshake.
    pub(super) config: Arc<ServerConfig>,
    /// The zone of whoever shows a certificate.
    pub(super) certified: Zone,
}

/// The server's settings.
///
/// # Errors
/// When a file cannot be read, holds nothing usable, or chain and key do not fit.
pub fn server(identity: &Identity, callers: Callers<'_>, speaks: Speaks) -> Result<Settings, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| TlsError::Settings(e.to_string()))?;
    let builder = match callers {
        Callers::Anybody => builder.with_no_client_auth(),
        Callers::Perhaps(path) | Callers::Certified(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|e| TlsError::Settings(e.to_string()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = match callers {
                Callers::Perhaps(_) => verifier.allow_unauthenticated(),
                Callers::Anybody | Callers::Certified(_) => verifier,
            };
            let verifier = verifier.build().map_err(|e| TlsError::Settings(e.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_slice(&read(&identity.key)?)
        .map_err(|_| TlsError::Pem { path: identity.key.clone(), what: "private key" })?;
    let mut config = builder
        .with_single_cert(certificates(&identity.chain)?, key)
        .map_err(|e| TlsError::Settings(e.to_string()))?;
    config.alpn_protocols = match speaks {
        Speaks::Grpc => vec![b"h2".to_vec()],
        Speaks::Http => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
    };
    let certified = match callers {
        Callers::Perhaps(_) => Zone::Onsite,
        Callers::Anybody | Callers::Certified(_) => Zone::Vdi,
    };
    Ok(Settings { config: Arc::new(config), certified })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = || TlsError::Pem { path: path.to_owned(), what: "certificate" };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    found.ok().filter(|list| !list.is_empty()).ok_or_else(bad)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(TlsError::file(path))
}
