//! Advice to callers who use a name from another API, a field in the wrong object, or a value of the wrong type.

use serde_json::{Value, json};
use switchboard_core::model::{Agent, FieldReader, Root};

/// Returns the details of the violations in a body.
fn details(body: &Value) -> Vec<String> {
    let mut from = FieldReader::for_body::<Agent>(&["vendor", "labels"]);
    from.merge(&mut Agent::default(), body.as_object().unwrap());
    let error = from.finish().err();
    error.into_iter().flat_map(|error| error.violations).map(|violation| violation.detail).collect()
}

#[test]
fn a_name_from_another_api_leads_to_the_field() {
    for (name, field) in [
        ("instructions", "/prompt/instructions"),
        ("system_prompt", "/prompt/instructions"),
        ("firstMessage", "/greeting/message"),
        ("begin_message", "/greeting/message"),
        ("voice_id", "/voice/id"),
        ("voiceId", "/voice/id"),
        ("temperature", "/model/temperature"),
        ("functions", "/tools"),
        ("maxDurationSeconds", "/call/max_duration_s, in seconds"),
        ("webhook_url", "/webhook/url"),
        ("transfer_phone_number", "/transfers, a list such as [{\"phone_number\": \"+15550100199\"}]"),
    ] {
        let expected = format!("There is no field {name:?} here; use {field}.");
        assert_eq!(details(&json!({ name: 1 })), [expected]);
    }
}

#[test]
fn a_field_in_the_wrong_object_leads_to_its_place() {
    for (body, advice) in [
        (json!({ "speed": 1.1 }), "use /voice/speed."),
        (json!({ "record": true }), "use /call/record."),
        (json!({ "max_duration": 60 }), "use /call/max_duration_s, in seconds."),
        (json!({ "reprompts": [] }), "use /silence/reprompts."),
        (json!({ "voice": { "temperature": 1 } }), "use /model/temperature."),
        (json!({ "greeting": { "language": "de" } }), "use /language."),
        (json!({ "message": "Hello." }), "use /greeting/message or /voicemail/message or /ending/message."),
    ] {
        let details = details(&body);
        assert!(details[0].ends_with(advice), "{body}: {details:?}");
    }
}

#[test]
fn a_misspelled_field_leads_to_the_near_field_or_member() {
    for (name, meant) in
        [("lables", "labels"), ("vendr", "vendor"), ("NAME", "name"), ("addit", "additional_languages")]
    {
        let expected = format!("There is no field {name:?}; did you mean {meant:?}?");
        assert_eq!(details(&json!({ name: 1 })), [expected]);
    }
}

#[test]
fn every_field_that_advice_names_exists() {
    let mut fields = Vec::new();
    <Agent as switchboard_core::model::Record>::list_fields("", &mut fields);
    let texts = Agent::TEXTS.iter().map(|(_, field)| *field);
    for field in Agent::USUAL.iter().map(|usual| usual.field).chain(texts) {
        let kept = ["/labels", "/vendor"].contains(&field);
        assert!(kept || fields.iter().any(|known| known == field), "{field}");
    }
    for name in Agent::USUAL.iter().flat_map(|usual| usual.names) {
        assert!(!fields.contains(&format!("/{name}")), "{name} is a field");
    }
}

#[test]
fn a_text_in_place_of_a_group_leads_to_the_field_of_the_text() {
    for (group, field) in
        [("voice", "/voice/id"), ("prompt", "/prompt/instructions"), ("model", "/model/name")]
    {
        let expected = format!("/{group} must be an object, not a string. Put the text in {field}.");
        assert_eq!(details(&json!({ group: "x" })), [expected]);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_described_in_terms_of_json() {
    for (body, expected) in [
        (
            json!({ "voice": { "speed": "1.1" } }),
            "/voice/speed must be a number, not the string \"1.1\"; use 1.1 without quotes.",
        ),
        (json!({ "voice": { "speed": [] } }), "/voice/speed must be a number, not a list."),
        (
            json!({ "call": { "record": "true" } }),
            "/call/record must be true or false, not the string \"true\"; use true without quotes.",
        ),
        (json!({ "call": { "record": 1 } }), "/call/record must be true or false, not the number 1."),
        (json!({ "name": 5 }), "/name must be a string, not the number 5."),
        (json!({ "name": {} }), "/name must be a string, not an object."),
        (
            json!({ "silence": { "max_reprompts": 1.5 } }),
            "/silence/max_reprompts must be a whole number from 0, not the number 1.5.",
        ),
        (
            json!({ "direction": "in" }),
            "/direction must be \"inbound\" or \"outbound\", not \"in\"; use \"inbound\".",
        ),
        (json!({ "direction": 1 }), "/direction must be a string, not the number 1."),
        (json!({ "tools": {} }), "/tools must be a list, not an object."),
        (
            json!({ "tools": [{ "type": "meeting" }] }),
            "/tools/0/type must be \"book_meeting\", \"send_message\" or \"http_request\", not \"meeting\".",
        ),
        (json!({ "variables": { "a": 1 } }), "/variables/a must be a string, not the number 1."),
        (json!({ "transfers": [{}] }), "/transfers/0/phone_number is required."),
        (
            json!({ "transfers": [{ "phone_number": "+15550100199", "to": "x" }] }),
            "There is no field \"to\". The fields here are phone_number, condition, mode, message.",
        ),
        (
            json!({ "call": { "max_duration_s": -1 } }),
            "/call/max_duration_s must be a number of seconds, zero or more.",
        ),
    ] {
        assert_eq!(details(&body), [expected], "{body}");
    }
}
