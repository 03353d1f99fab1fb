//! Connections: silent, slow, large, many, and in flight while the process stops.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

#[path = "../../../api/tests/edge/app.rs"]
#[expect(dead_code, reason = "the routes of another suite, of which this one needs a few")]
mod app;
mod bounds;
mod http2;
mod refusals;
mod server;

use std::time::Duration;

use switchboard_gateway::server::{TimeLimits, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use app::{Setup, app};
use server::{FAR, HEADER, Limits, receive, send, service, start};

#[tokio::test]
async fn a_connection_that_does_not_finish_its_header_is_closed_in_time() {
    let running = start(app(Setup::default()), Limits::default()).await;
    let hesitant =
        ["", "G", "GET /livez HTTP/1.1\r\nhost: x\r\n", "P", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];
    for bytes in hesitant {
        let began = Instant::now();
        let received = receive(send(running.address, bytes).await).await;
        assert!(!received.contains("200"), "{bytes:?}: {received}");
        assert!(began.elapsed() >= HEADER.mul_f64(0.9), "{bytes:?}: closed after {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_peer_that_drips_its_header_gains_no_time() {
    let running = start(app(Setup::default()), Limits::default()).await;
    let mut stream = send(running.address, "GET /livez HTTP/1.1\r\n").await;
    let began = Instant::now();
    let mut tick = tokio::time::interval(HEADER / 10);
    let mut byte = [0];
    loop {
        tokio::select! {
            read = stream.read(&mut byte) => {
                assert!(matches!(read, Ok(0) | Err(_)), "an answer to half a request");
                break;
            }
            _ = tick.tick() => {
                let _ = stream.write_all(b"x: y\r\n").await;
            }
        }
        assert!(began.elapsed() < FAR, "the connection stays open");
    }
}

#[tokio::test]
async fn a_request_that_is_handled_may_take_longer_than_a_header() {
    let setup = Setup::default();
    let running = start(app(setup.clone()), Limits::default()).await;
    let asked = send(running.address, "GET /v1/gate HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    setup.arrived.notified().await;
    // The header timeout of a later connection has passed, so the first connection has outlived it.
    assert_eq!(receive(send(running.address, "").await).await, "");
    setup.gate.notify_one();
    let received = receive(asked).await;
    assert!(received.starts_with("HTTP/1.1 200") && received.ends_with("through"), "{received}");
}

#[tokio::test]
async fn a_header_beyond_16_kib_is_refused() {
    let running = start(app(Setup::default()), Limits::default()).await;
    let header = |size| {
        format!("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: {}\r\n\r\n", "x".repeat(size))
    };
    assert!(receive(send(running.address, header(16_000)).await).await.starts_with("HTTP/1.1 200"));
    let answer = receive(send(running.address, header(17_000)).await).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let (mut read, mut write) = stream.split();
    let mut received = [0; 12];
    let asked = header(200_000);
    // The server may answer and close the connection before the whole request is written.
    let (_, answered) = tokio::join!(write.write_all(asked.as_bytes()), read.read_exact(&mut received));
    answered.unwrap();
    assert_eq!(str::from_utf8(&received).unwrap(), "HTTP/1.1 431");
}

/// Checks that a request must name its host exactly once, so that the gateway and a proxy in front of it read the same
/// host.
#[tokio::test]
async fn a_request_without_exactly_one_host_is_refused() {
    let running = start(app(Setup::default()), Limits::default()).await;
    let ask = |line: &str, hosts: &str| format!("GET {line}\r\n{hosts}connection: close\r\n\r\n");
    for (line, hosts) in [
        ("/livez HTTP/1.1", ""),
        ("/livez HTTP/1.1", "host: x\r\nhost: x\r\n"),
        ("/v1/list HTTP/1.1", "host: x\r\nHost: y\r\n"),
        ("http://x/livez HTTP/1.1", ""),
        ("/livez HTTP/1.0", "host: x\r\nhost: y\r\n"),
    ] {
        let answer = receive(send(running.address, ask(line, hosts)).await).await;
        assert!(answer.contains(" 400 Bad Request\r\n"), "{line} {hosts:?}: {answer}");
        assert!(
            answer.contains(r#""code":"parameter_invalid""#) && answer.contains(r#""header":"host""#),
            "{answer}"
        );
    }
    for (line, hosts) in
        [("/livez HTTP/1.1", "host: x\r\n"), ("/livez HTTP/1.1", "host:\r\n"), ("/livez HTTP/1.0", "")]
    {
        let answer = receive(send(running.address, ask(line, hosts)).await).await;
        assert!(answer.contains(" 200 OK\r\n"), "{line} {hosts:?}: {answer}");
    }
    let http2 = [http2::preface(65_535), http2::get(1, "/livez")].concat();
    let answer = receive(send(running.address, http2).await).await;
    assert!(answer.ends_with("ok") || answer.contains("ok"), "{answer:?}");
}

#[tokio::test]
async fn a_request_in_flight_finishes_when_the_process_stops() {
    let setup = Setup::default();
    let running = start(app(setup.clone()), Limits::default()).await;
    let idle = send(running.address, "").await;
    let asked = send(running.address, "GET /v1/gate HTTP/1.1\r\nhost: x\r\n\r\n").await;
    setup.arrived.notified().await;
    running.stop.send(()).unwrap();
    assert_eq!(receive(idle).await, "", "an idle connection is closed");
    assert!(TcpStream::connect(running.address).await.is_err(), "a new connection is accepted");
    assert!(!running.ended.is_finished());
    setup.gate.notify_one();
    let received = receive(asked).await;
    assert!(received.contains("through"), "{received}");
    timeout(FAR, running.ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_never_finishes_does_not_keep_the_process() {
    let setup = Setup::default();
    let running =
        start(app(setup.clone()), Limits { shutdown: Duration::from_millis(200), ..Limits::default() }).await;
    let asked = send(running.address, "GET /v1/gate HTTP/1.1\r\nhost: x\r\n\r\n").await;
    setup.arrived.notified().await;
    running.stop.send(()).unwrap();
    timeout(FAR, running.ended).await.unwrap().unwrap();
    assert_eq!(receive(asked).await, "");
}

#[tokio::test]
async fn several_listeners_are_served_and_stopped_together() {
    let (one, other) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let addresses = [one.local_addr().unwrap(), other.local_addr().unwrap()];
    let (stop, stopped) = oneshot::channel::<()>();
    let times = TimeLimits { header: HEADER, shutdown: FAR, time_is_up: CancellationToken::new() };
    let services =
        [one, other].map(|listener| service(listener, app(Setup::default()), Limits::default())).into();
    let ended = tokio::spawn(serve(services, times, async {
        let _ = stopped.await;
    }));
    for address in addresses {
        let received =
            receive(send(address, "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await).await;
        assert!(received.starts_with("HTTP/1.1 200"), "{received}");
    }
    stop.send(()).unwrap();
    timeout(FAR, ended).await.unwrap().unwrap();
    for address in addresses {
        assert!(TcpStream::connect(address).await.is_err());
    }
}
