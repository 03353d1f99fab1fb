//! The request bodies and reports of QCall, as snapshots for reviewers.

#![cfg(test)]

mod qcall;

use qcall::{account, decoded, desired, facts, observed, planned};
use serde_json::{Map, Value, json};
use switchboard_conformance::OneObject;
use switchboard_core::{
    facts::Facts,
    model::{Agent, Trunk, read},
    plan::{Desired, Handling, Planned, Transition, Translator},
    rule::Part,
};

fn full() -> Value {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
    agent.as_object_mut().unwrap().shift_remove("extensions");
    agent
}

fn extension() -> Value {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
    agent["extensions"]["qcall"].take()
}

/// Returns the full agent without the fields that the vendor refuses.
fn whole() -> Value {
    with(full(), json!({ "transfers": null, "privacy": { "redact": null } }))
}

fn least() -> Value {
    json!({
        "name": "Front desk",
        "direction": "inbound",
        "language": "de-AT",
        "prompt": { "instructions": "Be brief." },
        "voice": { "id": "qm-en-0021" },
    })
}

fn with(mut document: Value, change: Value) -> Value {
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

/// Plans a creation. Returns the whole body and the report.
fn created(desired: &Desired<Agent>) -> Value {
    match planned(&Transition::Create, desired) {
        Ok((body, told)) => with(json!({ "body": body }), told),
        Err(error) => json!({ "refused": error.kind, "violations": error.violations }),
    }
}

/// Plans an update of the vendor's full record, adopted unchanged. Returns the difference between the body
/// and the record.
fn updated(change: Value, extension: Value) -> Value {
    let observed = observed("getAssistant.full_record");
    let before = decoded(&observed).state;
    let document = with(serde_json::to_value(&before.record).unwrap(), change);
    let settings = with(before.extensions["qcall"].clone(), extension);
    let desired = desired(document, settings);
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    match planned(&step, &desired) {
        Ok((body, told)) => with(json!({ "body": difference(&observed, &body) }), told),
        Err(error) => json!({ "refused": error.kind, "violations": error.violations }),
    }
}

/// Returns the members of a record that a body changes, and those that it omits.
fn difference(observed: &Value, body: &Value) -> Value {
    let (observed, body) = (observed.as_object().unwrap(), body.as_object().unwrap());
    let mut changed = body.clone();
    changed.retain(|name, value| observed.get(name) != Some(value));
    let gone: Vec<_> = observed.keys().filter(|name| !body.contains_key(*name)).collect();
    json!({ "changed": changed, "gone": gone })
}

#[test]
fn a_full_agent_is_refused_for_what_must_not_be_lost() {
    insta::assert_json_snapshot!(created(&desired(full(), extension())));
}

#[test]
fn a_full_agent_that_may_lose_something() {
    insta::assert_json_snapshot!(created(&desired(whole(), extension())));
}

#[test]
fn a_minimal_agent() {
    insta::assert_json_snapshot!(created(&desired(least(), json!({}))));
}

#[test]
fn a_voice_that_the_vendor_does_not_list() {
    let document = with(least(), json!({ "language": "en", "voice": { "id": "elsewhere-1" } }));
    insta::assert_json_snapshot!("an_unlisted_voice", created(&desired(document.clone(), json!({}))));
    let document = with(document, json!({ "voice": { "provider": "elevenlabs" } }));
    insta::assert_json_snapshot!("an_unlisted_voice_of_a_provider", created(&desired(document, json!({}))));
}

#[test]
fn values_that_do_not_fit() {
    let document = with(
        least(),
        json!({
            "language": "ar-KW",
            "voice": { "speed": 1.16 },
            "model": { "temperature": 0.2 },
            "turn_taking": { "endpointing_silence_ms": 5000 },
            "call": { "max_duration_s": 601 },
            "silence": { "reprompt_after_s": 7.0004 },
            "audio": { "ambient_sound": "off", "ambient_volume": 0.01 },
        }),
    );
    insta::assert_json_snapshot!(created(&desired(document, json!({}))));
}

#[test]
fn languages_that_the_vendor_does_not_speak() {
    let document = with(least(), json!({ "language": "ar" }));
    insta::assert_json_snapshot!("a_language_that_is_missing", created(&desired(document, json!({}))));
    let document = with(least(), json!({ "additional_languages": ["en", "ja"] }));
    insta::assert_json_snapshot!("another_language_that_is_missing", created(&desired(document, json!({}))));
}

#[test]
fn only_outbound_calls_can_wait_for_the_other_side() {
    let document = with(least(), json!({ "greeting": { "first_speaker": "caller" } }));
    insta::assert_json_snapshot!(created(&desired(document, json!({}))));
}

#[test]
fn opting_out_without_a_script() {
    let document = with(least(), json!({ "opt_out": { "enabled": true } }));
    insta::assert_json_snapshot!(created(&desired(document, json!({}))));
}

#[test]
fn opting_out_of_calls_by_an_assistant_that_had_no_script() {
    let observed = observed("getAssistant.unknown_members");
    assert_eq!((&observed["is_opt_out"], &observed["opt_out_script"]), (&json!(false), &json!("")));
    let before = decoded(&observed).state;
    let mut desired = before.clone();
    desired.record.opt_out.enabled = Some(true);
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let (body, told) = planned(&step, &desired).unwrap();
    insta::assert_json_snapshot!(with(json!({ "body": difference(&observed, &body) }), told));
}

#[test]
fn an_opt_out_that_stays_keeps_a_script() {
    insta::assert_json_snapshot!(updated(json!({ "opt_out": { "script": null } }), json!({})));
}

#[test]
fn a_hook_that_is_switched_on_again() {
    let mut before = decoded(&observed("getAssistant.full_record")).state;
    let mut desired = before.clone();
    before.record.webhook.enabled = Some(false);
    desired.record.webhook.enabled = Some(true);
    let observed = with(observed("getAssistant.full_record"), json!({ "zapier_hook": null }));
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let (body, told) = planned(&step, &desired).unwrap();
    assert_eq!(told["sends"], true);
    let changed =
        json!({ "changed": { "zapier_hook": "https://hooks.example.com/zapier/catch" }, "gone": [] });
    assert_eq!(difference(&observed, &body), changed);
}

#[test]
fn a_hook_that_is_switched_off() {
    let hook = json!({ "webhook": { "url": "https://hooks.example.com/a", "enabled": false } });
    insta::assert_json_snapshot!(created(&desired(with(least(), hook), json!({}))));
}

#[test]
fn a_hook_that_stays_switched_off_is_not_sent_again() {
    let hook = json!({ "webhook": { "url": "https://hooks.example.com/a", "enabled": false } });
    let desired = desired(with(least(), hook), json!({}));
    let (body, told) = planned(&Transition::Create, &desired).unwrap();
    let report = serde_json::from_value(told["report"].clone()).unwrap();
    let step = Transition::Update { before: &desired, observed: Some(&body), previous: Some(&report) };
    assert_eq!(planned(&step, &desired).unwrap().1["sends"], false);
}

#[test]
fn actions_that_the_vendor_cannot_say() {
    let with_days = json!({ "tools": [{ "type": "book_meeting", "days": ["Monday, Tuesday"] }] });
    insta::assert_json_snapshot!(
        "a_day_with_a_comma",
        created(&desired(with(least(), with_days), json!({})))
    );
    let elsewhere = json!({ "tools": [{ "type": "book_meeting", "calendar": "calendly" }] });
    insta::assert_json_snapshot!(
        "a_calendar_elsewhere",
        created(&desired(with(least(), elsewhere), json!({})))
    );
}

#[test]
fn an_update_of_one_field_gives_the_rest_back_as_it_was() {
    insta::assert_json_snapshot!(updated(json!({ "name": "Recall" }), json!({})));
}

#[test]
fn another_voice_brings_its_own_description() {
    insta::assert_json_snapshot!(updated(
        json!({ "voice": { "id": "qm-es-0008", "name": null, "accent": null, "gender": null, "provider": null } }),
        json!({ "voice_data": null })
    ));
}

#[test]
fn other_languages() {
    insta::assert_json_snapshot!(updated(
        json!({ "language": "es", "additional_languages": ["de"] }),
        json!({})
    ));
}

#[test]
fn other_actions_keep_those_that_only_the_vendor_knows() {
    let tools = json!([
        { "type": "send_message", "channel": "template", "template_name": "moved" },
        { "type": "send_message", "channel": "sms", "content": "See you!" },
        { "type": "book_meeting", "calendar": "openBooking", "start_time": "00:15", "end_time": "12:00" },
    ]);
    insta::assert_json_snapshot!(updated(json!({ "tools": tools }), json!({})));
}

#[test]
fn fields_that_are_taken_back() {
    let change = json!({
        "additional_languages": null,
        "prompt": { "goal": null, "company_name": null, "company_website": null },
        "greeting": null,
        "voice": { "model": null, "speed": null, "stability": null, "speaker_boost": null },
        "model": null,
        "turn_taking": null,
        "silence": null,
        "call": null,
        "audio": null,
        "ending": null,
        "opt_out": null,
        "analysis": null,
        "webhook": null,
        "tools": null,
        "knowledge_base_ids": null,
    });
    let settings = json!({
        "voice_note": null, "assistant_image": null, "utterance_length": null, "enable_delay": null,
        "safety_fallback_delay_ms": null, "transcription_start_ms": null, "call_flow": null,
        "generate_call_flow": null, "widget": null, "voice_data": null,
    });
    insta::assert_json_snapshot!(updated(change, settings));
}

#[test]
fn a_change_of_direction_takes_the_first_word_back() {
    let observed = with(observed("getAssistant.full_record"), json!({ "is_wait_start_speech": true }));
    let before = decoded(&observed).state;
    let mut desired = before.clone();
    desired.record.direction = Some(switchboard_core::model::Direction::Inbound);
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let (body, told) = planned(&step, &desired).unwrap();
    insta::assert_json_snapshot!(with(json!({ "body": difference(&observed, &body) }), told));
}

#[test]
fn what_the_full_record_says() {
    let read = decoded(&observed("getAssistant.full_record"));
    assert!(read.unread.is_empty(), "{:?}", read.unread);
    insta::assert_json_snapshot!(json!({ "record": read.state.record, "extensions": read.state.extensions }));
}

#[test]
fn what_the_vendor_can_hold() {
    insta::assert_json_snapshot!(
        "agent_capabilities",
        Translator::new(account().agents(), "qcall").capabilities()
    );
    insta::assert_json_snapshot!(
        "trunk_capabilities",
        Translator::new(account().trunks().unwrap(), "qcall").capabilities()
    );
}

fn trunk(carrier: Value) -> Desired<Trunk> {
    let document = json!({ "name": "Front desk line", "phone_number": "+15550100123", "carrier": carrier });
    Desired { record: read(&document).unwrap(), extensions: Map::new() }
}

fn trunk_plan(step: &Transition<'_, Trunk>, desired: &Desired<Trunk>) -> Value {
    let account = account();
    let trunks = account.trunks().unwrap();
    match Translator::new(trunks, "qcall")
        .with(&Facts::default())
        .plan(step, desired, Handling::Lenient)
        .unwrap()
    {
        Planned::Ready(plan) => {
            let request = trunks.update("c4e81b77", plan.document());
            let body = request.first().unwrap().redacted_body();
            json!({ "body": body, "report": plan.report })
        }
        Planned::NeedsObserved => json!("needs the vendor's document"),
    }
}

#[test]
fn trunks_of_each_carrier() {
    let carriers = [
        ("twilio", json!({ "type": "twilio", "account_sid": "AC0001", "auth_token": "placeholder-token" })),
        ("telnyx", json!({ "type": "telnyx", "connection_id": "1494404757140276705" })),
        (
            "sip",
            json!({ "type": "sip", "termination_uri": "pbx.example.com", "username": "desk", "password": "placeholder-password" }),
        ),
        ("sip_without_account", json!({ "type": "sip", "termination_uri": "pbx.example.com" })),
    ];
    for (name, carrier) in carriers {
        insta::assert_json_snapshot!(
            format!("trunk_{name}"),
            trunk_plan(&Transition::Create, &trunk(carrier))
        );
    }
}

#[test]
fn a_trunk_changes_its_carrier() {
    let before = trunk(json!({ "type": "sip", "termination_uri": "pbx.example.com", "username": "desk" }));
    let desired = trunk(json!({ "type": "telnyx", "connection_id": "1494404757140276705" }));
    let observed = json!({
        "name": "Front desk line", "phone_number": "+15550100123", "dialer_type": "sip", "sid": "",
        "sip_termination_uri": "pbx.example.com", "sip_trunk_user_name": "desk", "sip_channel_limit": 2,
    });
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    insta::assert_json_snapshot!(trunk_plan(&step, &desired));
}

#[test]
fn a_twilio_trunk_whose_token_is_not_known_is_refused() {
    let document = json!({ "type": "twilio", "account_sid": "AC0001", "auth_token": "placeholder-token" });
    let mut desired = trunk(document);
    desired.record.carrier =
        Some(switchboard_core::model::Carrier::Twilio { account_sid: "AC0001".to_owned(), auth_token: None });
    let account = account();
    let planned = Translator::new(account.trunks().unwrap(), "qcall").with(&Facts::default()).plan(
        &Transition::Create,
        &desired,
        Handling::Lenient,
    );
    assert_eq!(planned.unwrap_err().violations.len(), 1);
}

#[test]
fn an_update_needs_what_the_vendor_holds() {
    let before = desired(least(), json!({}));
    let step = Transition::Update { before: &before, observed: None, previous: None };
    let planned = Translator::new(account().agents(), "qcall")
        .with(&facts())
        .plan(&step, &before, Handling::Lenient)
        .unwrap();
    assert!(matches!(planned, Planned::NeedsObserved));
    assert_eq!(account().agents().parts(), Part::REPLACED);
}
