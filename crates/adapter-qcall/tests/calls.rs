//! The exchanges for calls with QCall, tested with given answers.

#![cfg(test)]

mod qcall;

use qcall::{ASSISTANT, account, answered, done, fixture, place, sent, window};
use serde_json::{Map, Value, json};
use switchboard_core::{
    call::{CallObservation, CallStatus, Dial, EndedReason, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    model::{Direction, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::Verdict,
    vendor::{CallObservations, Reply},
};

fn plan(dial: Value) -> Result<Plan> {
    let account = account();
    let desired = Desired { record: read::<Dial>(&dial).unwrap(), extensions: Map::new() };
    let translator = Translator::new(account.calls().unwrap().rules(), "qcall");
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

fn refused(name: &str) -> Error {
    answered(place(&*account(), json!({})), &fixture(&format!("placeCall.{name}"))).unwrap_err()
}

fn listed(name: &str) -> Vec<CallObservation> {
    let look = account().calls().unwrap().recent(&window()).unwrap();
    answered(look, &fixture(&format!("listCalls.{name}"))).unwrap().rows
}

#[test]
fn a_dial_is_one_effect_with_an_array_of_one_number() {
    let plan = plan(json!({ "to": { "phone_number": "+15550100123" } })).unwrap();
    let trunk = plan.report.row("/trunk_id").unwrap();
    assert_eq!((trunk.verdict, trunk.sent.as_ref()), (Verdict::Assumed, Some(&json!(""))));
    let (request, _) = sent(place(&*account(), plan.document()));
    assert_eq!(format!("{request:?}"), "POST /playground/call (place call)");
    assert!(request.is_effect && !request.repeatable);
    let expected = json!({ "phone_number": ["+15550100123"], "dialer_id": "", "assistant_id": ASSISTANT });
    assert_eq!(request.document(), Some(&expected));
}

#[test]
fn variables_are_a_json_object_except_those_of_the_person() {
    let plan = plan(json!({
        "to": { "phone_number": "+15550100123", "first_name": "Ann" },
        "trunk_id": "d-17",
        "variables": { "first_name": "Bea", "email": "ann@example.com", "order": "17", "day": "Tuesday" },
    }));
    let plan = plan.unwrap();
    let body = plan.document();
    assert_eq!((&body["first_name"], &body["email"]), (&json!("Ann"), &json!("ann@example.com")));
    assert_eq!((&body["dialer_id"], body.get("last_name")), (&json!("d-17"), None));
    let description: Value = serde_json::from_str(body["description"].as_str().unwrap()).unwrap();
    assert_eq!(description, json!({ "order": "17", "day": "Tuesday" }));
    let row = plan.report.row("/variables").unwrap();
    assert_eq!(row.verdict, Verdict::Substituted);
    assert_eq!(row.sent.as_ref().unwrap()["first_name"], "Ann");
    assert!(row.why.as_ref().unwrap().ends_with("applies to first_name."), "{:?}", row.why);
}

#[test]
fn a_person_alone_loses_nothing() {
    let person = json!({ "phone_number": "+15550100123", "first_name": "Ann", "email": "ann@example.com" });
    let plan = plan(json!({ "to": person, "variables": { "first_name": "Ann" } })).unwrap();
    assert!(plan.report.row("/variables").is_none());
    assert!(plan.document().get("description").is_none());
}

#[test]
fn what_a_call_cannot_have_is_refused() {
    for (field, value) in
        [("from", json!({ "phone_number_id": "97" })), ("overrides", json!({ "language": "de" }))]
    {
        let mut dial = json!({ "to": { "phone_number": "+15550100123" } });
        dial[field] = value;
        assert_eq!(plan(dial).unwrap_err().kind, Kind::CapabilityLoss, "{field}");
    }
}

#[test]
fn the_answer_to_a_dial_may_lack_the_id() {
    let placed =
        |name: &str| answered(place(&*account(), json!({})), &fixture(&format!("placeCall.{name}"))).unwrap();
    for name in ["row_with_id", "record_with_id"] {
        let placed = placed(name);
        assert_eq!(placed.remote_id.as_deref(), Some("CA7d20c1e9f3"), "{name}");
        assert_eq!(placed.observation.unwrap().status, Some(CallStatus::Queued), "{name}");
    }
    for name in ["row_without_id", "empty_id", "message_only", "null_data", "request_echo"] {
        let placed = placed(name);
        assert!(placed.remote_id.is_none() && placed.observation.is_none(), "{name}");
    }
    let two = json!({ "success": true, "data": [{ "call_sid": "CA1" }, { "call_sid": "CA2" }] });
    let placed = answered(place(&*account(), json!({})), &Reply::json(200, two)).unwrap();
    assert_eq!(placed.remote_id, None, "one of two ids is not chosen");
}

#[test]
fn a_refused_dial_differs_from_one_whose_result_is_not_known() {
    let meaning = |name| {
        let error = refused(name);
        (error.kind, error.vendor.unwrap().outcome)
    };
    assert_eq!(meaning("refused_with_status_200"), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(meaning("assistant_unknown_with_status_200"), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(meaning("throttled_with_status_200"), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(meaning("broken_with_status_200"), (Kind::VendorUnavailable, Outcome::Ambiguous));
    assert_eq!(meaning("answer_is_text"), (Kind::VendorProtocolError, Outcome::Ambiguous));
    assert_eq!(meaning("nothing_acknowledged"), (Kind::VendorProtocolError, Outcome::Ambiguous));
    let account = account();
    let error = Translator::new(account.calls().unwrap().rules(), "qcall")
        .map_vendor_fields(refused("field_refused"));
    assert_eq!(json!(error.violations[0])["pointer"], "/to/phone_number");
}

#[test]
fn a_row_is_read_with_all_that_the_vendor_returns() {
    let rows = listed("full_records");
    let [call, other] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(call.remote_id, "CA7d20c1e9f3");
    assert_eq!(call.agent.as_ref().unwrap().name.as_deref(), Some("Clinic reminders"));
    assert_eq!(call.peer.as_ref().map(|number| number.as_str()), Some("+15550100123"));
    assert_eq!((call.direction, call.status), (Some(Direction::Outbound), Some(CallStatus::Ended)));
    assert_eq!(json!(call.duration), json!(184));
    assert_eq!(call.cost.as_ref().unwrap().amount(), "0.42");
    assert_eq!(call.analysis.sentiment.as_deref(), Some("positive"));
    assert!(call.recording.as_ref().unwrap().url.is_some());
    assert_eq!(call.transcript.as_ref().unwrap().segments().unwrap()[1].speaker, TranscriptSpeaker::Customer);
    assert_eq!(call.observed_at, window().now);

    assert_eq!(other.agent.as_ref().unwrap().remote_id.as_deref(), Some(ASSISTANT));
    assert_eq!(other.peer.as_ref().map(|number| number.as_str()), Some("+15550100124"));
    assert_eq!(other.times.begun_at.unwrap().exact(), None, "the vendor returns no offset");
    assert_eq!(json!(other.duration), json!(61));
    assert_eq!(other.transcript.as_ref().unwrap().segments().unwrap().len(), 2);
}

#[test]
fn each_known_status_has_its_meaning_in_any_spelling() {
    let meanings: Vec<_> =
        listed("every_status").into_iter().map(|call| (call.status.unwrap(), call.ended_reason)).collect();
    let ended = |reason| (CallStatus::Ended, Some(reason));
    let expected = [
        (CallStatus::Queued, None),
        (CallStatus::Queued, None),
        (CallStatus::Ringing, None),
        (CallStatus::InProgress, None),
        (CallStatus::InProgress, None),
        ended(EndedReason::Completed),
        ended(EndedReason::Failed),
        ended(EndedReason::Failed),
        ended(EndedReason::NoAnswer),
        ended(EndedReason::NoAnswer),
        ended(EndedReason::Busy),
        ended(EndedReason::Canceled),
    ];
    assert_eq!(meanings, expected);
    assert!(listed("unknown_status")[0].has_unknown_status());
}

#[test]
fn transcripts_of_another_form_are_text() {
    let rows = listed("transcripts");
    let segments = |index: usize| rows[index].transcript.as_ref().unwrap().segments().map(<[_]>::len);
    let text = |index: usize| rows[index].transcript.as_ref().unwrap().text().to_owned();
    assert_eq!((segments(0), text(0)), (None, "Hello?\nuser: Hello.".to_owned()));
    assert_eq!((segments(1), text(1)), (None, r#"{"summary":"No words."}"#.to_owned()));
    assert_eq!((segments(2), text(2)), (Some(1), "Customer: Hello?".to_owned()));
    assert!(rows[3].transcript.is_none());
}

#[test]
fn rows_without_an_id_are_kept_apart() {
    let ids: Vec<_> = listed("row_without_id").into_iter().map(|call| call.remote_id).collect();
    assert_eq!(ids, ["CA1"]);
    let (found, _) = looked(|number| {
        let row =
            |at: &str| json!({ "phone_number": "+15550100123", "call_status": "queued", "created_at": at });
        let rows = [row("2026-11-02T11:00:00Z"), row("2020-01-01T00:00:00Z")];
        if number == 0 { json!(rows) } else { json!([]) }
    });
    let [call] = &found.unidentified[..] else { panic!("one call in the window: {:?}", found.unidentified) };
    assert!(found.rows.is_empty() && call.remote_id.is_empty());
    assert_eq!(
        (call.status, call.peer.as_ref().map(|peer| peer.as_str())),
        (Some(CallStatus::Queued), Some("+15550100123"))
    );
}

/// Reads the list with the pages that `page` returns, and counts the requests.
fn looked(page: impl Fn(usize) -> Value) -> (CallObservations, usize) {
    let mut exchange = account().calls().unwrap().recent(&window()).unwrap();
    for number in 0.. {
        let (request, read) = sent(exchange);
        let query = [("page", number.to_string()), ("perpage", "100".to_owned())];
        assert_eq!(request.query, query);
        exchange = read(Reply::json(200, page(number))).unwrap();
        if exchange.first().is_none() {
            return (done(exchange), number + 1);
        }
    }
    unreachable!("the numbers do not end");
}

fn rows(ids: impl Iterator<Item = usize>, time: impl Fn(usize) -> Value) -> Value {
    ids.map(|id| json!({ "call_sid": format!("CA{id}"), "created_at": time(id) })).collect()
}

#[test]
fn a_list_is_read_until_its_rows_are_older_than_the_window() {
    let hour = |id: usize| json!(format!("2026-11-02T{:02}:00:00Z", 12 - id / 100));
    let (found, pages) = looked(|number| rows((number * 100)..(number * 100 + 101), hour));
    assert_eq!((found.is_complete, pages), (true, 4), "the fourth page ends at eight o'clock");
    let local = |id: usize| json!(format!("2026-11-02 {:02}:00:00", 12 - id / 100));
    let (_, pages) = looked(|number| match number {
        0..9 => rows((number * 100)..(number * 100 + 101), local),
        _ => json!([]),
    });
    assert_eq!(pages, 10, "a time without an offset may be fourteen hours later");
    let rising = |id: usize| json!(format!("2026-11-02T{:02}:00:00Z", id / 100));
    let (found, pages) = looked(|number| match number {
        0..3 => rows((number * 100)..(number * 100 + 101), rising),
        _ => json!([]),
    });
    assert_eq!((found.is_complete, pages), (true, 4), "the oldest calls are first");
    let mixed = |id: usize| json!(format!("2026-11-02T{:02}:00:00Z", [12, 8, 12, 8][id % 4]));
    let (found, pages) = looked(|number| match number {
        0..3 => rows((number * 100)..(number * 100 + 102), mixed),
        _ => json!([]),
    });
    assert_eq!((found.is_complete, pages), (true, 4), "a page without an order proves nothing");
}

#[test]
fn totals_may_be_wrong() {
    let none = |_| Value::Null;
    let too_low = |number: usize| {
        let rows = if number < 3 { rows((number * 100)..(number * 100 + 100), none) } else { json!([]) };
        json!({ "success": true, "data": rows, "totalItems": 1, "totalPages": 1 })
    };
    let (found, pages) = looked(too_low);
    assert_eq!((found.rows.len(), found.is_complete, pages), (300, true, 4));
    let too_high = |number: usize| {
        let rows = if number < 2 { rows(number..=number, none) } else { json!([]) };
        json!({ "success": true, "data": rows, "totalItems": 900, "totalPages": 9 })
    };
    let (found, pages) = looked(too_high);
    assert_eq!((found.rows.len(), found.is_complete, pages), (2, true, 3));
}

#[test]
fn a_list_without_an_end_is_not_complete() {
    let none = |_| Value::Null;
    let (found, pages) = looked(|_| rows(0..2, none));
    assert_eq!((found.rows.len(), found.is_complete, pages), (2, false, 2));
    let (found, pages) = looked(|number| rows((number * 100)..(number * 100 + 100), none));
    assert_eq!((found.rows.len(), found.is_complete, pages), (2000, false, 20));
}

#[test]
fn the_vendor_has_no_request_for_one_call() {
    let account = account();
    let calls = account.calls().unwrap();
    assert!(calls.fetch("CA1").is_none() && calls.transcript("CA1").is_none());
    assert!(
        calls.hang_up("CA1").is_none() && calls.erase("CA1").is_none() && calls.recording("CA1").is_none()
    );
    assert_eq!(json!(calls.limits()), json!({ "concurrent": 20, "per_day": 1000 }));
}

#[test]
fn no_debug_form_shows_a_person() {
    let shown = format!("{:?}", listed("full_records"));
    for hidden in ["15550100123", "15550100124", "Tuesday", "recordings.example.com", "ada@"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_number_outside_the_us_and_canada_needs_a_trunk() {
    let dial = |trunk: Value| {
        let account = account();
        let plan = plan(json!({ "to": { "phone_number": "+4930123401" }, "trunk_id": trunk })).unwrap();
        qcall::placing(&*account, plan.document()).map(drop)
    };
    let error = dial(Value::Null).unwrap_err();
    assert_eq!(json!(error.violations[0])["pointer"], "/trunk_id");
    assert_eq!(error.violations[0].code, Kind::FieldRequired);
    assert!(dial(json!("d-17")).is_ok());
}

#[test]
fn variables_that_the_vendor_fills_itself_are_not_sent() {
    let plan = plan(json!({
        "to": { "phone_number": "+15550100123" },
        "variables": { "phone": "+15550100199", "full_name": "Ann Weber", "order": "17" },
    }));
    let plan = plan.unwrap();
    let sent = json!({ "order": "17" });
    assert_eq!(plan.document()["description"], sent.to_string());
    let row = plan.report.row("/variables").unwrap();
    assert_eq!((row.verdict, row.sent.as_ref()), (Verdict::Substituted, Some(&sent)));
    assert!(row.why.as_ref().unwrap().ends_with("not sent: full_name, phone."), "{:?}", row.why);
}
