//! Sweeps: expired rows are deleted, and all other rows are kept.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use switchboard_store::{
    Collection::Agents,
    Ending::Succeeded,
    MigrationState::{self, Ended, Open, Planned},
    MoveState::Moved,
    Mutation, Next, Replay, Retention, Store,
};

use super::{
    migration,
    migrations::added,
    moving,
    operations::{LONG, begin, held, settle},
    replay,
};
use crate::fixture::{operation, revision};

pub const FOREVER: Retention = Retention {
    replays: Duration::MAX,
    operations: Duration::MAX,
    migrations: Duration::MAX,
    plans: Duration::MAX,
    revisions: u32::MAX,
};

/// Returns a replay of this age.
fn aged(replay: Replay, age: Duration) -> Replay {
    Replay { created_at: Timestamp::now() - age, ..replay }
}

pub async fn nothing_is_forgotten_that_is_kept(store: Arc<dyn Store>) {
    let done = held(&*store, "op_1", "agt_1").await;
    settle(&*store, &done, Next::End(Succeeded)).await.unwrap();
    let steps = vec![Mutation::Remember(replay("key", "op_1")), Mutation::AddRevision(revision("agt_1", 1))];
    store.commit(steps).await.unwrap();
    assert_eq!(store.sweep(&FOREVER).await.unwrap(), 0);
    for state in MigrationState::ALL {
        added(&*store, state.as_str(), state).await;
    }
    let day = Retention { operations: LONG, migrations: LONG, plans: LONG, revisions: 1, ..FOREVER };
    assert_eq!(store.sweep(&day).await.unwrap(), 0);
    assert!(store.operation("op_1").await.unwrap().is_some());
    assert_eq!(store.migrations(&[], None, 10).await.unwrap().len(), 3);
}

pub async fn old_requests_are_forgotten(store: Arc<dyn Store>) {
    held(&*store, "op_open", "agt_1").await;
    let done = held(&*store, "op_over", "agt_2").await;
    settle(&*store, &done, Next::End(Succeeded)).await.unwrap();
    let answered = |key, operation| Replay { reply: Some(Vec::new()), ..replay(key, operation) };
    for replay in [
        aged(replay("old, open", "op_open"), 2 * LONG),
        aged(replay("old, over", "op_over"), 2 * LONG),
        aged(answered("old, open, answered", "op_open"), 2 * LONG),
        aged(Replay { operation: None, ..answered("old, answered", "") }, 2 * LONG),
        aged(answered("young", "op_over"), LONG / 2),
    ] {
        store.commit(vec![Mutation::Remember(replay)]).await.unwrap();
    }
    assert_eq!(store.sweep(&Retention { replays: LONG, ..FOREVER }).await.unwrap(), 3);
    for (key, kept) in [
        ("old, open", true),
        ("old, over", false),
        ("old, open, answered", false),
        ("old, answered", false),
        ("young", true),
    ] {
        assert_eq!(store.replay("dev", key).await.unwrap().is_some(), kept, "{key}");
    }
}

pub async fn operations_that_are_over_are_forgotten(store: Arc<dyn Store>) {
    for (id, next) in [
        ("over", Some(Next::End(Succeeded))),
        ("later", Some(Next::Later(Duration::ZERO))),
        ("stuck", Some(Next::Attention)),
        ("held", None),
    ] {
        let held = held(&*store, id, id).await;
        if let Some(next) = next {
            settle(&*store, &held, next).await.unwrap();
        }
    }
    begin(&*store, operation("waiting", "waiting"), None).await.unwrap();
    let none = Retention { operations: Duration::ZERO, ..FOREVER };
    assert_eq!(store.sweep(&none).await.unwrap(), 1);
    assert!(store.operation("over").await.unwrap().is_none());
    for id in ["later", "stuck", "held", "waiting"] {
        assert!(store.operation(id).await.unwrap().is_some(), "{id}");
    }
}

pub async fn migrations_that_are_over_are_forgotten(store: Arc<dyn Store>) {
    for state in MigrationState::ALL {
        added(&*store, state.as_str(), state).await;
        store.commit(vec![Mutation::AddMove(moving(state.as_str(), state.as_str(), Moved))]).await.unwrap();
    }
    for (retention, forgotten) in [
        (Retention { plans: Duration::ZERO, ..FOREVER }, Planned),
        (Retention { migrations: Duration::ZERO, ..FOREVER }, Ended),
    ] {
        assert!(store.migration(forgotten.as_str()).await.unwrap().is_some(), "{forgotten:?}");
        assert_eq!(store.sweep(&retention).await.unwrap(), 1);
        assert!(store.migration(forgotten.as_str()).await.unwrap().is_none(), "{forgotten:?}");
        assert_eq!(store.sweep(&retention).await.unwrap(), 1);
        assert!(store.moves(forgotten.as_str(), &[], None, 10).await.unwrap().is_empty(), "{forgotten:?}");
        assert_eq!(store.sweep(&retention).await.unwrap(), 0);
    }
    assert!(store.migration(Open.as_str()).await.unwrap().is_some());
    assert!(store.move_of(Open.as_str(), Open.as_str()).await.unwrap().is_some());
}

pub async fn a_migration_does_not_inherit_moves(store: Arc<dyn Store>) {
    let steps = || {
        let moves = (0..10).map(|number| Mutation::AddMove(moving("mig_1", &format!("agt_{number}"), Moved)));
        [Mutation::AddMigration(migration("mig_1", Ended))].into_iter().chain(moves).collect::<Vec<_>>()
    };
    store.commit(steps()).await.unwrap();
    let none = Retention { migrations: Duration::ZERO, ..FOREVER };
    assert_eq!(store.sweep(&none).await.unwrap(), 1);
    added(&*store, "mig_1", Open).await;
    assert!(store.moves("mig_1", &[], None, 10).await.unwrap().is_empty());
    assert_eq!(store.sweep(&none).await.unwrap(), 0);
}

pub async fn a_large_migration_is_forgotten_in_parts(store: Arc<dyn Store>) {
    for id in ["mig_1", "mig_2"] {
        let moves = (0..1200).map(|number| Mutation::AddMove(moving(id, &format!("agt_{number}"), Moved)));
        let steps = [Mutation::AddMigration(migration(id, Ended))].into_iter().chain(moves).collect();
        store.commit(steps).await.unwrap();
    }
    let none = Retention { migrations: Duration::ZERO, ..FOREVER };
    let mut forgotten = 0;
    loop {
        let at_once = store.sweep(&none).await.unwrap();
        assert!(at_once < 1200, "{at_once}");
        if at_once == 0 {
            break;
        }
        // No migration is visible while only some of its moves are deleted.
        assert!(store.migrations(&[], None, 10).await.unwrap().is_empty());
        forgotten += at_once;
    }
    assert_eq!(forgotten, 2 + 2 * 1200);
    for id in ["mig_1", "mig_2"] {
        assert!(store.moves(id, &[], None, 10).await.unwrap().is_empty());
    }
}

pub async fn the_newest_revisions_are_kept(store: Arc<dyn Store>) {
    for (record, numbers) in [("agt_1", vec![1, 2, 3, 5, 8, 9]), ("agt_2", vec![4]), ("agt_3", vec![1, 2, 3])]
    {
        let steps = numbers.into_iter().map(|number| Mutation::AddRevision(revision(record, number)));
        store.commit(steps.collect()).await.unwrap();
    }
    let numbers = async |record| {
        let found = store.revisions(Agents, record, None, 10).await.unwrap();
        found.iter().map(|revision| revision.number).collect::<Vec<_>>()
    };
    let newest = |revisions| Retention { revisions, ..FOREVER };
    assert_eq!(store.sweep(&newest(3)).await.unwrap(), 3);
    assert_eq!(numbers("agt_1").await, [9, 8, 5]);
    assert_eq!(numbers("agt_2").await, [4]);
    assert_eq!(numbers("agt_3").await, [3, 2, 1]);
    assert_eq!(store.sweep(&newest(3)).await.unwrap(), 0);
    assert_eq!(store.sweep(&newest(0)).await.unwrap(), 7);
    assert_eq!(numbers("agt_1").await, [0; 0]);
}

pub async fn a_sweep_is_bounded_and_gets_through(store: Arc<dyn Store>) {
    let steps = (1..=2500).map(|number| Mutation::AddRevision(revision("agt_1", number))).collect();
    store.commit(steps).await.unwrap();
    let newest = Retention { revisions: 1, ..FOREVER };
    let mut forgotten = 0;
    loop {
        let at_once = store.sweep(&newest).await.unwrap();
        assert!(at_once < 2499, "{at_once}");
        if at_once == 0 {
            break;
        }
        forgotten += at_once;
    }
    assert_eq!(forgotten, 2499);
    assert!(store.revision(Agents, "agt_1", 2500).await.unwrap().is_some());
}
