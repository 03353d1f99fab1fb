//! The exchanges for calls with OpenCX, tested with given answers.

#![cfg(test)]

use serde_json::{Map, Value, json};
use switchboard_adapter_opencx::FACTORY;
use switchboard_core::{
    call::{CallObservation, CallStatus, Dial, EndedReason, Transcript, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    facts::Facts,
    model::read,
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    vendor::{
        Adapter, Binary, CallObservations, CallWindow, Exchange, OperationKey, PlaceCall, Placed, Reply,
        Request,
    },
};

const AGENT: &str = "2f8d6b1c-4e07-4a93-9c5d-b80e71f3a246";
const SESSION: &str = "0f4e6a2c-93d1-4b7e-8c55-1a2b3c4d5e03";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn done<T>(exchange: Exchange<T>) -> T {
    match exchange {
        Exchange::Done(value) => value,
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

/// Runs an exchange that needs one answer.
fn answered<T: Send + 'static>(exchange: Exchange<T>, reply: Reply) -> Result<T> {
    sent(exchange).1(reply).map(done)
}

fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn plan(dial: Value) -> Result<Plan> {
    let account = account();
    let desired = Desired { record: read::<Dial>(&dial).unwrap(), extensions: Map::new() };
    let samples = FACTORY.samples();
    let translator = Translator::new(account.calls().unwrap().rules(), "opencx").with(&samples[0].facts);
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

fn place(body: Value) -> Exchange<Placed> {
    let (agent, key) = (Parts::root(AGENT), OperationKey::new("op_1"));
    let marker = "call_01k00000000000000000000000";
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document: &Value::Null,
    };
    account().calls().unwrap().place(dial).unwrap()
}

fn refused(name: &str) -> Error {
    answered(place(json!({})), fixture(&format!("placeCall.{name}"))).unwrap_err()
}

fn window() -> CallWindow {
    CallWindow::since("2026-11-02T09:00:00Z".parse().unwrap(), "2026-11-02T10:00:00Z".parse().unwrap())
}

fn look() -> Exchange<CallObservations> {
    account().calls().unwrap().recent(&window()).unwrap()
}

fn fetched(name: &str) -> Option<CallObservation> {
    answered(account().calls().unwrap().fetch(SESSION).unwrap(), fixture(name)).unwrap()
}

fn transcript() -> Exchange<Option<Transcript>> {
    account().calls().unwrap().transcript(SESSION).unwrap()
}

#[test]
fn a_dial_is_one_effect_from_the_number_of_the_agent() {
    let plan = plan(json!({ "to": { "phone_number": "+15550100123" } })).unwrap();
    let (request, read) = sent(place(plan.document()));
    assert_eq!(format!("{request:?}"), format!("POST /phone/{AGENT}/call (place call)"));
    assert!(request.is_effect && !request.repeatable);
    assert_eq!(request.document(), Some(&json!({ "contact": { "phone_number": "+15550100123" } })));
    assert_eq!(done(read(fixture("placeCall.placed")).unwrap()), Placed::default());
}

#[test]
fn the_settings_of_an_agent_are_options_of_a_call() {
    let plan = plan(json!({
        "to": { "phone_number": "+15550100123" },
        "overrides": {
            "language": "de",
            "prompt": { "instructions": "Be brief." },
            "greeting": { "message": "Good morning.", "first_speaker": "caller" },
            "voice": { "id": "TxErUhYT25MQSG3MlH4A", "speed": 1.1 },
            "silence": { "reprompt_after_s": 8, "reprompts": ["Hello?", "Still there?"], "max_reprompts": 2, "hang_up_after_s": 30 },
            "call": { "max_duration_s": 300 },
            "transfers": [{ "phone_number": "+15550100124" }],
            "analysis": { "emotions": true },
        },
    }));
    let options = json!({
        "language": "de", "base_prompt": "Be brief.", "initial_message": "Good morning.", "speaks_first": "user-speaks-first",
        "elevenlabs_voice_id": "TxErUhYT25MQSG3MlH4A", "voice_speed": 1.1, "awaiting_response_timeout": 8,
        "awaiting_response_messages": "Hello?,Still there?", "awaiting_response_max_spoken_count": 2,
        "wait_time_before_ending_call": 30, "call_max_duration": 300, "handoff_phone_number": "+15550100124",
        "emotion_recognition": true,
    });
    assert_eq!(plan.unwrap().document()["options"], options);
}

#[test]
fn what_a_call_cannot_have_is_refused() {
    for (field, value) in [
        ("from", json!({ "phone_number_id": "97" })),
        ("trunk_id", json!("trk_1")),
        ("variables", json!({ "order": "17" })),
        ("overrides", json!({ "greeting": { "generated": true } })),
    ] {
        let mut dial = json!({ "to": { "phone_number": "+15550100123" } });
        dial[field] = value;
        assert_eq!(plan(dial).unwrap_err().kind, Kind::CapabilityLoss, "{field}");
    }
    let named = plan(json!({ "to": { "phone_number": "+15550100123", "first_name": "Ann" } })).unwrap();
    assert!(named.report.row("/to/first_name").is_some(), "a lost name is reported");
}

#[test]
fn a_refused_dial_differs_from_one_whose_result_is_not_known() {
    let meaning = |error: Error| (error.kind, error.vendor.unwrap().outcome);
    assert_eq!(meaning(refused("agent_unknown")), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(meaning(refused("key_refused")), (Kind::VendorAuthFailed, Outcome::Rejected));
    assert_eq!(meaning(refused("throttled")), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(meaning(refused("broken")), (Kind::VendorUnavailable, Outcome::Ambiguous));
    let page = Reply::binary(200, Binary::new("text/html", "<html>Log in</html>"));
    let error = answered(place(json!({})), page).unwrap_err();
    assert_eq!(meaning(error), (Kind::VendorProtocolError, Outcome::Ambiguous));
    let account = account();
    let fields = |name: &str| {
        let translator = Translator::new(account.calls().unwrap().rules(), "opencx");
        json!(translator.map_vendor_fields(refused(name)).violations[0])["pointer"].clone()
    };
    assert_eq!(fields("number_refused"), "/to/phone_number");
    assert_eq!(fields("setting_refused"), "/overrides/voice/speed");
}

#[test]
fn a_conversation_is_read_as_a_call() {
    let call = fetched("getSession.handed_off").unwrap();
    assert_eq!((call.remote_id.as_str(), call.status), (SESSION, Some(CallStatus::Ended)));
    assert_eq!(call.ended_reason, Some(EndedReason::Transferred));
    assert_eq!(call.peer.as_ref().map(|number| number.as_str()), Some("+15550100123"));
    assert_eq!((call.direction, &call.agent), (None, &None), "the vendor returns neither");
    assert_eq!(call.times.begun_at.unwrap().exact(), Some("2026-11-02T09:15:00Z".parse().unwrap()));
    assert_eq!(call.analysis.sentiment.as_deref(), Some("neutral"));
    assert_eq!(call.analysis.summary.as_deref(), Some("The customer asked for a person."));
    let shown = format!("{call:?}");
    assert!(!shown.contains("15550100123") && !shown.contains("asked for"), "{shown}");

    assert_eq!(fetched("getSession.open").unwrap().status, Some(CallStatus::InProgress));
    assert!(fetched("getSession.unknown_status").unwrap().has_unknown_status());
    let unknown = answered(account().calls().unwrap().fetch(SESSION).unwrap(), fixture("getSession.unknown"));
    assert!(unknown.unwrap_err().means_gone());
}

#[test]
fn conversations_are_listed_by_channel_and_status() {
    let (request, read) = sent(look());
    assert_eq!(format!("{request:?}"), "GET /chat/sessions (list calls)");
    assert_eq!(request.query, [("channel_type", "phone_voice".to_owned())]);
    let (request, read) = sent(read(fixture("listSessions.first_page")).unwrap());
    assert_eq!(request.query[1], ("cursor", "page-2".to_owned()));
    let found = done(read(fixture("listSessions.last_page")).unwrap());
    assert_eq!((found.rows.len(), found.is_complete), (2, true));
    assert_eq!(found.rows[0].observed_at, window().now);

    let (request, _) = sent(account().calls().unwrap().recent(&window().live()).unwrap());
    assert_eq!(request.query[1], ("status", "open".to_owned()));
    let rows = answered(look(), fixture("listSessions.other_channels")).unwrap().rows;
    assert_eq!(rows.len(), 1, "a conversation of another channel is no call");
    let words = answered(look(), fixture("listSessions.every_status")).unwrap().rows;
    let reasons: Vec<_> = words.iter().map(|call| call.ended_reason).collect();
    assert_eq!(reasons, [None, Some(EndedReason::Completed), Some(EndedReason::Transferred)]);
}

/// Reads the list with the pages that `page` returns, and counts the requests.
fn looked(page: impl Fn(usize) -> Value) -> (CallObservations, usize) {
    let mut exchange = look();
    for number in 0.. {
        exchange = sent(exchange).1(Reply::json(200, page(number))).unwrap();
        if exchange.first().is_none() {
            return (done(exchange), number + 1);
        }
    }
    unreachable!("the numbers do not end");
}

fn page(number: usize, times: [&str; 2], next: Option<usize>) -> Value {
    let row =
        |index: usize, time: &str| json!({ "id": format!("s{}", number * 2 + index), "created_at": time });
    let items = [row(0, times[0]), row(1, times[1])];
    json!({ "items": items, "next": next.map(|next| format!("page-{next}")) })
}

#[test]
fn a_list_is_read_until_its_order_shows_that_the_window_is_covered() {
    let falling =
        [["2026-11-02T09:50:00Z", "2026-11-02T09:40:00Z"], ["2026-11-02T09:30:00Z", "2026-11-02T08:59:59Z"]];
    let (found, pages) = looked(|number| page(number, falling[number], Some(number + 1)));
    assert_eq!((found.rows.len(), found.is_complete, pages), (4, true, 2));
    let rising = ["2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z"];
    let (found, pages) = looked(|number| page(number, rising, (number < 3).then_some(number + 1)));
    assert_eq!((found.rows.len(), found.is_complete, pages), (8, true, 4));
}

#[test]
fn a_list_without_an_end_is_not_complete() {
    let same = ["2026-11-02T09:50:00Z"; 2];
    let (found, pages) = looked(|_| page(0, same, Some(1)));
    assert_eq!((found.rows.len(), found.is_complete, pages), (2, false, 2));
    let (found, pages) = looked(|number| page(number, same, Some(number + 1)));
    assert_eq!((found.is_complete, pages), (false, 100));
}

#[test]
fn a_transcript_has_the_messages_in_the_order_of_their_times() {
    let (request, read) = sent(transcript());
    assert_eq!(format!("{request:?}"), format!("GET /chat/sessions/{SESSION}/history (read transcript)"));
    let (request, read) = sent(read(fixture("listSessionHistory.first_page")).unwrap());
    assert_eq!(request.query, [("cursor", "2".to_owned())]);
    let transcript = done(read(fixture("listSessionHistory.last_page")).unwrap()).unwrap();
    let segments = transcript.segments().unwrap();
    let speakers: Vec<_> = segments.iter().map(|segment| segment.speaker).collect();
    let expected = [TranscriptSpeaker::Agent, TranscriptSpeaker::Customer, TranscriptSpeaker::HumanAgent];
    assert_eq!(speakers, expected);
    assert_eq!(segments[0].at, Some("2026-11-02T09:15:02Z".parse().unwrap()));
}

#[test]
fn a_conversation_without_messages_has_no_transcript() {
    assert!(answered(transcript(), fixture("listSessionHistory.empty")).unwrap().is_none());
    assert!(answered(transcript(), fixture("listSessionHistory.unknown")).unwrap_err().means_gone());
    let again = || Reply::json(200, json!({ "items": [], "next": "page-1" }));
    let exchange = sent(transcript()).1(again()).unwrap();
    let error = sent(exchange).1(again()).err().unwrap();
    assert_eq!(error.kind, Kind::VendorProtocolError, "a history that leads back to an earlier page");
}

#[test]
fn the_vendor_neither_ends_nor_erases_a_call() {
    let account = account();
    let calls = account.calls().unwrap();
    assert!(calls.hang_up(SESSION).is_none() && calls.erase(SESSION).is_none());
    assert!(calls.recording(SESSION).is_none());
}

#[test]
fn a_message_that_cannot_be_read_keeps_the_whole_transcript_as_text() {
    let message = |content: Value| json!({ "event": { "type": "message", "sender": { "type": "ai" }, "content": content } });
    let history = |content: Value| {
        let items = json!([message(json!({ "type": "text", "text": "Hello?" })), message(content)]);
        answered(transcript(), Reply::json(200, json!({ "items": items, "next": null }))).unwrap().unwrap()
    };
    let unread = history(json!({ "type": "audio", "url": "https://audio.example.com/1" }));
    assert!(unread.segments().is_none());
    assert!(
        unread.text().contains("Hello?") && unread.text().contains("audio.example.com"),
        "{}",
        unread.text()
    );
    assert_eq!(history(json!({ "type": "text", "text": " " })).segments().unwrap().len(), 1);
}

#[test]
fn a_conversation_that_began_late_may_have_changed_early() {
    // The list is in the order of the last changes, and the page happens to be in the order of the beginnings too.
    let row = |id: &str, created: &str, updated: &str| json!({ "id": id, "created_at": created, "updated_at": updated });
    let first = json!([
        row("s1", "2026-11-02T09:30:00Z", "2026-11-02T09:50:00Z"),
        row("s2", "2026-11-01T09:00:00Z", "2026-11-02T09:40:00Z"),
    ]);
    let second = json!([row("s3", "2026-11-02T09:20:00Z", "2026-11-02T09:30:00Z")]);
    let (_, read) = sent(account().calls().unwrap().recent(&window()).unwrap());
    let (_, read) = sent(read(Reply::json(200, json!({ "items": first, "next": "2" }))).unwrap());
    let found = done(read(Reply::json(200, json!({ "items": second, "next": null }))).unwrap());
    assert_eq!((found.rows.len(), found.is_complete), (3, true));
}
