//! The history of every record.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{Bench, autocalls_2026_assistant, qcall_assistant, qcall_dialer, with};

const QCALL: Vendor = Vendor::QCALL;

async fn changes(bench: &Bench, vendor: Vendor) -> Value {
    bench.control(Method::GET, &format!("/{vendor}/changes"), None).await.1
}

#[tokio::test]
async fn deleted_records_are_listed_too() {
    let bench = Bench::new().await;
    let (_, first) = bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    let first = first["data"]["hash_id"].as_str().expect("an id").to_owned();
    let second = with(&qcall_assistant(), json!({ "name": "Second" }));
    bench.send(QCALL, Method::POST, "/user/createAssistant", &second).await;
    let renamed = with(&qcall_assistant(), json!({ "name": "Renamed" }));
    bench.send(QCALL, Method::PUT, &format!("/user/updateAssistant?id={first}"), &renamed).await;
    bench.delete(QCALL, &format!("/user/deleteassistant?id={first}")).await;

    let told = changes(&bench, QCALL).await;
    let assistants = &told["assistants"];
    let counts = ["creates", "updates", "deletes", "forgotten"].map(|name| &assistants[name]);
    assert_eq!(counts, [&json!(2), &json!(1), &json!(1), &json!(0)]);
    let gone = json!({
        "id": first, "name": "Renamed", "planted": false, "created": 1, "updates": 1, "deleted": 4,
    });
    assert_eq!(assistants["records"][0], gone);
    let there = &assistants["records"][1];
    assert_eq!(
        (&there["name"], &there["created"], &there["deleted"]),
        (&json!("Second"), &json!(2), &Value::Null)
    );
    assert_eq!(told["dialers"]["creates"], json!(0));
}

#[tokio::test]
async fn what_is_refused_or_prevented_does_not_count() {
    let bench = Bench::new().await;
    bench.send(QCALL, Method::PUT, "/user/updateAssistant?id=nobody", &qcall_assistant()).await;
    bench.delete(QCALL, "/user/deleteassistant?id=nobody").await;
    bench.send(QCALL, Method::POST, "/user/createAssistant", &json!({ "name": "Half" })).await;
    for when in ["before", "after"] {
        let fault = json!({ "kind": "status", "status": 500, "when": when });
        bench.order(json!({ "vendor": "qcall", "operation": "createDialer", "fault": fault })).await;
        bench.send(QCALL, Method::POST, "/dialer/create", &qcall_dialer()).await;
    }
    let unknown_voice = with(&autocalls_2026_assistant(), json!({ "voice_id": 999 }));
    bench.send(Vendor::AUTOCALLS_2026, Method::POST, "/user/assistant", &unknown_voice).await;

    let told = changes(&bench, QCALL).await;
    for (collection, creates) in [("assistants", 0), ("dialers", 1), ("campaigns", 0)] {
        let counts = ["creates", "updates", "deletes"].map(|name| &told[collection][name]);
        assert_eq!(counts, [&json!(creates), &json!(0), &json!(0)], "{collection}");
    }
    assert_eq!(changes(&bench, Vendor::AUTOCALLS_2026).await["assistants"]["creates"], json!(0));
}

#[tokio::test]
async fn changes_by_control_routes_are_listed_but_not_counted() {
    let bench = Bench::new().await;
    let place = "/autocalls-2026/records/assistants/1500";
    bench.control(Method::PUT, place, Some(&json!({ "name": "Planted" }))).await;
    bench.control(Method::PATCH, place, Some(&json!({ "name": "Changed" }))).await;
    bench.send(Vendor::AUTOCALLS_2026, Method::POST, "/user/assistant", &autocalls_2026_assistant()).await;
    bench.control(Method::DELETE, "/autocalls-2026/records/assistants/1501", None).await;
    let assistants = &changes(&bench, Vendor::AUTOCALLS_2026).await["assistants"];
    let expected = json!([
        { "id": "1500", "name": "Changed", "planted": true, "created": 1, "updates": 0, "deleted": null },
        { "id": "1501", "name": "Reception", "planted": false, "created": 3, "updates": 0, "deleted": 4 },
    ]);
    assert_eq!(assistants["records"], expected);
    let counts = ["creates", "updates", "deletes"].map(|name| &assistants[name]);
    assert_eq!(counts, [&json!(1), &json!(0), &json!(0)]);
}
