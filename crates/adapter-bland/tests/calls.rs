//! The calls of Bland, tested with given answers.

#![cfg(test)]

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_adapter_bland::FACTORY;
use switchboard_core::{
    call::{AnsweredBy, CallObservation, CallStatus, Dial, EndedReason, RecordingState, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    facts::Facts,
    model::{Direction, read},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    vendor::{Adapter, CallWindow, Exchange, Method, OperationKey, PlaceCall, Placed, Reply, Request},
};

const MARKER: &str = "call_01k00000000000000000000000";
const ID: &str = "4fb05e96-ae52-4f43-b179-9eb2406381b4";
const PERSONA: &str = "0b7c1a52-6a1e-4b0f-9d35-5a7e0c2f4d10";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn fixture(name: &str) -> Reply {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Reply::from_fixture(&fixture).unwrap()
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

fn failed<T>(result: Result<Exchange<T>>) -> Error {
    match result {
        Err(error) => error,
        Ok(_) => panic!("the answer is taken for a success"),
    }
}

fn plan(dial: &Value) -> Result<Plan> {
    let (account, facts) = (account(), Facts::default());
    let desired: Desired<Dial> = Desired { record: read(dial).unwrap(), extensions: Default::default() };
    let translator = Translator::new(account.calls().unwrap().rules(), "bland").with(&facts);
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("nothing is observed before a dial"),
    }
}

fn place(body: Value) -> Exchange<Placed> {
    let agent = Parts::NONE.with("", PartState::new(PERSONA));
    let (key, facts) = (OperationKey::new("0198"), Facts::default());
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker: MARKER,
        key: &key,
        facts: &facts,
        settings: &Value::Null,
        document: &Value::Null,
    };
    account().calls().unwrap().place(dial).unwrap()
}

fn window() -> CallWindow {
    CallWindow::since("2026-11-21T00:30:00Z".parse().unwrap(), "2026-11-21T12:00:00Z".parse().unwrap())
}

#[test]
fn a_dial_is_one_request_with_the_persona_and_the_marker() {
    let dial = json!({
        "to": { "phone_number": "+15550100101", "first_name": "Ann", "last_name": "Lang" },
        "from": { "phone_number_id": "+15550100801" },
        "variables": { "order": "17" },
        "overrides": {
            "language": "de",
            "prompt": { "instructions": "Ask for the order." },
            "greeting": { "message": "Hello Ann.", "first_speaker": "caller" },
            "voice": { "id": "June" },
            "call": { "max_duration_s": 120 },
            "transfers": [{ "phone_number": "+15550100124", "mode": "cold" }],
        },
    });
    let (request, read) = sent(place(plan(&dial).unwrap().document()));
    assert_eq!((request.method, request.path().join("/").as_str()), (Method::Post, "v1/calls"));
    assert!(request.is_effect && !request.repeatable);
    let expected = json!({
        "phone_number": "+15550100101",
        "persona_id": PERSONA,
        "from": "+15550100801",
        "request_data": { "customer_name": "Ann Lang", "order": "17" },
        "metadata": { "switchboard_call_id": MARKER },
        "task": "Ask for the order.",
        "language": "de",
        "first_sentence": "Hello Ann.",
        "wait_for_greeting": true,
        "voice": "June",
        "max_duration": 2,
        "transfer_phone_number": "+15550100124",
    });
    assert_eq!(request.document(), Some(&expected));
    assert_eq!(done(read(fixture("placeCall.placed")).unwrap()).remote_id.as_deref(), Some(ID));
}

#[test]
fn a_dial_needs_only_the_number_to_call() {
    let plan = plan(&json!({ "to": { "phone_number": "+15550100101" } })).unwrap();
    let (request, _) = sent(place(plan.document()));
    let expected = json!({
        "phone_number": "+15550100101", "persona_id": PERSONA, "metadata": { "switchboard_call_id": MARKER },
    });
    assert_eq!(request.document(), Some(&expected));
}

#[test]
fn what_a_call_cannot_have_is_refused() {
    for overrides in [
        json!({ "voice": { "speed": 1.2 } }),
        json!({ "greeting": { "interruptible": false } }),
        json!({ "silence": { "hang_up_after_s": 20 } }),
        json!({ "transfers": [{ "phone_number": "+15550100124", "condition": "The caller asks." }] }),
        json!({ "transfers": [
            { "phone_number": "+15550100124", "mode": "cold" }, { "phone_number": "+15550100125", "mode": "cold" },
        ] }),
    ] {
        let dial = json!({ "to": { "phone_number": "+15550100101" }, "overrides": overrides });
        assert_eq!(plan(&dial).unwrap_err().kind, Kind::CapabilityLoss, "{dial}");
    }
}

#[test]
fn every_failed_dial_states_whether_the_call_was_placed() {
    for (name, kind, outcome, field) in [
        ("id_missing", Kind::VendorProtocolError, Outcome::Ambiguous, None),
        ("answer_is_text", Kind::VendorProtocolError, Outcome::Ambiguous, None),
        ("refused_with_200", Kind::VendorRejected, Outcome::Rejected, Some("/phone_number")),
        ("unknown_failure_with_200", Kind::VendorProtocolError, Outcome::Ambiguous, None),
        ("member_unknown", Kind::VendorRejected, Outcome::Rejected, None),
        ("do_not_call", Kind::VendorRejected, Outcome::Rejected, Some("/phone_number")),
        ("from_unknown", Kind::VendorRejected, Outcome::Rejected, Some("/from")),
        ("transfer_to_the_called", Kind::VendorRejected, Outcome::Rejected, Some("/transfer_phone_number")),
        ("no_balance", Kind::VendorQuotaExhausted, Outcome::Rejected, None),
        ("flagged", Kind::VendorAuthFailed, Outcome::Rejected, None),
        ("key_refused", Kind::VendorAuthFailed, Outcome::Rejected, None),
        ("persona_unknown", Kind::VendorRejected, Outcome::Rejected, None),
        ("too_soon", Kind::VendorThrottled, Outcome::Throttled, Some("/phone_number")),
        ("throttled", Kind::VendorThrottled, Outcome::Throttled, None),
        ("blocked", Kind::VendorRejected, Outcome::Rejected, Some("/phone_number")),
        ("down", Kind::VendorUnavailable, Outcome::Ambiguous, None),
    ] {
        let (_, read) = sent(place(json!({})));
        let error = failed(read(fixture(&format!("placeCall.{name}"))));
        let failure = error.vendor.as_deref().unwrap();
        assert_eq!((error.kind, failure.outcome), (kind, outcome), "{name}");
        assert_eq!(failure.fields.first().map(|(field, _)| field.as_str()), field, "{name}");
        assert!(!format!("{error:?}").contains("0100108"), "{name}: no phone number is shown");
        let is_single = ["flagged", "too_soon"].contains(&name);
        assert_eq!(failure.is_single, is_single, "{name}: it concerns one number or one kind of request");
    }
    let wait = |name: &str| {
        let (_, read) = sent(place(json!({})));
        failed(read(fixture(name))).retry_after
    };
    assert_eq!(wait("placeCall.too_soon"), Some(Duration::from_secs(10)));
    assert_eq!(wait("placeCall.throttled"), Some(Duration::from_secs(3)));
}

#[test]
fn a_member_without_content_is_no_failure() {
    for members in [json!({ "errors": {} }), json!({ "errors": "" }), json!({ "errors": [] })] {
        let mut answer = json!({ "status": "success", "call_id": ID });
        answer.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let (_, read) = sent(place(json!({})));
        assert_eq!(done(read(Reply::json(200, answer)).unwrap()).remote_id.as_deref(), Some(ID), "{members}");
    }
}

#[test]
fn only_a_phone_number_that_is_not_found_is_invalid() {
    for (error, reason) in [
        ("The number was not found (SIP 404).", EndedReason::InvalidNumber),
        ("Pathway with ID \"p1\" not found", EndedReason::Failed),
    ] {
        let answer = json!({
            "call_id": ID, "queue_status": "call_error", "completed": true, "error_message": error,
        });
        let (_, read) = sent(account().calls().unwrap().fetch(ID).unwrap());
        let call = done(read(Reply::json(200, answer)).unwrap()).unwrap();
        assert_eq!(call.ended_reason, Some(reason), "{error}");
    }
}

fn call(name: &str) -> CallObservation {
    let (request, read) = sent(account().calls().unwrap().fetch("a/b").unwrap());
    assert_eq!((request.method, request.path()), (Method::Get, &["v1", "calls", "a/b"].map(Into::into)[..]));
    done(read(fixture(&format!("getCall.{name}"))).unwrap()).unwrap()
}

#[test]
fn a_completed_call_has_everything() {
    let call = call("completed");
    assert_eq!((call.remote_id.as_str(), call.marker.as_deref()), (ID, Some(MARKER)));
    assert_eq!(
        (call.status, call.ended_reason),
        (Some(CallStatus::Ended), Some(EndedReason::CustomerHungUp))
    );
    assert_eq!((call.direction, call.answered_by), (Some(Direction::Outbound), Some(AnsweredBy::Human)));
    assert_eq!(call.peer.as_ref().unwrap().as_str(), "+15550100101");
    assert_eq!(call.own.as_ref().unwrap().as_str(), "+15550100801");
    assert_eq!(json!(call.duration), json!(47));
    let cost = call.cost.as_ref().unwrap();
    assert_eq!((cost.amount(), cost.currency()), ("0.071", Some("USD")));
    assert_eq!(json!(call.analysis.values), json!({ "disposition_tag": "INTERESTED" }));
    assert_eq!(call.recording.as_ref().unwrap().state, RecordingState::Available);
    assert!(call.recording.as_ref().unwrap().url.is_none(), "the link runs out");
    let lines = call.transcript.as_ref().unwrap().segments().unwrap();
    assert_eq!((lines[0].speaker, lines[1].speaker), (TranscriptSpeaker::Agent, TranscriptSpeaker::Customer));
    assert!(lines[0].at.is_some());
    let shown = format!("{call:?}");
    assert!(!shown.contains("15550100101") && !shown.contains("appointment"), "{shown}");
}

#[test]
fn every_documented_word_has_a_status_and_a_reason() {
    for (name, status, reason) in [
        ("new", CallStatus::Queued, None),
        ("queued", CallStatus::Queued, None),
        ("ringing", CallStatus::Ringing, None),
        ("started", CallStatus::InProgress, None),
        ("completed_as_completed", CallStatus::Ended, Some(EndedReason::AgentHungUp)),
        ("voicemail", CallStatus::Ended, Some(EndedReason::Voicemail)),
        ("no_answer", CallStatus::Ended, Some(EndedReason::NoAnswer)),
        ("busy", CallStatus::Ended, Some(EndedReason::Busy)),
        ("canceled", CallStatus::Ended, Some(EndedReason::Canceled)),
        ("failed_with_call_error", CallStatus::Ended, Some(EndedReason::InvalidNumber)),
        ("failed_with_queue_error", CallStatus::Ended, Some(EndedReason::Failed)),
        ("transferred", CallStatus::Ended, Some(EndedReason::Transferred)),
    ] {
        let call = call(name);
        assert_eq!((call.status, call.ended_reason), (Some(status), reason), "{name}");
        let is_live = status != CallStatus::Ended;
        assert!(
            !is_live || (call.cost.is_none() && call.transcript.is_none()),
            "{name}: nothing is complete yet"
        );
    }
}

/// Checks the documented rule that `completed` is right if it contradicts the queue.
#[test]
fn completed_counts_more_than_the_queue() {
    for (completed, queue, status) in [
        (json!(true), "started", Some(CallStatus::Ended)),
        (json!(false), "complete", Some(CallStatus::InProgress)),
        (Value::Null, "complete", Some(CallStatus::Ended)),
        (json!(false), "complete_error", Some(CallStatus::Ended)),
        (json!(false), "paused", None),
    ] {
        let row = json!({ "call_id": ID, "completed": completed, "queue_status": queue });
        let (_, read) = sent(account().calls().unwrap().fetch(ID).unwrap());
        let call = done(read(Reply::json(200, row)).unwrap()).unwrap();
        assert_eq!(call.status, status, "{completed} {queue}");
    }
}

#[test]
fn a_call_that_nobody_answered_has_no_time_of_an_answer() {
    assert!(call("completed").times.answered_at.is_some());
    assert!(call("no_answer").times.answered_at.is_none() && call("no_answer").times.ended_at.is_some());
    let inbound = call("inbound");
    assert_eq!(
        (inbound.direction, inbound.peer.unwrap().as_str()),
        (Some(Direction::Inbound), "+15550100101")
    );
    assert!(inbound.transcript.unwrap().segments().is_none(), "the transcript is a text");
    let voicemail = call("voicemail");
    assert_eq!(voicemail.recording.unwrap().state, RecordingState::None);
    assert_eq!(voicemail.transcript.unwrap().segments().unwrap()[0].speaker, TranscriptSpeaker::System);
}

#[test]
fn strange_members_state_nothing() {
    let call = call("unknown_status");
    assert!(
        call.has_unknown_status() && call.peer.is_none() && call.direction.is_none() && call.cost.is_none()
    );
    let (_, read) = sent(account().calls().unwrap().fetch(ID).unwrap());
    assert!(failed(read(fixture("getCall.unknown"))).means_gone());
    for name in ["getCall.id_missing", "getCall.answer_is_array"] {
        let (_, read) = sent(account().calls().unwrap().fetch(ID).unwrap());
        assert_eq!(failed(read(fixture(name))).kind, Kind::VendorProtocolError);
    }
}

#[test]
fn a_look_asks_from_the_day_before_and_for_live_calls_only() {
    let (request, read) = sent(account().calls().unwrap().recent(&window().live()).unwrap());
    let query =
        |name| request.query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    assert_eq!((query("from"), query("to"), query("limit")), (Some("0"), Some("1000"), Some("1000")));
    assert_eq!((query("start_date"), query("completed")), (Some("2026-11-20"), Some("false")));
    let seen = done(read(fixture("listCalls.all")).unwrap());
    assert_eq!(
        seen.rows.iter().map(|row| row.status.unwrap()).collect::<Vec<_>>(),
        [CallStatus::InProgress, CallStatus::Ended]
    );
    assert!(seen.is_complete && seen.rows.iter().all(|row| row.is_excerpt && row.peer.is_none()));
}

/// Builds a page of calls that begin at this time.
fn page(ids: std::ops::Range<usize>, at: &str, total: Option<usize>) -> Reply {
    let row = |id| json!({ "call_id": format!("call-{id}"), "created_at": at, "completed": true });
    Reply::json(200, json!({ "calls": ids.map(row).collect::<Vec<_>>(), "total_count": total }))
}

#[test]
fn a_look_ends_although_the_list_does_not() {
    let begin = || account().calls().unwrap().recent(&window()).unwrap();
    let (now, before) = ("2026-11-21T10:00:00Z", "2026-11-20T23:00:00Z");
    let at = |request: &Request| request.query[0].1.clone();
    // If the vendor returns fewer calls than requested, the total shows that more follow.
    let (_, read) = sent(begin());
    let (request, read) = sent(read(page(0..100, now, Some(150))).unwrap());
    assert_eq!(at(&request), "100");
    let seen = done(read(page(100..150, now, Some(150))).unwrap());
    assert_eq!((seen.rows.len(), seen.is_complete), (150, true));
    // A total that is too large ends with an empty page.
    let (_, read) = sent(begin());
    let (_, read) = sent(read(page(0..100, now, Some(900))).unwrap());
    assert!(done(read(page(0..0, now, Some(900))).unwrap()).is_complete);
    // A page of older calls ends the look, and so does a page without new calls.
    let (_, read) = sent(begin());
    assert!(done(read(page(0..1000, before, Some(9000))).unwrap()).is_complete);
    let (_, read) = sent(begin());
    let (_, read) = sent(read(page(0..1000, now, None)).unwrap());
    assert!(!done(read(page(0..1000, now, None)).unwrap()).is_complete);
    let (mut exchange, mut pages) = (begin(), 0);
    let seen = loop {
        let (_, read) = sent(exchange);
        let first = pages * 1000;
        pages += 1;
        match read(page(first..first + 1000, now, None)).unwrap() {
            Exchange::Done(seen) => break seen,
            next => exchange = next,
        }
    };
    assert_eq!((pages, seen.rows.len(), seen.is_complete), (20, 20_000, false));
}

#[test]
fn a_call_is_ended_unless_it_is_over() {
    let begin = || account().calls().unwrap().hang_up(ID).unwrap();
    let (request, read) = sent(begin());
    assert_eq!((request.method, request.path().join("/")), (Method::Post, format!("v1/calls/{ID}/stop")));
    assert!(request.repeatable && !request.is_effect);
    done(read(fixture("stopCall.stopped")).unwrap());
    for refusal in [fixture("stopCall.refused"), fixture("stopCall.refused_with_200")] {
        for (answer, is_done) in
            [("getCall.completed", true), ("getCall.busy", true), ("getCall.queued", false)]
        {
            let (_, read) = sent(begin());
            let (request, read) = sent(read(refusal.clone()).unwrap());
            assert_eq!((request.method, request.path().join("/")), (Method::Get, format!("v1/calls/{ID}")));
            let error = failed(read(fixture(answer)));
            assert_eq!(error.means_gone(), is_done, "{answer}");
            assert_eq!(
                (error.kind, error.vendor.unwrap().outcome),
                (Kind::VendorRejected, Outcome::Rejected)
            );
        }
    }
    let (_, read) = sent(begin());
    assert_eq!(failed(read(fixture("stopCall.down"))).kind, Kind::VendorUnavailable);
    let (_, read) = sent(begin());
    assert!(failed(read(fixture("getCall.unknown"))).means_gone());
}

#[test]
fn the_recording_needs_the_key_and_no_call_can_be_erased() {
    let request = account().calls().unwrap().recording(ID).unwrap();
    assert_eq!(request.path().join("/"), format!("v1/recordings/{ID}"));
    assert_eq!(request.accept, Some("audio/*"));
    assert!(account().calls().unwrap().erase(ID).is_none());
}
