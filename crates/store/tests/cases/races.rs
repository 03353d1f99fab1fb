//! Concurrent callers.

use std::{
    future::Future,
    sync::Arc,
    task::{Context, Waker},
};

use switchboard_core::error::{Kind, Result};
use switchboard_store::{
    Collection::Agents,
    Migration,
    MigrationState::{Ended, Open},
    Move,
    MoveState::{Failed, Waiting},
    Mutation, Row, Store,
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{migration, migrations::added, moving, replay};
use crate::fixture::{document, insert, operation, revision, row, update};

/// Runs the attempt `rivals` times concurrently and counts the successes. All other attempts must fail with
/// `refusal`.
pub async fn winners<F>(rivals: usize, refusal: Kind, attempt: impl Fn(usize) -> F) -> usize
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let start = Arc::new(Barrier::new(rivals));
    let mut tasks = JoinSet::new();
    for rival in 0..rivals {
        let (start, attempt) = (Arc::clone(&start), attempt(rival));
        tasks.spawn(async move {
            start.wait().await;
            attempt.await
        });
    }
    let results = tasks.join_all().await;
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(error.kind, refusal, "{error:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

pub async fn compare_and_set_loses_no_update(store: Arc<dyn Store>) {
    const TASKS: usize = 64;
    const ROUNDS: u64 = 5;
    insert(&*store, &Row { document: document(0), ..row("agt_1") }).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut done = 0;
            for _ in 0..ROUNDS {
                let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
                let count = found.document.read::<u64>().unwrap();
                match update(&*store, &Row { document: document(count + 1), ..found }).await {
                    Ok(()) => done += 1,
                    Err(error) => assert_eq!(error.kind, Kind::PreconditionFailed, "{error:?}"),
                }
            }
            done
        });
    }
    let done: u64 = tasks.join_all().await.into_iter().sum();
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert!(done >= ROUNDS, "{done}");
    assert_eq!((found.document, found.version), (document(done), done + 1));
}

pub async fn one_insert_wins_an_external_ref(store: Arc<dyn Store>) {
    let won = winners(16, Kind::AlreadyExists, |rival| {
        let store = Arc::clone(&store);
        let mine = Row { external_ref: Some("wanted".to_owned()), ..row(&format!("agt_{rival}")) };
        async move { insert(&*store, &mine).await }
    });
    assert_eq!(won.await, 1);
}

pub async fn one_update_wins_a_remote_id(store: Arc<dyn Store>) {
    for rival in 0..16 {
        insert(&*store, &row(&format!("agt_{rival}"))).await.unwrap();
    }
    let won = winners(16, Kind::AlreadyExists, |rival| {
        let store = Arc::clone(&store);
        let mine = Row { remote_id: Some("wanted".to_owned()), ..row(&format!("agt_{rival}")) };
        async move { update(&*store, &mine).await }
    });
    assert_eq!(won.await, 1);
}

pub async fn one_request_of_many_is_remembered(store: Arc<dyn Store>) {
    let won = winners(50, Kind::IdempotencyInProgress, |rival| {
        let store = Arc::clone(&store);
        let steps = vec![
            Mutation::Insert(row(&format!("agt_{rival}"))),
            Mutation::Remember(replay("key", &format!("op_{rival}"))),
        ];
        async move { store.commit(steps).await }
    });
    assert_eq!(won.await, 1);
    let operation = store.replay("dev", "key").await.unwrap().unwrap().operation.unwrap();
    let winner = operation.replace("op_", "agt_");
    assert!(store.get(Agents, &winner).await.unwrap().is_some());
    assert_eq!(store.remote_ids(Agents, "qcall-eu").await.unwrap(), [format!("remote-{winner}")]);
}

pub async fn one_operation_of_a_record_begins(store: Arc<dyn Store>) {
    for (record, hold) in [("agt_1", Some(std::time::Duration::from_secs(60))), ("agt_2", None)] {
        let won = winners(16, Kind::StateConflict, |rival| {
            let store = Arc::clone(&store);
            let begin =
                Mutation::Begin { operation: operation(&format!("op_{record}_{rival}"), record), hold };
            async move { store.commit(vec![begin]).await }
        });
        assert_eq!(won.await, 1, "{record}");
    }
}

pub async fn one_move_of_a_record_is_open(store: Arc<dyn Store>) {
    for rival in 0..16 {
        let id = format!("mig_{rival}");
        let steps = vec![
            Mutation::AddMigration(migration(&id, Open)),
            Mutation::AddMove(moving(&id, "agt_2", Failed)),
        ];
        store.commit(steps).await.unwrap();
    }
    for record in ["agt_1", "agt_2"] {
        let won = winners(16, Kind::StateConflict, |rival| {
            let store = Arc::clone(&store);
            let mine = moving(&format!("mig_{rival}"), record, Waiting);
            let step = match record {
                "agt_1" => Mutation::AddMove(mine),
                _ => Mutation::UpdateMove(Move { version: 1, ..mine }),
            };
            async move { store.commit(vec![step]).await }
        });
        assert_eq!(won.await, 1, "{record}");
        assert!(store.open_move(Agents, record).await.unwrap().is_some(), "{record}");
    }
}

pub async fn one_change_of_a_migration_wins(store: Arc<dyn Store>) {
    let first = added(&*store, "mig_1", Open).await;
    let won = winners(16, Kind::PreconditionFailed, |rival| {
        let store = Arc::clone(&store);
        let mine = Migration { state: Ended, document: document(rival), ..first.clone() };
        async move { store.commit(vec![Mutation::UpdateMigration(mine)]).await }
    });
    assert_eq!(won.await, 1);
    assert_eq!(store.migration("mig_1").await.unwrap().unwrap().version, 2);
}

/// Checks that commits can share a transaction: the refusal of one commit does not affect the others.
pub async fn a_refused_commit_among_many_is_alone(store: Arc<dyn Store>) {
    insert(&*store, &row("taken")).await.unwrap();
    let start = Arc::new(Barrier::new(60));
    let mut tasks = JoinSet::new();
    for number in 0..60 {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        tasks.spawn(async move {
            let id = format!("agt_{number}");
            let mut steps = vec![Mutation::Insert(row(&id)), Mutation::AddRevision(revision(&id, 1))];
            match number % 5 {
                1 => steps.push(Mutation::Insert(row("taken"))),
                3 => steps.insert(0, Mutation::Update(row("missing"))),
                _ => {}
            }
            start.wait().await;
            (id, number % 5, store.commit(steps).await.map_err(|error| error.kind))
        });
    }
    for (id, kind, result) in tasks.join_all().await {
        let expected = match kind {
            1 => Err(Kind::AlreadyExists),
            3 => Err(Kind::NotFound),
            _ => Ok(()),
        };
        assert_eq!(result, expected, "{id}");
        assert_eq!(store.get(Agents, &id).await.unwrap().is_some(), result.is_ok(), "{id}");
        assert_eq!(store.revision(Agents, &id, 1).await.unwrap().is_some(), result.is_ok(), "{id}");
    }
}

pub async fn an_abandoned_commit_happens_whole_or_not_at_all(store: Arc<dyn Store>) {
    for polls in 0..60 {
        let id = format!("agt_{polls}");
        let steps = vec![Mutation::Insert(row(&id)), Mutation::AddRevision(revision(&id, 1))];
        let mut write = store.commit(steps);
        for _ in 0..polls {
            if write.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(write);
    }
    for polls in 0..60 {
        let id = format!("agt_{polls}");
        // The commit may conflict with an abandoned commit that still runs. Afterwards, the rows must exist in
        // any case.
        let revived =
            store.commit(vec![Mutation::Insert(row(&id)), Mutation::AddRevision(revision(&id, 1))]).await;
        assert!(matches!(revived.map_err(|error| error.kind), Ok(()) | Err(Kind::AlreadyExists)));
        assert!(store.get(Agents, &id).await.unwrap().is_some());
        assert!(store.revision(Agents, &id, 1).await.unwrap().is_some());
    }
}
