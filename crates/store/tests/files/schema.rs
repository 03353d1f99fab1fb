//! The schema of a file, and its migration.

use std::{fs, path::Path, time::Duration};

use switchboard_core::error::Kind;
use switchboard_store::{CallMutation, Collection::Agents, Migrated, Mutation, migrate, open};

use crate::{
    fixture::{call, insert, refused, row},
    folder::{opened, tamper, url},
};

/// Checks that a database of the schema before calls keeps its rows and gets the new tables.
#[tokio::test]
async fn an_earlier_schema_gets_the_tables_of_calls() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    insert(&*store, &row("agt_1")).await.unwrap();
    store.close().await;
    tamper(
        &folder,
        "DROP TABLE calls; DROP TABLE transcripts; DROP TABLE leases; DELETE FROM _sqlx_migrations WHERE version = 4",
    )
    .await;
    let store = opened(&folder).await.store;
    assert!(store.get(Agents, "agt_1").await.unwrap().is_some());
    let add = CallMutation::Add { call: call("call_1"), due: Some(Duration::from_secs(60)), caps: None };
    store.commit(vec![Mutation::from(add)]).await.unwrap();
    assert!(store.calls().get("call_1").await.unwrap().is_some());
}

/// Checks the store that version 0.1 wrote.
#[tokio::test]
async fn a_store_of_the_first_version_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/old_store/store_0_1.sqlite");
    fs::copy(old, folder.path().join("test.db")).unwrap();
    let migrated = migrate(&url(folder.path())).await.unwrap();
    assert_eq!((migrated.applied.last().map(String::as_str), migrated.version), (Some("0004_calls"), 4));
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    opened(&folder).await.store.close().await;
    tamper(
        &folder,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', TRUE, x'00', 0)",
    )
    .await;
    let error = open(&url(folder.path()), None).await.err().unwrap();
    assert_eq!(error.kind, Kind::StorageUnavailable);
    assert!(error.detail.contains("later version"), "{error}");
}

#[tokio::test]
async fn migrating_a_file_says_what_was_missing() {
    let folder = tempfile::tempdir().unwrap();
    let applied =
        ["0001_resources", "0002_migrations", "0003_search", "0004_calls"].map(ToOwned::to_owned).to_vec();
    let all = Migrated { applied, version: 4 };
    assert_eq!(migrate(&url(folder.path())).await.unwrap(), all);
    assert_eq!(migrate(&url(folder.path())).await.unwrap(), Migrated { applied: Vec::new(), version: 4 });
    let running = opened(&folder).await;
    assert_eq!(refused(migrate(&url(folder.path())).await), Kind::StorageUnavailable);
    running.store.close().await;
    assert_eq!(refused(migrate("sqlite::memory:").await), Kind::ValidationFailed);
}
