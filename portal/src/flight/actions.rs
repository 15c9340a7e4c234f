//! Flight's own actions, beside those of Flight SQL: cancelling, and session options.

use arrow_flight::{
    Action, ActionType, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus, FlightInfo, Result,
};
use prost::Message;
use tonic::Status;

use super::door::Caller;
use super::house::House;
use super::messages::{CloseSessionResult, CloseStatus, SetSessionOptionsRequest};
use super::questions::{Cancelled, Questions};
use super::{service, status};

const CANCEL: &str = "CancelFlightInfo";
const SET: &str = "SetSessionOptions";
const GET: &str = "GetSessionOptions";
const CLOSE: &str = "CloseSession";

/// The actions that `ListActions` tells of, and no others.
pub fn offered() -> impl Iterator<Item = ActionType> {
    [
        ("CreatePreparedStatement", "Prepare one SELECT."),
        ("ClosePreparedStatement", "Forget a prepared statement."),
        ("CancelQuery", "Cancel a question (deprecated name of CancelFlightInfo)."),
        (CANCEL, "Cancel a question."),
        (SET, "Set options of this connection: sekisho.reasons, sekisho.explore."),
        (GET, "Read the options of this connection."),
        (CLOSE, "Forget the options of this connection."),
    ]
    .into_iter()
    .map(|(name, text)| ActionType { r#type: name.to_owned(), description: text.to_owned() })
}

/// Answers one of Flight's own actions.
///
/// # Errors
/// `UNIMPLEMENTED` for an action that is not offered, `INVALID_ARGUMENT` for a body that is none.
pub async fn answer(
    action: &Action,
    caller: &Caller,
    house: &House,
    questions: &Questions,
) -> std::result::Result<Result, Status> {
    match action.r#type.as_str() {
        CANCEL => {
            let request: CancelFlightInfoRequest = decode(&action.body)?;
            let info = request.info.ok_or_else(|| status::malformed("FlightInfo is missing"))?;
            let status = match cancel(&info, caller, questions)? {
                Cancelled::Yes => CancelStatus::Cancelled,
                Cancelled::TooLate => CancelStatus::NotCancellable,
            };
            Ok(encode(&CancelFlightInfoResult { status: status.into() }))
        }
        SET => {
            let request: SetSessionOptionsRequest = decode(&action.body)?;
            let shown = house.shown(caller.visit()).await.map_err(|v| status::of_verdict(&v))?;
            Ok(encode(&caller.session().set(&request, &shown)))
        }
        GET => {
            let shown = house.shown(caller.visit()).await.map_err(|v| status::of_verdict(&v))?;
            Ok(encode(&caller.session().all(&shown)))
        }
        CLOSE => {
            caller.session().close();
            Ok(encode(&CloseSessionResult { status: CloseStatus::Closed.into() }))
        }
        _ => Err(status::not_offered("This action")),
    }
}

/// Cancels the question that an info stands for.
///
/// # Errors
/// When the info holds no ticket of this caller.
pub fn cancel(
    info: &FlightInfo,
    caller: &Caller,
    questions: &Questions,
) -> std::result::Result<Cancelled, Status> {
    let ticket = info.endpoint.first().and_then(|e| e.ticket.as_ref());
    let handle = ticket.and_then(service::handle_of).ok_or_else(status::no_such_handle)?;
    questions.cancel(caller.owner(), &handle)
}

fn decode<M: Message + Default>(body: &bytes::Bytes) -> std::result::Result<M, Status> {
    M::decode(body.as_ref()).map_err(|_| status::malformed("the body does not hold this action's request"))
}

fn encode(message: &impl Message) -> Result {
    Result { body: message.encode_to_vec().into() }
}
