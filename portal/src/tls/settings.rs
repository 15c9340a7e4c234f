//! The rustls settings of the server: TLS 1.3 only, HTTP/2 only, client certificates if wanted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// The server's settings. With `client_ca` (PEM) nobody gets in without a certificate from it.
///
/// # Errors
/// When a file cannot be read, holds nothing usable, or chain and key do not fit.
pub fn server(identity: &Identity, client_ca: Option<&Path>) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| TlsError::Settings(e.to_string()))?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|e| TlsError::Settings(e.to_string()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|e| TlsError::Settings(e.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_slice(&read(&identity.key)?)
        .map_err(|_| TlsError::Pem { path: identity.key.clone(), what: "private key" })?;
    let mut config = builder
        .with_single_cert(certificates(&identity.chain)?, key)
        .map_err(|e| TlsError::Settings(e.to_string()))?;
    // gRPC clients insist on it (RFC 7540, section 3.3).
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = || TlsError::Pem { path: path.to_owned(), what: "certificate" };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    found.ok().filter(|list| !list.is_empty()).ok_or_else(bad)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(TlsError::file(path))
}
