//! Operations: begin, settle, end.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use switchboard_core::error::{Kind, Result};
use switchboard_store::{
    Collection::Trunks,
    Ending::{Failed, Succeeded, Superseded},
    Mutation, Next, Operation, OperationFilter,
    OperationState::{self, Attention, Ended, Held, Waiting},
    Store,
};

use crate::fixture::{document, operation, refused};

pub const LONG: Duration = Duration::from_secs(3600);

pub async fn begin(store: &dyn Store, operation: Operation, hold: Option<Duration>) -> Result<()> {
    store.commit(vec![Mutation::Begin { operation, hold }]).await
}

pub async fn settle(store: &dyn Store, operation: &Operation, next: Next) -> Result<()> {
    store.commit(vec![Mutation::Settle { operation: operation.clone(), next }]).await
}

pub async fn found(store: &dyn Store, id: &str) -> Operation {
    store.operation(id).await.unwrap().unwrap()
}

/// Begins a held operation and returns it as stored.
pub async fn held(store: &dyn Store, id: &str, record: &str) -> Operation {
    begin(store, operation(id, record), Some(LONG)).await.unwrap();
    found(store, id).await
}

async fn state(store: &dyn Store, id: &str) -> OperationState {
    found(store, id).await.state
}

pub async fn a_held_operation_is_its_callers(store: Arc<dyn Store>) {
    let given = operation("op_1", "agt_1");
    let held = held(&*store, "op_1", "agt_1").await;
    assert_eq!((held.state, held.fence), (Held, 1));
    assert_eq!(
        (&held.record, &held.vendor, held.collection),
        (&given.record, &given.vendor, given.collection)
    );
    assert_eq!(held.document, given.document);
    assert_eq!(held.created_at, held.updated_at);
    assert_eq!(held.due_at.unwrap().duration_since(held.created_at).as_secs(), 3600);
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty());
    assert!(store.operation("op_2").await.unwrap().is_none());
}

pub async fn a_waiting_operation_is_due_at_once(store: Arc<dyn Store>) {
    begin(&*store, operation("op_1", "agt_1"), None).await.unwrap();
    let waiting = found(&*store, "op_1").await;
    assert_eq!((waiting.state, waiting.fence, waiting.due_at), (Waiting, 0, Some(waiting.created_at)));
    assert_eq!(store.next_due(&[]).await.unwrap(), Some(Duration::ZERO));
}

pub async fn one_is_held_and_one_waits(store: Arc<dyn Store>) {
    let first = held(&*store, "op_1", "agt_1").await;
    assert_eq!(refused(begin(&*store, operation("op_2", "agt_1"), Some(LONG)).await), Kind::StateConflict);
    begin(&*store, operation("op_3", "agt_1"), None).await.unwrap();
    assert_eq!(refused(begin(&*store, operation("op_4", "agt_1"), None).await), Kind::StateConflict);
    // Operations on other records do not count.
    begin(&*store, operation("op_5", "agt_2"), None).await.unwrap();
    let trunk = Operation { collection: Trunks, ..operation("op_6", "agt_1") };
    begin(&*store, trunk, Some(LONG)).await.unwrap();

    settle(&*store, &first, Next::End(Succeeded)).await.unwrap();
    // An operation that begins with a hold would overtake the waiting one.
    assert_eq!(refused(begin(&*store, operation("op_2", "agt_1"), Some(LONG)).await), Kind::StateConflict);
    let steps = vec![
        Mutation::Supersede { id: "op_3".to_owned(), fence: 0 },
        Mutation::Begin { operation: operation("op_2", "agt_1"), hold: Some(LONG) },
    ];
    store.commit(steps).await.unwrap();
    assert_eq!(state(&*store, "op_3").await, Ended(Superseded));
}

pub async fn a_hold_that_ran_out_is_still_in_the_way(store: Arc<dyn Store>) {
    begin(&*store, operation("op_1", "agt_1"), Some(Duration::ZERO)).await.unwrap();
    assert_eq!(refused(begin(&*store, operation("op_2", "agt_1"), Some(LONG)).await), Kind::StateConflict);
}

pub async fn an_id_is_taken_once(store: Arc<dyn Store>) {
    let first = held(&*store, "op_1", "agt_1").await;
    assert_eq!(refused(begin(&*store, operation("op_1", "agt_2"), None).await), Kind::StateConflict);
    assert_eq!(found(&*store, "op_1").await, first);
}

pub async fn settling_says_what_comes_next(store: Arc<dyn Store>) {
    for (id, next, state) in [
        ("op_1", Next::End(Succeeded), Ended(Succeeded)),
        ("op_2", Next::End(Failed), Ended(Failed)),
        ("op_3", Next::End(Superseded), Ended(Superseded)),
        ("op_4", Next::Attention, Attention),
        ("op_5", Next::Later(LONG), Waiting),
    ] {
        let held = held(&*store, id, id).await;
        let settled = Operation { document: document(json!({"tries": 1})), ..held };
        settle(&*store, &settled, next).await.unwrap();
        let found = found(&*store, id).await;
        assert_eq!((found.state, found.fence), (state, 1), "{id}");
        assert_eq!((found.created_at, &found.document), (settled.created_at, &settled.document), "{id}");
        assert_eq!(found.due_at.is_some(), state == Waiting, "{id}");
        let due = found.due_at.map(|due| due.duration_since(found.updated_at).as_secs());
        assert!(due.is_none_or(|due| due == 3600), "{due:?}");
        assert_eq!(refused(settle(&*store, &settled, next).await), Kind::StateConflict, "{id}");
    }
}

pub async fn settling_needs_the_fence(store: Arc<dyn Store>) {
    let held = held(&*store, "op_1", "agt_1").await;
    for fence in [0, 2, 77] {
        let other = Operation { fence, ..held.clone() };
        assert_eq!(refused(settle(&*store, &other, Next::End(Succeeded)).await), Kind::StateConflict);
    }
    assert_eq!(found(&*store, "op_1").await, held);
}

pub async fn what_cannot_be_retried_gives_way_to_a_newer_one(store: Arc<dyn Store>) {
    for (record, next, expected) in [
        ("agt_1", Next::Later(LONG), Ended(Superseded)),
        ("agt_2", Next::Attention, Ended(Superseded)),
        ("agt_3", Next::End(Failed), Ended(Failed)),
    ] {
        let older = held(&*store, &format!("{record}_older"), record).await;
        let newer = format!("{record}_newer");
        begin(&*store, operation(&newer, record), None).await.unwrap();
        settle(&*store, &older, next).await.unwrap();
        let older = found(&*store, &older.id).await;
        assert_eq!((older.state, older.due_at), (expected, None), "{record}");
        assert_eq!(state(&*store, &newer).await, Waiting, "{record}");
    }
}

pub async fn what_waits_or_needs_attention_can_be_superseded(store: Arc<dyn Store>) {
    begin(&*store, operation("op_1", "agt_1"), None).await.unwrap();
    let stuck = held(&*store, "op_2", "agt_2").await;
    held(&*store, "op_3", "agt_3").await;
    let supersede = |id: &str, fence| store.commit(vec![Mutation::Supersede { id: id.to_owned(), fence }]);
    assert_eq!(refused(supersede("op_2", 1).await), Kind::StateConflict);
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    for (id, fence) in [("op_1", 1), ("op_2", 0), ("op_3", 1), ("op_4", 0)] {
        assert_eq!(refused(supersede(id, fence).await), Kind::StateConflict, "{id}");
    }
    for (id, fence) in [("op_1", 0), ("op_2", 1)] {
        supersede(id, fence).await.unwrap();
        let found = found(&*store, id).await;
        assert_eq!((found.state, found.due_at), (Ended(Superseded), None));
        assert_eq!(refused(supersede(id, fence).await), Kind::StateConflict, "{id}");
    }
}

pub async fn what_needs_attention_can_be_reopened(store: Arc<dyn Store>) {
    let stuck = held(&*store, "op_1", "agt_1").await;
    let answered = Operation { document: document(json!({"answer": "retry"})), ..stuck.clone() };
    let reopen = |operation: &Operation| store.commit(vec![Mutation::Reopen(operation.clone())]);
    assert_eq!(refused(reopen(&answered).await), Kind::StateConflict);
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    assert_eq!(store.next_due(&[]).await.unwrap(), None);
    assert_eq!(refused(reopen(&Operation { fence: 0, ..answered.clone() }).await), Kind::StateConflict);
    reopen(&answered).await.unwrap();
    let reopened = found(&*store, "op_1").await;
    assert_eq!((reopened.state, reopened.fence, reopened.due_at), (Waiting, 1, Some(reopened.updated_at)));
    assert_eq!(reopened.document, answered.document);
    assert_eq!(refused(reopen(&answered).await), Kind::StateConflict);
}

pub async fn operations_are_listed_by_filter(store: Arc<dyn Store>) {
    let stuck = held(&*store, "b", "agt_1").await;
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    begin(&*store, Operation { vendor: "opencx".to_owned(), ..operation("a", "agt_2") }, None).await.unwrap();
    let done = held(&*store, "é", "agt_3").await;
    settle(&*store, &done, Next::End(Succeeded)).await.unwrap();
    held(&*store, "d", "agt_4").await;

    let list = async |filter: OperationFilter, after: Option<&str>, limit| {
        let found = store.operations(&filter, after, limit).await.unwrap();
        found.into_iter().map(|operation| operation.id).collect::<Vec<_>>()
    };
    let all = OperationFilter::default;
    assert_eq!(list(all(), None, 10).await, ["a", "b", "d", "é"]);
    assert_eq!(list(all(), None, 2).await, ["a", "b"]);
    assert_eq!(list(all(), Some("b"), 2).await, ["d", "é"]);
    let states = |states: &[OperationState]| OperationFilter { states: states.to_vec(), ..all() };
    assert_eq!(list(states(&[Waiting, Attention]), None, 10).await, ["a", "b"]);
    assert_eq!(list(states(&[Held]), None, 10).await, ["d"]);
    assert_eq!(list(states(&[Ended(Succeeded)]), None, 10).await, ["é"]);
    assert_eq!(list(states(&OperationState::ALL), Some("a"), 10).await, ["b", "d", "é"]);
    let record = OperationFilter { record: Some("agt_1".to_owned()), ..all() };
    assert_eq!(list(record.clone(), None, 10).await, ["b"]);
    assert_eq!(list(OperationFilter { states: vec![Held], ..record }, None, 10).await, [""; 0]);
    let vendor = OperationFilter { vendor: Some("opencx".to_owned()), ..all() };
    assert_eq!(list(vendor, None, 10).await, ["a"]);
}

pub async fn open_operations_are_counted_by_vendor_and_state(store: Arc<dyn Store>) {
    assert_eq!(store.count_operations().await.unwrap(), []);
    for (id, record) in [("a", "agt_1"), ("b", "agt_2")] {
        begin(&*store, operation(id, record), None).await.unwrap();
    }
    held(&*store, "c", "agt_3").await;
    let stuck = held(&*store, "d", "agt_4").await;
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    let done = held(&*store, "e", "agt_5").await;
    settle(&*store, &done, Next::End(Succeeded)).await.unwrap();
    begin(&*store, Operation { vendor: "opencx".to_owned(), ..operation("f", "agt_6") }, None).await.unwrap();

    let counts = store.count_operations().await.unwrap();
    assert!(counts.iter().all(|count| count.oldest < LONG), "{counts:?}");
    let mut counts: Vec<_> =
        counts.into_iter().map(|count| (count.vendor, count.state.as_str(), count.operations)).collect();
    counts.sort_unstable();
    let expected = [
        ("opencx", "waiting", 1),
        ("qcall-eu", "attention", 1),
        ("qcall-eu", "held", 1),
        ("qcall-eu", "waiting", 2),
    ];
    assert_eq!(counts, expected.map(|(vendor, state, count)| (vendor.to_owned(), state, count)));
}
