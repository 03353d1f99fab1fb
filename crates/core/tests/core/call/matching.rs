//! The search for the vendor's call of a dial whose answer had no id.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_core::{
    call::{
        AgentRef, CallMatch, CallObservation, MatchResult, MatchRound, Suspicion, UnmatchedCall, match_calls,
    },
    model::{Direction, PhoneNumber, parse_timestamp},
    vendor::Marks,
};

use super::second;

const LOST_AFTER: Duration = Duration::from_secs(900);

fn peer() -> Option<PhoneNumber> {
    PhoneNumber::from_vendor("00 1 (555) 010-0123")
}

fn agent(id: Option<&str>, name: Option<&str>) -> AgentRef {
    AgentRef { remote_id: id.map(str::to_owned), name: name.map(str::to_owned) }
}

fn dial(id: &str, sent_at: i64) -> UnmatchedCall {
    UnmatchedCall {
        id: id.to_owned(),
        peer: peer().unwrap(),
        agent: agent(Some("a1"), Some("Reception")),
        sent_at: second(sent_at),
        before: Vec::new(),
        suspicion: None,
        is_awaited: false,
    }
}

fn row(id: &str) -> CallObservation {
    CallObservation { peer: peer(), ..CallObservation::new(id, second(0)) }
}

fn at(id: &str, seconds: i64) -> CallObservation {
    let mut row = row(id);
    row.times.begun_at = Some(second(seconds).into());
    row
}

fn look(seconds: i64) -> MatchRound<'static> {
    MatchRound {
        at: second(seconds),
        marks: Marks::Never,
        bound: &[],
        unidentified: &[],
        lost_after: LOST_AFTER,
    }
}

fn decide(dial: &UnmatchedCall, rows: &[CallObservation], round: &MatchRound<'_>) -> MatchResult {
    match_calls(std::slice::from_ref(dial), rows, round).remove(&dial.id).unwrap()
}

fn suspected(id: &str, since: i64) -> MatchResult {
    MatchResult::Suspected(Suspicion { remote_id: id.to_owned(), since: second(since) })
}

fn bound(id: &str, matched: CallMatch) -> MatchResult {
    MatchResult::Bound { remote_id: id.to_owned(), matched }
}

fn ids(result: &MatchResult) -> Vec<&str> {
    match result {
        MatchResult::Ambiguous(candidates) => candidates.iter().map(|one| one.remote_id.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_without_an_id_may_be_the_call_of_the_dial() {
    let mut dial = dial("c1", 0);
    dial.suspicion = Some(Suspicion { remote_id: "r1".to_owned(), since: second(1) });
    let [unidentified, inbound] =
        [row(""), CallObservation { direction: Some(Direction::Inbound), ..row("") }];
    let round = |seconds, unidentified| MatchRound { unidentified, ..look(seconds) };
    let rows = [row("r1")];
    let one = [unidentified];
    assert_eq!(decide(&dial, &rows, &round(20, &one)), MatchResult::NotSeen);
    assert_eq!(ids(&decide(&dial, &rows, &round(900, &one))), ["r1"]);
    assert_eq!(decide(&dial, &[], &round(900, &one)), MatchResult::Lost);
    assert_eq!(decide(&dial, &rows, &round(20, &[inbound])), bound("r1", CallMatch::Inferred));
}

#[test]
fn the_marker_binds_whatever_else_the_row_says() {
    let marked = CallObservation { marker: Some("c1".to_owned()), peer: None, ..row("r1") };
    let other = CallObservation { marker: Some("c2".to_owned()), ..row("r2") };
    let rows = [marked.clone(), other, row("r3")];
    for marks in [Marks::Certain, Marks::Likely] {
        let round = MatchRound { marks, ..look(1) };
        assert_eq!(decide(&dial("c1", 0), &rows, &round), bound("r1", CallMatch::Marked));
    }
    let twice = CallObservation { remote_id: "r4".to_owned(), ..marked.clone() };
    assert_eq!(ids(&decide(&dial("c1", 0), &[marked, twice], &look(1))), ["r1", "r4"]);
}

#[test]
fn nothing_is_inferred_where_markers_are_certain() {
    let round = MatchRound { marks: Marks::Certain, ..look(1) };
    assert_eq!(decide(&dial("c1", 0), &[row("r1")], &round), MatchResult::NotSeen);
}

#[test]
fn an_inference_needs_two_looks_ten_seconds_apart() {
    let mut dial = dial("c1", 0);
    let rows = [row("r1"), row("r1")];
    assert_eq!(decide(&dial, &rows, &look(2)), suspected("r1", 2));
    dial.suspicion = Some(Suspicion { remote_id: "r1".to_owned(), since: second(2) });
    assert_eq!(decide(&dial, &rows, &look(11)), suspected("r1", 2));
    assert_eq!(decide(&dial, &rows, &look(12)), bound("r1", CallMatch::Inferred));
    assert_eq!(decide(&dial, &[row("r2")], &look(12)), suspected("r2", 12));
    assert_eq!(decide(&dial, &[], &look(12)), MatchResult::NotSeen);
}

#[test]
fn two_candidates_are_ambiguous_for_ever() {
    let result = decide(&dial("c1", 0), &[row("r1"), row("r2")], &look(100_000));
    assert_eq!(ids(&result), ["r1", "r2"]);
}

#[test]
fn a_row_must_fit_in_every_respect() {
    let dial = UnmatchedCall { before: vec!["r1".to_owned()], ..dial("c1", 600) };
    let other_agent = |agent| CallObservation { agent: Some(agent), ..row("r3") };
    let strangers = [
        row("r1"),
        CallObservation { peer: PhoneNumber::from_vendor("+1 555 0100999"), ..row("r2") },
        CallObservation { peer: None, ..row("r2") },
        CallObservation { direction: Some(Direction::Inbound), ..row("r2") },
        CallObservation { marker: Some("c9".to_owned()), ..row("r2") },
        other_agent(agent(Some("a2"), Some("Reception"))),
        other_agent(agent(None, Some("Sales"))),
        at("r4", 299),
        at("r4", 600 + 900 + 301),
        row("r5"),
    ];
    let bound_ids = ["r5".to_owned()];
    let round = MatchRound { bound: &bound_ids, ..look(700) };
    for stranger in &strangers {
        assert_eq!(
            decide(&dial, std::slice::from_ref(stranger), &round),
            MatchResult::NotSeen,
            "{stranger:?}"
        );
    }
    let fitting = [
        other_agent(agent(Some("a1"), Some("Old name"))),
        other_agent(agent(None, Some("Reception"))),
        other_agent(agent(None, None)),
        CallObservation { direction: Some(Direction::Outbound), ..row("r3") },
        at("r3", 300),
        at("r3", 600 + 900 + 300),
    ];
    for row in &fitting {
        assert_eq!(decide(&dial, std::slice::from_ref(row), &round), suspected("r3", 700), "{row:?}");
    }
}

#[test]
fn a_later_call_to_the_number_makes_no_dial_ambiguous() {
    let rows = [at("r1", 10), at("r2", 900 + 301)];
    assert_eq!(decide(&dial("c1", 0), &rows, &look(2000)), suspected("r1", 2000));
    assert_eq!(decide(&dial("c1", 0), &rows[1..], &look(2000)), MatchResult::Lost);
}

#[test]
fn a_time_without_an_offset_excludes_no_row() {
    let mut old = row("r1");
    old.times.begun_at = parse_timestamp(&json!("2020-01-01 00:00:00"));
    assert_eq!(decide(&dial("c1", 0), &[old], &look(1)), suspected("r1", 1));
}

#[test]
fn a_row_belongs_to_the_latest_dial_before_it() {
    let dials = [dial("c1", 0), dial("c2", 200), dial("c3", 290)];
    let results = match_calls(&dials, &[at("r1", 205)], &look(300));
    assert_eq!(results["c2"], suspected("r1", 300));
    assert_eq!((&results["c1"], &results["c3"]), (&MatchResult::NotSeen, &MatchResult::NotSeen));
    // A dial may follow the vendor's time by up to 60 seconds.
    let results = match_calls(&dials, &[at("r1", 230)], &look(300));
    assert_eq!(results["c3"], suspected("r1", 300));
}

#[test]
fn dials_that_compete_for_a_row_without_an_offset_are_ambiguous() {
    let dials = [dial("c1", 0), dial("c2", 200)];
    let results = match_calls(&dials, &[row("r1")], &look(300));
    assert_eq!((ids(&results["c1"]), ids(&results["c2"])), (vec!["r1"], vec!["r1"]));
}

#[test]
fn a_marked_row_leaves_the_other_row_to_the_other_dial() {
    let marked = CallObservation { marker: Some("c1".to_owned()), ..row("r1") };
    let round = MatchRound { marks: Marks::Likely, ..look(300) };
    let results = match_calls(&[dial("c1", 0), dial("c2", 200)], &[marked, row("r2")], &round);
    assert_eq!(results["c1"], bound("r1", CallMatch::Marked));
    assert_eq!(results["c2"], suspected("r2", 300));
}

#[test]
fn a_dial_that_is_never_seen_is_lost() {
    let dial = dial("c1", 0);
    assert_eq!(decide(&dial, &[], &look(899)), MatchResult::NotSeen);
    assert_eq!(decide(&dial, &[], &look(900)), MatchResult::Lost);
    assert_eq!(decide(&dial, &[row("r1")], &look(900)), suspected("r1", 900));
}

#[test]
fn phone_numbers_of_vendors_are_normalized() {
    let read = |text: &str| PhoneNumber::from_vendor(text).map_or(Value::Null, |number| json!(number));
    for text in ["+4930123456", "004930123456", "+49 (30) 123-456", " +49.30/123 456 "] {
        assert_eq!(read(text), json!("+4930123456"), "{text}");
    }
    for text in ["030123456", "", "+", "anonymous", "sip:ann@example.com", "+49 30 12a456", "12345"] {
        assert_eq!(read(text), Value::Null, "{text}");
    }
    for text in ["5550100123", "(555) 010-0123", "15550100123"] {
        assert_eq!(read(text), Value::Null, "{text} may be a national number of any country");
    }
}

#[test]
fn a_plus_is_added_only_for_a_vendor_with_international_numbers() {
    let read = |text: &str| PhoneNumber::from_international(text).map_or(Value::Null, |number| json!(number));
    for text in ["+4930123456", "4930123456", "004930123456", "49 (30) 123-456"] {
        assert_eq!(read(text), json!("+4930123456"), "{text}");
    }
    for text in ["030123456", "", "+", "anonymous", "12345"] {
        assert_eq!(read(text), Value::Null, "{text}");
    }
}

#[test]
fn a_dial_whose_answer_may_arrive_competes_and_is_not_decided() {
    let awaited = |sent_at| UnmatchedCall { is_awaited: true, ..dial("c2", sent_at) };
    let suspicion = Some(Suspicion { remote_id: "r1".to_owned(), since: second(280) });
    let dials = [UnmatchedCall { suspicion, ..dial("c1", 0) }, awaited(200)];
    for row in [row("r1"), at("r1", 205)] {
        let results = match_calls(&dials, std::slice::from_ref(&row), &look(300));
        assert_eq!(
            (&results["c1"], &results["c2"]),
            (&MatchResult::NotSeen, &MatchResult::NotSeen),
            "{row:?}"
        );
    }
    // No dial is lost because of a call that may be its own.
    let results = match_calls(&dials, &[row("r1")], &look(1000));
    assert_eq!((&results["c1"], &results["c2"]), (&MatchResult::NotSeen, &MatchResult::NotSeen));
    // A call from long before the dial is that of the earlier one.
    let results = match_calls(&dials, &[at("r1", 5)], &look(300));
    assert_eq!(results["c1"], bound("r1", CallMatch::Inferred));
}
