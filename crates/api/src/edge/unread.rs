//! The bodies of requests that the gateway answers before it has read the whole body.
//!
//! If a server closes a connection while the peer is still sending, the peer's system discards the answer. Therefore,
//! the gateway reads and drops the rest of the body, within limits. Unless a small rest arrives immediately, the answer
//! states that the connection closes.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderValue, Version, header};
use http_body_util::BodyExt;
use tokio::time::timeout;

/// Maximum size, in bytes, of an unread remainder that the gateway awaits before the answer, so that the connection can
/// stay open.
const PROMPT_BYTES: u64 = 64 * 1024;
/// Maximum time for which the gateway awaits the remainder before the answer.
const PROMPT_TIME: Duration = Duration::from_millis(10);
/// Maximum number of bytes of the remainder that the gateway reads and drops after the answer.
const DRAIN_BYTES: usize = 1024 * 1024;
/// Maximum time for which the gateway reads the remainder after the answer.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// The rest of a request's body. Empty until the handler drops a body that it has not read to its end.
#[derive(Debug, Clone, Default)]
pub(super) struct UnreadBody {
    rest: Arc<Mutex<Option<Body>>>,
    /// True if the connection must be closed to skip the rest of the body, as in HTTP/1.1.
    needs_close: bool,
}

impl UnreadBody {
    /// Wraps the body of a request, so that the returned value receives the rest of the body when the handler drops it.
    pub fn observe(request: Request) -> (Request, Self) {
        if request.body().is_end_stream() {
            return (request, Self::default());
        }
        let needs_close = request.version() <= Version::HTTP_11;
        let unread = Self { rest: Arc::default(), needs_close };
        let is_awaited = request.headers().contains_key(header::EXPECT);
        let rest = unread.rest.clone();
        let request = request.map(|body| Body::new(Observed { body: Some(body), is_awaited, rest }));
        (request, unread)
    }

    /// Reads and drops the unread remainder of an HTTP/1 body, if there is one. Waits up to 10 ms if at most 64 KiB
    /// remain. If more may remain, or the remainder does not arrive in time, adds `Connection: close` to the answer and
    /// reads the remainder in the background.
    pub async fn finish(self, response: &mut Response) {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut rest) = rest.filter(|_| self.needs_close) else { return };
        let is_small = rest.size_hint().upper().is_some_and(|size| size <= PROMPT_BYTES);
        if is_small && timeout(PROMPT_TIME, drain(&mut rest)).await.is_ok() {
            return;
        }
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        tokio::spawn(async move { timeout(DRAIN_TIME, drain(&mut rest)).await });
    }
}

/// Reads a body and drops it, until its end or until [`DRAIN_BYTES`] have arrived.
async fn drain(body: &mut Body) {
    let mut received = 0;
    while let Some(Ok(frame)) = body.frame().await {
        received += frame.data_ref().map_or(0, Bytes::len);
        if received >= DRAIN_BYTES {
            return;
        }
    }
}

/// A body that hands over its rest when it is dropped.
struct Observed {
    /// The body, until it has ended.
    body: Option<Body>,
    /// True while a peer that sent `Expect` waits for `100 Continue`, that is, until the first read. Until then, the
    /// peer has sent no part of the body, so nothing remains to be read.
    is_awaited: bool,
    rest: Arc<Mutex<Option<Body>>>,
}

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        self.is_awaited = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.is_end_stream() && !self.is_awaited {
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = self.body.take();
        }
    }
}
