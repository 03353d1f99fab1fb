//! Claims of operations.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use switchboard_core::error::Kind;
use switchboard_store::{
    Ending::Succeeded,
    Mutation, Next, Operation,
    OperationState::{Ended, Held, Waiting},
    Store,
};
use tokio::{sync::Barrier, task::JoinSet};

use super::operations::{LONG, begin, found, held, settle};
use crate::fixture::{document, operation, refused};

const NOW: Duration = Duration::ZERO;

fn ids(operations: &[Operation]) -> Vec<&str> {
    operations.iter().map(|operation| operation.id.as_str()).collect()
}

pub async fn a_claim_holds_with_the_next_fence(store: Arc<dyn Store>) {
    begin(&*store, operation("op_1", "agt_1"), None).await.unwrap();
    let claimed = store.claim(LONG, &[], 10).await.unwrap();
    assert_eq!(claimed, [found(&*store, "op_1").await]);
    assert_eq!((claimed[0].state, claimed[0].fence), (Held, 1));
    assert_eq!(claimed[0].due_at.unwrap().duration_since(claimed[0].updated_at).as_secs(), 3600);
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty());

    settle(&*store, &claimed[0], Next::Later(NOW)).await.unwrap();
    assert_eq!(store.claim(LONG, &[], 10).await.unwrap()[0].fence, 2);
}

pub async fn what_is_not_due_is_left(store: Arc<dyn Store>) {
    let later = held(&*store, "op_1", "agt_1").await;
    settle(&*store, &later, Next::Later(LONG)).await.unwrap();
    let stuck = held(&*store, "op_2", "agt_2").await;
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    let done = held(&*store, "op_3", "agt_3").await;
    settle(&*store, &done, Next::End(Succeeded)).await.unwrap();
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty());
    let wait = store.next_due(&[]).await.unwrap().unwrap();
    assert!(wait <= LONG && wait > LONG / 2, "{wait:?}");
}

pub async fn the_longest_due_are_claimed_first(store: Arc<dyn Store>) {
    let due = ["c", "a", "d", "b"];
    for id in due {
        begin(&*store, operation(id, id), None).await.unwrap();
    }
    assert_eq!(ids(&store.claim(LONG, &[], 3).await.unwrap()), ["c", "a", "d"]);
    assert_eq!(ids(&store.claim(LONG, &[], 3).await.unwrap()), ["b"]);
    assert!(store.claim(LONG, &[], 0).await.unwrap().is_empty());
}

pub async fn an_expired_hold_passes_on(store: Arc<dyn Store>) {
    begin(&*store, operation("op_1", "agt_1"), Some(NOW)).await.unwrap();
    let lost = found(&*store, "op_1").await;
    assert_eq!(store.next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    let claimed = store.claim(NOW, &[], 10).await.unwrap();
    assert_eq!((ids(&claimed), claimed[0].fence), (vec!["op_1"], 2));
    assert_eq!(refused(settle(&*store, &lost, Next::End(Succeeded)).await), Kind::StateConflict);

    // This hold has expired too, but no other process has claimed the operation.
    let settled = Operation { document: document("done"), ..claimed[0].clone() };
    settle(&*store, &settled, Next::End(Succeeded)).await.unwrap();
    let found = found(&*store, "op_1").await;
    assert_eq!((found.state, found.document), (Ended(Succeeded), document("done")));
    assert_eq!(refused(settle(&*store, &settled, Next::End(Succeeded)).await), Kind::StateConflict);
}

pub async fn what_waits_behind_a_hold_is_left(store: Arc<dyn Store>) {
    begin(&*store, operation("older", "agt_1"), Some(NOW)).await.unwrap();
    begin(&*store, operation("newer", "agt_1"), None).await.unwrap();
    let older = store.claim(LONG, &[], 10).await.unwrap();
    assert_eq!(ids(&older), ["older"], "its hold has expired, and it comes first");
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty());
    let wait = store.next_due(&[]).await.unwrap().unwrap();
    assert!(wait > LONG / 2, "{wait:?}");

    settle(&*store, &older[0], Next::End(Succeeded)).await.unwrap();
    assert_eq!(store.next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(ids(&store.claim(LONG, &[], 10).await.unwrap()), ["newer"]);
}

pub async fn vendors_can_be_left_out(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall"), ("b", "opencx"), ("c", "autocalls")] {
        begin(&*store, Operation { vendor: vendor.to_owned(), ..operation(id, id) }, None).await.unwrap();
    }
    let except = ["qcall".to_owned(), "opencx".to_owned()];
    assert_eq!(store.next_due(&except).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(ids(&store.claim(LONG, &except, 10).await.unwrap()), ["c"]);
    assert!(store.next_due(&except).await.unwrap().unwrap() > LONG / 2);
    assert_eq!(ids(&store.claim(LONG, &except[..1], 10).await.unwrap()), ["b"]);
    let all = ["qcall".to_owned(), "opencx".to_owned(), "autocalls".to_owned()];
    assert_eq!(store.next_due(&all).await.unwrap(), None);
}

pub async fn nothing_is_never_due(store: Arc<dyn Store>) {
    assert_eq!(store.next_due(&[]).await.unwrap(), None);
    assert!(store.claim(LONG, &[], 10).await.unwrap().is_empty());
}

pub async fn each_operation_goes_to_one_claimer(store: Arc<dyn Store>) {
    const OPERATIONS: usize = 60;
    for number in 0..OPERATIONS {
        let hold = (number % 2 == 0).then_some(NOW);
        let begun = begin(&*store, operation(&format!("op_{number}"), &format!("agt_{number}")), hold);
        begun.await.unwrap();
    }
    let claimed = claimed_by_many(&[Arc::clone(&store)]).await;
    assert_eq!(claimed.len(), OPERATIONS);
}

/// Claims concurrently on these stores of one database until no operation is due. Fails if two claimers get
/// the same operation.
pub async fn claimed_by_many(stores: &[Arc<dyn Store>]) -> BTreeSet<String> {
    const CLAIMERS: usize = 12;
    let start = Arc::new(Barrier::new(CLAIMERS));
    let mut claimers = JoinSet::new();
    for claimer in 0..CLAIMERS {
        let (store, start) = (Arc::clone(&stores[claimer % stores.len()]), Arc::clone(&start));
        claimers.spawn(async move {
            start.wait().await;
            let mut got = Vec::new();
            while store.next_due(&[]).await.unwrap() == Some(Duration::ZERO) {
                got.extend(store.claim(LONG, &[], 3).await.unwrap());
            }
            got
        });
    }
    let all: Vec<String> =
        claimers.join_all().await.into_iter().flatten().map(|operation| operation.id).collect();
    let different: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), different.len(), "one operation went to two claimers");
    different
}

/// Runs a claim and a supersession of one operation concurrently. Exactly one of them succeeds.
pub async fn claims_and_supersessions_do_not_share(store: Arc<dyn Store>) {
    for round in 0..30 {
        let id = format!("op_{round}");
        begin(&*store, operation(&id, &id), None).await.unwrap();
        let (claimer, superseder) = (Arc::clone(&store), Arc::clone(&store));
        let superseded = Mutation::Supersede { id: id.clone(), fence: 0 };
        let (claimed, superseded) = tokio::join!(
            tokio::spawn(async move { claimer.claim(LONG, &[], 1).await.unwrap() }),
            tokio::spawn(async move { superseder.commit(vec![superseded]).await }),
        );
        let (claimed, superseded) = (claimed.unwrap(), superseded.unwrap());
        assert_ne!(claimed.is_empty(), superseded.is_err(), "{claimed:?} {superseded:?}");
        assert_eq!(found(&*store, &id).await.state == Held, !claimed.is_empty());
    }
}

pub async fn one_reopening_wins(store: Arc<dyn Store>) {
    let stuck = held(&*store, "op_1", "agt_1").await;
    settle(&*store, &stuck, Next::Attention).await.unwrap();
    let won = super::races::winners(16, Kind::StateConflict, |rival| {
        let store = Arc::clone(&store);
        let step = match rival % 2 {
            0 => Mutation::Reopen(Operation { document: document(rival), ..stuck.clone() }),
            _ => Mutation::Supersede { id: "op_1".to_owned(), fence: 2 },
        };
        async move { store.commit(vec![step]).await }
    });
    assert_eq!(won.await, 1);
    assert_eq!(found(&*store, "op_1").await.state, Waiting);
}

/// Begins a newer operation while the older one is settled for a retry. Exactly one of them waits afterwards:
/// the newer one, if it has begun.
pub async fn a_newer_operation_meets_a_retry(store: Arc<dyn Store>) {
    for round in 0..30 {
        let (older, newer) = (format!("older_{round}"), format!("newer_{round}"));
        let held = held(&*store, &older, &older).await;
        let (settler, beginner) = (Arc::clone(&store), Arc::clone(&store));
        let next = operation(&newer, &older);
        let (settled, begun) = tokio::join!(
            tokio::spawn(async move { settle(&*settler, &held, Next::Later(LONG)).await }),
            tokio::spawn(async move { begin(&*beginner, next, None).await }),
        );
        settled.unwrap().unwrap();
        match begun.unwrap() {
            Ok(()) => {
                assert_eq!(found(&*store, &newer).await.state, Waiting);
                assert_ne!(found(&*store, &older).await.state, Waiting);
            }
            Err(error) => {
                assert_eq!(error.kind, Kind::StateConflict, "{error:?}");
                assert_eq!(found(&*store, &older).await.state, Waiting);
            }
        }
    }
}
