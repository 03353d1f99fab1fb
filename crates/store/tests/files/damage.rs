//! Damaged files, rows and tables.

use std::fs;

use serde_json::Value;
use switchboard_core::error::Kind;
use switchboard_store::{Collection::Agents, Filter, Row, open};

use crate::{
    fixture::{damaged_calls, document, insert, refused, row},
    folder::{opened, tamper, url},
};

#[tokio::test]
async fn a_damaged_document_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    insert(&*store, &row("agt_1")).await.unwrap();
    insert(&*store, &row("agt_2")).await.unwrap();
    tamper(&folder, "UPDATE resources SET document = '{\"name\": ' WHERE id = 'agt_1'").await;
    let damaged = store.get(Agents, "agt_1").await.unwrap().unwrap();
    damaged.document.read::<Value>().unwrap_err();
    let whole = store.get(Agents, "agt_2").await.unwrap().unwrap();
    assert_eq!(whole.document, row("agt_2").document);
}

#[tokio::test]
async fn a_damaged_call_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    damaged_calls::add_calls(&*store).await;
    tamper(&folder, &damaged_calls::damage("x'00'")).await;
    damaged_calls::check_lists(&*store).await;
}

#[tokio::test]
async fn a_missing_table_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    tamper(&folder, "DROP TABLE resources").await;
    assert_eq!(refused(store.get(Agents, "agt_1").await), Kind::StorageUnavailable);
    assert_eq!(refused(insert(&*store, &row("agt_1")).await), Kind::StorageUnavailable);
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
}

#[tokio::test]
async fn a_write_that_sqlite_rolled_back_leaves_the_store_usable() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    // A trigger ends the transaction, as a full disk does.
    let fail = "CREATE TRIGGER fail BEFORE INSERT ON resources BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    tamper(&folder, fail).await;
    for _ in 0..3 {
        assert_eq!(refused(insert(&*store, &row("agt_1")).await), Kind::StorageUnavailable);
        store.check().await.unwrap();
    }
    tamper(&folder, "DROP TRIGGER fail").await;
    insert(&*store, &row("agt_1")).await.unwrap();
}

#[tokio::test]
async fn a_damaged_database_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    for number in 0..50 {
        let document = document("x".repeat(2000));
        insert(&*store, &Row { document, ..row(&format!("agt_{number}")) }).await.unwrap();
    }
    store.close().await;
    let path = folder.path().join("test.db");
    let whole = fs::read(&path).unwrap();
    // The first page identifies the file as a database; all other pages are damaged.
    let page = 4096;
    let damaged: Vec<u8> =
        whole.iter().enumerate().map(|(at, byte)| if at < page { *byte } else { 0xA5 }).collect();
    for damaged in [damaged, whole[..page].to_vec(), whole[..whole.len() / 2].to_vec()] {
        fs::write(&path, damaged).unwrap();
        let outcome = match open(&url(folder.path()), None).await {
            Ok(opened) => opened.store.list(Agents, &Filter::default(), None, 100).await.map(drop),
            Err(error) => Err(error),
        };
        assert_eq!(refused(outcome), Kind::StorageUnavailable);
    }
}
