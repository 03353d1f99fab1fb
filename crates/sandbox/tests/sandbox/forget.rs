//! Fields that a vendor accepts but does not store.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{Bench, autocalls_2025_assistant, qcall_assistant, with};

async fn order(bench: &Bench, vendor: Vendor, operation: &str, fields: Value) {
    let fault = json!({ "kind": "forget", "fields": fields });
    bench.order(json!({ "vendor": vendor, "operation": operation, "fault": fault })).await;
}

#[tokio::test]
async fn a_whole_write_loses_the_field_silently() {
    let bench = Bench::new().await;
    let vendor = Vendor::QCALL;
    order(&bench, vendor, "createAssistant", json!(["/voice_speed", "/voice_data/stability", "/absent"]))
        .await;
    let (status, answer) =
        bench.send(vendor, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)));
    let id = answer["data"]["hash_id"].as_str().expect("an id");
    let (_, read) = bench.get(vendor, &format!("/user/getAssistant?assistant_id={id}")).await;
    let mut expected = with(&qcall_assistant(), json!({ "id": id }));
    expected.as_object_mut().expect("an object").shift_remove("voice_speed");
    expected["voice_data"].as_object_mut().expect("an object").shift_remove("stability");
    assert_eq!(read["data"], expected);
    let journal = bench.journal().await;
    assert_eq!((&journal[0]["valid"], &journal[0]["body"]), (&json!(true), &qcall_assistant()));

    bench.send(vendor, Method::PUT, &format!("/user/updateAssistant?id={id}"), &qcall_assistant()).await;
    assert_eq!(bench.stored(vendor, "assistants").await[id], qcall_assistant());
}

#[tokio::test]
async fn a_partial_write_leaves_the_field_as_it_was() {
    let bench = Bench::new().await;
    let vendor = Vendor::AUTOCALLS_2025;
    let path = "/user/assistant";
    let (_, answer) = bench.send(vendor, Method::POST, path, &autocalls_2025_assistant()).await;
    let path = format!("{path}/{}", answer["data"]["id"]);
    order(&bench, vendor, "updateAssistant", json!(["/assistant_name"])).await;
    let change = json!({ "assistant_name": "Desk", "initial_message": "Hi!" });
    let (status, answer) = bench.send(vendor, Method::PUT, &path, &change).await;
    assert_eq!((status, &answer["data"]["name"]), (200, &json!("Reception")));
    let stored = bench.stored(vendor, "assistants").await["1001"].clone();
    assert_eq!((&stored["name"], &stored["initial_message"]), (&json!("Reception"), &json!("Hi!")));
}
