//! Flight SQL for the gatehouse, over TLS 1.3.
//!
//! Speaks Apache Arrow's Flight SQL (arrow.apache.org/docs/format/FlightSql.html) to ADBC, JDBC
//! and plain Flight clients. A question is described when its ticket is made and runs once, when
//! its answer is fetched; the answer is whole and gated by then. Suppressed cells are null; see
//! `answer` for the metadata and `shape` for the companion columns with reasons.
//! Out of scope: what may be asked and shown (that is the enclave's), and making tokens.

mod actions;
mod answer;
mod catalogue;
mod door;
mod handshake;
mod house;
mod messages;
mod options;
mod parameters;
mod questions;
mod service;
mod shape;
mod shelf;
mod sql_info;
mod statements;
mod status;
mod types;

#[cfg(test)]
pub mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow_flight::flight_service_server::FlightServiceServer;
use chrono::Utc;
use enclave::query::Gatehouse;
use serde::Deserialize;
use tokio::net::TcpListener;
use tonic::transport::Server;

use crate::tls::{self, Callers, Identity, Limits, Speaks, TlsError};
use door::Door;
use house::House;
use options::Session;

/// How long open calls may take to end after a shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// How Flight SQL is served: the `[flight]` table of `sekisho.toml`. Paths that are not absolute
/// are relative to the home.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FlightConfig {
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
    /// DNS names and addresses of this machine for the certificate that is made here.
    pub names: Vec<String>,
    /// A certificate chain (PEM) to use instead, with its `key`.
    pub certificate: Option<PathBuf>,
    /// The key (PEM) of `certificate`.
    pub key: Option<PathBuf>,
    /// With this file (PEM) clients must show a certificate that it signed.
    pub client_ca: Option<PathBuf>,
    /// With this file (PEM), terminals that show a certificate which it signed are the onsite centre's. Everybody else comes from
    /// a virtual desktop. Not beside `client_ca`, which is for all.
    pub onsite_ca: Option<PathBuf>,
    /// Connections at once.
    pub connections: usize,
    /// Seconds that a TLS handshake may take.
    pub handshake_seconds: u64,
    /// Bytes that one message from a client may have.
    pub message_bytes: usize,
}

impl Default for FlightConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 32010)),
            names: Vec::new(),
            certificate: None,
            key: None,
            client_ca: None,
            onsite_ca: None,
            connections: 256,
            handshake_seconds: 10,
            // Ten megabytes of SQL still reach the place that says they are too many.
            message_bytes: 16 * 1024 * 1024,
        }
    }
}

impl FlightConfig {
    /// The server's certificate and key, made where none is configured; and then the certificate of the authority that clients need.
    ///
    /// # Errors
    /// When they cannot be made, or only one of the two is configured.
    pub fn identity(&self, home: &Path) -> Result<(Identity, Option<PathBuf>), ServeError> {
        match (&self.certificate, &self.key) {
            (Some(chain), Some(key)) => Ok((Identity { chain: home.join(chain), key: home.join(key) }, None)),
            (None, None) => {
                let folder = home.join("tls");
                let made = tls::prepare(&folder, &self.names, Utc::now())?;
                Ok((Identity { chain: made.clone(), key: made }, Some(folder.join(tls::CA_FILE))))
            }
            _ => Err(ServeError::HalfIdentity),
        }
    }
}

/// Where it is served.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The address, with the port that was taken.
    pub address: SocketAddr,
    /// The certificate authority that clients need, when the certificate was made here.
    pub ca: Option<PathBuf>,
}

/// Why it cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Certificates or TLS settings.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Only one of `certificate` and `key` is configured.
    #[error("flight.certificate and flight.key go together: give both or none")]
    HalfIdentity,
    /// Both `client_ca` and `onsite_ca` are configured.
    #[error("flight.client_ca and flight.onsite_ca: give one of them")]
    TwoAuthorities,
    /// The address cannot be listened at.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The server's own description could not be put together.
    #[error("cannot describe the server")]
    Description(#[from] arrow_flight::error::FlightError),
    /// The log does not take that serving begins.
    #[error("the audit log could not be written, so nothing is served")]
    Unlogged,
    /// The transport ended by itself.
    #[error(transparent)]
    Transport(#[from] tonic::transport::Error),
}

/// Serves Flight SQL until `shutdown`, then gives open calls a few seconds. Tells `bound` where
/// once it listens, before the first call is taken; prints nothing.
///
/// # Errors
/// When the certificates cannot be made or read, the address cannot be had, or `bound` says no.
pub async fn serve(
    house: Arc<Gatehouse>,
    home: &Path,
    config: FlightConfig,
    bound: impl AsyncFnOnce(Bound) -> Result<(), ServeError>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    serve_house(House::Real(house), home, config, bound, shutdown).await
}

async fn serve_house(
    house: House,
    home: &Path,
    config: FlightConfig,
    bound: impl AsyncFnOnce(Bound) -> Result<(), ServeError>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let (identity, ca) = config.identity(home)?;
    let all_ca = config.client_ca.as_ref().map(|path| home.join(path));
    let onsite_ca = config.onsite_ca.as_ref().map(|path| home.join(path));
    let callers = match (&all_ca, &onsite_ca) {
        (None, None) => Callers::Anybody,
        (Some(all), None) => Callers::Certified(all),
        (None, Some(onsite)) => Callers::Perhaps(onsite),
        (Some(_), Some(_)) => return Err(ServeError::TwoAuthorities),
    };
    let tls = tls::server(&identity, callers, Speaks::Grpc)?;
    let listener =
        TcpListener::bind(config.listen).await.map_err(|e| ServeError::Listen(config.listen, e))?;
    let address = listener.local_addr().map_err(|e| ServeError::Listen(config.listen, e))?;
    let limits =
        Limits { connections: config.connections, handshake: Duration::from_secs(config.handshake_seconds) };
    let service = FlightServiceServer::new(Door::new(house)?).max_decoding_message_size(config.message_bytes);
    let server = Server::builder()
        // A client that is gone without a word is noticed, and its question cancelled.
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .http2_max_header_list_size(16 * 1024)
        .max_concurrent_streams(64);
    let incoming = tls::incoming::<Session>(listener, tls, limits);
    bound(Bound { address, ca }).await?;

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = server.serve_with_incoming_shutdown(service, incoming, async {
        let _ = stopped.await;
    });
    let ended = async {
        shutdown.await;
        let _ = stop.send(());
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = served => Ok(result?),
        () = ended => Ok(()),
    }
}
