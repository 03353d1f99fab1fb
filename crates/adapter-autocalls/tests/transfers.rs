//! Transfers and voicemails: what the vendor holds of them, and what it refuses.

#![cfg(test)]

mod autocalls;

use autocalls::{created, decoded, desired, least, observed, outcome_of, planned, updated, with};
use serde_json::{Value, json};
use switchboard_core::plan::Transition;

/// Returns the tool for call transfers in the body of an outcome.
fn transfer_tool(outcome: &Value) -> Value {
    let tools = outcome["body"]["tools"].as_array();
    tools.into_iter().flatten().find(|tool| tool["type"] == "call_transfer").cloned().unwrap_or_default()
}

#[test]
fn a_transfer_is_one_tool_whose_other_members_are_kept() {
    let transfers = |transfer: Value| json!({ "transfers": [transfer] });
    let announced =
        json!({ "phone_number": "+15550100150", "condition": "On demand.", "message": "One moment." });
    let tool = json!({
        "type": "call_transfer", "phone_number": "+15550100150", "description": "On demand.", "custom": false,
        "warm_transfer": true, "warm_transfer_message": "One moment.",
    });
    assert_eq!(transfer_tool(&updated("2026", transfers(announced.clone()))), tool);
    let plain = json!({ "type": "call_transfer", "phone_number": "+15550100150", "custom": false });
    assert_eq!(transfer_tool(&updated("2026", transfers(json!({ "phone_number": "+15550100150" })))), plain);

    let mut row = observed("2026", "listAssistants.full_record");
    row["tools"][1] = tool;
    let before = decoded("2026", &row).state;
    let read = serde_json::to_value(&before.record).unwrap();
    assert_eq!(read["transfers"], json!([with(announced, json!({ "mode": "cold" }))]));
    let silent = desired(&with(read, transfers(json!({ "phone_number": "+15550100150" }))));
    let step = Transition::Update { before: &before, observed: Some(&row), previous: None };
    assert_eq!(
        transfer_tool(&outcome_of(planned("2026", &step, &silent))),
        plain,
        "nothing is announced any more"
    );
}

#[test]
fn transfers_that_the_vendor_does_not_have_are_refused() {
    for transfers in [
        json!([{ "phone_number": "+15550100150", "mode": "warm" }]),
        json!([{ "phone_number": "+15550100150" }, { "phone_number": "+15550100151" }]),
    ] {
        let outcome = created("2026", &with(least(), json!({ "transfers": transfers })));
        assert_eq!(outcome["violations"][0]["pointer"], "/transfers", "{outcome}");
    }
}

#[test]
fn a_message_on_a_voicemail_is_reported_as_unsupported() {
    for generation in ["2025", "2026"] {
        let outcome =
            created(generation, &with(least(), json!({ "voicemail": { "action": "leave_message" } })));
        assert_eq!(outcome["body"].get("end_call_on_voicemail"), None);
        let fields = outcome["report"]["fields"].as_array().unwrap();
        let row = fields.iter().find(|row| row["field"] == "/voicemail/action").unwrap();
        assert_eq!((&row["verdict"], &row["wanted"]), (&json!("unsupported"), &json!("leave_message")));
    }
}

#[test]
fn a_flag_of_a_tool_may_be_a_number() {
    let message = |announced: Value| {
        let mut row = observed("2026", "listAssistants.full_record");
        row["tools"] = json!([{
            "type": "call_transfer", "phone_number": "+15550100150",
            "warm_transfer": announced, "warm_transfer_message": "One moment.",
        }]);
        let read = serde_json::to_value(&decoded("2026", &row).state.record).unwrap();
        read["transfers"][0]["message"].clone()
    };
    assert_eq!(message(json!(1)), "One moment.");
    assert_eq!(message(json!(0)), Value::Null);
}

#[test]
fn a_handover_is_one_tool_that_names_an_assistant_by_its_number() {
    let held = |outcome: &Value| {
        let tools = outcome["body"]["tools"].as_array();
        tools.into_iter().flatten().find(|tool| tool["type"] == "assistant_transfer").cloned()
    };
    let handovers = |handovers: Value| with(least(), json!({ "handovers": handovers }));
    let outcome = created("2026", &handovers(json!([{ "agent_id": "1002", "condition": "A bill." }])));
    let tool = json!({ "type": "assistant_transfer", "assistant_id": 1002, "description": "A bill." });
    assert_eq!(held(&outcome), Some(tool.clone()), "{outcome}");

    let mut row = observed("2026", "listAssistants.full_record");
    let more = json!({ "message_before_transfer": "One moment." });
    let tools = row["tools"].as_array_mut().unwrap();
    tools.retain(|tool| tool["type"] != "assistant_transfer");
    tools.push(with(tool, more.clone()));
    let before = decoded("2026", &row).state;
    let read = serde_json::to_value(&before.record).unwrap();
    assert_eq!(read["handovers"], json!([{ "agent_id": "1002", "condition": "A bill." }]));
    let other = desired(&with(read, json!({ "handovers": [{ "agent_id": "1003" }] })));
    let step = Transition::Update { before: &before, observed: Some(&row), previous: None };
    let sent = held(&outcome_of(planned("2026", &step, &other)));
    assert_eq!(sent, Some(with(json!({ "type": "assistant_transfer", "assistant_id": 1003 }), more)));

    let mut loose = observed("2026", "listAssistants.full_record");
    let tool = json!({ "type": "assistant_transfer", "assistant_id": "1002" });
    loose["tools"] = json!([tool]);
    let read = serde_json::to_value(&decoded("2026", &loose).state.record).unwrap();
    assert_eq!(read["handovers"], json!([{ "agent_id": "1002" }]), "an id may be a string");

    let two = created("2026", &handovers(json!([{ "agent_id": "1002" }, { "agent_id": "1003" }])));
    assert_eq!(held(&two), None);
    let fields = two["report"]["fields"].as_array().unwrap();
    let verdict = fields.iter().find(|row| row["field"] == "/handovers").map(|row| &row["verdict"]);
    assert_eq!(verdict, Some(&json!("unsupported")), "{two}");
}
