//! A served canned house, and clients that reach it over TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use arrow_flight::sql::client::FlightSqlServiceClient;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use super::canned;
use crate::flight::house::House;
use crate::flight::{Bound, FlightConfig, serve_house};

/// A server that ends with this value.
pub struct Serving {
    pub house: Arc<canned::House>,
    pub bound: Bound,
    pub home: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

impl Serving {
    pub async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self::with(home, FlightConfig::default()).await
    }

    pub async fn with(home: tempfile::TempDir, config: FlightConfig) -> Self {
        let config = FlightConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config };
        let house = Arc::new(canned::House::default());
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let (served, folder) = (House::Canned(Arc::clone(&house)), home.path().to_owned());
        tokio::spawn(async move {
            let bound = async |b| {
                drop(tell.send(b));
                Ok(())
            };
            serve_house(served, &folder, config, bound, async { drop(stopped.await) }).await.unwrap();
        });
        Self { house, bound: told.await.unwrap(), home, _stop: stop }
    }

    fn trust(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        let pem = std::fs::read(self.bound.ca.as_ref().unwrap()).unwrap();
        roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
        roots
    }

    pub fn tls(&self, certificate: Option<(&str, &str)>) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.trust());
        let mut config = match certificate {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_slice(chain.as_bytes()).unwrap()],
                    PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
                )
                .unwrap(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        config
    }

    /// A bare TLS connection.
    pub async fn knock(&self, tls: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
        let socket = TcpStream::connect(self.bound.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(tls)).connect(name, socket).await
    }

    /// A gRPC channel.
    pub async fn channel(&self) -> Channel {
        let (tls, address) = (TlsConnector::from(Arc::new(self.tls(None))), self.bound.address);
        let connect = tower::service_fn(move |_| {
            let tls = tls.clone();
            async move {
                let socket = TcpStream::connect(address).await?;
                let name = ServerName::try_from("localhost").unwrap();
                Ok::<_, std::io::Error>(TokioIo::new(tls.connect(name, socket).await?))
            }
        });
        Endpoint::from_static("http://localhost").connect_with_connector(connect).await.unwrap()
    }

    /// Arrow's Flight SQL client, with a token.
    pub async fn client(&self, token: &str) -> FlightSqlServiceClient<Channel> {
        let mut client = FlightSqlServiceClient::new(self.channel().await);
        client.set_token(token.to_owned());
        client
    }
}

/// For trying clients by hand: `sleep 600 | cargo test -p portal -- --ignored --nocapture by_hand`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until standard input ends"]
async fn a_canned_house_to_try_by_hand() {
    let serving = Serving::new().await;
    println!(
        "{} {} {}",
        serving.bound.address.port(),
        serving.home.path().display(),
        canned::TOKENS.join(" ")
    );
    tokio::task::spawn_blocking(|| std::io::stdin().lines().for_each(drop)).await.unwrap();
}
