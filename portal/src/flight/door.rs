//! Stands before the service: nobody gets to a method without a good bearer token.
//!
//! Every call but the handshake is checked here, each time, before its body is looked at. What
//! comes behind finds the [`Caller`] in the request and cannot be reached without one. A panic
//! behind the door ends one call, never the server. Also here: the plain Flight methods that
//! `FlightSqlService` leaves out.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use arrow_flight::flight_service_server::FlightService;
use arrow_flight::{
    Action, ActionType, Criteria, Empty, FlightData, FlightDescriptor, FlightInfo, HandshakeRequest,
    HandshakeResponse, PollInfo, PutResult, SchemaResult, Ticket,
};
use enclave::gate::Verdict;
use enclave::login::Zone;
use enclave::words::{FailCode, Failure};
use futures::{FutureExt as _, Stream, stream};
use tonic::metadata::MetadataMap;
use tonic::{Code, Extensions, Request, Response, Status, Streaming};

use super::actions;
use super::house::{House, Visit};
use super::options::{Session, Wishes, yes_or_no};
use super::service::Service;
use super::shelf::Owner;
use super::status;

/// Longer than any token; keeps the hashing of rubbish short.
const LONGEST_TOKEN: usize = 512;

/// Who calls: proof that the token was good, carried in the request.
#[derive(Debug, Clone)]
pub struct Caller {
    visit: Visit,
    owner: Owner,
    session: Arc<Session>,
    reasons: Option<bool>,
    explore: Option<bool>,
}

impl Caller {
    /// The caller's presence in the study.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Whose tickets and statements the caller may use.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// The memory of the caller's connection.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How answers are wanted: by this call's headers, or else by the session.
    pub fn wishes(&self) -> Wishes {
        let session = self.session.wishes();
        Wishes {
            reasons: self.reasons.unwrap_or(session.reasons),
            explore: self.explore.unwrap_or(session.explore),
        }
    }
}

/// The service behind its door.
pub struct Door {
    house: House,
    service: Service,
}

type Out<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Door {
    /// A door into a house.
    ///
    /// # Errors
    /// When the service's own description cannot be put together.
    pub fn new(house: House) -> arrow_flight::error::Result<Self> {
        Ok(Self { service: Service::new(house.clone())?, house })
    }

    async fn admit<T: Send>(&self, request: &mut Request<T>) -> Result<(), Status> {
        let caller = whole(self.check(request.metadata(), request.extensions())).await?;
        request.extensions_mut().insert(caller);
        Ok(())
    }

    async fn check(&self, metadata: &MetadataMap, extensions: &Extensions) -> Result<Caller, Status> {
        let token = bearer(metadata).ok_or_else(status::unauthenticated)?;
        let session = Session::of(extensions);
        let visit = enter(&self.house, token, session.zone()).await?;
        let owner = Owner::of(token);
        let wish = |header| metadata.get(header).and_then(|v| v.to_str().ok()).and_then(yes_or_no);
        let (reasons, explore) = (wish("sekisho-reasons"), wish("sekisho-explore"));
        session.called(owner, &visit);
        Ok(Caller { visit, owner, session, reasons, explore })
    }
}

/// Lets a bearer in.
///
/// # Errors
/// The same words for every token that is not good; a failure when that cannot be told.
pub async fn enter(house: &House, token: &str, zone: Zone) -> Result<Visit, Status> {
    if token.len() > LONGEST_TOKEN {
        return Err(status::unauthenticated());
    }
    match house.enter(token, zone).await {
        Ok(visit) => Ok(visit),
        Err(Verdict::Failed(failure)) => Err(status::failed(&failure)),
        Err(_) => Err(status::unauthenticated()),
    }
}

/// The token of `authorization: Bearer …` (RFC 6750, section 2.1; the scheme in any case).
fn bearer(metadata: &MetadataMap) -> Option<&str> {
    let (scheme, token) = metadata.get("authorization")?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn whole<T>(call: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    // What panicked is dropped; shared state sits behind locks whose changes are whole.
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(result) => result.map_err(blamed),
        Err(_) => {
            tracing::error!("a call panicked");
            Err(status::failed(&Failure::new(FailCode::Internal)))
        }
    }
}

/// What Arrow's dispatcher cannot decode it calls an error of the server's; it is the client's.
fn blamed(status: Status) -> Status {
    if status.code() == Code::Internal && status.message().starts_with("ParseError(") {
        return Status::invalid_argument("a command that cannot be decoded");
    }
    status
}

#[tonic::async_trait]
impl FlightService for Door {
    type HandshakeStream = Out<HandshakeResponse>;
    type ListFlightsStream = Out<FlightInfo>;
    type DoGetStream = Out<FlightData>;
    type DoPutStream = Out<PutResult>;
    type DoExchangeStream = Out<FlightData>;
    type DoActionStream = Out<arrow_flight::Result>;
    type ListActionsStream = Out<ActionType>;

    async fn handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Self::HandshakeStream>, Status> {
        whole(self.service.handshake(request)).await
    }

    async fn get_flight_info(
        &self,
        mut request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.admit(&mut request).await?;
        whole(self.service.get_flight_info(request)).await
    }

    /// Ready at once: a question runs when its answer is fetched.
    async fn poll_flight_info(
        &self,
        mut request: Request<FlightDescriptor>,
    ) -> Result<Response<PollInfo>, Status> {
        self.admit(&mut request).await?;
        let info = whole(self.service.get_flight_info(request)).await?.into_inner();
        Ok(Response::new(PollInfo { info: Some(info), progress: Some(1.0), ..PollInfo::default() }))
    }

    async fn get_schema(
        &self,
        mut request: Request<FlightDescriptor>,
    ) -> Result<Response<SchemaResult>, Status> {
        self.admit(&mut request).await?;
        let schema = whole(self.service.schema(request)).await?;
        Ok(Response::new(SchemaResult { schema }))
    }

    async fn do_get(&self, mut request: Request<Ticket>) -> Result<Response<Self::DoGetStream>, Status> {
        self.admit(&mut request).await?;
        whole(self.service.do_get(request)).await
    }

    async fn do_put(
        &self,
        mut request: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoPutStream>, Status> {
        self.admit(&mut request).await?;
        whole(self.service.do_put(request)).await
    }

    async fn do_action(
        &self,
        mut request: Request<Action>,
    ) -> Result<Response<Self::DoActionStream>, Status> {
        self.admit(&mut request).await?;
        whole(self.service.do_action(request)).await
    }

    async fn list_actions(
        &self,
        mut request: Request<Empty>,
    ) -> Result<Response<Self::ListActionsStream>, Status> {
        self.admit(&mut request).await?;
        Ok(Response::new(Box::pin(stream::iter(actions::offered().map(Ok)))))
    }

    async fn list_flights(
        &self,
        mut request: Request<Criteria>,
    ) -> Result<Response<Self::ListFlightsStream>, Status> {
        self.admit(&mut request).await?;
        Err(status::not_offered("ListFlights"))
    }

    async fn do_exchange(
        &self,
        mut request: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoExchangeStream>, Status> {
        self.admit(&mut request).await?;
        Err(status::not_offered("DoExchange"))
    }
}
