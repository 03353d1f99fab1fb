//! Holds, leases, and the clock by which they end.

use std::time::{Duration, Instant};

use switchboard_core::error::Kind;
use switchboard_store::{
    CallCaps, CallMutation,
    CallProgress::{Intended, Live, Settling},
    CallRow, Mutation,
    OperationState::Held,
};

use crate::{
    fixture::{call, operation, refused},
    folder::{opened, tamper},
};

#[tokio::test]
async fn a_hold_ends_with_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let hold = Some(Duration::from_secs(3600));
    first.store.commit(vec![Mutation::Begin { operation: operation("op_1", "agt_1"), hold }]).await.unwrap();
    first.store.close().await;

    let second = opened(&folder).await.store;
    let left = second.operation("op_1").await.unwrap().unwrap();
    assert_eq!((left.state, left.fence), (Held, 1));
    assert_eq!(second.next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(second.claim(Duration::from_secs(60), &[], 1).await.unwrap()[0].fence, 2);
}

#[tokio::test]
async fn the_holds_of_calls_and_the_leases_end_with_their_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let due = Some(Duration::from_secs(3600));
    // A hold of a settling call looks like the pause before its next look, and its looks are counted.
    for (id, progress) in [("call_1", Intended), ("call_2", Live), ("call_3", Settling)] {
        let call = CallRow { progress, ..call(id) };
        let add = CallMutation::Add { call, due, caps: None };
        first.store.commit(vec![Mutation::from(add)]).await.unwrap();
    }
    assert!(first.store.calls().acquire("lease", "one", Duration::from_secs(3600)).await.unwrap());
    first.store.close().await;

    let second = opened(&folder).await.store;
    let claimed = second.calls().claim(Duration::from_secs(60), &[], 10).await.unwrap();
    assert_eq!(claimed.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["call_1", "call_2"]);
    assert!(second.calls().acquire("lease", "other", Duration::from_secs(3600)).await.unwrap());
}

#[tokio::test]
async fn a_call_counts_for_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let add = |id: &str, per_minute, per_day| {
        let caps = CallCaps { max_live: 9, per_minute, per_day, per_number_per_day: per_day };
        let call = CallRow { peer: Some(b"peer".to_vec()), dialling: false, ..call(id) };
        let due = Some(Duration::from_secs(3600));
        vec![Mutation::from(CallMutation::Add { call, due, caps: Some(caps) })]
    };
    store.commit(add("a", 1, 9)).await.unwrap();
    assert_eq!(refused(store.commit(add("b", 1, 9)).await), Kind::StateConflict);
    store.close().await;
    tamper(&folder, "UPDATE calls SET created_at = created_at - 60000000").await;
    let store = opened(&folder).await.store;
    store.commit(add("b", 1, 9)).await.unwrap();
    assert_eq!(refused(store.commit(add("c", 9, 2)).await), Kind::StateConflict);
    store.close().await;
    tamper(&folder, "UPDATE calls SET created_at = created_at - 86400000000 WHERE id = 'a'").await;
    opened(&folder).await.store.commit(add("c", 9, 2)).await.unwrap();
}

/// Checks that a call is due if its last change is in the future, because the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_call_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let call = CallRow { progress: Live, ..call("call_1") };
    let add = CallMutation::Add { call, due: Some(Duration::from_secs(5)), caps: None };
    store.commit(vec![Mutation::from(add)]).await.unwrap();
    store.close().await;
    tamper(&folder, "UPDATE calls SET due_at = due_at + 86400000000, updated_at = updated_at + 86400000000")
        .await;
    let store = opened(&folder).await.store;
    let claimed = store.calls().claim(Duration::from_secs(60), &[], 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

/// Checks that a clock that was set back delays no operation, neither after a start nor while the store is open.
#[tokio::test]
async fn a_clock_that_was_set_back_delays_no_operation() {
    let folder = tempfile::tempdir().unwrap();
    let running = opened(&folder).await;
    for id in ["1", "2"] {
        let operation = operation(&format!("op_{id}"), &format!("agt_{id}"));
        running.store.commit(vec![Mutation::Begin { operation, hold: None }]).await.unwrap();
    }
    // The times are an hour ahead, as if the store had written them before the clock was set back by an hour.
    let ahead = "UPDATE operations SET due_at = due_at + 3600000000, updated_at = updated_at + 3600000000 WHERE id = ";
    tamper(&folder, &format!("{ahead} 'op_1'")).await;
    let hold = Duration::from_secs(60);
    let ids = |claimed: Vec<switchboard_store::Operation>| -> Vec<String> {
        claimed.into_iter().map(|operation| operation.id).collect()
    };
    let mut claimed = ids(running.store.claim(hold, &[], 10).await.unwrap());
    claimed.sort();
    assert_eq!(claimed, ["op_1", "op_2"]);

    let third = operation("op_3", "agt_3");
    running.store.commit(vec![Mutation::Begin { operation: third, hold: None }]).await.unwrap();
    tamper(&folder, &format!("{ahead} 'op_3'")).await;
    let begun = Instant::now();
    while ids(running.store.claim(hold, &[], 10).await.unwrap()) != ["op_3"] {
        assert!(begun.elapsed() < Duration::from_secs(30), "the operation waits for the clock");
        tokio::task::yield_now().await;
    }
}

/// Checks that a hold ends within its time if it began in the future, because the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_delays_no_end_of_a_hold() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let hold = Duration::from_secs(60);
    let begin = Mutation::Begin { operation: operation("op_1", "agt_1"), hold: Some(hold) };
    let add = CallMutation::Add { call: call("call_1"), due: Some(hold), caps: None };
    store.commit(vec![begin, Mutation::from(add)]).await.unwrap();
    for table in ["operations", "calls"] {
        let ahead = "SET due_at = due_at + 3600000000, updated_at = updated_at + 3600000000";
        tamper(&folder, &format!("UPDATE {table} {ahead}")).await;
    }
    assert!(store.claim(hold, &[], 10).await.unwrap().is_empty(), "its task may be working");
    assert!(store.calls().claim(hold, &[], 10).await.unwrap().is_empty(), "its task may be dialling");
    for wait in [store.next_due(&[]).await, store.calls().next_due(&[]).await] {
        let wait = wait.unwrap().unwrap();
        assert!(wait <= hold && wait > hold / 2, "{wait:?}");
    }
}
