//! The exchanges for calls with Retell, tested with given answers.

#![cfg(test)]

use serde_json::{Map, Value, json};
use switchboard_adapter_retell::FACTORY;
use switchboard_core::{
    call::{AnsweredBy, CallObservation, CallStatus, Dial, EndedReason, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    facts::Facts,
    model::{Direction, read},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    vendor::{
        Adapter, CallObservations, CallWindow, Exchange, OperationKey, PlaceCall, Placed, Reply, Request,
    },
};

const AGENT: &str = "agent_0f1e2d3c4b5a69788796a5b4c3";
const ID: &str = "call_5a6b7c8d9e0f1a2b3c4d5e6f7a";
/// A phone number of the workspace, as the documented list has it.
const NUMBER: &str = "+4930901820";
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

/// Plans a dial with these members beside the two required ones.
fn plan(members: Value) -> Result<Plan> {
    let mut dial = json!({ "to": { "phone_number": "+15550100142" }, "from": { "phone_number_id": NUMBER } });
    for (name, value) in members.as_object().unwrap() {
        match dial[name].as_object_mut() {
            Some(held) => held.extend(value.as_object().unwrap().clone()),
            None => dial[name] = value.clone(),
        }
    }
    let (account, samples) = (account(), FACTORY.samples());
    let rules = account.calls().unwrap().rules();
    let desired = Desired { record: read::<Dial>(&dial).unwrap(), extensions: Map::new() };
    let translator = Translator::new(rules, "retell").with(&samples[0].facts);
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

fn place_at(agent: PartState, body: Value) -> Exchange<Placed> {
    let (agent, key) = (Parts::NONE.with("agent", agent), OperationKey::new("op_1"));
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker: MARKER,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document: &Value::Null,
    };
    account().calls().unwrap().place(dial).unwrap()
}

fn place(body: Value) -> Exchange<Placed> {
    place_at(PartState::new(AGENT).at_version("3"), body)
}

fn body(members: Value) -> Value {
    sent(place(plan(members).unwrap().document())).0.document().unwrap().clone()
}

fn rejected(name: &str) -> Error {
    answered(place(json!({})), fixture(name)).unwrap_err()
}

fn fetched(reply: Reply) -> Option<CallObservation> {
    answered(account().calls().unwrap().fetch(ID).unwrap(), reply).unwrap()
}

fn row(members: Value) -> CallObservation {
    let mut call = json!({ "call_id": ID });
    call.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    fetched(Reply::json(200, call)).unwrap()
}

#[test]
fn a_dial_is_one_effect_with_the_agents_version_the_marker_and_a_key() {
    let (request, _) = sent(place(plan(json!({})).unwrap().document()));
    assert_eq!(format!("{request:?}"), "POST /v2/create-phone-call (place call)");
    assert!(request.is_effect && !request.repeatable);
    assert_eq!(
        request.document().unwrap(),
        &json!({
            "to_number": "+15550100142", "from_number": NUMBER,
            "override_agent_id": AGENT, "override_agent_version": 3,
            "metadata": { "switchboard_call_id": MARKER }, "idempotency_key": "op_1-call-create",
        })
    );
    let (request, _) = sent(place_at(PartState::new(AGENT), json!({})));
    assert_eq!(request.document().unwrap()["override_agent_version"], "latest_published");
}

#[test]
fn a_dial_without_an_agent_sends_nothing() {
    let (agent, key) = (Parts::NONE, OperationKey::new("op_1"));
    let dial = PlaceCall {
        agent: &agent,
        body: json!({}),
        marker: MARKER,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document: &Value::Null,
    };
    assert_eq!(account().calls().unwrap().place(dial).err().unwrap().kind, Kind::Internal);
}

#[test]
fn the_called_person_becomes_variables_unless_the_dial_has_them() {
    let person = json!({ "first_name": "Ann", "last_name": "Weber", "email": "ann@example.com" });
    let dial = body(json!({ "to": person, "variables": { "plan": "gold" } }));
    assert_eq!(
        dial["retell_llm_dynamic_variables"],
        json!({ "customer_name": "Ann Weber", "email": "ann@example.com", "plan": "gold" })
    );
    let dial = body(json!({ "to": person, "variables": { "customer_name": "Dr. Weber" } }));
    assert_eq!(
        dial["retell_llm_dynamic_variables"],
        json!({ "customer_name": "Dr. Weber", "email": "ann@example.com" })
    );
    let replaced = plan(json!({ "to": person, "variables": { "email": "office@example.com" } })).unwrap();
    assert_eq!(json!(replaced.report.row("/to/email").unwrap().verdict), "unsupported");
    let plan = plan(json!({ "to": person })).unwrap();
    for field in ["/to/first_name", "/to/last_name", "/to/email"] {
        assert_eq!(json!(plan.report.row(field).unwrap().verdict), "substituted", "{field}");
    }
}

#[test]
fn a_dial_carries_overrides_in_both_parts() {
    let dial = body(json!({ "overrides": {
        "language": "de-DE", "prompt": { "instructions": "Be brief." },
        "greeting": { "message": "Hello Ann.", "first_speaker": "agent", "delay_s": 1 },
        "voice": { "id": "cartesia-Cimo", "speed": 1.2 },
        "silence": { "reprompt_after_s": 5, "max_reprompts": 2, "hang_up_after_s": 20 },
        "call": { "max_duration_s": 300 },
    } }));
    assert_eq!(
        dial["agent_override"],
        json!({
            "agent": {
                "language": ["de-DE"], "begin_message_delay_ms": 1000, "voice_id": "cartesia-Cimo", "voice_speed": 1.2,
                "reminder_trigger_ms": 5000, "reminder_max_count": 2, "end_call_after_silence_ms": 20000,
                "max_call_duration_ms": 300_000,
            },
            "retell_llm": { "general_prompt": "Be brief.", "begin_message": "Hello Ann.", "start_speaker": "agent" },
        })
    );
}

#[test]
fn overrides_that_would_lose_settings_of_the_agent_are_refused() {
    let error = plan(json!({ "trunk_id": "trk_1", "overrides": {
        "greeting": { "generated": true, "interruptible": false }, "silence": { "reprompts": ["Hello?"] },
        "transfers": [{ "phone_number": "+15550100199" }], "analysis": { "emotions": true },
    } }))
    .unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
    let at: Vec<_> = error.violations.iter().map(|row| json!(row)["pointer"].clone()).collect();
    assert_eq!(
        at,
        [
            "/trunk_id",
            "/overrides/greeting/generated",
            "/overrides/greeting/interruptible",
            "/overrides/silence/reprompts",
            "/overrides/transfers",
            "/overrides/analysis/emotions"
        ]
    );
}

#[test]
fn the_answer_to_a_dial_has_the_id() {
    let placed = answered(place(json!({})), fixture("placeCall.placed")).unwrap();
    assert_eq!(placed.remote_id.as_deref(), Some(ID));
    let seen = placed.observation.unwrap();
    assert_eq!((seen.status, seen.marker.as_deref()), (Some(CallStatus::Queued), Some(MARKER)));
}

#[test]
fn failures_of_a_dial_say_whether_anybody_is_called() {
    for (name, kind, outcome) in [
        ("placeCall.id_missing", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("placeCall.answer_is_list", Kind::VendorProtocolError, Outcome::Ambiguous),
        ("placeCall.number_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("placeCall.agent_unknown", Kind::VendorRejected, Outcome::Rejected),
        ("placeCall.not_e164", Kind::VendorRejected, Outcome::Rejected),
        ("placeCall.trial_ended", Kind::VendorQuotaExhausted, Outcome::Rejected),
        ("placeCall.no_identity_check", Kind::VendorAuthFailed, Outcome::Rejected),
        ("placeCall.key_refused", Kind::VendorAuthFailed, Outcome::Rejected),
        ("placeCall.throttled", Kind::VendorThrottled, Outcome::Throttled),
        ("placeCall.down", Kind::VendorUnavailable, Outcome::Ambiguous),
    ] {
        let error = rejected(name);
        assert!(!error.means_gone(), "{name} is not about the call");
        assert_eq!((error.kind, error.vendor.unwrap().outcome), (kind, outcome), "{name}");
    }
}

#[test]
fn a_refused_value_is_named_in_the_terms_of_the_dial() {
    let account = account();
    let translator = Translator::new(account.calls().unwrap().rules(), "retell");
    for (name, field) in
        [("placeCall.not_e164", "/to/phone_number"), ("placeCall.number_unknown", "/from/phone_number_id")]
    {
        let error = translator.map_vendor_fields(rejected(name));
        assert_eq!(json!(error.violations)[0]["pointer"], field, "{name}");
    }
}

#[test]
fn an_ended_call_is_read_whole() {
    let seen = fetched(fixture("getCall.ended")).unwrap();
    assert_eq!(
        (seen.status, seen.ended_reason),
        (Some(CallStatus::Ended), Some(EndedReason::CustomerHungUp))
    );
    assert_eq!((seen.peer.unwrap().as_str(), seen.own.unwrap().as_str()), ("+15550100142", "+15550100701"));
    let agent = seen.agent.unwrap();
    assert_eq!((agent.remote_id.as_deref(), agent.name.as_deref()), (Some(AGENT), Some("Renewals outbound")));
    assert_eq!(seen.times.begun_at, None, "the vendor returns no time of the dial");
    assert_eq!(seen.times.answered_at.unwrap().exact().unwrap().as_millisecond(), 1_793_697_309_000);
    assert_eq!(json!(seen.duration), 93.5);
    assert_eq!(json!(seen.cost), json!({ "amount": "0.124", "currency": "USD", "unit": "currency" }));
    assert_eq!((seen.analysis.success, seen.analysis.sentiment.as_deref()), (Some(true), Some("Positive")));
    assert_eq!(json!(seen.analysis.values), json!({ "renewed": true, "reason": "none" }));
    assert_eq!(
        json!(seen.recording),
        json!({ "state": "available", "url": "https://recordings.example.net/call_5a6b.wav" })
    );
    let transcript = seen.transcript.unwrap();
    let segments: Vec<_> =
        transcript.segments().unwrap().iter().map(|segment| (segment.speaker, segment.start_s)).collect();
    assert_eq!(segments, [(TranscriptSpeaker::Customer, Some(0.9)), (TranscriptSpeaker::Agent, Some(2.1))]);
}

#[test]
fn a_redacted_call_is_read_only_without_personal_data() {
    let raw = json!({
        "call_status": "ended", "data_storage_setting": "everything_except_pii",
        "recording_url": "https://recordings.example.net/raw.wav", "transcript": "User: I am Ann Weber.",
        "transcript_object": [{ "role": "user", "content": "I am Ann Weber." }],
    });
    let seen = row(raw.clone());
    assert_eq!((seen.recording, seen.transcript), (None, None), "they are pending");
    let mut scrubbed = raw;
    scrubbed["scrubbed_recording_url"] = json!("https://recordings.example.net/scrubbed.wav");
    scrubbed["scrubbed_transcript_with_tool_calls"] = json!([
        { "role": "user", "content": "I am [PERSON]." },
        { "role": "tool_call_result", "tool_call_id": "1", "content": "{}" },
    ]);
    let seen = row(scrubbed);
    assert_eq!(json!(seen.recording)["url"], "https://recordings.example.net/scrubbed.wav");
    let transcript = seen.transcript.unwrap();
    let said: Vec<_> = transcript.segments().unwrap().iter().map(|segment| segment.text.as_str()).collect();
    assert_eq!(said, ["I am [PERSON]."]);
}

#[test]
fn a_call_without_reprompts_has_a_maximum_of_0() {
    let dial = body(json!({ "overrides": { "silence": { "reprompt_after_s": 0 } } }));
    let sent = json!({ "reminder_trigger_ms": 3_600_002, "reminder_max_count": 0 });
    assert_eq!(dial["agent_override"]["agent"], sent);
}

#[test]
fn a_call_that_never_connected_has_no_recording() {
    let seen = fetched(fixture("getCall.not_connected")).unwrap();
    assert_eq!((seen.status, seen.ended_reason), (Some(CallStatus::Ended), Some(EndedReason::NoAnswer)));
    assert_eq!(json!(seen.recording)["state"], "none");
    assert_eq!(seen.times.answered_at, None);
    for unknown in ["getCall.unknown", "getCall.unknown_in_older_words"] {
        assert_eq!(fetched(fixture(unknown)), None, "{unknown}");
    }
}

#[test]
fn every_status_and_reason_has_a_meaning_and_another_status_is_kept() {
    for (word, status) in [
        ("registered", CallStatus::Queued),
        ("ongoing", CallStatus::InProgress),
        ("ended", CallStatus::Ended),
        ("not_connected", CallStatus::Ended),
        ("error", CallStatus::Ended),
    ] {
        assert_eq!(row(json!({ "call_status": word })).status, Some(status), "{word}");
    }
    assert_eq!(row(json!({ "call_status": "error" })).ended_reason, Some(EndedReason::Failed));
    let seen = row(json!({ "call_status": "parked" }));
    assert_eq!((seen.has_unknown_status(), seen.vendor_status.as_deref()), (true, Some("parked")));
    for (word, reason) in [
        ("user_hangup", EndedReason::CustomerHungUp),
        ("agent_hangup", EndedReason::AgentHungUp),
        ("transfer_bridged", EndedReason::Transferred),
        ("call_take_over", EndedReason::TakenOver),
        ("voicemail_reached", EndedReason::Voicemail),
        ("ivr_reached", EndedReason::Ivr),
        ("inactivity", EndedReason::Silence),
        ("max_duration_reached", EndedReason::MaxDuration),
        ("error_user_not_joined", EndedReason::NoAnswer),
        ("dial_busy", EndedReason::Busy),
        ("user_declined", EndedReason::Declined),
        ("invalid_destination", EndedReason::InvalidNumber),
        ("network_blocked", EndedReason::Blocked),
        ("manual_stopped", EndedReason::Canceled),
        ("no_concurrency_fallback", EndedReason::LimitReached),
        ("credit_exhausted", EndedReason::Account),
        ("user_requested_dnc", EndedReason::OptedOut),
        ("user_requested_callback", EndedReason::CallbackRequested),
        ("error_llm_websocket_open", EndedReason::Failed),
    ] {
        let seen = row(json!({ "call_status": "ended", "disconnection_reason": word }));
        assert_eq!(seen.ended_reason, Some(reason), "{word}");
    }
}

#[test]
fn strange_members_state_nothing() {
    let seen = row(json!({
        "call_status": 7, "direction": [], "metadata": [], "call_cost": "0.5", "call_analysis": [], "transcript_object": {},
        "start_timestamp": "soon", "duration_ms": null, "disconnection_reason": {}, "recording_url": 1, "from_number": {},
    }));
    assert_eq!(seen, row(json!({})));
}

fn window() -> CallWindow {
    CallWindow::since("2026-11-02T09:00:00Z".parse().unwrap(), "2026-11-02T10:00:00Z".parse().unwrap())
}

fn page(id: usize, started: Option<i64>, key: Option<String>) -> Reply {
    let row = json!({ "call_id": format!("c-{id}"), "call_status": "ended", "start_timestamp": started });
    Reply::json(200, json!({ "items": [row], "has_more": true, "pagination_key": key }))
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
fn a_look_reads_the_newest_calls_by_telephone() {
    let (found, requests) = look([fixture("listCalls.all")].into_iter());
    assert_eq!((found.rows.len(), found.is_complete), (3, true));
    assert!(found.rows.iter().all(|row| row.is_excerpt && row.observed_at == window().now));
    let inbound = &found.rows[2];
    assert_eq!(
        (inbound.direction, inbound.answered_by),
        (Some(Direction::Inbound), Some(AnsweredBy::Machine))
    );
    assert_eq!(inbound.peer.as_ref().unwrap().as_str(), "+15550100143");
    assert_eq!((inbound.times.begun_at, &inbound.analysis.sentiment), (inbound.times.answered_at, &None));
    assert!(requests[0].is_read && requests[0].repeatable && !requests[0].is_effect);
    assert_eq!(
        requests[0].document().unwrap(),
        &json!({
            "filter_criteria": { "call_type": { "type": "enum", "op": "in", "value": ["phone_call"] } },
            "sort_order": "descending", "limit": 200,
        })
    );
    let narrow = window().with_agent(AGENT).with_marker(MARKER);
    let (request, _) = sent(account().calls().unwrap().recent(&narrow).unwrap());
    let filters = &request.document().unwrap()["filter_criteria"];
    assert_eq!(filters["agent"], json!([{ "agent_id": AGENT }]));
    assert_eq!(
        filters["metadata"],
        json!([{ "key": "switchboard_call_id", "type": "string", "op": "eq", "value": MARKER }])
    );
}

#[test]
fn a_look_ends_at_a_call_before_the_window() {
    let since = window().since.as_millisecond();
    let key = |number: usize| Some(format!("k{number}"));
    let (found, requests) = look(
        [page(1, Some(since + 1), key(1)), page(2, None, key(2)), page(3, Some(since - 1), key(3))]
            .into_iter(),
    );
    assert_eq!((found.rows.len(), found.is_complete), (3, true));
    assert_eq!(requests[1].document().unwrap()["pagination_key"], "k1");
}

#[test]
fn a_look_ends_at_a_repeated_key_a_missing_key_an_empty_page_and_after_twenty_pages() {
    let (found, requests) = look(std::iter::repeat_with(|| page(1, None, Some("k1".to_owned()))));
    assert_eq!((found.rows.len(), found.is_complete, requests.len()), (1, false, 2));
    let (found, requests) = look([page(1, None, None)].into_iter());
    assert_eq!((found.is_complete, requests.len()), (false, 1));
    let empty =
        Reply::json(200, json!({ "items": [], "has_more": true, "pagination_key": "k1", "total": 9 }));
    let (found, requests) = look([empty].into_iter());
    assert_eq!((found.is_complete, requests.len()), (false, 1));
    let (found, requests) = look((0..).map(|number| page(number, None, Some(format!("k{number}")))));
    assert_eq!((found.rows.len(), found.is_complete, requests.len()), (20, false, 20));
}

#[test]
fn a_call_is_ended_and_erased_and_both_may_be_repeated() {
    let account = account();
    let calls = account.calls().unwrap();
    let stop = |stopped: Reply| {
        let (request, read) = sent(calls.hang_up(ID).unwrap());
        assert_eq!(format!("{request:?}"), format!("GET /v2/get-call/{ID} (read call)"));
        let (request, read) = sent(read(fixture("getCall.live")).unwrap());
        assert_eq!(format!("{request:?}"), format!("POST /v2/stop-call/{ID} (end call)"));
        assert!(request.repeatable && request.body.is_none());
        read(stopped)
    };
    assert!(matches!(stop(fixture("stopCall.stopped")), Ok(Exchange::Done(()))));
    for refusal in ["stopCall.not_live", "stopCall.unknown"] {
        let error = stop(fixture(refusal)).err().expect("the call ended before the request");
        assert!(error.means_gone(), "{error:?}");
    }
    let refused = stop(fixture("stopCall.refused")).err().unwrap();
    assert_eq!((refused.kind, refused.means_gone()), (Kind::VendorRejected, false));
    for done in ["deleteCall.deleted", "deleteCall.unknown"] {
        answered(calls.erase(ID).unwrap(), fixture(done)).unwrap();
    }
    let down = answered(calls.erase(ID).unwrap(), fixture("deleteCall.down")).unwrap_err();
    assert_eq!(down.kind, Kind::VendorUnavailable);
    assert!(calls.recording(ID).is_none() && calls.transcript(ID).is_none(), "links need no key");
}

#[test]
fn a_call_that_is_over_or_queued_is_refused_before_a_request_to_end_it() {
    let account = account();
    let calls = account.calls().unwrap();
    let queued = Reply::json(200, json!({ "call_id": ID, "call_status": "registered" }));
    for (answer, is_over) in
        [(fixture("getCall.ended"), true), (fixture("getCall.unknown"), true), (queued, false)]
    {
        let (_, read) = sent(calls.hang_up(ID).unwrap());
        let error = read(answer).err().expect("no further request");
        assert_eq!((error.kind, error.means_gone()), (Kind::VendorRejected, is_over), "{error:?}");
    }
}

#[test]
fn no_debug_form_shows_a_person() {
    let seen = fetched(fixture("getCall.ended"));
    let placed = answered(place(json!({})), fixture("placeCall.placed")).unwrap();
    let shown = format!("{seen:?} {placed:?} {:?}", rejected("placeCall.number_unknown"));
    for secret in ["15550100142", "15550100701", "Ann", "Hello"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
