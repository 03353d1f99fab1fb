//! The listener. It accepts, limits and closes connections.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::connection::{Connection, ConnectionEnd};
use crate::wire::{Hangup, KillAfter};

/// The maximum number of concurrent connections. Further connections wait to be accepted.
const CONNECTIONS: usize = 1_024;

/// The maximum time until a caller has sent the head of a request. On a kept-alive connection, this includes
/// the idle time before the request.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The maximum size of a request head: 64 KiB.
const HEAD_BYTES: usize = 64 << 10;

/// The pause after a connection could not be accepted, for example because no file descriptor is available.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until the future is dropped. Dropping the future closes all connections.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let router = router.clone();
                connections.spawn(async move {
                    converse(stream, peer, router).await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router) {
    // Without this option, small answers in several writes would wait for the caller's delayed
    // acknowledgement.
    let _ = stream.set_nodelay(true);
    let (line, ending) = Connection::new(stream);
    let answering = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        answer(router.clone(), request.map(Body::new), ending.clone())
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(line), answering)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection closed");
    }
}

/// Returns the router's answer. For a [`Hangup`], returns an error, which makes hyper close the connection
/// without an answer. The server writes the available part of an answer before it flushes, so [`KillAfter`]
/// takes effect after that part.
async fn answer(router: Router, request: Request<Body>, ending: ConnectionEnd) -> io::Result<Response> {
    let response = router.oneshot(request).await;
    let response = response.unwrap_or_else(|never: Infallible| match never {});
    if response.extensions().get::<Hangup>().is_some() {
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    if let Some(KillAfter(victim)) = response.extensions().get() {
        ending.with_next_flush(*victim);
    }
    Ok(response)
}
