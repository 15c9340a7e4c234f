//! What nobody read of a request is read before the answer goes out.
//!
//! A server that answers and closes while the browser still sends makes the browser drop the answer: somebody who saves a large notebook
//! after their sign-in has ended would hear of a broken line, not that they are signed out (RFC 9112, section 9.6). Bounded in bytes
//! and in time: what goes on beyond is cut off.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt};
use tokio::sync::oneshot;

/// As much as any handler would read.
const MOST: usize = super::router::BODY;
/// A browser on a slow line sends that much in it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads what is left of a request's body once it is known what to answer.
pub async fn read(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (back, mut left) = oneshot::channel();
    let lent = Lent { body: Some(body.into_data_stream()), back: Some(back) };
    let response = next.run(Request::from_parts(parts, Body::from_stream(lent))).await;
    // A handler that goes on reading while it answers has it still.
    if let Ok(body) = left.try_recv() {
        _ = tokio::time::timeout(PATIENCE, to_its_end(body)).await;
    }
    response
}

async fn to_its_end(mut body: BodyDataStream) {
    let mut read = 0;
    while let Some(Ok(bytes)) = body.next().await {
        read += bytes.len();
        if read > MOST {
            return;
        }
    }
}

/// A body that comes back from whoever drops it.
struct Lent {
    body: Option<BodyDataStream>,
    back: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.as_mut().map_or(Poll::Ready(None), |body| body.poll_next_unpin(context))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            _ = back.send(body);
        }
    }
}
