//! Damaged files, rows and tables.

use std::fs;

use serde_json::Value;
use switchboard_core::error::Kind;
use switchboard_store::{Collection::Agents, Filter, Mutation, Row, open};

use crate::{
    fixture::{damaged_calls, document, insert, refused, revision, row, update},
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
async fn damaged_secrets_hide_no_other_row_and_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    for id in ["agt_1", "agt_2"] {
        insert(&*store, &row(id)).await.unwrap();
        store.commit(vec![Mutation::AddRevision(revision(id, 1))]).await.unwrap();
    }
    let damage = "UPDATE resources SET secrets = x'00' WHERE id = 'agt_1'; \
                  UPDATE revisions SET secrets = x'00' WHERE record = 'agt_1'";
    tamper(&folder, damage).await;
    let listed = store.list(Agents, &Filter::default(), None, 10).await.unwrap();
    let readable: Vec<_> = listed.iter().map(|row| (row.id.as_str(), row.secrets.read().is_ok())).collect();
    assert_eq!(readable, [("agt_1", false), ("agt_2", true)]);
    let unindexed = store.unindexed(Agents, None, 10).await.unwrap();
    assert_eq!(unindexed.len(), 2);
    let revisions = store.revisions(Agents, "agt_1", None, 10).await.unwrap();
    assert_eq!(refused(revisions[0].secrets.read().map(drop)), Kind::Internal);
    // A write would replace the damaged secrets by none.
    let damaged = Row { version: 1, ..listed[0].clone() };
    assert_eq!(refused(update(&*store, &damaged).await), Kind::Internal);
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
