//! The client: connections that are kept, one request at a time on each.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout_at};

/// The most bytes of an answer.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// How long the last requests of a window may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

/// What a server did within a window.
#[derive(Default)]
pub struct Load {
    /// How long each request took, in microseconds, the shortest first.
    pub latencies: Vec<u32>,
    /// The bytes of all answers' bodies.
    pub answered: usize,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // What breaks it fails the request that is on it.
        tokio::spawn(connection);
        Ok(Self { sender, host: HeaderValue::from_str(&address.to_string())? })
    }

    /// Sends a request, and reads its answer whole.
    ///
    /// # Errors
    /// If the connection breaks, or the answer is not that all is done: what is only accepted costs later.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> anyhow::Result<Bytes> {
        request.headers_mut().insert(HOST, self.host.clone());
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(anyhow::Error::from_boxed)?.to_bytes();
        let done = matches!(status, StatusCode::OK | StatusCode::CREATED);
        ensure!(done, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}

/// Keeps every connection busy until `end`: `request` makes the next one of the connection with this number.
///
/// # Errors
/// The first failure of a request, or one that takes too long.
pub async fn drive(
    connections: &mut [Connection],
    end: Instant,
    request: impl Fn(usize) -> hyper::http::Result<Request<Full<Bytes>>>,
) -> anyhow::Result<Load> {
    let request = &request;
    let busy = connections.iter_mut().enumerate().map(async |(number, connection)| {
        let mut load = Load::default();
        let mut begun = Instant::now();
        while begun < end {
            load.answered += connection.send(request(number)?).await?.len();
            let done = Instant::now();
            load.latencies.push((done - begun).as_micros().try_into().context("a request took an hour")?);
            begun = done;
        }
        anyhow::Ok(load)
    });
    let busy = timeout_at((end + PATIENCE).into(), try_join_all(busy)).await;
    let mut all = Load::default();
    for load in busy.context("a request is not answered")?? {
        all.latencies.extend(load.latencies);
        all.answered += load.answered;
    }
    all.latencies.sort_unstable();
    Ok(all)
}
