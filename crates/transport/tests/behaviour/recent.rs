//! The recent answers to the reads of a task.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_core::vendor::{Exchange, Method, Request};
use switchboard_transport::{Reads, Transport};

use crate::{
    account::{document, pass, transport},
    vendor::{Act, Vendor, answer},
};

fn get(version: &str) -> Request {
    Request::new("read agent", Method::Get, ["agents", "a1"]).query("version", version)
}

async fn read(transport: &Transport, reads: &Reads, version: &str) -> Value {
    transport.run_after(reads, document(get(version))).await.expect("an agent")
}

/// Starts a vendor whose answers are the numbers from 1 on.
async fn counting() -> Vendor {
    Vendor::acting((1..=4).map(|number| Act::Answer(answer(200, &number.to_string())))).await
}

#[tokio::test]
async fn an_object_is_read_once() {
    let vendor = counting().await;
    let (transport, reads) = (transport(&vendor.url()), Reads::default());
    assert_eq!(read(&transport, &reads, "latest").await, json!(1));
    let twice = Exchange::ask(get("latest"), |first| {
        let first = first.document("an agent")?;
        Ok(document(get("4")).map(move |second| json!([first, second])))
    });
    assert_eq!(transport.run_after(&reads, twice).await.expect("agents"), json!([1, 2]));
    assert_eq!(read(&transport, &reads, "4").await, json!(2));
    assert_eq!(vendor.requests().len(), 2);
    assert_eq!(transport.run(document(get("4"))).await.expect("an agent"), json!(3), "another task");
}

#[tokio::test]
async fn a_write_makes_the_answers_old() {
    let vendor = counting().await;
    let (transport, reads) = (transport(&vendor.url()), Reads::default());
    read(&transport, &reads, "4").await;
    let write = Request::new("update agent", Method::Patch, ["agents", "a1"]).json(json!({}));
    transport.run_after(&reads, document(write)).await.expect("an agent");
    assert_eq!(read(&transport, &reads, "4").await, json!(3));
    let list = Request::new("list agents", Method::Post, ["agents"]).json(json!({})).reading();
    assert_eq!(transport.run_after(&reads, document(list)).await.expect("agents"), json!(4));
    assert_eq!(read(&transport, &reads, "4").await, json!(3), "a list by POST changes nothing");
}

#[tokio::test]
async fn an_answer_is_used_for_two_seconds() {
    let vendor = counting().await;
    let (transport, reads) = (transport(&vendor.url()), Reads::default());
    read(&transport, &reads, "4").await;
    pass(Duration::from_millis(2001)).await;
    assert_eq!(read(&transport, &reads, "4").await, json!(2));
}
