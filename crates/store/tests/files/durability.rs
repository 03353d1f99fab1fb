//! Durability, the one-process limit, damaged files.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    time::{Duration, Instant},
};

use secrecy::ExposeSecret as _;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use switchboard_core::error::Kind;
use switchboard_store::{
    CallCaps, CallMutation,
    CallProgress::{Intended, Live, Settling},
    CallRow,
    Collection::Agents,
    Filter, Migrated, Mutation, Opened,
    OperationState::Held,
    Replay, Row, migrate, open,
};
use tempfile::TempDir;

use crate::fixture::{call, document, insert, operation, refused, row};

fn url(folder: &Path) -> String {
    format!("sqlite://{}/test.db", folder.display())
}

async fn opened(folder: &TempDir) -> Opened {
    open(&url(folder.path()), None).await.unwrap()
}

/// Changes the database directly, without the store.
async fn tamper(folder: &TempDir, sql: &str) {
    let mut connection = SqliteConnection::connect(&url(folder.path())).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_hold_ends_with_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let hold = Some(Duration::from_secs(3600));
    first.store.commit(vec![Mutation::Begin { operation: operation("op_1", "agt_1"), hold }]).await.unwrap();
    first.store.close().await;

    let second = opened(&folder).await.store;
    let left = second.operation("op_1").await.unwrap().unwrap();
    assert_eq!((left.state, left.fence), (Held, 1));
    assert_eq!(second.next_due(&[]).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(second.claim(Duration::from_secs(60), &[], 1).await.unwrap()[0].fence, 2);
}

#[tokio::test]
async fn the_holds_of_calls_and_the_leases_end_with_their_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let due = Some(Duration::from_secs(3600));
    // A hold of a settling call looks like the pause before its next look, and its looks are counted.
    for (id, progress) in [("call_1", Intended), ("call_2", Live), ("call_3", Settling)] {
        let call = CallRow { progress, ..call(id) };
        let add = CallMutation::Add { call, due, caps: None };
        first.store.commit(vec![Mutation::from(add)]).await.unwrap();
    }
    assert!(first.store.calls().acquire("lease", "one", Duration::from_secs(3600)).await.unwrap());
    first.store.close().await;

    let second = opened(&folder).await.store;
    let claimed = second.calls().claim(Duration::from_secs(60), &[], 10).await.unwrap();
    assert_eq!(claimed.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["call_1", "call_2"]);
    assert!(second.calls().acquire("lease", "other", Duration::from_secs(3600)).await.unwrap());
}

#[tokio::test]
async fn a_call_counts_for_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let add = |id: &str, per_minute, per_day| {
        let caps = CallCaps { max_live: 9, per_minute, per_day, per_number_per_day: per_day };
        let call = CallRow { peer: Some(b"peer".to_vec()), dialling: false, ..call(id) };
        let due = Some(Duration::from_secs(3600));
        vec![Mutation::from(CallMutation::Add { call, due, caps: Some(caps) })]
    };
    store.commit(add("a", 1, 9)).await.unwrap();
    assert_eq!(refused(store.commit(add("b", 1, 9)).await), Kind::StateConflict);
    store.close().await;
    tamper(&folder, "UPDATE calls SET created_at = created_at - 60000000").await;
    let store = opened(&folder).await.store;
    store.commit(add("b", 1, 9)).await.unwrap();
    assert_eq!(refused(store.commit(add("c", 9, 2)).await), Kind::StateConflict);
    store.close().await;
    tamper(&folder, "UPDATE calls SET created_at = created_at - 86400000000 WHERE id = 'a'").await;
    opened(&folder).await.store.commit(add("c", 9, 2)).await.unwrap();
}

/// Checks that a call is due if its last change is in the future, because the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_call_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let call = CallRow { progress: Live, ..call("call_1") };
    let add = CallMutation::Add { call, due: Some(Duration::from_secs(5)), caps: None };
    store.commit(vec![Mutation::from(add)]).await.unwrap();
    store.close().await;
    tamper(&folder, "UPDATE calls SET due_at = due_at + 86400000000, updated_at = updated_at + 86400000000")
        .await;
    let store = opened(&folder).await.store;
    let claimed = store.calls().claim(Duration::from_secs(60), &[], 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

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

/// Checks the permissions of all files, also of those that an earlier version has created.
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let modes = || -> Vec<(String, u32)> {
        let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        files
            .map(|file| {
                let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                (file.file_name().into_string().unwrap(), mode)
            })
            .collect()
    };
    for _ in 0..2 {
        let running = opened(&folder).await;
        let _ = insert(&*running.store, &row("agt_1")).await;
        let found = modes();
        assert!(found.iter().any(|(name, _)| name.ends_with("-wal")), "{found:?}");
        assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
        running.store.close().await;
        fs::set_permissions(folder.path().join("test.db"), fs::Permissions::from_mode(0o644)).unwrap();
    }
}

#[tokio::test]
async fn an_answered_write_survives_a_kill() {
    let (folder, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = opened(&folder).await;
    insert(&*running.store, &row("agt_1")).await.unwrap();
    // A kill at this moment would leave exactly these files.
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), after.path().join(file.file_name())).unwrap();
    }
    let found = opened(&after).await.store.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(found.secrets.unwrap().expose_secret(), "secret of agt_1");
}

#[tokio::test]
async fn a_file_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder).await;
    let alias = tempfile::tempdir().unwrap();
    symlink(folder.path().join("test.db"), alias.path().join("test.db")).unwrap();
    for name in [folder.path(), alias.path()] {
        let error = open(&url(name), None).await.err().unwrap();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("test.db.lock is held by another process"), "{error}");
    }

    first.store.close().await;
    let second = opened(&folder).await;
    drop(second);
    opened(&folder).await;
}

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
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let text = "These are my notes. ".repeat(500);
    fs::write(&path, &text).unwrap();
    assert_eq!(refused(open(&url(folder.path()), None).await), Kind::StorageUnavailable);
    assert_eq!(fs::read_to_string(path).unwrap(), text);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_does_not_grow_without_end() {
    const WRITTEN: u64 = 160;
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    for number in 0..WRITTEN {
        let request = Replay {
            scope: "dev".to_owned(),
            key: number.to_string(),
            fingerprint: Vec::new(),
            operation: None,
            reply: Some(vec![0; 1 << 20]),
            created_at: row("agt_1").created_at,
        };
        store.commit(vec![Mutation::Remember(request)]).await.unwrap();
    }
    let log = fs::metadata(folder.path().join("test.db-wal")).unwrap().len();
    assert!(log < 96 << 20, "{log} bytes for {WRITTEN} MiB");
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("test.db")).unwrap();
    let missing = folder.path().join("missing");
    for path in [folder.path(), &missing, Path::new("/proc")] {
        assert_eq!(refused(open(&url(path), None).await), Kind::StorageUnavailable, "{}", path.display());
    }
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_it() {
    for url in
        ["mysql://me:hunter2@db/x", "sqlite://", "sqlite://:memory:", "sqlite://x.db?mode=ro", "x.db", ""]
    {
        let error = open(url, None).await.err().unwrap();
        assert_eq!(error.kind, Kind::ValidationFailed, "{url}");
        assert!(
            error.detail.contains("sqlite://PATH") && error.detail.contains("sqlite::memory:"),
            "{error}"
        );
        assert!(!error.detail.contains("hunter2"), "{error}");
    }
}

/// Checks that a clock that was set back delays no operation, neither after a start nor while the store is open.
#[tokio::test]
async fn a_clock_that_was_set_back_delays_no_operation() {
    let folder = tempfile::tempdir().unwrap();
    let running = opened(&folder).await;
    for id in ["1", "2"] {
        let operation = operation(&format!("op_{id}"), &format!("agt_{id}"));
        running.store.commit(vec![Mutation::Begin { operation, hold: None }]).await.unwrap();
    }
    // The times are an hour ahead, as if the store had written them before the clock was set back by an hour.
    let ahead = "UPDATE operations SET due_at = due_at + 3600000000, updated_at = updated_at + 3600000000 WHERE id = ";
    tamper(&folder, &format!("{ahead} 'op_1'")).await;
    let hold = Duration::from_secs(60);
    let ids = |claimed: Vec<switchboard_store::Operation>| -> Vec<String> {
        claimed.into_iter().map(|operation| operation.id).collect()
    };
    let mut claimed = ids(running.store.claim(hold, &[], 10).await.unwrap());
    claimed.sort();
    assert_eq!(claimed, ["op_1", "op_2"]);

    let third = operation("op_3", "agt_3");
    running.store.commit(vec![Mutation::Begin { operation: third, hold: None }]).await.unwrap();
    tamper(&folder, &format!("{ahead} 'op_3'")).await;
    let begun = Instant::now();
    while ids(running.store.claim(hold, &[], 10).await.unwrap()) != ["op_3"] {
        assert!(begun.elapsed() < Duration::from_secs(30), "the operation waits for the clock");
        tokio::task::yield_now().await;
    }
}

/// Checks that a hold ends within its time if it began in the future, because the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_delays_no_end_of_a_hold() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    let hold = Duration::from_secs(60);
    let begin = Mutation::Begin { operation: operation("op_1", "agt_1"), hold: Some(hold) };
    let add = CallMutation::Add { call: call("call_1"), due: Some(hold), caps: None };
    store.commit(vec![begin, Mutation::from(add)]).await.unwrap();
    for table in ["operations", "calls"] {
        let ahead = "SET due_at = due_at + 3600000000, updated_at = updated_at + 3600000000";
        tamper(&folder, &format!("UPDATE {table} {ahead}")).await;
    }
    assert!(store.claim(hold, &[], 10).await.unwrap().is_empty(), "its task may be working");
    assert!(store.calls().claim(hold, &[], 10).await.unwrap().is_empty(), "its task may be dialling");
    for wait in [store.next_due(&[]).await, store.calls().next_due(&[]).await] {
        let wait = wait.unwrap().unwrap();
        assert!(wait <= hold && wait > hold / 2, "{wait:?}");
    }
}

/// Checks that a database behind a symbolic link has one lock and one key, also if the link is older than the file.
#[tokio::test]
async fn a_link_to_a_file_that_does_not_exist_yet_leads_to_it() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    symlink("second.db", folder.path().join("test.db")).unwrap();
    symlink(data.path().join("real.db"), folder.path().join("second.db")).unwrap();
    let first = opened(&folder).await;
    insert(&*first.store, &row("agt_1")).await.unwrap();
    for extension in ["db", "db.lock", "db.key"] {
        assert!(data.path().join(format!("real.{extension}")).exists(), "{extension}");
    }
    let target = format!("sqlite://{}/real.db", data.path().display());
    assert_eq!(refused(open(&target, None).await), Kind::StorageUnavailable, "the database is open");
    first.store.close().await;
    drop(first);
    assert!(opened(&folder).await.store.get(Agents, "agt_1").await.unwrap().is_some());

    let circle = tempfile::tempdir().unwrap();
    symlink("test.db", circle.path().join("test.db")).unwrap();
    assert_eq!(refused(open(&url(circle.path()), None).await), Kind::StorageUnavailable);
}

/// Checks that the store notices that its file is no longer at its path, instead of writing where no later process looks.
#[tokio::test]
async fn a_file_that_was_moved_or_deleted_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await.store;
    insert(&*store, &row("agt_1")).await.unwrap();
    let (path, elsewhere) = (folder.path().join("test.db"), folder.path().join("elsewhere.db"));

    fs::rename(&path, &elsewhere).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
    assert_eq!(refused(insert(&*store, &row("agt_2")).await), Kind::StorageUnavailable);
    assert!(!path.exists(), "the store creates a new database");
    fs::copy(&elsewhere, &path).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable, "a copy is another file");

    fs::rename(&elsewhere, &path).unwrap();
    store.check().await.unwrap();
    insert(&*store, &row("agt_2")).await.unwrap();

    fs::remove_file(&path).unwrap();
    assert_eq!(refused(store.check().await), Kind::StorageUnavailable);
    assert_eq!(refused(insert(&*store, &row("agt_3")).await), Kind::StorageUnavailable);
}

/// Checks that a database with two names is refused under both: each name has its own lock and its own log.
#[tokio::test]
async fn a_file_with_a_hard_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = opened(&folder).await;
    insert(&*running.store, &row("agt_1")).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    let link = other.path().join("test.db");
    fs::hard_link(folder.path().join("test.db"), &link).unwrap();
    for outcome in
        [open(&url(other.path()), None).await.map(drop), migrate(&url(other.path())).await.map(drop)]
    {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, Kind::StorageUnavailable);
        assert!(error.detail.contains("test.db has 2 names (hard links)"), "{error}");
    }
    assert!(!other.path().join("test.db-wal").exists());

    insert(&*running.store, &row("agt_2")).await.unwrap();
    running.store.close().await;
    assert_eq!(refused(open(&url(folder.path()), None).await), Kind::StorageUnavailable);
    fs::remove_file(link).unwrap();
    opened(&folder).await.store.get(Agents, "agt_2").await.unwrap().unwrap();
}
