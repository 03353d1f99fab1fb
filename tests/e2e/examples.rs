//! The examples in the documentation equal the gateway's answers.
//!
//! If `UPDATE_EXAMPLES=1` is set in the environment, the answers are written to the example files instead.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness},
};

/// The ids in the examples, which replace the generated ids.
const AGENT: &str = "agt_01kd4xq7cme5jr1c9zv0w8s3tf";
const TRUNK: &str = "trk_01kd4xqbn2f1krt6a7hd4m9g5e";
const REMOTE_AGENT: &str = "3d9f4c52-6a1b-4f0e-8c57-1f2b9a7d6e30";
const REMOTE_TRUNK: &str = "8b21e0f4-52c7-4e39-9d6a-7c3f5b0a1d84";
const OPERATION: &str = "op_01kd4xqd3mf0wrtyq5b8n2c7vz";
const PLAN: &str = "plan_4r2m0g7x9t6e1k8c3w5zabhdqn";
const MIGRATION: &str = "mig_01kkcvb8q0e9w8d2m7a3r5x6tz";
const CALL: &str = "call_01kd4xr2hge4m9v6s3w8b5n7tz";
const REMOTE_CALL: &str = "c-480337";
const MOMENT: &str = "2026-11-21T09:30:00Z";

/// The number of rows to which examples shorten long lists.
const ROWS: usize = 4;

#[tokio::test]
async fn the_examples_are_what_the_gateway_answers() {
    let harness = Harness::with(Config { tables: aliases(), ..Config::default() }).await;
    let plan = harness.post("/v1/agents/plan", &example("new_agent")).await.expect(200);
    is_documented("agent_plan", plan);
    let agent = harness.create("/v1/agents", &example("new_agent")).await;
    let ours = [(agent.id.as_str(), AGENT), (&agent.remote_id, REMOTE_AGENT)];
    is_documented("agent", documented(&agent.body, &ours));
    let plan = format!("{}/plan", agent.path);
    let plan = harness.post(&plan, &example("agent_patch")).await.expect(200);
    is_documented("agent_patch_plan", documented(&plan, &ours));
    harness.patch(&agent.path, &example("agent_patch")).await.expect(200);
    harness.put(&agent.path, 2, &example("new_agent")).await.expect(200);
    let revision = harness.get(&format!("{}/revisions/1", agent.path)).await.expect(200);
    is_documented("revision", documented(&revision, &ours));

    let trunk = example("new_trunk");
    is_documented("trunk_plan", harness.post("/v1/trunks/plan", &trunk).await.expect(200));
    let trunk = harness.create("/v1/trunks", &trunk).await;
    let ours = [(trunk.id.as_str(), TRUNK), (&trunk.remote_id, REMOTE_TRUNK)];
    is_documented("trunk", documented(&trunk.body, &ours));
    let plan = format!("{}/plan", trunk.path);
    let plan = harness.post(&plan, &example("trunk_patch")).await.expect(200);
    is_documented("trunk_patch_plan", documented(&plan, &ours));
    harness.patch(&trunk.path, &example("trunk_patch")).await.expect(200);
    harness.put(&trunk.path, 2, &example("new_trunk")).await.expect(200);

    // The agent exists at the vendor before the import.
    let import = example("agent_import");
    let (vendor, remote_id) = (import["vendor"].as_str().unwrap(), import["remote_id"].as_str().unwrap());
    assert_eq!(vendor, Vendor::QCALL.name());
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    harness.put_record(Vendor::QCALL, "assistants", remote_id, &stored[&agent.remote_id]).await;
    let listed = harness.get("/v1/vendors/qcall/agents").await.expect(200);
    is_documented(
        "vendor_agents",
        documented(&listed, &[(&agent.id, AGENT), (&agent.remote_id, REMOTE_AGENT)]),
    );
    let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
    is_documented("agent_import_plan", plan);
    harness.post("/v1/agents/import", &import).await.expect(201);
}

#[tokio::test]
async fn the_examples_of_what_goes_on_are_what_the_gateway_answers() {
    let harness = Harness::with(Config { tables: aliases(), ..Config::default() }).await;
    for (route, operation, new, accepted, id) in [
        ("/v1/agents", "createAssistant", "new_agent", "accepted_agent", AGENT),
        ("/v1/trunks", "createDialer", "new_trunk", "accepted_trunk", TRUNK),
    ] {
        busy(&harness, operation).await;
        let body = harness.post(route, &example(new)).await.expect(202);
        let own = body["sync"]["operation_id"].as_str().unwrap();
        let ours = [(body["id"].as_str().unwrap(), id), (own, OPERATION)];
        is_documented(accepted, documented(&body, &ours));
        if route == "/v1/agents" {
            let operation = harness.get(&format!("/v1/operations/{own}")).await.expect(200);
            is_documented("operation", documented(&operation, &ours));
        }
        // The next agent uses the same external reference.
        let path = format!("{route}/{}?on_vendor=keep", body["id"].as_str().unwrap());
        harness.delete(&path).await.expect(204);
    }

    let agent = harness.create("/v1/agents", &example("new_agent")).await;
    let ours = [(agent.id.as_str(), AGENT), (&agent.remote_id, REMOTE_AGENT)];
    let mut record = harness.stored(Vendor::QCALL, "assistants").await[&agent.remote_id].clone();
    record["start_speech"] = json!("Guten Tag, Praxis Beispiel.");
    harness.put_record(Vendor::QCALL, "assistants", &agent.remote_id, &record).await;
    let synced = harness.post(&format!("{}/sync", agent.path), &example("sync")).await.expect(200);
    is_documented("drifted_agent", documented(&synced, &ours));

    busy(&harness, "deleteAssistant").await;
    let removal = harness.delete(&agent.path).await.expect(202);
    let ours = [(agent.id.as_str(), AGENT), (removal["id"].as_str().unwrap(), OPERATION)];
    is_documented("removal", documented(&removal, &ours));
}

/// Checks the examples of an operation that needs attention. An equal agent was created at the vendor
/// meanwhile, and the vendor's answers do not show which of the two is ours.
#[tokio::test]
async fn the_examples_of_what_needs_attention_are_what_the_gateway_answers() {
    let harness = Harness::with(Config { tables: aliases(), ..Config::default() }).await;
    let model = harness.create("/v1/agents", &example("new_agent")).await;
    let record = harness.stored(Vendor::QCALL, "assistants").await[&model.remote_id].clone();
    harness.delete(&model.path).await.expect(204);
    let resolution = example("resolution");
    let twin = resolution["remote_id"].as_str().unwrap();
    harness.put_record(Vendor::QCALL, "assistants", twin, &record).await;
    harness.set_options(Vendor::QCALL, &json!({ "create_answers_id": "none" })).await;

    let answer = harness.post("/v1/agents", &example("new_agent")).await;
    let path = answer.header("location").unwrap().to_owned();
    let body = answer.expect(202);
    let operation = harness.operation(&path, "needs_attention").await;
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    let own = stored.as_object().unwrap().keys().find(|id| *id != twin).unwrap();
    let id = operation["id"].as_str().unwrap();
    let ours = [(body["id"].as_str().unwrap(), AGENT), (id, OPERATION), (own, REMOTE_AGENT)];
    is_documented("stuck_operation", documented(&operation, &ours));
    let resolved = harness.post(&format!("{path}/resolve"), &resolution).await.expect(200);
    is_documented("resolved_operation", documented(&resolved, &ours));
}

#[tokio::test]
async fn the_examples_of_migrations_are_what_the_gateway_answers() {
    let harness = Harness::with(Config { tables: aliases(), ..Config::default() }).await;
    let agent = harness.create("/v1/agents", &example("new_agent")).await;
    // In the documentation, there is one vendor with this adapter, and it has the adapter's name.
    let to = Vendor::AUTOCALLS_2025;
    let mut request = example("migration_request");
    let named = request["to"].as_str().unwrap().to_owned();
    request["to"] = json!(to);
    let plan = harness.post("/v1/migrations/plan", &request).await.expect(200);
    let id = plan["plan_id"].as_str().unwrap();
    let ours = [(agent.id.as_str(), AGENT), (id, PLAN), (to.name(), named.as_str())];
    is_documented("migration_plan", documented(&plan, &ours));

    harness.order(to, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let mut start = example("migration_start");
    assert_eq!(start["plan_id"], PLAN);
    start["plan_id"] = json!(id);
    let answer = harness.post("/v1/migrations", &start).await;
    let path = answer.header("location").unwrap().to_owned();
    let migration = answer.expect(202);
    let ours = [&ours[..], &[(migration["id"].as_str().unwrap(), MIGRATION)]].concat();
    is_documented("migration", documented(&migration, &ours));
    harness.once_held(1).await;
    let moves = harness.get(&format!("{path}/agents")).await.expect(200);
    let one = &moves["data"][0];
    let ours = [&ours[..], &[(one["operation_id"].as_str().unwrap(), OPERATION)]].concat();
    is_documented("migration_agent", documented(one, &ours));
}

#[tokio::test]
async fn the_examples_of_calls_are_what_the_gateway_answers() {
    let tables = "[calls]\ncountries = [\"DE\"]\nfollow_s = 0.2\n".to_owned();
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    let clock = format!("/{}/clock", Vendor::BLAND);
    harness.vendors.control(Method::POST, &clock, Some(&json!({ "pace": 20 }))).await.expect(200);
    let caller = with(
        agent(Vendor::BLAND),
        json!({ "name": "Reminder", "direction": "outbound", "call": { "record": true } }),
    );
    let caller = harness.create("/v1/agents", &caller).await;
    let mut body = example("new_call");
    assert_eq!(body["agent_id"], AGENT);
    body["agent_id"] = json!(caller.id);
    let agents = [(caller.id.as_str(), AGENT), (caller.remote_id.as_str(), REMOTE_AGENT)];
    let plan = harness.post("/v1/calls/plan", &body).await.expect(200);
    is_documented("call_plan", documented(&plan, &agents));

    let dial = async |key: &str, body: &Value| {
        Answer::to(harness.request(Method::POST, "/v1/calls").header("idempotency-key", key).json(body)).await
    };
    let call = dial("first", &body).await.expect(201);
    let (id, remote) =
        (call["id"].as_str().unwrap().to_owned(), call["remote_id"].as_str().unwrap().to_owned());
    let ours = [agents[0], agents[1], (id.as_str(), CALL), (remote.as_str(), REMOTE_CALL)];
    is_documented("call", documented(&call, &ours));
    let path = format!("/v1/calls/{id}");
    let ended = harness.once(&path, |call| call["transcript"]["state"] == "available").await;
    is_documented("ended_call", documented(&ended, &ours));
    let transcript = harness.get(&format!("{path}/transcript")).await.expect(200);
    is_documented("transcript", documented(&transcript, &ours));

    harness.order(Vendor::BLAND, "placeCall", 1, &json!({ "kind": "reset" })).await;
    body["to"]["phone_number"] = json!("+4930123457");
    body["external_ref"] = json!("another");
    let lost = dial("second", &body).await.expect(202);
    let id = lost["id"].as_str().unwrap();
    let ours =
        [agents[0], agents[1], (id, CALL), ("+4930123457", "+4930123456"), ("another", "reminder-4711")];
    is_documented("unknown_call", documented(&lost, &ours));
}

/// Makes the vendor answer that it has received too many requests.
async fn busy(harness: &Harness, operation: &str) {
    let fault = json!({ "kind": "status", "status": 429, "body": { "message": "Too many requests." } });
    harness.order(Vendor::QCALL, operation, 1, &fault).await;
}

#[tokio::test]
async fn the_examples_of_vendors_are_what_the_gateway_answers() {
    let harness = Harness::start().await;
    let get = async |path: &str| harness.get(path).await.expect(200);
    is_documented("vendor", documented(&get("/v1/vendors/qcall").await, &[]));
    is_documented("voices", get("/v1/vendors/qcall/voices").await);
    is_documented("languages", get("/v1/vendors/autocalls-2025/languages").await);
    is_documented("models", get("/v1/vendors/autocalls-2025/models").await);
    is_documented("phone_numbers", get("/v1/vendors/autocalls-2025/phone-numbers").await);
    is_documented("knowledge_bases", get("/v1/vendors/elevenlabs/knowledge-bases").await);
    is_documented("capabilities", shortened(get("/v1/vendors/qcall/capabilities").await));
    let difference = get("/v1/capabilities/diff?from=qcall&to=opencx").await;
    is_documented("capability_difference", shortened(difference));
}

/// Checks the two routes that explain problems. Their examples come from the table that also answers the
/// routes.
#[tokio::test]
async fn problems_are_explained() {
    let harness = Harness::start().await;
    let all = harness.get("/problems").await.expect(200);
    for problem in all["data"].as_array().unwrap() {
        let path = problem["type"].as_str().unwrap();
        assert_eq!(&harness.get(path).await.expect(200), problem);
        assert!(problem["description"].as_str().is_some_and(|text| text.len() > 20), "{problem}");
    }
    let unknown = Answer::to(harness.client.get(format!("{}/problems/sneezing", harness.gateway.url)));
    unknown.await.problem(404, "not_found");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/api/src/examples")
}

fn example(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns the configuration of the aliases that the examples use.
fn aliases() -> String {
    let (ids, agent) = (example("aliases"), example("new_agent"));
    let table = |section: &str, alias: &Value| {
        let alias = alias.as_str().unwrap();
        let ids = ids[alias].as_object().unwrap().iter();
        let ids: String = ids.map(|(vendor, id)| format!("{vendor} = {id}\n")).collect();
        format!("[{section}.{alias}]\n{ids}")
    };
    let voices = table("voices", &agent["voice"]["id"]);
    let models = table("models", &agent["model"]["name"]);
    format!("[routing]\ndefault = \"qcall\"\n{voices}{models}")
}

#[track_caller]
fn is_documented(name: &str, answer: Value) {
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        let text = serde_json::to_string_pretty(&answer).unwrap() + "\n";
        return std::fs::write(folder().join(format!("{name}.json")), text).unwrap();
    }
    let documented = example(name);
    assert_eq!(answer, documented, "{name}: run this test with UPDATE_EXAMPLES=1, then read the files");
}

/// Returns the document with its ids and times replaced by those of the documentation.
fn documented(document: &Value, ours: &[(&str, &str)]) -> Value {
    let text = ours.iter().fold(document.to_string(), |text, (id, documented)| text.replace(id, documented));
    let mut document = serde_json::from_str(&text).unwrap();
    still(&mut document);
    document
}

/// Replaces all times by the time of the documentation.
fn still(value: &mut Value) {
    match value {
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => *text = MOMENT.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(still),
        Value::Object(members) => members.values_mut().for_each(still),
        _ => {}
    }
}

/// Shortens each list to its first rows. If the rows are sorted by their change, keeps the first row of each
/// change.
fn shortened(mut document: Value) -> Value {
    for rows in document.as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut) {
        if rows.iter().all(|row| row.get("change").is_some()) {
            rows.dedup_by_key(|row| row["change"].clone());
        }
        rows.truncate(ROWS);
    }
    document
}
