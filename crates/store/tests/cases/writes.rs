//! Insert, update, delete: what they need, what they refuse, what they leave.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use switchboard_core::{Error, Kind, Place};
use switchboard_store::{
    Collection::{Agents, Trunks},
    Filter, Row, Store,
};

use crate::fixture::{next, refused, row};

fn pointers(error: &Error) -> Vec<&str> {
    error
        .violations
        .iter()
        .map(|violation| match &violation.place {
            Place::Pointer(pointer) => pointer.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

pub async fn an_unknown_id_is_no_row(store: Arc<dyn Store>) {
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
    assert_eq!(refused(store.update(&row("agt_1"), 0).await), Kind::NotFound);
    assert_eq!(refused(store.delete(Agents, "agt_1", 1).await), Kind::NotFound);
    store.check().await.unwrap();
    assert!(store.list(Agents, &Filter::default(), None, 10).await.unwrap().is_empty());
}

pub async fn collections_are_apart(store: Arc<dyn Store>) {
    let agent = row("same");
    let trunk = Row { collection: Trunks, document: json!("a trunk"), ..agent.clone() };
    store.insert(&agent).await.unwrap();
    store.insert(&trunk).await.unwrap();
    store.delete(Agents, "same", 1).await.unwrap();
    assert_eq!(store.get(Trunks, "same").await.unwrap().unwrap().document, json!("a trunk"));
    assert!(store.get(Agents, "same").await.unwrap().is_none());
}

pub async fn a_taken_value_is_refused_by_name(store: Arc<dyn Store>) {
    let first = row("agt_1");
    store.insert(&first).await.unwrap();
    let other = row("agt_2");
    for (rival, taken) in [
        (Row { external_ref: first.external_ref.clone(), ..other.clone() }, vec!["/external_ref"]),
        (Row { remote_id: first.remote_id.clone(), ..other.clone() }, vec!["/remote_id"]),
        (Row { id: other.id.clone(), ..first.clone() }, vec!["/external_ref", "/remote_id"]),
        (first.clone(), vec!["/id"]),
    ] {
        let error = store.insert(&rival).await.unwrap_err();
        assert_eq!(error.kind, Kind::AlreadyExists);
        assert_eq!(pointers(&error), taken);
    }
    assert_eq!(store.list(Agents, &Filter::default(), None, 10).await.unwrap().len(), 1);
    store.insert(&other).await.unwrap();
}

pub async fn a_remote_id_is_taken_at_one_vendor_only(store: Arc<dyn Store>) {
    let here = row("agt_1");
    let there = Row { vendor: "autocalls".to_owned(), remote_id: here.remote_id.clone(), ..row("agt_2") };
    store.insert(&here).await.unwrap();
    store.insert(&there).await.unwrap();
    let moved = Row { vendor: here.vendor.clone(), ..next(&there) };
    assert_eq!(pointers(&store.update(&moved, 1).await.unwrap_err()), ["/remote_id"]);
    let renamed = Row { external_ref: here.external_ref.clone(), ..next(&there) };
    assert_eq!(pointers(&store.update(&renamed, 1).await.unwrap_err()), ["/external_ref"]);
}

pub async fn an_update_replaces_all_but_the_creation_time(store: Arc<dyn Store>) {
    let first = row("agt_1");
    store.insert(&first).await.unwrap();
    let second = Row {
        revision: 2,
        vendor: "autocalls".to_owned(),
        remote_id: Some("77".to_owned()),
        external_ref: None,
        document: json!({"name": "Sales"}),
        secrets: Some(SecretString::from("another")),
        created_at: "2030-01-01T00:00:00Z".parse().unwrap(),
        updated_at: "2026-12-01T00:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    store.update(&second, 1).await.unwrap();
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(found.revision, 2);
    assert_eq!(found.vendor, "autocalls");
    assert_eq!(found.remote_id.as_deref(), Some("77"));
    assert_eq!(found.external_ref, None);
    assert_eq!(found.document, second.document);
    assert_eq!(found.secrets.unwrap().expose_secret(), "another");
    assert_eq!(found.created_at, first.created_at);
    assert_eq!(found.updated_at, second.updated_at);

    store.update(&Row { secrets: None, ..next(&second) }, 2).await.unwrap();
    assert!(store.get(Agents, "agt_1").await.unwrap().unwrap().secrets.is_none());
}

pub async fn an_update_needs_the_expected_revision(store: Arc<dyn Store>) {
    let first = row("agt_1");
    store.insert(&first).await.unwrap();
    let late = Row { document: json!("late"), revision: 9, ..first.clone() };
    for expected in [0, 2, 8] {
        assert_eq!(refused(store.update(&late, expected).await), Kind::PreconditionFailed);
    }
    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((found.revision, found.document), (1, first.document));
}

pub async fn an_update_moves_the_revision_forward(store: Arc<dyn Store>) {
    let first = row("agt_1");
    store.insert(&first).await.unwrap();
    assert_eq!(refused(store.update(&first, 1).await), Kind::Internal);
    assert_eq!(store.get(Agents, "agt_1").await.unwrap().unwrap().revision, 1);
}

pub async fn an_update_to_a_taken_value_changes_nothing(store: Arc<dyn Store>) {
    let (first, second) = (row("agt_1"), row("agt_2"));
    store.insert(&first).await.unwrap();
    store.insert(&second).await.unwrap();
    let rival = Row { external_ref: first.external_ref.clone(), document: json!("rival"), ..next(&second) };
    let error = store.update(&rival, 1).await.unwrap_err();
    assert_eq!((error.kind, pointers(&error)), (Kind::AlreadyExists, vec!["/external_ref"]));
    let found = store.get(Agents, "agt_2").await.unwrap().unwrap();
    assert_eq!((found.revision, found.document), (1, second.document.clone()));
    // Its own values are not taken.
    store.update(&next(&second), 1).await.unwrap();
}

pub async fn a_deleted_row_is_gone_and_frees_its_values(store: Arc<dyn Store>) {
    let first = row("agt_1");
    store.insert(&first).await.unwrap();
    store.delete(Agents, "agt_1", 1).await.unwrap();
    assert!(store.get(Agents, "agt_1").await.unwrap().is_none());
    assert_eq!(refused(store.delete(Agents, "agt_1", 1).await), Kind::NotFound);
    store.insert(&Row { id: "agt_2".to_owned(), ..first }).await.unwrap();
}

pub async fn a_delete_needs_the_expected_revision(store: Arc<dyn Store>) {
    store.insert(&row("agt_1")).await.unwrap();
    assert_eq!(refused(store.delete(Agents, "agt_1", 2).await), Kind::PreconditionFailed);
    assert!(store.get(Agents, "agt_1").await.unwrap().is_some());
}

pub async fn a_closed_store_is_unavailable(store: Arc<dyn Store>) {
    store.insert(&row("agt_1")).await.unwrap();
    store.close().await;
    store.close().await;
    let error = store.get(Agents, "agt_1").await.unwrap_err();
    assert_eq!((error.kind, error.retry_after), (Kind::StorageUnavailable, Some(Duration::from_secs(1))));
    assert_eq!(refused(store.insert(&row("agt_2")).await), Kind::StorageUnavailable);
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
}
