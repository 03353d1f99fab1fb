//! A collector receives the spans of a request, and the gateway stops on a signal.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::{
    convert::Infallible,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Answers every gRPC call with an empty message, and forwards the request to the test.
async fn collect(listener: TcpListener, calls: mpsc::UnboundedSender<(String, Bytes)>) {
    while let Ok((stream, _)) = listener.accept().await {
        let calls = calls.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let calls = calls.clone();
                async move {
                    let path = request.uri().path().to_owned();
                    let body = request.into_body().collect().await.unwrap().to_bytes();
                    calls.send((path, body)).ok();
                    Ok::<_, Infallible>(taken())
                }
            });
            auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        });
    }
}

fn taken() -> Response<BoxBody<Bytes, Infallible>> {
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from_static("0"))]);
    let frames = [Ok(Frame::data(Bytes::from_static(&[0; 5]))), Ok(Frame::trailers(trailers))];
    let body = StreamBody::new(futures::stream::iter(frames));
    Response::builder().header("content-type", "application/grpc").body(BodyExt::boxed(body)).unwrap()
}

/// Starts a gateway without vendors and returns it with its address.
fn gateway(collector: SocketAddr) -> (Child, SocketAddr) {
    let mut gateway = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .arg("serve")
        .env("SWITCHBOARD__SERVER__LISTEN", "127.0.0.1:0")
        .env("SWITCHBOARD__SERVER__ADMIN_LISTEN", "")
        .env("SWITCHBOARD__STORE__URL", "sqlite::memory:")
        .env("SWITCHBOARD__TELEMETRY__OTLP_ENDPOINT", format!("http://{collector}"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(gateway.stderr.take().unwrap());
    let line = log.lines().map(Result::unwrap).find(|line| line.contains("serving the API")).unwrap();
    let address = line.rsplit_once("address=").unwrap().1.parse().unwrap();
    (gateway, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_traced() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let collector = listener.local_addr().unwrap();
    let (calls, mut called) = mpsc::unbounded_channel();
    tokio::spawn(collect(listener, calls));
    let (mut gateway, address) = tokio::task::spawn_blocking(move || gateway(collector)).await.unwrap();

    let mut caller = TcpStream::connect(address).await.unwrap();
    caller.write_all(b"GET /v1/agents HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let stopped = Command::new("kill").args(["-TERM", &gateway.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    let (path, body) = timeout(TIMEOUT, called.recv()).await.expect("no span was sent").unwrap();
    assert_eq!(path, "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    let text = String::from_utf8_lossy(&body);
    assert!(
        text.contains("request") && text.contains("/v1/agents") && text.contains("switchboard"),
        "{text}"
    );
    let ended = timeout(TIMEOUT, tokio::task::spawn_blocking(move || gateway.wait())).await;
    assert!(ended.expect("the gateway did not stop").unwrap().unwrap().success());
}
