//! Built-in tools, tools that were set up at the vendor, and data points.

#![cfg(test)]

mod autocalls;

use autocalls::{created, decoded, least, observed, updated, with};
use serde_json::{Value, json};

/// Returns the row of a field in the report of an outcome.
fn row<'a>(outcome: &'a Value, field: &str) -> &'a Value {
    let rows = outcome["report"]["fields"].as_array();
    rows.into_iter().flatten().find(|row| row["field"] == field).unwrap_or(&Value::Null)
}

#[test]
fn abilities_are_tools_of_2026() {
    let able = json!({
        "ending": { "hang_up": {} },
        "keypad": { "accept_digits": true, "press_digits": true },
    });
    let tools = json!([{ "type": "collect_keypad" }, { "type": "dtmf_input" }, { "type": "end_call" }]);
    assert_eq!(created("2026", &with(least(), able))["body"]["tools"], tools);
}

#[test]
fn a_removed_ability_leaves_the_other_tools() {
    let outcome =
        updated("2026", json!({ "ending": { "hang_up": null }, "keypad": { "press_digits": false } }));
    let tools = outcome["body"]["tools"].as_array().unwrap();
    let kinds: Vec<_> = tools.iter().map(|tool| &tool["type"]).collect();
    assert_eq!(
        kinds,
        [
            "call_transfer",
            "warm_call_transfer",
            "collect_keypad",
            "calendar_integration",
            "assistant_transfer"
        ]
    );
    assert_eq!(tools[2], json!({ "type": "collect_keypad", "timeout": 5, "stop_key": "#" }));
}

#[test]
fn an_assistant_without_tools_can_do_neither() {
    let mut row = observed("2026", "listAssistants.full_record");
    row["tools"] = json!([]);
    let record = serde_json::to_value(decoded("2026", &row).state.record).unwrap();
    assert_eq!(record["keypad"], json!({ "accept_digits": false, "press_digits": false }));
    assert_eq!(record.get("ending"), None);
    row.as_object_mut().unwrap().shift_remove("tools");
    let record = serde_json::to_value(decoded("2026", &row).state.record).unwrap();
    assert_eq!(record.get("keypad"), None, "an answer without the list says nothing");
}

#[test]
fn requests_of_2025_need_instructions_for_hanging_up() {
    for (hang_up, why) in [
        (json!({}), "the vendor requires instructions for hanging up."),
        (json!({ "instructions": "x".repeat(501) }), "the vendor takes at most 500 characters."),
    ] {
        let outcome = created("2025", &with(least(), json!({ "ending": { "hang_up": hang_up } })));
        assert_eq!(outcome["body"].get("end_call_tool"), None);
        assert_eq!(row(&outcome, "/ending/hang_up")["why"], why);
    }
}

#[test]
fn tools_of_the_account_are_named_by_whole_numbers() {
    for generation in ["2025", "2026"] {
        let outcome = created(generation, &with(least(), json!({ "tool_ids": ["8", "21"] })));
        assert_eq!(outcome["body"]["tool_ids"], json!([8, 21]));
        let outcome = created(generation, &with(least(), json!({ "tool_ids": ["booking"] })));
        assert_eq!(outcome["violations"][0]["pointer"], "/tool_ids", "{outcome}");
    }
}

#[test]
fn a_whole_number_is_sent_as_a_number_and_choices_are_left_out() {
    for generation in ["2025", "2026"] {
        let item = |kind: &str| json!({ "name": "guests", "type": kind, "description": "How many guests." });
        let asked = json!([
            item("integer"),
            { "name": "mood", "type": "string", "description": "The mood.", "choices": ["good", "bad"] },
        ]);
        let outcome = created(generation, &with(least(), json!({ "analysis": { "extraction": asked } })));
        assert_eq!(outcome["body"]["post_call_schema"][0]["type"], "number");
        assert_eq!(outcome["body"]["post_call_schema"][1].get("choices"), None);
        let row = row(&outcome, "/analysis/extraction");
        assert_eq!((&row["verdict"], &row["wanted"]), (&json!("substituted"), &asked));
        let sent = json!([item("number"), { "name": "mood", "type": "string", "description": "The mood." }]);
        assert_eq!(row["sent"], sent);
        assert_eq!(
            row["why"],
            "The vendor has numbers, not whole numbers. The vendor has no choices; the description can list them."
        );
    }
}
