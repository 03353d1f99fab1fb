//! A server over loopback, and functions that talk to it in bytes.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use switchboard_gateway::server::{Service, TimeLimits, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// A timeout that is longer than any wait in this suite, even on a busy machine.
pub const FAR: Duration = Duration::from_secs(30);
/// The header timeout of most servers in this suite.
pub const HEADER: Duration = Duration::from_millis(300);

pub struct Running {
    pub address: SocketAddr,
    pub stop: oneshot::Sender<()>,
    pub ended: JoinHandle<()>,
}

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub header: Duration,
    pub shutdown: Duration,
    pub connections: usize,
    pub per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { header: HEADER, shutdown: FAR, connections: 1000, per_address: 1000 }
    }
}

pub async fn start(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let times =
        TimeLimits { header: limits.header, shutdown: limits.shutdown, time_is_up: CancellationToken::new() };
    let ended = tokio::spawn(serve(vec![service(listener, router, limits)], times, async {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

pub fn service(listener: TcpListener, router: Router, limits: Limits) -> Service {
    Service {
        listener,
        routes: router.into(),
        max_connections: limits.connections,
        max_per_address: limits.per_address,
    }
}

pub async fn send(address: SocketAddr, bytes: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    stream
}

/// Reads everything that the server sends until it closes the connection.
pub async fn receive(mut stream: TcpStream) -> String {
    let mut received = Vec::new();
    // A reset ends the connection too.
    let _ = timeout(FAR, stream.read_to_end(&mut received)).await.expect("the connection stays open");
    String::from_utf8_lossy(&received).into_owned()
}

/// Returns a GET request, with the key if there is one.
pub fn get(path: &str, key: Option<&str>) -> String {
    let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n{key}\r\n")
}

/// Reads the status line of an answer on a connection that stays open.
pub async fn status(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    let read = timeout(FAR, stream.read_exact(&mut line)).await.expect("no answer");
    read.map(|_| String::from_utf8_lossy(&line).into_owned()).unwrap_or_default()
}
