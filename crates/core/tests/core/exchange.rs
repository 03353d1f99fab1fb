//! The parts of a request that may be shown.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_core::{
    model::{Root, Trunk},
    vendor::{Body, Method, Reply, Request},
};

use crate::samples;

fn request(body: Value) -> Request {
    Request::new("create trunk", Method::Post, ["dialer", "create"]).json(body)
}

#[test]
fn hidden_values_are_masked_wherever_they_are() {
    let body =
        json!({ "sid": "AC1", "auth": { "token": "hush" }, "pin": 1234, "list": ["hush"], "none": "" });
    let shown = request(body).hiding(["/auth/token", "/pin", "/list/0", "/none", "/absent"]).redacted_body();
    assert_eq!(
        shown,
        Some(json!({
            "sid": "AC1", "auth": { "token": "[redacted]" }, "pin": "[redacted]", "list": ["[redacted]"],
            "none": "",
        }))
    );
}

#[test]
fn without_a_body_there_is_nothing_to_show() {
    assert_eq!(Request::new("list trunks", Method::Get, ["dialer"]).hiding(["/sid"]).redacted_body(), None);
}

#[test]
fn debug_shows_neither_body_nor_headers() {
    let mut request = request(json!({ "auth_token": "hush" })).query("page", 2);
    request.headers.push(("authorization", "hush".into()));
    assert_eq!(format!("{request:?}"), "POST /dialer/create (create trunk)");
    let reply = Reply { body: Body::Other("hush".to_owned()), ..Reply::empty(500) };
    assert_eq!(format!("{reply:?}"), "Reply(500)");
}

proptest! {
    #![proptest_config(crate::cases())]

    /// The pointers a record names are the ones that a request has to hide.
    #[test]
    fn a_trunk_sent_as_it_is_shows_no_secret(trunk in samples::trunk()) {
        let mut body = json!(trunk);
        for (pointer, secret) in trunk.secrets() {
            switchboard_core::model::schema::put(&mut body, pointer, json!(secrecy::ExposeSecret::expose_secret(&secret)));
        }
        let shown = request(body).hiding(Trunk::SECRETS.iter().copied()).redacted_body();
        prop_assert!(!shown.unwrap().to_string().contains("hush-"));
    }
}
