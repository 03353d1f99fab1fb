//! A plan writes nothing, and equals the write that follows.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Harness, SeenRequest},
};

/// Returns the planned request in the form that [`seen`] returns for a received request.
fn sent(plan: &Value) -> Value {
    let request = &plan["requests"][0];
    json!([request["method"], request["path"], request["body"]])
}

fn seen(request: &SeenRequest) -> Value {
    json!([request.method, request.path, request.body])
}

#[tokio::test]
async fn a_plan_is_what_is_sent() {
    let harness = Harness::start().await;
    for (vendor, route, new) in [
        (Vendor::QCALL, "/v1/agents", agent(Vendor::QCALL)),
        (Vendor::QCALL, "/v1/trunks", trunk()),
        (Vendor::AUTOCALLS_2025, "/v1/agents", agent(Vendor::AUTOCALLS_2025)),
        (Vendor::AUTOCALLS_2026, "/v1/agents", agent(Vendor::AUTOCALLS_2026)),
        (Vendor::OPENCX, "/v1/agents", agent(Vendor::OPENCX)),
    ] {
        let writes = harness.writes(vendor).await.len();
        let plan = harness.post(&format!("{route}/plan"), &new).await.expect(200);
        assert_eq!(harness.writes(vendor).await.len(), writes);
        assert_eq!(harness.get(&format!("{route}?vendor={vendor}")).await.expect(200)["data"], json!([]));
        let made = harness.create(route, &new).await;
        assert_eq!(plan["translation"], made.body["translation"], "{vendor}");
        assert_eq!(sent(&plan), seen(harness.writes(vendor).await.last().unwrap()), "{vendor}");

        let patch = json!({ "name": "Renamed" });
        let writes = harness.writes(vendor).await.len();
        let plan = harness.post(&format!("{}/plan", made.path), &patch).await.expect(200);
        assert_eq!(harness.writes(vendor).await.len(), writes);
        assert_eq!(harness.get(&made.path).await.expect(200), made.body);
        let diff = json!([{ "field": "/name", "before": new["name"], "after": "Renamed" }]);
        assert_eq!(plan["diff"], diff, "{vendor}");
        let changed = harness.patch(&made.path, &patch).await.expect(200);
        assert_eq!(plan["translation"], changed["translation"], "{vendor}");
        assert_eq!(sent(&plan), seen(harness.writes(vendor).await.last().unwrap()), "{vendor}");

        let nothing = harness.post(&format!("{}/plan", made.path), &json!({})).await.expect(200);
        assert_eq!((&nothing["requests"], &nothing["diff"]), (&json!([]), &json!([])), "{vendor}");
    }
}

#[tokio::test]
async fn a_plan_shows_where_a_secret_stands_and_not_what_it_is() {
    let harness = Harness::start().await;
    let carrier = json!({ "type": "twilio", "account_sid": "AC1", "auth_token": "token-of-twilio" });
    let new = with(with(trunk(), json!({ "carrier": null })), json!({ "carrier": carrier }));
    let plan = harness.post("/v1/trunks/plan", &new).await.expect(200);
    assert_eq!(plan["requests"][0]["body"]["auth_token"], "[redacted]");
    let after = json!({ "type": "twilio", "account_sid": "AC1", "auth_token_set": true });
    assert_eq!(plan["diff"][2], json!({ "field": "/carrier", "before": null, "after": after }));
}

#[tokio::test]
async fn a_plan_is_refused_as_the_write_would_be() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::OPENCX)).await;
    let unrecorded = json!({ "call": { "record": false } });
    let zoned = json!({ "timezone": "Europe/Berlin" });
    harness.forget_requests().await;
    let plan = format!("{}/plan", made.path);
    for (strict, patch) in [(false, &unrecorded), (true, &zoned)] {
        let preference = if strict { "handling=strict" } else { "handling=lenient" };
        let new = with(agent(Vendor::OPENCX), patch.clone());
        let mut problems = Vec::new();
        for (method, path, body) in [
            (Method::POST, "/v1/agents/plan", &new),
            (Method::POST, "/v1/agents", &new),
            (Method::POST, &plan, patch),
            (Method::PATCH, &made.path, patch),
        ] {
            let request = harness.request(method, path).header("prefer", preference).json(body);
            let problem = Answer::to(request).await.problem(422, "capability_loss");
            problems.push(problem["errors"].clone());
        }
        assert_eq!(problems[0], problems[1]);
        assert_eq!(problems[2], problems[3]);
    }
    harness.post(&plan, &json!({ "name": null })).await.problem(422, "field_required");
    harness.post("/v1/agents/agt_00000000000000000000000000/plan", &zoned).await.problem(404, "not_found");
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    harness.create("/v1/agents", &with(agent(Vendor::QCALL), json!({ "external_ref": "taken" }))).await;
    harness.forget_requests().await;
    let taken = json!({ "external_ref": "taken" });
    let new = with(agent(Vendor::OPENCX), taken.clone());
    let mut problems = Vec::new();
    for (method, path, body) in [
        (Method::POST, "/v1/agents/plan", &new),
        (Method::POST, "/v1/agents", &new),
        (Method::POST, &plan, &taken),
        (Method::PATCH, &made.path, &taken),
    ] {
        let problem =
            Answer::to(harness.request(method, path).json(body)).await.problem(409, "already_exists");
        problems.push(problem["errors"].clone());
    }
    assert!(problems.iter().all(|errors| *errors == problems[0]), "{problems:?}");
    // A creation at OpenCX reads the list before the store refuses it.
    assert!(harness.writes(Vendor::OPENCX).await.is_empty());
}
