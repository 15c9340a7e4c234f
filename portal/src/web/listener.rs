//! TLS connections for axum, each with what its certificate says of where it comes from.
//!
//! A terminal of the onsite centre shows a client certificate; whoever shows none comes from a virtual desktop. A certificate that is shown and
//! is not good never gets past the handshake. Out of scope: what may be done from where (`access`).

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use enclave::login::Zone;
use futures::{Stream, StreamExt as _};

use crate::tls::Connection;

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Its zone.
    pub zone: Zone,
}

type Incoming = Pin<Box<dyn Stream<Item = io::Result<Connection<()>>> + Send>>;

/// What axum takes connections from.
pub struct Terminals {
    incoming: Incoming,
    address: SocketAddr,
}

impl Terminals {
    /// The connections of `incoming`, which listens at `address`.
    pub fn new(
        incoming: impl Stream<Item = io::Result<Connection<()>>> + Send + 'static,
        address: SocketAddr,
    ) -> Self {
        Self { incoming: Box::pin(incoming), address }
    }
}

impl Listener for Terminals {
    type Io = Connection<()>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        loop {
            match self.incoming.next().await {
                Some(Ok(connection)) => {
                    let zone = if connection.is_certified() { Zone::Onsite } else { Zone::Vdi };
                    let peer = Peer { address: connection.peer(), zone };
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
