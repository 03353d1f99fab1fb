//! Errors that a vendor reports about its own fields become violations of the API's fields.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, pointers},
};

#[tokio::test]
async fn complaints_are_mapped_back() {
    let harness = Harness::start().await;
    let autocalls = json!({
        "message": "The given data was invalid.",
        "errors": {
            "voice_id": ["The selected voice id is invalid."],
            "re_engagement_interval": ["Must be at least 7.", "Must be whole."],
            "end_call_tool.description": ["Too long."],
            "moon_phase": ["Unknown."],
        },
    });
    let spoken = "/silence/reprompt_after_s";
    for (vendor, operations, status, body, expected) in [
        (
            Vendor::AUTOCALLS_2025,
            ["createAssistant", "updateAssistant"],
            422,
            autocalls,
            vec!["/voice/id", spoken, spoken, "/ending/hang_up", ""],
        ),
        (
            Vendor::OPENCX,
            ["buyPhoneNumber", "updatePhoneNumber"],
            400,
            json!({ "statusCode": 400, "message": ["voice_speed must be a number", "call_max_duration is too long"] }),
            vec!["/voice/speed", "/call/max_duration_s"],
        ),
        (
            Vendor::QCALL,
            ["createAssistant", "updateAssistant"],
            200,
            json!({ "success": false, "message": "maximum_time_per_call must be at most 60" }),
            vec!["/call/max_duration_s"],
        ),
    ] {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let fault = json!({ "kind": "status", "status": status, "body": body });
        for operation in operations {
            harness.order(vendor, operation, 1, &fault).await;
        }
        for answer in [
            harness.post("/v1/agents", &agent(vendor)).await,
            harness.patch(&made.path, &json!({ "name": "Changed" })).await,
        ] {
            let problem = answer.problem(422, "vendor_rejected");
            assert_eq!(pointers(&problem), expected, "{problem}");
            assert!(problem["vendor"]["message"].is_string(), "{problem}");
        }
        assert_eq!(harness.get(&made.path).await.expect(200), made.body);
    }
}

/// Checks refusals by the simulator itself, without an ordered fault.
#[tokio::test]
async fn what_only_the_vendor_can_know_is_refused_there() {
    // The gateway sends the id of an alias unchecked.
    let tables = "[phone_numbers.none]\nautocalls-2025 = \"999\"\nautocalls-2026 = \"999\"\n".to_owned();
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    for (vendor, patch, pointer) in [
        (Vendor::AUTOCALLS_2025, json!({ "phone_number_id": "none" }), "/phone_number_id"),
        (Vendor::AUTOCALLS_2026, json!({ "phone_number_id": "none" }), "/phone_number_id"),
        // The voice belongs to the other engine.
        (Vendor::AUTOCALLS_2026, json!({ "voice": { "id": "111" } }), "/voice/id"),
    ] {
        let new = with(agent(vendor), patch.clone());
        let problem = harness.post("/v1/agents", &new).await.problem(422, "vendor_rejected");
        assert_eq!(pointers(&problem), [pointer], "{vendor}: {problem}");
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let problem = harness.patch(&made.path, &patch).await.problem(422, "vendor_rejected");
        assert_eq!(pointers(&problem), [pointer], "{vendor}: {problem}");
        assert_eq!(harness.get(&made.path).await.expect(200), made.body);
    }
}

#[tokio::test]
async fn a_page_of_complaints_is_not_repeated() {
    let harness = Harness::start().await;
    let long = "x".repeat(100_000);
    let fault = json!({ "kind": "status", "status": 400, "body": { "success": false, "message": long } });
    harness.order(Vendor::QCALL, "createAssistant", 1, &fault).await;
    let answer = harness.post("/v1/agents", &agent(Vendor::QCALL)).await;
    assert!(answer.text.len() < 4096, "{} bytes", answer.text.len());
    let problem = answer.problem(422, "vendor_rejected");
    let message: &Value = &problem["vendor"]["message"];
    assert!(message.as_str().is_some_and(|message| message.len() <= 512), "{message}");
}
