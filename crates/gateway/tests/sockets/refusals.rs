//! Requests that are refused before their body was read, and bodies that never come.

use std::time::Duration;

use futures::{StreamExt, stream::FuturesUnordered};
use switchboard_api::edge::body::Limits as BodyLimits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    app::{KEY, Setup, app},
    bounds::connect_from,
    server::{FAR, Limits, get, receive, send, start, status},
};

const OTHER_KEY: &str = "another-key-for-tests";

fn post(key: &str, length: usize) -> String {
    format!(
        "POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Checks that a client that sends its whole body before it reads gets the answer. If the server closed the connection too early,
/// the client's system would discard the answer.
#[tokio::test]
async fn a_client_that_is_refused_sees_the_answer() {
    const LENGTH: usize = 900_000;
    let running = start(app(Setup { keys: vec![KEY], ..Setup::default() }), Limits::default()).await;
    for _ in 0..20 {
        let mut stream = send(running.address, post("a-wrong-key-of-a-client", LENGTH)).await;
        for piece in vec![b'x'; LENGTH].chunks(10_000) {
            stream.write_all(piece).await.expect("the server stops reading");
            // The server works between the pieces.
            tokio::task::yield_now().await;
        }
        let answer = receive(stream).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer:?}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn a_small_body_that_was_refused_keeps_its_connection() {
    let running = start(app(Setup { keys: vec![KEY], ..Setup::default() }), Limits::default()).await;
    let mut stream = send(running.address, post("a-wrong-key-of-a-client", 2) + "{}").await;
    for _ in 0..3 {
        let answer = read_answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 401") && !answer.contains("connection: close"), "{answer}");
        stream.write_all((post("a-wrong-key-of-a-client", 2) + "{}").as_bytes()).await.unwrap();
    }
}

/// Checks that wrong keys are limited for each address, and that the limit disturbs neither valid keys nor other addresses.
#[tokio::test]
async fn wrong_keys_from_one_address_are_limited() {
    let running = start(app(Setup { keys: vec![KEY], ..Setup::default() }), Limits::default()).await;
    let ask = |key: Option<&str>| get("/v1/id", key).replace("host: x", "host: x\r\nconnection: close");
    for number in 0..25 {
        let wrong = format!("a-wrong-key-number-{number}");
        let answer = receive(send(running.address, ask(Some(&wrong))).await).await;
        if number < 20 {
            assert!(answer.starts_with("HTTP/1.1 401"), "{number}: {answer}");
            continue;
        }
        assert!(
            answer.starts_with("HTTP/1.1 429") && answer.contains(r#""code":"rate_limited""#),
            "{answer}"
        );
        let (_, wait) = answer.split_once("retry-after: ").expect("no Retry-After");
        let wait: u64 = wait.split("\r\n").next().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    for (key, status) in [(Some(KEY), "200"), (None, "401")] {
        let answer = receive(send(running.address, ask(key)).await).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{key:?}: {answer}");
    }
    let mut neighbour = connect_from("127.0.0.2:0", running.address).await;
    neighbour.write_all(ask(Some("a-wrong-key-of-a-neighbour")).as_bytes()).await.unwrap();
    assert_eq!(status(&mut neighbour).await, "HTTP/1.1 401");
}

/// Reads an answer up to the end of its problem document.
async fn read_answer(stream: &mut TcpStream) -> String {
    let mut received = String::new();
    while !received.ends_with('}') {
        let mut bytes = [0; 4096];
        let read = timeout(FAR, stream.read(&mut bytes)).await.expect("no answer").unwrap();
        assert!(read > 0, "the connection ends after {received:?}");
        received += &String::from_utf8_lossy(&bytes[..read]);
    }
    received
}

/// Checks that bodies that never come take only the share of their key.
#[tokio::test]
async fn one_key_cannot_take_the_places_of_another() {
    let setup = Setup { keys: vec![KEY, OTHER_KEY], max_in_flight: 8, ..Setup::default() };
    let running = start(app(setup), Limits { header: FAR * 2, ..Limits::default() }).await;
    let mut silent = Vec::new();
    for _ in 0..12 {
        silent.push(send(running.address, post(KEY, 100)).await);
    }
    // 4 of the requests take the places of the key, and the others are refused.
    let mut answers = FuturesUnordered::from_iter(silent.iter_mut().map(status));
    for _ in 0..8 {
        assert_eq!(answers.next().await.unwrap(), "HTTP/1.1 503");
    }
    for _ in 0..4 {
        let mut other = send(running.address, post(OTHER_KEY, 2) + "{}").await;
        assert_eq!(status(&mut other).await, "HTTP/1.1 200");
    }
}

#[tokio::test]
async fn a_body_must_go_on_arriving() {
    let limits = BodyLimits { max_bytes: 1 << 20, timeout: FAR * 2, pause: Duration::from_millis(300) };
    let running = start(app(Setup { limits, keys: vec![KEY], ..Setup::default() }), Limits::default()).await;
    for begun in ["", "{"] {
        let answer = receive(send(running.address, post(KEY, 100) + begun).await).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    }
}

#[tokio::test]
async fn bodies_that_exceed_the_memory_are_refused() {
    let setup = Setup { keys: vec![KEY], max_body_memory: 64 * 1024, ..Setup::default() };
    let running = start(app(setup), Limits { header: FAR * 2, ..Limits::default() }).await;
    let half = format!("\"{}", "x".repeat(39_999));
    let holding = send(running.address, post(KEY, 50_000) + &half).await;
    let begun = std::time::Instant::now();
    // The first body occupies its memory once the server has read it.
    loop {
        let mut other = send(running.address, post(KEY, 40_001) + &half + "\"").await;
        match status(&mut other).await.as_str() {
            "HTTP/1.1 503" => break,
            answer => assert_eq!(answer, "HTTP/1.1 200"),
        }
        assert!(begun.elapsed() < FAR, "the memory has no bound");
    }
    drop(holding);
    loop {
        let mut other = send(running.address, post(KEY, 40_001) + &half + "\"").await;
        if status(&mut other).await == "HTTP/1.1 200" {
            break;
        }
        assert!(begun.elapsed() < FAR, "the memory of a request that ended stays occupied");
    }
}
