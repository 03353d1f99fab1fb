//! The bounds on connections: idle ones, ones that never read, and more than the server admits.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, routing::get as route};
use bytes::Bytes;
use futures::stream;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::Notify,
    time::{Instant, timeout},
};

use crate::{
    app::{KEY, Setup, app},
    http2,
    server::{FAR, Limits, get, receive, send, start, status},
};

/// The size of an answer that no socket buffer holds.
const LARGE: usize = 32 << 20;

fn keyed() -> Router {
    app(Setup { keys: vec![KEY], ..Setup::default() })
}

/// Checks that pings do not keep an HTTP/2 connection open on which no request is made.
#[tokio::test]
async fn an_idle_http2_connection_is_closed_in_time() {
    let running = start(keyed(), Limits::default()).await;
    let asked = [http2::preface(65_535), http2::get(1, "/v1/id")].concat();
    let mut stream = send(running.address, asked).await;
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let mut bytes = [0; 1024];
    let mut received = 0;
    loop {
        tokio::select! {
            read = stream.read(&mut bytes) => match read {
                Ok(read) if read > 0 => received += read,
                _ => break,
            },
            _ = tick.tick() => {
                let _ = stream.write_all(&http2::ping()).await;
            }
        }
        assert!(began.elapsed() < Duration::from_secs(10), "the connection stays open");
    }
    assert!(received > 100, "no answer: {received} bytes");
}

#[tokio::test]
async fn idle_connections_without_a_key_make_room_for_others() {
    let limits = Limits { header: FAR * 2, connections: 4, ..Limits::default() };
    let running = start(keyed(), limits).await;
    let idle: Vec<_> = futures::future::join_all((0..4).map(|_| async {
        let asked = [http2::preface(65_535), http2::get(1, "/v1/id")].concat();
        send(running.address, asked).await
    }))
    .await;
    let mut others = Vec::new();
    for number in 0..4 {
        let mut other = send(running.address, get("/v1/id", Some(KEY))).await;
        assert_eq!(status(&mut other).await, "HTTP/1.1 200", "connection {number}");
        others.push(other);
    }
    for stream in idle {
        receive(stream).await;
    }
}

#[tokio::test]
async fn a_connection_with_a_key_outlasts_those_without() {
    let limits = Limits { header: FAR * 2, connections: 4, ..Limits::default() };
    let running = start(keyed(), limits).await;
    let mut known = send(running.address, get("/v1/id", Some(KEY))).await;
    assert_eq!(status(&mut known).await, "HTTP/1.1 200");
    let silent: Vec<_> =
        futures::future::join_all((0..50).map(|_| send(running.address, "GET /v1/id HTTP/1.1\r\n"))).await;
    let closing = get("/open", None).replace("host: x", "host: x\r\nconnection: close");
    known.write_all(closing.as_bytes()).await.unwrap();
    let received = receive(known).await;
    assert!(received.ends_with("open"), "{received}");
    drop(silent);
}

#[tokio::test]
async fn an_address_cannot_take_the_connections_of_others() {
    let limits = Limits { header: FAR * 2, per_address: 2, ..Limits::default() };
    let running = start(keyed(), limits).await;
    let mut neighbour = connect_from("127.0.0.2:0", running.address).await;
    let greedy: Vec<_> = futures::future::join_all((0..3).map(|_| send(running.address, "GET"))).await;
    let closed =
        futures::future::select_all(greedy.into_iter().map(|stream| Box::pin(receive(stream)))).await;
    assert_eq!(closed.0, "");
    neighbour.write_all(get("/open", None).as_bytes()).await.unwrap();
    assert_eq!(status(&mut neighbour).await, "HTTP/1.1 200");
}

pub async fn connect_from(address: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address.parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

/// A large answer that reports its end.
struct Tracked {
    bytes: Vec<u8>,
    ended: Arc<Notify>,
}

impl AsRef<[u8]> for Tracked {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.ended.notify_one();
    }
}

#[tokio::test]
async fn a_peer_that_never_reads_is_left() {
    let ended = Arc::new(Notify::new());
    let answer = {
        let ended = ended.clone();
        move || async move {
            Body::from(Bytes::from_owner(Tracked { bytes: vec![0; LARGE], ended: ended.clone() }))
        }
    };
    let running = start(Router::new().route("/large", route(answer)), Limits::default()).await;
    let asked = [get("/large", None).into_bytes(), http2_get("/large", 1 << 30)];
    for bytes in asked {
        let stream = send(running.address, bytes).await;
        timeout(FAR, ended.notified()).await.expect("the answer is kept");
        drop(stream);
    }
}

/// A route `/paused`, whose answer waits before each of its two pieces.
#[derive(Clone, Default)]
struct Paused {
    /// Notified when the answer begins to wait.
    waits: Arc<Notify>,
    /// Releases the next piece.
    gate: Arc<Notify>,
}

impl Paused {
    fn router(&self, piece: impl Fn() -> Bytes + Clone + Send + Sync + 'static) -> Router {
        let paused = self.clone();
        let answer = move || async move {
            Body::from_stream(stream::unfold(0, move |sent| {
                let (paused, piece) = (paused.clone(), piece.clone());
                async move {
                    if sent == 2 {
                        return None;
                    }
                    paused.waits.notify_one();
                    paused.gate.notified().await;
                    Some((Ok::<_, Infallible>(piece()), sent + 1))
                }
            }))
        };
        Router::new().route("/paused", route(answer))
    }

    async fn is_waiting(&self) {
        timeout(FAR, self.waits.notified()).await.expect("the answer is not produced");
    }
}

#[tokio::test]
async fn an_answer_may_take_longer_than_a_header_to_produce() {
    let closing = get("/paused", None).replace("host: x", "host: x\r\nconnection: close");
    for bytes in [closing.into_bytes(), http2_get("/paused", 65_535)] {
        let paused = Paused::default();
        let running = start(paused.router(|| Bytes::from_static(b"piece")), Limits::default()).await;
        let asked = send(running.address, bytes).await;
        for _ in 0..2 {
            paused.is_waiting().await;
            // The header timeout of a later connection has passed, so the wait for the piece has outlived it.
            assert_eq!(receive(send(running.address, "").await).await, "");
            paused.gate.notify_one();
        }
        let received = receive(asked).await;
        assert_eq!(received.matches("piece").count(), 2, "{received}");
    }
}

#[tokio::test]
async fn a_peer_that_never_reads_is_left_after_a_pause_of_the_answer() {
    for bytes in [get("/paused", None).into_bytes(), http2_get("/paused", 1 << 30)] {
        let (paused, ended) = (Paused::default(), Arc::new(Notify::new()));
        let large = {
            let ended = ended.clone();
            move || Bytes::from_owner(Tracked { bytes: vec![0; LARGE], ended: ended.clone() })
        };
        let running = start(paused.router(large), Limits::default()).await;
        let stream = send(running.address, bytes).await;
        paused.is_waiting().await;
        paused.gate.notify_one();
        timeout(FAR, ended.notified()).await.expect("the answer is kept");
        drop(stream);
    }
}

/// Checks that a peer cannot keep a connection open by closing its HTTP/2 window while the answer waits for its next
/// piece.
#[tokio::test]
async fn a_peer_that_closes_its_window_is_left() {
    let paused = Paused::default();
    let running = start(paused.router(|| Bytes::from_static(b"piece")), Limits::default()).await;
    let mut stream = send(running.address, http2_get("/paused", 1)).await;
    paused.is_waiting().await;
    stream.write_all(&[http2::settings(0), http2::ping()].concat()).await.unwrap();
    http2::once_ponged(&mut stream).await;
    paused.gate.notify_one();
    let began = Instant::now();
    receive(stream).await;
    assert!(began.elapsed() < Duration::from_secs(10), "closed after {:?}", began.elapsed());
}

/// Checks that a peer cannot keep a connection open by leaving no room for the answer in its HTTP/2 window.
#[tokio::test]
async fn a_peer_with_a_closed_window_is_left() {
    let router = Router::new().route("/small", route(|| async { "small" }));
    let running = start(router, Limits::default()).await;
    let began = Instant::now();
    receive(send(running.address, http2_get("/small", 0)).await).await;
    assert!(began.elapsed() < Duration::from_secs(10), "closed after {:?}", began.elapsed());
}

fn http2_get(path: &str, window: u32) -> Vec<u8> {
    [http2::preface(window), http2::get(1, path)].concat()
}
