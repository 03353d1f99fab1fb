//! Processes with background tasks that share a store.

use std::time::Duration;

use serde_json::json;
use switchboard_core::call::CallStatus;
use switchboard_store::{CallMutation, CallProgress};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::world::{NUMBER, World, at, seconds};

const QUICK: &str = "follow_s = 0.1\nsweep_s = 1";

/// The name of the lease for the vendor of these tests.
const LEASE: &str = "calls/toy";

/// Waits until a condition holds, at most 20 seconds.
pub async fn until(condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + seconds(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "the condition does not hold");
        sleep(Duration::from_millis(10)).await;
    }
}

impl World {
    /// Makes a call due now.
    async fn make_due(&self, id: &str) {
        let fence = self.row(id).await.unwrap().fence;
        self.commit(CallMutation::Release { id: id.to_owned(), fence, due: Some(Duration::ZERO) }).await;
    }
}

#[tokio::test]
async fn two_processes_follow_a_call_to_its_end() {
    let world = World::start_with("fetch answers-id", "", QUICK).await;
    let other = world.process();
    let stop = CancellationToken::new();
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.make_due(&id).await;
    world.engine.start_background(&stop);
    other.start_background(&stop);
    until(async || world.call(&id).await.status == CallStatus::InProgress).await;
    assert!(!world.store.calls().acquire(LEASE, "a third process", seconds(1)).await.unwrap());
    world.vendor.change("c1", json!({ "status": "ended" }));
    until(async || world.call(&id).await.status == CallStatus::Ended).await;
    stop.cancel();
    assert_eq!(world.ids().await, [id], "no process has taken the call for one of others");
}

#[tokio::test]
async fn a_process_without_the_lease_does_not_look() {
    let world = World::start_with("fetch answers-id", "", QUICK).await;
    assert!(world.store.calls().acquire(LEASE, "another process", seconds(2)).await.unwrap());
    let begun = Instant::now();
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(0) }));
    world.make_due(&id).await;
    let stop = CancellationToken::new();
    world.engine.start_background(&stop);
    until(async || world.call(&id).await.status == CallStatus::InProgress).await;
    assert!(begun.elapsed() >= seconds(2), "the lease of the other process had not expired");
    stop.cancel();
}

#[tokio::test]
async fn an_interrupted_dial_is_recovered_although_its_vendor_is_down() {
    let world = World::start_with("fetch answers-id", "", QUICK).await;
    world.vendor.state().is_down = true;
    let intended = world.intended(NUMBER, Duration::ZERO).await.id;
    let sent = world.sent("+15550100124", Duration::ZERO).await.id;
    let stop = CancellationToken::new();
    world.engine.start_background(&stop);
    until(async || world.row(&intended).await.is_none()).await;
    until(async || world.call(&sent).await.status == CallStatus::Unknown).await;
    stop.cancel();
}

#[tokio::test]
async fn a_vendor_that_was_down_is_looked_at_when_it_is_back() {
    let world = World::start_with("fetch answers-id", "", QUICK).await;
    let id = world.placed(NUMBER, Some("c1")).await;
    world.vendor.put("c1", json!({ "status": "ended", "to": NUMBER, "begun_at": at(0) }));
    world.vendor.state().is_down = true;
    world.make_due(&id).await;
    let stop = CancellationToken::new();
    world.engine.start_background(&stop);
    until(async || world.vendor.state().requests.len() >= 2).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Queued);
    world.vendor.state().is_down = false;
    until(async || world.call(&id).await.status == CallStatus::Ended).await;
    stop.cancel();
}

#[tokio::test]
async fn a_call_of_a_vendor_that_was_removed_is_given_up_after_its_maximum_duration() {
    let world = World::start_with("fetch answers-id", "", QUICK).await;
    let past = jiff::Timestamp::now().checked_sub(seconds(40 * 3600)).unwrap();
    world.follower().look_at("toy", Vec::new(), past, true).await.unwrap();
    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "begun_at": at(-30 * 3600) }));
    world.process().follower().look_at("toy", Vec::new(), jiff::Timestamp::now(), true).await.unwrap();
    let id = world.ids().await.remove(0);
    let mut record = world.record(&id).await;
    record.progress = CallProgress::Live;
    world.store_record(&record).await;
    world.make_due(&id).await;
    let stop = CancellationToken::new();
    let without = world.process_without_the_vendor();
    without.start_background(&stop);
    until(async || world.record(&id).await.progress == CallProgress::Settling).await;
    assert_eq!(world.call(&id).await.status, CallStatus::Ended);
    stop.cancel();
}
