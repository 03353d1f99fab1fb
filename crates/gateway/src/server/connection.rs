//! One connection, from its acceptance to its end.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use switchboard_api::edge::peer::Network;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::debug;

use super::{
    Routes,
    activity::{Activity, Missed, OpenRequest},
    room::Slot,
};

/// Maximum size of a request's header in bytes, including its request line. A connection that does not finish its
/// header can occupy this much memory until the header timeout.
const MAX_HEADER: usize = 16 * 1024;
/// Maximum number of header fields of a request.
const MAX_HEADERS: usize = 100;
/// Maximum number of concurrent requests on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// Maximum number of unread bytes of one HTTP/2 request body.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Maximum number of unread bytes of all request bodies of one HTTP/2 connection, combined.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Bytes of an answer that the peer must take within each header timeout.
const PIECE: usize = 32 * 1024;
/// Interval between pings on an HTTP/2 connection without traffic.
const PING: Duration = Duration::from_secs(20);
/// Time between announcing the end of an idle HTTP/2 connection to its peer and closing the connection.
const FAREWELL: Duration = Duration::from_secs(1);

/// Returns the protocol settings of all connections. `header` limits the time for the answer to a ping.
pub fn protocol(header: Duration) -> auto::Builder<TokioExecutor> {
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    let mut http1 = protocol.http1();
    // hyper needs no deadline for headers, because [`Activity`] enforces one.
    http1.header_read_timeout(None).max_buf_size(MAX_HEADER).max_headers(MAX_HEADERS);
    let mut http2 = protocol.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(header);
    http2.max_header_list_size(MAX_HEADER as u32).max_concurrent_streams(MAX_STREAMS);
    http2.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
    protocol
}

/// The signals that end connections when the process stops.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// The signal to finish the requests in flight and to accept no further ones.
    pub gracefully: CancellationToken,
    /// The signal to drop the requests in flight.
    pub immediately: CancellationToken,
}

/// Serves one connection until its peer closes it, it misses a deadline, another connection needs its place, or the
/// process stops.
pub async fn serve(
    stream: TcpStream,
    routes: Routes,
    protocol: auto::Builder<TokioExecutor>,
    network: Network,
    (activity, slot): (Arc<Activity>, Slot),
    stop: Stop,
) {
    // Without TCP_NODELAY, the last packet of an answer could wait until the peer acknowledges the earlier packets.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "failed to set TCP_NODELAY");
    }
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        let begun = activity.begin();
        request.extensions_mut().insert(activity.authenticated.clone());
        request.extensions_mut().insert(network);
        let answer = routes.now().oneshot(request);
        async move {
            let answer = answer.await?;
            begun.progress();
            Ok::<_, Infallible>(answer.map(|body| AnswerBody { body, rest: Bytes::new(), request: begun }))
        }
    });
    let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let mut is_ending = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(error) = ended {
                    debug!(error = error.as_ref(), "failed to serve a connection");
                }
                return;
            }
            missed = activity.missed() => {
                debug!(?missed, "closing a connection that missed a deadline");
                if is_ending || missed == Missed::Answer {
                    return;
                }
                activity.allow(FAREWELL);
            }
            () = stop.gracefully.cancelled(), if !is_ending => {}
            () = slot.evicted.cancelled() => return debug!("closed a connection to make room for another one"),
            () = stop.immediately.cancelled() => return,
        }
        is_ending = true;
        connection.as_mut().graceful_shutdown();
    }
}

/// The body of an answer, in pieces. When hyper takes a piece, the peer has read most of the earlier pieces, because
/// hyper buffers little.
struct AnswerBody {
    body: Body,
    /// The part of the current frame that hyper has not taken yet.
    rest: Bytes,
    request: OpenRequest,
}

impl AnswerBody {
    fn next_piece(&mut self) -> Frame<Bytes> {
        Frame::data(self.rest.split_to(self.rest.len().min(PIECE)))
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            self.request.progress();
            return Poll::Ready(Some(Ok(self.next_piece())));
        }
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            // Hyper polls again when the next piece is ready, even if the peer makes no room for it.
            self.request.wait();
            return Poll::Pending;
        };
        self.request.progress();
        match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(data))) => {
                self.rest = data;
                Poll::Ready(Some(Ok(self.next_piece())))
            }
            Some(Ok(Err(trailers))) => Poll::Ready(Some(Ok(trailers))),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}
