//! Idempotency keys.

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{
    case::{Case, problem},
    contract::Contract,
    fixture::Fixture,
    operations::WRITES,
};
use crate::harness::{Answer, Harness};

const KEY: &str = "idempotency-key";

pub fn cases() -> Vec<Case> {
    let each = |operation: &'static str| {
        [
            problem(operation, (400, "idempotency_key_invalid"), |ask| ask.header(KEY, "two words")),
            problem(operation, (422, "idempotency_key_reused"), |ask| ask.header(KEY, "of-another-request")),
        ]
    };
    WRITES.into_iter().flat_map(each).collect()
}

/// Builds a case for a repeated request whose first copy has not been answered yet.
pub fn again() -> Case {
    problem("createAgent", (409, "idempotency_in_progress"), |ask| ask.header(KEY, "of-this-request"))
}

#[tokio::test]
async fn keys_are_answered_as_documented() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    let standing = Fixture::made(&harness, &json!({})).await;
    let path = format!("/v1/agents/{}", standing.agent);
    let other = harness.request(Method::PATCH, &path).header(KEY, "of-another-request");
    Answer::to(other.json(&json!({ "labels": { "team": "sales" } }))).await.expect(200);
    for case in cases() {
        case.run(&harness, &contract, &standing).await;
    }

    harness.order(Vendor::QCALL, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let first = tokio::spawn(Answer::to(again().request(&harness, &contract, &standing)));
    harness.once_held(1).await;
    again().run(&harness, &contract, &standing).await;
    harness.release_held().await;
    first.await.unwrap().expect(201);
}
