//! The removal of an agent's old copy waits until the calls of that copy have ended.

use serde_json::json;
use switchboard_core::model::Agent;
use switchboard_engine::{Selection, Start};
use switchboard_store::{CallProgress, Collection, OperationFilter, OperationState};
use tokio_util::sync::CancellationToken;

use crate::{
    processes::until,
    world::{NUMBER, World, context},
};

const OTHER: &str = "[vendors.other]\nadapter = \"toy\"\nbase_url = \"http://127.0.0.1:9\"\napi_key = \"none\"\n\
                     read_back = false";

/// Starts a world whose agent moves to another vendor while one of its calls is live. Returns the world, the call and the
/// signal that stops the process.
async fn moving(calls: &str) -> (World, String, CancellationToken) {
    let world = World::start_with("fetch answers-id", OTHER, calls).await;
    let agent = world.agent("Reception", "reception").await;
    let id = world.placed(NUMBER, Some("c1")).await;
    let mut record = world.record(&id).await;
    record.agent = Some(agent.clone());
    world.store_record(&record).await;
    let stop = CancellationToken::new();
    world.engine.start_background(&stop);
    let mover = world.engine.mover();
    let ids = Some(vec![agent.clone()]);
    let plan =
        mover.plan(Selection { to: Some("other".to_owned()), ids, ..Selection::default() }).await.unwrap();
    let start = json!({ "plan_id": plan.plan_id, "retire": "delete", "accept_loss": [""] });
    mover.start(context(), Start::read(&start).unwrap()).await.unwrap();
    until(async || {
        let item = world.engine.repository().load::<Agent>(&agent).await.unwrap();
        item.placement.vendor == "other"
    })
    .await;
    (world, id, stop)
}

impl World {
    /// Returns true if the old vendor has a copy of the agent.
    async fn has_copy(&self) -> bool {
        !self.store.bound_ids(Collection::Agents, "toy").await.unwrap().is_empty()
    }
}

#[tokio::test]
async fn the_old_copy_is_removed_after_the_call_has_ended() {
    let (world, id, stop) = moving("").await;
    let waiting = OperationFilter {
        states: vec![OperationState::Waiting],
        record: None,
        vendor: Some("toy".to_owned()),
    };
    until(async || {
        let operations = world.store.operations(&waiting, None, 10).await.unwrap();
        operations.iter().any(|operation| operation.fence > 0)
    })
    .await;
    assert!(world.has_copy().await, "a call is live");
    let mut record = world.record(&id).await;
    record.progress = CallProgress::Over;
    world.store_record(&record).await;
    until(async || !world.has_copy().await).await;
    stop.cancel();
}

#[tokio::test]
async fn the_wait_for_calls_is_limited() {
    let (world, id, stop) = moving("drain_s = 0.5").await;
    until(async || !world.has_copy().await).await;
    assert_eq!(world.record(&id).await.progress, CallProgress::Live);
    stop.cancel();
}
