//! Moves of migrations.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;
use switchboard_core::error::{Kind, Result};
use switchboard_store::{
    Collection::{Agents, Trunks},
    MigrationState::Open,
    Move,
    MoveState::{self, Failed, Moved, RolledBack, Underway, Waiting},
    Mutation, Store,
};

use super::{migration, migrations::added, moving};
use crate::fixture::{document, refused};

async fn add(store: &dyn Store, added: Move) -> Result<()> {
    store.commit(vec![Mutation::AddMove(added)]).await
}

async fn update(store: &dyn Store, changed: &Move) -> Result<()> {
    store.commit(vec![Mutation::UpdateMove(changed.clone())]).await
}

async fn found(store: &dyn Store, migration: &str, record: &str) -> Move {
    store.move_of(migration, record).await.unwrap().unwrap()
}

pub async fn a_move_begins_at_version_one(store: Arc<dyn Store>) {
    added(&*store, "mig_1", Open).await;
    let given = moving("mig_1", "agt_1", Waiting);
    add(&*store, given.clone()).await.unwrap();
    let found = found(&*store, "mig_1", "agt_1").await;
    assert_eq!(
        (&found.migration, &found.record, found.collection),
        (&given.migration, &given.record, Agents)
    );
    assert_eq!((found.state, found.version, &found.document), (Waiting, 1, &given.document));
    assert_eq!(found.created_at, found.updated_at);
    assert!(found.created_at > given.created_at, "{}", found.created_at);
    assert_eq!(store.open_move(Agents, "agt_1").await.unwrap(), Some(found));
    assert!(store.move_of("mig_1", "agt_2").await.unwrap().is_none());
    assert!(store.move_of("mig_2", "agt_1").await.unwrap().is_none());
    assert!(store.open_move(Trunks, "agt_1").await.unwrap().is_none());
}

pub async fn a_move_needs_its_migration(store: Arc<dyn Store>) {
    assert_eq!(refused(add(&*store, moving("mig_1", "agt_1", Waiting)).await), Kind::NotFound);
    let steps = vec![
        Mutation::AddMigration(migration("mig_1", Open)),
        Mutation::AddMove(moving("mig_1", "agt_1", Waiting)),
    ];
    store.commit(steps).await.unwrap();
    assert_eq!(found(&*store, "mig_1", "agt_1").await.state, Waiting);
}

pub async fn a_record_has_one_open_move(store: Arc<dyn Store>) {
    for id in ["mig_1", "mig_2"] {
        added(&*store, id, Open).await;
    }
    for (record, state) in [("agt_1", Waiting), ("agt_2", Underway)] {
        add(&*store, moving("mig_1", record, state)).await.unwrap();
        for rival in [Waiting, Underway] {
            let error = add(&*store, moving("mig_2", record, rival)).await.unwrap_err();
            assert_eq!(error.kind, Kind::StateConflict);
            assert!(error.detail.contains(record) && error.detail.contains("mig_1"), "{error}");
        }
        // An ended move and a move in another collection do not block a new move.
        add(&*store, moving("mig_2", record, Failed)).await.unwrap();
        let reopened = Move { state: Waiting, ..found(&*store, "mig_2", record).await };
        let error = update(&*store, &reopened).await.unwrap_err();
        assert_eq!(error.kind, Kind::StateConflict);
        assert!(error.detail.contains(record) && error.detail.contains("mig_1"), "{error}");

        update(&*store, &Move { state: Moved, ..found(&*store, "mig_1", record).await }).await.unwrap();
        assert_eq!(store.open_move(Agents, record).await.unwrap(), None);
        update(&*store, &reopened).await.unwrap();
        let open = store.open_move(Agents, record).await.unwrap().unwrap();
        assert_eq!((open.migration.as_str(), open.version), ("mig_2", 2));
    }
    add(&*store, Move { collection: Trunks, ..moving("mig_1", "agt_3", Waiting) }).await.unwrap();
    add(&*store, moving("mig_2", "agt_3", Waiting)).await.unwrap();
}

pub async fn a_migration_has_one_move_of_a_record(store: Arc<dyn Store>) {
    added(&*store, "mig_1", Open).await;
    for state in MoveState::ALL {
        add(&*store, moving("mig_1", state.as_str(), state)).await.unwrap();
        let first = found(&*store, "mig_1", state.as_str()).await;
        for rival in MoveState::ALL {
            let error = add(&*store, moving("mig_1", state.as_str(), rival)).await.unwrap_err();
            assert_eq!(error.kind, Kind::StateConflict, "{state:?} {rival:?}");
            assert!(error.detail.contains(state.as_str()), "{error}");
        }
        assert_eq!(found(&*store, "mig_1", state.as_str()).await, first);
    }
}

pub async fn a_move_update_needs_the_version(store: Arc<dyn Store>) {
    added(&*store, "mig_1", Open).await;
    add(&*store, moving("mig_1", "agt_1", Waiting)).await.unwrap();
    let first = found(&*store, "mig_1", "agt_1").await;
    let changed = Move {
        state: Underway,
        document: document(json!({"successor": "agt_2"})),
        created_at: "2030-01-01T00:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    for version in [0, 2, 77] {
        let late = Move { version, ..changed.clone() };
        assert_eq!(refused(update(&*store, &late).await), Kind::PreconditionFailed);
    }
    assert_eq!(found(&*store, "mig_1", "agt_1").await, first);
    update(&*store, &changed).await.unwrap();
    let second = found(&*store, "mig_1", "agt_1").await;
    assert_eq!((second.state, second.version, &second.document), (Underway, 2, &changed.document));
    assert_eq!(second.created_at, first.created_at);
    assert!(second.updated_at >= first.updated_at, "{} after {}", second.updated_at, first.updated_at);
    assert_eq!(refused(update(&*store, &changed).await), Kind::PreconditionFailed);
    for (migration, record) in [("mig_1", "agt_2"), ("mig_2", "agt_1")] {
        assert_eq!(refused(update(&*store, &moving(migration, record, Moved)).await), Kind::NotFound);
    }
}

pub async fn moves_are_listed_and_counted_by_state(store: Arc<dyn Store>) {
    for id in ["mig_1", "mig_2"] {
        added(&*store, id, Open).await;
    }
    for (migration, record, state) in [
        ("mig_1", "b", Waiting),
        ("mig_1", "é", Moved),
        ("mig_1", "a", Underway),
        ("mig_2", "c", Waiting),
        ("mig_1", "d", Waiting),
        ("mig_1", "f", RolledBack),
    ] {
        add(&*store, moving(migration, record, state)).await.unwrap();
    }
    let list = async |states: &[MoveState], after: Option<&str>, limit| {
        let found = store.moves("mig_1", states, after, limit).await.unwrap();
        found.into_iter().map(|found| found.record).collect::<Vec<_>>()
    };
    assert_eq!(list(&[], None, 10).await, ["a", "b", "d", "f", "é"]);
    assert_eq!(list(&[], None, 2).await, ["a", "b"]);
    assert_eq!(list(&[], Some("b"), 2).await, ["d", "f"]);
    assert_eq!(list(&[Waiting], None, 10).await, ["b", "d"]);
    assert_eq!(list(&[Waiting], Some("b"), 10).await, ["d"]);
    assert_eq!(list(&[Waiting, Underway], None, 2).await, ["a", "b"]);
    assert_eq!(list(&[Failed], None, 10).await, [""; 0]);
    let counts = BTreeMap::from([(Waiting, 2), (Underway, 1), (Moved, 1), (RolledBack, 1)]);
    assert_eq!(store.count_moves("mig_1").await.unwrap(), counts);
    assert_eq!(store.count_moves("mig_3").await.unwrap(), BTreeMap::new());
}

/// Moves all records of an account in one commit. If one record may not move, the error names it and no
/// record moves.
pub async fn ten_thousand_moves_are_one_commit(store: Arc<dyn Store>) {
    added(&*store, "mig_1", Open).await;
    add(&*store, moving("mig_1", "agt_09000", Waiting)).await.unwrap();
    let mut steps = vec![Mutation::AddMigration(migration("mig_2", Open))];
    let record = |number| format!("agt_{number:05}");
    steps.extend((0..10_000).map(|number| Mutation::AddMove(moving("mig_2", &record(number), Waiting))));
    let error = store.commit(steps.clone()).await.unwrap_err();
    assert_eq!(error.kind, Kind::StateConflict);
    assert!(error.detail.contains("agt_09000") && error.detail.contains("mig_1"), "{error}");
    assert!(store.migration("mig_2").await.unwrap().is_none());
    assert_eq!(store.count_moves("mig_2").await.unwrap(), BTreeMap::new());

    store.commit(vec![Mutation::DropMigration { id: "mig_1".to_owned() }]).await.unwrap();
    store.commit(steps).await.unwrap();
    assert_eq!(store.count_moves("mig_2").await.unwrap(), BTreeMap::from([(Waiting, 10_000)]));
    let last = store.moves("mig_2", &[Waiting], Some("agt_09998"), 10).await.unwrap();
    assert_eq!(last.iter().map(|found| found.record.as_str()).collect::<Vec<_>>(), ["agt_09999"]);
}
