//! Calls that came in, or that were placed at the vendor without the gateway.

use serde_json::json;
use switchboard_core::call::{CallOrigin, CallStatus};

use crate::{
    toy::PAGE_SIZE,
    world::{NUMBER, World, at, seconds},
};

const OTHER: &str = "+15550100177";

#[tokio::test]
async fn a_call_of_others_is_stored_with_its_agent() {
    let world = World::start("fetch answers-id").await;
    let agent = world.agent("Reception", "reception").await;
    world.look_again(seconds(0)).await;
    world.vendor.put(
        "in-1",
        json!({ "status": "talking", "to": OTHER, "direction": "inbound", "agent": "reception", "begun_at": at(70) }),
    );
    world.look_again(seconds(71)).await;
    let ids = world.ids().await;
    let [id] = &ids[..] else { panic!("{ids:?}") };
    let record = world.record(id).await;
    let call = record.call();
    assert_eq!((call.origin, call.status), (CallOrigin::Vendor, CallStatus::InProgress));
    assert_eq!(call.from.phone_number.unwrap().as_str(), OTHER);
    assert_eq!(record.agent, Some(agent));
    assert_eq!((record.is_counted, record.is_dialling), (false, false));
    assert_eq!(world.pause(id).await, Some(5));
}

#[tokio::test]
async fn an_agent_is_found_by_a_unique_name_only() {
    let world = World::start("fetch answers-id").await;
    let agent = world.agent("Reception", "reception").await;
    world.agent("Twin", "one").await;
    world.agent("Twin", "two").await;
    for (id, name) in [("in-1", "Reception"), ("in-2", "Twin")] {
        world
            .vendor
            .put(id, json!({ "status": "talking", "to": OTHER, "agent_name": name, "begun_at": at(72) }));
    }
    world.look_again(seconds(71)).await;
    let mut agents = Vec::new();
    for id in world.ids().await {
        agents.push(world.record(&id).await.agent);
    }
    agents.sort();
    assert_eq!(agents, [None, Some(agent)]);
}

#[tokio::test]
async fn a_call_before_the_first_start_is_not_stored() {
    let world = World::start("fetch answers-id").await;
    world.vendor.put("old", json!({ "status": "ended", "to": OTHER, "begun_at": at(-60) }));
    world.vendor.put("no-zone", json!({ "status": "ended", "to": OTHER, "begun_at": "2026-11-30 05:00:00" }));
    world.look_again(seconds(0)).await;
    world.look_again(seconds(61)).await;
    assert!(world.ids().await.is_empty());
}

#[tokio::test]
async fn calls_during_an_outage_of_the_gateway_are_stored() {
    let world = World::start("fetch answers-id").await;
    world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("missed", json!({ "status": "ended", "to": OTHER, "begun_at": at(30) }));
    let next = world.process();
    next.follower().look_at("toy", Vec::new(), jiff::Timestamp::now(), true).await.unwrap();
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn with_ours_no_call_of_others_is_stored() {
    let world = World::start_with("fetch answers-id", "follow_calls = \"ours\"", "").await;
    world.vendor.put("in-1", json!({ "status": "talking", "to": OTHER, "begun_at": at(70) }));
    world.look_again(seconds(71)).await;
    assert!(world.ids().await.is_empty());
}

#[tokio::test]
async fn a_call_to_a_number_that_is_being_dialled_waits_for_the_dial() {
    let world = World::start("fetch answers-id").await;
    let sent = world.sent(NUMBER, seconds(60)).await;
    world.vendor.put("c1", json!({ "status": "ringing", "to": NUMBER, "begun_at": at(1) }));
    world.look_again(seconds(2)).await;
    assert_eq!(world.ids().await, std::slice::from_ref(&sent.id));

    world.answer(sent.clone(), Some("c1")).await;
    world.look_again(seconds(70)).await;
    assert_eq!(
        world.ids().await,
        std::slice::from_ref(&sent.id),
        "the call is the dial's, not that of others"
    );
    assert_eq!(world.call(&sent.id).await.status, CallStatus::Ringing);
}

#[tokio::test]
async fn a_row_without_a_number_is_read_before_it_is_stored() {
    let world = World::start("fetch answers-id excerpts").await;
    let sent = world.sent(NUMBER, seconds(60)).await;
    world.vendor.put("c1", json!({ "status": "ringing", "to": NUMBER, "begun_at": at(1) }));
    world.vendor.put("in-1", json!({ "status": "talking", "to": OTHER, "begun_at": at(1) }));
    world.vendor.state().hidden_in_list = vec!["to"];
    world.look_again(seconds(2)).await;
    let ids = world.ids().await;
    assert_eq!(ids.len(), 2);
    let other = ids.iter().find(|id| **id != sent.id).unwrap();
    assert_eq!(world.call(other).await.remote_id.as_deref(), Some("in-1"));
}

#[tokio::test]
async fn two_processes_store_a_call_of_others_once() {
    let world = World::start("fetch answers-id").await;
    let other = world.process();
    for number in 0..20 {
        world
            .vendor
            .put(&format!("in-{number}"), json!({ "status": "talking", "to": OTHER, "begun_at": at(72) }));
    }
    let at = jiff::Timestamp::now().checked_add(seconds(71)).unwrap();
    let (one, two) = tokio::join!(
        world.follower().look_at("toy", Vec::new(), at, true),
        other.follower().look_at("toy", Vec::new(), at, true)
    );
    one.unwrap();
    two.unwrap();
    assert_eq!(world.ids().await.len(), 20);
}

#[tokio::test]
async fn an_outage_is_searched_from_the_last_look_whatever_was_dialled_since() {
    let world = World::start("fetch answers-id").await;
    let past = jiff::Timestamp::now().checked_sub(seconds(3600)).unwrap();
    world.follower().look_at("toy", Vec::new(), past, true).await.unwrap();
    let missed = json!({ "status": "ended", "to": OTHER, "direction": "inbound", "begun_at": at(-1800) });
    world.vendor.put("missed", missed);
    let next = world.process();
    world.placed(NUMBER, Some("c1")).await;
    next.follower().look_at("toy", Vec::new(), jiff::Timestamp::now(), true).await.unwrap();
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn calls_beyond_the_pages_of_a_look_are_stored_by_the_next_looks() {
    let world = World::start("fetch answers-id pages").await;
    world.look_again(seconds(0)).await;
    for number in 0..3 * PAGE_SIZE {
        world
            .vendor
            .put(&format!("in-{number}"), json!({ "status": "ended", "to": OTHER, "begun_at": at(1) }));
    }
    for later in [1000, 1060, 1120] {
        world.look_again(seconds(later)).await;
    }
    assert_eq!(world.ids().await.len(), 3 * PAGE_SIZE);
}

#[tokio::test]
async fn an_incoming_call_without_a_number_is_not_that_of_a_dial() {
    for abilities in ["", "fetch answers-id marks excerpts"] {
        let world = World::start(abilities).await;
        world.placed(NUMBER, None).await;
        world.vendor.put("in-1", json!({ "status": "talking", "direction": "inbound", "begun_at": at(1) }));
        world.look_again(seconds(2)).await;
        assert_eq!(world.ids().await.len(), 2, "{abilities}");
    }
}

/// Looks at the vendor's list while a dial is unmatched and while it is matched or given up, and checks that calls that could
/// have been its call are stored then.
async fn stored_after(abilities: &str, ends: impl AsyncFn(&World, &str)) {
    let world = World::start(abilities).await;
    world.look_again(seconds(0)).await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("without", json!({ "status": "talking", "begun_at": at(1) }));
    world.vendor.put(
        "inexact",
        json!({ "status": "talking", "begun_at": at(1).trim_end_matches('Z').replace('T', " ") }),
    );
    for later in [2, 300, 600, 800] {
        world.look(&[&id], seconds(later)).await;
        world.look_again(seconds(later + 1)).await;
        assert_eq!(world.ids().await, std::slice::from_ref(&id), "after {later} s");
    }
    ends(&world, &id).await;
    world.look_again(seconds(961)).await;
    let mut remote_ids = Vec::new();
    for id in world.ids().await {
        remote_ids.push(world.call(&id).await.remote_id.unwrap_or_default());
    }
    remote_ids.sort();
    assert_eq!(remote_ids.split_off(1), ["inexact", "without"], "{abilities}");
}

#[tokio::test]
async fn a_call_without_a_number_is_stored_after_a_dial_was_given_up() {
    stored_after("", async |world, id| {
        world.look(&[id], seconds(901)).await;
        assert_eq!(world.call(id).await.status, CallStatus::Ended);
    })
    .await;
}

#[tokio::test]
async fn after_a_restart_a_call_without_a_number_is_stored_too() {
    let world = World::start("").await;
    world.look_again(seconds(0)).await;
    let id = world.placed(NUMBER, None).await;
    world.vendor.put("without", json!({ "status": "talking", "begun_at": at(1) }));
    world.look_again(seconds(800)).await;
    world.look(&[&id], seconds(901)).await;
    assert_eq!(world.ids().await.len(), 1);
    let at = jiff::Timestamp::now().checked_add(seconds(960)).unwrap();
    world.process().follower().look_at("toy", Vec::new(), at, true).await.unwrap();
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn an_ambiguous_dial_delays_no_call_without_a_number() {
    let world = World::start("").await;
    world.look_again(seconds(0)).await;
    let id = world.placed(NUMBER, None).await;
    for candidate in ["c1", "c2"] {
        world.vendor.put(candidate, json!({ "status": "talking", "to": NUMBER, "begun_at": at(1) }));
    }
    world.look(&[&id], seconds(3)).await;
    assert_eq!(world.call(&id).await.candidates.len(), 2);
    world.vendor.put("without", json!({ "status": "talking", "begun_at": at(4) }));
    world.look_again(seconds(5)).await;
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn a_call_that_ended_before_the_latest_look_is_not_stored_by_another_process() {
    let world = World::start("fetch answers-id").await;
    for (id, times) in [
        ("answered", json!({ "answered_at": at(-3600) })),
        ("ended", json!({ "ended_at": at(-3600) })),
        ("undated", json!({})),
    ] {
        world.vendor.put(id, json!({ "status": "ended", "to": OTHER }));
        world.vendor.change(id, times);
    }
    world.look_again(seconds(0)).await;
    let next = world.process();
    let look = async |at| next.follower().look_at("toy", Vec::new(), at, true).await.unwrap();
    look(jiff::Timestamp::now()).await;
    assert!(world.ids().await.is_empty());
    // A call that has not ended is new, and so is one that this process sees first after its first look.
    world.vendor.put("live", json!({ "status": "talking", "to": OTHER, "answered_at": at(-1) }));
    world.vendor.put("later", json!({ "status": "ended", "to": OTHER }));
    look(jiff::Timestamp::now().checked_add(seconds(61)).unwrap()).await;
    assert_eq!(world.ids().await.len(), 2);
}

#[tokio::test]
async fn where_the_marker_is_certain_a_call_without_one_does_not_wait_for_a_dial() {
    for (abilities, hidden) in
        [("fetch answers-id marks", vec![]), ("fetch answers-id marks excerpts", vec!["marker"])]
    {
        let world = World::start(abilities).await;
        let sent = world.sent(NUMBER, seconds(60)).await;
        world.vendor.put("console", json!({ "status": "talking", "to": NUMBER, "begun_at": at(1) }));
        let ours = json!({ "status": "talking", "to": NUMBER, "begun_at": at(1), "marker": sent.id });
        world.vendor.put("ours", ours);
        world.vendor.state().hidden_in_list = hidden;
        world.look_again(seconds(2)).await;
        let ids = world.ids().await;
        let stored: Vec<_> = ids.iter().filter(|id| **id != sent.id).collect();
        assert_eq!(stored.len(), 1, "{abilities}");
        assert_eq!(world.call(stored[0]).await.remote_id.as_deref(), Some("console"), "{abilities}");
    }
}

#[tokio::test]
async fn a_call_that_waits_for_a_dial_is_stored_although_the_dial_is_given_up_late() {
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    let console = json!({ "status": "ended", "to": NUMBER, "agent": "other", "begun_at": at(1) });
    world.vendor.put("console", console);
    for later in [60, 300, 600, 890] {
        world.look_again(seconds(later)).await;
    }
    assert_eq!(world.ids().await, std::slice::from_ref(&id));
    world.look(&[&id], seconds(901)).await;
    world.look_again(seconds(950)).await;
    assert_eq!(world.ids().await.len(), 2);

    // Another process goes on from the stored time.
    let world = World::start("").await;
    let id = world.placed(NUMBER, None).await;
    world
        .vendor
        .put("console", json!({ "status": "ended", "to": NUMBER, "agent": "other", "begun_at": at(1) }));
    for later in [60, 890] {
        world.look_again(seconds(later)).await;
    }
    world.look(&[&id], seconds(901)).await;
    let later = jiff::Timestamp::now().checked_add(seconds(950)).unwrap();
    world.process().follower().look_at("toy", Vec::new(), later, true).await.unwrap();
    assert_eq!(world.ids().await.len(), 2);
}
