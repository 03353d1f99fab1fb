//! The laws of the fold: the result of a set of observations depends neither on their order nor on repetitions.

use std::collections::BTreeMap;

use proptest::{collection::vec, option::of, prelude::*, sample::select};
use serde_json::{Value, json};
use switchboard_core::{
    call::{
        AnsweredBy, CallAnalysis, CallChange, CallCost, CallObservation, CallParty, CallStatus, CallTimes,
        EndedReason, Recording, TrackedCall, Transcript, Trust,
    },
    model::{Direction, PhoneNumber, Seconds, VendorTime, parse_timestamp},
};

use super::second;

const STATUSES: [CallStatus; 4] =
    [CallStatus::Queued, CallStatus::Ringing, CallStatus::InProgress, CallStatus::Ended];
const REASONS: [EndedReason; 4] =
    [EndedReason::Completed, EndedReason::CustomerHungUp, EndedReason::Voicemail, EndedReason::Failed];

fn number(digit: u8) -> PhoneNumber {
    PhoneNumber::new(&format!("+1555010012{digit}")).unwrap()
}

fn time() -> impl Strategy<Value = VendorTime> {
    prop_oneof![
        (0..9_i64).prop_map(|seconds| second(seconds).into()),
        Just(parse_timestamp(&json!("2020-01-01 00:00:00")).unwrap()),
    ]
}

fn cost() -> impl Strategy<Value = CallCost> {
    let amount = select(vec!["0.12", "0.120", "9", "10", "-1"]);
    (amount, select(vec![None, Some("USD"), Some("EUR")]), any::<bool>()).prop_map(
        |(amount, currency, credits)| match credits {
            true => CallCost::in_credits(&json!(amount)).unwrap(),
            false => CallCost::in_currency(&json!(amount), currency).unwrap(),
        },
    )
}

fn analysis() -> impl Strategy<Value = CallAnalysis> {
    let values =
        vec((select(vec!["a", "b"]), select(vec![json!(null), json!("x"), json!("y"), json!(10)])), 0..3);
    (of(any::<bool>()), of("[ab]{0,2}"), of("[ab]{0,2}"), values).prop_map(
        |(success, summary, sentiment, values)| {
            let values: BTreeMap<String, Value> =
                values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            CallAnalysis { success, summary, sentiment, values }
        },
    )
}

fn recording() -> impl Strategy<Value = Recording> {
    prop_oneof![
        Just(Recording::none()),
        Just(Recording::default()),
        Just(Recording::through_gateway()),
        "[ab]".prop_map(|name| Recording::at(&format!("https://files.example.com/{name}"))),
    ]
}

fn observation() -> impl Strategy<Value = CallObservation> {
    let what =
        (of(select(STATUSES.to_vec())), of(select(REASONS.to_vec())), of("[ab]"), 0..4_i64, any::<bool>());
    let who = (of(0..3_u8), of(0..3_u8), of(select(vec![Direction::Inbound, Direction::Outbound])));
    let how = (of(time()), of(time()), of(time()), of(0..4_u32), of(cost()));
    let rest =
        (analysis(), of(recording()), of("[ab]{0,3}"), any::<bool>(), any::<bool>(), of(any::<bool>()));
    (what, who, how, rest).prop_map(|(what, who, how, rest)| {
        let (status, ended_reason, vendor_status, at, signed) = what;
        let (begun_at, answered_at, ended_at, duration, cost) = how;
        let (analysis, recording, transcript, is_final, is_excerpt, machine) = rest;
        CallObservation {
            trust: if signed { Trust::Signed } else { Trust::Fetched },
            peer: who.0.map(number),
            own: who.1.map(number),
            direction: who.2,
            vendor_status,
            status,
            ended_reason,
            answered_by: machine.map(|machine| if machine { AnsweredBy::Machine } else { AnsweredBy::Human }),
            times: CallTimes { begun_at, answered_at, ended_at },
            duration: duration.map(|seconds| Seconds(std::time::Duration::from_secs(seconds.into()))),
            cost,
            analysis,
            recording,
            transcript: transcript.map(|text| Transcript::from_text(&text)),
            is_final,
            is_excerpt,
            ..CallObservation::new("r1", second(at))
        }
    })
}

fn call() -> impl Strategy<Value = TrackedCall> {
    let ours = || TrackedCall::dialled(number(9), CallParty::default(), second(0));
    let accepted = move || {
        let mut call = ours();
        call.accept(Some("r1".to_owned()));
        call
    };
    prop_oneof![Just(ours()), Just(accepted()), Just(TrackedCall::discovered("r1"))]
}

fn folded(call: &TrackedCall, seen: &[CallObservation]) -> (TrackedCall, Vec<CallChange>) {
    let mut call = call.clone();
    let changes = seen.iter().flat_map(|seen| call.fold(seen).changes).collect();
    (call, changes)
}

/// Returns the configuration of the property tests, with at least 2,000 cases. `PROPTEST_CASES` can set a higher
/// number.
fn cases() -> ProptestConfig {
    let given = crate::cases();
    ProptestConfig { cases: given.cases.max(2_000), ..given }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_order_of_observations_does_not_matter(
        call in call(),
        (seen, shuffled) in vec(observation(), 1..6).prop_flat_map(|seen| (Just(seen.clone()), Just(seen).prop_shuffle())),
    ) {
        prop_assert_eq!(folded(&call, &seen).0, folded(&call, &shuffled).0);
    }

    #[test]
    fn repeated_observations_change_nothing(call in call(), seen in vec(observation(), 1..5), again in vec(0..5_usize, 0..5)) {
        let (once, _) = folded(&call, &seen);
        let repeats: Vec<_> = again.iter().filter_map(|index| seen.get(*index).cloned()).collect();
        let mut twice = once.clone();
        for seen in repeats {
            let effect = twice.fold(&seen);
            prop_assert_eq!(effect.changes, vec![]);
            prop_assert!(!effect.is_changed && !effect.keeps_transcript);
        }
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn each_step_happens_at_most_once_and_the_end_exactly_once(call in call(), seen in vec(observation(), 1..8)) {
        let (after, mut changes) = folded(&call, &seen);
        let all = changes.len();
        changes.sort();
        changes.dedup();
        prop_assert_eq!(changes.len(), all);
        prop_assert_eq!(changes.contains(&CallChange::Ended), after.observed_status() == CallStatus::Ended);
        prop_assert_eq!(changes.contains(&CallChange::Settled), after.shown().settled);
    }

    #[test]
    fn an_ended_call_never_becomes_live_again(call in call(), seen in vec(observation(), 1..6)) {
        let end = CallObservation { status: Some(CallStatus::Ended), ..CallObservation::new("r1", second(0)) };
        let (ended, _) = folded(&call, &[end]);
        prop_assert_eq!(folded(&ended, &seen).0.observed_status(), CallStatus::Ended);
    }

    #[test]
    fn a_stored_call_is_read_back_unchanged(call in call(), seen in vec(observation(), 1..4)) {
        let (call, _) = folded(&call, &seen);
        let stored = serde_json::to_string(&call).unwrap();
        prop_assert_eq!(serde_json::from_str::<TrackedCall>(&stored).unwrap(), call);
    }
}

#[test]
fn skipped_steps_are_not_made_up() {
    let mut call = TrackedCall::dialled(number(1), CallParty::default(), second(0));
    let ended = CallObservation { status: Some(CallStatus::Ended), ..CallObservation::new("r1", second(1)) };
    assert_eq!(call.fold(&ended).changes, [CallChange::Placed, CallChange::Ended]);
    let ringing =
        CallObservation { status: Some(CallStatus::Ringing), ..CallObservation::new("r1", second(2)) };
    assert_eq!(call.fold(&ringing).changes, []);
}

#[test]
fn an_unknown_word_is_shown_and_leaves_the_status() {
    let mut call = TrackedCall::discovered("r1");
    let seen = |status, word: &str, at| CallObservation {
        status,
        vendor_status: Some(word.to_owned()),
        ..CallObservation::new("r1", second(at))
    };
    call.fold(&seen(Some(CallStatus::InProgress), "talking", 1));
    call.fold(&seen(None, "pondering", 2));
    let shown = call.shown();
    assert_eq!((shown.status, shown.vendor_status.as_deref()), (CallStatus::InProgress, Some("pondering")));
}

#[test]
fn the_more_specific_reason_applies() {
    let end = |reason| CallObservation {
        status: Some(CallStatus::Ended),
        ended_reason: Some(reason),
        ..CallObservation::new("r1", second(1))
    };
    let mut call = TrackedCall::discovered("r1");
    for reason in [EndedReason::Completed, EndedReason::Voicemail, EndedReason::Completed] {
        call.fold(&end(reason));
    }
    assert_eq!(call.shown().ended_reason, Some(EndedReason::Voicemail));
}

#[test]
fn a_time_without_an_offset_is_not_shown() {
    let plain = parse_timestamp(&json!("2026-11-30 10:00:00"));
    let times = CallTimes { begun_at: plain, answered_at: plain, ended_at: plain };
    let mut call = TrackedCall::discovered("r1");
    call.fold(&CallObservation {
        status: Some(CallStatus::Ended),
        times,
        ..CallObservation::new("r1", second(1))
    });
    let shown = call.shown();
    assert_eq!((shown.placed_at, shown.answered_at, shown.ended_at), (None, None, None));
}

#[test]
fn the_dialled_number_stays_and_the_direction_names_the_parties() {
    let seen = CallObservation {
        peer: Some(number(2)),
        own: Some(number(3)),
        ..CallObservation::new("r1", second(1))
    };
    let mut ours = TrackedCall::dialled(number(1), CallParty::default(), second(0));
    ours.fold(&seen);
    let shown = ours.shown();
    assert_eq!((shown.to.phone_number, shown.from.phone_number), (Some(number(1)), Some(number(3))));

    let mut foreign = TrackedCall::discovered("r1");
    foreign.fold(&seen);
    let shown = foreign.shown();
    assert_eq!((shown.peer, shown.to.phone_number, shown.from.phone_number), (Some(number(2)), None, None));
    foreign.fold(&CallObservation {
        direction: Some(Direction::Inbound),
        ..CallObservation::new("r1", second(1))
    });
    let shown = foreign.shown();
    assert_eq!((shown.from.phone_number, shown.to.phone_number), (Some(number(2)), Some(number(3))));
}

#[test]
fn the_latest_link_to_a_recording_applies() {
    let seen = |at, url: &str| CallObservation {
        recording: Some(Recording::at(url)),
        ..CallObservation::new("r1", second(at))
    };
    let mut call = TrackedCall::discovered("r1");
    call.fold(&seen(2, "https://files.example.com/new"));
    call.fold(&seen(1, "https://files.example.com/old"));
    call.fold(&seen(3, "file:///etc/passwd"));
    assert_eq!(call.shown().recording.url.unwrap().as_str(), "https://files.example.com/new");
}

#[test]
fn a_link_that_cannot_be_followed_is_no_recording() {
    let mut call = TrackedCall::discovered("r1");
    call.fold(&CallObservation {
        status: Some(CallStatus::Ended),
        recording: Some(Recording::at("file:///etc/passwd")),
        ..CallObservation::new("r1", second(1))
    });
    assert_eq!(call.shown().recording, Recording::default());
    call.settle();
    assert_eq!(call.shown().recording, Recording::none());
}

#[test]
fn a_link_that_is_signed_again_is_no_change() {
    let seen = |at, url: &str| CallObservation {
        recording: Some(Recording::at(url)),
        ..CallObservation::new("r1", second(at))
    };
    let mut call = TrackedCall::discovered("r1");
    assert!(call.fold(&seen(1, "https://files.example.com/a.wav?expires=60&signature=x")).is_changed);
    assert!(!call.fold(&seen(2, "https://files.example.com/a.wav?expires=90&signature=y")).is_changed);
    let link = call.shown().recording.url.unwrap();
    assert_eq!(link.as_str(), "https://files.example.com/a.wav?expires=90&signature=y");
    assert!(call.fold(&seen(3, "https://files.example.com/b.wav?expires=90&signature=y")).is_changed);
}

#[test]
fn a_call_that_the_vendor_ended_on_request_is_canceled_unless_the_vendor_says_more() {
    let end = |reason| CallObservation {
        status: Some(CallStatus::Ended),
        ended_reason: reason,
        ..CallObservation::new("r1", second(1))
    };
    for (returned, shown) in [
        (None, EndedReason::Canceled),
        (Some(EndedReason::Completed), EndedReason::Canceled),
        (Some(EndedReason::CustomerHungUp), EndedReason::CustomerHungUp),
        (Some(EndedReason::Failed), EndedReason::Canceled),
        (Some(EndedReason::Busy), EndedReason::Busy),
    ] {
        let mut calls = [TrackedCall::discovered("r1"), TrackedCall::discovered("r1")];
        calls[0].stop();
        assert_eq!(calls[0].shown().ended_reason, None, "a request is no end");
        for call in &mut calls {
            call.fold(&end(returned));
        }
        // The order of the request and the end does not matter.
        calls[1].stop();
        assert_eq!(calls[0], calls[1]);
        assert_eq!(calls[0].shown().ended_reason, Some(shown), "{returned:?}");
    }
}

#[test]
fn an_excerpt_does_not_settle_a_call() {
    let mut call = TrackedCall::discovered("r1");
    let row = CallObservation {
        status: Some(CallStatus::Ended),
        is_final: true,
        is_excerpt: true,
        ..CallObservation::new("r1", second(1))
    };
    assert_eq!(call.fold(&row).changes, [CallChange::Ended]);
    let whole = CallObservation { is_excerpt: false, transcript: Some(Transcript::from_text("Hi")), ..row };
    assert_eq!(call.fold(&whole).changes, [CallChange::TranscriptReady, CallChange::Settled]);
}

#[test]
fn the_same_content_at_a_later_time_is_no_change() {
    let word = Some("done".to_owned());
    let seen = CallObservation {
        vendor_status: word,
        status: Some(CallStatus::Ended),
        recording: Some(Recording::at("https://files.example.com/a")),
        ..CallObservation::new("r1", second(1))
    };
    let mut call = TrackedCall::discovered("r1");
    assert!(call.fold(&seen).is_changed);
    let later = CallObservation { observed_at: second(9), ..seen };
    assert!(!call.fold(&later).is_changed);
    assert_eq!(call.shown().observed_at, Some(second(9)));
}
