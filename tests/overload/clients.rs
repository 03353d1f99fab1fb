//! The clients that overload the gateway. Each begins anew when its connection ends.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context as _;
use bytes::Bytes;
use futures::future::join_all;
use http_body_util::Empty;
use hyper::{
    Method, Request,
    client::conn::http2,
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    measuring::{connection::Connection, gateway::CROWD_KEY},
    stage::{change, request},
};

/// The preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The time after which a writer hangs up.
const HANGS_UP: Duration = Duration::from_millis(50);
/// The pause before a client begins anew.
const PAUSE: Duration = Duration::from_millis(20);
/// The longest life of a connection that does nothing.
const LONGEST: Duration = Duration::from_secs(60);
/// The number of streams that are open together on one HTTP/2 connection.
const STREAMS: usize = 100;

/// Runs all clients until the process is killed.
///
/// # Errors
/// Never: a client that fails begins anew.
pub async fn run(api: SocketAddr, writes_at: &str, paths: &[String]) -> anyhow::Result<()> {
    let crowd = join_all((0..80).map(|number| repeat(move || crowd(api, &paths[number % paths.len()]))));
    let hanging = join_all((0..64).map(|number| repeat(move || write(api, writes_at, number, None))));
    let impatient =
        join_all((64..96).map(|number| repeat(move || write(api, writes_at, number, Some("wait=0")))));
    let idle = join_all((0..2000).map(|number| repeat(move || idle(api, number))));
    let deaf = join_all((0..64).map(|number| repeat(move || deaf(api, number))));
    let slow = join_all((0..64).map(|number| repeat(move || slow(api, number))));
    let flood = join_all((0..16).map(|number| repeat(move || flood(api, number))));
    tokio::join!(crowd, hanging, impatient, idle, deaf, slow, flood);
    Ok(())
}

async fn repeat<F: Future<Output = anyhow::Result<()>>>(client: impl Fn() -> F) {
    loop {
        // The gateway may refuse or close a connection at any time; that is what these clients cause.
        let _ = client().await;
        sleep(PAUSE).await;
    }
}

/// Opens a connection from one of the loopback network's other addresses.
async fn connect(api: SocketAddr, number: usize) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let host = u8::try_from(number % 200).unwrap_or_default();
    socket.bind((Ipv4Addr::new(127, 0, 1, host + 1), 0).into())?;
    socket.connect(api).await
}

/// Reads and changes an agent in turn.
async fn crowd(api: SocketAddr, path: &str) -> anyhow::Result<()> {
    let mut connection = Connection::on(connect(api, 0).await?, api).await?;
    for number in 0_u64.. {
        let request = match number % 2 {
            0 => request(Method::GET, path, CROWD_KEY, Bytes::new())?,
            _ => request(Method::PATCH, path, CROWD_KEY, change(number))?,
        };
        connection.ask(request).await?;
    }
    Ok(())
}

/// Changes the agent at the vendor that never answers. Without a preference, hangs up after 50 milliseconds.
async fn write(api: SocketAddr, path: &str, number: u64, prefer: Option<&'static str>) -> anyhow::Result<()> {
    let mut connection = Connection::on(connect(api, 1).await?, api).await?;
    let mut request = request(Method::PATCH, path, CROWD_KEY, change(number ^ fastrand::u64(..)))?;
    if let Some(prefer) = prefer {
        request.headers_mut().insert("prefer", prefer.parse()?);
        connection.ask(request).await?;
        return Ok(());
    }
    let _ = timeout(HANGS_UP, connection.ask(request)).await;
    Ok(())
}

/// Sends nothing, or only the beginning of HTTP/2.
async fn idle(api: SocketAddr, number: usize) -> anyhow::Result<()> {
    let mut stream = connect(api, number).await?;
    if number.is_multiple_of(2) {
        stream.write_all(PREFACE).await?;
    }
    let _ = timeout(LONGEST, stream.readable()).await;
    Ok(())
}

/// Requests a large document and never reads.
async fn deaf(api: SocketAddr, number: usize) -> anyhow::Result<()> {
    let mut stream = connect(api, number).await?;
    let request = format!("GET /openapi.json HTTP/1.1\r\nhost: {api}\r\n\r\n");
    let all = async {
        loop {
            stream.write_all(request.as_bytes()).await?;
        }
    };
    timeout(LONGEST, all).await.unwrap_or(Ok(()))
}

/// Announces a body that never comes.
async fn slow(api: SocketAddr, number: usize) -> anyhow::Result<()> {
    let mut stream = connect(api, number).await?;
    let head = format!(
        "POST /v1/agents HTTP/1.1\r\nhost: {api}\r\nauthorization: Bearer {CROWD_KEY}\r\n\
         content-type: application/json\r\ncontent-length: 60000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let _ = timeout(LONGEST, stream.readable()).await;
    Ok(())
}

/// Opens many streams on one HTTP/2 connection, without a key, and drops them after at most 50 milliseconds.
async fn flood(api: SocketAddr, number: usize) -> anyhow::Result<()> {
    let stream = connect(api, number).await?;
    let (mut sender, connection) =
        http2::handshake::<_, _, Empty<Bytes>>(TokioExecutor::new(), TokioIo::new(stream)).await?;
    let driven = tokio::spawn(connection);
    loop {
        sender.ready().await?;
        let answers = (0..STREAMS).map(|_| {
            let request = Request::get(format!("http://{api}/v1/agents"))
                .header(HOST, api.to_string())
                .header(CONTENT_TYPE, "application/json")
                .body(Empty::new());
            request.map(|request| sender.send_request(request))
        });
        let answers: Vec<_> = answers.collect::<Result<_, _>>()?;
        let _ = timeout(HANGS_UP, join_all(answers)).await;
        if driven.is_finished() {
            return driven.await?.context("the connection ended");
        }
    }
}
