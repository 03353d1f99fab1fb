//! The request bodies and reports of OpenCX, as snapshots for reviewers.

#![cfg(test)]

mod opencx;

use opencx::{desired, full, planned, updated};
use serde_json::{Value, json};
use switchboard_core::plan::{Desired, Translator};

/// Returns the full agent without the fields that the vendor refuses.
fn whole() -> Desired<switchboard_core::model::Agent> {
    let mut document = full();
    merge(&mut document, json!({ "opt_out": null, "privacy": { "redact": null } }));
    desired(document, json!({ "area_code": "415" }))
}

fn least() -> Value {
    json!({
        "name": "Front desk",
        "direction": "outbound",
        "language": "mul",
        "prompt": { "instructions": "Be brief." },
        "voice": { "id": "IJOA5d06iGvU3ehQdDjg" },
    })
}

fn with(change: Value) -> Value {
    let mut document = least();
    merge(&mut document, change);
    document
}

fn merge(document: &mut Value, change: Value) {
    match (document, change) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
        (place, value) => *place = value,
    }
}

#[test]
fn a_full_agent_is_refused_for_what_must_not_be_lost() {
    insta::assert_json_snapshot!(planned(&desired(full(), json!({ "area_code": "415" }))));
}

#[test]
fn a_full_agent_that_may_lose_something() {
    insta::assert_json_snapshot!(planned(&whole()));
}

#[test]
fn a_minimal_agent() {
    insta::assert_json_snapshot!(planned(&desired(least(), json!({ "area_code": "212" }))));
}

#[test]
fn an_agent_without_an_area_code() {
    insta::assert_json_snapshot!(planned(&desired(least(), json!({}))));
}

#[test]
fn an_agent_with_a_voice_of_another_vendor() {
    let document = with(json!({ "voice": { "id": "qm-en-0017" } }));
    insta::assert_json_snapshot!(planned(&desired(document, json!({ "area_code": "212" }))));
}

#[test]
fn a_language_with_a_region() {
    let regional = with(json!({ "language": "de-AT" }));
    insta::assert_json_snapshot!(
        "a_region_that_is_lost",
        planned(&desired(regional, json!({ "area_code": "212" })))
    );
    let regional = with(json!({ "language": "de-CH" }));
    insta::assert_json_snapshot!(
        "a_region_that_stays",
        planned(&desired(regional, json!({ "area_code": "212" })))
    );
    let unknown = with(json!({ "language": "sw" }));
    insta::assert_json_snapshot!(
        "a_language_not_spoken",
        planned(&desired(unknown, json!({ "area_code": "212" })))
    );
}

#[test]
fn a_reprompt_with_a_comma() {
    let document = with(json!({ "silence": { "reprompts": ["Well, are you there?"] } }));
    insta::assert_json_snapshot!(planned(&desired(document, json!({ "area_code": "212" }))));
}

#[test]
fn changes_of_one_field() {
    let before = desired(least(), json!({ "area_code": "212" }));
    let changed = |change| updated(&before, &desired(with(change), json!({ "area_code": "212" })));
    insta::assert_json_snapshot!("nothing_changes", changed(json!({})));
    insta::assert_json_snapshot!("the_name_changes", changed(json!({ "name": "Night line" })));
    insta::assert_json_snapshot!(
        "a_greeting_is_set",
        changed(json!({ "greeting": { "message": "Hello!" } }))
    );
    insta::assert_json_snapshot!(
        "the_last_words_are_set",
        changed(json!({ "ending": { "message": "Bye!" } }))
    );
    insta::assert_json_snapshot!("the_direction_changes", changed(json!({ "direction": "inbound" })));
    insta::assert_json_snapshot!(
        "a_long_call_is_set",
        changed(json!({ "call": { "max_duration_s": 86_400 } }))
    );
}

#[test]
fn fields_that_are_taken_back() {
    let area = json!({ "area_code": "212" });
    let cleared = |set| updated(&desired(with(set), area.clone()), &desired(least(), area.clone()));
    insta::assert_json_snapshot!(
        "the_greeting_is_cleared",
        cleared(json!({ "greeting": { "message": "Hello!" } }))
    );
    insta::assert_json_snapshot!(
        "the_reprompts_are_cleared",
        cleared(json!({ "silence": { "reprompts": ["Hello?"] } }))
    );
    insta::assert_json_snapshot!("the_speed_is_cleared", cleared(json!({ "voice": { "speed": 1.2 } })));
    insta::assert_json_snapshot!(
        "the_transfer_is_cleared",
        cleared(json!({ "transfers": [{ "phone_number": "+15550100199" }] }))
    );
}

#[test]
fn the_area_code_cannot_be_changed() {
    let before = desired(least(), json!({ "area_code": "212" }));
    insta::assert_json_snapshot!(updated(&before, &desired(least(), json!({ "area_code": "415" }))));
}

#[test]
fn what_the_vendor_can_hold() {
    insta::assert_json_snapshot!(Translator::new(opencx::account().agents(), "opencx").capabilities());
}
