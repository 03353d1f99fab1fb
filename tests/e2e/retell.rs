//! The peculiarities of Retell: two objects, drafts and published versions, drafts of another user, and values that the
//! vendor rewrites or drops.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, Record, SeenRequest},
    settling::{PATIENT, SOON, SWIFT},
};

const RETELL: Vendor = Vendor::RETELL;

fn new(more: Value) -> Value {
    with(agent(RETELL), more)
}

impl Harness {
    /// Returns the latest version of an agent and of its LLM at the vendor.
    async fn at_retell(&self, agent: &Record) -> (Value, Value) {
        let stored = self.stored(RETELL, "agents").await[&agent.remote_id].clone();
        let llm = stored["response_engine"]["llm_id"].as_str().unwrap();
        let llm = self.stored(RETELL, "llms").await[llm].clone();
        (stored, llm)
    }

    /// Returns the operations of the writes since the journal was cleared, all of which must keep the contract.
    async fn written_at_retell(&self) -> Vec<String> {
        let writes = self.writes(RETELL).await;
        writes.iter().for_each(SeenRequest::keeps_the_contract);
        writes.into_iter().map(|write| write.operation).collect()
    }

    /// Sends a request to the vendor, as a user of its console does.
    async fn in_the_console(&self, method: Method, path: &str, body: &Value) -> Value {
        let (name, key) = RETELL.credential();
        let url = format!("{}{path}", self.vendors.sandbox().base_url(RETELL));
        let answer = self.client.request(method, url).header(name, key).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }
}

/// Returns the verdict of a field.
fn verdict<'a>(agent: &'a Value, field: &str) -> &'a Value {
    let rows = agent["translation"]["fields"].as_array().unwrap();
    rows.iter().find(|row| row["field"] == field).map_or(&Value::Null, |row| &row["verdict"])
}

#[tokio::test]
async fn an_agent_is_two_objects_and_each_change_is_a_published_version() {
    let harness = Harness::start().await;
    harness.forget_requests().await;
    let made = harness.create("/v1/agents", &new(json!({ "timezone": "Europe/Berlin" }))).await;
    let created = ["createRetellLlm", "createAgent", "publishAgentVersion"];
    assert_eq!(harness.written_at_retell().await, created);
    let (agent, llm) = harness.at_retell(&made).await;
    assert_eq!((&agent["version"], &agent["is_published"]), (&json!(0), &json!(true)));
    assert_eq!(llm["is_published"], true);

    harness.forget_requests().await;
    let patch = json!({ "prompt": { "instructions": "Be brief." } });
    assert_eq!(harness.patch(&made.path, &patch).await.expect(200)["sync"]["state"], "in_sync");
    let changed = ["createAgentVersion", "updateAgent", "updateRetellLlm", "publishAgentVersion"];
    assert_eq!(harness.written_at_retell().await, changed);
    let writes = harness.writes(RETELL).await;
    assert_eq!(writes[1].body, json!({ "version_title": "Switchboard 1" }));
    assert_eq!(writes[2].body, json!({ "general_prompt": "Be brief." }));

    harness.forget_requests().await;
    let patch = json!({ "name": "Night desk", "timezone": null });
    harness.patch(&made.path, &patch).await.expect(200);
    assert_eq!(
        harness.written_at_retell().await,
        ["createAgentVersion", "updateAgent", "publishAgentVersion"]
    );
    let sent = json!({ "agent_name": "Night desk", "timezone": null, "version_title": "Switchboard 2" });
    assert_eq!(harness.writes(RETELL).await[1].body, sent);
    let (agent, llm) = harness.at_retell(&made).await;
    for object in [&agent, &llm] {
        assert_eq!((&object["version"], &object["is_published"]), (&json!(2), &json!(true)), "{object}");
        let former = object["former_versions"].as_array().unwrap();
        assert!(former.iter().all(|version| version["is_published"] == true), "{object}");
    }
    assert_eq!(llm["general_prompt"], "Be brief.");

    harness.forget_requests().await;
    harness.delete(&made.path).await.expect(204);
    assert_eq!(harness.written_at_retell().await, ["deleteAgent", "deleteRetellLlm"]);
    assert_eq!(harness.stored(RETELL, "llms").await, json!({}));
}

#[tokio::test]
async fn a_draft_of_somebody_else_is_told_and_never_published() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let id = &made.remote_id;
    harness.set_options(RETELL, &json!({ "titled_drafts": true })).await;
    let open = format!("/create-agent-version/{id}");
    harness.in_the_console(Method::POST, &open, &json!({ "base_version": 0 })).await;
    let patch = json!({ "voice_speed": 1.5 });
    harness.in_the_console(Method::PATCH, &format!("/update-agent/{id}"), &patch).await;
    let sync = json!({ "on_drift": "report" });
    let synced = harness.post(&format!("{}/sync", made.path), &sync).await.expect(200);
    assert_eq!(synced["sync"]["state"], "in_sync", "calls do not use the draft: {synced}");
    let renamed = json!({ "name": "Night desk" });
    harness.forget_requests().await;
    let problem = harness.patch(&made.path, &renamed).await.problem(409, "state_conflict");
    assert!(problem["detail"].as_str().unwrap().contains("Publish or delete the draft"), "{problem}");
    assert_eq!(harness.written_at_retell().await, [""; 0]);
    let (held, _) = harness.at_retell(&made).await;
    assert_eq!((&held["version"], &held["is_published"]), (&json!(1), &json!(false)));
    assert_eq!(held["agent_name"], "Reception");

    let publish = format!("/publish-agent-version/{id}");
    harness.in_the_console(Method::POST, &publish, &json!({ "version": 1 })).await;
    harness.patch(&made.path, &renamed).await.expect(200);
    let (held, _) = harness.at_retell(&made).await;
    assert_eq!((&held["version"], &held["is_published"]), (&json!(2), &json!(true)));
    assert_eq!((&held["agent_name"], &held["voice_speed"]), (&json!("Night desk"), &json!(1.5)));
}

#[tokio::test]
async fn a_draft_that_nobody_has_changed_is_used() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let open = format!("/create-agent-version/{}", made.remote_id);
    harness.in_the_console(Method::POST, &open, &json!({ "base_version": 0 })).await;
    harness.patch(&made.path, &json!({ "name": "Night desk" })).await.expect(200);
    let (held, _) = harness.at_retell(&made).await;
    assert_eq!((&held["version"], &held["is_published"]), (&json!(1), &json!(true)));
}

#[tokio::test]
async fn a_publication_without_an_answer_is_confirmed_and_not_repeated() {
    let vendors = format!("{PATIENT}{SOON}");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness.forget_requests().await;
    harness.order(RETELL, "publishAgentVersion", 1, &json!({ "kind": "reset", "when": "after" })).await;
    let change = json!({ "name": "Night desk", "prompt": { "instructions": "Be brief." } });
    harness.patch(&made.path, &change).await.expect(202);
    let settled = harness.settled(&made.path).await;
    assert_eq!(settled["sync"]["state"], "in_sync", "{settled}");
    let written =
        ["createAgentVersion", "updateAgent", "updateRetellLlm", "updateAgent", "publishAgentVersion"];
    assert_eq!(harness.written_at_retell().await, written);
    let (held, llm) = harness.at_retell(&made).await;
    assert_eq!((&held["version"], &held["is_published"]), (&json!(1), &json!(true)));
    assert_eq!((&held["agent_name"], &llm["general_prompt"]), (&json!("Night desk"), &json!("Be brief.")));
}

/// Checks a draft that the vendor opens for an earlier update only after a later update was published.
#[tokio::test]
async fn a_draft_that_was_opened_late_is_no_obstacle() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness.patch(&made.path, &json!({ "prompt": { "instructions": "Be brief." } })).await.expect(200);
    let open = format!("/create-agent-version/{}", made.remote_id);
    harness.in_the_console(Method::POST, &open, &json!({ "base_version": 0 })).await;
    let renamed = harness.patch(&made.path, &json!({ "name": "Night desk" })).await.expect(200);
    assert_eq!(renamed["sync"]["state"], "in_sync", "{renamed}");
    let (held, llm) = harness.at_retell(&made).await;
    assert_eq!((&held["version"], &held["is_published"]), (&json!(3), &json!(true)));
    assert_eq!((&held["agent_name"], &llm["general_prompt"]), (&json!("Night desk"), &json!("Be brief.")));
    assert_eq!(held["former_versions"][2]["is_published"], false);
}

#[tokio::test]
async fn what_the_vendor_rewrites_is_equal_and_what_it_drops_is_told() {
    let harness = Harness::start().await;
    let full =
        json!({ "keypad": { "press_digits": true }, "transfers": [{ "phone_number": "+15550100199" }] });
    let made = harness.create("/v1/agents", &new(full)).await;
    let (_, llm) = harness.at_retell(&made).await;
    let custom = json!({ "type": "custom", "name": "hours", "url": "https://tools.northwind.example/hours" });
    let tools: Vec<_> = llm["general_tools"].as_array().unwrap().iter().chain([&custom]).cloned().collect();
    let engine = made.body["placement"]["remote_id"].as_str().unwrap();
    let open = format!("/create-agent-version/{engine}");
    let draft = harness.in_the_console(Method::POST, &open, &json!({ "base_version": 0 })).await;
    let path = format!("/update-retell-llm/{}", draft["response_engine"]["llm_id"].as_str().unwrap());
    harness.in_the_console(Method::PATCH, &path, &json!({ "general_tools": tools })).await;
    let publish = format!("/publish-agent-version/{engine}");
    harness.in_the_console(Method::POST, &publish, &json!({ "version": 1 })).await;
    let synced =
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "report" })).await.expect(200);
    assert_eq!(synced["sync"]["drift"], json!([]), "{synced}");
    harness.patch(&made.path, &json!({ "keypad": { "press_digits": false } })).await.expect(200);
    let (_, llm) = harness.at_retell(&made).await;
    let names: Vec<_> = llm["general_tools"].as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["transfer_call", "hours"]);

    harness.set_options(RETELL, &json!({ "forgets": ["voice_speed"] })).await;
    let patch = json!({ "voice": { "speed": 1.2 } });
    let changed = harness.patch(&made.path, &patch).await.expect(200);
    assert_eq!(verdict(&changed, "/voice/speed"), "not_persisted", "{changed}");
}

#[tokio::test]
async fn a_refusal_that_quotes_the_request_is_told_without_the_quotation() {
    let harness = Harness::start().await;
    harness.set_options(RETELL, &json!({ "quotes": true })).await;
    let refused = new(json!({ "voice": { "id": "canary-of-a-voice" } }));
    let answer = harness.post("/v1/agents", &refused).await;
    answer.problem(422, "capability_loss");
    let model = new(json!({ "voice": { "id": "11labs-Adrian", "model": "sonic-3" } }));
    let problem = harness.post("/v1/agents", &model).await.problem(422, "vendor_rejected");
    assert!(!problem.to_string().contains("not accepted: "), "{problem}");
    assert_eq!(problem["errors"][0]["pointer"], "/voice/model", "{problem}");
    assert_eq!(harness.stored(RETELL, "llms").await, json!({}), "the LLM of a refused agent is removed");
}

#[tokio::test]
async fn an_llm_is_shared_or_lost() {
    let vendors = format!("{PATIENT}{SOON}");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let other = harness.create("/v1/agents", &new(json!({ "name": "Other" }))).await;
    let llm = |stored: &Value| stored["response_engine"]["llm_id"].as_str().unwrap().to_owned();
    let (held, _) = harness.at_retell(&made).await;
    let body = json!({ "agent_name": "Console", "voice_id": "cartesia-Cimo", "response_engine": { "type": "retell-llm", "llm_id": llm(&held) } });
    harness.in_the_console(Method::POST, "/create-agent", &body).await;
    harness.delete(&made.path).await.expect(204);
    assert!(harness.stored(RETELL, "llms").await[llm(&held)].is_object(), "another agent uses it");

    let (held, _) = harness.at_retell(&other).await;
    harness.delete_record(RETELL, "llms", &llm(&held)).await;
    let synced =
        harness.post(&format!("{}/sync", other.path), &json!({ "on_drift": "report" })).await.expect(200);
    assert_eq!(synced["sync"]["state"], "drifted", "{synced}");

    let change = json!({ "prompt": { "instructions": "Be brief." } });
    let problem = harness.patch(&other.path, &change).await.problem(409, "state_conflict");
    assert!(problem["detail"].as_str().unwrap().contains("removed at the vendor"), "{problem}");
    let again =
        harness.post(&format!("{}/sync", other.path), &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(again["sync"]["state"], "in_sync", "{again}");
    let (renewed, _) = harness.at_retell(&other).await;
    assert_ne!(llm(&renewed), llm(&held));
    let llms = harness.stored(RETELL, "llms").await;
    assert_eq!(llms[llm(&renewed)]["general_prompt"], "You answer the phone.", "{llms}");
    harness.delete(&other.path).await.expect(204);
}

/// Checks updates that search for their lost parts one after the other. Such a search takes longer than the wait for
/// it.
#[tokio::test]
async fn an_update_that_waits_long_for_the_searches_of_others_is_not_lost() {
    let config = Config { vendors: format!("{PATIENT}{SOON}"), tables: SWIFT.into(), ..Config::default() };
    let harness = Harness::with(config).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(harness.create("/v1/agents", &new(json!({}))).await);
    }
    harness.order(RETELL, "createAgentVersion", 1000, &json!({ "kind": "reset" })).await;
    let change = json!({ "prompt": { "instructions": "Be brief." } });
    for agent in &made {
        harness.patch(&agent.path, &change).await.expect(202);
    }
    harness.clear_faults().await;
    let slow = json!({ "kind": "latency", "ms": 1200 });
    for step in ["updateAgent", "updateRetellLlm", "publishAgentVersion"] {
        harness.order(RETELL, step, 1000, &slow).await;
    }
    for agent in &made {
        harness.settled(&agent.path).await;
        assert_eq!(harness.at_retell(agent).await.1["general_prompt"], "Be brief.");
    }
}
