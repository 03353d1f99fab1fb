//! The exchanges for calls with Vapi, tested with given answers.

#![cfg(test)]

use serde_json::{Map, Value, json};
use switchboard_adapter_vapi::FACTORY;
use switchboard_core::{
    call::{AnsweredBy, CallObservation, CallStatus, Dial, EndedReason, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    facts::Facts,
    model::{Direction, read},
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    vendor::{
        Adapter, CallObservations, CallWindow, Destination, Exchange, OperationKey, PlaceCall, Placed, Reply,
        Request,
    },
};

const ASSISTANT: &str = "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a101";
const ID: &str = "d81f2c33-5f1e-4a6f-b0c4-7a2e5d9c0401";
/// A phone number of the organisation, as the documented list has it.
const NUMBER: &str = "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0202";
const MARKER: &str = "call_01k00000000000000000000000";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn answered<T: Send + 'static>(exchange: Exchange<T>, reply: Reply) -> Result<T> {
    match sent(exchange).1(reply)? {
        Exchange::Done(value) => Ok(value),
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
}

fn plan(dial: &Value) -> Result<Plan> {
    let (account, samples) = (account(), FACTORY.samples());
    let facts = &samples[0].facts;
    let rules = account.calls().unwrap().rules();
    let desired = Desired { record: read::<Dial>(dial).unwrap(), extensions: Map::new() };
    match Translator::new(rules, "vapi").with(facts).plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

fn place(body: Value) -> Exchange<Placed> {
    place_with(body, &Value::Null)
}

/// Builds the exchange that dials. `document` is the agent in the vendor's form.
fn place_with(body: Value, document: &Value) -> Exchange<Placed> {
    let (agent, key) = (Parts::root(ASSISTANT), OperationKey::new("op_1"));
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker: MARKER,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document,
    };
    account().calls().unwrap().place(dial).unwrap()
}

/// Returns the request to dial with these members beside the two required ones.
fn dial(members: Value) -> Value {
    let mut dial = json!({ "to": { "phone_number": "+15550100142" }, "from": { "phone_number_id": NUMBER } });
    for (name, value) in members.as_object().unwrap() {
        match dial[name].as_object_mut() {
            Some(held) => held.extend(value.as_object().unwrap().clone()),
            None => dial[name] = value.clone(),
        }
    }
    dial
}

fn body(members: Value) -> Value {
    sent(place(plan(&dial(members)).unwrap().document())).0.document().unwrap().clone()
}

fn refused(members: Value) -> Vec<String> {
    let error = plan(&dial(members)).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss, "{error:?}");
    error.violations.iter().map(|row| json!(row)["pointer"].as_str().unwrap().to_owned()).collect()
}

fn rejected(name: &str) -> Error {
    answered(place(json!({})), fixture(name)).unwrap_err()
}

fn fetched(reply: Reply) -> Option<CallObservation> {
    answered(account().calls().unwrap().fetch(ID).unwrap(), reply).unwrap()
}

fn row(members: Value) -> CallObservation {
    let mut call = json!({ "id": ID, "createdAt": "2026-11-02T09:15:00.000Z" });
    call.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    fetched(Reply::json(200, call)).unwrap()
}

#[test]
fn a_dial_is_one_effect_with_the_assistant_and_the_marker() {
    let (request, _) = sent(place(plan(&dial(json!({}))).unwrap().document()));
    assert_eq!(format!("{request:?}"), "POST /call (place call)");
    assert!(request.is_effect && !request.repeatable);
    assert_eq!(
        request.document().unwrap(),
        &json!({
            "customer": { "number": "+15550100142" }, "phoneNumberId": NUMBER, "assistantId": ASSISTANT, "name": MARKER,
        })
    );
}

#[test]
fn a_dial_carries_the_person_the_variables_and_the_overrides() {
    let body = body(json!({
        "to": { "first_name": "Ann", "last_name": "Weber", "email": "ann@example.com" },
        "variables": { "plan": "gold" },
        "overrides": {
            "greeting": { "message": "Hello Ann.", "first_speaker": "agent", "interruptible": true },
            "voice": { "id": "Elliot", "speed": 1.2 },
            "silence": { "hang_up_after_s": 20 },
            "call": { "max_duration_s": 300 },
        },
    }));
    assert_eq!(
        body["customer"],
        json!({ "number": "+15550100142", "name": "Ann Weber", "email": "ann@example.com" })
    );
    assert_eq!(
        body["assistantOverrides"],
        json!({
            "variableValues": { "plan": "gold" },
            "firstMessage": "Hello Ann.", "firstMessageMode": "assistant-speaks-first", "firstMessageInterruptionsEnabled": true,
            "voice": { "provider": "vapi", "voiceId": "Elliot", "speed": 1.2 },
            "silenceTimeoutSeconds": 20, "maxDurationSeconds": 300,
        })
    );
}

#[test]
fn a_dial_needs_a_phone_number_to_call_from() {
    let error = plan(&json!({ "to": { "phone_number": "+15550100142" } })).unwrap_err();
    assert_eq!(
        (error.kind, json!(error.violations)[0]["pointer"].clone()),
        (Kind::FieldRequired, json!("/from/phone_number_id"))
    );
}

#[test]
fn overrides_that_need_the_agents_own_settings_are_refused() {
    assert_eq!(
        refused(json!({ "overrides": {
            "greeting": { "generated": false },
            "silence": { "reprompts": ["Hello?"] }, "transfers": [{ "phone_number": "+15550100199" }],
        } })),
        ["/overrides/greeting/generated", "/overrides/silence/reprompts", "/overrides/transfers"]
    );
    assert_eq!(
        refused(json!({ "overrides": { "voice": { "id": "Elliot", "speed": 3 } } })),
        ["/overrides/voice/speed"]
    );
    assert_eq!(refused(json!({ "trunk_id": "trk_1" })), ["/trunk_id"]);
}

/// Returns the assistant overrides of a dial with these overrides, for an agent with this document.
fn overridden(overrides: Value, agent: Value) -> Value {
    let plan = plan(&dial(json!({ "overrides": overrides }))).unwrap();
    let account = account();
    assert!(account.calls().unwrap().needs_agent(&plan.document()));
    let request = sent(place_with(plan.document(), &agent)).0;
    request.document().unwrap()["assistantOverrides"].clone()
}

#[test]
fn an_override_is_sent_with_the_settings_that_the_vendor_requires_beside_it() {
    let agent = json!({
        "model": {
            "model": "openai/gpt-4.1", "temperature": 0.4, "messages": [{ "role": "system", "content": "Be kind." }],
            "tools": [{ "type": "endCall" }],
        },
        "transcriber": { "provider": "azure", "language": "en" },
        "voice": { "provider": "11labs", "voiceId": "sarah", "model": "eleven_flash_v2_5", "stability": 0.4 },
    });
    let instructed = overridden(json!({ "prompt": { "instructions": "Be brief." } }), agent.clone());
    let messages = json!([{ "role": "system", "content": "Be brief." }]);
    assert_eq!(
        instructed,
        json!({ "model": { "provider": "openai", "model": "gpt-4.1", "messages": messages } }),
        "the vendor keeps the tools and the temperature"
    );
    let spoken = overridden(json!({ "language": "de", "voice": { "speed": 1.1 } }), agent.clone());
    assert_eq!(
        spoken,
        json!({
            "transcriber": { "provider": "azure", "language": "de-DE" },
            "voice": { "provider": "11labs", "voiceId": "sarah", "model": "eleven_flash_v2_5", "language": "de", "speed": 1.1 },
        })
    );
    let own = json!({ "model": { "endpoint": {
        "url": "https://llm.northwind.example", "model": "desk-1", "headers": { "Authorization": "Bearer hush" },
    } } });
    let endpoint = overridden(json!({ "prompt": { "instructions": "Be brief." } }), own);
    assert_eq!(
        endpoint["model"],
        json!({ "provider": "custom-llm", "url": "https://llm.northwind.example", "model": "desk-1", "messages": messages })
    );
}

#[test]
fn a_name_that_is_too_long_is_reported_and_left_out() {
    let plan =
        plan(&dial(json!({ "to": { "first_name": "A".repeat(30), "last_name": "B".repeat(10) } }))).unwrap();
    assert_eq!(json!(plan.report.row("/to/last_name").unwrap().verdict), "unsupported");
    assert!(plan.report.row("/to/first_name").is_none());
    assert_eq!(plan.document()["customer"]["name"], "A".repeat(30));
}

#[test]
fn the_answer_to_a_dial_has_the_id() {
    let placed = answered(place(json!({})), fixture("placeCall.placed")).unwrap();
    assert_eq!(placed.remote_id.as_deref(), Some(ID));
    let seen = placed.observation.unwrap();
    assert_eq!((seen.status, seen.marker.as_deref()), (Some(CallStatus::Queued), Some(MARKER)));
    assert_eq!(seen.cost, None);
}

#[test]
fn failures_of_a_dial_say_whether_anybody_is_called() {
    for (name, kind, outcome) in [
        ("placeCall.id_missing", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("placeCall.answer_is_text", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("placeCall.number_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("placeCall.assistant_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("placeCall.too_many_calls", Kind::VendorThrottled, Outcome::Throttled),
        ("placeCall.key_refused", Kind::VendorAuthFailed, Outcome::Rejected),
        ("placeCall.throttled", Kind::VendorThrottled, Outcome::Throttled),
        ("placeCall.down", Kind::VendorUnavailable, Outcome::Ambiguous),
    ] {
        let error = rejected(name);
        assert_eq!((error.kind, error.vendor.unwrap().outcome), (kind, outcome), "{name}");
    }
}

#[test]
fn a_refused_value_is_named_in_the_terms_of_the_dial() {
    let account = account();
    let translator = Translator::new(account.calls().unwrap().rules(), "vapi");
    let named = |name| {
        let error = translator.map_vendor_fields(rejected(name));
        error
            .violations
            .iter()
            .map(|row| json!(row)["pointer"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(named("placeCall.not_e164"), ["/to/phone_number", "/overrides/voice/id"]);
    assert_eq!(named("placeCall.number_unknown"), ["/from/phone_number_id"]);
}

#[test]
fn a_refused_dial_says_what_the_account_lacks() {
    let account = account();
    let translator = Translator::new(account.calls().unwrap().rules(), "vapi");
    let refused = |status: u16, message: &str| {
        let reply =
            Reply::json(status, json!({ "message": message, "error": "Bad Request", "statusCode": status }));
        let error = answered(place(json!({})), reply).unwrap_err();
        let error = translator.map_vendor_fields(error);
        let pointers: Vec<_> = error.violations.iter().map(|row| json!(row)["pointer"].clone()).collect();
        assert_eq!(error.vendor.unwrap().outcome, Outcome::Rejected, "{message}");
        (error.kind, pointers)
    };
    let from = || vec![json!("/from/phone_number_id")];
    let daily = "Couldn't Start Call. Numbers Bought On Vapi Have A Daily Outbound Call Limit.";
    assert_eq!(refused(400, daily), (Kind::VendorQuotaExhausted, from()));
    let abroad = "Free Vapi numbers do not support international calls.";
    assert_eq!(refused(400, abroad), (Kind::VendorRejected, from()));
    let credits = "call.start.error-subscription-insufficient-credits";
    assert_eq!(refused(403, credits), (Kind::VendorQuotaExhausted, vec![]));
    assert_eq!(refused(403, "Forbidden resource"), (Kind::VendorAuthFailed, vec![]));
}

#[test]
fn an_ended_call_is_read_whole() {
    let seen = fetched(fixture("getCall.ended")).unwrap();
    assert_eq!(
        (seen.status, seen.ended_reason),
        (Some(CallStatus::Ended), Some(EndedReason::CustomerHungUp))
    );
    assert_eq!(seen.peer.unwrap().as_str(), "+15550100142");
    assert_eq!(seen.direction, Some(Direction::Outbound));
    assert_eq!(seen.agent.unwrap().remote_id.as_deref(), Some(ASSISTANT));
    assert_eq!(json!(seen.duration), 93.5);
    assert_eq!(json!(seen.cost), json!({ "amount": "0.1421", "currency": "USD", "unit": "currency" }));
    assert_eq!((seen.analysis.success, seen.analysis.summary.as_deref()), (Some(true), Some("Ann renewed.")));
    assert_eq!(json!(seen.analysis.values), json!({ "renewal": { "renewed": true }, "term": "two years" }));
    assert_eq!(json!(seen.recording), json!({ "state": "available", "url": null }));
    let transcript = seen.transcript.unwrap();
    let segments = transcript.segments().unwrap();
    let speakers: Vec<_> = segments.iter().map(|segment| segment.speaker).collect();
    assert_eq!(
        speakers,
        [TranscriptSpeaker::Customer, TranscriptSpeaker::Agent],
        "no instructions, no tools"
    );
    assert_eq!(segments[0].start_s, Some(0.9));
    assert_eq!(fetched(fixture("getCall.unknown")), None);
}

#[test]
fn every_status_has_a_meaning_and_another_word_is_kept() {
    for (word, status) in [
        ("scheduled", CallStatus::Queued),
        ("queued", CallStatus::Queued),
        ("ringing", CallStatus::Ringing),
        ("in-progress", CallStatus::InProgress),
        ("forwarding", CallStatus::InProgress),
        ("ended", CallStatus::Ended),
        ("not-found", CallStatus::Ended),
        ("deletion-failed", CallStatus::Ended),
    ] {
        assert_eq!(row(json!({ "status": word })).status, Some(status), "{word}");
    }
    let seen = row(json!({ "status": "parked" }));
    assert!(seen.has_unknown_status());
    assert_eq!(seen.vendor_status.as_deref(), Some("parked"));
    for (word, reason) in [
        ("assistant-ended-call", EndedReason::AgentHungUp),
        ("assistant-forwarded-call", EndedReason::Transferred),
        (
            "call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable",
            EndedReason::NoAnswer,
        ),
        ("call.in-progress.error-providerfault-outbound-sip-403-forbidden", EndedReason::Blocked),
        ("call.in-progress.error-providerfault-outbound-sip-503-service-unavailable", EndedReason::Failed),
        ("pipeline-error-openai-llm-failed", EndedReason::Failed),
        ("call.start.error-subscription-frozen", EndedReason::Account),
    ] {
        assert_eq!(
            row(json!({ "status": "ended", "endedReason": word })).ended_reason,
            Some(reason),
            "{word}"
        );
    }
}

#[test]
fn strange_members_state_nothing() {
    let seen = row(json!({
        "status": 7, "type": [], "customer": [], "cost": "0.5", "analysis": [], "artifact": { "messages": {}, "recording": [] },
        "startedAt": "soon", "name": "renewal 4711", "monitor": null, "endedReason": {},
    }));
    let plain = row(json!({}));
    assert_eq!(seen, plain);
}

fn window() -> CallWindow {
    CallWindow::since("2026-11-02T09:00:00Z".parse().unwrap(), "2026-11-02T10:00:00Z".parse().unwrap())
}

fn query(request: &Request) -> Vec<(&'static str, &str)> {
    request.query.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Returns a full page of calls that were created in these milliseconds of one minute.
fn page(times: impl Iterator<Item = usize>) -> Reply {
    let row =
        |time| json!({ "id": format!("c-{time}"), "createdAt": format!("2026-11-02T09:15:00.{time:03}Z") });
    Reply::json(200, times.map(row).collect())
}

fn look(mut replies: impl Iterator<Item = Reply>) -> (CallObservations, Vec<Request>) {
    let mut exchange = account().calls().unwrap().recent(&window()).unwrap();
    let mut requests = Vec::new();
    loop {
        let (request, read) = match exchange {
            Exchange::Done(found) => return (found, requests),
            exchange => sent(exchange),
        };
        requests.push(request);
        exchange = read(replies.next().unwrap()).unwrap();
    }
}

#[test]
fn a_look_leaves_out_calls_without_a_telephone() {
    let (found, requests) = look([fixture("listCalls.all")].into_iter());
    assert!(found.is_complete);
    assert_eq!(query(&requests[0]), [("limit", "50"), ("createdAtGe", "2026-11-02T09:00:00Z")]);
    let inbound = &found.rows[1];
    assert_eq!((found.rows.len(), inbound.direction), (2, Some(Direction::Inbound)));
    assert_eq!(
        (inbound.answered_by, inbound.ended_reason),
        (Some(AnsweredBy::Machine), Some(EndedReason::Voicemail))
    );
    assert_eq!(json!(inbound.analysis.values), json!({ "successEvaluation": "7" }));
    assert_eq!(inbound.observed_at, window().now);
    let analysis = json!({ "structuredData": { "successEvaluation": "Ulm" }, "successEvaluation": "7" });
    let call = json!([{ "id": ID, "analysis": analysis }]);
    let (found, _) = look([Reply::json(200, call)].into_iter());
    let values = json!(found.rows[0].analysis.values);
    assert_eq!(values, json!({ "successEvaluation": "Ulm" }), "a data point keeps its value");
    let of_agent = window().with_agent(ASSISTANT);
    let (request, _) = sent(account().calls().unwrap().recent(&of_agent).unwrap());
    assert!(query(&request).contains(&("assistantId", ASSISTANT)));
}

#[test]
fn a_look_follows_the_pages_in_either_order() {
    let (found, requests) = look([page((150..200).rev()), page((110..=150).rev())].into_iter());
    assert_eq!((found.rows.len(), found.is_complete), (90, true));
    assert_eq!(
        query(&requests[1])[1..],
        [("createdAtGe", "2026-11-02T09:00:00Z"), ("createdAtLe", "2026-11-02T09:15:00.150Z")]
    );
    let (found, requests) = look([page(100..150), page(149..190)].into_iter());
    assert_eq!((found.rows.len(), found.is_complete), (90, true));
    assert_eq!(query(&requests[1])[1..], [("createdAtGe", "2026-11-02T09:15:00.149Z")]);
}

#[test]
fn a_look_ends_at_a_page_that_repeats_and_after_twenty_five_pages() {
    let (found, requests) = look(std::iter::repeat_with(|| page(100..150)));
    assert_eq!((found.is_complete, requests.len(), found.rows.len()), (false, 2, 50));
    let (found, requests) = look((0..).map(|number| page(number..number + 50)));
    assert_eq!((found.is_complete, requests.len()), (false, 25));
}

#[test]
fn a_live_call_is_ended_at_its_own_url() {
    let hang_up = || sent(account().calls().unwrap().hang_up(ID).unwrap());
    let (request, read) = hang_up();
    assert_eq!(format!("{request:?}"), "GET /call/d81f2c33-5f1e-4a6f-b0c4-7a2e5d9c0401 (read call)");
    let (request, read) = sent(read(fixture("getCall.connected")).unwrap());
    let Destination::Granted(url) = &request.to else { panic!("a granted URL was expected") };
    let account = account();
    assert!(!url.find_in(account.allowed_hosts()).unwrap().is_signed());
    assert_eq!(request.document().unwrap(), &json!({ "type": "end-call" }));
    assert!(request.repeatable && matches!(read(fixture("controlCall.ended")), Ok(Exchange::Done(()))));
    for over in ["getCall.ended", "getCall.unknown"] {
        let error = hang_up().1(fixture(over)).err().expect("nothing is ended");
        assert!(error.means_gone(), "{error:?}");
    }
    let (_, read) = sent(hang_up().1(fixture("getCall.connected")).unwrap());
    let error = read(fixture("controlCall.over")).err().expect("nothing is ended");
    assert!(error.means_gone(), "{error:?}");
    for (status, kind) in [
        ("in-progress", Kind::CapabilityLoss),
        ("ringing", Kind::CapabilityLoss),
        ("queued", Kind::VendorRejected),
        ("scheduled", Kind::VendorRejected),
    ] {
        let error = hang_up().1(Reply::json(200, json!({ "id": ID, "status": status }))).err().unwrap();
        assert_eq!((error.kind, error.means_gone()), (kind, false), "{status}");
    }
}

#[test]
fn a_control_url_of_another_host_is_not_followed() {
    let account = account();
    for url in ["https://evil-vapi.ai/control", "http://x.vapi.ai/control", "https://vapi.ai.example/control"]
    {
        let call = json!({ "id": ID, "status": "in-progress", "monitor": { "controlUrl": url } });
        let (request, _) =
            sent(sent(account.calls().unwrap().hang_up(ID).unwrap()).1(Reply::json(200, call)).unwrap());
        let Destination::Granted(url) = &request.to else { panic!("a granted URL was expected") };
        assert!(url.find_in(account.allowed_hosts()).is_err(), "{url}");
    }
}

#[test]
fn an_erasure_is_done_when_the_vendor_no_longer_has_the_data() {
    let account = account();
    let erase = || account.calls().unwrap().erase(ID).unwrap();
    answered(erase(), fixture("deleteCall.unknown")).unwrap();
    let later = answered(erase(), fixture("deleteCall.not_yet")).unwrap_err();
    assert_eq!(later.kind, Kind::VendorUnavailable);
    let (request, read) = sent(erase());
    assert_eq!(format!("{request:?}"), format!("DELETE /call/{ID} (delete call)"));
    let (request, read) = sent(read(fixture("deleteCall.deleted")).unwrap());
    assert_eq!(format!("{request:?}"), format!("GET /call/{ID} (read call)"));
    let error = read(fixture("getCall.ended")).err().expect("the call still has its transcript");
    let message = error.vendor.unwrap().message.unwrap();
    assert_eq!((error.kind, message.contains("still has")), (Kind::VendorUnavailable, true), "{message}");
    for erased in [fixture("getCall.unknown"), Reply::json(200, json!({ "id": ID, "status": "ended" }))] {
        let (_, read) = sent(sent(erase()).1(fixture("deleteCall.deleted")).unwrap());
        assert!(matches!(read(erased), Ok(Exchange::Done(()))));
    }
}

#[test]
fn a_recording_is_read_with_the_key() {
    let account = account();
    let calls = account.calls().unwrap();
    let recording = calls.recording(ID).unwrap();
    assert_eq!(
        (format!("{recording:?}"), recording.accept),
        (format!("GET /call/{ID}/mono-recording (read recording)"), Some("audio/*"))
    );
    assert!(calls.transcript(ID).is_none());
}

#[test]
fn no_debug_form_shows_a_person() {
    let seen = fetched(fixture("getCall.ended"));
    let placed = answered(place(json!({})), fixture("placeCall.placed")).unwrap();
    let shown = format!("{seen:?} {placed:?} {:?}", rejected("placeCall.not_e164"));
    for secret in ["15550100142", "Ann", "Weber", "Hello"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
