//! The Flight service at the session's end of the socket: two actions and the exchange.

use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use arrow_flight::flight_service_server::{FlightService, FlightServiceServer};
use arrow_flight::{
    Action, ActionType, Criteria, Empty, FlightData, FlightDescriptor, FlightInfo, HandshakeRequest,
    HandshakeResponse, PollInfo, PutResult, SchemaResult, Ticket,
};
use async_trait::async_trait;
use futures::{Stream, StreamExt};
use tokio::runtime::Handle;
use tonic::{Request, Response, Status, Streaming};

use super::super::confine::{Bounds, Confined};
use super::super::wire::{self, Breach, Opened};
use super::super::{Order, Secrets};
use super::exchange;
use super::line::Line;
use crate::engine::spill::SpillFolder;
use crate::words::{FailCode, Failure};

#[cfg(not(test))]
use super::super::desk::Desk;
#[cfg(test)]
use super::super::tests::desk::Desk;

/// What the session is and, once opened, has.
pub(super) struct Service {
    confined: Confined,
    computing: Handle,
    bounds: Bounds,
    desk: OnceLock<Arc<Desk>>,
}

impl Service {
    pub(super) fn new(confined: Confined, bounds: Bounds, computing: Handle) -> Self {
        Self { confined, computing, bounds, desk: OnceLock::new() }
    }

    /// Serves the one connection until the gatehouse hangs up.
    pub(super) async fn serve(self, socket: UnixStream) -> std::io::Result<()> {
        let (line, closed) = Line::over(tokio::net::UnixStream::from_std(socket)?);
        let service = FlightServiceServer::new(self)
            .max_decoding_message_size(wire::MESSAGE_BYTES)
            .max_encoding_message_size(wire::MESSAGE_BYTES);
        // No second connection, and no end of the listener: the server would take that as a reason to
        // shut the first one down.
        let once = futures::stream::iter([std::io::Result::Ok(line)]).chain(futures::stream::pending());
        let serving = tonic::transport::Server::builder()
            .initial_stream_window_size(4 << 20)
            .initial_connection_window_size(8 << 20)
            .add_service(service)
            .serve_with_incoming(once);
        tokio::select! {
            served = serving => served.map_err(std::io::Error::other),
            () = closed => Ok(()),
        }
    }

    async fn open(&self, body: &[u8]) -> Result<Opened, Breach> {
        let (order, secrets) = self.confined.take_order(body)?;
        let outcome = self.open_desk(order, secrets).await;
        Ok(match outcome {
            Ok(desk) => match self.desk.set(Arc::new(desk)) {
                Ok(()) => Opened::Ready,
                Err(_) => return Err(Breach("a second order")),
            },
            Err(failure) => Opened::Failed(failure),
        })
    }

    async fn open_desk(&self, order: Order, secrets: Secrets) -> Result<Desk, Failure> {
        let internal = || Failure::new(FailCode::Internal);
        let spill =
            SpillFolder::new(&self.bounds.spill, self.bounds.spill_bytes, &ring::rand::SystemRandom::new())
                .map_err(|_| internal())?;
        let opening = self.computing.spawn(async move { Desk::open(&order, secrets, spill).await });
        opening.await.map_err(|_| internal())?
    }
}

impl Confined {
    /// The order and the secrets: there is no other way to them than through a confined process.
    fn take_order(&self, body: &[u8]) -> Result<(Order, Secrets), Breach> {
        wire::read_open(body)
    }
}

type Reply<T> = Result<Response<T>, Status>;
type Items<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn breach(breach: Breach) -> Status {
    Status::invalid_argument(breach.to_string())
}

fn not_here<T>() -> Result<T, Status> {
    Err(Status::unimplemented("a session only opens and exchanges"))
}

#[async_trait]
impl FlightService for Service {
    type HandshakeStream = Items<HandshakeResponse>;
    type ListFlightsStream = Items<FlightInfo>;
    type DoGetStream = Items<FlightData>;
    type DoPutStream = Items<PutResult>;
    type DoActionStream = Items<arrow_flight::Result>;
    type ListActionsStream = Items<ActionType>;
    type DoExchangeStream = Items<FlightData>;

    async fn do_action(&self, request: Request<Action>) -> Reply<Self::DoActionStream> {
        let action = request.into_inner();
        let reply = match action.r#type.as_str() {
            wire::CONFINEMENT => wire::to_json(self.confined.report()),
            wire::OPEN => match self.open(&action.body).await {
                Ok(opened) => wire::to_json(&opened),
                Err(breach) => Err(breach),
            },
            _ => return not_here(),
        };
        let body = reply.map_err(breach)?.into();
        Ok(Response::new(Box::pin(futures::stream::iter([Ok(arrow_flight::Result { body })]))))
    }

    async fn do_exchange(&self, request: Request<Streaming<FlightData>>) -> Reply<Self::DoExchangeStream> {
        let desk = self.desk.get().ok_or_else(|| Status::failed_precondition("no order yet"))?;
        let messages = exchange::start(Arc::clone(desk), self.bounds.threads, request.into_inner());
        Ok(Response::new(Box::pin(messages)))
    }

    async fn handshake(&self, _: Request<Streaming<HandshakeRequest>>) -> Reply<Self::HandshakeStream> {
        not_here()
    }

    async fn list_flights(&self, _: Request<Criteria>) -> Reply<Self::ListFlightsStream> {
        not_here()
    }

    async fn get_flight_info(&self, _: Request<FlightDescriptor>) -> Reply<FlightInfo> {
        not_here()
    }

    async fn poll_flight_info(&self, _: Request<FlightDescriptor>) -> Reply<PollInfo> {
        not_here()
    }

    async fn get_schema(&self, _: Request<FlightDescriptor>) -> Reply<SchemaResult> {
        not_here()
    }

    async fn do_get(&self, _: Request<Ticket>) -> Reply<Self::DoGetStream> {
        not_here()
    }

    async fn do_put(&self, _: Request<Streaming<FlightData>>) -> Reply<Self::DoPutStream> {
        not_here()
    }

    async fn list_actions(&self, _: Request<Empty>) -> Reply<Self::ListActionsStream> {
        not_here()
    }
}
