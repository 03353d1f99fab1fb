//! The exchanges for calls with Autocalls, tested with given answers.

#![cfg(test)]

mod autocalls;

use autocalls::{GENERATIONS, MARKER, account, answered, done, place, reply, sent, window};
use serde_json::{Map, Value, json};
use switchboard_core::{
    call::{AgentRef, AnsweredBy, CallObservation, CallStatus, Dial, EndedReason, TranscriptSpeaker},
    error::{Error, Kind, Outcome, Result},
    model::{Direction, PhoneNumber, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::Verdict,
    vendor::{CallObservations, Reply},
};

fn plan(dial: Value) -> Result<Plan> {
    let account = account("2025");
    let desired = Desired { record: read::<Dial>(&dial).unwrap(), extensions: Map::new() };
    let translator = Translator::new(account.calls().unwrap().rules(), "autocalls");
    match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

fn fetched(name: &str) -> Option<CallObservation> {
    answered(account("2026").calls().unwrap().fetch("480337").unwrap(), &[reply("2026", name)]).unwrap()
}

fn refused(name: &str) -> Error {
    answered(place(&*account("2025"), json!({})), &[reply("2025", name)]).unwrap_err()
}

#[test]
fn a_dial_is_one_effect_with_the_assistant_and_the_marker() {
    for generation in GENERATIONS {
        let body = plan(json!({ "to": { "phone_number": "+15550100123" } })).unwrap().document();
        let (request, read) = sent(place(&*account(generation), body));
        assert_eq!(format!("{request:?}"), "POST /user/make_call (place call)");
        assert!(request.is_effect && !request.repeatable);
        let expected = json!({
            "phone_number": "+15550100123", "assistant_id": 1842, "variables": { "switchboard_call_id": MARKER },
        });
        assert_eq!(request.document(), Some(&expected));
        let placed = done(read(reply(generation, "placeCall.placed")).unwrap());
        assert_eq!(placed.remote_id.as_deref(), Some("480337"));
        assert_eq!(placed.observation.unwrap().status, Some(CallStatus::Queued));
    }
}

#[test]
fn the_person_becomes_variables() {
    let plan = plan(json!({
        "to": { "phone_number": "+15550100123", "first_name": "Ann", "last_name": "Weber", "email": "ann@example.com" },
        "variables": { "order": "17" },
    }));
    let plan = plan.unwrap();
    let variables = json!({ "customer_name": "Ann Weber", "email": "ann@example.com", "order": "17" });
    assert_eq!(plan.document()["variables"], variables);
    let verdict = |field: &str| plan.report.row(field).map(|row| row.verdict);
    for field in ["/to/first_name", "/to/last_name", "/to/email"] {
        assert_eq!(verdict(field), Some(Verdict::Substituted), "{field}");
    }
    assert_eq!(verdict("/variables"), None);
}

#[test]
fn what_a_call_cannot_have_is_refused() {
    for (field, value) in [
        ("/from", json!({ "phone_number_id": "97" })),
        ("/trunk_id", json!("trk_1")),
        ("/overrides", json!({ "language": "de" })),
    ] {
        let mut dial = json!({ "to": { "phone_number": "+15550100123" } });
        dial[&field[1..]] = value;
        let error = plan(dial).unwrap_err();
        assert_eq!(error.kind, Kind::CapabilityLoss, "{field}: {error:?}");
    }
}

#[test]
fn a_refused_dial_differs_from_one_whose_result_is_not_known() {
    let meaning = |name| {
        let error = refused(&format!("placeCall.{name}"));
        (error.kind, error.vendor.unwrap().outcome)
    };
    assert_eq!(meaning("number_refused"), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(meaning("assistant_unknown"), (Kind::VendorRejected, Outcome::Rejected));
    assert_eq!(meaning("no_balance"), (Kind::VendorQuotaExhausted, Outcome::Rejected));
    assert_eq!(meaning("key_refused"), (Kind::VendorAuthFailed, Outcome::Rejected));
    assert_eq!(meaning("throttled"), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(meaning("broken"), (Kind::VendorUnavailable, Outcome::Ambiguous));
    assert_eq!(meaning("id_missing"), (Kind::VendorProtocolError, Outcome::Ambiguous));
    let account = account("2025");
    let error = Translator::new(account.calls().unwrap().rules(), "autocalls")
        .map_vendor_fields(refused("placeCall.fields_refused"));
    assert_eq!(json!(error.violations[0])["pointer"], "/to/phone_number");
}

#[test]
fn a_call_is_read_with_all_that_the_vendor_returns() {
    let call = fetched("getCall.ended").unwrap();
    assert_eq!(call.remote_id, "480337");
    let agent = AgentRef { remote_id: None, name: Some("Reservation desk".to_owned()) };
    assert_eq!(call.agent, Some(agent));
    assert_eq!(call.peer.as_ref().map(|number| number.as_str()), Some("+15550100123"));
    assert_eq!(call.own.as_ref().map(|number| number.as_str()), Some("+15550100199"));
    assert_eq!((call.direction, call.marker.as_deref()), (Some(Direction::Outbound), Some(MARKER)));
    assert_eq!(
        (call.status, call.ended_reason),
        (Some(CallStatus::Ended), Some(EndedReason::CustomerHungUp))
    );
    assert_eq!(call.answered_by, Some(AnsweredBy::Human));
    assert_eq!(call.times.begun_at.unwrap().exact(), Some("2026-11-02T09:15:00Z".parse().unwrap()));
    assert_eq!(json!(call.duration), json!(184));
    assert_eq!(json!(call.cost), json!({ "amount": "0.1230", "currency": null, "unit": "currency" }));
    assert_eq!(call.analysis.success, Some(true));
    assert_eq!(call.analysis.summary.as_deref(), Some("The customer reserved a table for two."));
    assert_eq!(json!(call.analysis.values), json!({ "weekday": "Tuesday" }));
    assert!(call.recording.unwrap().url.is_some());
    let transcript = call.transcript.unwrap();
    let segments = transcript.segments().unwrap();
    assert_eq!((segments.len(), segments[1].speaker), (3, TranscriptSpeaker::Customer));
    assert_eq!(segments[1].start_s, Some(3.1));
}

#[test]
fn the_other_documented_types_are_read() {
    let call = fetched("getCall.other_types").unwrap();
    assert_eq!((call.marker, call.answered_by), (None, None));
    assert_eq!(call.times.begun_at.unwrap().exact(), None, "the vendor returns no offset");
    assert_eq!(json!(call.duration), json!(61));
    assert_eq!(call.cost.unwrap().amount(), "0.05");
    assert_eq!(call.analysis.success, Some(false));
    assert!(call.analysis.values.is_empty());
    let transcript = call.transcript.unwrap();
    assert_eq!(transcript.segments().unwrap().len(), 2);
    assert_eq!(
        transcript.text(),
        "Agent: Hello, this is the reservation desk.\nCustomer: Please call again later."
    );

    let plain = fetched("getCall.text_without_labels").unwrap().transcript.unwrap();
    assert_eq!((plain.segments(), plain.text()), (None, "Hello?\nAI: Hello."));
}

#[test]
fn a_live_call_has_neither_cost_nor_duration() {
    let call = fetched("getCall.live").unwrap();
    assert_eq!(call.status, Some(CallStatus::InProgress));
    assert!(call.cost.is_none() && call.duration.is_none() && call.transcript.is_none());
    let unknown = reply("2026", "getCall.unknown");
    let fetch = account("2026").calls().unwrap().fetch("480337").unwrap();
    assert!(answered(fetch, &[unknown]).unwrap_err().means_gone());
}

#[test]
fn each_documented_status_has_its_meaning() {
    let look = account("2025").calls().unwrap().recent(&window()).unwrap();
    let rows = answered(look, &[reply("2025", "listCalls.every_status")]).unwrap().rows;
    let meanings: Vec<_> = rows
        .into_iter()
        .map(|call| (call.vendor_status.unwrap(), call.status.unwrap(), call.ended_reason))
        .collect();
    let ended = |word: &str, reason| (word.to_owned(), CallStatus::Ended, Some(reason));
    let live = |word: &str, status| (word.to_owned(), status, None);
    let expected = [
        live("initiated", CallStatus::Queued),
        live("ringing", CallStatus::Ringing),
        ended("busy", EndedReason::Busy),
        live("in-progress", CallStatus::InProgress),
        ended("ended", EndedReason::Completed),
        ended("completed", EndedReason::Completed),
        ended("ended_by_customer", EndedReason::CustomerHungUp),
        ended("ended_by_assistant", EndedReason::AgentHungUp),
        ended("no-answer", EndedReason::NoAnswer),
        ended("failed", EndedReason::Failed),
    ];
    assert_eq!(meanings, expected);
    let unknown = fetched("getCall.unknown_status").unwrap();
    assert_eq!((unknown.vendor_status.as_deref(), unknown.has_unknown_status()), (Some("parked"), true));
}

#[test]
fn a_list_is_read_page_by_page_from_the_day_before() {
    let account = account("2025");
    let window = window().with_peer(PhoneNumber::new("+15550100123").unwrap()).with_agent("1842");
    let (request, read) = sent(account.calls().unwrap().recent(&window).unwrap());
    assert_eq!(format!("{request:?}"), "GET /user/calls (list calls)");
    let query = [
        ("per_page", "100"),
        ("page", "1"),
        ("date_from", "2026-11-01"),
        ("phone_number", "+15550100123"),
        ("assistant_id", "1842"),
    ];
    assert_eq!(request.query, query.map(|(name, value)| (name, value.to_owned())));
    let (request, read) = sent(read(reply("2025", "listCalls.first_page_of_two")).unwrap());
    assert_eq!(request.query[1], ("page", "2".to_owned()));
    let CallObservations { rows, is_complete, .. } =
        done(read(reply("2025", "listCalls.last_page_of_two")).unwrap());
    let ids: Vec<_> = rows.iter().map(|call| call.remote_id.as_str()).collect();
    assert_eq!((ids, is_complete), (vec!["480337", "480336", "480335"], true));
    let agent = rows[0].agent.as_ref().unwrap();
    assert_eq!(agent.remote_id.as_deref(), Some("1842"), "the request names the assistant");
    assert_eq!(rows[0].observed_at, window.now);
}

#[test]
fn live_calls_are_listed_by_status() {
    let mut exchange = account("2026").calls().unwrap().recent(&window().live()).unwrap();
    for status in ["initiated", "ringing", "in-progress"] {
        let (request, read) = sent(exchange);
        assert!(request.query.contains(&("status", status.to_owned())), "{:?}", request.query);
        exchange = read(reply("2026", "listCalls.first_page_of_two")).unwrap();
        exchange = sent(exchange).1(reply("2026", "listCalls.last_page_of_two")).unwrap();
    }
    let found = done(exchange);
    assert_eq!((found.rows.len(), found.is_complete), (3, true));
}

fn page(ids: impl Iterator<Item = u64>, last: u64) -> Reply {
    let rows: Vec<_> = ids.map(|id| json!({ "id": id, "status": "ringing" })).collect();
    Reply::json(200, json!({ "data": rows, "last_page": last }))
}

/// Reads the list with the pages that `page` returns, and counts the requests.
fn looked(page: impl Fn(u64) -> Reply) -> (CallObservations, u64) {
    let mut exchange = account("2026").calls().unwrap().recent(&window()).unwrap();
    for number in 1.. {
        exchange = sent(exchange).1(page(number)).unwrap();
        if exchange.first().is_none() {
            return (done(exchange), number);
        }
    }
    unreachable!("the numbers do not end");
}

#[test]
fn counts_of_pages_may_be_wrong() {
    let too_low =
        |number| if number < 4 { page((number * 100)..(number * 100 + 100), 1) } else { page(1..2, 1) };
    let (found, pages) = looked(too_low);
    assert_eq!((found.rows.len(), found.is_complete, pages), (301, true, 4));
    let too_high = |number| if number < 3 { page(number..=number, 99) } else { page(0..0, 99) };
    let (found, pages) = looked(too_high);
    assert_eq!((found.rows.len(), found.is_complete, pages), (2, true, 3));
}

#[test]
fn a_list_without_an_end_is_not_complete() {
    let (found, pages) = looked(|_| page(1..3, 99));
    assert_eq!((found.rows.len(), found.is_complete, pages), (2, false, 2));
    let (found, pages) = looked(|number| page((number * 100)..(number * 100 + 100), 999));
    assert_eq!((found.rows.len(), found.is_complete, pages), (2000, false, 20));
}

#[test]
fn web_calls_are_no_calls() {
    let look = account("2026").calls().unwrap().recent(&window()).unwrap();
    let rows = answered(look, &[reply("2026", "listCalls.inbound_and_web")]).unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].direction, rows[0].answered_by),
        (Some(Direction::Inbound), Some(AnsweredBy::Machine))
    );
}

#[test]
fn a_call_is_erased_and_only_the_second_generation_reads_one() {
    for generation in GENERATIONS {
        let account = account(generation);
        let calls = account.calls().unwrap();
        let (request, _) = sent(calls.erase("480337").unwrap());
        assert_eq!(format!("{request:?}"), "DELETE /user/calls/480337 (delete call)");
        answered(calls.erase("480337").unwrap(), &[reply(generation, "deleteCall.deleted")]).unwrap();
        let unknown = answered(calls.erase("480337").unwrap(), &[reply(generation, "deleteCall.unknown")]);
        assert!(unknown.unwrap_err().means_gone());
        assert_eq!(calls.fetch("480337").is_some(), generation == "2026");
        assert!(calls.hang_up("480337").is_none() && calls.recording("480337").is_none());
    }
}

#[test]
fn no_debug_form_shows_a_person() {
    let shown = format!("{:?}", fetched("getCall.ended").unwrap());
    for hidden in ["15550100123", "table for two", "recordings.example.com"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn an_item_that_cannot_be_read_keeps_the_whole_transcript_as_text() {
    let transcript = |item: Value| {
        let mut fixture = autocalls::fixture("2026", "getCall.ended");
        fixture["body"]["transcript"].as_array_mut().unwrap().push(item);
        let call = account("2026").calls().unwrap().fetch("1").unwrap();
        answered(call, &[autocalls::reply_of(&fixture)]).unwrap().unwrap().transcript.unwrap()
    };
    let unread = transcript(json!({ "sender": "bot", "words": "Goodbye." }));
    assert!(unread.segments().is_none() && unread.text().contains("Goodbye."), "{}", unread.text());
    assert_eq!(transcript(json!({ "sender": "bot", "text": "" })).segments().unwrap().len(), 3);
}
