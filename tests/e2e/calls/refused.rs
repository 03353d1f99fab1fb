//! Requests to dial that are refused: no phone rings, and the key is free again.

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{ANSWERED, CALLS, site, to};
use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness, pointers},
};

const BLAND: Vendor = Vendor::BLAND;

#[tokio::test]
async fn a_dial_needs_a_key() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    harness.post("/v1/calls", &to(&agent, ANSWERED)).await.problem(400, "idempotency_key_required");
    assert_eq!(harness.dials(BLAND).await, 0);
}

#[tokio::test]
async fn all_mistakes_in_a_body_are_named_together() {
    let harness = site().await;
    let body = json!({
        "to": { "phone_number": "030 123456", "frist_name": "Ann" }, "variables": { "Order": "17" }, "form": {},
    });
    let problem = harness.dial("wrong", &body).await.problem(422, "validation_failed");
    let mut places = pointers(&problem);
    places.sort_unstable();
    assert_eq!(places, ["/agent_id", "/form", "/to/frist_name", "/to/phone_number", "/variables/Order"]);
    let unknown =
        harness.dial("unknown", &to("agt_nobody", ANSWERED)).await.problem(422, "validation_failed");
    assert_eq!(pointers(&unknown), ["/agent_id"]);
}

#[tokio::test]
async fn a_guard_refuses_a_number_and_the_plan_says_so_before() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    for number in ["+15550100177", "+4911012345", "+49900123456"] {
        let body = to(&agent, number);
        let refused = harness.dial(number, &body).await.problem(422, "destination_not_allowed");
        assert_eq!(pointers(&refused), ["/to/phone_number"], "{refused}");
        let plan = harness.post("/v1/calls/plan", &body).await.expect(200);
        assert_eq!(plan["permitted"], false, "{plan}");
    }
    let plan = harness.post("/v1/calls/plan", &to(&agent, ANSWERED)).await.expect(200);
    assert_eq!(plan["permitted"], true, "{plan}");
    assert_eq!(plan["request"]["body"]["phone_number"], ANSWERED, "{plan}");
    assert_eq!(harness.dials(BLAND).await, 0);
}

#[tokio::test]
async fn a_gateway_without_countries_or_without_permission_calls_nobody() {
    let harness = Harness::start().await;
    let agent = harness.caller(BLAND).await;
    harness.dial("new", &to(&agent, ANSWERED)).await.problem(422, "destination_not_allowed");
    let tables = format!("{CALLS}place = false\n");
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    let agent = harness.caller(BLAND).await;
    harness.dial("off", &to(&agent, ANSWERED)).await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_limit_on_calls_is_exact_and_says_when_it_ends() {
    let tables = CALLS.replace("per_number_per_day = 100", "per_number_per_day = 1");
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    let agent = harness.caller(BLAND).await;
    harness.call(&agent, ANSWERED).await;
    let refused = harness.dial("again", &to(&agent, ANSWERED)).await;
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    refused.problem(429, "call_limit_reached");
    assert_eq!(harness.dials(BLAND).await, 1);
}

#[tokio::test]
async fn a_vendor_that_needs_a_number_to_call_from_is_not_asked_without_one() {
    let harness = site().await;
    for vendor in [Vendor::ELEVENLABS, Vendor::VAPI, Vendor::RETELL] {
        let caller = with(agent(vendor), json!({ "direction": "outbound" }));
        let caller = harness.create("/v1/agents", &caller).await.id;
        let refused =
            harness.dial(vendor.name(), &to(&caller, ANSWERED)).await.problem(422, "field_required");
        assert_eq!(pointers(&refused), ["/from/phone_number_id"], "{vendor}: {refused}");
        assert_eq!(harness.dials(vendor).await, 0, "{vendor}");
    }
}

#[tokio::test]
async fn unknown_parameters_and_parts_that_do_not_exist_are_refused() {
    let harness = site().await;
    harness.get("/v1/calls?agent=x").await.problem(400, "parameter_unknown");
    for path in ["/v1/events", "/v1/webhook-endpoints", "/v1/calls/call_1/events"] {
        Answer::to(harness.request(Method::GET, path)).await.problem(404, "not_found");
    }
}
