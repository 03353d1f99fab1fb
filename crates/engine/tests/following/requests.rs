//! Requests about one call, retention, and the wait for live calls before an agent's copy is removed.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_core::{
    call::{CallMatch, CallStatus, EndedReason, TranscriptState},
    error::Kind,
};
use switchboard_engine::calls::{CallResolution, CallSignals, ErasureState, HangUp, MAX_RECORDINGS};
use switchboard_store::{CallCap, CallCaps, CallMutation, CallProgress, CallRow, Document};

use crate::world::{NUMBER, World, at, seconds};

const WORDS: &str = "Agent: The canary word is marzipan.";

/// Starts a world with a call that has ended and has a transcript.
async fn with_ended_call(abilities: &str, calls: &str) -> (World, String) {
    let world = World::start_with(abilities, "", calls).await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world
        .vendor
        .put("c1", json!({ "status": "ended", "to": NUMBER, "begun_at": at(0), "transcript": WORDS }));
    world.look(&[&id], seconds(5)).await;
    (world, id)
}

fn is(remote_id: &str) -> CallResolution {
    CallResolution { remote_id: Some(remote_id.to_owned()), not_placed: None }
}

#[tokio::test]
async fn a_live_call_is_ended_and_the_end_is_observed() {
    let world = World::start("fetch answers-id hang-up").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(2)).await;
    let HangUp::Accepted(call) = world.follower().hang_up(&id).await.unwrap() else { panic!("ended") };
    assert_eq!(
        call.call().status,
        CallStatus::InProgress,
        "ended is what the vendor returns, not what was asked"
    );
    assert_eq!(world.pause(&id).await, Some(0));
    world.look(&[&id], seconds(3)).await;
    let ended = world.call(&id).await;
    // The toy has no reason of its own for an end on request.
    assert_eq!((ended.status, ended.ended_reason), (CallStatus::Ended, Some(EndedReason::Canceled)));
    assert!(matches!(world.follower().hang_up(&id).await.unwrap(), HangUp::Ended(_)));
}

#[tokio::test]
async fn a_call_that_the_vendor_has_ended_meanwhile_is_no_error() {
    let world = World::start("fetch answers-id hang-up").await;
    let id = world.placed(NUMBER, Some("gone")).await;
    assert!(matches!(world.follower().hang_up(&id).await.unwrap(), HangUp::Accepted(_)));
}

#[tokio::test]
async fn a_call_without_an_id_or_at_a_vendor_that_cannot_end_calls_is_not_ended() {
    let world = World::start("fetch answers-id hang-up").await;
    let id = world.placed(NUMBER, None).await;
    assert_eq!(world.follower().hang_up(&id).await.unwrap_err().kind, Kind::StateConflict);
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    assert_eq!(world.follower().hang_up(&id).await.unwrap_err().kind, Kind::CapabilityLoss);
}

#[tokio::test]
async fn a_sync_looks_now_and_keeps_the_time_of_the_next_look() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    let call = world.follower().sync(&id).await.unwrap();
    assert_eq!(call.call().status, CallStatus::InProgress);
    assert!(world.pause(&id).await.unwrap() > 3500, "only the look that is due sets the next one");
    world.vendor.state().is_down = true;
    assert_eq!(world.follower().sync(&id).await.unwrap_err().kind, Kind::VendorUnavailable);
}

#[tokio::test]
async fn a_sync_of_a_vendor_without_single_calls_reads_the_list() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    assert_eq!(world.follower().sync(&id).await.unwrap().call().status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_person_can_correct_an_inferred_call() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world
        .vendor
        .put("wrong", json!({ "status": "ended", "to": NUMBER, "begun_at": at(1), "transcript": WORDS }));
    for later in [3, 14] {
        world.look(&[&id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.matched, CallMatch::Inferred);
    world.vendor.put("right", json!({ "status": "talking", "to": NUMBER, "begun_at": at(2) }));
    let call = world.follower().resolve(&id, &is("right")).await.unwrap().call();
    assert_eq!((call.remote_id.as_deref(), call.status), (Some("right"), CallStatus::InProgress));
    assert_eq!(call.transcript.state, TranscriptState::Pending);
    assert!(
        world.store.calls().transcript(&id).await.unwrap().is_none(),
        "the transcript is of the wrong call"
    );
}

#[tokio::test]
async fn a_resolved_call_takes_the_place_of_a_call_of_others() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.look(&[&id], seconds(901)).await;
    world
        .vendor
        .put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(880), "agent": "other" }));
    world.look_again(seconds(902)).await;
    assert_eq!(world.ids().await.len(), 2, "the vendor's call was stored as a call of others");
    world.follower().resolve(&id, &is("c1")).await.unwrap();
    assert_eq!(world.ids().await, [id]);
}

#[tokio::test]
async fn a_decision_that_cannot_be_right_is_refused() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    let bound = world.placed("+15550100124", Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "begun_at": at(1) }));
    world.vendor.put("c2", json!({ "status": "talking", "to": "+15550100124", "begun_at": at(1) }));
    let refused =
        async |call: &str, resolution| world.follower().resolve(call, &resolution).await.unwrap_err();
    let both = CallResolution { remote_id: Some("c1".to_owned()), not_placed: Some(true) };
    let neither = CallResolution { remote_id: None, not_placed: None };
    let no = CallResolution { remote_id: None, not_placed: Some(false) };
    for (resolution, kind) in [
        (both, Kind::ValidationFailed),
        (neither, Kind::ValidationFailed),
        (no, Kind::ValidationFailed),
        (is("../c1"), Kind::ValidationFailed),
        (is("unknown"), Kind::ValidationFailed),
        (is("c2"), Kind::ValidationFailed),
        (is("c1"), Kind::AlreadyExists),
    ] {
        let context = format!("{resolution:?}");
        let error = refused(&id, resolution).await;
        assert_eq!(error.violations.first().map(|violation| violation.code), Some(kind), "{context}");
    }
    assert_eq!(refused(&bound, is("c2")).await.kind, Kind::StateConflict);
}

#[tokio::test]
async fn a_person_can_state_that_a_call_was_not_placed() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    let resolution = CallResolution { remote_id: None, not_placed: Some(true) };
    let record = world.follower().resolve(&id, &resolution).await.unwrap();
    let call = record.call();
    assert_eq!((call.status, call.ended_reason), (CallStatus::Ended, Some(EndedReason::NotPlaced)));
    assert_eq!(record.progress, CallProgress::Over);
    assert!(record.is_counted && record.is_dialling, "the limits do not depend on what a caller states");
}

#[tokio::test]
async fn a_call_that_the_vendor_has_accepted_was_placed() {
    let world = World::start("").await;
    let mut record = world.sent(NUMBER, seconds(60)).await;
    record.tracked.accept(None);
    record.progress = CallProgress::Live;
    world.store_record(&record).await;
    let resolution = CallResolution { remote_id: None, not_placed: Some(true) };
    let refused = world.follower().resolve(&record.id, &resolution).await.unwrap_err();
    assert_eq!(refused.kind, Kind::StateConflict);
    assert_eq!(world.call(&record.id).await.status, CallStatus::Queued);

    // An inferred call does not show that the vendor has accepted the dial.
    let id = world.placed("+15550100124", None).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": "+15550100124", "begun_at": at(1) }));
    for later in [3, 14] {
        world.look(&[&id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.matched, CallMatch::Inferred);
    let call = world.follower().resolve(&id, &resolution).await.unwrap().call();
    assert_eq!(call.ended_reason, Some(EndedReason::NotPlaced));
}

#[tokio::test]
async fn the_erasure_of_a_call_that_was_not_placed_concerns_no_vendor() {
    let world = World::start("erase").await;
    let id = world.placed(NUMBER, None).await;
    let resolution = CallResolution { remote_id: None, not_placed: Some(true) };
    world.follower().resolve(&id, &resolution).await.unwrap();
    assert_eq!(world.follower().erase(&id).await.unwrap().vendor, ErasureState::NotPlaced);
}

#[tokio::test]
async fn an_erased_call_blocks_its_number_until_the_gap_is_over() {
    let world = World::start("erase").await;
    let id = world.placed(NUMBER, None).await;
    let peer = world.row(&id).await.unwrap().peer.unwrap();
    let resolution = CallResolution { remote_id: None, not_placed: Some(true) };
    world.follower().resolve(&id, &resolution).await.unwrap();
    world.follower().erase(&id).await.unwrap();
    let blocking = async || world.store.calls().dialling("toy", &peer).await.unwrap();
    let other = blocking().await.unwrap();
    assert_eq!((other.call.id.as_str(), other.call.progress), (id.as_str(), CallProgress::Over));
    assert!(other.since < seconds(60) && other.due.unwrap() > seconds(86_000), "{other:?}");
    assert!(world.record(&id).await.tracked.is_erased());

    world.look(&[&id], seconds(24 * 3600 + 1)).await;
    assert!(blocking().await.is_none());
}

#[tokio::test]
async fn a_transcript_is_sealed_and_expires() {
    let (world, id) = with_ended_call("fetch answers-id", "").await;
    let kept = world.store.calls().transcript(&id).await.unwrap().unwrap();
    assert!(kept.expose_secret().contains("marzipan"));
    assert_eq!(world.follower().transcript(&id).await.unwrap().text.unwrap(), WORDS);
}

#[tokio::test]
async fn a_transcript_that_is_not_kept_is_read_on_request() {
    let (world, id) = with_ended_call("fetch answers-id", "keep_transcripts_days = 0").await;
    assert!(world.store.calls().transcript(&id).await.unwrap().is_none());
    let answer = world.follower().transcript(&id).await.unwrap();
    assert_eq!((answer.state, answer.text.as_deref()), (TranscriptState::Available, Some(WORDS)));
}

#[tokio::test]
async fn an_expired_transcript_is_removed_and_does_not_come_back() {
    // A thousandth of a second.
    let (world, id) = with_ended_call("fetch answers-id", "keep_transcripts_days = 0.0000000116").await;
    while world.store.calls().expired_transcripts(1).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    world.follower().remove_expired().await.unwrap();
    assert!(world.store.calls().transcript(&id).await.unwrap().is_none());
    assert_eq!(world.call(&id).await.transcript.state, TranscriptState::Expired);
    world.look(&[&id], seconds(10)).await;
    assert_eq!(world.follower().transcript(&id).await.unwrap().state, TranscriptState::Expired);
}

#[tokio::test]
async fn an_ended_call_is_erased_here_and_at_the_vendor() {
    let (world, id) = with_ended_call("fetch answers-id erase", "").await;
    let answer = world.follower().erase(&id).await.unwrap();
    assert_eq!(answer.vendor, ErasureState::Erased);
    assert!(world.vendor.state().calls.is_empty());
    let row = world.row(&id).await.unwrap();
    assert!(!row.personal.as_ref().unwrap().expose_secret().contains("15550100123"));
    assert!(world.store.calls().transcript(&id).await.unwrap().is_none());
    let record = world.record(&id).await;
    let call = record.call();
    assert!(call.settled);
    assert_eq!((call.status, call.remote_id.as_deref()), (CallStatus::Ended, Some("c1")));
    assert_eq!((record.progress, call.transcript.state), (CallProgress::Over, TranscriptState::Erased));
    assert_eq!(world.follower().erase(&id).await.unwrap(), answer, "another request has the same result");
}

#[tokio::test]
async fn an_erased_call_takes_no_observation_and_is_not_discovered() {
    let (world, id) = with_ended_call("fetch answers-id", "").await;
    assert_eq!(world.follower().erase(&id).await.unwrap().vendor, ErasureState::Unsupported);
    world.look_again(seconds(100)).await;
    assert_eq!(world.ids().await, std::slice::from_ref(&id));
    let row = world.row(&id).await.unwrap();
    assert!(!row.personal.as_ref().unwrap().expose_secret().contains("15550100123"));
}

#[tokio::test]
async fn the_erasure_at_the_vendor_is_repeated_until_it_succeeds() {
    let (world, id) = with_ended_call("fetch answers-id erase", "").await;
    world.vendor.state().is_down = true;
    assert_eq!(world.follower().erase(&id).await.unwrap().vendor, ErasureState::Pending);
    assert_eq!(world.pause(&id).await, Some(30));
    world.look(&[&id], seconds(40)).await;
    assert_eq!(world.pause(&id).await, Some(60));
    world.vendor.state().is_down = false;
    world.look(&[&id], seconds(100)).await;
    assert!(world.vendor.state().calls.is_empty());
    assert_eq!(world.follower().erase(&id).await.unwrap().vendor, ErasureState::Erased);
    assert_eq!(world.record(&id).await.progress, CallProgress::Over);
}

#[tokio::test]
async fn a_live_call_is_not_erased() {
    let world = World::start("fetch answers-id erase").await;
    for remote_id in [Some("c1"), None] {
        let id = world.placed(&format!("+1555010012{}", remote_id.map_or(1, |_| 2)), remote_id).await;
        assert_eq!(world.follower().erase(&id).await.unwrap_err().kind, Kind::StateConflict);
    }
}

#[test]
fn the_recordings_that_are_forwarded_are_limited() {
    let signals = CallSignals::default();
    let mut forwarded: Vec<_> = (0..MAX_RECORDINGS).map(|_| signals.admit_recording().unwrap()).collect();
    assert_eq!(signals.admit_recording().unwrap_err().kind, Kind::Overloaded);
    forwarded.pop();
    drop(signals.admit_recording().unwrap());
}

#[tokio::test]
async fn an_erased_call_counts_against_the_limit_of_its_number_for_a_day() {
    let (world, id) = with_ended_call("fetch answers-id erase", "").await;
    let peer = world.row(&id).await.unwrap().peer.unwrap();
    world.follower().erase(&id).await.unwrap();
    let caps = CallCaps { max_live: 9, per_minute: 9, per_day: 9, per_number_per_day: 1 };
    let is_reached = async || {
        let used = world.store.calls().usage("toy", Some(&peer), &caps).await.unwrap();
        used.iter().any(|used| used.cap == CallCap::PerNumberPerDay && used.is_reached())
    };
    assert!(is_reached().await);
    let pause = world.pause(&id).await;
    assert!(pause.is_some_and(|pause| (86_300..=86_400).contains(&pause)), "{pause:?}");

    world.look(&[&id], seconds(24 * 3600 + 1)).await;
    assert!(!is_reached().await);
    assert_eq!((world.row(&id).await.unwrap().peer, world.pause(&id).await), (None, None));
}

#[tokio::test]
async fn a_call_is_erased_at_a_vendor_that_is_configured_again() {
    let (world, id) = with_ended_call("fetch answers-id erase", "").await;
    let without = world.process_without_the_vendor();
    assert_eq!(without.follower().erase(&id).await.unwrap().vendor, ErasureState::Pending);
    world.look(&[&id], seconds(40)).await;
    assert!(world.vendor.state().calls.is_empty());
    assert_eq!(world.follower().erase(&id).await.unwrap().vendor, ErasureState::Erased);
}

#[tokio::test]
async fn a_damaged_call_does_not_stop_the_removal_of_transcripts() {
    let (world, damaged) = with_ended_call("fetch answers-id", "keep_transcripts_days = 0.0000000116").await;
    let id = world.placed("+15550100124", Some("c2")).await;
    let ended = json!({ "status": "ended", "to": "+15550100124", "begun_at": at(0), "transcript": WORDS });
    world.vendor.put("c2", ended);
    world.look(&[&id], seconds(5)).await;
    let row = world.row(&damaged).await.unwrap();
    let call = CallRow { document: Document::new(&json!({})).unwrap(), ..row };
    world.commit(CallMutation::Update { call, due: None }).await;
    while world.store.calls().expired_transcripts(2).await.unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    world.follower().remove_expired().await.unwrap();
    for call in [&damaged, &id] {
        assert!(world.store.calls().transcript(call).await.unwrap().is_none());
    }
    assert_eq!(world.call(&id).await.transcript.state, TranscriptState::Expired);
}

#[tokio::test]
async fn a_call_is_resolved_with_the_longest_id_of_a_vendor() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    let longest = "c".repeat(255);
    world.vendor.put(&longest, json!({ "status": "talking", "to": NUMBER, "begun_at": at(1) }));
    let call = world.follower().resolve(&id, &is(&longest)).await.unwrap().call();
    assert_eq!(call.remote_id, Some(longest));
}

#[tokio::test]
async fn the_vendors_call_of_an_erased_dial_is_not_stored_as_one_of_others() {
    for (abilities, hidden) in [("", vec![]), ("fetch answers-id marks excerpts", vec!["to", "marker"])] {
        let world = World::start(abilities).await;
        let id = world.placed(NUMBER, None).await;
        world.look(&[&id], seconds(901)).await;
        world.follower().erase(&id).await.unwrap();
        let marker = (!abilities.is_empty()).then_some(&id);
        let call = json!({ "status": "talking", "to": NUMBER, "marker": marker, "begun_at": at(880) });
        world.vendor.put("ours", call);
        let other = json!({ "status": "talking", "to": "+15550100124", "begun_at": at(880) });
        world.vendor.put("other", other);
        world.vendor.state().hidden_in_list = hidden;
        world.look_again(seconds(902)).await;
        let ids = world.ids().await;
        assert_eq!(ids.len(), 2, "{abilities}");
        let stored = ids.iter().find(|stored| **stored != id).unwrap();
        assert_eq!(world.call(stored).await.remote_id.as_deref(), Some("other"), "{abilities}");

        // The hash of the number is removed when the call is no longer recognized.
        world.look(&[&id], seconds(901 + 24 * 3600)).await;
        assert_eq!((world.row(&id).await.unwrap().peer, world.pause(&id).await), (None, None));
        assert_eq!(world.record(&id).await.progress, CallProgress::Over);
    }
}
