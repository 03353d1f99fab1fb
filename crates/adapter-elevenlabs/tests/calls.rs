//! The calls of ElevenLabs, tested with given answers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_core::{
    call::{
        AnsweredBy, CallObservation, CallStatus, CostUnit, Dial, EndedReason, RecordingState,
        TranscriptSpeaker,
    },
    error::{InputLocation, Kind, Outcome, Result},
    facts::{CatalogueKind, Facts},
    model::{Direction, read},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    vendor::{Adapter, CallWindow, Exchange, Method, OperationKey, PlaceCall, Placed, Reply, Request},
};

const MARKER: &str = "call_01k00000000000000000000000";
const ID: &str = "conv_4m6p8r0t2v4x6z8b0d2f4h6k8n";
const OVERRIDES: &str = "/conversation_initiation_client_data/conversation_config_override";

fn account(settings: &Value) -> Box<dyn Adapter> {
    let mut all = json!({ "api_key": "placeholder-key-0001" });
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    (FACTORY.build)(all).unwrap()
}

fn plain() -> Box<dyn Adapter> {
    account(&json!({}))
}

fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(plain().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn done<T>(exchange: Exchange<T>) -> T {
    match exchange {
        Exchange::Done(value) => value,
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

/// Returns the vendor's phone numbers.
fn facts() -> Facts {
    let (_, read) = sent(plain().catalogue(CatalogueKind::PHONE_NUMBERS).unwrap());
    Facts::default().with(CatalogueKind::PHONE_NUMBERS, done(read(fixture("listPhoneNumbers.all")).unwrap()))
}

fn plan(settings: &Value, dial: &Value) -> Result<Plan> {
    let (account, facts) = (account(settings), facts());
    let desired: Desired<Dial> = Desired { record: read(dial).unwrap(), extensions: Default::default() };
    let translator = Translator::new(account.calls().unwrap().rules(), "elevenlabs").with(&facts);
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("nothing is observed before a dial"),
    }
}

fn to_ann(from: &str) -> Value {
    json!({
        "to": { "phone_number": "+15550100101", "first_name": "Ann", "last_name": "Lang", "email": "ann@example.com" },
        "from": { "phone_number_id": from },
        "variables": { "order": "17" },
    })
}

fn place(body: Value) -> Result<Exchange<Placed>> {
    place_with(&json!({}), body)
}

fn place_with(settings: &Value, body: Value) -> Result<Exchange<Placed>> {
    let agent = Parts::NONE.with("agent", PartState::new("agent_1"));
    let (key, facts) = (OperationKey::new("0198"), facts());
    plain().calls().unwrap().place(PlaceCall {
        agent: &agent,
        body,
        marker: MARKER,
        key: &key,
        facts: &facts,
        settings,
        document: &Value::Null,
    })
}

#[test]
fn a_placeholder_without_a_value_is_refused_before_the_call() {
    let body = plan(&json!({}), &to_ann("phnum_4101k0")).unwrap().document().clone();
    let settings = json!({
        "name": "{{brand}}",
        "prompt": { "instructions": "Order {{order}} of {{ customer_name }}, at {{system__time}}. {{}} {{not a name}}" },
        "greeting": { "message": "Hello {{title}}!" },
        "tools": [{ "http": { "url": "https://example.com/{{shop}}" } }],
    });
    let refused = place_with(&settings, body.clone()).err().unwrap();
    let at = |place: &str| (Kind::FieldRequired, InputLocation::Pointer(place.to_owned()));
    let found: Vec<_> = refused.violations.iter().map(|wrong| (wrong.code, wrong.location.clone())).collect();
    assert_eq!(found, [at("/variables/shop"), at("/variables/title")], "{refused}");
    assert!(refused.violations[1].detail.contains("/greeting/message"), "{refused}");
    let mut given = body;
    let values = &mut given["conversation_initiation_client_data"]["dynamic_variables"];
    values["title"] = json!("Dr");
    values["shop"] = json!("north");
    place_with(&settings, given).unwrap();
}

#[test]
fn a_dial_is_one_request_to_the_provider_of_the_number() {
    for (number, path) in [
        ("phnum_4101k0", "v1/convai/twilio/outbound-call"),
        ("phnum_4102k0", "v1/convai/sip-trunk/outbound-call"),
    ] {
        let plan = plan(&json!({}), &to_ann(number)).unwrap();
        let (request, read) = sent(place(plan.document().clone()).unwrap());
        assert_eq!((request.method, request.path().join("/").as_str()), (Method::Post, path));
        assert!(request.is_effect && !request.repeatable);
        let expected = json!({
            "agent_id": "agent_1",
            "agent_phone_number_id": number,
            "to_number": "+15550100101",
            "conversation_initiation_client_data": {
                "user_id": MARKER,
                "dynamic_variables": { "customer_name": "Ann Lang", "email": "ann@example.com", "order": "17" },
            },
        });
        assert_eq!(request.document(), Some(&expected));
        assert_eq!(done(read(fixture("placeCall.placed")).unwrap()).remote_id.as_deref(), Some(ID));
    }
}

#[test]
fn the_called_person_is_sent_as_variables_and_reported() {
    let report = plan(&json!({}), &to_ann("phnum_4101k0")).unwrap().report;
    let row = |field: &str| report.row(field).map(|row| (row.verdict.name(), row.sent.clone()));
    assert_eq!(row("/to/first_name"), Some(("substituted", Some(json!("Ann")))));
    assert_eq!(row("/to/last_name"), Some(("substituted", Some(json!("Ann Lang")))));
    assert_eq!(row("/to/email"), Some(("substituted", Some(json!("ann@example.com")))));
    assert_eq!(row("/variables"), None, "the variables are sent as they are");
}

#[test]
fn a_variable_of_the_dial_replaces_the_name_and_the_report_says_so() {
    let mut dial = to_ann("phnum_4101k0");
    dial["variables"] = json!({ "customer_name": "Dr Weber" });
    let plan = plan(&json!({}), &dial).unwrap();
    let variables = &plan.document()["conversation_initiation_client_data"]["dynamic_variables"];
    assert_eq!(variables, &json!({ "customer_name": "Dr Weber", "email": "ann@example.com" }));
    for field in ["/to/first_name", "/to/last_name"] {
        assert_eq!(plan.report.row(field).unwrap().verdict.name(), "unsupported", "{field}");
    }
}

#[test]
fn a_number_to_call_from_is_required() {
    let error = plan(&json!({}), &json!({ "to": { "phone_number": "+15550100101" } })).unwrap_err();
    assert_eq!(error.kind, Kind::FieldRequired);
    let Err(error) = place(json!({ "to_number": "+15550100101", "agent_phone_number_id": "phnum_gone" }))
    else {
        panic!("the provider of the number is not known")
    };
    assert_eq!((error.kind, error.vendor.is_none()), (Kind::FieldRequired, true));
    assert_eq!(json!(error.violations[0])["pointer"], "/from/phone_number_id");
}

#[test]
fn overrides_are_refused_unless_the_agents_allow_them() {
    let mut dial = to_ann("phnum_4101k0");
    dial["overrides"] = json!({
        "language": "de",
        "prompt": { "instructions": "Ask for the order." },
        "greeting": { "message": "Hello Ann." },
        "voice": { "id": "pM7kQ2wX9zR4tY6uI8oA", "speed": 1.1 },
        "call": { "max_duration_s": 120 },
    });
    let error = plan(&json!({}), &dial).unwrap_err();
    assert_eq!((error.kind, error.violations.len()), (Kind::CapabilityLoss, 6));
    let plan = plan(&json!({ "call_overrides": "allowed" }), &dial).unwrap();
    assert_eq!(
        plan.document().pointer(OVERRIDES),
        Some(&json!({
            "agent": { "language": "de", "first_message": "Hello Ann.", "prompt": { "prompt": "Ask for the order." } },
            "tts": { "voice_id": "pM7kQ2wX9zR4tY6uI8oA", "speed": 1.1 },
            "conversation": { "max_duration_seconds": 120 },
        }))
    );
}

#[test]
fn an_agent_that_waits_gets_an_empty_greeting() {
    let allowed = json!({ "call_overrides": "allowed" });
    let mut dial = to_ann("phnum_4101k0");
    dial["overrides"] = json!({ "greeting": { "first_speaker": "caller" } });
    let waits = plan(&allowed, &dial).unwrap();
    assert_eq!(waits.document().pointer(OVERRIDES), Some(&json!({ "agent": { "first_message": "" } })));
    dial["overrides"] = json!({ "greeting": { "first_speaker": "agent" } });
    assert_eq!(plan(&allowed, &dial).unwrap_err().kind, Kind::CapabilityLoss);
}

#[test]
fn an_override_that_equals_the_fixed_behaviour_of_the_vendor_sends_nothing() {
    for settings in [json!({}), json!({ "call_overrides": "allowed" })] {
        let mut dial = to_ann("phnum_4101k0");
        let bare = plan(&settings, &dial).unwrap();
        dial["overrides"] = json!({ "greeting": { "generated": false } });
        let same = plan(&settings, &dial).unwrap();
        assert_eq!(same.document(), bare.document(), "{settings}");
        assert!(same.report.row("/overrides/greeting/generated").is_none(), "the value is exact: {settings}");
        dial["overrides"] = json!({ "greeting": { "generated": true } });
        assert_eq!(plan(&settings, &dial).unwrap_err().kind, Kind::CapabilityLoss, "{settings}");
    }
}

#[test]
fn overrides_without_a_place_are_refused() {
    for overrides in [
        json!({ "silence": { "hang_up_after_s": 20 } }),
        json!({ "greeting": { "interruptible": false } }),
        json!({ "transfers": [{ "phone_number": "+15550100199" }] }),
        json!({ "voice": { "speed": 2.0 } }),
    ] {
        let mut dial = to_ann("phnum_4101k0");
        dial["overrides"] = overrides.clone();
        let result = plan(&json!({ "call_overrides": "allowed" }), &dial);
        match overrides["voice"].is_null() {
            true => assert_eq!(result.unwrap_err().kind, Kind::CapabilityLoss, "{overrides}"),
            false => {
                let report = result.unwrap().report;
                assert_eq!(report.row("/overrides/voice/speed").unwrap().verdict.name(), "clamped");
            }
        }
    }
}

#[test]
fn every_failed_dial_states_whether_the_call_was_placed() {
    for (name, kind, outcome) in [
        ("carrier_refused", Kind::VendorRejected, Outcome::Rejected),
        ("id_missing", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("answer_is_text", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("down", Kind::VendorUnavailable, Outcome::Ambiguous),
        ("broken", Kind::VendorUnavailable, Outcome::Ambiguous),
        ("throttled", Kind::VendorThrottled, Outcome::Throttled),
        ("no_credits", Kind::VendorQuotaExhausted, Outcome::Rejected),
        ("no_credits_older", Kind::VendorQuotaExhausted, Outcome::Rejected),
        ("key_refused", Kind::VendorAuthFailed, Outcome::Rejected),
        ("agent_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("number_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("number_missing", Kind::VendorRejected, Outcome::Rejected),
    ] {
        let (_, read) = sent(place(json!({ "agent_phone_number_id": "phnum_4101k0" })).unwrap());
        let Err(error) = read(fixture(&format!("placeCall.{name}"))) else { panic!("{name} is a failure") };
        let failure = error.vendor.as_deref().unwrap();
        assert_eq!((error.kind, failure.outcome), (kind, outcome), "{name}");
        assert!(!format!("{error:?}").contains("0100108"), "{name}: no phone number is shown");
        let field = failure.fields.first().map(|(field, _)| field.as_str());
        let expected = match name {
            "number_unknown" => Some("/agent_phone_number_id"),
            "number_missing" => Some("/to_number"),
            _ => None,
        };
        assert_eq!(field, expected, "{name}");
    }
}

fn call(name: &str) -> CallObservation {
    let (request, read) = sent(plain().calls().unwrap().fetch("a/b").unwrap());
    let path = ["v1", "convai", "conversations", "a/b"].map(Into::into);
    assert_eq!((request.method, request.path()), (Method::Get, &path[..]));
    done(read(fixture(name)).unwrap()).unwrap()
}

#[test]
fn a_call_that_is_done_has_everything() {
    let call = call("getConversation.done");
    assert_eq!((call.remote_id.as_str(), call.marker.as_deref()), (ID, Some(MARKER)));
    assert_eq!((call.status, call.ended_reason), (Some(CallStatus::Ended), Some(EndedReason::AgentHungUp)));
    assert_eq!(call.direction, Some(Direction::Outbound));
    assert_eq!(call.peer.as_ref().unwrap().as_str(), "+15550100101");
    assert_eq!(call.own.as_ref().unwrap().as_str(), "+4930123456");
    assert_eq!(json!(call.duration), json!(47));
    let cost = call.cost.as_ref().unwrap();
    assert_eq!((cost.amount(), cost.currency()), ("0.0641", Some("USD")));
    assert_eq!(call.analysis.success, Some(true));
    assert_eq!(json!(call.analysis.values), json!({ "is_emergency": false }));
    assert_eq!(call.recording.as_ref().unwrap().state, RecordingState::Available);
    assert!(call.is_final && !call.is_excerpt);
    let transcript = call.transcript.as_ref().unwrap();
    let turns = transcript.segments().unwrap();
    assert_eq!(turns.len(), 3, "a step of a tool is not spoken");
    assert_eq!((turns[1].speaker, turns[1].start_s), (TranscriptSpeaker::Customer, Some(4.0)));
    let shown = format!("{call:?}");
    assert!(!shown.contains("+15550100101") && !shown.contains("appointment"), "{shown}");
}

#[test]
fn a_call_shows_what_the_vendor_knows_so_far() {
    let live = call("getConversation.in_progress");
    assert_eq!((live.status, live.ended_reason), (Some(CallStatus::InProgress), None));
    assert!(
        live.duration.is_none()
            && live.cost.is_none()
            && live.transcript.is_none()
            && live.recording.is_none()
    );
    let over = call("getConversation.processing");
    assert_eq!(over.status, Some(CallStatus::Ended));
    assert!(!over.is_final && over.analysis.is_empty() && over.transcript.is_some());
    let failed = call("getConversation.failed");
    assert_eq!((failed.ended_reason, failed.is_final), (Some(EndedReason::Failed), true));
    assert_eq!(failed.recording.unwrap().state, RecordingState::None);
    let voicemail = call("getConversation.voicemail");
    assert_eq!(voicemail.ended_reason, Some(EndedReason::Voicemail));
    assert_eq!(voicemail.answered_by, Some(AnsweredBy::Machine));
    let cost = voicemail.cost.unwrap();
    assert_eq!((cost.amount(), cost.unit()), ("312", CostUnit::Credits));
}

#[test]
fn strange_members_state_nothing() {
    let call = call("getConversation.unknown_status");
    assert!(call.has_unknown_status() && call.peer.is_none() && call.transcript.is_none());
    assert_eq!(call.vendor_status.as_deref(), Some("rescheduled"));
    assert!(call.times.begun_at.is_some(), "a number in a string is a number");
}

#[test]
fn a_call_that_the_vendor_does_not_have_is_gone() {
    let (_, read) = sent(plain().calls().unwrap().fetch(ID).unwrap());
    let Err(error) = read(fixture("getConversation.unknown")) else { panic!("there is no such call") };
    assert!(error.means_gone());
    for name in ["getConversation.id_missing", "getConversation.answer_is_array"] {
        let (_, read) = sent(plain().calls().unwrap().fetch(ID).unwrap());
        let Err(error) = read(fixture(name)) else { panic!("{name} is no call") };
        assert_eq!(error.kind, Kind::VendorProtocolError);
    }
}

#[test]
fn the_reason_follows_from_the_vendors_text() {
    for (text, status, reason) in [
        ("end_call tool was called.", "done", EndedReason::AgentHungUp),
        ("Call ended by remote party", "done", EndedReason::CustomerHungUp),
        ("Client disconnected: 1005", "done", EndedReason::CustomerHungUp),
        ("Voicemail detected", "done", EndedReason::Voicemail),
        ("transfer_to_number tool was called", "done", EndedReason::Transferred),
        ("Transfer to the number failed", "failed", EndedReason::Failed),
        ("The transfer failed", "done", EndedReason::Completed),
        ("Ended after inactivity", "done", EndedReason::Silence),
        ("Maximum call duration reached", "done", EndedReason::MaxDuration),
        ("The model's quota was exceeded", "done", EndedReason::Completed),
        ("", "done", EndedReason::Completed),
        ("", "failed", EndedReason::Failed),
    ] {
        let row = json!({
            "conversation_id": ID, "direction": "outbound", "status": status, "termination_reason": text,
        });
        let page = json!({ "conversations": [row], "has_more": false });
        let window = CallWindow::since(
            "2026-11-01T00:00:00Z".parse().unwrap(),
            "2026-11-30T00:00:00Z".parse().unwrap(),
        );
        let (_, read) = sent(plain().calls().unwrap().recent(&window).unwrap());
        let rows = done(read(Reply::json(200, page)).unwrap()).rows;
        assert_eq!(rows[0].ended_reason, Some(reason), "{text:?}");
    }
}

#[test]
fn a_look_follows_the_pages_and_skips_what_is_no_phone_call() {
    let (since, now) = ("2026-11-19T00:00:00Z".parse().unwrap(), "2026-11-20T00:00:00Z".parse().unwrap());
    let window = CallWindow::since(since, now).with_marker(MARKER).with_agent("agent_1");
    let (request, read) = sent(plain().calls().unwrap().recent(&window).unwrap());
    let query = |request: &Request, name| {
        request.query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    assert_eq!(query(&request, "call_start_after_unix"), Some((since.as_second() - 1).to_string()));
    assert_eq!(query(&request, "user_id").as_deref(), Some(MARKER));
    assert_eq!(query(&request, "agent_id").as_deref(), Some("agent_1"));
    let (request, read) = sent(read(fixture("listConversations.first_page")).unwrap());
    assert_eq!(query(&request, "cursor").as_deref(), Some("cursor-2"));
    let seen = done(read(fixture("listConversations.last_page")).unwrap());
    let rows: Vec<_> = seen.rows.iter().map(|row| (row.remote_id.as_str(), row.status.unwrap())).collect();
    assert_eq!(rows, [(ID, CallStatus::Ended), ("conv_5n7q9s1u3w5y7a9c1e3g5j7l9p", CallStatus::Queued)]);
    assert!(seen.is_complete && seen.rows.iter().all(|row| row.is_excerpt && row.observed_at == now));
}

#[test]
fn a_look_ends_although_the_list_does_not() {
    let window =
        CallWindow::since("2026-11-19T00:00:00Z".parse().unwrap(), "2026-11-20T00:00:00Z".parse().unwrap());
    let begin = || plain().calls().unwrap().recent(&window).unwrap();
    let page = |cursor: &str| {
        Reply::json(200, json!({ "conversations": [], "has_more": true, "next_cursor": cursor }))
    };
    let (_, read) = sent(begin());
    let (_, read) = sent(read(page("one")).unwrap());
    assert!(!done(read(page("one")).unwrap()).is_complete, "the list leads back to the same page");
    let (mut exchange, mut pages) = (begin(), 0);
    let seen = loop {
        let (_, read) = sent(exchange);
        pages += 1;
        match read(page(&pages.to_string())).unwrap() {
            Exchange::Done(seen) => break seen,
            next => exchange = next,
        }
    };
    assert_eq!((pages, seen.is_complete), (20, false));
    let (_, read) = sent(begin());
    assert!(read(fixture("listConversations.cursor_missing")).is_err());
}

#[test]
fn a_call_is_erased_once_or_twice() {
    let (request, read) = sent(plain().calls().unwrap().erase(ID).unwrap());
    assert_eq!((request.method, request.repeatable), (Method::Delete, true));
    done(read(fixture("deleteConversation.deleted")).unwrap());
    for (name, is_gone) in [
        ("deleteConversation.unknown", true),
        ("deleteConversation.down", false),
        ("deleteConversation.answer_is_text", false),
    ] {
        let (_, read) = sent(plain().calls().unwrap().erase(ID).unwrap());
        let Err(error) = read(fixture(name)) else { panic!("{name} is no success") };
        assert_eq!(error.means_gone(), is_gone, "{name}");
    }
}

#[test]
fn the_recording_needs_the_key_and_no_call_can_be_ended() {
    let request = plain().calls().unwrap().recording(ID).unwrap();
    assert_eq!(request.path().join("/"), format!("v1/convai/conversations/{ID}/audio"));
    assert_eq!(request.accept, Some("audio/*"));
    assert!(plain().calls().unwrap().hang_up(ID).is_none());
}
