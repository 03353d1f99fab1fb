//! Agents whose language model is at a server of the caller, and the key of the server, which only the vendor receives.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Harness, pointers},
};

const KEY: &str = "key-of-the-server-5f2c91";
const OTHER_KEY: &str = "key-of-the-server-77ab02";
const URL: &str = "https://llm.northwind.example/v1";
const OTHER_URL: &str = "https://other.northwind.example/v1";

/// A vendor with a place for the server: its collection of agents, and the pointer of the object that has the language
/// model.
type Place = (Vendor, &'static str, &'static str);

const VENDORS: [Place; 2] = [
    (Vendor::VAPI, "assistants", "/model"),
    (Vendor::ELEVENLABS, "agents", "/conversation_config/agent/prompt"),
];

fn endpoint(changes: Value) -> Value {
    with(json!({ "url": URL, "model": "chat-1", "key": KEY }), changes)
}

fn new(vendor: Vendor) -> Value {
    with(agent(vendor), json!({ "model": { "name": null, "endpoint": endpoint(json!({})) } }))
}

/// Returns the object that has the language model of the only agent at the vendor.
async fn model(harness: &Harness, (vendor, collection, place): Place) -> Value {
    let records = harness.stored(vendor, collection).await;
    let records: Vec<_> = records.as_object().unwrap().values().collect();
    assert_eq!(records.len(), 1, "{records:?}");
    records[0].pointer(place).unwrap().clone()
}

/// Returns the URL, the name of the model, and the header with the key. Fails if the agent uses another model.
fn server(vendor: Vendor, model: &Value) -> [Value; 3] {
    let (chosen, server, name, headers) = match vendor {
        Vendor::VAPI => (&model["provider"], model, "model", "headers"),
        _ => (&model["llm"], &model["custom_llm"], "model_id", "request_headers"),
    };
    assert_eq!(chosen, "custom-llm", "{model}");
    [server["url"].clone(), server[name].clone(), server[headers]["Authorization"].clone()]
}

fn bearer(key: &str) -> Value {
    json!(format!("Bearer {key}"))
}

#[tokio::test]
async fn a_server_is_set_up_changed_and_replaced_by_a_named_model() {
    for place @ (vendor, ..) in VENDORS {
        let harness = Harness::start().await;
        let made = harness.create("/v1/agents", &new(vendor)).await;
        assert_eq!(made.body["sync"]["state"], "in_sync", "{}", made.body);
        let answered = json!({ "url": URL, "model": "chat-1", "key_set": true });
        assert_eq!(made.body["model"]["endpoint"], answered);
        assert_eq!(server(vendor, &model(&harness, place).await), [json!(URL), json!("chat-1"), bearer(KEY)]);

        harness.forget_requests().await;
        let again = with(made.body.clone(), json!({ "metadata": { "again": true } }));
        let kept = harness.put(&made.path, 1, &again).await.expect(200);
        assert_eq!((&kept["model"], &kept["sync"]["state"]), (&made.body["model"], &json!("in_sync")));
        assert!(harness.writes(vendor).await.is_empty());

        let change = |endpoint: Value| json!({ "model": { "endpoint": endpoint } });
        let renamed = change(json!({ "model": "chat-2" }));
        harness.patch(&made.path, &renamed).await.expect(200);
        let warmer = json!({ "model": { "temperature": 0.4 }, "prompt": { "instructions": "Be brief." } });
        let patched = harness.patch(&made.path, &warmer).await.expect(200);
        assert_eq!(patched["sync"]["state"], "in_sync", "{patched}");
        assert_eq!(server(vendor, &model(&harness, place).await), [json!(URL), json!("chat-2"), bearer(KEY)]);

        let moved = harness.patch(&made.path, &change(json!({ "url": OTHER_URL }))).await;
        assert_eq!(pointers(&moved.problem(422, "field_required")), ["/model/endpoint/key"]);
        let mut whole = made.body.clone();
        whole["model"] = json!({ "endpoint": { "url": OTHER_URL, "model": "chat-1" } });
        let replaced = harness.put(&made.path, 4, &whole).await.problem(422, "field_required");
        assert_eq!(pointers(&replaced), ["/model/endpoint/key"]);
        let moved = change(json!({ "url": OTHER_URL, "key": OTHER_KEY }));
        harness.patch(&made.path, &moved).await.expect(200);
        let expected = [json!(OTHER_URL), json!("chat-2"), bearer(OTHER_KEY)];
        assert_eq!(server(vendor, &model(&harness, place).await), expected);
        let open = harness.patch(&made.path, &change(json!({ "key": null }))).await.expect(200);
        assert_eq!(
            (&open["model"]["endpoint"]["key_set"], &open["sync"]["state"]),
            (&json!(false), &json!("in_sync"))
        );
        let [_, _, header] = server(vendor, &model(&harness, place).await);
        assert!(header.is_null() || header == "", "{header}");
        let synced = harness.post(&format!("{}/sync", made.path), &json!({})).await.expect(200);
        assert_eq!(synced["sync"]["state"], "in_sync", "{synced}");

        let named = json!({ "model": { "endpoint": null, "name": "gpt-4.1" } });
        let named = harness.patch(&made.path, &named).await.expect(200);
        assert_eq!(
            (&named["model"]["name"], &named["sync"]["state"]),
            (&json!("gpt-4.1"), &json!("in_sync"))
        );
        let held = model(&harness, place).await;
        assert!(
            !held.to_string().contains("northwind.example") && held.to_string().contains("gpt-4.1"),
            "{held}"
        );
        let back = json!({ "model": { "endpoint": endpoint(json!({})), "name": null } });
        harness.patch(&made.path, &back).await.expect(200);
        assert_eq!(server(vendor, &model(&harness, place).await), [json!(URL), json!("chat-1"), bearer(KEY)]);
        let neither = harness.patch(&made.path, &json!({ "model": { "endpoint": null } })).await.expect(200);
        let rows = neither["translation"]["fields"].as_array().unwrap();
        let row = rows.iter().find(|row| row["field"] == "/model/name").unwrap();
        assert_eq!(
            (&row["verdict"], &neither["sync"]["state"]),
            (&json!("assumed"), &json!("in_sync")),
            "{row}"
        );
        harness.writes(vendor).await.iter().for_each(|write| write.keeps_the_contract());
    }
}

#[tokio::test]
async fn a_key_that_only_the_vendor_has_stays_there() {
    for place @ (vendor, collection, pointer) in VENDORS {
        let harness = Harness::start().await;
        let made = harness.create("/v1/agents", &new(vendor)).await;
        let (id, mut record) = {
            let records = harness.stored(vendor, collection).await;
            let (id, record) = records.as_object().unwrap().iter().next().unwrap();
            (id.clone(), record.clone())
        };
        harness.delete(&made.path).await.expect(204);
        record.pointer_mut(pointer).unwrap()["temperature"] = json!(0.3);
        harness.put_record(vendor, collection, &id, &record).await;
        let import = json!({ "vendor": vendor, "remote_id": id, "direction": "inbound" });
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!(taken["model"]["endpoint"], json!({ "url": URL, "model": "chat-1", "key_set": true }));
        let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
        for patch in [
            json!({ "model": { "temperature": 0.6 } }),
            json!({ "model": { "endpoint": { "model": "chat-3" } } }),
            json!({ "model": { "endpoint": { "url": URL, "model": "chat-4" } } }),
        ] {
            let patched = harness.patch(&path, &patch).await.expect(200);
            assert_eq!(patched["sync"]["state"], "in_sync", "{patched}");
        }
        assert_eq!(server(vendor, &model(&harness, place).await), [json!(URL), json!("chat-4"), bearer(KEY)]);
    }
}

#[tokio::test]
async fn a_server_that_is_changed_at_the_vendor_is_drift_and_is_set_again_with_its_key() {
    for place @ (vendor, collection, pointer) in VENDORS {
        let harness = Harness::start().await;
        let made = harness.create("/v1/agents", &new(vendor)).await;
        let records = harness.stored(vendor, collection).await;
        let (id, record) = records.as_object().unwrap().iter().next().unwrap();
        let mut changed = record.clone();
        let held = changed.pointer_mut(pointer).unwrap();
        match vendor {
            Vendor::VAPI => held["headers"] = json!({}),
            _ => held["custom_llm"]["request_headers"] = json!({}),
        }
        harness.put_record(vendor, collection, id, &changed).await;
        let sync = format!("{}/sync", made.path);
        let seen = harness.post(&sync, &json!({ "on_drift": "report" })).await.expect(200);
        assert_eq!(seen["sync"]["drift"][0]["field"], "/model/endpoint", "{seen}");
        let set = harness.post(&sync, &json!({ "on_drift": "overwrite" })).await.expect(200);
        assert_eq!(set["sync"]["state"], "in_sync", "{set}");
        assert_eq!(server(vendor, &model(&harness, place).await), [json!(URL), json!("chat-1"), bearer(KEY)]);

        harness.put_record(vendor, collection, id, &changed).await;
        let adopted = harness.post(&sync, &json!({ "on_drift": "adopt" })).await.expect(200);
        assert_eq!(adopted["model"]["endpoint"]["key_set"], false, "{adopted}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_answer_no_log_and_not_in_the_file() {
    let mut harness = Harness::start().await;
    let mut answers = Vec::new();
    for (vendor, ..) in VENDORS {
        let made = harness.create("/v1/agents", &new(vendor)).await;
        answers.push(made.body.to_string());
        let patch = json!({ "model": { "endpoint": { "url": OTHER_URL, "key": OTHER_KEY } } });
        for answer in [
            harness.post("/v1/agents/plan", &new(vendor)).await,
            harness.post(&format!("{}/plan", made.path), &patch).await,
            harness.patch(&made.path, &patch).await,
            harness.get(&made.path).await,
            harness.get(&format!("{}/revisions", made.path)).await,
            harness.post(&format!("{}/sync", made.path), &json!({})).await,
        ] {
            assert_eq!(answer.status, 200, "{}", answer.text);
            answers.push(answer.text);
        }
    }
    harness.gateway.stop();
    answers.push(harness.gateway.log());
    for key in [KEY, OTHER_KEY] {
        assert!(answers.iter().all(|text| !text.contains(key)));
        let entries = std::fs::read_dir(harness.dir()).unwrap().map(Result::unwrap);
        for entry in entries.filter(|entry| entry.path().is_file()) {
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = bytes.windows(key.len()).any(|window| window == key.as_bytes());
            assert!(!found, "in {}", entry.path().display());
        }
    }
}

#[tokio::test]
async fn a_server_and_a_named_model_exclude_each_other_and_other_vendors_report_the_server() {
    let harness = Harness::start().await;
    let both = with(new(Vendor::VAPI), json!({ "model": { "name": "gpt-4.1" } }));
    let problem = harness.post("/v1/agents", &both).await.problem(422, "validation_failed");
    assert_eq!(pointers(&problem), ["/model/endpoint"]);
    assert!(problem.to_string().contains("/model/name"), "{problem}");
    for vendor in [Vendor::QCALL, Vendor::RETELL, Vendor::BLAND, Vendor::OPENCX] {
        let made = harness.create("/v1/agents", &new(vendor)).await;
        let rows = made.body["translation"]["fields"].as_array().unwrap();
        let row = rows.iter().find(|row| row["field"] == "/model/endpoint").unwrap();
        assert_eq!(row["verdict"], "unsupported", "{row}");
    }
}
