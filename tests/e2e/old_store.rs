//! The store of an older version, opened by the current version.
//!
//! `tests/data/old_store/make.py` ran a gateway of version 0.1, which wrote the store file. The script
//! recorded the answers of that gateway and the records of the simulated vendors. Every test opens its own
//! copy of the file.

use std::{collections::BTreeMap, fs};

use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Config, Harness, TIMEOUT},
    settling::{PATIENT, SWIFT},
};

const STORE: &[u8] = include_bytes!("../data/old_store/store_0_1.sqlite");
const EXPECTATIONS: &str = include_str!("../data/old_store/expectations.json");

/// The configuration of the old gateway, except for its vendors.
const TABLES: &str = "[voices.warm]\nqcall = \"qv-aurora\"\nautocalls-2025 = \"101\"\nautocalls-2026 = \"101\"\n\
                      opencx = \"hP72SDESIJq2YuAblBqz\"\n\
                      [models.fast]\nqcall = \"1\"\nautocalls-2025 = \"GPT-4o mini\"\nautocalls-2026 = \"GPT-4o mini\"\n\
                      [routing]\ndefault = \"qcall\"\n";

/// Settings that keep answers and operations longer than by default, because the file is older than the
/// default.
const KEEPING: &str = "poll_s = 0\nkeep_answers_h = 8760\nkeep_operations_h = 8760\n";

/// A number of faults that no test exhausts.
const ALWAYS: u32 = 1_000_000;

/// The answers of the old version, and the records of its vendors.
#[derive(Deserialize)]
struct Expectations {
    /// Records, operations and migrations that the tests use: each with a name, and its path or vendor's id.
    named: Value,
    /// The secrets of the trunks, by the name in `named`.
    secrets: BTreeMap<String, String>,
    /// The answers to GET requests, by path.
    reads: BTreeMap<String, Read>,
    /// Requests with an `Idempotency-Key`, and their answers.
    replays: Vec<Replay>,
    /// The records of the simulated vendors: by vendor, collection and id.
    vendors: BTreeMap<Vendor, BTreeMap<String, BTreeMap<String, Value>>>,
}

/// The answer to a GET: a body, the code of a problem, or the ids of a page.
#[derive(Deserialize)]
struct Read {
    status: u16,
    etag: Option<String>,
    body: Option<Value>,
    code: Option<String>,
    ids: Option<Value>,
    #[serde(default)]
    next_cursor: Value,
}

#[derive(Deserialize)]
struct Replay {
    request: Request,
    answer: Replayed,
}

#[derive(Deserialize)]
struct Request {
    key: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Replayed {
    status: u16,
    headers: BTreeMap<String, String>,
    text: String,
}

/// A gateway of the current version with a copy of the old store.
struct Opened {
    harness: Harness,
    expected: Expectations,
}

impl Opened {
    /// Opens the store while every vendor is down, so that no operation in the store continues yet.
    async fn alone() -> Self {
        let expected: Expectations = serde_json::from_str(EXPECTATIONS).unwrap();
        let mut harness = Harness::start().await;
        for (vendor, collections) in &expected.vendors {
            for (collection, records) in collections {
                for (id, record) in records {
                    harness.put_record(*vendor, collection, id, record).await;
                }
            }
        }
        for vendor in Vendor::ALL {
            let down =
                json!({ "vendor": vendor, "times": ALWAYS, "fault": { "kind": "status", "status": 503 } });
            harness.vendors.control(Method::POST, "/faults", Some(&down)).await.expect(201);
        }
        let copy = harness.dir().join("old.db");
        fs::write(&copy, STORE).unwrap();
        let config = Config {
            vendors: PATIENT.into(),
            tables: format!("{SWIFT}{KEEPING}{TABLES}"),
            store: format!("sqlite://{}", copy.display()),
            ..Config::default()
        };
        harness.restart_with(&config).await;
        Self { harness, expected }
    }

    /// Opens the store, then makes the vendors available again.
    async fn with_vendors() -> Self {
        let opened = Self::alone().await;
        opened.harness.clear_faults().await;
        opened
    }

    /// Returns the path or the vendor's id with this name.
    fn named(&self, name: &str) -> &str {
        self.expected.named[name].as_str().unwrap_or_else(|| panic!("{name} has no name"))
    }

    /// Returns the old version's answer to a GET of the path with this name.
    fn old(&self, name: &str) -> &Value {
        self.expected.reads[self.named(name)].body.as_ref().unwrap()
    }

    /// Reads the path with this name from the gateway under test.
    async fn get(&self, name: &str) -> Value {
        self.harness.get(self.named(name)).await.expect(200)
    }

    /// Lists the vendor's records that have this name, with their ids.
    async fn namesakes(&self, vendor: Vendor, collection: &str, name: &Value) -> Vec<(String, Value)> {
        let stored = self.harness.stored(vendor, collection).await;
        let records = stored.as_object().unwrap().iter().filter(|(_, record)| record["name"] == *name);
        records.map(|(id, record)| (id.clone(), record.clone())).collect()
    }

    /// Waits until a migration has ended.
    async fn over(&self, path: &str) -> Value {
        self.harness.once(path, |migration| !migration["finished_at"].is_null()).await
    }

    /// Starts a planned migration and waits until it has ended.
    async fn carried_out(&self, plan: &str) -> Value {
        let start = json!({ "plan_id": plan, "accept_loss": [""], "retire": "delete" });
        let started = self.harness.post("/v1/migrations", &start).await.expect(202);
        self.over(&format!("/v1/migrations/{}", started["id"].as_str().unwrap())).await
    }

    /// Builds a request that the old version has answered before.
    fn again(&self, Request { key, method, path, headers, body }: &Request) -> RequestBuilder {
        let request = self.harness.request(method.parse().unwrap(), path).header("idempotency-key", key);
        let request = headers.iter().fold(request, |it, (name, value)| it.header(name, value));
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.clone()),
            None => request,
        }
    }
}

#[tokio::test]
async fn the_gateway_answers_every_read_as_the_old_version_did() {
    let opened = Opened::alone().await;
    assert!(opened.expected.reads.len() > 100, "the expectations are read");
    for (path, read) in &opened.expected.reads {
        let answer = opened.harness.get(path).await;
        assert_eq!(answer.status, read.status, "{path}: {}", answer.text);
        assert_eq!(answer.header("etag"), read.etag.as_deref(), "{path}");
        if let Some(body) = &read.body {
            assert_eq!(at_rest(&answer.body), at_rest(&present(body)), "{path}");
        }
        if let Some(code) = &read.code {
            answer.clone().problem(read.status, code);
        }
        if let Some(ids) = &read.ids {
            let data = answer.body["data"].as_array().unwrap();
            assert_eq!(Value::from_iter(data.iter().map(|item| item["id"].clone())), *ids, "{path}");
            // The cursors are equal because they are signed with the store's key.
            assert_eq!(answer.body["next_cursor"], read.next_cursor, "{path}");
        }
    }
}

/// Returns a document of the old version with its translation reports in the present form: the assumed values are
/// counted apart, and the fields are ordered by the weight of their verdicts.
fn present(document: &Value) -> Value {
    const WEIGHTS: [&[&str]; 6] = [
        &["unsupported", "not_persisted"],
        &["rounded", "clamped"],
        &["substituted"],
        &["unverified"],
        &["extension"],
        &["assumed"],
    ];
    match document {
        Value::Array(items) => items.iter().map(present).collect(),
        Value::Object(members) => {
            let mut members: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), present(value))).collect();
            if members.contains_key("fidelity") && members["summary"].is_object() {
                let assumed = members["summary"].as_object_mut().unwrap().shift_remove("assumed");
                members.insert("assumed".to_owned(), assumed.unwrap_or_else(|| json!(0)));
                let weight = |row: &Value| {
                    let verdict = row["verdict"].as_str().unwrap();
                    WEIGHTS.iter().position(|verdicts| verdicts.contains(&verdict)).unwrap()
                };
                members["fields"].as_array_mut().unwrap().sort_by_key(weight);
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

/// Returns the document without the members that change while the gateway retries at the vendors.
fn at_rest(document: &Value) -> Value {
    let mut document = document.clone();
    rest(&mut document);
    document
}

/// Removes the members that change.
fn rest(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rest),
        Value::Object(members) => {
            let state = members.get("state").and_then(Value::as_str).unwrap_or_default().to_owned();
            let (tried, moves_on): (&str, &[&str]) = match state.as_str() {
                // An operation.
                "running" | "waiting" if members.contains_key("next_attempt_at") => {
                    ("goes on", &["attempts", "next_attempt_at", "last_error", "updated_at"])
                }
                // The state of a record.
                "unknown" | "retrying" => ("goes on", &["last_error"]),
                // An agent of a migration.
                "underway" => ("underway", &["last_error"]),
                _ => (&state, &[]),
            };
            moves_on.iter().for_each(|name| drop(members.remove(*name)));
            if !moves_on.is_empty() {
                members.insert("state".to_owned(), json!(tried));
            }
            members.values_mut().for_each(rest);
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_gateway_replays_old_answers_byte_for_byte() {
    let opened = Opened::alone().await;
    let statuses: Vec<_> = opened.expected.replays.iter().map(|replay| replay.answer.status).collect();
    assert!([200, 201, 202, 204, 422].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    for Replay { request, answer } in &opened.expected.replays {
        let again = Answer::to(opened.again(request)).await;
        assert_eq!((again.status, &again.text), (answer.status, &answer.text), "{}", request.key);
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", request.key);
        for (name, value) in &answer.headers {
            assert_eq!(again.header(name), Some(value.as_str()), "{}: {name}", request.key);
        }
        let other =
            opened.harness.request(Method::POST, "/v1/agents").header("idempotency-key", &request.key);
        let other = Answer::to(other.json(&agent(Vendor::QCALL))).await;
        other.problem(422, "idempotency_key_reused");
    }
}

#[tokio::test]
async fn the_gateway_still_opens_the_secrets_of_trunks() {
    let opened = Opened::with_vendors().await;
    for (name, flag, member) in
        [("sip", "password_set", "sip_trunk_password"), ("twilio", "auth_token_set", "auth_token")]
    {
        assert_eq!(opened.get(name).await["carrier"][flag], true, "{name}");
        // QCall accepts a trunk only as a whole, including its secret.
        let renamed =
            opened.harness.patch(opened.named(name), &json!({ "name": "Renamed" })).await.expect(200);
        assert_eq!(renamed["carrier"][flag], true, "{name}");
        let writes = opened.harness.writes(Vendor::QCALL).await;
        let sent = writes.iter().rfind(|seen| seen.operation == "updateDialer").unwrap();
        assert_eq!(sent.body["name"], "Renamed", "{name}");
        assert_eq!(sent.body[member], opened.expected.secrets[name].as_str(), "{name}");
    }
}

#[tokio::test]
async fn the_gateway_changes_labels_while_all_vendors_are_down() {
    let opened = Opened::alone().await;
    let (path, old) = (opened.named("labelled"), opened.old("labelled"));
    let patch = json!({ "labels": { "team": "support", "tier": null } });
    let changed = opened.harness.patch(path, &patch).await.expect(200);
    assert_eq!(changed["labels"], json!({ "team": "support" }));
    assert_eq!(changed["revision"].as_u64(), old["revision"].as_u64().map(|revision| revision + 1));
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    for kept in ["external_ref", "metadata", "extensions", "prompt", "placement", "created_at"] {
        assert_eq!(changed[kept], old[kept], "{kept}");
    }
    assert_eq!(opened.get("labelled").await, changed);
    let revisions = opened.harness.get(&format!("{path}/revisions")).await.expect(200);
    let labels = revisions["data"].as_array().unwrap().iter().map(|one| one["agent"]["labels"].clone());
    assert_eq!(Value::from_iter(labels), json!([changed["labels"], old["labels"]]), "the newest first");
}

#[tokio::test]
async fn the_gateway_restores_an_old_revision() {
    let opened = Opened::with_vendors().await;
    let (path, old) = (opened.named("changed"), opened.old("changed"));
    let first = opened.expected.reads[&format!("{path}/revisions/1")].body.as_ref().unwrap();
    assert_ne!(first["agent"]["prompt"], old["prompt"]);
    let restored = opened.harness.post(&format!("{path}/revisions/1/restore"), &json!({})).await.expect(200);
    assert_eq!(restored["prompt"], first["agent"]["prompt"]);
    assert_eq!(restored["revision"].as_u64(), old["revision"].as_u64().map(|revision| revision + 1));
    let remote_id = old["placement"]["remote_id"].as_str().unwrap();
    let held = opened.harness.stored(Vendor::AUTOCALLS_2026, "assistants").await[remote_id].clone();
    assert_eq!(held["system_prompt"], restored["prompt"]["instructions"], "{held}");
}

#[tokio::test]
async fn a_caller_abandons_an_operation_that_needs_attention() {
    let opened = Opened::alone().await;
    let operation = opened.named("attention");
    let abandon = json!({ "action": "abandon" });
    opened.harness.post(&format!("{operation}/resolve"), &abandon).await.expect(200);
    assert_eq!(opened.harness.get(operation).await.expect(200)["state"], "superseded");
    let sync = opened.get("stuck").await["sync"].clone();
    assert_eq!((&sync["state"], &sync["operation_id"]), (&json!("failed"), &Value::Null), "{sync}");
}

#[tokio::test]
async fn a_caller_cancels_a_paused_migration() {
    let opened = Opened::alone().await;
    let path = opened.named("paused");
    opened.harness.post(&format!("{path}/cancel"), &json!({})).await.expect(200);
    let ended = opened.over(path).await;
    assert_eq!((&ended["state"], &ended["rolled_back"]), (&json!("rolled_back"), &json!(2)), "{ended}");
    for agent in opened.expected.named["waiting"].as_array().unwrap() {
        let path = agent.as_str().unwrap();
        let old = opened.expected.reads[path].body.as_ref();
        assert_eq!(opened.harness.get(path).await.expect(200), present(old.unwrap()), "it is where it was");
    }
}

#[tokio::test]
async fn a_caller_resumes_a_paused_migration_and_makes_an_old_plan_again() {
    let opened = Opened::with_vendors().await;
    let path = opened.named("paused");
    opened.harness.post(&format!("{path}/resume"), &json!({})).await.expect(200);
    let ended = opened.over(path).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(2)), "{ended}");

    // The id of a plan of the old version does not cover the ids of aliases, so the plan is made again.
    let old = json!({ "plan_id": opened.named("plan_id"), "accept_loss": [""] });
    opened.harness.post("/v1/migrations", &old).await.problem(409, "state_conflict");
    let planned = opened.get("planned").await;
    let again = json!({ "to": "autocalls-2026", "ids": [planned["id"]] });
    let plan = opened.harness.post("/v1/migrations/plan", &again).await.expect(200);
    let ended = opened.carried_out(plan["plan_id"].as_str().unwrap()).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(1)), "{ended}");
    assert_eq!(opened.get("planned").await["placement"]["vendor"], "autocalls-2026");
}

#[tokio::test]
async fn a_migration_back_uses_the_record_that_the_vendor_kept() {
    let opened = Opened::with_vendors().await;
    let agent = opened.get("moved").await;
    let back = json!({ "to": "qcall", "ids": [agent["id"]] });
    let plan = opened.harness.post("/v1/migrations/plan", &back).await.expect(200);
    let ended = opened.carried_out(plan["plan_id"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let back = opened.get("moved").await["placement"].clone();
    assert_eq!((&back["vendor"], &back["kept_at"]), (&json!("qcall"), &Value::Null), "{back}");
    assert_eq!(back["remote_id"], opened.named("kept"), "{back}");
}

#[tokio::test]
async fn the_gateway_overwrites_drift() {
    let opened = Opened::with_vendors().await;
    let (path, old) = (opened.named("drifted"), opened.old("drifted"));
    assert_eq!(old["sync"]["state"], "drifted");
    let overwrite = json!({ "on_drift": "overwrite" });
    opened.harness.post(&format!("{path}/sync"), &overwrite).await.expect(200);
    let settled = opened.harness.settled(path).await;
    assert_eq!(settled["sync"]["drift"], json!([]));
    let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
    let held = opened.harness.stored(Vendor::QCALL, "assistants").await[remote_id].clone();
    assert_eq!(held["script"], settled["prompt"]["instructions"], "{held}");
}

#[tokio::test]
async fn waiting_operations_finish_once_the_vendors_are_back() {
    let opened = Opened::with_vendors().await;
    let goes_on = |read: &Read| {
        let operation = read.body.as_ref().filter(|body| body.get("next_attempt_at").is_some());
        operation.is_some_and(|it| ["running", "waiting"].contains(&it["state"].as_str().unwrap()))
    };
    let open: Vec<_> = opened.expected.reads.iter().filter(|(_, read)| goes_on(read)).collect();
    assert!(open.len() >= 6, "{} operations are open", open.len());
    for (path, _) in open {
        opened.harness.operation(path, "succeeded").await;
    }

    // Each change reaches the vendor, whether or not the vendor has already carried it out.
    for (name, vendor, member) in
        [("changing", Vendor::AUTOCALLS_2025, "system_prompt"), ("unheard", Vendor::QCALL, "script")]
    {
        let settled = opened.harness.settled(opened.named(name)).await;
        let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
        let held = opened.harness.stored(vendor, "assistants").await[remote_id].clone();
        assert_eq!(held[member], opened.old(name)["prompt"]["instructions"], "{name}: {held}");
    }

    // The gateway finds the record of a lost creation and does not create it again.
    for (name, vendor) in [("lost", Vendor::AUTOCALLS_2026), ("held", Vendor::QCALL)] {
        let settled = opened.harness.settled(opened.named(name)).await;
        let found = opened.namesakes(vendor, "assistants", &settled["name"]).await;
        let ids: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, [settled["placement"]["remote_id"].as_str().unwrap()], "{name}");
        assert!(opened.expected.vendors[&vendor]["assistants"].contains_key(ids[0]), "{name}");
    }

    let leftover = opened.named("leftover");
    assert_eq!(opened.harness.stored(Vendor::AUTOCALLS_2026, "assistants").await.get(leftover), None);

    let ended = opened.over(opened.named("underway")).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(1)), "{ended}");
    let moved = opened.harness.settled(opened.named("moving")).await;
    assert_eq!(moved["placement"]["vendor"], "autocalls-2025", "{moved}");
    for (vendor, count) in [(Vendor::AUTOCALLS_2025, 1), (Vendor::QCALL, 0)] {
        assert_eq!(opened.namesakes(vendor, "assistants", &moved["name"]).await.len(), count, "{vendor}");
    }
}

/// Checks that old and new records coexist, even after the gateway has been restarted over the file.
#[tokio::test]
async fn the_gateway_keeps_new_records_beside_the_old_ones() {
    let mut opened = Opened::with_vendors().await;
    let mut made = Vec::new();
    for vendor in Vendor::ALL {
        made.push(opened.harness.create("/v1/agents", &agent(vendor)).await);
    }
    opened.harness.gateway.terminate();
    assert!(opened.harness.gateway.ended().await.success());
    opened.harness.restart().await;
    for record in &made {
        assert_eq!(opened.harness.get(&record.path).await.expect(200), record.body);
    }
    assert_eq!(opened.get("labelled").await, present(opened.old("labelled")));
    let listed = opened.harness.get("/v1/agents?limit=200").await.expect(200);
    let old = opened.expected.reads["/v1/agents?limit=200"].body.as_ref().unwrap();
    let count = |list: &Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(&listed), count(old) + made.len());
}

/// Checks that the gateway indexes the records of the old version, and refuses a search until it has done so.
#[tokio::test]
async fn the_gateway_finds_old_records_by_their_words_and_labels() {
    let opened = Opened::alone().await;
    let search = async {
        loop {
            let answer = opened.harness.get("/v1/agents?sort=name&limit=200").await;
            if answer.status == 200 {
                return answer.body;
            }
            answer.problem(503, "storage_unavailable");
        }
    };
    let found = tokio::time::timeout(TIMEOUT, search).await.unwrap();
    let ids = |list: &Value| {
        let listed = list["data"].as_array().unwrap().iter();
        let mut ids: Vec<_> = listed.map(|agent| agent["id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    let old = opened.expected.reads["/v1/agents?limit=200"].body.as_ref().unwrap();
    assert_eq!(ids(&found), ids(old));

    let labelled = opened.old("labelled");
    let (name, value) = labelled["labels"].as_object().unwrap().iter().next().unwrap();
    let by_label = format!("/v1/agents?limit=200&label={name}={}", value.as_str().unwrap());
    let by_word = format!("/v1/agents?limit=200&q={}", value.as_str().unwrap().replace(' ', "+"));
    for query in [by_label, by_word] {
        let found = opened.harness.get(&query).await.expect(200);
        assert!(ids(&found).contains(&labelled["id"].as_str().unwrap().to_owned()), "{query}: {found}");
    }
}
