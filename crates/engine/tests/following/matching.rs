//! The search for the vendor's calls of dials whose answers had no id.

use serde_json::json;
use switchboard_core::call::{CallMatch, CallStatus, EndedReason};
use switchboard_engine::calls::CallResolution;
use switchboard_store::CallProgress;

use crate::world::{NUMBER, World, at, seconds};

fn talking(number: &str) -> serde_json::Value {
    json!({ "status": "talking", "to": number, "agent": "reception", "begun_at": at(1) })
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_marker() {
    let world = World::start("fetch answers-id marks excerpts").await;
    let id = world.placed(NUMBER, None).await;
    let mut console = talking(NUMBER);
    world.vendor.put("console", console.clone());
    console["marker"] = id.clone().into();
    world.vendor.put("ours", console);
    world.vendor.state().hidden_in_list = vec!["marker"];
    world.look(&[&id], seconds(3)).await;
    let call = world.call(&id).await;
    assert_eq!((call.remote_id.as_deref(), call.matched), (Some("ours"), CallMatch::Marked));
    assert_eq!(call.status, CallStatus::InProgress);
}

#[tokio::test]
async fn where_the_marker_is_certain_nothing_is_inferred() {
    let world = World::start("fetch answers-id marks").await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("console", talking(NUMBER));
    for later in [3, 20, 40] {
        world.look(&[&id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.remote_id, None);
}

#[tokio::test]
async fn a_single_call_is_inferred_after_two_looks() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("c1", talking(NUMBER));
    world.look(&[&id], seconds(3)).await;
    assert_eq!(world.call(&id).await.matched, CallMatch::Pending);
    world.look(&[&id], seconds(8)).await;
    assert_eq!(world.call(&id).await.matched, CallMatch::Pending, "the looks are less than 10 s apart");
    world.look(&[&id], seconds(14)).await;
    let call = world.call(&id).await;
    assert_eq!((call.remote_id.as_deref(), call.matched), (Some("c1"), CallMatch::Inferred));
    assert_eq!(call.status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_call_of_the_first_look_ever_is_not_that_of_a_later_dial() {
    let world = World::start("fetch answers-id").await;
    let mut plain = talking(NUMBER);
    // A time without a zone.
    plain["begun_at"] = json!(at(0).trim_end_matches('Z').replace('T', " "));
    world.vendor.put("earlier", plain.clone());
    world.look_again(seconds(0)).await;
    let id = world.placed(NUMBER, None).await;
    for later in [3, 14] {
        world.look(&[&id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.remote_id, None);
    world.vendor.put("c1", plain);
    for later in [20, 31] {
        world.look(&[&id], seconds(later)).await;
    }
    let call = world.call(&id).await;
    assert_eq!((call.remote_id.as_deref(), call.matched), (Some("c1"), CallMatch::Inferred));
}

#[tokio::test]
async fn several_calls_are_ambiguous_until_a_person_decides() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("c1", talking(NUMBER));
    world.vendor.put("c2", talking(NUMBER));
    world.look(&[&id], seconds(3)).await;
    let call = world.call(&id).await;
    assert_eq!(call.matched, CallMatch::Ambiguous);
    assert_eq!(call.candidates.len(), 2);
    assert!(world.record(&id).await.error.is_some());
    world.vendor.state().calls.remove("c2");
    for later in [20, 40] {
        world.look(&[&id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.matched, CallMatch::Ambiguous, "it never expires into a guess");

    let resolution = CallResolution { remote_id: Some("c1".to_owned()), not_placed: None };
    let call = world.follower().resolve(&id, &resolution).await.unwrap().call();
    assert_eq!((call.remote_id.as_deref(), call.matched), (Some("c1"), CallMatch::Resolved));
    assert!(call.candidates.is_empty());
    assert_eq!(world.pause(&id).await, Some(5));
}

#[tokio::test]
async fn a_dial_that_the_vendor_does_not_list_is_given_up_and_recognized_within_a_day() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.look(&[&id], seconds(890)).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Unknown);
    world.look(&[&id], seconds(901)).await;
    let call = world.call(&id).await;
    assert_eq!((call.status, call.ended_reason), (CallStatus::Ended, Some(EndedReason::Indeterminate)));
    assert_eq!(call.matched, CallMatch::None);
    assert!(!world.record(&id).await.is_dialling);

    world.vendor.put("c1", talking(NUMBER));
    world.look(&[&id], seconds(2000)).await;
    world.look(&[&id], seconds(2600)).await;
    let call = world.call(&id).await;
    assert_eq!((call.remote_id.as_deref(), call.status), (Some("c1"), CallStatus::InProgress));
}

#[tokio::test]
async fn another_dial_to_the_number_may_begin_after_the_gap() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.look(&[&id], seconds(179)).await;
    assert!(world.record(&id).await.is_dialling);
    world.look(&[&id], seconds(181)).await;
    assert!(!world.record(&id).await.is_dialling);
}

#[tokio::test]
async fn a_call_of_another_dial_is_no_candidate() {
    let world = World::start("").await;
    let bound = world.placed("+15550100124", Some("c1")).await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("c1", talking(NUMBER));
    for later in [3, 14, 30] {
        world.look(&[&bound, &id], seconds(later)).await;
    }
    assert_eq!(world.call(&id).await.remote_id, None);
}

#[tokio::test]
async fn a_call_of_others_with_the_marker_of_a_dial_gives_way() {
    let world = World::start("fetch answers-id marks").await;
    let id = world.placed(NUMBER, None).await;
    world.look(&[&id], seconds(901)).await;
    world.vendor.put("c1", talking(NUMBER));
    world.vendor.change("c1", json!({ "begun_at": at(880) }));
    world.look_again(seconds(902)).await;
    assert_eq!(world.ids().await.len(), 2, "without the marker, the call is one of others");
    world.vendor.change("c1", json!({ "marker": id }));
    world.look(&[&id], seconds(1600)).await;
    assert_eq!(world.ids().await, std::slice::from_ref(&id));
    assert_eq!(world.call(&id).await.matched, CallMatch::Marked);
}

#[tokio::test]
async fn an_ambiguous_call_is_not_live_after_its_maximum_duration() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("c1", talking(NUMBER));
    world.vendor.put("c2", talking(NUMBER));
    world.look(&[&id], seconds(3)).await;
    let pause = world.pause(&id).await;
    assert!(pause.is_some_and(|pause| (1190..=1200).contains(&pause)), "{pause:?}");
    let is_live = async || !world.store.calls().live("toy", None, 10).await.unwrap().is_empty();
    assert!(is_live().await);

    world.look(&[&id], seconds(1201)).await;
    assert!(!is_live().await);
    assert_eq!(world.call(&id).await.matched, CallMatch::Ambiguous);
    assert!(world.record(&id).await.error.is_some());
    world.look(&[&id], seconds(1201 + 24 * 3600)).await;
    assert_eq!((world.record(&id).await.progress, world.pause(&id).await), (CallProgress::Over, None));
    assert_eq!(world.call(&id).await.matched, CallMatch::Ambiguous);

    let resolution = CallResolution { remote_id: Some("c2".to_owned()), not_placed: None };
    let call = world.follower().resolve(&id, &resolution).await.unwrap().call();
    assert_eq!((call.remote_id.as_deref(), call.status), (Some("c2"), CallStatus::InProgress));
}

#[tokio::test]
async fn a_dial_whose_answer_may_still_arrive_keeps_its_call() {
    for has_time in [true, false] {
        let world = World::start("").await;
        let lost = world.placed(NUMBER, None).await;
        let mut record = world.record(&lost).await;
        record.is_dialling = false;
        world.store_record(&record).await;
        let sent = world.sent(NUMBER, seconds(60)).await;
        let mut row = talking(NUMBER);
        if !has_time {
            row["begun_at"] = json!(null);
        }
        world.vendor.put("c1", row);
        for later in [3, 14, 30] {
            world.look(&[&lost], seconds(later)).await;
        }
        let call = world.call(&lost).await;
        assert_eq!((call.remote_id, call.matched), (None, CallMatch::Pending), "{has_time}");
        let id = world.answer(sent, Some("c1")).await;
        assert_eq!(world.call(&id).await.matched, CallMatch::Answered);
    }
}

#[tokio::test]
async fn the_record_of_an_erased_call_keeps_the_vendors_call() {
    let world = World::start("fetch answers-id marks").await;
    world.vendor.put("c1", json!({ "status": "ended", "to": NUMBER, "begun_at": at(1) }));
    world.look_again(seconds(0)).await;
    let foreign = world.ids().await.remove(0);
    world.follower().erase(&foreign).await.unwrap();
    let id = world.placed(NUMBER, None).await;
    world.vendor.change("c1", json!({ "marker": id }));
    world.look(&[&id], seconds(3)).await;
    assert_eq!(world.call(&id).await.remote_id, None);
    assert!(world.record(&foreign).await.tracked.is_erased());
    world.look(&[&id], seconds(901)).await;
    assert_eq!(world.call(&id).await.ended_reason, Some(EndedReason::Indeterminate));

    let resolution = CallResolution { remote_id: Some("c1".to_owned()), not_placed: None };
    let refused = world.follower().resolve(&id, &resolution).await.unwrap_err();
    assert_eq!(refused.kind, switchboard_core::error::Kind::StateConflict, "{refused}");
    assert!(refused.detail.contains(&foreign), "{refused}");
}
