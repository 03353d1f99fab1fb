//! Requests that are repeated with the same idempotency key.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Harness},
};

impl Harness {
    async fn keyed(&self, key: &str, method: Method, path: &str, body: &Value) -> Answer {
        let mut request = self.request(method.clone(), path).header("idempotency-key", key);
        if method == Method::PUT {
            request = request.header("if-match", "*");
        }
        Answer::to(if body.is_null() { request } else { request.json(body) }).await
    }
}

/// Checks that an answer equals the first one, and is marked as a replay.
#[track_caller]
fn is_replayed(first: &Answer, again: &Answer) {
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("idempotent-replayed"), None);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
}

/// Checks that the stored fingerprint depends on the key of the store, so that it reveals nothing about a secret in the
/// body.
#[tokio::test]
async fn a_stored_fingerprint_depends_on_the_stores_key() {
    let mut fingerprints = Vec::new();
    for _ in 0..2 {
        let harness = Harness::start().await;
        harness.keyed("the-same-key", Method::POST, "/v1/trunks", &trunk()).await.expect(201);
        let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        let select = sqlx::query_scalar("SELECT fingerprint FROM replays").fetch_one(&mut database);
        fingerprints.push(select.await.unwrap());
    }
    let [one, other]: [Vec<u8>; 2] = fingerprints.try_into().unwrap();
    assert_ne!(one, other);
}

#[tokio::test]
async fn each_kind_of_write_is_carried_out_once() {
    let mut harness = Harness::start().await;
    for (route, new) in [("/v1/agents", agent(Vendor::QCALL)), ("/v1/trunks", trunk())] {
        let made = harness.keyed(&format!("POST{route}"), Method::POST, route, &new).await;
        let path = format!("{route}/{}", made.body["id"].as_str().unwrap());
        let writes = [
            (Method::POST, route, new.clone()),
            (Method::PATCH, &path, json!({ "name": "Renamed" })),
            (Method::PUT, &path, with(new, json!({ "name": "Replaced" }))),
            (Method::DELETE, &path, Value::Null),
        ];
        let mut answers = vec![made];
        for (method, path, body) in &writes[1..] {
            let answer = harness.keyed(&format!("{method}{route}"), method.clone(), path, body).await;
            assert!([200, 204].contains(&answer.status), "{method}: {}", answer.text);
            answers.push(answer);
        }
        harness.forget_requests().await;
        harness.restart().await;
        for ((method, path, body), first) in writes.iter().zip(&answers) {
            let again = harness.keyed(&format!("{method}{route}"), method.clone(), path, body).await;
            is_replayed(first, &again);
        }
        assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new(), "{route}");
    }
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let harness = Harness::start().await;
    let new = agent(Vendor::QCALL);
    let made = harness.keyed("k-1", Method::POST, "/v1/agents", &new).await;
    let path = format!("/v1/agents/{}", made.body["id"].as_str().unwrap());
    for (method, path, body) in [
        (Method::POST, "/v1/agents", with(new.clone(), json!({ "name": "Another" }))),
        (Method::POST, "/v1/trunks", trunk()),
        (Method::PATCH, path.as_str(), json!({ "name": "Another" })),
        (Method::DELETE, path.as_str(), Value::Null),
    ] {
        harness.keyed("k-1", method, path, &body).await.problem(422, "idempotency_key_reused");
    }
    assert_eq!(harness.get(&path).await.expect(200), made.body);
    let other = harness.keyed("k-2", Method::POST, "/v1/agents", &new).await.expect(201);
    assert_ne!(other["id"], made.body["id"], "another key is another agent");
}

#[tokio::test]
async fn the_order_of_members_does_not_make_another_request() {
    let harness = Harness::start().await;
    let new = with(agent(Vendor::QCALL), json!({ "labels": { "team": "sales", "city": "Bonn" } }));
    let mut turned = json!({});
    for (name, value) in new.as_object().unwrap().iter().rev() {
        turned[name] = value.clone();
    }
    turned["labels"] = json!({ "city": "Bonn", "team": "sales" });
    assert_ne!(turned.to_string(), new.to_string());
    let made = harness.keyed("k-1", Method::POST, "/v1/agents", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    is_replayed(&made, &harness.keyed("k-1", Method::POST, "/v1/agents", &turned).await);
    let lists = [json!({ "fruit": ["pear", "plum"] }), json!({ "fruit": ["plum", "pear"] })];
    let [one, other] = lists.map(|metadata| with(new.clone(), json!({ "metadata": metadata })));
    harness.keyed("k-2", Method::POST, "/v1/agents", &one).await.expect(201);
    harness.keyed("k-2", Method::POST, "/v1/agents", &other).await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_key_whose_first_request_is_being_carried_out() {
    let harness = Harness::start().await;
    harness.order(Vendor::QCALL, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let new = agent(Vendor::QCALL);
    let first = harness.request(Method::POST, "/v1/agents").header("idempotency-key", "k-1").json(&new);
    let first = tokio::spawn(Answer::to(first));
    harness.once_held(1).await;
    let again = harness.keyed("k-1", Method::POST, "/v1/agents", &new).await;
    assert!(again.header("retry-after").is_some(), "{again:?}");
    assert_eq!(again.problem(409, "idempotency_in_progress")["retryable"], true);
    harness.release_held().await;
    let first = first.await.unwrap();
    assert_eq!(first.status, 201, "{}", first.text);
    is_replayed(&first, &harness.keyed("k-1", Method::POST, "/v1/agents", &new).await);
    assert_eq!(harness.asked(Vendor::QCALL, "createAssistant").await, 1);
}

/// Checks that a refusal by the vendor is replayed without another vendor request, and that a request that
/// the gateway itself refused can be corrected and sent again.
#[tokio::test]
async fn refusals() {
    let harness = Harness::start().await;
    let unknown = agent(Vendor::AUTOCALLS_2025);
    let status = json!({ "kind": "status", "status": 422 });
    harness.order(Vendor::AUTOCALLS_2025, "createAssistant", 1, &status).await;
    let refused = harness.keyed("k-1", Method::POST, "/v1/agents", &unknown).await;
    let problem = refused.clone().problem(422, "vendor_rejected");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.ends_with("The agent was sent to autocalls-2025 because of agent.vendor."), "{detail}");
    let written = harness.writes(Vendor::AUTOCALLS_2025).await.len();
    let again = harness.keyed("k-1", Method::POST, "/v1/agents", &unknown).await;
    assert_eq!(again.body["code"], "vendor_rejected", "{}", again.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(harness.writes(Vendor::AUTOCALLS_2025).await.len(), written);

    let nameless = with(agent(Vendor::QCALL), json!({ "name": null }));
    harness.keyed("k-2", Method::POST, "/v1/agents", &nameless).await.problem(422, "field_required");
    harness.keyed("k-2", Method::POST, "/v1/agents", &agent(Vendor::QCALL)).await.expect(201);
}

#[tokio::test]
async fn a_key_has_a_form() {
    let harness = Harness::start().await;
    for key in ["", "two words", &"k".repeat(256)] {
        let answer = harness.keyed(key, Method::POST, "/v1/agents", &agent(Vendor::QCALL)).await;
        answer.problem(400, "idempotency_key_invalid");
    }
    // In the draft standard, the key is in quotes.
    let quoted = harness.keyed("\"k-1\"", Method::POST, "/v1/agents", &agent(Vendor::QCALL)).await;
    is_replayed(&quoted, &harness.keyed("k-1", Method::POST, "/v1/agents", &agent(Vendor::QCALL)).await);
}
