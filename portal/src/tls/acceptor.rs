//! Takes connections in. Each handshake runs in a task of its own with a time limit, so a slow or
//! silent caller holds up nobody; beyond the limits a connection is closed at once rather than
//! queued. Out of scope: limits per address (everybody in the enclave may share one).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use enclave::login::Zone;
use futures::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::{Peer, Settings};

/// How many may come in, and how long they may take at the door.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once, handshakes included.
    pub connections: usize,
    /// Time for one TLS handshake.
    pub handshake: Duration,
}

/// One connection that has passed its handshake. `S` is what the server remembers of it; it is
/// forgotten with the connection.
#[derive(Debug)]
pub struct Connection<S> {
    stream: TlsStream<TcpStream>,
    session: Arc<S>,
    _seat: OwnedSemaphorePermit,
}

impl<S> Connection<S> {
    /// What the server remembers of it.
    pub fn session(&self) -> &Arc<S> {
        &self.session
    }
}

/// The connections that come in at `listener`, each with an `S` of its own. Stops when it is dropped.
pub fn incoming<S: From<Peer> + Send + Sync + 'static>(
    listener: TcpListener,
    settings: Settings,
    limits: Limits,
) -> impl Stream<Item = io::Result<Connection<S>>> {
    let (taken_in, stream) = mpsc::channel(16);
    tokio::spawn(async move {
        tokio::select! {
            () = accept(listener, settings, limits, taken_in.clone()) => {}
            () = taken_in.closed() => {}
        }
    });
    ReceiverStream::new(stream)
}

async fn accept<S: From<Peer> + Send + Sync + 'static>(
    listener: TcpListener,
    settings: Settings,
    limits: Limits,
    taken_in: mpsc::Sender<io::Result<Connection<S>>>,
) {
    let seats = Arc::new(Semaphore::new(limits.connections));
    let Settings { config, certified } = settings;
    let tls = TlsAcceptor::from(config);
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: wait instead of spinning.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(seat) = Arc::clone(&seats).try_acquire_owned() else {
            tracing::warn!(%peer, "too many connections: one was turned away");
            continue;
        };
        let (tls, taken_in) = (tls.clone(), taken_in.clone());
        tokio::spawn(async move {
            // Small messages go back and forth; waiting to fill a packet would only slow them.
            let _ = socket.set_nodelay(true);
            match tokio::time::timeout(limits.handshake, tls.accept(socket)).await {
                Ok(Ok(stream)) => {
                    let session = Arc::new(S::from(Peer { address: peer, zone: zone(&stream, certified) }));
                    let connection = Connection { stream, session, _seat: seat };
                    let _ = taken_in.send(Ok(connection)).await;
                }
                Ok(Err(error)) => tracing::info!(%peer, %error, "TLS handshake failed"),
                Err(_) => tracing::info!(%peer, "TLS handshake took too long"),
            }
        });
    }
}

/// A certificate that was shown is a good one, or there would be no connection.
fn zone(stream: &TlsStream<TcpStream>, certified: Zone) -> Zone {
    let (_, tls) = stream.get_ref();
    if tls.peer_certificates().is_some_and(|chain| !chain.is_empty()) { certified } else { Zone::Vdi }
}

impl<S: Send + Sync + 'static> Connected for Connection<S> {
    type ConnectInfo = Arc<S>;

    fn connect_info(&self) -> Arc<S> {
        Arc::clone(&self.session)
    }
}

impl<S> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
