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

/// Checks that one answer names what is wrong with the query, the headers and the body.
#[tokio::test]
async fn a_wrong_query_header_and_body_are_named_together() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    let restore = format!("{}/revisions/1/restore", made.path);
    let whole = with(agent(Vendor::QCALL), json!({ "nam": 1 }));
    let (to, number) = (json!({ "to": "opencx", "nam": 1 }), json!({ "phone_number": "+4930123401" }));
    let (query, all) = ("parameter_unknown", ["colour", "if-match", "idempotency-key"]);
    let cases: [(Method, &str, String, &[&str]); 12] = [
        (Method::POST, "/v1/agents", whole.to_string(), &["colour", "idempotency-key", "/nam"]),
        (Method::POST, "/v1/agents/plan", whole.to_string(), &["colour", "/nam"]),
        (
            Method::POST,
            "/v1/agents/import",
            r#"{"pin":1}"#.to_owned(),
            &["colour", "idempotency-key", "/pin", "/vendor", "/remote_id"],
        ),
        (Method::POST, "/v1/agents/batch", "{}".to_owned(), &["colour", "idempotency-key", "/operations"]),
        (Method::PUT, &made.path, "{".to_owned(), &[all[0], all[1], all[2], ""]),
        (Method::PATCH, &made.path, r#"{"a":1,"a":2}"#.to_owned(), &[all[0], all[1], all[2], "/a"]),
        (Method::DELETE, &made.path, String::new(), &all),
        (Method::POST, &restore, r#"{"nam":1}"#.to_owned(), &[all[0], all[1], all[2], "/nam"]),
        (
            Method::POST,
            "/v1/calls",
            json!({ "to": number }).to_string(),
            &["colour", "idempotency-key", "/agent_id"],
        ),
        (
            Method::POST,
            "/v1/calls/call_none/resolve",
            r#"{"not_placed":1}"#.to_owned(),
            &["colour", "/not_placed"],
        ),
        (
            Method::POST,
            "/v1/operations/op_none/resolve",
            r#"{"action":"retry","nam":1}"#.to_owned(),
            &["colour", "idempotency-key", "/nam"],
        ),
        (Method::POST, "/v1/migrations/plan", to.to_string(), &["colour", "/nam"]),
    ];
    for (method, path, body, expected) in cases {
        let what = format!("{method} {path}");
        let request = harness.request(method, &format!("{path}?colour=red"));
        let request = request.header("if-match", "7").header("idempotency-key", "two words");
        let answer = Answer::to(request.header("content-type", "application/json").body(body)).await;
        let problem = answer.problem(400, query);
        assert_eq!(places(&problem), expected, "{what}: {problem}");
    }
    let without_key = harness.post("/v1/calls", &json!({ "to": number })).await;
    let problem = without_key.problem(400, "idempotency_key_required");
    assert_eq!(places(&problem), ["idempotency-key", "/agent_id"], "{problem}");
    // A body that is not read has no other place.
    let text = harness.request(Method::POST, "/v1/agents?colour=red").header("idempotency-key", "two words");
    let problem = Answer::to(text.body("name")).await.problem(415, "unsupported_media_type");
    assert_eq!(places(&problem), ["content-type"], "{problem}");
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
}

/// Returns the places of a problem's errors, in order.
fn places(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .filter_map(|error| ["parameter", "header", "pointer"].iter().find_map(|name| error[*name].as_str()))
        .collect()
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
