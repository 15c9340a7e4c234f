//! TLS connections for axum, each with where it comes from.
//!
//! Out of scope: what may be done from where (`access`).

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use enclave::login::Zone;
use futures::{Stream, StreamExt as _};

use crate::tls::{Connection, Peer};

type Incoming = Pin<Box<dyn Stream<Item = io::Result<Connection<Peer>>> + Send>>;

/// What axum takes connections from.
pub struct Terminals {
    incoming: Incoming,
    address: SocketAddr,
}

impl Terminals {
    /// The connections of `incoming`, which listens at `address`.
    pub fn new(
        incoming: impl Stream<Item = io::Result<Connection<Peer>>> + Send + 'static,
        address: SocketAddr,
    ) -> Self {
        Self { incoming: Box::pin(incoming), address }
    }
}

impl Listener for Terminals {
    type Io = Connection<Peer>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        loop {
            match self.incoming.next().await {
                Some(Ok(connection)) => {
                    let peer = **connection.session();
                    return (connection, peer);
                }
                // The listener reports and goes on by itself; an end means that the server stops.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Ok(Peer { address: self.address, zone: Zone::Vdi })
    }
}

impl Connected<IncomingStream<'_, Terminals>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Terminals>) -> Self {
        *stream.remote_addr()
    }
}
