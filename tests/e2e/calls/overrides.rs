//! Settings of the agent in a dial: beside an override that the vendor accepts only together with them, and because the
//! vendor holds them in calls only.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{ANSWERED, site, to};
use crate::{bodies::with, harness::pointers};

#[tokio::test]
async fn an_override_is_sent_with_the_settings_of_the_agent_that_the_vendor_requires() {
    let harness = site().await;
    let agent = harness.caller(Vendor::VAPI).await;
    let overrides =
        json!({ "language": "de", "prompt": { "instructions": "Be brief." }, "voice": { "speed": 1.1 } });
    let body = with(to(&agent, ANSWERED), json!({ "overrides": overrides }));
    let placed = harness.dial("overridden", &body).await.expect(201);
    assert_eq!(placed["overrides"], overrides, "{placed}");
    let ledger = harness.vendors.control(reqwest::Method::GET, "/vapi/dials", None).await.expect(200);
    let sent = &ledger["dials"][0]["body"]["assistantOverrides"];
    assert_eq!(sent["model"]["messages"], json!([{ "role": "system", "content": "Be brief." }]), "{sent}");
    for required in
        ["/model/provider", "/model/model", "/transcriber/provider", "/voice/provider", "/voice/voiceId"]
    {
        assert!(sent.pointer(required).is_some_and(serde_json::Value::is_string), "{required}: {sent}");
    }
    assert_eq!(
        (&sent["transcriber"]["language"], &sent["voice"]["speed"]),
        (&json!("de"), &json!(1.1)),
        "{sent}"
    );
    assert!(sent["model"].get("tools").is_none(), "the vendor keeps the tools: {sent}");
}

#[tokio::test]
async fn an_override_that_does_not_fit_the_other_settings_of_the_agent_is_refused() {
    let harness = site().await;
    let agent = harness.caller(Vendor::VAPI).await;
    for (overrides, at) in [
        (json!({ "voice": { "speed": 3.9 } }), "/overrides/voice/speed"),
        (json!({ "language": "tlh", "prompt": { "instructions": "Be brief." } }), "/overrides/language"),
    ] {
        let body = with(to(&agent, ANSWERED), json!({ "overrides": overrides }));
        let problem = harness.dial(at, &body).await.problem(422, "capability_loss");
        assert_eq!(pointers(&problem), [at], "{problem}");
    }
    assert_eq!(harness.dials(Vendor::VAPI).await, 0);
}

#[tokio::test]
async fn settings_that_only_a_call_can_hold_go_with_each_dial() {
    let harness = site().await;
    let agent = harness.caller(Vendor::BLAND).await;
    let settings = json!({
        "timezone": "Europe/Berlin", "model": { "name": "turbo", "temperature": 0.25 },
        "transcription": { "keywords": ["Ulm"] }, "pronunciations": [{ "text": "SQL", "say": "sequel" }],
        "turn_taking": { "interruptible": false, "interruption_sensitivity": 0.1 },
        "keypad": { "accept_digits": true }, "voicemail": { "action": "leave_message", "message": "Call us." },
        "audio": { "noise_cancellation": true }, "analysis": { "summary_prompt": "In one line." },
        "webhook": { "url": "https://hooks.northwind.example/calls" },
    });
    harness.patch(&format!("/v1/agents/{agent}"), &settings).await.expect(200);
    let dial = to(&agent, ANSWERED);
    let plan = harness.post("/v1/calls/plan", &dial).await.expect(200);
    let placed = harness.dial("with-settings", &dial).await.expect(201);
    assert_eq!(placed["translation"], plan["translation"]);
    let rows = placed["translation"]["fields"].as_array().unwrap();
    let row = rows.iter().find(|row| row["field"] == "/agent/turn_taking/interruption_sensitivity").unwrap();
    assert_eq!(row["verdict"], "rounded", "{row}");
    let emotional = with(dial.clone(), json!({ "overrides": { "analysis": { "emotions": true } } }));
    let strict = harness.strictly(reqwest::Method::POST, "/v1/calls/plan", &emotional).await;
    let problem = strict.problem(422, "capability_loss");
    for place in ["/overrides/analysis/emotions", "/agent_id"] {
        assert!(pointers(&problem).contains(&place), "{problem}");
    }
    let ledger = harness.vendors.control(reqwest::Method::GET, "/bland/dials", None).await.expect(200);
    let sent = &ledger["dials"][0]["body"];
    let expected = json!({
        "timezone": "Europe/Berlin", "model": "turbo", "temperature": 0.25, "keywords": ["Ulm"],
        "pronunciation_guide": [{ "word": "SQL", "pronunciation": "sequel" }], "block_interruptions": true,
        "interruptibility": 1, "ignore_button_press": false,
        "voicemail": { "action": "leave_message", "message": "Call us." }, "noise_cancellation": true,
        "summary_prompt": "In one line.", "webhook": "https://hooks.northwind.example/calls",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&sent[name], value, "{name}: {sent}");
    }
    let persona = json!({ "timezone": null });
    harness.patch(&format!("/v1/agents/{agent}"), &persona).await.expect(200);
    let plan = harness.post("/v1/calls/plan", &dial).await.expect(200);
    let rows = plan["translation"]["fields"].as_array().unwrap();
    let row = rows.iter().find(|row| row["field"] == "/agent/timezone").unwrap();
    assert_eq!((&row["verdict"], &row["sent"]), (&json!("assumed"), &json!("America/Los_Angeles")), "{row}");
}
