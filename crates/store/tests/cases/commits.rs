//! Commits with several mutations.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::Kind;
use switchboard_store::{Collection::Agents, Ending, Mutation, Next, OperationState, Store};

use super::{removal, replay};
use crate::fixture::{insert, operation, refused, revision, row};

const HOLD: Option<Duration> = Some(Duration::from_secs(60));

pub async fn no_steps_are_a_commit(store: Arc<dyn Store>) {
    store.commit(Vec::new()).await.unwrap();
}

pub async fn steps_are_taken_in_their_order(store: Arc<dyn Store>) {
    let (first, second) = (row("agt_1"), switchboard_store::Row { id: "agt_2".to_owned(), ..row("agt_1") });
    let steps = vec![Mutation::Insert(first.clone()), removal(&first), Mutation::Insert(second)];
    store.commit(steps).await.unwrap();
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
    assert!(store.get(Agents, "agt_2").await.unwrap().is_some());
    assert_eq!(refused(store.commit(vec![removal(&first), Mutation::Insert(first)]).await), Kind::NotFound);
}

pub async fn a_later_step_sees_the_earlier_ones(store: Arc<dyn Store>) {
    let rival = switchboard_store::Row { id: "agt_2".to_owned(), ..row("agt_1") };
    let error =
        store.commit(vec![Mutation::Insert(row("agt_1")), Mutation::Insert(rival)]).await.unwrap_err();
    assert_eq!((error.kind, error.violations.len()), (Kind::AlreadyExists, 2), "{error:?}");
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
}

pub async fn the_first_refusal_is_the_answer(store: Arc<dyn Store>) {
    let steps = || {
        vec![
            Mutation::Remember(replay("key", "op_1")),
            Mutation::Update(row("missing")),
            Mutation::Settle { operation: operation("op_9", "agt_1"), next: Next::Attention },
        ]
    };
    assert_eq!(refused(store.commit(steps()).await), Kind::NotFound);
    store.commit(vec![Mutation::Remember(replay("key", "op_1"))]).await.unwrap();
    assert_eq!(refused(store.commit(steps()).await), Kind::IdempotencyInProgress);
}

/// Checks that every kind of mutation, refused at the end of a commit, undoes the accepted mutations of every
/// kind before it.
pub async fn a_refused_last_step_undoes_all_before(store: Arc<dyn Store>) {
    insert(&*store, &row("old")).await.unwrap();
    let waiting = Mutation::Begin { operation: operation("op_old", "old"), hold: None };
    let steps =
        vec![Mutation::AddRevision(revision("old", 1)), waiting, Mutation::Remember(replay("old", "op_old"))];
    store.commit(steps).await.unwrap();

    let taken = || {
        vec![
            Mutation::Insert(row("new")),
            expected("old", 1),
            Mutation::Update(row("old")),
            expected("old", 2),
            Mutation::AddRevision(revision("old", 2)),
            Mutation::DropRevision { collection: Agents, record: "old".to_owned(), number: 1 },
            Mutation::Begin { operation: operation("op_new", "new"), hold: HOLD },
            Mutation::Supersede { id: "op_old".to_owned(), fence: 0 },
            Mutation::Remember(replay("new", "op_new")),
            Mutation::Answer { operation: "op_old".to_owned(), reply: b"answer".to_vec() },
        ]
    };
    let missing = || operation("op_none", "new");
    for (refusal, kind) in [
        (Mutation::Insert(row("old")), Kind::AlreadyExists),
        (Mutation::Update(row("old")), Kind::PreconditionFailed),
        (removal(&row("none")), Kind::NotFound),
        (expected("old", 1), Kind::PreconditionFailed),
        (expected("none", 1), Kind::NotFound),
        (Mutation::AddRevision(revision("old", 2)), Kind::StateConflict),
        (Mutation::Begin { operation: operation("op_2", "new"), hold: HOLD }, Kind::StateConflict),
        (Mutation::Settle { operation: missing(), next: Next::End(Ending::Failed) }, Kind::StateConflict),
        (Mutation::Supersede { id: "op_old".to_owned(), fence: 0 }, Kind::StateConflict),
        (Mutation::Reopen(missing()), Kind::StateConflict),
        (Mutation::Remember(replay("new", "op_new")), Kind::IdempotencyInProgress),
    ] {
        let name = format!("{refusal:?}");
        let steps = taken().into_iter().chain([refusal]).collect();
        assert_eq!(refused(store.commit(steps).await), kind, "{name}");
        assert!(store.get(Agents, "new").await.unwrap().is_none(), "{name}");
        assert_eq!(store.get(Agents, "old").await.unwrap().unwrap().version, 1, "{name}");
        assert!(store.revision(Agents, "old", 1).await.unwrap().is_some(), "{name}");
        assert!(store.revision(Agents, "old", 2).await.unwrap().is_none(), "{name}");
        assert!(store.operation("op_new").await.unwrap().is_none(), "{name}");
        let old = store.operation("op_old").await.unwrap().unwrap();
        assert_eq!(old.state, OperationState::Waiting, "{name}");
        assert!(store.replay("dev", "new").await.unwrap().is_none(), "{name}");
        assert!(store.replay("dev", "old").await.unwrap().unwrap().reply.is_none(), "{name}");
    }
    store.commit(taken()).await.unwrap();
    assert_eq!(store.get(Agents, "old").await.unwrap().unwrap().version, 2);
    assert!(store.revision(Agents, "old", 1).await.unwrap().is_none());
    let old = store.operation("op_old").await.unwrap().unwrap();
    assert_eq!(old.state, OperationState::Ended(Ending::Superseded));
    assert_eq!(store.replay("dev", "old").await.unwrap().unwrap().reply.unwrap(), b"answer");
}

fn expected(id: &str, version: u64) -> Mutation {
    Mutation::Expect { collection: Agents, id: id.to_owned(), version }
}
