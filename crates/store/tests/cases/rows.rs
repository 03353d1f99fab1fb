//! Rows: conditions, refusals and effects of inserts, updates and removals.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use switchboard_core::error::{Error, InputLocation, Kind};
use switchboard_store::{
    Collection::{Agents, Trunks},
    Filter, Row, Store, StoredSecrets,
};

use super::delete;
use crate::fixture::{document, insert, refused, row, update};

fn pointers(error: &Error) -> Vec<&str> {
    error
        .violations
        .iter()
        .map(|violation| match &violation.location {
            InputLocation::Pointer(pointer) => pointer.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

pub async fn an_unknown_id_is_no_row(store: Arc<dyn Store>) {
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
    assert_eq!(refused(update(&*store, &row("agt_1")).await), Kind::NotFound);
    assert_eq!(refused(delete(&*store, &row("agt_1")).await), Kind::NotFound);
    store.check().await.unwrap();
    assert!(store.list(Agents, &Filter::default(), None, 10).await.unwrap().is_empty());
}

pub async fn collections_are_apart(store: Arc<dyn Store>) {
    let agent = row("same");
    let trunk = Row { collection: Trunks, document: document("a trunk"), ..agent.clone() };
    insert(&*store, &agent).await.unwrap();
    insert(&*store, &trunk).await.unwrap();
    delete(&*store, &agent).await.unwrap();
    assert_eq!(store.get(Trunks, "same").await.unwrap().unwrap().document, document("a trunk"));
    assert!(store.get(Agents, "same").await.unwrap().is_none());
}

pub async fn a_row_begins_at_version_one(store: Arc<dyn Store>) {
    insert(&*store, &Row { version: 9, revision: 4, ..row("agt_1") }).await.unwrap();
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((found.version, found.revision), (1, 4));
    for version in 1..4 {
        update(&*store, &Row { version, ..found.clone() }).await.unwrap();
        let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
        assert_eq!((found.version, found.revision), (version + 1, 4));
    }
}

pub async fn a_taken_value_is_refused_by_name(store: Arc<dyn Store>) {
    let first = row("agt_1");
    insert(&*store, &first).await.unwrap();
    let other = row("agt_2");
    for (rival, taken) in [
        (Row { external_ref: first.external_ref.clone(), ..other.clone() }, vec!["/external_ref"]),
        (Row { remote_id: first.remote_id.clone(), ..other.clone() }, vec!["/remote_id"]),
        (Row { id: other.id.clone(), ..first.clone() }, vec!["/external_ref", "/remote_id"]),
        (first.clone(), vec!["/id"]),
    ] {
        let error = insert(&*store, &rival).await.unwrap_err();
        assert_eq!(error.kind, Kind::AlreadyExists);
        assert_eq!(pointers(&error), taken);
    }
    assert_eq!(store.list(Agents, &Filter::default(), None, 10).await.unwrap().len(), 1);
    insert(&*store, &other).await.unwrap();
}

pub async fn a_remote_id_is_taken_at_one_vendor_only(store: Arc<dyn Store>) {
    let here = row("agt_1");
    let there = Row { vendor: "autocalls".to_owned(), remote_id: here.remote_id.clone(), ..row("agt_2") };
    insert(&*store, &here).await.unwrap();
    insert(&*store, &there).await.unwrap();
    let moved = Row { vendor: here.vendor.clone(), ..there.clone() };
    assert_eq!(pointers(&update(&*store, &moved).await.unwrap_err()), ["/remote_id"]);
    let renamed = Row { external_ref: here.external_ref.clone(), ..there.clone() };
    assert_eq!(pointers(&update(&*store, &renamed).await.unwrap_err()), ["/external_ref"]);
    let both = Row { external_ref: here.external_ref.clone(), ..moved };
    assert_eq!(pointers(&update(&*store, &both).await.unwrap_err()), ["/external_ref", "/remote_id"]);
}

pub async fn an_update_replaces_all_but_the_creation_time(store: Arc<dyn Store>) {
    let first = row("agt_1");
    insert(&*store, &first).await.unwrap();
    let second = Row {
        revision: 2,
        hidden: true,
        vendor: "autocalls".to_owned(),
        remote_id: Some("77".to_owned()),
        external_ref: None,
        document: document(json!({"name": "Sales"})),
        secrets: SecretString::from("another").into(),
        created_at: "2030-01-01T00:00:00Z".parse().unwrap(),
        updated_at: "2026-12-01T00:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    update(&*store, &second).await.unwrap();
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((found.revision, found.version, found.hidden), (2, 2, true));
    assert_eq!(found.vendor, "autocalls");
    assert_eq!(found.remote_id.as_deref(), Some("77"));
    assert_eq!(found.external_ref, None);
    assert_eq!(found.document, second.document);
    assert_eq!(found.secrets.read().unwrap().unwrap().expose_secret(), "another");
    assert_eq!(found.created_at, first.created_at);
    assert_eq!(found.updated_at, second.updated_at);

    update(&*store, &Row { secrets: StoredSecrets::default(), version: 2, ..second }).await.unwrap();
    assert!(store.get(Agents, "agt_1").await.unwrap().unwrap().secrets.read().unwrap().is_none());
}

pub async fn an_update_needs_the_version(store: Arc<dyn Store>) {
    let first = row("agt_1");
    insert(&*store, &first).await.unwrap();
    for version in [0, 2, 8, u64::MAX] {
        let late = Row { document: document("late"), revision: 9, version, ..first.clone() };
        assert_eq!(refused(update(&*store, &late).await), Kind::PreconditionFailed);
    }
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((found.version, found.revision, found.document), (1, 1, first.document));
}

pub async fn an_update_never_moves_the_revision_back(store: Arc<dyn Store>) {
    let first = Row { revision: 2, ..row("agt_1") };
    insert(&*store, &first).await.unwrap();
    assert_eq!(refused(update(&*store, &Row { revision: 1, ..first.clone() }).await), Kind::Internal);
    update(&*store, &first).await.unwrap();
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((found.revision, found.version), (2, 2));
}

pub async fn an_update_to_a_taken_value_changes_nothing(store: Arc<dyn Store>) {
    let (first, second) = (row("agt_1"), row("agt_2"));
    insert(&*store, &first).await.unwrap();
    insert(&*store, &second).await.unwrap();
    let rival =
        Row { external_ref: first.external_ref.clone(), document: document("rival"), ..second.clone() };
    let error = update(&*store, &rival).await.unwrap_err();
    assert_eq!((error.kind, pointers(&error)), (Kind::AlreadyExists, vec!["/external_ref"]));
    let found = store.get(Agents, "agt_2").await.unwrap().unwrap();
    assert_eq!((found.version, found.document), (1, second.document.clone()));
    // A row may keep its own unique values.
    update(&*store, &second).await.unwrap();
}

pub async fn a_deleted_row_is_gone_and_frees_its_values(store: Arc<dyn Store>) {
    let first = row("agt_1");
    insert(&*store, &first).await.unwrap();
    delete(&*store, &first).await.unwrap();
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
    assert_eq!(refused(delete(&*store, &first).await), Kind::NotFound);
    insert(&*store, &Row { id: "agt_2".to_owned(), ..first }).await.unwrap();
}

pub async fn a_delete_needs_the_version(store: Arc<dyn Store>) {
    insert(&*store, &row("agt_1")).await.unwrap();
    let late = Row { version: 2, ..row("agt_1") };
    assert_eq!(refused(delete(&*store, &late).await), Kind::PreconditionFailed);
    assert!(store.get(Agents, "agt_1").await.unwrap().is_some());
}

pub async fn a_closed_store_is_unavailable(store: Arc<dyn Store>) {
    insert(&*store, &row("agt_1")).await.unwrap();
    store.close().await;
    store.close().await;
    let error = store.get(Agents, "agt_1").await.unwrap_err();
    assert_eq!((error.kind, error.retry_after), (Kind::StorageUnavailable, Some(Duration::from_secs(1))));
    assert_eq!(refused(insert(&*store, &row("agt_2")).await), Kind::StorageUnavailable);
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
}
