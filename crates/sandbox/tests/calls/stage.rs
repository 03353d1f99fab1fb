//! The common parts of the tests of calls.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::Bench;

/// Returns a sandbox whose vendor has a stopped clock.
pub async fn stopped(vendor: Vendor) -> Bench {
    let bench = Bench::new().await;
    set_clock(&bench, vendor, json!({ "pace": 0 })).await;
    bench
}

pub async fn set_clock(bench: &Bench, vendor: Vendor, change: Value) {
    let path = format!("/{}/clock", vendor.name());
    let (status, answer) = bench.control(Method::POST, &path, Some(&change)).await;
    assert_eq!(status, 200, "{answer}");
}

pub async fn advance(bench: &Bench, vendor: Vendor, ms: u64) {
    set_clock(bench, vendor, json!({ "advance_ms": ms })).await;
}

/// Returns the entries of the ledger.
pub async fn dials(bench: &Bench, vendor: Vendor) -> Vec<Value> {
    let (_, ledger) = bench.control(Method::GET, &format!("/{}/dials", vendor.name()), None).await;
    ledger["dials"].as_array().cloned().expect("a list of dials")
}

/// Creates a call that no request has placed, and returns its id.
pub async fn plant(bench: &Bench, vendor: Vendor, order: Value) -> String {
    let path = format!("/{}/calls", vendor.name());
    let (status, answer) = bench.control(Method::POST, &path, Some(&order)).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

/// Ends a call on behalf of a side, and returns the status of the answer.
pub async fn end(bench: &Bench, vendor: Vendor, id: &str, order: Value) -> u16 {
    let path = format!("/{}/calls/{id}/end", vendor.name());
    bench.control(Method::POST, &path, Some(&order)).await.0
}

/// Requests an address of the sandbox without a key. Returns the status, the media type and the number of bytes.
pub async fn open(bench: &Bench, url: &str) -> (u16, String, usize) {
    let answer = bench.client.get(url).send().await.expect("an answer");
    let media_type = answer.headers().get("content-type");
    let media_type = media_type.map_or("", |media_type| media_type.to_str().expect("text")).to_owned();
    (answer.status().as_u16(), media_type, answer.bytes().await.expect("bytes").len())
}
