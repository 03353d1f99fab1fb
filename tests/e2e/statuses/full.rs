//! Requests beyond the gateway's limits: for one request, and for all concurrent requests.

use futures::future::join_all;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{
    case::{Case, authorization, problem},
    contract::Contract,
    fixture::Fixture,
    operations::{COMMANDS, PATCHES, PROTECTED, PUBLIC, WHOLE, WITH_CALL_BODY},
};
use crate::harness::{Config, Harness, TIMEOUT};

pub fn bounded() -> Vec<Case> {
    let each = |operation: &'static str| {
        [
            problem(operation, (408, "request_timeout"), |ask| ask.unfinished()),
            problem(operation, (413, "body_too_large"), |ask| ask.text(" ".repeat(1025))),
        ]
    };
    WHOLE.into_iter().chain(PATCHES).chain(COMMANDS).chain(WITH_CALL_BODY).flat_map(each).collect()
}

pub fn overloaded() -> Vec<Case> {
    let everything = PROTECTED.into_iter().chain(PUBLIC);
    everything.map(|operation| problem(operation, (503, "overloaded"), |ask| ask)).collect()
}

#[tokio::test]
async fn bodies_that_are_too_large_or_too_slow_are_answered_as_documented() {
    let server = "max_body_bytes = 1024\nbody_timeout_s = 1\n".to_owned();
    let harness = Harness::with(Config { server, ..Config::default() }).await;
    let (contract, standing, cases) = (Contract::default(), Fixture::nowhere(), bounded());
    join_all(cases.iter().map(|case| case.run(&harness, &contract, &standing))).await;
}

#[tokio::test]
async fn one_request_too_many_is_answered_as_documented() {
    let server = "max_in_flight = 1\n".to_owned();
    let harness = Harness::with(Config { server, ..Config::default() }).await;
    let (contract, standing) = (Contract::default(), Fixture::nowhere());
    let _in_flight = unfinished(&harness).await;
    for case in overloaded() {
        case.run(&harness, &contract, &standing).await;
    }
}

/// Sends a request without its body, for which the gateway waits.
async fn unfinished(harness: &Harness) -> TcpStream {
    let address = harness.gateway.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /v1/agents HTTP/1.1\r\nhost: {address}\r\nauthorization: {}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n",
        authorization()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut line = String::new();
    // The gateway sends `100 Continue` when it starts to read the body, so the request has been admitted.
    tokio::time::timeout(TIMEOUT, BufReader::new(&mut stream).read_line(&mut line)).await.unwrap().unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    stream
}
