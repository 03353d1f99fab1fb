//! Importing agents that exist at a vendor.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, pointers, trial},
};

const ASSISTANT: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f10";

/// Creates an agent at the vendor without the gateway, as a user of the vendor's console does.
async fn made_in_the_console(harness: &Harness, vendor: Vendor, id: &str, more: Value) {
    let collection = trial(vendor).agents.collection;
    let mut record = match vendor {
        Vendor::OPENCX => json!({ "name": "Front desk", "phone_number": "+14155550100" }),
        _ => {
            let made = harness.create("/v1/agents", &agent(vendor)).await;
            let record = harness.stored(vendor, collection).await[&made.remote_id].clone();
            harness.delete(&made.path).await.expect(204);
            record
        }
    };
    json_patch::merge(&mut record, &more);
    harness.put_record(vendor, collection, id, &record).await;
    harness.forget_requests().await;
}

#[tokio::test]
async fn the_vendors_record_becomes_the_agent() {
    let harness = Harness::start().await;
    let transfer = json!({ "type": "transferCall", "number": "+15550100140", "say": "One moment." });
    let more = json!({
        "name": "Front desk", "goal": "Help", "voice_speed": 1.3, "maximum_time_per_call": 15, "voice_name": "",
        "of_the_console": { "kept": true }, "actions": [transfer],
    });
    made_in_the_console(&harness, Vendor::QCALL, ASSISTANT, more).await;
    let import = json!({ "vendor": "qcall", "remote_id": ASSISTANT, "labels": { "team": "sales" } });
    let taken = harness.post("/v1/agents/import", &import).await;
    let location = taken.header("location").unwrap().to_owned();
    let taken = taken.expect(201);
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), 0);
    assert_eq!(taken["placement"]["because"], "import");
    assert_eq!(taken["placement"]["remote_id"], ASSISTANT);
    for (pointer, value) in [
        ("/name", json!("Front desk")),
        ("/direction", json!("inbound")),
        ("/language", json!("en")),
        ("/prompt/instructions", json!("You answer the phone.")),
        ("/prompt/goal", json!("Help")),
        ("/voice/speed", json!(1.3)),
        ("/call/max_duration_s", json!(900)),
        ("/labels/team", json!("sales")),
    ] {
        assert_eq!(taken.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(taken.pointer("/voice/name"), None, "an empty name is none");
    assert_eq!(harness.get(&location).await.expect(200), taken);

    // Members that the model does not have are kept at the vendor through every later change.
    harness.patch(&location, &json!({ "name": "Renamed" })).await.expect(200);
    let stored = harness.stored(Vendor::QCALL, "assistants").await[ASSISTANT].clone();
    assert_eq!(stored["name"], "Renamed");
    assert_eq!(stored["of_the_console"], json!({ "kept": true }));
    assert_eq!(stored["actions"], json!([transfer]));
}

#[tokio::test]
async fn what_the_caller_gives_is_changed_at_the_vendor() {
    let harness = Harness::start().await;
    for (vendor, id, sent) in [
        (Vendor::QCALL, ASSISTANT, json!({ "name": "Night desk", "script": "You answer at night." })),
        (
            Vendor::AUTOCALLS_2025,
            "7001",
            json!({ "assistant_name": "Night desk", "system_prompt": "You answer at night." }),
        ),
        (
            Vendor::AUTOCALLS_2026,
            "7002",
            json!({ "name": "Night desk", "system_prompt": "You answer at night." }),
        ),
    ] {
        made_in_the_console(&harness, vendor, id, json!({})).await;
        let import = json!({
            "vendor": vendor, "remote_id": id, "name": "Night desk",
            "prompt": { "instructions": "You answer at night." },
        });
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!(taken["name"], "Night desk");
        let writes = harness.writes(vendor).await;
        let [write] = writes.as_slice() else { panic!("{writes:?}") };
        write.keeps_the_contract();
        match vendor {
            Vendor::QCALL => assert_eq!(with(write.body.clone(), sent), write.body),
            _ => assert_eq!(write.body, sent, "{vendor}"),
        }
    }
}

/// Checks that the caller decides whether an import pins the agent, independently of its vendor.
#[tokio::test]
async fn the_pin_is_the_callers_choice() {
    let tables = "[routing]\ndefault = \"autocalls-2025\"\n".to_owned();
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    made_in_the_console(&harness, Vendor::QCALL, ASSISTANT, json!({})).await;
    for (pin, vendor, stale) in [
        (json!({}), json!("qcall"), 0),
        (json!({ "pin": true }), json!("qcall"), 0),
        (json!({ "pin": false }), Value::Null, 1),
    ] {
        let import = with(json!({ "vendor": "qcall", "remote_id": ASSISTANT }), pin);
        let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
        assert_eq!((&plan["requests"], &plan["diff"]), (&json!([]), &json!([])));
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!((&taken["vendor"], &plan["agent"]["vendor"]), (&vendor, &vendor));
        assert_eq!(taken["placement"]["vendor"], "qcall");
        let listed = harness.get("/v1/agents?placement=stale").await.expect(200);
        assert_eq!(listed["data"].as_array().unwrap().len(), stale);
        let path = format!("/v1/agents/{}?on_vendor=keep", taken["id"].as_str().unwrap());
        harness.delete(&path).await.expect(204);
    }
}

#[tokio::test]
async fn fields_that_cannot_be_read_must_be_given() {
    let harness = Harness::start().await;
    let id = "0d5a7c52-54c5-4bb2-9a6b-0c7b6a7f1d11";
    made_in_the_console(&harness, Vendor::OPENCX, id, json!({})).await;
    let import = json!({ "vendor": "opencx", "remote_id": id });
    let problem = harness.post("/v1/agents/import", &import).await.problem(422, "field_required");
    assert_eq!(pointers(&problem), ["/direction", "/language", "/prompt/instructions", "/voice/id"]);

    let told = with(agent(Vendor::OPENCX), json!({ "remote_id": id, "extensions": null }));
    let plan = harness.post("/v1/agents/import/plan", &told).await.expect(200);
    let renamed = json!([{ "field": "/name", "before": "Front desk", "after": "Reception" }]);
    assert_eq!(plan["diff"], renamed, "the name is all that the vendor says");
    let named = with(told, json!({ "name": null }));
    let plan = harness.post("/v1/agents/import/plan", &named).await.expect(200);
    assert_eq!((&plan["requests"], &plan["diff"]), (&json!([]), &json!([])));
    let taken = harness.post("/v1/agents/import", &named).await.expect(201);
    assert_eq!(taken["name"], "Front desk");
    assert_eq!(taken["translation"], plan["translation"]);
    let unverifiable = json!(["/language", "/prompt/instructions", "/voice/id"]);
    assert_eq!(taken["sync"]["unverifiable"], unverifiable);
    assert_eq!(claimed(&taken), unverifiable, "the import neither sends nor reads these values");
    assert_eq!(harness.writes(Vendor::OPENCX).await.len(), 0);

    // The vendor requires the voice in every update, so the renaming sends it.
    let location = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
    let renamed = harness.patch(&location, &json!({ "name": "Reception" })).await.expect(200);
    assert_eq!(claimed(&renamed), json!(["/language", "/prompt/instructions"]));
}

/// A name that the vendor's record lacks is sent, although the vendor returns names only.
#[tokio::test]
async fn a_name_that_the_vendor_lacks_is_sent() {
    let harness = Harness::start().await;
    let id = "0d5a7c52-54c5-4bb2-9a6b-0c7b6a7f1d11";
    made_in_the_console(&harness, Vendor::OPENCX, id, json!({ "name": null })).await;
    let import = with(agent(Vendor::OPENCX), json!({ "remote_id": id, "extensions": null }));
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    let writes = harness.writes(Vendor::OPENCX).await;
    let [write] = writes.as_slice() else { panic!("{writes:?}") };
    assert_eq!(write.body["name"], taken["name"]);
}

/// Lists the fields that a report has as unverified and that were never sent, in the order of their pointers.
fn claimed(agent: &Value) -> Value {
    let rows = agent["translation"]["fields"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["verdict"] == "unverified" && row.get("sent").is_none());
    let mut fields: Vec<_> = rows.map(|row| row["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    json!(fields)
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_reported() {
    let harness = Harness::start().await;
    let more = json!({ "voice_speed": "as fast as it gets" });
    made_in_the_console(&harness, Vendor::QCALL, ASSISTANT, more).await;
    let import = json!({ "vendor": "qcall", "remote_id": ASSISTANT });
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(taken.pointer("/voice/speed"), None);
    let rows = taken["translation"]["fields"].as_array().unwrap();
    let unread = |row: &&Value| row["field"] == "/voice/speed" && row["verdict"] == "unsupported";
    assert_eq!(rows.iter().find(unread).expect("a row")["vendor_field"], "/voice_speed");
    assert_eq!(taken["translation"]["fidelity"], "partial");
}

#[tokio::test]
async fn an_import_that_cannot_be_is_refused() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    let import = |vendor: Value, id: Value| json!({ "vendor": vendor, "remote_id": id });
    let id = json!(ASSISTANT);
    for (body, status, code, pointer) in [
        (import(json!("qcall"), json!(made.remote_id)), 409, "already_exists", "/remote_id"),
        (import(json!("qcall"), id.clone()), 422, "validation_failed", "/remote_id"),
        (import(json!("autocalls-2025"), json!("999999")), 422, "validation_failed", "/remote_id"),
        (import(json!("opencx"), id.clone()), 422, "validation_failed", "/remote_id"),
        (import(json!("qcall"), Value::Null), 422, "field_required", "/remote_id"),
        (import(json!("qcall"), json!(7)), 422, "validation_failed", "/remote_id"),
        (import(json!("qcall"), json!("")), 422, "validation_failed", "/remote_id"),
        (import(json!("qcall"), json!("x".repeat(256))), 422, "validation_failed", "/remote_id"),
        (import(Value::Null, id.clone()), 422, "field_required", "/vendor"),
        (import(json!(5), id.clone()), 422, "validation_failed", "/vendor"),
        (
            with(import(json!("qcall"), id.clone()), json!({ "pin": "qcall" })),
            422,
            "validation_failed",
            "/pin",
        ),
        (import(json!("acme"), id), 422, "vendor_unknown", "/vendor"),
    ] {
        for path in ["/v1/agents/import/plan", "/v1/agents/import"] {
            let problem = harness.post(path, &body).await.problem(status, code);
            assert_eq!(pointers(&problem), [pointer], "{body}");
        }
    }
    for vendor in Vendor::ALL {
        assert_eq!(harness.writes(vendor).await.len(), 0);
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([made.body]));
}
