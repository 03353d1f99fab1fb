//! Batches: several creations and changes in one request.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness, pointers},
    settling::{PATIENT, SOON, SWIFT},
};

const PATH: &str = "/v1/agents/batch";

fn creation(name: &str) -> Value {
    json!({ "create": with(agent(Vendor::QCALL), json!({ "name": name })) })
}

fn statuses(answer: &Value) -> Vec<u64> {
    let results = answer["results"].as_array().unwrap();
    results.iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

async fn keyed(harness: &Harness, key: &str, body: &Value) -> Answer {
    Answer::to(harness.request(Method::POST, PATH).header("idempotency-key", key).json(body)).await
}

/// Returns the names of the vendor's assistants, sorted.
async fn stored(harness: &Harness) -> Vec<String> {
    let records = harness.stored(Vendor::QCALL, "assistants").await;
    let named = records.as_object().unwrap().values().map(|record| record["name"].as_str().unwrap());
    let mut names: Vec<_> = named.map(ToOwned::to_owned).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn each_operation_has_its_own_result() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &with(agent(Vendor::QCALL), json!({ "name": "First" }))).await;
    let missing = "agt_00000000000000000000000000";
    let batch = json!({ "operations": [
        creation("Second"),
        { "id": made.id, "patch": { "name": "Renamed" }, "if_revision": 1 },
        { "create": { "name": 7 } },
        { "id": missing, "patch": { "name": "x" } },
        creation("Third"),
    ] });
    let answer = harness.post(PATH, &batch).await.expect(200);
    assert_eq!(statuses(&answer), [201, 200, 422, 404, 201], "{answer}");
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results[0]["body"]["name"], "Second");
    assert_eq!(
        (&results[1]["body"]["name"], &results[1]["body"]["revision"]),
        (&json!("Renamed"), &json!(2))
    );
    assert!(pointers(&results[2]["problem"]).contains(&"/name"), "{answer}");
    assert_eq!(results[3]["problem"]["code"], "not_found");
    assert_eq!(results[3].get("body"), None);
    let path = format!("/v1/agents/{}", results[4]["body"]["id"].as_str().unwrap());
    assert_eq!(harness.get(&path).await.expect(200), results[4]["body"]);
    assert_eq!(stored(&harness).await, ["Renamed", "Second", "Third"]);

    let stale = json!({ "operations": [{ "id": made.id, "patch": { "name": "Again" }, "if_revision": 1 }] });
    let answer = harness.post(PATH, &stale).await.expect(200);
    assert_eq!(answer["results"][0]["problem"]["code"], "precondition_failed", "{answer}");
}

#[tokio::test]
async fn a_malformed_batch_changes_nothing_and_names_everything_that_is_wrong() {
    let harness = Harness::start().await;
    let id = "agt_00000000000000000000000000";
    let batch = json!({ "operations": [
        creation("Good"),
        7,
        { "create": {}, "id": id },
        { "id": id },
        { "patch": {} },
        { "id": id, "patch": {}, "if_revision": 0 },
        { "id": 7, "patch": {}, "sneeze": 1 },
    ] });
    let problem = harness.post(PATH, &batch).await.problem(422, "validation_failed");
    let mut wrong = pointers(&problem);
    wrong.sort_unstable();
    let expected = [
        "/operations/1",
        "/operations/2",
        "/operations/3/id",
        "/operations/3/patch",
        "/operations/4/id",
        "/operations/5/id",
        "/operations/5/if_revision",
        "/operations/6/id",
        "/operations/6/sneeze",
    ];
    assert_eq!(wrong, expected, "{problem}");
    for (body, code, pointer) in [
        (json!({}), "field_required", "/operations"),
        (json!({ "operations": [] }), "validation_failed", "/operations"),
        (json!({ "operations": vec![creation("x"); 201] }), "validation_failed", "/operations"),
        (json!({ "operation": [] }), "", "/operation"),
        (json!({ "operations/a~b": [] }), "", "/operations~1a~0b"),
        (json!([]), "validation_failed", ""),
    ] {
        let answer = harness.post(PATH, &body).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(code.is_empty() || answer.body["code"] == code, "{}", answer.text);
        assert!(pointers(&answer.body).contains(&pointer), "{}", answer.text);
    }
    assert_eq!(stored(&harness).await, [""; 0]);
}

#[tokio::test]
async fn a_repetition_replays_every_result() {
    let harness = Harness::start().await;
    let batch = json!({ "operations": [
        creation("One"),
        { "create": { "name": 7 } },
        creation("Two"),
        { "id": "agt_00000000000000000000000000", "patch": {} },
    ] });
    let first = keyed(&harness, "morning", &batch).await.expect(200);
    let again = keyed(&harness, "morning", &batch).await.expect(200);
    let (first, again) = (first["results"].as_array().unwrap(), again["results"].as_array().unwrap());
    for (first, again) in first.iter().zip(again) {
        assert_eq!(again["replayed"], true, "{again}");
        assert_eq!(with(again.clone(), json!({ "replayed": null })), *first);
    }
    assert_eq!(stored(&harness).await, ["One", "Two"]);
    let other = json!({ "operations": [creation("Three")] });
    keyed(&harness, "morning", &other).await.problem(422, "idempotency_key_reused");
    let single = harness.request(Method::POST, "/v1/agents").header("idempotency-key", "morning");
    Answer::to(single.json(&agent(Vendor::QCALL))).await.problem(422, "idempotency_key_reused");
    assert_eq!(stored(&harness).await, ["One", "Two"]);
}

/// Checks that a failure of the operator's account is carried out again, as for a single request.
#[tokio::test]
async fn a_refusal_that_the_caller_cannot_correct_is_not_stored() {
    let harness = Harness::with(Config { vendors: PATIENT.into(), ..Config::default() }).await;
    let vendor = Vendor::AUTOCALLS_2025;
    harness.order(vendor, "listLanguages", 1, &json!({ "kind": "status", "status": 401 })).await;
    let batch = json!({ "operations": [{ "create": agent(vendor) }] });
    let first = keyed(&harness, "noon", &batch).await.expect(200);
    assert_eq!(first["results"][0]["problem"]["code"], "vendor_auth_failed", "{first}");
    harness.clear_faults().await;
    let again = keyed(&harness, "noon", &batch).await.expect(200);
    assert_eq!(statuses(&again), [201], "{again}");
}

/// Checks that a batch is completed by its repetition, and that nothing is made twice.
#[tokio::test]
async fn a_batch_that_is_killed_in_the_middle_makes_nothing_twice() {
    let config = Config { vendors: format!("{PATIENT}{SOON}"), tables: SWIFT.into(), ..Config::default() };
    let mut harness = Harness::with(config).await;
    let names = ["A", "B", "C", "D", "E"];
    let batch = json!({ "operations": names.map(creation) });
    harness.order(Vendor::QCALL, "createAssistant", 2, &json!({ "kind": "hold" })).await;
    let request = harness.request(Method::POST, PATH).header("idempotency-key", "evening").json(&batch);
    let cut = tokio::spawn(Answer::try_to(request));
    harness.once_held(2).await;
    harness.gateway.stop();
    let _ = cut.await.unwrap();
    harness.release_held().await;
    harness.restart().await;
    let answer = loop {
        let answer = keyed(&harness, "evening", &batch).await.expect(200);
        if statuses(&answer).iter().all(|status| *status == 201 || *status == 202) {
            break answer;
        }
        assert!(statuses(&answer).iter().all(|status| [201, 202, 409].contains(status)), "{answer}");
    };
    for result in answer["results"].as_array().unwrap() {
        harness.settled(&format!("/v1/agents/{}", result["body"]["id"].as_str().unwrap())).await;
    }
    assert_eq!(stored(&harness).await, names);
}

#[tokio::test]
async fn operations_whose_vendor_is_slow_are_accepted() {
    let harness = Harness::start().await;
    harness.order(Vendor::QCALL, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let batch = json!({ "operations": [creation("Slow")] });
    let request = harness.request(Method::POST, PATH).header("prefer", "wait=0");
    let answer = Answer::to(request.json(&batch)).await;
    assert_eq!(answer.header("preference-applied"), Some("wait=0"));
    let answer = answer.expect(200);
    assert_eq!(statuses(&answer), [202], "{answer}");
    harness.once_held(1).await;
    harness.release_held().await;
    harness.settled(&format!("/v1/agents/{}", answer["results"][0]["body"]["id"].as_str().unwrap())).await;
}
