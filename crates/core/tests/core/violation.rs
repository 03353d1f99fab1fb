//! The violations of a body: all of them are reported, each with its location and a sentence.

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind, Violation, closest_match, unknown_name},
    model::{Agent, Limits, Measure, read},
};

fn agent(change: Value) -> Result<Agent, Error> {
    let mut document = json!({
        "name": "Front desk", "direction": "inbound", "language": "en",
        "prompt": { "instructions": "Be brief." }, "voice": { "id": "robin" },
    });
    json_patch::merge(&mut document, &change);
    read(&document)
}

pub fn pointer(violation: &Violation) -> &str {
    match &violation.location {
        InputLocation::Pointer(pointer) => pointer,
        other => panic!("not in the body: {other:?}"),
    }
}

fn violations(change: Value) -> Vec<(String, Kind, String)> {
    let violations = agent(change).unwrap_err().violations;
    violations.into_iter().map(|v| (pointer(&v).to_owned(), v.code, v.detail)).collect()
}

fn only(change: Value) -> (String, Kind, String) {
    let mut all = violations(change);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn all_violations_are_reported_together() {
    let error = read::<Agent>(&json!({
        "name": "",
        "direction": "sideways",
        "langauge": "en",
        "additional_languages": ["de", "Deutsch!", 7],
        "timezone": "Mars/Olympus",
        "prompt": [],
        "greeting": { "first_speaker": "nobody" },
        "voice": { "id": null, "speed": 9, "gender": 1 },
        "call": { "max_duration_s": -5, "record": "yes" },
        "turn_taking": { "interruption_min_words": 2.5 },
        "transfers": [{ "phone_number": "911" }, { "phone_number": "+15550100199", "condition": "", "via": "sip" }],
        "voicemail": { "action": "sing", "message": "" },
        "webhook": { "url": "ftp://a.example", "events": ["call.ended", "ended"], "timeout_s": 0 },
        "pronunciations": [{ "text": "", "say": "x", "alphabet": "morse" }, { "text": "", "say": "" }],
        "privacy": { "retention_days": 0, "redact": 1 },
        "variables": { "a": 1 },
        "tools": [
            { "type": "book_meeting", "start_time": "9:30", "end_time": "24:00" },
            { "type": "send_message", "channel": "pigeon" },
            { "type": "send_message", "channel": "sms", "contents": "Hi!" },
            { "kind": "book_meeting" },
            { "type": "end_call" },
        ],
        "analysis": {
            "criteria": [{ "name": "", "prompt": "" }],
            "extraction": [
                { "name": "visit", "type": "date", "description": "When." },
                { "name": "guests", "type": "integer", "description": "How many.", "choices": ["1", "2"] },
                { "name": "mood", "type": "string", "description": "Which.", "choices": ["good", "good"] },
            ],
        },
        "ending": { "hang_up": { "instructions": "" } },
        "knowledge_base_ids": "kb",
    }))
    .unwrap_err();
    let mut told: Vec<_> = error.violations.iter().map(|v| (pointer(v), v.code)).collect();
    told.sort_unstable();
    let mut expected = vec![
        ("/tools/0/end_time", Kind::ValidationFailed),
        ("/tools/0/start_time", Kind::ValidationFailed),
        ("/tools/1/channel", Kind::ValidationFailed),
        ("/tools/2/contents", Kind::UnknownField),
        ("/tools/3/type", Kind::FieldRequired),
        ("/tools/4/type", Kind::ValidationFailed),
        ("/voicemail/message", Kind::ValidationFailed),
        ("/webhook/events/1", Kind::ValidationFailed),
        ("/webhook/timeout_s", Kind::ValidationFailed),
        ("/pronunciations/0/alphabet", Kind::ValidationFailed),
        ("/pronunciations/1/text", Kind::ValidationFailed),
        ("/pronunciations/1/say", Kind::ValidationFailed),
        ("/privacy/retention_days", Kind::ValidationFailed),
        ("/privacy/redact", Kind::ValidationFailed),
        ("/analysis/criteria/0/name", Kind::ValidationFailed),
        ("/analysis/criteria/0/prompt", Kind::ValidationFailed),
        ("/analysis/extraction/1/choices", Kind::ValidationFailed),
        ("/analysis/extraction/2/choices", Kind::ValidationFailed),
        ("/ending/hang_up/instructions", Kind::ValidationFailed),
        ("/additional_languages/1", Kind::ValidationFailed),
        ("/additional_languages/2", Kind::ValidationFailed),
        ("/analysis/extraction/0/type", Kind::ValidationFailed),
        ("/call/max_duration_s", Kind::ValidationFailed),
        ("/call/record", Kind::ValidationFailed),
        ("/direction", Kind::ValidationFailed),
        ("/greeting/first_speaker", Kind::ValidationFailed),
        ("/knowledge_base_ids", Kind::ValidationFailed),
        ("/langauge", Kind::UnknownField),
        ("/language", Kind::FieldRequired),
        ("/name", Kind::ValidationFailed),
        ("/prompt", Kind::ValidationFailed),
        ("/timezone", Kind::ValidationFailed),
        ("/transfers/0/phone_number", Kind::ValidationFailed),
        ("/transfers/1/via", Kind::UnknownField),
        ("/turn_taking/interruption_min_words", Kind::ValidationFailed),
        ("/variables/a", Kind::ValidationFailed),
        ("/voice/gender", Kind::ValidationFailed),
        ("/voicemail/action", Kind::ValidationFailed),
        ("/voice/id", Kind::FieldRequired),
        ("/voice/speed", Kind::ValidationFailed),
        ("/webhook/url", Kind::ValidationFailed),
    ];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(
        (error.kind, error.detail.as_str()),
        (Kind::ValidationFailed, "41 things are wrong with the request; see errors.")
    );
}

#[test]
fn the_error_is_of_the_violations_kind_where_they_agree() {
    assert_eq!(agent(json!({ "nmae": "a", "langauge": "en" })).unwrap_err().kind, Kind::UnknownField);
    assert_eq!(agent(json!({ "name": null, "language": null })).unwrap_err().kind, Kind::FieldRequired);
    assert_eq!(agent(json!({ "name": null, "nmae": "a" })).unwrap_err().kind, Kind::ValidationFailed);
    let one = agent(json!({ "voice": { "speed": 9 } })).unwrap_err();
    assert_eq!(one.detail, "/voice/speed must be from 0.25 to 4, not 9.");
}

#[test]
fn a_missing_field_is_reported_where_it_belongs() {
    let told = read::<Agent>(&json!({})).unwrap_err().violations;
    let missing: Vec<_> = told.iter().map(pointer).collect();
    assert_eq!(missing, ["/name", "/direction", "/language", "/prompt/instructions", "/voice/id"]);
    assert!(told.iter().all(|violation| violation.code == Kind::FieldRequired));
    assert_eq!(told[4].detail, "/voice/id is required.");
}

#[test]
fn a_value_that_is_not_an_object_is_reported_as_such() {
    for (body, given) in [
        (json!([]), "a list"),
        (json!("agent"), "a string"),
        (json!(1), "the number 1"),
        (json!(null), "null"),
    ] {
        let error = read::<Agent>(&body).unwrap_err();
        let detail = format!("The body must be an object, not {given}.");
        assert_eq!((error.violations.len(), error.detail), (1, detail));
    }
    assert_eq!(only(json!({ "audio": "loud" })).2, "/audio must be an object, not a string.");
}

#[test]
fn unknown_fields_get_the_near_name() {
    let detail = |change| only(change).2;
    assert_eq!(
        detail(json!({ "timzone": "UTC" })),
        "There is no field \"timzone\"; did you mean \"timezone\"?"
    );
    assert_eq!(
        detail(json!({ "voice": { "sped": 1 } })),
        "There is no field \"sped\"; did you mean \"speed\"?"
    );
    assert_eq!(detail(json!({ "colour": "red" })), "There is no field \"colour\".");
    let (at, ..) = only(json!({ "a/b~c": 1 }));
    assert_eq!(at, "/a~1b~0c", "a pointer escapes what it is made of (RFC 6901)");
}

#[test]
fn a_near_name_differs_by_a_third_at_most() {
    let known = ["voice", "model", "call"];
    assert_eq!(closest_match("vioce", known), Some("voice"), "two letters that changed places are one slip");
    assert_eq!(closest_match("calls", known), Some("call"));
    assert_eq!(closest_match("cat", known), None);
    assert_eq!(closest_match("", known), None);
    assert_eq!(closest_match("voice", []), None);
    assert_eq!(closest_match("modal", ["medal", "model"]), Some("medal"), "the first of equals");
}

#[test]
fn a_long_name_is_cut_and_not_compared() {
    let long = "v".repeat(100_000);
    assert_eq!(closest_match(&long, ["voice"]), None);
    let told = unknown_name("field", &long, ["voice"]);
    assert!(told.len() < 100, "{}", told.len());
}

#[test]
fn limits_are_reported_in_sentences() {
    let limits = |min, max| Limits { min, max, ..Limits::default() };
    let lengths = |min_len, max_len| Limits { min_len, max_len, ..Limits::default() };
    let wrong = |limits: Limits, measure| limits.check(measure);
    let told = |text: &str| Some(text.to_owned());
    assert_eq!(
        wrong(limits(Some(0.25), Some(4.0)), Measure::Number(4.01)),
        told("must be from 0.25 to 4, not 4.01")
    );
    assert_eq!(wrong(limits(Some(0.25), Some(4.0)), Measure::Number(4.0)), None);
    assert_eq!(wrong(limits(Some(1.0), None), Measure::Number(0.0)), told("must be at least 1, not 0"));
    assert_eq!(wrong(limits(None, Some(1.0)), Measure::Number(2.0)), told("must be at most 1, not 2"));
    assert_eq!(wrong(lengths(Some(1), None), Measure::Text(0)), told("must not be empty"));
    assert_eq!(
        wrong(lengths(Some(2), None), Measure::Text(1)),
        told("must have at least 2 characters, not 1")
    );
    assert_eq!(
        wrong(lengths(None, Some(2)), Measure::Text(3)),
        told("must have at most 2 characters, not 3")
    );
    let some = |min| Limits { min_items: Some(min), ..Limits::default() };
    assert_eq!(wrong(some(1), Measure::Items(0)), told("must not be empty; omit it, or send null"));
    assert_eq!(wrong(some(2), Measure::Items(1)), told("must have at least 2 items, not 1"));
    assert_eq!(wrong(some(1), Measure::Items(1)), None);
    let few = Limits { max_items: Some(2), ..Limits::default() };
    assert_eq!(wrong(few, Measure::Items(3)), told("must have at most 2 items, not 3"));
    assert_eq!(wrong(few, Measure::Items(2)), None);
    assert_eq!(wrong(few, Measure::Text(9)), None, "a limit of items is none of characters");
    assert_eq!(wrong(limits(Some(1.0), None), Measure::None), None);
}

#[test]
fn characters_are_counted_and_not_bytes() {
    assert!(agent(json!({ "name": "ü".repeat(255) })).is_ok());
    assert_eq!(
        only(json!({ "name": "ü".repeat(256) })).2,
        "/name must have at most 255 characters, not 256."
    );
}

#[test]
fn times_of_day_are_of_24_hours() {
    let meeting = |time: &str| agent(json!({ "tools": [{ "type": "book_meeting", "start_time": time }] }));
    for time in ["00:00", "09:30", "23:59"] {
        assert!(meeting(time).is_ok(), "{time}");
    }
    for time in ["24:00", "9:30", "09:60", "09:30:00", "noon", "", " 9:30", "+9:30"] {
        assert!(meeting(time).is_err(), "{time}");
    }
}

#[test]
fn choices_are_distinct_strings_of_a_string() {
    let detail = |kind: &str, choices: Value| {
        let item = json!({ "name": "mood", "type": kind, "description": "Which.", "choices": choices });
        only(json!({ "analysis": { "extraction": [item] } })).2
    };
    let at = "/analysis/extraction/0/choices";
    assert_eq!(detail("integer", json!(["1"])), format!("{at} is for the type string only."));
    assert_eq!(detail("string", json!([])), format!("{at} must not be empty; omit it, or send null."));
    assert_eq!(detail("string", json!(["a", ""])), format!("{at} must not have an empty item."));
    assert_eq!(detail("string", json!(["a", "a"])), format!("{at} must not have the same item twice."));
    let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
    assert_eq!(detail("string", json!(many)), format!("{at} must have at most 100 items."));
}

#[test]
fn an_ability_that_is_no_tool_is_refused_with_its_field() {
    let detail = |kind: &str| only(json!({ "tools": [{ "type": kind }] })).2;
    assert_eq!(detail("end_call"), "/tools/0/type cannot be end_call: set /ending/hang_up to {} instead.");
    assert_eq!(
        detail("press_digits"),
        "/tools/0/type cannot be press_digits: set /keypad/press_digits to true instead."
    );
}
