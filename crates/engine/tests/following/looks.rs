//! The looks at calls whose vendor's id is known.

use serde_json::json;
use switchboard_core::call::{CallStatus, EndedReason, RecordingState, TranscriptState};
use switchboard_store::CallProgress;

use crate::world::{NUMBER, World, at, seconds};

#[tokio::test]
async fn a_call_is_followed_from_ringing_to_settled() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "ringing", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(2)).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Ringing);
    assert_eq!(world.pause(&id).await, Some(5));

    world.vendor.change("c1", json!({ "status": "ended", "ended_at": at(20) }));
    world.look(&[&id], seconds(22)).await;
    let call = world.call(&id).await;
    assert_eq!((call.status, call.ended_reason), (CallStatus::Ended, Some(EndedReason::Completed)));
    assert_eq!(call.transcript.state, TranscriptState::Pending);
    assert!(!call.settled);
    assert_eq!(world.record(&id).await.progress, CallProgress::Settling);
    assert_eq!(world.pause(&id).await, Some(5));

    world.look(&[&id], seconds(27)).await;
    assert_eq!(world.pause(&id).await, Some(25));
    world.vendor.change("c1", json!({ "transcript": "Agent: Hello." }));
    world.look(&[&id], seconds(52)).await;
    assert_eq!(world.call(&id).await.transcript.state, TranscriptState::Available);
    assert!(!world.call(&id).await.settled, "the look changed the call, so no two looks agree");
    assert_eq!(world.pause(&id).await, Some(90));

    world.look(&[&id], seconds(142)).await;
    let call = world.call(&id).await;
    assert!(call.settled);
    assert_eq!(world.record(&id).await.progress, CallProgress::Over);
    assert_eq!(world.pause(&id).await, None);
    assert_eq!(world.follower().transcript(&id).await.unwrap().text.unwrap(), "Agent: Hello.");
}

#[tokio::test]
async fn a_call_without_a_transcript_is_settled_after_the_last_look() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "ended", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(10)).await;
    let mut pauses = Vec::new();
    while let Some(pause) = world.pause(&id).await {
        pauses.push(pause);
        world.look(&[&id], seconds(20)).await;
    }
    assert_eq!(pauses, [5, 25, 90, 480, 3000]);
    let call = world.call(&id).await;
    assert!(call.settled);
    assert_eq!(call.transcript.state, TranscriptState::None);
}

#[tokio::test]
async fn a_call_that_nobody_answered_is_settled_when_two_looks_agree() {
    for reason in ["no_answer", "busy", "failed", "canceled", "invalid_number"] {
        let world = World::start("fetch answers-id").await;
        let id = world.placed(NUMBER, Some("c1")).await;
        let ended = json!({ "status": "ended", "reason": reason, "to": NUMBER, "begun_at": at(0) });
        world.vendor.put("c1", ended);
        world.look(&[&id], seconds(10)).await;
        world.look(&[&id], seconds(15)).await;
        assert!(!world.call(&id).await.settled, "{reason}: a single look after the end");
        world.look(&[&id], seconds(40)).await;
        let call = world.call(&id).await;
        assert!(call.settled, "{reason}");
        assert_eq!(call.transcript.state, TranscriptState::None, "{reason}");
        assert_eq!(call.recording.state, RecordingState::None, "{reason}");
        assert_eq!(world.pause(&id).await, None, "{reason}");
    }
}

#[tokio::test]
async fn a_call_that_failed_after_the_answer_waits_for_its_transcript() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put(
        "c1",
        json!({ "status": "ended", "reason": "failed", "to": NUMBER, "begun_at": at(0), "answered_at": at(2) }),
    );
    for time in [10, 15, 40] {
        world.look(&[&id], seconds(time)).await;
    }
    let call = world.call(&id).await;
    assert_eq!((call.settled, call.transcript.state), (false, TranscriptState::Pending));
    assert_eq!(world.pause(&id).await, Some(90));
}

#[tokio::test]
async fn a_transcript_with_a_request_of_its_own_is_read_after_the_end() {
    let world = World::start("fetch answers-id transcripts").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(5)).await;
    assert!(!world.vendor.take_requests().iter().any(|request| request.ends_with("transcript")));
    world.vendor.change("c1", json!({ "status": "ended" }));
    world.vendor.state().transcripts.insert("c1".to_owned(), "Agent: Good day.".to_owned());
    world.look(&[&id], seconds(10)).await;
    assert_eq!(world.follower().transcript(&id).await.unwrap().text.unwrap(), "Agent: Good day.");
}

#[tokio::test]
async fn one_list_serves_all_live_calls() {
    let world = World::start("fetch answers-id").await;
    let mut ids = Vec::new();
    for number in 0..50 {
        let (peer, remote_id) = (format!("+155501001{number:02}"), format!("c{number}"));
        ids.push(world.placed(&peer, Some(&remote_id)).await);
        world.vendor.put(&remote_id, json!({ "status": "talking", "to": peer, "begun_at": at(0) }));
    }
    let all: Vec<_> = ids.iter().map(String::as_str).collect();
    world.look(&all, seconds(5)).await;
    assert_eq!(world.vendor.take_requests().len(), 1);
    for id in &ids {
        assert_eq!(world.call(id).await.status, CallStatus::InProgress);
    }
}

#[tokio::test]
async fn a_live_call_that_the_list_does_not_show_is_read_by_id() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.vendor.state().unlisted.push("c1".to_owned());
    world.look(&[&id], seconds(5)).await;
    let requests = world.vendor.take_requests();
    assert_eq!((requests.len(), requests[1].as_str()), (2, "GET /calls/c1"));
    assert_eq!(world.call(&id).await.status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_look_reads_at_most_20_calls_by_id_and_the_rest_later() {
    let world = World::start("fetch answers-id").await;
    let mut ids = Vec::new();
    for number in 0..30 {
        let (peer, remote_id) = (format!("+155501001{number:02}"), format!("c{number}"));
        ids.push(world.placed(&peer, Some(&remote_id)).await);
        world.vendor.put(&remote_id, json!({ "status": "talking", "to": peer, "begun_at": at(0) }));
        world.vendor.state().unlisted.push(remote_id);
    }
    let all: Vec<_> = ids.iter().map(String::as_str).collect();
    world.look(&all, seconds(5)).await;
    assert_eq!(world.vendor.take_requests().len(), 21);
    for id in &ids {
        assert_eq!(world.pause(id).await, Some(5), "a call that was not read is due again");
    }
}

#[tokio::test]
async fn a_long_call_is_read_by_id_every_30_seconds_and_does_not_lengthen_the_list() {
    let world = World::start("fetch answers-id").await;
    let (long, short) =
        (world.placed(NUMBER, Some("c1")).await, world.placed("+15550100124", Some("c2")).await);
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.vendor.put("c2", json!({ "status": "talking", "to": "+15550100124", "begun_at": at(0) }));
    let mut record = world.record(&long).await;
    record.placing.as_mut().unwrap().max_duration_s = Some(3600.0);
    world.store_record(&record).await;
    world.look(&[&long], seconds(1801)).await;
    assert_eq!(world.pause(&long).await, Some(30));
    let requests = world.vendor.take_requests();
    assert!(requests.contains(&"GET /calls/c1".to_owned()), "{requests:?}");
    world.look(&[&short], seconds(5)).await;
    assert_eq!(world.pause(&short).await, Some(5));
}

#[tokio::test]
async fn a_call_that_the_vendor_lost_is_given_up_after_its_maximum_duration() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.look(&[&id], seconds(1190)).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Queued);
    world.look(&[&id], seconds(1210)).await;
    let call = world.call(&id).await;
    assert_eq!((call.status, call.ended_reason), (CallStatus::Ended, Some(EndedReason::Indeterminate)));
    assert_eq!(world.record(&id).await.progress, CallProgress::Settling);

    world.vendor.put("c1", json!({ "status": "ended", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(2000)).await;
    let call = world.call(&id).await;
    assert_eq!(
        call.ended_reason,
        Some(EndedReason::Completed),
        "a later answer of the vendor replaces the end"
    );
}

#[tokio::test]
async fn a_call_that_was_given_up_is_over_after_a_day() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.look(&[&id], seconds(1210)).await;
    assert!(!world.call(&id).await.settled, "the vendor may still return the call");
    world.look(&[&id], seconds(1210 + 24 * 3600)).await;
    assert_eq!(world.record(&id).await.progress, CallProgress::Over);
    assert_eq!(world.pause(&id).await, None);
    let call = world.call(&id).await;
    assert_eq!((call.settled, call.transcript.state), (true, TranscriptState::None));

    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    let call = world.follower().sync(&id).await.unwrap().call();
    assert_eq!((call.status, call.settled), (CallStatus::InProgress, false));
}

#[tokio::test]
async fn a_failed_look_changes_nothing_and_is_repeated() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.vendor.state().is_down = true;
    let before = world.record(&id).await;
    world.try_look(&[&id], seconds(5)).await.unwrap_err();
    let after = world.record(&id).await;
    assert_eq!((&after.tracked, after.version), (&before.tracked, before.version));
    assert_eq!(world.pause(&id).await, Some(5));
    world.vendor.state().is_down = false;
    world.look(&[&id], seconds(10)).await;
    assert_eq!(world.call(&id).await.status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_call_that_is_not_due_takes_what_the_list_shows() {
    let world = World::start("fetch answers-id").await;
    let (due, other) =
        (world.placed(NUMBER, Some("c1")).await, world.placed("+15550100124", Some("c2")).await);
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.vendor.put("c2", json!({ "status": "talking", "to": "+15550100124", "begun_at": at(0) }));
    world.look(&[&due], seconds(5)).await;
    assert_eq!(world.call(&other).await.status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_call_that_the_vendor_returns_as_live_forever_is_over_some_day() {
    let world = World::start("fetch answers-id").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    // Without a time, the call is in each list.
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER }));
    world.look(&[&id], seconds(1190)).await;
    assert_eq!(world.record(&id).await.progress, CallProgress::Live);
    world.look(&[&id], seconds(1210)).await;
    let record = world.record(&id).await;
    assert_eq!((record.progress, record.call().status), (CallProgress::Settling, CallStatus::InProgress));
    assert_eq!(world.pause(&id).await, Some(600));
    assert!(world.store.calls().live("toy", None, 10).await.unwrap().is_empty());

    world.look(&[&id], seconds(1210 + 24 * 3600)).await;
    let record = world.record(&id).await;
    assert_eq!((record.progress, world.pause(&id).await), (CallProgress::Over, None));
    assert_eq!(record.call().ended_reason, Some(EndedReason::Indeterminate));
    world.look_again(seconds(1220 + 24 * 3600)).await;
    assert_eq!(world.record(&id).await.version, record.version, "the call can expire");
    world.vendor.change("c1", json!({ "status": "ended" }));
    world.look_again(seconds(1230 + 24 * 3600)).await;
    assert_eq!(world.call(&id).await.ended_reason, Some(EndedReason::Completed));
}

#[tokio::test]
async fn a_call_that_can_no_longer_be_live_may_be_erased() {
    let world = World::start("fetch answers-id erase").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.look(&[&id], seconds(1210)).await;
    world.follower().erase(&id).await.unwrap();
    let call = world.call(&id).await;
    assert_eq!((call.status, call.ended_reason), (CallStatus::Ended, Some(EndedReason::Indeterminate)));
}

#[tokio::test]
async fn a_call_that_cannot_be_read_is_given_up_after_its_maximum_duration() {
    for is_down in [true, false] {
        let world = World::start("fetch answers-id").await;
        let id = world.placed(NUMBER, Some("c1")).await;
        {
            let mut vendor = world.vendor.state();
            vendor.is_down = is_down;
            vendor.unreadable.push("c1".to_owned());
        }
        assert_eq!(world.try_look(&[&id], seconds(1190)).await.is_err(), is_down);
        assert_eq!(world.record(&id).await.progress, CallProgress::Live);
        assert_eq!(world.try_look(&[&id], seconds(1210)).await.is_err(), is_down);
        let record = world.record(&id).await;
        assert_eq!(record.progress, CallProgress::Settling, "{is_down}");
        assert_eq!(record.call().ended_reason, Some(EndedReason::Indeterminate), "{is_down}");
        assert_eq!(world.pause(&id).await, Some(600), "{is_down}");
        let _ = world.try_look(&[&id], seconds(1210 + 24 * 3600)).await;
        assert_eq!(world.record(&id).await.progress, CallProgress::Over, "{is_down}");
    }
}
