//! The client: persistent connections with one request at a time.

use std::net::SocketAddr;

use anyhow::ensure;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The maximum size of an answer, in bytes.
const MAX_ANSWER: usize = 512 * 1024 * 1024;

pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        Self::on(TcpStream::connect(address).await?, address).await
    }

    /// Begins HTTP on an open connection to this address.
    pub async fn on(stream: TcpStream, address: SocketAddr) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // If the connection fails, its current request reports the error.
        tokio::spawn(connection);
        Ok(Self { sender, host: HeaderValue::from_str(&address.to_string())? })
    }

    /// Sends a request and reads its whole answer.
    ///
    /// # Errors
    /// Fails if the connection breaks, or if the status is neither 200 nor 201: the cost of a write that was
    /// only accepted would arise later.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Bytes> {
        let (status, body) = self.ask(request).await?;
        let done = matches!(status, StatusCode::OK | StatusCode::CREATED);
        ensure!(done, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    /// Sends a request and reads its whole answer, whatever its status.
    ///
    /// # Errors
    /// Fails if the connection breaks.
    pub async fn ask(&mut self, mut request: Request<Full<Bytes>>) -> anyhow::Result<(StatusCode, Bytes)> {
        request.headers_mut().insert(HOST, self.host.clone());
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        Ok((status, body.map_err(anyhow::Error::from_boxed)?.to_bytes()))
    }
}
