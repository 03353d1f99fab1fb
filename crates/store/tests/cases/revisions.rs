//! Revisions.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use switchboard_core::error::Kind;
use switchboard_store::{
    Collection::{Agents, Trunks},
    Mutation, Revision, Store, StoredSecrets,
};

use super::delete;
use crate::fixture::{insert, refused, revision, row};

async fn numbers(store: &dyn Store, record: &str, before: Option<u64>, limit: u32) -> Vec<u64> {
    let found = store.revisions(Agents, record, before, limit).await.unwrap();
    found.iter().map(|revision| revision.number).collect()
}

async fn add(store: &dyn Store, record: &str, numbers: impl IntoIterator<Item = u64>) {
    let steps = numbers.into_iter().map(|number| Mutation::AddRevision(revision(record, number)));
    store.commit(steps.collect()).await.unwrap();
}

pub async fn a_revision_comes_back_as_it_went_in(store: Arc<dyn Store>) {
    let bare = Revision { secrets: StoredSecrets::default(), ..revision("agt_1", 2) };
    add(&*store, "agt_1", [1]).await;
    store.commit(vec![Mutation::AddRevision(bare.clone())]).await.unwrap();
    let found = store.revision(Agents, "agt_1", 1).await.unwrap().unwrap();
    assert_eq!((found.collection, found.record.as_str(), found.number), (Agents, "agt_1", 1));
    assert_eq!(found.document, revision("agt_1", 1).document);
    assert_eq!(found.created_at, bare.created_at);
    assert!(!format!("{found:?}").contains("secret of"), "{found:?}");
    assert_eq!(found.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1 at 1");
    assert!(store.revision(Agents, "agt_1", 2).await.unwrap().unwrap().secrets.read().unwrap().is_none());
    assert!(store.revision(Agents, "agt_1", 3).await.unwrap().is_none());
    assert!(store.revision(Trunks, "agt_1", 1).await.unwrap().is_none());
}

pub async fn revisions_are_listed_newest_first(store: Arc<dyn Store>) {
    add(&*store, "agt_1", 1..=12).await;
    add(&*store, "agt_2", 1..=3).await;
    assert_eq!(numbers(&*store, "agt_1", None, 3).await, [12, 11, 10]);
    assert_eq!(numbers(&*store, "agt_1", Some(10), 3).await, [9, 8, 7]);
    assert_eq!(numbers(&*store, "agt_1", Some(3), 9).await, [2, 1]);
    assert_eq!(numbers(&*store, "agt_1", Some(1), 9).await, [0; 0]);
    assert_eq!(numbers(&*store, "agt_3", None, 9).await, [0; 0]);
}

pub async fn a_number_is_taken_once(store: Arc<dyn Store>) {
    add(&*store, "agt_1", [1]).await;
    let again = Mutation::AddRevision(revision("agt_1", 1));
    assert_eq!(refused(store.commit(vec![again]).await), Kind::StateConflict);
    let elsewhere = Revision { collection: Trunks, ..revision("agt_1", 1) };
    store.commit(vec![Mutation::AddRevision(elsewhere)]).await.unwrap();
}

pub async fn a_dropped_revision_frees_its_number(store: Arc<dyn Store>) {
    add(&*store, "agt_1", [1, 2]).await;
    let drop = Mutation::DropRevision { collection: Agents, record: "agt_1".to_owned(), number: 2 };
    for _ in 0..2 {
        store.commit(vec![drop.clone()]).await.unwrap();
        assert_eq!(numbers(&*store, "agt_1", None, 9).await, [1]);
    }
    add(&*store, "agt_1", [2]).await;
}

pub async fn a_deleted_row_takes_its_revisions_along(store: Arc<dyn Store>) {
    for id in ["agt_1", "agt_2"] {
        insert(&*store, &row(id)).await.unwrap();
        add(&*store, id, [1, 2]).await;
    }
    delete(&*store, &row("agt_1")).await.unwrap();
    assert_eq!(numbers(&*store, "agt_1", None, 9).await, [0; 0]);
    assert_eq!(numbers(&*store, "agt_2", None, 9).await, [2, 1]);
}
