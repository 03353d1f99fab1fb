//! A vendor whose list returns neither the phone number nor the marker of a call, and has no filter.

use serde_json::{Value, json};
use switchboard_core::call::{CallMatch, CallOrigin, CallStatus};

use crate::world::{NUMBER, World, at, seconds};

const ABILITIES: &str = "fetch answers-id marks excerpts no-filter";
const OTHER: &str = "+15550100177";

async fn terse() -> World {
    let world = World::start(ABILITIES).await;
    world.vendor.state().hidden_in_list = vec!["to", "marker"];
    world
}

fn talking(number: &str, begun_s: i64, marker: Option<&str>) -> Value {
    json!({ "status": "talking", "to": number, "marker": marker, "begun_at": at(begun_s) })
}

async fn assert_marked(world: &World, id: &str, remote_id: &str) {
    let call = world.call(id).await;
    assert_eq!((call.remote_id.as_deref(), call.matched), (Some(remote_id), CallMatch::Marked));
    assert_eq!(call.status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_look_during_a_dial_does_not_hide_its_call() {
    let world = terse().await;
    let unmatched = world.placed(OTHER, None).await;
    let sent = world.sent(NUMBER, seconds(60)).await;
    world.vendor.put("c1", talking(NUMBER, 1, Some(&sent.id)));
    world.look(&[&unmatched], seconds(2)).await;
    assert_eq!(world.ids().await.len(), 2, "the call of the dial is not one of others");
    let id = world.answer(sent, None).await;
    world.look(&[&unmatched, &id], seconds(4)).await;
    assert_marked(&world, &id, "c1").await;
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn a_dial_that_was_given_up_is_recognized_by_its_marker() {
    let world = terse().await;
    let id = world.placed(NUMBER, None).await;
    world.look(&[&id], seconds(901)).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Ended);
    world.vendor.put("c1", talking(NUMBER, 880, Some(&id)));
    world.vendor.put("console", talking(NUMBER, 880, None));
    world.look_again(seconds(905)).await;
    assert_marked(&world, &id, "c1").await;
    let ids = world.ids().await;
    assert_eq!(ids.len(), 2, "the call without the marker is one of others");
    let other = ids.iter().find(|other| **other != id).unwrap();
    assert_eq!(world.call(other).await.remote_id.as_deref(), Some("console"));
}

#[tokio::test]
async fn after_a_restart_a_stored_call_of_others_gives_way_to_its_dial() {
    let world = terse().await;
    world.vendor.put("c1", talking(NUMBER, 1, None));
    world.look_again(seconds(0)).await;
    let foreign = world.ids().await.remove(0);
    assert_eq!(world.call(&foreign).await.origin, CallOrigin::Vendor);

    let id = world.placed(NUMBER, None).await;
    world.vendor.change("c1", json!({ "marker": id }));
    let due = vec![world.record(&foreign).await, world.record(&id).await];
    let at = jiff::Timestamp::now().checked_add(seconds(3)).unwrap();
    world.process().follower().look_at("toy", due, at, false).await.unwrap();
    assert_marked(&world, &id, "c1").await;
    assert_eq!(world.ids().await, std::slice::from_ref(&id));
}

#[tokio::test]
async fn one_list_serves_all_unmatched_calls() {
    let world = terse().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(world.placed(&format!("+155501001{number:02}"), None).await);
    }
    let all: Vec<_> = ids.iter().map(String::as_str).collect();
    world.look(&all, seconds(5)).await;
    assert_eq!(world.vendor.take_requests().len(), 1);
    world.look(&all, seconds(901)).await;
    world.vendor.take_requests();
    world.look_again(seconds(5000)).await;
    world.vendor.take_requests();
    world.look(&all, seconds(5600)).await;
    assert_eq!(world.vendor.take_requests().len(), 1, "calls that were given up share one list");
}
