//! Dials whose process was killed.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{call::CallStatus, error::Kind};
use switchboard_engine::Answer;
use switchboard_store::CallProgress;

use crate::world::{NUMBER, World, at, seconds};

#[tokio::test]
async fn an_interrupted_dial_that_was_not_sent_is_removed_and_its_key_is_free() {
    let world = World::start("fetch answers-id").await;
    let id = world.intended(NUMBER, Duration::ZERO).await.id;
    world.look(&[&id], seconds(1)).await;
    assert!(world.row(&id).await.is_none());
    assert!(world.store.replay("", &id).await.unwrap().is_none());
    let again = world.intended(NUMBER, Duration::ZERO).await;
    assert_eq!(again.progress, CallProgress::Intended, "the number may be dialled again");
}

#[tokio::test]
async fn an_interrupted_dial_that_was_sent_is_unknown_and_then_found() {
    let world = World::start("fetch answers-id marks").await;
    let id = world.sent(NUMBER, Duration::ZERO).await.id;
    world.look(&[&id], seconds(1)).await;
    let record = world.record(&id).await;
    assert_eq!((record.progress, record.call().status), (CallProgress::Live, CallStatus::Unknown));
    assert_eq!(world.pause(&id).await, Some(2));
    let reply = world.store.replay("", &id).await.unwrap().unwrap().reply.unwrap();
    let answer = Answer::from_bytes(&reply).unwrap();
    assert!(format!("{:?}", answer.outcome).contains(&id));

    world.vendor.put("c1", json!({ "status": "talking", "to": NUMBER, "marker": id, "begun_at": at(0) }));
    world.look(&[&id], seconds(3)).await;
    assert_eq!(world.call(&id).await.remote_id.as_deref(), Some("c1"));
}

#[tokio::test]
async fn a_recovered_dial_keeps_the_answer_that_its_caller_has() {
    let world = World::start("fetch answers-id").await;
    let mut record = world.sent(NUMBER, Duration::ZERO).await;
    record.first_answer = Some("{\"status\":\"placing\"}".to_owned());
    world.store_record(&record).await;
    world.look(&[&record.id], seconds(1)).await;
    let recovered = world.record(&record.id).await;
    assert_eq!((recovered.progress, recovered.call().status), (CallProgress::Live, CallStatus::Unknown));
    assert_eq!(recovered.first_answer, record.first_answer);
}

#[tokio::test]
async fn a_holder_with_an_old_fence_changes_nothing() {
    let world = World::start("fetch answers-id").await;
    let id = world.intended(NUMBER, Duration::ZERO).await.id;
    let claimed = world.store.calls().claim(seconds(60), &[], 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let mark = switchboard_store::CallMutation::MarkSent { id: id.clone(), fence: 1, hold: seconds(60) };
    let refused = world.store.commit(vec![mark.into()]).await.unwrap_err();
    assert_eq!(refused.kind, Kind::StateConflict);
    world.look(&[&id], seconds(1)).await;
    assert!(world.row(&id).await.is_none());
}
