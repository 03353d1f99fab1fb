//! Migrations: additions, updates, removals.

use std::sync::Arc;

use serde_json::json;
use switchboard_core::error::{InputLocation, Kind, Result};
use switchboard_store::{
    Migration,
    MigrationState::{self, Ended, Open, Planned},
    MoveState::Waiting,
    Mutation, Store,
};

use super::{migration, moving};
use crate::fixture::{document, refused};

/// Adds a migration and returns it as stored.
pub async fn added(store: &dyn Store, id: &str, state: MigrationState) -> Migration {
    store.commit(vec![Mutation::AddMigration(migration(id, state))]).await.unwrap();
    store.migration(id).await.unwrap().unwrap()
}

async fn update(store: &dyn Store, migration: &Migration) -> Result<()> {
    store.commit(vec![Mutation::UpdateMigration(migration.clone())]).await
}

async fn drop_migration(store: &dyn Store, id: &str) -> Result<()> {
    store.commit(vec![Mutation::DropMigration { id: id.to_owned() }]).await
}

pub async fn a_migration_begins_at_version_one(store: Arc<dyn Store>) {
    let given = migration("mig_1", Planned);
    let added = added(&*store, "mig_1", Planned).await;
    assert_eq!((added.state, added.version, &added.document), (Planned, 1, &given.document));
    assert_eq!(added.created_at, added.updated_at);
    assert!(added.created_at > given.created_at, "{}", added.created_at);
    assert!(store.migration("mig_2").await.unwrap().is_none());
}

pub async fn a_migration_id_is_taken_once(store: Arc<dyn Store>) {
    let first = added(&*store, "mig_1", Planned).await;
    let error = store.commit(vec![Mutation::AddMigration(migration("mig_1", Open))]).await.unwrap_err();
    assert_eq!(error.kind, Kind::AlreadyExists);
    assert_eq!(error.violations[0].location, InputLocation::Pointer("/id".to_owned()));
    assert_eq!(store.migration("mig_1").await.unwrap().unwrap(), first);
}

pub async fn a_migration_update_needs_the_version(store: Arc<dyn Store>) {
    let first = added(&*store, "mig_1", Planned).await;
    let opened = Migration {
        state: Open,
        document: document(json!({"paused": false})),
        created_at: "2030-01-01T00:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    for version in [0, 2, 77] {
        let late = Migration { version, ..opened.clone() };
        assert_eq!(refused(update(&*store, &late).await), Kind::PreconditionFailed);
    }
    assert_eq!(store.migration("mig_1").await.unwrap().unwrap(), first);
    update(&*store, &opened).await.unwrap();
    let found = store.migration("mig_1").await.unwrap().unwrap();
    assert_eq!((found.state, found.version, &found.document), (Open, 2, &opened.document));
    assert_eq!(found.created_at, first.created_at);
    assert!(found.updated_at >= first.updated_at, "{} after {}", found.updated_at, first.updated_at);
    assert_eq!(refused(update(&*store, &opened).await), Kind::PreconditionFailed);
    assert_eq!(refused(update(&*store, &migration("mig_2", Open)).await), Kind::NotFound);
}

pub async fn migrations_are_listed_by_state(store: Arc<dyn Store>) {
    for (id, state) in [("b", Open), ("é", Ended), ("a", Planned), ("d", Open)] {
        added(&*store, id, state).await;
    }
    let list = async |states: &[MigrationState], after: Option<&str>, limit| {
        let found = store.migrations(states, after, limit).await.unwrap();
        found.into_iter().map(|migration| migration.id).collect::<Vec<_>>()
    };
    assert_eq!(list(&[], None, 10).await, ["a", "b", "d", "é"]);
    assert_eq!(list(&[], None, 2).await, ["a", "b"]);
    assert_eq!(list(&[], Some("b"), 2).await, ["d", "é"]);
    assert_eq!(list(&[Open], None, 10).await, ["b", "d"]);
    assert_eq!(list(&[Planned, Ended], None, 10).await, ["a", "é"]);
    assert_eq!(list(&MigrationState::ALL, Some("a"), 2).await, ["b", "d"]);
}

pub async fn a_dropped_migration_takes_its_moves_along(store: Arc<dyn Store>) {
    for id in ["mig_1", "mig_2"] {
        added(&*store, id, Open).await;
    }
    let moves = [("mig_1", "agt_1"), ("mig_1", "agt_2"), ("mig_2", "agt_3")];
    let steps = moves.map(|(migration, record)| Mutation::AddMove(moving(migration, record, Waiting)));
    store.commit(steps.to_vec()).await.unwrap();
    drop_migration(&*store, "mig_1").await.unwrap();
    assert!(store.migration("mig_1").await.unwrap().is_none());
    assert!(store.moves("mig_1", &[], None, 10).await.unwrap().is_empty());
    assert_eq!(store.moves("mig_2", &[], None, 10).await.unwrap().len(), 1);
    // The records of the migration may move again, and its id may be used again.
    store.commit(vec![Mutation::AddMove(moving("mig_2", "agt_1", Waiting))]).await.unwrap();
    added(&*store, "mig_1", Planned).await;
    drop_migration(&*store, "mig_3").await.unwrap();
}
