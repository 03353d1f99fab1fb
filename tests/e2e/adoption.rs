//! The invariants of imports. A record that was created at a vendor is adopted unchanged: the gateway writes
//! nothing to the vendor for it, neither at the import nor later. The plan of an import equals the import.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, pointers},
};

const RECORDS: &str = include_str!("../data/vendor_records.json");

/// Lists every kind of record that may exist at QCall and at Autocalls: the title, the vendor, the vendor's id,
/// and the record with the expected result of reading it.
fn records() -> Vec<(String, Vendor, String, Value)> {
    let all: Value = serde_json::from_str(RECORDS).unwrap();
    let vendors = [
        (Vendor::QCALL, &all["qcall"]),
        (Vendor::AUTOCALLS_2025, &all["autocalls"]),
        (Vendor::AUTOCALLS_2026, &all["autocalls"]),
    ];
    let each = vendors.into_iter().flat_map(|(vendor, records)| {
        records.as_object().unwrap().iter().enumerate().map(move |(number, (name, record))| {
            let id = match vendor {
                Vendor::QCALL => format!("5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f{number:02}"),
                _ => format!("{}", 7000 + number),
            };
            (format!("{vendor}, {name}"), vendor, id, record.clone())
        })
    });
    each.collect()
}

/// Lists the records that the vendor would accept back unchanged. An update at a vendor that replaces whole
/// records sends the unchanged values back.
fn writable() -> impl Iterator<Item = (String, Vendor, String, Value)> {
    records().into_iter().filter(|(.., about)| about["can_be_sent_back"] != false)
}

impl Harness {
    /// Returns the full state and history of a vendor's records.
    async fn state_of(&self, vendor: Vendor) -> String {
        let changes = self.vendors.control(Method::GET, &format!("/{vendor}/changes"), None).await;
        let records = self.vendors.control(Method::GET, &format!("/{vendor}/records"), None).await;
        format!("{}{}", changes.text, records.text)
    }

    /// Returns each of the vendor's record ids with the id of our agent that is bound to it.
    async fn listed(&self, vendor: Vendor) -> Vec<(String, Value)> {
        let list = self.get(&format!("/v1/vendors/{vendor}/agents")).await.expect(200);
        assert_eq!(list["next_cursor"], Value::Null);
        let rows = list["data"].as_array().unwrap().iter();
        rows.map(|row| (row["remote_id"].as_str().unwrap().to_owned(), row["agent_id"].clone())).collect()
    }
}

#[tokio::test]
async fn what_is_taken_over_needs_nothing() {
    let harness = Harness::start().await;
    for (name, vendor, id, mut about) in records() {
        harness.put_record(vendor, "assistants", &id, &about["record"].take()).await;
        let untouched = harness.state_of(vendor).await;
        let import = json!({ "vendor": vendor, "remote_id": id, "labels": { "team": "sales" } });

        let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
        let nobody = harness.get(&format!("/v1/agents?vendor={vendor}")).await.expect(200)["data"].clone();
        assert!(nobody.as_array().unwrap().iter().all(|agent| agent["placement"]["remote_id"] != json!(id)));
        assert_eq!(harness.state_of(vendor).await, untouched, "{name}: a plan");
        assert_eq!(plan["requests"], json!([]), "{name}");
        let labelled = json!([{ "field": "/labels", "before": null, "after": { "team": "sales" } }]);
        assert_eq!(plan["diff"], labelled, "{name}");
        for (pointer, value) in about["read"].as_object().unwrap() {
            let read = plan["agent"].pointer(pointer).unwrap_or(&Value::Null);
            let same = read == value || (read.as_f64().is_some() && read.as_f64() == value.as_f64());
            assert!(same, "{name} {pointer}: {read}");
        }
        let unread = plan["unread"].as_array().unwrap().iter().map(|row| row["field"].clone());
        assert_eq!(Value::from_iter(unread), about["unread"], "{name}: {}", plan["unread"]);

        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!(harness.state_of(vendor).await, untouched, "{name}: an import");
        for (member, value) in plan["agent"].as_object().unwrap() {
            assert_eq!(&taken[member], value, "{name} {member}");
        }
        assert_eq!(taken["translation"], plan["translation"], "{name}");
        assert_eq!(taken["sync"]["state"], "in_sync", "{name}");

        let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
        let nothing = harness.post(&format!("{path}/plan"), &json!({})).await.expect(200);
        assert_eq!((&nothing["requests"], &nothing["diff"]), (&json!([]), &json!([])), "{name}");
        assert_eq!(nothing["translation"], taken["translation"], "{name}");
        let seen = harness.post(&format!("{path}/sync"), &json!({ "on_drift": "report" })).await.expect(200);
        assert_eq!(seen["sync"]["drift"], json!([]), "{name}");
        assert_eq!(seen["sync"]["state"], "in_sync", "{name}");
        harness.patch(&path, &json!({})).await.expect(200);
        assert_eq!(harness.put(&path, 1, &seen).await.expect(200)["revision"], 1, "{name}");
        assert_eq!(harness.state_of(vendor).await, untouched, "{name}: afterwards");
        assert!(harness.listed(vendor).await.contains(&(id, taken["id"].clone())), "{name}");
    }
    for vendor in Vendor::ALL {
        assert_eq!(harness.writes(vendor).await.len(), 0, "{vendor}");
    }
}

#[tokio::test]
async fn what_could_not_be_read_stays_through_every_change() {
    let harness = Harness::start().await;
    for (name, vendor, id, mut about) in writable() {
        let record = about["record"].take();
        harness.put_record(vendor, "assistants", &id, &record).await;
        let import = json!({ "vendor": vendor, "remote_id": id });
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
        let changed = harness.patch(&path, &json!({ "name": "Renamed" })).await.expect(200);
        assert_eq!(changed["translation"], taken["translation"], "{name}");
        let stored = harness.stored(vendor, "assistants").await[&id].clone();
        for (member, value) in record.as_object().unwrap().iter().filter(|(_, value)| !empty(value)) {
            let value = if member == "name" { &json!("Renamed") } else { value };
            let stored = if member == "knowledge_base_Id" { &stored[member][0] } else { &stored[member] };
            assert_eq!(stored, value, "{name} {member}");
        }
    }
}

/// Returns whether a value is empty, so that a vendor may omit it or write it differently.
fn empty(value: &Value) -> bool {
    value.is_null() || value == "" || *value == json!([])
}

/// The path of a request that reads an assistant of QCall.
const READ_OF_AN_ASSISTANT: &str = "/user/getAssistant";

#[tokio::test]
async fn what_the_caller_gives_is_planned_as_it_is_done() {
    let harness = Harness::start().await;
    for (name, vendor, id, mut about) in writable() {
        harness.put_record(vendor, "assistants", &id, &about["record"].take()).await;
        let import =
            json!({ "vendor": vendor, "remote_id": id, "prompt": { "instructions": "Another one." } });
        let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
        let fields: Vec<_> = plan["diff"].as_array().unwrap().iter().map(|row| &row["field"]).collect();
        assert_eq!(fields, ["/prompt/instructions"], "{name}");
        assert_eq!(harness.writes(vendor).await.len(), 0, "{name}");
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!(taken["translation"], plan["translation"], "{name}");
        let writes = harness.writes(vendor).await;
        let [write] = writes.as_slice() else { panic!("{name}: {writes:?}") };
        let [request] = plan["requests"].as_array().unwrap().as_slice() else { panic!("{name}: {plan}") };
        if request["method"] == "GET" {
            // The body of the write has a credential of the vendor, so a read precedes it, and the plan ends there.
            assert_eq!(request["path"], READ_OF_AN_ASSISTANT, "{name}");
            assert_eq!(write.body["actions"][1]["api_key"], "cal-key", "{name}");
            assert!(!plan.to_string().contains("cal-key"), "{name}");
        } else {
            assert_eq!(
                json!([write.method, write.path, write.body]),
                json!([request["method"], request["path"], request["body"]]),
                "{name}"
            );
        }
        harness.forget_requests().await;
    }
}

/// Checks that a vendor's id is not taken for an alias of the same name, which would change its meaning.
#[tokio::test]
async fn an_id_that_is_the_name_of_an_alias_is_not_taken_for_it() {
    let tables = "[voices.qv-aurora]\nqcall = \"qv-basalt\"\n[models.2]\nopencx = \"x\"\n[knowledge_bases.kb-1]\nqcall = \"kb-1\"\n\
                  [knowledge_bases.kb-2]\nqcall = \"kb-9\"\n";
    let harness = Harness::with(Config { tables: tables.into(), ..Config::default() }).await;
    let id = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f10";
    let record = json!({
        "name": "Front desk", "type": "inbound", "language": "en", "script": "Answer.", "voice_id": "qv-cedar",
        "ai_model_id": "2", "knowledge_base_Id": ["kb-1", "kb-2"],
    });
    harness.put_record(Vendor::QCALL, "assistants", id, &record).await;
    let import = json!({ "vendor": "qcall", "remote_id": id });
    let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
    let unread: Vec<_> = plan["unread"].as_array().unwrap().iter().map(|row| &row["field"]).collect();
    assert_eq!(unread, ["/model/name", "/knowledge_base_ids"]);
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
    harness.patch(&path, &json!({ "name": "Renamed" })).await.expect(200);
    let stored = harness.stored(Vendor::QCALL, "assistants").await[id].clone();
    assert_eq!(stored["ai_model_id"], "2");
    assert_eq!(stored["knowledge_base_Id"], json!(["kb-1", "kb-2"]));

    harness.delete(&format!("{path}?on_vendor=keep")).await.expect(204);
    harness
        .put_record(Vendor::QCALL, "assistants", id, &with(record, json!({ "voice_id": "qv-aurora" })))
        .await;
    let problem = harness.post("/v1/agents/import", &import).await.problem(422, "field_required");
    assert_eq!(pointers(&problem), ["/voice/id"]);
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("alias"), "{problem}");
}

#[tokio::test]
async fn what_no_agent_is_without_is_asked_for_with_the_reason() {
    let harness = Harness::start().await;
    let record = json!({ "name": "x".repeat(256), "type": "sideways", "mode": "pipeline", "language_id": 99, "voice_id": 101 });
    harness.put_record(Vendor::AUTOCALLS_2026, "assistants", "7000", &record).await;
    let import = json!({ "vendor": "autocalls-2026", "remote_id": "7000" });
    for path in ["/v1/agents/import/plan", "/v1/agents/import"] {
        let problem = harness.post(path, &import).await.problem(422, "field_required");
        assert_eq!(pointers(&problem), ["/name", "/direction", "/language", "/prompt/instructions"]);
        let details =
            problem["errors"].as_array().unwrap().iter().map(|error| error["detail"].as_str().unwrap());
        let details: Vec<_> = details.collect();
        assert!(details[0].contains("at most 255 characters"), "{problem}");
        assert!(details[1].contains("could not be read"), "{problem}");
        assert!(!details[3].contains("vendor"), "{problem}");
    }
}

#[tokio::test]
async fn a_vendors_records_are_listed_with_whose_they_are() {
    let harness = Harness::start().await;
    for vendor in [Vendor::QCALL, Vendor::AUTOCALLS_2025, Vendor::AUTOCALLS_2026, Vendor::OPENCX] {
        assert_eq!(harness.listed(vendor).await, []);
        let first = harness.create("/v1/agents", &agent(vendor)).await;
        let second = harness.create("/v1/agents", &agent(vendor)).await;
        let row = |made: &crate::harness::Record| (made.remote_id.clone(), json!(made.id));
        assert_eq!(harness.listed(vendor).await, [row(&first), row(&second)], "{vendor}");
        harness.delete(&format!("{}?on_vendor=keep", first.path)).await.expect(204);
        let forgotten = (first.remote_id.clone(), Value::Null);
        assert_eq!(harness.listed(vendor).await, [forgotten, row(&second)], "{vendor}");
        harness.delete(&second.path).await.expect(204);
        let list = harness.get(&format!("/v1/vendors/{vendor}/agents")).await.expect(200);
        let row = json!({ "remote_id": first.remote_id, "name": "Reception", "agent_id": null });
        assert_eq!(list["data"], json!([row]), "{vendor}");
    }
    harness.get("/v1/vendors/nobody/agents").await.problem(404, "not_found");
}
