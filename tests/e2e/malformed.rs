//! Malformed requests. The gateway refuses them all in the same form, and sends no request to a vendor.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Harness, KEY, pointers},
};

/// Bodies and headers that no operation accepts.
const REQUESTS: &str = include_str!("../data/malformed_requests.json");
/// Merge patches that make an agent invalid.
const AGENTS: &str = include_str!("../data/malformed_agents.json");
/// Merge patches that make a trunk invalid.
const TRUNKS: &str = include_str!("../data/malformed_trunks.json");

fn cases(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn what_is_no_request_is_refused_by_every_write() {
    let harness = Harness::start().await;
    let agent = harness.create("/v1/agents", &agent(Vendor::QCALL)).await.path;
    let trunk = harness.create("/v1/trunks", &trunk()).await.path;
    harness.forget_requests().await;
    let writes = [
        (Method::POST, "/v1/agents"),
        (Method::POST, "/v1/agents/plan"),
        (Method::POST, "/v1/agents/import"),
        (Method::POST, "/v1/trunks"),
        (Method::PATCH, &agent),
        (Method::PATCH, &trunk),
    ];
    for case in cases(REQUESTS) {
        for (method, path) in &writes {
            let answer = malformed(&harness, method.clone(), path, &case).await;
            check(&format!("{method} {path}: {}", case["name"]), answer, &case);
        }
    }
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_agent_that_cannot_be_is_refused() {
    refused("/v1/agents", agent(Vendor::QCALL), AGENTS).await;
}

#[tokio::test]
async fn a_trunk_that_cannot_be_is_refused() {
    refused("/v1/trunks", trunk(), TRUNKS).await;
}

#[tokio::test]
async fn every_wrong_parameter_and_every_member_of_a_needless_body_is_named() {
    let harness = Harness::start().await;
    let problem = harness.get("/v1/capabilities/diff").await.problem(400, "parameter_invalid");
    let named: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|it| &it["parameter"]).collect();
    assert_eq!(named, ["from", "to"], "{problem}");
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let restore = format!("{}/revisions/1/restore", made.path);
    for path in [restore.as_str(), "/v1/calls/call_none/hangup", "/v1/calls/call_none/sync"] {
        let problem = harness.post(path, &json!({ "onn": 1 })).await.problem(422, "unknown_field");
        assert_eq!(pointers(&problem), ["/onn"], "{path}");
    }
}

/// Checks that each patch is refused, both as a PATCH and merged into the body of a creation.
async fn refused(route: &str, valid: Value, patches: &str) {
    let harness = Harness::start().await;
    let made = harness.create(route, &valid).await;
    harness.forget_requests().await;
    for case in cases(patches) {
        let (name, patch) = (&case["name"], &case["patch"]);
        let whole = with(valid.clone(), patch.clone());
        check(&format!("POST: {name}"), harness.post(route, &whole).await, &case);
        check(&format!("PUT: {name}"), harness.put(&made.path, 1, &whole).await, &case);
        check(&format!("PATCH: {name}"), harness.patch(&made.path, patch).await, &case);
    }
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}

async fn malformed(harness: &Harness, method: Method, path: &str, case: &Value) -> Answer {
    let url = format!("{}{path}?{}", harness.gateway.url, case["query"].as_str().unwrap_or_default());
    let standard = json!({ "content-type": "application/json" });
    let headers = case.get("headers").unwrap_or(&standard).as_object().unwrap();
    let mut request = harness.client.request(method, url).body(body(case));
    if !headers.contains_key("authorization") {
        request = request.bearer_auth(KEY);
    }
    for (name, value) in headers {
        request = request.header(name, value.as_str().unwrap());
    }
    Answer::to(request).await
}

/// Builds the bytes of a body: from a string, from hexadecimal digits, or from parts that are repeated.
fn body(case: &Value) -> Vec<u8> {
    match &case["body"] {
        Value::String(digits) if case["hex"] == true => {
            let pairs = digits.as_bytes().chunks(2);
            pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
        }
        Value::String(text) => text.clone().into_bytes(),
        Value::Array(parts) => parts.iter().flat_map(part).collect(),
        other => panic!("{other}"),
    }
}

fn part(part: &Value) -> Vec<u8> {
    match part {
        Value::String(text) => text.clone().into_bytes(),
        part => part[0].as_str().unwrap().repeat(part[1].as_u64().unwrap() as usize).into_bytes(),
    }
}

fn check(what: &str, answer: Answer, case: &Value) {
    let told = format!("{what}: {} {}", answer.status, answer.text);
    assert_eq!(answer.status, case["status"], "{told}");
    assert_eq!(answer.body["code"], case["code"], "{told}");
    let status = answer.status;
    let problem = answer.problem(status, case["code"].as_str().unwrap());
    if let Some(expected) = case["pointers"].as_array() {
        let mut found = pointers(&problem);
        found.sort_unstable();
        assert_eq!(&found, expected, "{told}");
    }
}
