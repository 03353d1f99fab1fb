//! Calls that the gateway gave up, that were not placed, that settled, or whose data was erased.

use serde_json::json;
use switchboard_core::{
    call::{
        AnsweredBy, CallChange, CallMatch, CallObservation, CallParty, CallStatus, CallTimes, EndedReason,
        RecordingState, TrackedCall, Transcript, TranscriptState,
    },
    model::{PhoneNumber, Quantity, Seconds, parse_timestamp},
};

use super::second;

fn dialled() -> TrackedCall {
    TrackedCall::dialled(PhoneNumber::new("+15550100123").unwrap(), CallParty::default(), second(0))
}

fn end() -> CallObservation {
    CallObservation {
        status: Some(CallStatus::Ended),
        ended_reason: Some(EndedReason::Busy),
        ..CallObservation::new("r1", second(9))
    }
}

#[test]
fn a_later_observation_lifts_an_indeterminate_end() {
    let mut call = dialled();
    call.lose_answer();
    assert_eq!(call.shown().status, CallStatus::Unknown);
    assert!(call.give_up(second(5)) && !call.give_up(second(6)));
    let shown = call.shown();
    assert_eq!((shown.status, shown.ended_reason), (CallStatus::Ended, Some(EndedReason::Indeterminate)));
    assert_eq!((shown.matched, call.is_lost()), (CallMatch::None, true));

    call.bind("r1", CallMatch::Inferred);
    assert_eq!(call.fold(&end()).changes, [CallChange::Placed, CallChange::Ended]);
    let shown = call.shown();
    assert_eq!((shown.ended_reason, call.is_lost()), (Some(EndedReason::Busy), false));
    assert!(!call.give_up(second(10)));
}

#[test]
fn a_call_that_was_given_up_settles_until_it_is_observed() {
    let mut call = dialled();
    call.lose_answer();
    assert_eq!(call.settle(), None);
    call.give_up(second(5));
    assert_eq!(call.settle(), Some(CallChange::Settled));
    assert!(call.shown().settled);
    call.fold(&CallObservation {
        status: Some(CallStatus::Ringing),
        ..CallObservation::new("r1", second(6))
    });
    assert!(!call.shown().settled);
    assert_eq!(call.fold(&end()).changes, [CallChange::Ended]);
    assert_eq!(call.settle(), Some(CallChange::Settled));
}

#[test]
fn an_accepted_dial_is_placed_once() {
    let mut call = dialled();
    assert_eq!(call.accept(None), Some(CallChange::Placed));
    assert_eq!(call.accept(Some("r1".to_owned())), None);
    assert_eq!((call.remote_id(), call.shown().matched), (Some("r1"), CallMatch::Answered));
    call.lose_answer();
    assert_eq!(call.shown().status, CallStatus::Queued);
}

#[test]
fn a_call_that_was_not_placed_ends_once() {
    let mut call = dialled();
    assert_eq!(call.end_unplaced(), Some(CallChange::Ended));
    assert_eq!(call.end_unplaced(), None);
    assert_eq!(call.shown().ended_reason, Some(EndedReason::NotPlaced));
}

#[test]
fn a_settled_call_has_no_pending_parts() {
    let mut call = TrackedCall::discovered("r1");
    assert_eq!(call.settle(), None);
    call.fold(&end());
    assert_eq!(call.settle(), Some(CallChange::Settled));
    assert_eq!(call.settle(), None);
    let shown = call.shown();
    assert_eq!(
        (shown.transcript.state, shown.recording.state),
        (TranscriptState::None, RecordingState::None)
    );
    let late = CallObservation { transcript: Some(Transcript::from_text("Hi")), ..end() };
    let effect = call.fold(&late);
    assert_eq!((effect.changes, effect.keeps_transcript), (vec![CallChange::TranscriptReady], true));
    assert_eq!(call.shown().transcript.state, TranscriptState::Available);
}

#[test]
fn a_call_is_unanswered_if_nothing_of_an_answer_is_known() {
    let is_unanswered = |seen: CallObservation| {
        let mut call = dialled();
        call.fold(&seen);
        call.is_unanswered()
    };
    let lasted = |seconds| CallObservation { duration: Seconds::from_number(seconds), ..end() };
    assert!(is_unanswered(end()));
    assert!(is_unanswered(lasted(0.0)));
    assert!(!is_unanswered(lasted(0.5)));
    assert!(!is_unanswered(CallObservation { answered_by: Some(AnsweredBy::Machine), ..end() }));
    let answered_at = parse_timestamp(&json!("2026-11-30T09:00:00Z"));
    let times = CallTimes { answered_at, ..CallTimes::default() };
    assert!(!is_unanswered(CallObservation { times, ..end() }));
    assert!(!is_unanswered(CallObservation { ended_reason: Some(EndedReason::Completed), ..end() }));
    assert!(!is_unanswered(CallObservation { ended_reason: None, ..end() }));
    assert!(!is_unanswered(CallObservation { status: Some(CallStatus::Ringing), ..end() }));
}

#[test]
fn an_expired_transcript_does_not_come_back() {
    let seen = CallObservation { transcript: Some(Transcript::from_text("Hi")), ..end() };
    let mut call = TrackedCall::discovered("r1");
    call.fold(&seen);
    call.expire_transcript();
    let longer = CallObservation { transcript: Some(Transcript::from_text("Hi there")), ..end() };
    assert!(!call.fold(&longer).keeps_transcript);
    assert_eq!(call.shown().transcript.state, TranscriptState::Expired);
}

#[test]
fn an_erased_call_keeps_no_person_and_takes_no_observation() {
    let mut call = dialled();
    call.accept(Some("r1".to_owned()));
    let mut seen = CallObservation { own: PhoneNumber::from_vendor("+1 (555) 010-0124"), ..end() };
    seen.analysis.summary = Some("Ann wants a refund.".to_owned());
    call.fold(&seen);
    assert!(!call.shown().settled);
    call.erase(second(20));
    assert!(call.shown().settled);
    let effect = call.fold(&seen);
    assert!(effect.changes.is_empty() && !effect.is_changed);
    let stored = json!([call, call.shown()]).to_string();
    for personal in ["0100123", "0100124", "refund"] {
        assert!(!stored.contains(personal), "{stored}");
    }
    assert_eq!((call.shown().status, call.remote_id()), (CallStatus::Ended, Some("r1")));
}

#[test]
fn debug_shows_no_person() {
    let mut call = dialled();
    let mut seen = CallObservation { peer: PhoneNumber::from_vendor("+1 555 0100123"), ..end() };
    seen.analysis.summary = Some("Ann wants a refund.".to_owned());
    seen.transcript = Some(Transcript::from_text("Ann speaks"));
    call.fold(&seen);
    let shown = format!("{seen:?} {call:?}");
    assert!(!shown.contains("Ann") && !shown.contains("5550100"), "{shown}");
}
