//! Voices, models, knowledge bases and phone numbers are checked against the vendor's lists and the aliases.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, Record, pointers, trial},
};

const ALIASES: &str = "[voices.warm-female]\nqcall = \"qv-aurora\"\nautocalls-2025 = \"101\"\n\
                       opencx = \"hP72SDESIJq2YuAblBqz\"\n\
                       [models.fast]\nqcall = \"1\"\n[knowledge_bases.handbook]\nqcall = \"kb-1\"\n\
                       [phone_numbers.front-desk]\nautocalls-2025 = \"501\"\n\
                       [routing]\ndefault = \"opencx\"\n";

async fn start() -> Harness {
    Harness::with(Config { tables: ALIASES.into(), ..Config::default() }).await
}

/// Makes the list of models unreadable.
async fn hide_models(harness: &Harness) {
    let fault = json!({ "kind": "status", "status": 404 });
    harness.order(Vendor::QCALL, "listModels", 1000, &fault).await;
}

fn qcall(patch: Value) -> Value {
    with(agent(Vendor::QCALL), patch)
}

fn row<'a>(record: &'a Value, field: &str) -> &'a Value {
    let mut rows = record["translation"]["fields"].as_array().unwrap().iter();
    rows.find(|row| row["field"] == field).unwrap_or(&Value::Null)
}

async fn unverified(harness: &Harness) -> Record {
    hide_models(harness).await;
    let made = harness.create("/v1/agents", &qcall(json!({ "model": { "name": "4" } }))).await;
    harness.clear_faults().await;
    made
}

#[tokio::test]
async fn an_unknown_name_is_refused_with_the_name_that_is_meant() {
    let harness = start().await;
    let wrong = qcall(json!({ "voice": { "id": "warm-femal" }, "model": { "name": "nonsense" } }));
    for path in ["/v1/agents", "/v1/agents/plan"] {
        let answers = [harness.post(path, &wrong).await, harness.strictly(Method::POST, path, &wrong).await];
        for answer in answers {
            let problem = answer.problem(422, "capability_loss");
            assert_eq!(pointers(&problem), ["/voice/id", "/model/name"], "{problem}");
            let details = problem["errors"].to_string();
            assert!(details.contains("Did you mean \\\"warm-female\\\"?"), "{details}");
            assert!(details.contains("GET /v1/vendors/qcall/models lists the models."), "{details}");
        }
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
    assert!(harness.writes(Vendor::QCALL).await.is_empty());
    for (vendor, patch, pointer) in [
        (Vendor::AUTOCALLS_2025, json!({ "voice": { "id": "999" } }), "/voice/id"),
        (Vendor::AUTOCALLS_2025, json!({ "model": { "name": "GPT-4" } }), "/model/name"),
        (Vendor::AUTOCALLS_2026, json!({ "model": { "name": "GPT-4" } }), "/model/name"),
        (Vendor::AUTOCALLS_2025, json!({ "phone_number_id": "999" }), "/phone_number_id"),
        (Vendor::OPENCX, json!({ "voice": { "id": "TxErUhYT25MQSG3MlH4a" } }), "/voice/id"),
    ] {
        let problem =
            harness.post("/v1/agents", &with(agent(vendor), patch)).await.problem(422, "capability_loss");
        assert_eq!(pointers(&problem), [pointer], "{vendor}: {problem}");
    }
}

#[tokio::test]
async fn a_name_is_checked_when_the_field_changes_and_not_otherwise() {
    let harness = start().await;
    let made = unverified(&harness).await;
    assert_eq!(made.body["translation"]["fidelity"], "unverified", "{}", made.body);
    assert_eq!(row(&made.body, "/model/name")["verdict"], "unverified");
    harness.forget_requests().await;
    let renamed =
        harness.strictly(Method::PATCH, &made.path, &json!({ "name": "Changed" })).await.expect(200);
    assert_eq!(row(&renamed, "/model/name"), row(&made.body, "/model/name"));
    assert_eq!(harness.asked(Vendor::QCALL, "listModels").await, 0);
    let changed = harness.patch(&made.path, &json!({ "model": { "name": "fast" } })).await.expect(200);
    assert_eq!(row(&changed, "/model/name"), &Value::Null);
    let patch = json!({ "model": { "name": "5" } });
    harness.patch(&made.path, &patch).await.problem(422, "capability_loss");
    harness.post(&format!("{}/plan", made.path), &patch).await.problem(422, "capability_loss");
    assert_eq!(harness.get(&made.path).await.expect(200), changed);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_blocks_only_strict_writes_of_the_field() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    hide_models(&harness).await;
    let named = json!({ "model": { "name": "4" } });
    let refused = harness.strictly(Method::POST, "/v1/agents", &qcall(named.clone())).await;
    let problem = refused.problem(422, "capability_loss");
    assert_eq!(pointers(&problem), ["/model/name"], "{problem}");
    let changed = harness.patch(&made.path, &named).await.expect(200);
    let told = "The vendor's list of models could not be read. The gateway sends the value unchecked.";
    assert_eq!(row(&changed, "/model/name")["why"], told);
    // An alias needs no list.
    let alias = qcall(json!({ "model": { "name": "fast" } }));
    harness.strictly(Method::POST, "/v1/agents/plan", &alias).await.expect(200);
}

#[tokio::test]
async fn a_cached_list_that_lacks_a_name_is_read_again() {
    let harness = start().await;
    let unknown = qcall(json!({ "model": { "name": "nonsense" } }));
    let deadline = Instant::now() + Duration::from_secs(60);
    while harness.asked(Vendor::QCALL, "listModels").await < 2 {
        harness.post("/v1/agents/plan", &unknown).await.problem(422, "capability_loss");
        assert!(Instant::now() < deadline, "the list is read only once");
    }
    let asked = harness.asked(Vendor::QCALL, "listModels").await;
    harness.post("/v1/agents/plan", &qcall(json!({ "model": { "name": "2" } }))).await.expect(200);
    assert_eq!(harness.asked(Vendor::QCALL, "listModels").await, asked);
}

#[tokio::test]
async fn a_voice_of_another_provider_and_a_knowledge_base_are_unverified() {
    let harness = start().await;
    let foreign = qcall(json!({ "voice": { "id": "elsewhere", "provider": "elevenlabs" } }));
    let plan = harness.post("/v1/agents/plan", &foreign).await.expect(200);
    assert_eq!(row(&plan, "/voice/id")["verdict"], "unverified", "{plan}");
    for (name, verdict) in [("kb-9", json!("unverified")), ("handbook", Value::Null)] {
        let asked = qcall(json!({ "knowledge_base_ids": [name] }));
        let plan = harness.post("/v1/agents/plan", &asked).await.expect(200);
        assert_eq!(row(&plan, "/knowledge_base_ids")["verdict"], verdict, "{plan}");
    }
}

#[tokio::test]
async fn the_voice_of_an_imported_record_is_not_checked() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let collection = trial(Vendor::QCALL).agents.collection;
    let mut record = harness.stored(Vendor::QCALL, collection).await[&made.remote_id].clone();
    record["voice_id"] = json!("retired");
    harness.delete(&made.path).await.expect(204);
    let id = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f10";
    harness.put_record(Vendor::QCALL, collection, id, &record).await;
    let import = json!({ "vendor": "qcall", "remote_id": id });
    let other = with(import.clone(), json!({ "voice": { "id": "warm-femal" } }));
    let problem = harness.post("/v1/agents/import", &other).await.problem(422, "capability_loss");
    assert_eq!(pointers(&problem), ["/voice/id"], "{problem}");
    let imported = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(
        (&imported["voice"]["id"], &imported["translation"]["fidelity"]),
        (&json!("retired"), &json!("exact"))
    );
}

#[tokio::test]
async fn a_move_is_blocked_by_a_voice_that_the_new_vendor_lacks() {
    let harness = start().await;
    let unpinned = |name: &str| with(agent(Vendor::OPENCX), json!({ "vendor": null, "name": name }));
    let native = harness.create("/v1/agents", &unpinned("Native")).await;
    let portable = with(unpinned("Portable"), json!({ "voice": { "id": "warm-female" } }));
    let portable = harness.create("/v1/agents", &portable).await;
    let plan = harness.post("/v1/migrations/plan", &json!({ "to": "qcall" })).await.expect(200);
    let blocked = |agent: &Record| {
        let agents = plan["agents"].as_array().unwrap();
        agents.iter().find(|one| one["id"] == agent.id.as_str()).unwrap()["blocked"].clone()
    };
    assert_eq!(blocked(&native)[0]["field"], "/voice/id", "{plan}");
    assert_eq!(blocked(&portable), json!([]), "{plan}");
}

#[tokio::test]
async fn a_summary_omits_the_fields_of_reports() {
    let harness = start().await;
    let path = |path: &str| format!("{path}?translation=summary");
    let made = harness.post(&path("/v1/agents"), &agent(Vendor::QCALL)).await.expect(201);
    let (full, short) = (format!("/v1/agents/{}", made["id"].as_str().unwrap()), &made["translation"]);
    assert_eq!(short["fields"], Value::Null);
    assert_eq!((&short["fidelity"], short["assumed"].as_u64() > Some(0)), (&json!("exact"), true), "{short}");
    let read = harness.get(&full).await.expect(200);
    assert!(read["translation"]["fields"].is_array());
    assert_eq!(harness.get(&path(&full)).await.expect(200), made);
    assert_eq!(harness.get(&path("/v1/agents")).await.expect(200)["data"], json!([made]));
    let change = json!({ "prompt": { "goal": "Help" } });
    for answer in [
        harness.post(&path("/v1/agents/plan"), &agent(Vendor::QCALL)).await,
        harness.post(&path(&format!("{full}/plan")), &change).await,
        harness.patch(&path(&full), &change).await,
        harness.post(&path(&format!("{full}/sync")), &json!({ "on_drift": "report" })).await,
    ] {
        let answer = answer.expect(200);
        assert_eq!(
            (&answer["translation"]["fields"], answer["translation"]["assumed"].is_u64()),
            (&Value::Null, true)
        );
    }
    harness.get(&format!("{full}?translation=none")).await.problem(400, "parameter_invalid");
}

#[tokio::test]
async fn a_phone_number_is_named_by_an_alias_or_listed_by_the_vendor() {
    let harness = start().await;
    let vendor = Vendor::AUTOCALLS_2025;
    let numbered = |number: &str| with(agent(vendor), json!({ "phone_number_id": number }));
    let made = harness.create("/v1/agents", &numbered("front-desk")).await;
    let stored = harness.stored(vendor, trial(vendor).agents.collection).await;
    let record = stored.as_object().unwrap().values().next().unwrap();
    assert_eq!(
        (&record["phone_number_id"], &made.body["phone_number_id"]),
        (&json!(501), &json!("front-desk"))
    );
    let problem = harness.post("/v1/agents", &numbered("front-des")).await.problem(422, "capability_loss");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("Did you mean \"front-desk\"?"), "{detail}");
    assert!(
        detail.contains("GET /v1/vendors/autocalls-2025/phone-numbers lists the phone numbers."),
        "{detail}"
    );
    let listed = harness.get("/v1/vendors/autocalls-2025/phone-numbers").await.expect(200);
    assert_eq!(listed["data"][0]["name"], "+4930123401", "{listed}");
    harness.create("/v1/agents", &numbered("502")).await;
    let plan = json!({ "to": "autocalls-2026", "ids": [made.id] });
    let plan = harness.post("/v1/migrations/plan", &plan).await.expect(200);
    assert_eq!(plan["summary"]["blocked"], 1, "the alias has no number there: {plan}");
}
