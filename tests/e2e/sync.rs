//! Reading a record's state at the vendor, and handling drift.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness, Record, pointers},
    settling::SWIFT,
};

/// Three vendors that return a record's state, each with its member for `/prompt/instructions`.
const TELLING: [(Vendor, &str); 3] = [
    (Vendor::QCALL, "script"),
    (Vendor::AUTOCALLS_2025, "system_prompt"),
    (Vendor::AUTOCALLS_2026, "system_prompt"),
];
const SENT: &str = "You answer the phone.";
const TYPED: &str = "Somebody typed this in the console.";

impl Harness {
    async fn sync(&self, record: &Record, on_drift: &str) -> Value {
        let path = format!("{}/sync", record.path);
        self.post(&path, &json!({ "on_drift": on_drift })).await.expect(200)
    }

    /// Creates an agent and then changes it in the vendor's console.
    async fn drifted(&self, vendor: Vendor, member: &str) -> Record {
        let made = self.create("/v1/agents", &agent(vendor)).await;
        let held = self.stored(vendor, "assistants").await[&made.remote_id].clone();
        self.put_record(vendor, "assistants", &made.remote_id, &with(held, json!({ member: TYPED }))).await;
        made
    }
}

#[tokio::test]
async fn drift_is_reported_by_field_without_a_write() {
    let harness = Harness::start().await;
    for (vendor, member) in TELLING {
        let made = harness.drifted(vendor, member).await;
        let written = harness.writes(vendor).await.len();
        for on_drift in [json!({}), json!({ "on_drift": "report" })] {
            let seen = harness.post(&format!("{}/sync", made.path), &on_drift).await.expect(200);
            let difference = json!([{ "field": "/prompt/instructions", "desired": SENT, "observed": TYPED }]);
            assert_eq!(seen["sync"]["drift"], difference, "{vendor}");
            assert_eq!(seen["sync"]["state"], "drifted", "{vendor}");
            assert_eq!(seen["prompt"]["instructions"], SENT, "{vendor}: what is desired is ours");
            assert_eq!(seen["revision"], made.body["revision"], "{vendor}");
            assert_eq!(harness.get(&made.path).await.expect(200), seen, "{vendor}");
        }
        assert_eq!(harness.writes(vendor).await.len(), written, "{vendor}");
    }
}

#[tokio::test]
async fn a_difference_is_overwritten() {
    let harness = Harness::start().await;
    for (vendor, member) in TELLING {
        let made = harness.drifted(vendor, member).await;
        harness.sync(&made, "overwrite").await;
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["sync"]["drift"], json!([]), "{vendor}");
        assert_eq!(settled["revision"], made.body["revision"], "{vendor}");
        assert_eq!(harness.stored(vendor, "assistants").await[&made.remote_id][member], SENT, "{vendor}");
        let written = harness.writes(vendor).await.len();
        assert_eq!(harness.sync(&made, "overwrite").await["sync"]["state"], "in_sync", "{vendor}");
        assert_eq!(harness.writes(vendor).await.len(), written, "{vendor}: nothing to overwrite");
    }
}

#[tokio::test]
async fn a_difference_is_adopted() {
    let harness = Harness::start().await;
    for (vendor, member) in TELLING {
        let made = harness.drifted(vendor, member).await;
        let written = harness.writes(vendor).await.len();
        let adopted = harness.sync(&made, "adopt").await;
        assert_eq!(adopted["prompt"]["instructions"], TYPED, "{vendor}");
        assert_eq!(adopted["sync"]["state"], "in_sync", "{vendor}: {}", adopted["sync"]);
        assert_eq!(adopted["sync"]["drift"], json!([]), "{vendor}");
        assert_eq!(adopted["revision"], 2, "{vendor}");
        assert_eq!(harness.get(&made.path).await.expect(200), adopted, "{vendor}");
        assert_eq!(harness.sync(&made, "report").await["sync"]["state"], "in_sync", "{vendor}");
        assert_eq!(harness.writes(vendor).await.len(), written, "{vendor}");
    }
}

/// Checks that a loss that the write has reported (rounded, clamped or unsupported) is not drift.
#[tokio::test]
async fn a_reported_loss_is_no_drift() {
    let harness = Harness::start().await;
    let rough = json!({ "timezone": "Europe/Berlin", "voice": { "speed": 1.75 }, "call": { "max_duration_s": 1990 } });
    for (vendor, _) in TELLING {
        let made = harness.create("/v1/agents", &with(agent(vendor), rough.clone())).await;
        assert_ne!(made.body["translation"]["fidelity"], "exact", "{vendor}");
        let seen = harness.sync(&made, "report").await;
        assert_eq!(seen["sync"]["drift"], json!([]), "{vendor}");
        assert_eq!(seen["sync"]["state"], "in_sync", "{vendor}");
    }
}

#[tokio::test]
async fn fields_that_the_vendor_does_not_return_are_not_reported_as_observed() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::OPENCX)).await;
    let held = harness.stored(Vendor::OPENCX, "phone_numbers").await[&made.remote_id].clone();
    let typed = with(held, json!({ "base_prompt": TYPED }));
    harness.put_record(Vendor::OPENCX, "phone_numbers", &made.remote_id, &typed).await;
    let seen = harness.sync(&made, "report").await;
    assert_eq!(seen["sync"]["drift"], json!([]));
    let unverifiable = seen["sync"]["unverifiable"].as_array().unwrap();
    assert!(unverifiable.contains(&json!("/prompt/instructions")), "{}", seen["sync"]);
}

/// Checks a vendor that returns only the names of its records.
#[tokio::test]
async fn a_name_that_was_changed_at_the_vendor_is_drift() {
    let tables = format!("{SWIFT}poll_s = 0.2\n");
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    let (vendor, collection) = (Vendor::OPENCX, "phone_numbers");
    let made = harness.create("/v1/agents", &agent(vendor)).await;
    let name = made.body["name"].clone();
    let rename = async || {
        let held = harness.stored(vendor, collection).await[&made.remote_id].clone();
        harness
            .put_record(vendor, collection, &made.remote_id, &with(held, json!({ "name": "Renamed" })))
            .await;
    };
    rename().await;
    let seen = harness.sync(&made, "report").await;
    assert_eq!(seen["sync"]["state"], "drifted", "{}", seen["sync"]);
    let drift = json!([{ "field": "/name", "desired": name, "observed": "Renamed" }]);
    assert_eq!(seen["sync"]["drift"], drift);
    let unverifiable = seen["sync"]["unverifiable"].as_array().unwrap();
    assert!(!unverifiable.contains(&json!("/name")), "{}", seen["sync"]);

    harness.sync(&made, "overwrite").await;
    harness.settled(&made.path).await;
    assert_eq!(harness.stored(vendor, collection).await[&made.remote_id]["name"], name);
    rename().await;
    harness.once(&made.path, |agent| agent["sync"]["drift"] == drift).await;
    let adopted = harness.sync(&made, "adopt").await;
    assert_eq!((&adopted["name"], &adopted["sync"]["state"]), (&json!("Renamed"), &json!("in_sync")));
}

#[tokio::test]
async fn a_record_that_is_gone_is_made_again_only_on_demand() {
    let harness = Harness::with(Config { tables: SWIFT.to_owned(), ..Config::default() }).await;
    for (vendor, _) in TELLING {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        harness.delete_record(vendor, "assistants", &made.remote_id).await;
        let seen = harness.sync(&made, "report").await;
        assert_eq!(seen["sync"]["state"], "missing", "{vendor}");
        assert!(seen["sync"]["last_error"]["detail"].is_string(), "{vendor}: {}", seen["sync"]);
        let adopt = harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "adopt" })).await;
        adopt.problem(409, "state_conflict");
        assert_eq!(harness.stored(vendor, "assistants").await, json!({}), "{vendor}");

        harness.sync(&made, "overwrite").await;
        let settled = harness.settled(&made.path).await;
        let stored = harness.stored(vendor, "assistants").await;
        let ids: Vec<_> = stored.as_object().unwrap().keys().collect();
        assert_eq!(ids, [settled["placement"]["remote_id"].as_str().unwrap()], "{vendor}");
        harness.delete(&made.path).await.expect(204);
    }
}

/// Checks a vendor that reports success but stores only a part of the write.
#[tokio::test]
async fn a_field_that_the_vendor_does_not_store_is_reported_immediately() {
    let harness = Harness::start().await;
    for (vendor, member) in TELLING {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let forget = json!({ "kind": "forget", "fields": [format!("/{member}")] });
        harness.order(vendor, "updateAssistant", 1, &forget).await;
        let change = json!({ "prompt": { "instructions": "Be brief." } });
        let changed = harness.patch(&made.path, &change).await.expect(200);
        assert_eq!(changed["prompt"]["instructions"], "Be brief.", "{vendor}");
        let rows = changed["translation"]["fields"].as_array().unwrap();
        let row = rows.iter().find(|row| row["field"] == "/prompt/instructions");
        let row = row.unwrap_or_else(|| panic!("{vendor}: {}", changed["translation"]));
        assert_eq!(row["verdict"], "not_persisted", "{vendor}: {row}");
        assert_ne!(
            harness.stored(vendor, "assistants").await[&made.remote_id][member],
            "Be brief.",
            "{vendor}"
        );
        // The next write is stored completely.
        let change = json!({ "prompt": { "instructions": "Be very brief." } });
        let changed = harness.patch(&made.path, &change).await.expect(200);
        let rows = changed["translation"]["fields"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["verdict"] != "not_persisted"), "{vendor}: {rows:?}");
        assert_eq!(changed["sync"]["state"], "in_sync", "{vendor}: {}", changed["sync"]);
    }
}

/// Checks that a field is no longer reported as not persisted once the vendor has it: because the vendor's
/// answers lagged, or because a user of its console entered the value.
#[tokio::test]
async fn a_field_that_the_vendor_has_after_all_is_no_longer_reported() {
    let harness = Harness::start().await;
    for (vendor, member) in TELLING {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let forget = json!({ "kind": "forget", "fields": [format!("/{member}")] });
        harness.order(vendor, "updateAssistant", 1, &forget).await;
        let change = json!({ "prompt": { "instructions": TYPED } });
        let changed = harness.patch(&made.path, &change).await.expect(200);
        assert_eq!(changed["translation"]["summary"]["not_persisted"], 1, "{vendor}");
        let held = harness.stored(vendor, "assistants").await[&made.remote_id].clone();
        harness
            .put_record(vendor, "assistants", &made.remote_id, &with(held, json!({ member: TYPED })))
            .await;
        let seen = harness.sync(&made, "report").await;
        assert_eq!(seen["translation"]["summary"]["not_persisted"], Value::Null, "{vendor}");
        assert_eq!(seen["sync"]["state"], "in_sync", "{vendor}");
    }
}

/// Checks that a write that failed after it was accepted is repaired by a sync, like drift.
#[tokio::test]
async fn what_went_wrong_after_it_was_accepted_is_sent_or_made_again() {
    let harness = Harness::with(Config { tables: SWIFT.to_owned(), ..Config::default() }).await;
    let (vendor, member) = TELLING[1];
    let accept = async |made: &Record| {
        let change = json!({ "prompt": { "instructions": TYPED } });
        let request = harness.request(Method::PATCH, &made.path).header("prefer", "wait=0").json(&change);
        Answer::to(request).await.expect(202);
    };
    let refused = harness.create("/v1/agents", &agent(vendor)).await;
    harness.order(vendor, "updateAssistant", 1, &json!({ "kind": "status", "status": 422 })).await;
    accept(&refused).await;
    harness.once(&refused.path, |agent| agent["sync"]["state"] == "failed").await;
    harness.sync(&refused, "overwrite").await;
    harness.settled(&refused.path).await;
    assert_eq!(harness.stored(vendor, "assistants").await[&refused.remote_id][member], TYPED);

    let gone = harness.create("/v1/agents", &agent(vendor)).await;
    harness.delete_record(vendor, "assistants", &gone.remote_id).await;
    accept(&gone).await;
    harness.once(&gone.path, |agent| agent["sync"]["state"] == "missing").await;
    harness.sync(&gone, "overwrite").await;
    let settled = harness.settled(&gone.path).await;
    let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
    assert_eq!(harness.stored(vendor, "assistants").await[remote_id][member], TYPED);
}

#[tokio::test]
async fn records_are_read_periodically() {
    let harness =
        Harness::with(Config { tables: "[writes]\npoll_s = 0.2\n".into(), ..Config::default() }).await;
    for (vendor, member) in TELLING {
        let made = harness.drifted(vendor, member).await;
        let seen = harness.once(&made.path, |agent| agent["sync"]["state"] == "drifted").await;
        assert_eq!(seen["sync"]["drift"][0]["observed"], TYPED, "{vendor}");
        assert_eq!(seen["prompt"]["instructions"], SENT, "{vendor}");
    }
}

/// Checks that the periodic look reads the records after one that cannot be compared: its alias has no id at the
/// vendor any more.
#[tokio::test]
async fn a_record_that_cannot_be_compared_does_not_hide_the_others() {
    let (vendor, member) = TELLING[0];
    let alias = |id: &str| Config {
        tables: format!("[writes]\npoll_s = 0.2\n[voices.warm]\n{id}\n"),
        ..Config::default()
    };
    let mut harness = Harness::with(alias("qcall = \"qv-aurora\"")).await;
    let warm = json!({ "voice": { "id": "warm" } });
    harness.create("/v1/agents", &with(agent(vendor), warm)).await;
    harness.restart_with(&alias("autocalls-2026 = \"101\"")).await;
    let made = harness.drifted(vendor, member).await;
    let seen = harness.once(&made.path, |agent| agent["sync"]["state"] == "drifted").await;
    assert_eq!(seen["sync"]["drift"][0]["observed"], TYPED);
    let log = harness.gateway.log();
    assert!(log.contains("failed to poll a record") && log.contains("warm"), "{log}");
}

#[tokio::test]
async fn an_unknown_on_drift_is_refused() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let path = format!("{}/sync", made.path);
    for (body, code, pointer) in [
        (json!({ "on_drift": "undo" }), "validation_failed", "/on_drift"),
        (json!({ "on_drit": "report" }), "unknown_field", "/on_drit"),
        (json!({ "on/drift~": "report" }), "unknown_field", "/on~1drift~0"),
    ] {
        assert_eq!(pointers(&harness.post(&path, &body).await.problem(422, code)), [pointer]);
    }
    let nobody = "/v1/agents/agt_01kd4xq7cme5jr1c9zv0w8s3tf/sync";
    harness.post(nobody, &json!({})).await.problem(404, "not_found");
}
