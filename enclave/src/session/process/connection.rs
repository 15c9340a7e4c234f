//! The gatehouse's end of the socket: a Flight client over the one stream.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};

use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::{Action, FlightData};
use futures::Stream;
use hyper_util::rt::TokioIo;
use tonic::transport::{Channel, Endpoint};
use tonic::{Status, Streaming};

use super::super::wire::{self, Opened};
use super::super::{Confinement, Order, Secrets};
use super::StartError;

/// A client that can be cloned for each question; all share the stream.
#[derive(Debug, Clone)]
pub(super) struct Connection(FlightServiceClient<Channel>);

impl Connection {
    pub(super) async fn over(socket: UnixStream) -> Result<Self, StartError> {
        socket.set_nonblocking(true)?;
        let socket = tokio::net::UnixStream::from_std(socket)?;
        // There is one stream and no way to a second: a channel that wants to connect again fails.
        let once = Mutex::new(Some(TokioIo::new(socket)));
        let connector = tower::service_fn(move |_| {
            let socket = once.lock().unwrap_or_else(PoisonError::into_inner).take();
            std::future::ready(socket.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)))
        });
        let channel = Endpoint::from_static("http://session.invalid")
            .initial_stream_window_size(4 << 20)
            .initial_connection_window_size(8 << 20)
            .connect_with_connector(connector)
            .await
            .map_err(|_| StartError::Protocol)?;
        let client = FlightServiceClient::new(channel)
            .max_decoding_message_size(wire::MESSAGE_BYTES)
            .max_encoding_message_size(wire::MESSAGE_BYTES);
        Ok(Self(client))
    }

    pub(super) async fn confinement(&self) -> Result<Confinement, StartError> {
        let body = self.act(wire::confinement_action()).await?;
        wire::read_confinement(&body).map_err(|_| StartError::Protocol)
    }

    pub(super) async fn open(&self, order: &Order, secrets: &Secrets) -> Result<(), StartError> {
        let action = wire::open_action(order, secrets).map_err(|_| StartError::Protocol)?;
        let body = self.act(action).await?;
        match wire::from_json(&body).map_err(|_| StartError::Protocol)? {
            Opened::Ready => Ok(()),
            Opened::Failed(failure) => Err(StartError::Open(failure)),
        }
    }

    pub(super) async fn exchange(
        &self,
        messages: impl Stream<Item = FlightData> + Send + 'static,
    ) -> Result<Streaming<FlightData>, Status> {
        Ok(self.0.clone().do_exchange(messages).await?.into_inner())
    }

    async fn act(&self, action: Action) -> Result<bytes::Bytes, StartError> {
        let mut replies =
            self.0.clone().do_action(action).await.map_err(|_| StartError::Protocol)?.into_inner();
        let reply = replies.message().await.map_err(|_| StartError::Protocol)?;
        Ok(reply.ok_or(StartError::Protocol)?.body)
    }
}
