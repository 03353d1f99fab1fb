//! Claims of calls.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::Kind;
use switchboard_store::{
    CallMutation,
    CallProgress::{Intended, Live, Over, Sent},
    CallRow, Store,
};

use super::{
    calls::{NOW, add, change, drop_call, found, update},
    operations::LONG,
};
use crate::fixture::{call, refused};

fn ids(calls: &[CallRow]) -> Vec<&str> {
    calls.iter().map(|call| call.id.as_str()).collect()
}

pub fn live(id: &str) -> CallRow {
    CallRow { progress: Live, ..call(id) }
}

fn released(id: &str, fence: u64, due: Option<Duration>) -> CallMutation {
    CallMutation::Release { id: id.to_owned(), fence, due }
}

pub async fn a_claim_of_a_call_raises_its_fence(store: Arc<dyn Store>) {
    for progress in [Intended, Sent, Live] {
        let id = progress.as_str();
        add(&*store, CallRow { progress, ..call(id) }, Some(NOW)).await.unwrap();
        let claimed = store.calls().claim(LONG, &[], 10).await.unwrap();
        assert_eq!(ids(&claimed), [id]);
        assert_eq!((claimed[0].fence, claimed[0].version), (2, 1));
        assert_eq!(claimed[0].due_at.unwrap().duration_since(claimed[0].updated_at).as_secs(), 3600);
        assert_eq!(format!("{:?}", claimed[0]), format!("{:?}", found(&*store, id).await));
        assert!(store.calls().claim(LONG, &[], 10).await.unwrap().is_empty());
    }
}

/// Claims a dial whose hold has expired. Its earlier holder can then neither send, update nor drop the call.
pub async fn a_claimed_call_is_no_longer_its_holders(store: Arc<dyn Store>) {
    add(&*store, call("call_1"), Some(NOW)).await.unwrap();
    let lost = found(&*store, "call_1").await;
    let claimed = store.calls().claim(LONG, &[], 10).await.unwrap().remove(0);
    let sent = CallMutation::MarkSent { id: "call_1".to_owned(), fence: lost.fence, hold: LONG };
    assert_eq!(refused(change(&*store, sent).await), Kind::StateConflict);
    assert_eq!(refused(update(&*store, &lost, Some(LONG)).await), Kind::StateConflict);
    assert_eq!(refused(drop_call(&*store, &lost).await), Kind::StateConflict);
    drop_call(&*store, &claimed).await.unwrap();
}

pub async fn a_released_call_is_due_later(store: Arc<dyn Store>) {
    add(&*store, live("call_1"), Some(NOW)).await.unwrap();
    let claimed = store.calls().claim(LONG, &[], 10).await.unwrap().remove(0);
    assert_eq!(refused(change(&*store, released("call_1", 1, Some(NOW))).await), Kind::StateConflict);
    change(&*store, released("call_1", 2, Some(NOW))).await.unwrap();
    let due = found(&*store, "call_1").await;
    assert_eq!((due.version, due.fence, due.due_at), (claimed.version, 2, Some(due.updated_at)));
    assert_eq!(store.calls().claim(LONG, &[], 10).await.unwrap()[0].fence, 3);
    change(&*store, released("call_1", 3, None)).await.unwrap();
    assert_eq!(found(&*store, "call_1").await.due_at, None);
}

pub async fn a_call_that_is_being_dialled_is_not_released(store: Arc<dyn Store>) {
    for progress in [Intended, Sent] {
        let id = progress.as_str();
        add(&*store, CallRow { progress, ..call(id) }, Some(LONG)).await.unwrap();
        assert_eq!(refused(change(&*store, released(id, 1, Some(NOW))).await), Kind::StateConflict);
    }
    assert_eq!(refused(change(&*store, released("unknown", 1, None)).await), Kind::StateConflict);
}

pub async fn the_longest_due_calls_are_claimed_first(store: Arc<dyn Store>) {
    for id in ["c", "a", "d", "b"] {
        add(&*store, live(id), Some(NOW)).await.unwrap();
    }
    assert_eq!(store.calls().next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(ids(&store.calls().claim(LONG, &[], 3).await.unwrap()), ["c", "a", "d"]);
    assert_eq!(ids(&store.calls().claim(LONG, &[], 3).await.unwrap()), ["b"]);
    let wait = store.calls().next_due(&[]).await.unwrap().unwrap();
    assert!(wait <= LONG && wait > LONG / 2, "{wait:?}");
}

pub async fn vendors_can_be_left_out_of_a_claim_of_calls(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall"), ("b", "opencx"), ("c", "autocalls")] {
        add(&*store, CallRow { vendor: vendor.to_owned(), ..live(id) }, Some(NOW)).await.unwrap();
    }
    let except = ["qcall".to_owned(), "opencx".to_owned()];
    assert_eq!(ids(&store.calls().claim(LONG, &except, 10).await.unwrap()), ["c"]);
    assert!(store.calls().next_due(&except).await.unwrap().unwrap() > LONG / 2);
    assert_eq!(store.calls().next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(ids(&store.calls().claim(LONG, &[], 10).await.unwrap()), ["a", "b"]);
}

pub async fn a_call_without_a_due_time_is_never_due(store: Arc<dyn Store>) {
    assert_eq!(store.calls().next_due(&[]).await.unwrap(), None);
    add(&*store, CallRow { progress: Over, ..call("call_1") }, None).await.unwrap();
    assert_eq!(store.calls().next_due(&[]).await.unwrap(), None);
    assert!(store.calls().claim(LONG, &[], 10).await.unwrap().is_empty());
}
