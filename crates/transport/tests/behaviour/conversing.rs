//! Exchanges with several requests.

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::{Exchange, Method, Request},
};

use crate::{
    account::{TOKEN, outcome, transport},
    vendor::{Act, Vendor, answer},
};

/// Sends the first request, then one with the id from the first response.
fn two_steps(first: Method, second: Method) -> Exchange<Value> {
    Exchange::ask(Request::new("create agent", first, ["agents"]), move |reply| {
        let created = reply.document("an agent")?;
        let id = created["id"].as_str().unwrap_or_default().to_owned();
        let request = Request::new("name agent", second, ["agents".to_owned(), id]);
        Ok(Exchange::send(request, |reply| reply.document("an agent")))
    })
}

fn created() -> Act {
    Act::Answer(answer(201, r#"{"id": "a1"}"#))
}

async fn failure_of(first: Method, second: Method, acts: impl IntoIterator<Item = Act>) -> Error {
    let vendor = Vendor::acting(acts).await;
    transport(&vendor.url()).run(two_steps(first, second)).await.expect_err("a failure")
}

#[tokio::test]
async fn each_step_is_signed_and_sees_the_answer_before() {
    let vendor = Vendor::acting([created(), Act::Answer(answer(200, r#"{"name": "Ada"}"#))]).await;
    let result = transport(&vendor.url()).run(two_steps(Method::Post, Method::Get)).await;
    assert_eq!(result.expect("an agent"), json!({ "name": "Ada" }));
    let requests = vendor.requests();
    assert!(requests[0].starts_with("POST /api/agents HTTP/1.1"));
    assert!(requests[1].starts_with("GET /api/agents/a1 HTTP/1.1"));
    assert!(requests.iter().all(|request| request.contains(TOKEN)));
}

#[tokio::test]
async fn exchanges_follow_each_other() {
    let vendor = Vendor::acting([created(), created(), created(), created()]).await;
    let exchange = two_steps(Method::Post, Method::Get).then(|_| Ok(two_steps(Method::Put, Method::Delete)));
    transport(&vendor.url()).run(exchange.expect("an exchange")).await.expect("an agent");
    let methods: Vec<_> = vendor
        .requests()
        .iter()
        .map(|request| request.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(methods, ["POST", "GET", "PUT", "DELETE"]);
}

#[tokio::test]
async fn a_refusal_ends_the_conversation_and_names_the_vendor() {
    let vendor = Vendor::acting([Act::Answer(answer(422, r#"{"message": "no name"}"#))]).await;
    let result = transport(&vendor.url()).run(two_steps(Method::Post, Method::Get)).await;
    let failure = result.expect_err("a refusal").vendor.expect("a failure");
    assert_eq!((failure.name.as_str(), failure.outcome), ("acme", Outcome::Rejected));
    assert_eq!(failure.message.as_deref(), Some("no name"));
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn a_reader_s_error_is_the_conversation_s_error() {
    let error = failure_of(Method::Post, Method::Get, [Act::Answer(answer(200, ""))]).await;
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorProtocolError, Outcome::Ambiguous));
    assert_eq!(error.vendor.expect("a failure").name, "acme");
}

#[tokio::test]
async fn what_fails_after_a_write_is_not_harmless() {
    let throttled = Act::Answer(answer(429, "{}"));
    let error = failure_of(Method::Post, Method::Put, [created(), throttled.clone()]).await;
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));

    let refused = Act::Answer(answer(422, "{}"));
    let error = failure_of(Method::Post, Method::Put, [created(), refused]).await;
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorRejected, Outcome::Ambiguous));

    let error = failure_of(Method::Get, Method::Post, [created(), throttled]).await;
    assert_eq!(
        (error.kind, outcome(&error)),
        (Kind::VendorThrottled, Outcome::Throttled),
        "only a read before"
    );

    let refused = Act::Answer(answer(422, "{}"));
    let vendor = Vendor::acting([created(), refused]).await;
    let found = Request::new("list agents", Method::Post, ["agents"]).reading();
    let exchange = Exchange::ask(found, |_| Ok(two_steps(Method::Post, Method::Get)));
    let error = transport(&vendor.url()).run(exchange).await.expect_err("a refusal");
    assert_eq!(
        (error.kind, outcome(&error)),
        (Kind::VendorRejected, Outcome::Rejected),
        "only a read before"
    );
}

#[tokio::test]
async fn a_refusal_after_requests_that_changed_nothing_is_harmless() {
    let refused = || Act::Answer(answer(422, "{}"));
    let vendor = Vendor::acting([created(), refused()]).await;
    let draft = Request::new("open draft", Method::Post, ["drafts"]).preparing();
    let exchange = Exchange::ask(draft, |_| Ok(two_steps(Method::Post, Method::Get)));
    let error = transport(&vendor.url()).run(exchange).await.expect_err("a refusal");
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorRejected, Outcome::Rejected), "only a draft");

    // The account passes 418 on, so that the exchange can go on in another way.
    let vendor = Vendor::acting([Act::Answer(answer(418, "{}")), refused()]).await;
    let first = Request::new("change draft", Method::Patch, ["drafts"]);
    let exchange = Exchange::ask(first, |_| Ok(two_steps(Method::Post, Method::Get)));
    let error = transport(&vendor.url()).run(exchange).await.expect_err("a refusal");
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorRejected, Outcome::Rejected), "refused twice");
}

#[tokio::test]
async fn an_id_from_an_answer_that_leads_elsewhere_is_not_followed() {
    let escape = Act::Answer(answer(201, r#"{"id": ".."}"#));
    let error = failure_of(Method::Post, Method::Delete, [escape]).await;
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
}
